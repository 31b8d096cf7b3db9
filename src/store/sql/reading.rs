//! What reads and changes nothing.

use bytes::Bytes;

use super::claiming::head_of_queue;
use super::columns::{self, NUMBER_OF_A_JOB};
use super::record;
use super::submitting::{job_counts, unkept_bytes};
use super::{Done, Driver, Row, Tally, Value};
use crate::account::Platform;
use crate::job::{Job, JobId, Status};
use crate::store::timestamp::Timestamp;
use crate::store::unreadable::Unreadable;
use crate::store::{FindRequest, ListRequest, PlatformStats, Stats, StoreError, StoreLimits};

/// Reads in one transaction that changes nothing.
pub(in crate::store) struct Reader<'a, D> {
    pub(in crate::store) driver: &'a mut D,
    pub(in crate::store) now: Timestamp,
}

impl<D: Driver> Reader<'_, D> {
    pub(in crate::store) async fn get(&mut self, id: JobId) -> Done<Option<Job>, D> {
        let row = self.row("job_id = $1", &[Value::written(&id)]).await?;
        if let Some(row) = row {
            return Ok(Some(
                record::job(&row).map_err(|unreadable| unreadable.of(id))?,
            ));
        }
        let sql = "SELECT reason FROM damaged WHERE job_id = $1";
        let rows = self.driver.rows(sql, &[Value::written(&id)]).await?;
        match rows.first().and_then(|row| row.text(0)) {
            Some(reason) => Err(StoreError::damaged(id, reason).into()),
            None => Ok(None),
        }
    }

    pub(in crate::store) async fn get_many(&mut self, ids: &[JobId]) -> Done<Vec<Option<Job>>, D> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let row = self.row("job_id = $1", &[Value::written(id)]).await?;
            found.push(row.and_then(|row| record::job(&row).ok()));
        }
        Ok(found)
    }

    pub(in crate::store) async fn find(&mut self, request: &FindRequest) -> Done<Option<Job>, D> {
        let condition = "platform = $1 AND handle = $2 AND scope = $3 AND owns_key = 1";
        let values = [
            Value::text(request.target.platform.as_str()),
            Value::text(request.target.handle.as_str()),
            Value::text(request.scope.as_str()),
        ];
        let Some(row) = self.row(condition, &values).await? else {
            return Ok(None);
        };
        match (record::job(&row), record::id(&row)) {
            (Ok(job), _) => Ok(Some(job)),
            (Err(Unreadable::Newer), Ok(id)) => Err(StoreError::Newer(id).into()),
            (Err(_), _) => Ok(None),
        }
    }

    /// Reads up to `examine` jobs after the submit with the number `from`, the newest first, for as long as there
    /// are fewer than the limit. Returns the number of the last one if there may be more.
    pub(in crate::store) async fn list(
        &mut self,
        request: &ListRequest,
        from: Option<u64>,
        examine: usize,
        found: &mut Vec<Job>,
    ) -> Done<Option<u64>, D> {
        let condition = "number < $1 ORDER BY number DESC LIMIT $2";
        let values = [
            Value::number(from.unwrap_or(u64::MAX)),
            Value::number(examine),
        ];
        let rows = self
            .driver
            .rows(&columns::job_where(condition), &values)
            .await?;
        let is_last_step = rows.len() < examine;
        let mut last = None;
        for row in rows {
            if found.len() >= request.limit {
                return Ok(last);
            }
            last = Some(row.number(NUMBER_OF_A_JOB));
            if !record::is_expired(&row, self.now)
                && let Ok(job) = record::job(&row)
                && request.wants(&job)
            {
                found.push(job);
            }
        }
        Ok(last.filter(|_| !is_last_step))
    }

    pub(in crate::store) async fn report(&mut self, id: JobId) -> Done<Option<Bytes>, D> {
        let job = self.get(id).await?;
        if job.is_none_or(|job| job.status != Status::Completed) {
            return Ok(None);
        }
        let sql =
            "SELECT value FROM reports WHERE number = (SELECT number FROM jobs WHERE job_id = $1)";
        let mut rows = self.driver.rows(sql, &[Value::written(&id)]).await?;
        match rows.pop() {
            Some(mut row) => Ok(Some(row.take_bytes(0))),
            None => Err(StoreError::damaged(id, "its report is gone").into()),
        }
    }

    pub(in crate::store) async fn stats(&mut self, limits: &StoreLimits) -> Done<Stats, D> {
        let tally = Tally::load(self.driver).await?;
        let jobs = job_counts(&tally);
        let full = limits.reached(&jobs, unkept_bytes(&tally));
        let mut stats = Stats {
            jobs,
            full: full.map(|(limit, _)| limit),
            stored_bytes: tally.counts.stored_bytes,
            undelivered: tally.counts.undelivered,
            damaged: tally.counts.damaged,
            ..Stats::default()
        };
        let sql = head_of_queue();
        for (name, platform) in &tally.platforms {
            if platform.pending > 0
                && let Some(row) = self.driver.rows(&sql, &[Value::text(name)]).await?.first()
                && let Some(due) = row.time(0)
                && due <= self.now
            {
                let ready = due.after(std::time::Duration::from_nanos(row.number(2)));
                stats.oldest_ready = stats.oldest_ready.max(Some(self.now.since(ready)));
            }
            let paused_until = platform.pause.paused_until(self.now);
            if let Ok(name) = Platform::new(name)
                && (platform.has_jobs() || paused_until.is_some())
            {
                let platform = PlatformStats {
                    pending: platform.pending,
                    processing: platform.processing,
                    paused_for: paused_until.map(|until| until.since(self.now)),
                };
                stats.platforms.insert(name, platform);
            }
        }
        Ok(stats)
    }

    /// The one row of a job that has not expired.
    async fn row(&mut self, condition: &str, values: &[Value<'_>]) -> Done<Option<Row>, D> {
        let mut rows = self
            .driver
            .rows(&columns::job_where(condition), values)
            .await?;
        Ok(rows.pop().filter(|row| !record::is_expired(row, self.now)))
    }
}
