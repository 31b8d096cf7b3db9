//! Reading one job, applying a rule to it, and writing back what came of it.

use super::columns::{self, CHANGING, COLUMNS, Column};
use super::due::Due;
use super::record::{self, Stored};
use super::tally::{Counted, Place};
use super::writes::{INSERT_JOB, PUT_INPUT};
use super::{Done, Driver, Elsewhere, Known, Row, Session, Value};
use crate::account::Target;
use crate::job::{JobId, Scope};
use crate::store::rules::{Kept, Record, State};
use crate::store::unreadable::Unreadable;
use crate::store::{Note, StoreError};

/// A job as it was read.
pub(super) struct Loaded {
    pub(super) stored: Stored,
    /// Its row before any change.
    pub(super) row: Row,
    /// The submits whose notes there were.
    pub(super) notes: Vec<JobId>,
}

impl Loaded {
    pub(super) const fn record(&self) -> &Record {
        &self.stored.record
    }

    pub(super) fn id(&self) -> JobId {
        self.stored.record.job.id
    }

    fn number(&self) -> Value<'static> {
        Value::number(self.stored.record.number)
    }

    pub(super) fn place(&self) -> Place<'_> {
        let job = &self.stored.record.job;
        Place {
            id: Some(job.id),
            platform: job.target.platform.as_str(),
            scope: job.scope.as_str(),
        }
    }
}

impl<D: Driver> Session<'_, D> {
    /// Reads a job. `None` if it is unknown or has expired.
    pub(super) async fn job(&mut self, id: JobId) -> Done<Option<Loaded>, D> {
        match self.look_up(id).await? {
            (None, true) => Err(StoreError::unavailable(
                "the job was submitted a moment ago and is not taken over yet; try again",
            )
            .into()),
            (found, _) => Ok(found),
        }
    }

    /// The same, and whether it was submitted somewhere and is not among the jobs yet.
    pub(super) async fn look_up(&mut self, id: JobId) -> Done<(Option<Loaded>, bool), D> {
        match self.load_id(id).await? {
            Some(found) => Ok((Some(found).filter(|found| !self.has_expired(found)), false)),
            None => self.look_elsewhere(id).await,
        }
    }

    /// Looks for a job that is not among the jobs under its id.
    pub(super) async fn look_elsewhere(&mut self, id: JobId) -> Done<(Option<Loaded>, bool), D> {
        let mut is_submitted = false;
        let mut found = None;
        match self.driver.elsewhere(id).await? {
            Some(Elsewhere::Number(number)) => found = self.load_number(number).await?,
            Some(Elsewhere::Submitted(_)) => is_submitted = true,
            None => {}
        }
        if found.is_none() && self.tally.counts.damaged > 0 {
            let sql = "SELECT reason FROM damaged WHERE job_id = $1";
            let rows = self.driver.rows(sql, &[Value::written(&id)]).await?;
            if let Some(reason) = rows.first().and_then(|row| row.text(0)) {
                return Err(StoreError::damaged(id, reason).into());
            }
        }
        let found = found.filter(|loaded| !self.has_expired(loaded));
        Ok((found, is_submitted))
    }

    /// Reads a job that SQL has chosen, whether it has expired or not. `None` if its record is damaged: then
    /// it is in quarantine.
    pub(super) async fn chosen(&mut self, number: i64) -> Done<Option<Loaded>, D> {
        match self.load_number(number).await {
            Err(super::Failure::Refused(StoreError::Damaged { .. })) => Ok(None),
            Ok(None) => {
                // What led here is out of date. It should never be; forget it, so that it is read anew.
                *self.known = Known::default();
                Ok(None)
            }
            other => other,
        }
    }

    pub(super) fn has_expired(&self, loaded: &Loaded) -> bool {
        let now = self.now.timestamp;
        loaded.stored.expires.is_some_and(|expires| expires <= now)
    }

    /// Reads the job of an id, whether it has expired or not.
    pub(super) async fn load_id(&mut self, id: JobId) -> Done<Option<Loaded>, D> {
        match self.known.by_id(id) {
            Some(Some(row)) => self.decode(row).await.map(Some),
            Some(None) => Ok(None),
            None => self.load("job_id = $1", &[Value::written(&id)]).await,
        }
    }

    async fn load_number(&mut self, number: i64) -> Done<Option<Loaded>, D> {
        match self.known.by_number(number) {
            Some(row) => self.decode(row).await.map(Some),
            None => self.load("number = $1", &[Value::Integer(number)]).await,
        }
    }

    /// Reads the job that owns a target, whether it has expired or not.
    pub(super) async fn load_owner(
        &mut self,
        target: &Target,
        scope: &Scope,
    ) -> Done<Option<Loaded>, D> {
        match self.known.owner(target, scope) {
            Some(Some(row)) => return self.decode(row).await.map(Some),
            Some(None) => return Ok(None),
            None => {}
        }
        let values = [
            Value::text(target.platform.as_str()),
            Value::text(target.handle.as_str()),
            Value::text(scope.as_str()),
        ];
        self.load(columns::OWNER, &values).await
    }

    /// Reads the one job of a condition.
    async fn load(&mut self, condition: &str, values: &[Value<'_>]) -> Done<Option<Loaded>, D> {
        let mut rows = self
            .driver
            .rows(&columns::all_where(condition), values)
            .await?;
        let Some(row) = rows.pop() else {
            return Ok(None);
        };
        self.known.learn(row.clone());
        self.decode(row).await.map(Some)
    }

    /// Makes a job of its row, with its notes. A damaged one is put in quarantine.
    pub(super) async fn decode(&mut self, row: Row) -> Done<Loaded, D> {
        let mut stored = match Stored::read(&row) {
            Ok(stored) => stored,
            Err(Unreadable::Newer) => {
                let id = record::id(&row).unwrap_or_else(|_| JobId::from_uuid(uuid::Uuid::nil()));
                return Err(StoreError::Newer(id).into());
            }
            Err(Unreadable::Damaged(reason)) => {
                let id = record::id(&row).unwrap_or_else(|_| JobId::from_uuid(uuid::Uuid::nil()));
                self.quarantine(&row, &reason).await?;
                return Err(StoreError::damaged(id, reason).into());
            }
        };
        let mut known = Vec::new();
        if let Some(notes) = stored.record.notes.as_deref_mut() {
            let sql = "SELECT submit, value FROM notes WHERE number = $1 ORDER BY part";
            let number = Value::number(stored.record.number);
            for mut row in self.driver.rows(sql, &[number]).await? {
                // One that cannot be read is dropped with the next change of the notes.
                if let Some(submit) = row.text(0).and_then(|id| id.parse().ok()) {
                    known.push(submit);
                    notes.undelivered.push(Note::new(submit, row.take_bytes(1)));
                }
            }
        }
        Ok(Loaded {
            stored,
            row,
            notes: known,
        })
    }

    /// Applies a rule to a job, and writes back what came of it.
    pub(super) async fn change<T>(
        &mut self,
        loaded: Loaded,
        rule: impl FnOnce(&mut Record) -> T,
    ) -> Done<T, D> {
        self.change_kept(loaded, rule)
            .await
            .map(|(result, _)| result)
    }

    /// As [`change`](Self::change), and returns the job as it is then.
    pub(super) async fn change_kept<T>(
        &mut self,
        mut loaded: Loaded,
        rule: impl FnOnce(&mut Record) -> T,
    ) -> Done<(T, Loaded), D> {
        let was = Counted::of(&loaded.stored);
        let result = rule(&mut loaded.stored.record);
        self.settle(&mut loaded, was).await?;
        self.make_room().await?;
        Ok((result, loaded))
    }

    /// Drops what a failed job has left, and returns it.
    pub(super) async fn drop_kept(&mut self, mut loaded: Loaded) -> Done<Kept, D> {
        let was = Counted::of(&loaded.stored);
        let kept = loaded.stored.record.drop_kept();
        self.settle(&mut loaded, was).await?;
        Ok(kept)
    }

    /// Writes a new job.
    pub(super) async fn insert(&mut self, stored: &Stored) -> Done<(), D> {
        let values = stored.write(None);
        self.known.moved(None, Some(&values));
        self.driver.put(&INSERT_JOB, values).await?;
        let record = &stored.record;
        if let Some(input) = record.input.here().filter(|input| !input.is_empty()) {
            self.put(&PUT_INPUT, record.number, input).await?;
        }
        if let Some(notes) = record.notes.as_deref() {
            for note in &notes.undelivered {
                self.put_note(record.number, note).await?;
            }
        }
        let job = &record.job;
        let place = Place {
            id: Some(job.id),
            platform: job.target.platform.as_str(),
            scope: job.scope.as_str(),
        };
        self.tally.moved(place, None, Some(Counted::of(stored)));
        Ok(())
    }

    /// Removes a job with everything that belongs to it.
    pub(super) async fn remove(&mut self, loaded: &Loaded) -> Done<(), D> {
        self.remove_rows(loaded.number()).await?;
        self.known.moved(Some(&loaded.row), None);
        self.tally
            .moved(loaded.place(), Some(Counted::of(&loaded.stored)), None);
        Ok(())
    }

    /// Drops what failed jobs have left, the oldest first, for as long as there are too many bytes.
    pub(super) async fn make_room(&mut self) -> Done<(), D> {
        while self.tally.counts.stored_bytes > self.settings.limits.stored_bytes()
            && self.tally.counts.kept_bytes > 0
        {
            let Some(first) = self.next(Due::Kept).await? else {
                break;
            };
            if let Some(loaded) = self.chosen(first.number).await? {
                self.drop_kept(loaded).await?;
            }
        }
        Ok(())
    }

    /// Writes what a rule has made of a job.
    async fn settle(&mut self, loaded: &mut Loaded, was: Counted) -> Done<(), D> {
        let now = self.now.timestamp;
        let stored = &mut loaded.stored;
        let ended = match stored.record.state {
            State::Ended { at } => Some(at),
            State::Waiting { .. } | State::Held { .. } => None,
        };
        if let Some(at) = ended
            && stored.expires.is_none()
        {
            stored.record.expire_after(self.settings.retention);
            stored.expires = Some(at.after(self.settings.retention));
            if self.settings.failed_checkpoints.is_zero() {
                stored.record.drop_kept();
            }
        }
        stored.kept_until = stored.record.kept_since().map(|since| {
            let kept = self
                .settings
                .failed_checkpoints
                .min(self.settings.retention);
            stored.kept_until.unwrap_or_else(|| since.after(kept))
        });
        // A job that has lost its key does not get it back.
        stored.owns_key &= stored.record.owns_target();
        let after = stored.write(Some(&loaded.row));
        self.known.moved(Some(&loaded.row), Some(&after));
        self.driver.change(&loaded.row, after).await?;
        self.write_contents(loaded).await?;
        let counted = Counted::of(&loaded.stored);
        self.tally.moved(loaded.place(), Some(was), Some(counted));
        let record = &loaded.stored.record;
        if record.job.version.number() != loaded.row.number(Column::version as usize) {
            self.events.changed.push(record.job.id);
        }
        if let State::Held { until, .. } = record.state {
            self.wake_claims(until);
        }
        let notes_were_due = loaded.row.time(Column::notes_due as usize);
        if let Some(due) = record
            .notes_due()
            .filter(|due| notes_were_due != Some(*due))
        {
            self.wake_deliveries(due.max(now));
        }
        Ok(())
    }

    /// Takes a record that cannot be read out of the jobs, and keeps it as it was for a retention.
    async fn quarantine(&mut self, row: &Row, reason: &str) -> Done<(), D> {
        let text = |column: Column| row.text(column as usize).unwrap_or_default();
        let number = row.value(Column::number as usize).clone();
        let record = COLUMNS[..CHANGING].iter().zip(&row.0);
        let record: Vec<String> = record
            .filter_map(|(name, value)| match value {
                Value::Integer(number) => Some(format!("{name}: {number}")),
                Value::Text(text) => Some(format!("{name}: {text}")),
                Value::Null | Value::Bytes(_) | Value::Texts(_) => None,
            })
            .collect();
        self.remove_rows(number).await?;
        self.known.moved(Some(row), None);
        let id = text(Column::job_id);
        self.enter_damaged(id, reason, record.join("\n")).await?;
        let place = Place {
            id: record::id(row).ok(),
            platform: text(Column::platform),
            scope: text(Column::scope),
        };
        self.tally
            .moved(place, Some(Counted::of_damaged(row)), None);
        self.events.damaged.push((id.to_owned(), reason.to_owned()));
        Ok(())
    }

    /// Enters something in the quarantine, for a retention.
    pub(in crate::store) async fn enter_damaged(
        &mut self,
        id: &str,
        reason: &str,
        record: String,
    ) -> Done<(), D> {
        let sql = "INSERT INTO damaged (job_id, expires, reason, record) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (job_id) DO UPDATE SET expires = excluded.expires, reason = excluded.reason, \
                   record = excluded.record";
        let expires = self.now.timestamp.after(self.settings.retention);
        let values = [
            Value::text(id),
            Value::time(expires),
            Value::text(reason),
            Value::Text(record.into()),
        ];
        self.driver.write(sql, &values).await?;
        self.tally.counts.damaged += 1;
        Ok(())
    }

    /// Takes it out again.
    #[cfg(feature = "postgres")]
    pub(in crate::store) async fn leave_damaged(&mut self, id: &str, record: &str) -> Done<(), D> {
        if self.tally.counts.damaged > 0 {
            let sql = "DELETE FROM damaged WHERE job_id = $1 AND record = $2 RETURNING 1";
            let values = [Value::text(id), Value::text(record)];
            let gone = self.driver.rows(sql, &values).await?;
            let damaged = &mut self.tally.counts.damaged;
            *damaged = damaged.saturating_sub(gone.len() as u64);
        }
        Ok(())
    }

    async fn remove_rows(&mut self, number: Value<'static>) -> Done<(), D> {
        let number = [number];
        for table in ["jobs", "inputs", "outputs", "saves", "reports", "notes"] {
            let sql = format!("DELETE FROM {table} WHERE number = $1");
            self.driver.write(&sql, &number).await?;
        }
        Ok(())
    }
}
