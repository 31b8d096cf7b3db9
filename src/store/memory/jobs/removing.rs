//! What leaves the store: at the end of its retention, for room, or on demand; and the housekeeping that sees to it.

use super::{Jobs, Removed};
use crate::job::Status;
use crate::store::memory::indexes::Indexed;
use crate::store::rules::{Kept, State};
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{StoreError, SweepStats};

impl Jobs {
    /// Removes an ended job. Does nothing if there is none.
    pub(in crate::store::memory) fn delete(
        &mut self,
        number: u64,
        now: Timestamp,
        removed: &mut Removed,
    ) -> Result<(), StoreError> {
        let Some(entry) = self.get(number, now) else {
            return Ok(());
        };
        match entry.state() {
            State::Ended { .. } => {
                self.remove(number, removed);
                Ok(())
            }
            State::Waiting { .. } | State::Held { .. } => Err(StoreError::NotEnded(entry.id())),
        }
    }

    /// One step of housekeeping. Records that leave are moved to `removed`, to be dropped unlocked.
    pub(in crate::store::memory) fn sweep(
        &mut self,
        limit: usize,
        now: Now,
        removed: &mut Removed,
    ) -> SweepStats {
        let mut swept = SweepStats::default();
        let mut left = limit;
        while left > 0
            && let Some(status) = self.reclaim_next(now)
        {
            let count = if status == Status::Failed {
                &mut swept.failed
            } else {
                &mut swept.requeued
            };
            *count += 1;
            left -= 1;
        }
        while left > 0
            && let Some(&(deadline, number)) = self.indexes.deadlines.first()
            && deadline <= now.timestamp
        {
            // A held job leaves the index too: its deadline is checked when its lease ends.
            self.indexes.deadlines.remove(deadline, number);
            let failed = self.change(number, now.timestamp, |record| record.fail_if_overdue(now));
            swept.failed += usize::from(failed == Some(true));
            left -= 1;
        }
        swept.removed = self.expire(left, now.timestamp, removed);
        // At the end: a platform's last job may just have failed.
        self.indexes.ready.forget_idle(now.timestamp);
        swept.more = self.indexes.is_due(now.timestamp);
        swept
    }

    /// Drops what failed jobs have left, the oldest first, for as long as there are too many bytes.
    pub(super) fn make_room(&mut self) {
        while self.indexes.stored_bytes > self.limits.stored_bytes()
            && let Some(&(_, number)) = self.indexes.kept.first()
        {
            self.drop_kept(number);
        }
    }

    pub(super) fn drop_kept(&mut self, number: u64) -> Option<Kept> {
        let entry = self.table.get_mut(number)?;
        let before = Indexed::of(entry);
        let kept = entry.record_mut(self.retention).drop_kept();
        let after = Indexed::of(entry);
        self.indexes
            .update(entry.identity(), Some(before), Some(after));
        let settled = entry.settle(self.retention);
        self.spare(settled);
        Some(kept)
    }

    pub(super) fn expire(&mut self, limit: usize, now: Timestamp, removed: &mut Removed) -> usize {
        for _ in 0..limit {
            match self.indexes.kept.first() {
                Some(&(until, number)) if until <= now => _ = self.drop_kept(number),
                _ => break,
            }
        }
        let mut count = 0;
        while count < limit
            && let Some(&(expiry, number)) = self.indexes.expiries.first()
            && expiry <= now
        {
            self.remove(number, removed);
            count += 1;
        }
        count
    }

    pub(super) fn remove(&mut self, number: u64, removed: &mut Removed) {
        let entry = self
            .table
            .remove(number)
            .expect("every indexed job has an entry");
        let last = Indexed::of(&entry);
        self.indexes.update(entry.identity(), Some(last), None);
        removed.push(entry);
    }
}
