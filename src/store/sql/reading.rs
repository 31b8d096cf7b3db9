//! What reads and changes nothing.

use std::sync::{Arc, LazyLock, OnceLock};

use bytes::Bytes;

use super::columns::{self, NUMBER_OF_A_JOB};
use super::due::choose_of_queue;
use super::record;
use super::submitting::{job_counts, unkept_bytes};
use super::{Done, Driver, Elsewhere, Row, Tally, Value};
use crate::account::Platform;
use crate::job::{Job, JobId, Status};
use crate::store::timestamp::Timestamp;
use crate::store::unreadable::Unreadable;
use crate::store::{FindRequest, ListRequest, PlatformStats, Stats, StoreError, StoreLimits};

/// How many records are examined for a list at a time.
const LIST_STEP: usize = 250;

pub(super) static FIRST_OF_QUEUE: LazyLock<String> = LazyLock::new(|| choose_of_queue(1));

/// Reads in one transaction that changes nothing.
pub(in crate::store) struct Reader<'a, D> {
    driver: &'a mut D,
    clock: Arc<OnceLock<Timestamp>>,
}

impl<'a, D: Driver> Reader<'a, D> {
    /// The clock says when the transaction reads: from its first statement on, or before.
    pub(in crate::store) const fn new(driver: &'a mut D, clock: Arc<OnceLock<Timestamp>>) -> Self {
        Self { driver, clock }
    }

    /// When the transaction reads. Only after a statement.
    fn now(&self) -> Timestamp {
        *self
            .clock
            .get()
            .expect("a statement was run, or else it failed")
    }

    pub(in crate::store) async fn get(&mut self, id: JobId) -> Done<Option<Job>, D> {
        let row = self.row("job_id = $1", &[Value::written(&id)]).await?;
        if let Some(row) = row {
            return Ok(Some(
                record::job(&row).map_err(|unreadable| unreadable.of(id))?,
            ));
        }
        match self.driver.elsewhere(id).await? {
            Some(Elsewhere::Number(number)) => {
                let row = self.row("number = $1", &[Value::Integer(number)]).await?;
                let job = row.map(|row| record::job(&row).map_err(|unreadable| unreadable.of(id)));
                return Ok(job.transpose()?);
            }
            Some(Elsewhere::Submitted(job)) => return Ok(Some(*job)),
            None => {}
        }
        let sql = "SELECT reason FROM damaged WHERE job_id = $1";
        let rows = self.driver.rows(sql, &[Value::written(&id)]).await?;
        match rows.first().and_then(|row| row.text(0)) {
            Some(reason) => Err(StoreError::damaged(id, reason).into()),
            None => Ok(None),
        }
    }

    pub(in crate::store) async fn get_many(&mut self, ids: &[JobId]) -> Done<Vec<Option<Job>>, D> {
        let sql = columns::job_where("job_id = $1");
        let statement = |id| (sql.clone().into(), vec![Value::written(id)]);
        let all = self
            .driver
            .all_rows(ids.iter().map(statement).collect())
            .await?;
        let mut found = Vec::with_capacity(ids.len());
        for (mut rows, id) in all.into_iter().zip(ids) {
            found.push(match rows.pop() {
                Some(row) if record::is_expired(&row, self.now()) => None,
                Some(row) => record::job(&row).ok(),
                None => match self.driver.elsewhere(*id).await? {
                    Some(Elsewhere::Number(number)) => {
                        let row = self.row("number = $1", &[Value::Integer(number)]).await?;
                        row.and_then(|row| record::job(&row).ok())
                    }
                    Some(Elsewhere::Submitted(job)) => Some(*job),
                    None => None,
                },
            });
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

    /// Lists the jobs after the submit with the number `from`, the newest first. Returns the number of the last one
    /// that was examined if there may be more.
    pub(in crate::store) async fn list(
        &mut self,
        request: &ListRequest,
        mut from: Option<u64>,
    ) -> Done<(Vec<Job>, Option<u64>), D> {
        let mut found = Vec::new();
        for _ in 0..ListRequest::MAX_EXAMINED / LIST_STEP {
            from = self.list_step(request, from, &mut found).await?;
            if from.is_none() || found.len() >= request.limit {
                break;
            }
        }
        Ok((found, from))
    }

    /// Examines one step of jobs, for as long as there are fewer than the limit.
    async fn list_step(
        &mut self,
        request: &ListRequest,
        from: Option<u64>,
        found: &mut Vec<Job>,
    ) -> Done<Option<u64>, D> {
        let condition = "number < $1 ORDER BY number DESC LIMIT $2";
        let values = [
            Value::number(from.unwrap_or(u64::MAX)),
            Value::number(LIST_STEP),
        ];
        let rows = self
            .driver
            .rows(&columns::job_where(condition), &values)
            .await?;
        let is_last_step = rows.len() < LIST_STEP;
        let mut last = None;
        for row in rows {
            if found.len() >= request.limit {
                return Ok(last);
            }
            last = Some(row.number(NUMBER_OF_A_JOB));
            if !record::is_expired(&row, self.now())
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
        let Some(job) = job.filter(|job| job.status == Status::Completed) else {
            return Ok(None);
        };
        let sql =
            "SELECT value FROM reports WHERE number = (SELECT number FROM jobs WHERE job_id = $1)";
        let mut rows = self.driver.rows(sql, &[Value::written(&job.id)]).await?;
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
        let sql = &**FIRST_OF_QUEUE;
        for (name, platform) in &tally.platforms {
            if platform.pending > 0
                && let Some(row) = self.driver.rows(sql, &[Value::text(name)]).await?.first()
                && let Some(due) = row.time(0)
                && due <= self.now()
            {
                let ready = due.after(std::time::Duration::from_nanos(row.number(2)));
                stats.oldest_ready = stats.oldest_ready.max(Some(self.now().since(ready)));
            }
            let paused_until = platform.pause.paused_until(self.now());
            if let Ok(name) = Platform::new(name)
                && (platform.has_jobs() || paused_until.is_some())
            {
                let platform = PlatformStats {
                    pending: platform.pending,
                    processing: platform.processing,
                    paused_for: paused_until.map(|until| until.since(self.now())),
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
        Ok(rows
            .pop()
            .filter(|row| !record::is_expired(row, self.now())))
    }
}
