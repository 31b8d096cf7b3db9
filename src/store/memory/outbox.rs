//! The ended jobs whose notes have not been delivered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Notify;

use crate::account::Platform;
use crate::store::ClaimEndedRequest;
use crate::store::timestamp::Timestamp;

/// Ended jobs with notes, by platform and by the time at which those are due.
#[derive(Default)]
pub(super) struct Outbox {
    due: BTreeMap<Platform, BTreeSet<(Timestamp, u64)>>,
    // Wakes those who wait for notes to deliver.
    changed: Arc<Notify>,
}

impl Outbox {
    /// What is notified when there is more to deliver, or sooner.
    pub(super) fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.changed)
    }

    /// Moves a job from when its notes were due to when they are; `None` is never.
    pub(super) fn update(
        &mut self,
        platform: &Platform,
        number: u64,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
    ) {
        if before == after {
            return;
        }
        if let Some(is) = after {
            self.due
                .entry(platform.clone())
                .or_default()
                .insert((is, number));
            self.changed.notify_waiters();
        }
        if let Some(was) = before
            && let Some(jobs) = self.due.get_mut(platform)
        {
            jobs.remove(&(was, number));
            if jobs.is_empty() {
                self.due.remove(platform);
            }
        }
    }

    /// The job whose notes are due first, of the platforms that are asked for.
    pub(super) fn next(&self, request: &ClaimEndedRequest) -> Option<(Timestamp, u64)> {
        self.due
            .iter()
            .filter(|(platform, _)| request.wants(platform))
            .filter_map(|(_, jobs)| jobs.first())
            .min()
            .copied()
    }

    pub(super) fn len(&self) -> usize {
        self.due.values().map(BTreeSet::len).sum()
    }
}
