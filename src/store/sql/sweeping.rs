//! Housekeeping, and what it shares with a submit.

use super::columns::KNOWN;
use super::known::Due;
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
            && let Some(number) = self.next_number(&overdue(), now.timestamp.0).await?
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
            let Some(number) = self.next_due(Due::Kept, &kept()).await? else {
                break;
            };
            if let Some(loaded) = self.chosen(number).await? {
                self.drop_kept(loaded).await?;
            }
        }
        let mut count = 0;
        while count < limit
            && let Some(number) = self.next_due(Due::Expiry, &expired()).await?
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
        let now = self.now.timestamp.0;
        for sql in due() {
            if self.next_number(&sql, now).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The first job that is due by now, if it is not known that there is none.
    async fn next_due(&mut self, due: Due, sql: &str) -> Done<Option<i64>, D> {
        let now = self.now.timestamp;
        match self.known.first(due) {
            Some(first) => Ok(first
                .filter(|first| first.due <= now)
                .map(|first| first.number)),
            None => self.next_number(sql, now.0).await,
        }
    }

    async fn next_number(&mut self, sql: &str, now: u64) -> Done<Option<i64>, D> {
        let rows = self.driver.rows(sql, &[Value::number(now)]).await?;
        Ok(rows.first().and_then(|row| row.integer(0)))
    }
}

/// Choose what housekeeping has to do.
pub(super) fn due() -> [String; 4] {
    [lease_over(), overdue(), kept(), expired()]
}

fn lease_over() -> String {
    choose("status = 'processing' AND lease_until <= $1", "lease_until")
}

fn overdue() -> String {
    choose("status = 'pending' AND deadline <= $1", "deadline")
}

fn kept() -> String {
    choose("kept_until <= $1", "kept_until")
}

fn expired() -> String {
    choose(
        "expires <= $1 AND status IN ('completed', 'failed')",
        "expires",
    )
}

/// Chooses the first job of a condition that holds by now.
fn choose(condition: &str, order: &str) -> String {
    format!(
        "SELECT number FROM jobs WHERE {condition} AND {} ORDER BY {order} LIMIT 1",
        *KNOWN
    )
}
