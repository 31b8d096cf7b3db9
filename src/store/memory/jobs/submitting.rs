//! A submit: what it finds, what it may take, and what it makes.

use super::{Entry, Jobs, Removed};
use crate::job::{JobId, Status};
use crate::store::memory::indexes::Indexed;
use crate::store::memory::owners::OwnerHash;
use crate::store::rules::Record;
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{Limit, NewJob, NotContinuable, Note, StoreError, Submitted};

/// How many expired jobs a submit removes, so that a store without a sweeper does not grow for ever
/// either.
const EXPIRED_PER_SUBMIT: usize = 8;

impl Jobs {
    pub(in crate::store::memory) fn submit(
        &mut self,
        new: NewJob,
        now: Now,
        removed: &mut Removed,
    ) -> Result<Submitted, StoreError> {
        self.expire(EXPIRED_PER_SUBMIT, now.timestamp, removed);
        if let Some(entry) = self.entries.get(&new.id) {
            if entry.is_expired(self.retention, now.timestamp) {
                self.remove(new.id, removed);
            } else if entry.is_for(&new.target, &new.scope) {
                return Ok(Submitted::Created(entry.job(new.id, self.retention)));
            } else {
                return Err(StoreError::IdTaken(new.id));
            }
        }
        let hash = self.indexes.owners.hash(&new.target, &new.scope);
        if let Some(submitted) = self.owner_of_target(hash, &new, now.timestamp) {
            let id = submitted.job().id;
            let note = self.new_note(&new, id, now.timestamp)?;
            self.change(id, now.timestamp, |record| {
                record.move_forward(new.head_start(), now.timestamp);
                if let Some(note) = note {
                    record.add_note(note, now.timestamp);
                }
            });
            return Ok(submitted);
        }
        if let Some(note) = new.note() {
            note.check(0)?;
        }
        let continued = self.continued(&new, now.timestamp)?;
        self.check_room(&new, continued)?;
        let id = new.id;
        self.submitted += 1;
        let mut record = Record::submitted(new, self.submitted, now);
        if let Some((failed, _)) = continued
            && let Some(kept) = self.drop_kept(failed)
        {
            record.continue_with(kept);
        }
        let job = record.job().clone();
        let place = (&job.target.platform, &job.scope);
        let indexed = Indexed::of_record(&record);
        self.indexes.update(id, place, None, Some(indexed));
        let entries = &self.entries;
        let is_for = |other: JobId| {
            let entry = entries.get(&other);
            entry.is_some_and(|entry| entry.is_for(&job.target, &job.scope))
        };
        let owners = &mut self.indexes.owners;
        owners.insert(hash, (&job.target, &job.scope), id, is_for);
        self.entries.insert(id, Entry::new(record));
        self.make_room();
        Ok(Submitted::Created(job))
    }

    /// The job that owns the target of a new one, if it can be joined or served.
    fn owner_of_target(&self, hash: OwnerHash, new: &NewJob, now: Timestamp) -> Option<Submitted> {
        let id = self.owner_by(hash, &new.target, &new.scope)?;
        let entry = self.get(id, now)?;
        if !entry.is_fresh(new, self.retention, now) {
            return None;
        }
        let job = entry.job(id, self.retention);
        Some(if job.status.is_terminal() {
            Submitted::Served(job)
        } else {
            Submitted::Joined(job)
        })
    }

    /// The note of a submit that joins a job or is served, if that job does not have it yet.
    fn new_note(
        &self,
        new: &NewJob,
        id: JobId,
        now: Timestamp,
    ) -> Result<Option<Note>, StoreError> {
        let (Some(note), Some(entry)) = (new.note(), self.get(id, now)) else {
            return Ok(None);
        };
        let size = match entry.record() {
            Some(record) => record.check_note(&note)?,
            // Whatever has notes is a whole record.
            None => note.check(0).map(|()| Some(note.value().len()))?,
        };
        let Some(size) = size else {
            return Ok(None);
        };
        let stored = self.indexes.stored_bytes - self.indexes.kept_bytes;
        if stored + size as u64 > self.limits.stored_bytes() {
            return Err(StoreError::full(
                Limit::StoredBytes,
                self.limits.stored_bytes(),
            ));
        }
        Ok(Some(note))
    }

    /// The failed job that a new one continues, and the bytes that it has left.
    fn continued(&self, new: &NewJob, now: Timestamp) -> Result<Option<(JobId, u64)>, StoreError> {
        let Some(failed) = new.continued() else {
            return Ok(None);
        };
        let refused = |reason| Err(StoreError::not_continuable(failed, reason));
        let Some(entry) = self.get(failed, now) else {
            return refused(NotContinuable::Unknown);
        };
        if !entry.is_for(&new.target, &new.scope) {
            refused(NotContinuable::OtherTarget)
        } else if entry.status() != Status::Failed {
            refused(NotContinuable::NotFailed)
        } else {
            match entry.record() {
                Some(record) if self.indexes.is_kept(record, now) => {
                    Ok(Some((failed, record.kept_bytes())))
                }
                _ => refused(NotContinuable::NoCheckpoints),
            }
        }
    }

    fn check_room(&self, new: &NewJob, continued: Option<(JobId, u64)>) -> Result<(), StoreError> {
        let stored = self.indexes.stored_bytes - self.indexes.kept_bytes;
        if let Some((limit, max)) = self.limits.reached(&self.indexes.counts, stored) {
            return Err(StoreError::full(limit, max));
        }
        if let Some(max) = self.limits.pending_jobs_per_scope()
            && !new.scope.is_none()
            && self.indexes.waiting_in(&new.scope) >= max
        {
            return Err(StoreError::full(Limit::PendingJobsPerScope, max as u64));
        }
        let max = self.limits.stored_bytes();
        let bytes = continued.map_or(new.input().len() as u64, |(_, bytes)| bytes);
        let note = new.note().map_or(0, |note| note.value().len() as u64);
        if stored + bytes + note > max {
            return Err(StoreError::full(Limit::StoredBytes, max));
        }
        Ok(())
    }
}
