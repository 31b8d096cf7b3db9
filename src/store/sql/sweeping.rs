//! Housekeeping, and what it shares with a submit.

use std::sync::LazyLock;

use super::columns::KNOWN;
use super::due::Due;
use super::{Done, Driver, Session, Value};
use crate::job::Status;
use crate::store::SweepStats;

impl<D: Driver> Session<'_, D> {
    /// One step of housekeeping.
    pub(in crate::store) async fn sweep(&mut self, limit: usize) -> Done<SweepStats, D> {
        let mut swept = SweepStats::default();
        let mut left = limit;
        while left > 0
            && let Some(status) = self.reclaim_next().await?
        {
            match status {
                Some(Status::Failed) => swept.failed += 1,
                Some(_) => swept.requeued += 1,
                None => {}
            }
            left -= 1;
        }
        let now = self.now;
        while left > 0
            && let Some(number) = self.next_overdue().await?
        {
            if let Some(loaded) = self.chosen(number).await? {
                let failed = self
                    .change(loaded, |record| record.fail_if_overdue(now))
                    .await?;
                swept.failed += usize::from(failed);
            }
            left -= 1;
        }
        swept.removed = self.expire(left).await?;
        self.forget_damaged().await?;
        // At the end: a platform's last job may just have failed.
        self.tally.forget_idle(now.timestamp);
        swept.more = self.is_due().await?;
        Ok(swept)
    }

    /// Drops what failed jobs have left for long enough, and removes up to `limit` expired jobs.
    pub(super) async fn expire(&mut self, limit: usize) -> Done<usize, D> {
        for _ in 0..limit {
            let Some(number) = self.next_due(Due::Kept).await? else {
                break;
            };
            if let Some(loaded) = self.chosen(number).await? {
                self.drop_kept(loaded).await?;
            }
        }
        let mut count = 0;
        while count < limit
            && let Some(number) = self.next_due(Due::Expiry).await?
        {
            if let Some(loaded) = self.chosen(number).await? {
                self.remove(&loaded).await?;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Drops the records that were in quarantine for a retention.
    async fn forget_damaged(&mut self) -> Done<(), D> {
        if self.tally.counts.damaged > 0 {
            let sql = "DELETE FROM damaged WHERE expires <= $1 RETURNING 1";
            let gone = self
                .driver
                .rows(sql, &[Value::time(self.now.timestamp)])
                .await?;
            let damaged = &mut self.tally.counts.damaged;
            *damaged = damaged.saturating_sub(gone.len() as u64);
        }
        Ok(())
    }

    /// Whether housekeeping has anything to do.
    async fn is_due(&mut self) -> Done<bool, D> {
        for due in Due::ALL {
            if self.next_due(due).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(self.next_overdue().await?.is_some())
    }

    /// The first job that is due by now.
    async fn next_due(&mut self, due: Due) -> Done<Option<i64>, D> {
        let now = self.now.timestamp;
        let first = self.next(due).await?.filter(|first| first.due <= now);
        Ok(first.map(|first| first.number))
    }

    /// A job that waits and whose deadline has passed.
    async fn next_overdue(&mut self) -> Done<Option<i64>, D> {
        let now = Value::time(self.now.timestamp);
        let rows = self.driver.rows(&OVERDUE, &[now]).await?;
        Ok(rows.first().and_then(|row| row.integer(0)))
    }
}

pub(super) static OVERDUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT number FROM jobs WHERE status = 'pending' AND deadline <= $1 AND {} ORDER BY deadline LIMIT 1",
        *KNOWN
    )
});
