//! A submit: what it finds, what it may take, and what it makes.

use super::{Entry, Jobs, Removed};
use crate::job::Status;
use crate::store::memory::indexes::Indexed;
use crate::store::rules::Record;
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{Limit, NewJob, NotContinuable, Note, StoreError, Submitted};

/// The jobs that a submit may be about, by number. Each may have been removed meanwhile.
pub(in crate::store::memory) struct Known {
    /// The one that has its id.
    pub(in crate::store::memory) by_id: Option<u64>,
    /// The one that has the hash of its target, also if it is one for another target.
    pub(in crate::store::memory) by_hash: Option<u64>,
    /// The one for its target that met another one with the same hash.
    pub(in crate::store::memory) clashing: Option<u64>,
    /// The one that it continues.
    pub(in crate::store::memory) continued: Option<u64>,
}

/// A job that a submit has made.
pub(in crate::store::memory) struct Made {
    pub(in crate::store::memory) number: u64,
    /// Whether the job with the hash of its target is one for another target.
    pub(in crate::store::memory) clashes: bool,
}

/// How many expired jobs a submit removes, so that a store without a sweeper does not grow for ever
/// either.
const EXPIRED_PER_SUBMIT: usize = 8;

impl Jobs {
    pub(in crate::store::memory) fn submit(
        &mut self,
        new: NewJob,
        known: &Known,
        now: Now,
        removed: &mut Removed,
    ) -> Result<(Submitted, Option<Made>), StoreError> {
        self.expire(EXPIRED_PER_SUBMIT, now.timestamp, removed);
        if let Some(entry) = known
            .by_id
            .and_then(|number| self.get(number, now.timestamp))
        {
            return if entry.is_for(&new.target, &new.scope) {
                Ok((Submitted::Created(entry.job(self.retention)), None))
            } else {
                Err(StoreError::IdTaken(new.id))
            };
        }
        if let Some((number, submitted)) = self.owner_of_target(known, &new, now.timestamp) {
            let note = self.new_note(&new, number, now.timestamp)?;
            self.change(number, now.timestamp, |record| {
                record.move_forward(new.head_start(), now.timestamp);
                if let Some(note) = note {
                    record.add_note(note, now.timestamp);
                }
            });
            return Ok((submitted, None));
        }
        if let Some(note) = new.note() {
            note.check(0)?;
        }
        let continued = self.continued(&new, known, now.timestamp)?;
        self.check_room(&new, continued)?;
        let other = known.by_hash.and_then(|number| self.table.get(number));
        let clashes = other.is_some_and(|other| !other.is_for(&new.target, &new.scope));
        self.submitted += 1;
        let number = self.submitted;
        let mut record = Record::submitted(new, number, now);
        if let Some((failed, _)) = continued
            && let Some(kept) = self.drop_kept(failed)
        {
            record.continue_with(kept);
        }
        let job = record.job().clone();
        let indexed = Indexed::of_record(&record);
        let entry = Box::new(Entry::new(record, self.spare.pop()));
        self.indexes.update(entry.identity(), None, Some(indexed));
        self.table.push(number, entry);
        self.make_room();
        Ok((Submitted::Created(job), Some(Made { number, clashes })))
    }

    /// The job that owns the target of a new one, if it can be joined or served.
    fn owner_of_target(
        &self,
        known: &Known,
        new: &NewJob,
        now: Timestamp,
    ) -> Option<(u64, Submitted)> {
        let mut known = [known.by_hash, known.clashing].into_iter().flatten();
        let owner = |number| self.owner(number, &new.target, &new.scope, now);
        let entry = known.find_map(owner)?;
        if !entry.is_fresh(new, self.retention, now) {
            return None;
        }
        let job = entry.job(self.retention);
        let submitted = if job.status.is_terminal() {
            Submitted::Served(job)
        } else {
            Submitted::Joined(job)
        };
        Some((entry.number(), submitted))
    }

    /// The note of a submit that joins a job or is served, if that job does not have it yet.
    fn new_note(
        &self,
        new: &NewJob,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Note>, StoreError> {
        let (Some(note), Some(entry)) = (new.note(), self.get(number, now)) else {
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
    fn continued(
        &self,
        new: &NewJob,
        known: &Known,
        now: Timestamp,
    ) -> Result<Option<(u64, u64)>, StoreError> {
        let Some(failed) = new.continued() else {
            return Ok(None);
        };
        let refused = |reason| Err(StoreError::not_continuable(failed, reason));
        let entry = known.continued.and_then(|number| self.get(number, now));
        let Some(entry) = entry else {
            return refused(NotContinuable::Unknown);
        };
        if !entry.is_for(&new.target, &new.scope) {
            refused(NotContinuable::OtherTarget)
        } else if entry.status() != Status::Failed {
            refused(NotContinuable::NotFailed)
        } else {
            match entry.record() {
                Some(record) if self.indexes.is_kept(record, now) => {
                    Ok(Some((entry.number(), record.kept_bytes())))
                }
                _ => refused(NotContinuable::NoCheckpoints),
            }
        }
    }

    fn check_room(&self, new: &NewJob, continued: Option<(u64, u64)>) -> Result<(), StoreError> {
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
