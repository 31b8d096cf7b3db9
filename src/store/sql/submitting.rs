//! A submit: what it finds, what it may take, and what it makes.

use super::jobs::Loaded;
use super::record::Stored;
use super::tally::Tally;
use super::{Done, Driver, Failure, Session, Value};
use crate::job::Status;
use crate::store::rules::{Record, State, is_fresh};
use crate::store::timestamp::Timestamp;
use crate::store::{JobCounts, Limit, NewJob, NotContinuable, Note, StoreError, Submitted};

/// How many expired jobs a submit removes, so that a store without a sweeper does not grow for ever
/// either.
const EXPIRED_PER_SUBMIT: usize = 8;

impl<D: Driver> Session<'_, D> {
    pub(in crate::store) async fn submit(&mut self, new: &NewJob) -> Done<Submitted, D> {
        self.settings.limits.check_input(new.input())?;
        self.expire(EXPIRED_PER_SUBMIT).await?;
        if let Some(known) = self.job_or_remove_expired(new).await? {
            let job = &known.record().job;
            return if job.target == new.target && job.scope == new.scope {
                Ok(Submitted::Created(job.clone()))
            } else {
                Err(StoreError::IdTaken(new.id).into())
            };
        }
        let owner = self.owner(new).await?;
        let owner = match owner {
            Some(owner) if self.is_served(&owner, new) => return self.join(owner, new).await,
            other => other,
        };
        if let Some(note) = new.note() {
            note.check(0)?;
        }
        let continued = self.continued(new).await?;
        self.check_room(new, continued.as_ref()).await?;
        if let Some(owner) = owner {
            // The newer job takes the key.
            let sql = "UPDATE jobs SET owns_key = 0 WHERE number = $1";
            let number = owner.record().number;
            self.driver.write(sql, &[Value::number(number)]).await?;
            self.known
                .lost_key(i64::try_from(number).unwrap_or(i64::MAX));
        }
        self.tally.counts.submitted += 1;
        let number = self.tally.counts.submitted;
        let mut record = Record::submitted(new.clone(), number, self.now);
        if let Some(failed) = continued {
            for table in ["inputs", "outputs"] {
                let sql = format!("UPDATE {table} SET number = $1 WHERE number = $2");
                let values = [Value::number(number), Value::number(failed.record().number)];
                self.driver.write(&sql, &values).await?;
            }
            record.continue_with(self.drop_kept(failed).await?);
        }
        let stored = Stored {
            record,
            owns_key: true,
            expires: None,
            kept_until: None,
        };
        self.insert(&stored).await?;
        self.make_room().await?;
        self.wake_claims(Timestamp::START);
        Ok(Submitted::Created(stored.record.job))
    }

    /// The job with the id of a new one. If its retention is over, it is removed, so that the id can be used
    /// again.
    async fn job_or_remove_expired(&mut self, new: &NewJob) -> Done<Option<Loaded>, D> {
        let found = self.load_id(new.id).await?;
        match found {
            Some(known) if self.has_expired(&known) => {
                self.remove(&known).await?;
                Ok(None)
            }
            Some(known) => Ok(Some(known)),
            // Also to find it in quarantine.
            None => Ok(self.look_elsewhere(new.id).await?.0),
        }
    }

    /// The job that has the key of a new one's target, also if it has expired.
    async fn owner(&mut self, new: &NewJob) -> Done<Option<Loaded>, D> {
        match self.load_owner(&new.target, &new.scope).await {
            // It is in quarantine now and owns nothing.
            Err(Failure::Refused(StoreError::Damaged { .. })) => Ok(None),
            other => other,
        }
    }

    fn is_served(&self, owner: &Loaded, new: &NewJob) -> bool {
        let retention = match (owner.record().state, owner.stored.expires) {
            (State::Ended { at }, Some(expires)) => expires.since(at),
            _ => self.settings.retention,
        };
        let (record, now) = (owner.record(), self.now.timestamp);
        !self.has_expired(owner)
            && is_fresh(record.state, record.program.as_ref(), new, retention, now)
    }

    /// Returns the job that owns the target, with the note and the head start of the new one.
    async fn join(&mut self, owner: Loaded, new: &NewJob) -> Done<Submitted, D> {
        let note = self.new_note(new, owner.record())?;
        let job = owner.record().job.clone();
        let now = self.now.timestamp;
        self.change(owner, |record| {
            record.move_forward(new.head_start(), now);
            if let Some(note) = note {
                record.add_note(note, now);
            }
        })
        .await?;
        Ok(if job.status.is_terminal() {
            Submitted::Served(job)
        } else {
            Submitted::Joined(job)
        })
    }

    /// The note of a submit that joins a job or is served, if that job does not have it yet.
    fn new_note(&self, new: &NewJob, owner: &Record) -> Result<Option<Note>, StoreError> {
        let Some(note) = new.note() else {
            return Ok(None);
        };
        let Some(size) = owner.check_note(&note)? else {
            return Ok(None);
        };
        let max = self.settings.limits.stored_bytes();
        if unkept_bytes(self.tally) + size as u64 > max {
            return Err(StoreError::full(Limit::StoredBytes, max));
        }
        Ok(Some(note))
    }

    /// The failed job that a new one continues.
    async fn continued(&mut self, new: &NewJob) -> Done<Option<Loaded>, D> {
        let Some(failed) = new.continued() else {
            return Ok(None);
        };
        let refused = |reason| Err(StoreError::not_continuable(failed, reason).into());
        let Some(found) = self.job(failed).await? else {
            return refused(NotContinuable::Unknown);
        };
        let job = &found.record().job;
        let kept_until = found.stored.kept_until;
        if job.target != new.target || job.scope != new.scope {
            refused(NotContinuable::OtherTarget)
        } else if job.status != Status::Failed {
            refused(NotContinuable::NotFailed)
        } else if kept_until.is_none_or(|until| until <= self.now.timestamp) {
            refused(NotContinuable::NoCheckpoints)
        } else {
            Ok(Some(found))
        }
    }

    async fn check_room(&mut self, new: &NewJob, continued: Option<&Loaded>) -> Done<(), D> {
        let limits = self.settings.limits;
        let (stored, counts) = (unkept_bytes(self.tally), job_counts(self.tally));
        let bytes_max = limits.stored_bytes();
        if let Some((limit, max)) = limits.reached(&counts, stored) {
            return Err(StoreError::full(limit, max).into());
        }
        if let Some(max) = limits.pending_jobs_per_scope()
            && !new.scope.is_none()
            && self
                .tally
                .waiting_in(new.scope.as_str(), self.driver)
                .await?
                >= max as u64
        {
            return Err(StoreError::full(Limit::PendingJobsPerScope, max as u64).into());
        }
        let input = new.input().len() as u64;
        let bytes = continued.map_or(input, |failed| failed.record().kept_bytes());
        let note = new.note().map_or(0, |note| note.value().len() as u64);
        if stored + bytes + note > bytes_max {
            return Err(StoreError::full(Limit::StoredBytes, bytes_max).into());
        }
        Ok(())
    }
}

/// What is stored, but for what failed jobs have left: that goes as soon as room is needed.
pub(super) const fn unkept_bytes(tally: &Tally) -> u64 {
    tally
        .counts
        .stored_bytes
        .saturating_sub(tally.counts.kept_bytes)
}

/// The number of jobs by status.
pub(super) fn job_counts(tally: &Tally) -> JobCounts {
    JobCounts {
        pending: tally.platforms.values().map(|row| row.pending).sum(),
        processing: tally.platforms.values().map(|row| row.processing).sum(),
        completed: tally.counts.completed,
        failed: tally.counts.failed,
    }
}
