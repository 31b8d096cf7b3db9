//! The ended jobs whose notes have not been delivered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Notify;

use super::entry::Identity;
use crate::account::Platform;
use crate::job::JobId;
use crate::store::ClaimEndedRequest;
use crate::store::timestamp::Timestamp;

/// Ended jobs with notes, by platform and by the time at which those are due.
#[derive(Default)]
pub(super) struct Outbox {
    // By their ids where they are due at the same time, as in other stores; the numbers follow.
    due: BTreeMap<Platform, BTreeSet<(Timestamp, JobId, u64)>>,
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
        identity: Identity<'_>,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
    ) {
        if before == after {
            return;
        }
        let Identity {
            number,
            id,
            platform,
            ..
        } = identity;
        if let Some(is) = after {
            self.due
                .entry(platform.clone())
                .or_default()
                .insert((is, id, number));
            self.changed.notify_waiters();
        }
        if let Some(was) = before
            && let Some(jobs) = self.due.get_mut(platform)
        {
            jobs.remove(&(was, id, number));
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
            .map(|(due, _, number)| (*due, *number))
    }

    pub(super) fn len(&self) -> usize {
        self.due.values().map(BTreeSet::len).sum()
    }
}
