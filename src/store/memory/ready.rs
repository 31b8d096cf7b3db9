//! The ready queues, one for each platform.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::account::Platform;
use crate::job::JobId;
use crate::store::pause::PlatformPause;
use crate::store::rules::State;
use crate::store::timestamp::{QueuePosition, Timestamp};
use crate::store::{ClaimRequest, PlatformStats, RateLimit};

/// The waiting jobs of every platform. With a queue each, a platform that is paused or at its limit
/// is passed over in one step, however many of its jobs wait.
// Platforms are few and their names short: comparing a few of them costs less than hashing one.
#[derive(Default)]
pub(super) struct ReadyQueues(BTreeMap<Platform, ReadyQueue>);

#[derive(Default)]
struct ReadyQueue {
    /// Their head starts, by when they are due, less that, and the number of their submit, which no two share.
    waiting: BTreeMap<(Timestamp, u64), Duration>,
    held: usize,
    pause: PlatformPause,
}

impl ReadyQueue {
    fn has_jobs(&self) -> bool {
        !self.waiting.is_empty() || self.held > 0
    }

    /// When the queue's first job may be claimed, its in-flight limit apart.
    fn opens_at(&self) -> Option<Timestamp> {
        let (&(due, _), _) = self.waiting.first_key_value()?;
        Some(self.pause.opens_at()?.max(due))
    }
}

impl ReadyQueues {
    /// Moves a job from one state to another; `None` is outside the store.
    pub(super) fn update(
        &mut self,
        platform: &Platform,
        id: JobId,
        before: Option<State>,
        after: Option<State>,
    ) {
        let waits = |state| match state {
            Some(State::Waiting { position }) => Some(position),
            _ => None,
        };
        let is_held = |state| matches!(state, Some(State::Held { .. }));
        let (was_held, is_held) = (is_held(before), is_held(after));
        let (waited, waits) = (waits(before), waits(after));
        if waited == waits && was_held == is_held {
            return;
        }
        let queue = self.queue(platform);
        // Out before in: a head start may leave the job where it is.
        if let Some(QueuePosition { due, number, .. }) = waited {
            queue.waiting.remove(&(due, number));
        }
        if let Some(QueuePosition { due, number, ahead }) = waits {
            queue.waiting.insert((due, number), ahead);
        }
        if is_held && !was_held {
            queue.held += 1;
            queue.pause.claimed(id);
        } else if was_held && !is_held {
            queue.held -= 1;
            queue.pause.let_go(id);
        }
        if !queue.has_jobs() {
            self.drop_if_idle(platform);
        }
    }

    pub(super) fn pause(&mut self, platform: &Platform, until: Timestamp, now: Timestamp) {
        self.queue(platform).pause.pause(until, now);
        self.drop_if_idle(platform);
    }

    /// Pauses a platform for a limit, see [`PlatformPause::limit`].
    pub(super) fn limit(
        &mut self,
        platform: &Platform,
        limit: &RateLimit,
        seen: u32,
        now: Timestamp,
    ) -> Timestamp {
        self.queue(platform).pause.limit(limit, seen, now)
    }

    pub(super) fn unpause(&mut self, platform: &Platform) {
        if let Some(queue) = self.0.get_mut(platform) {
            queue.pause.open();
            self.drop_if_idle(platform);
        }
    }

    /// Returns whether a job that got through was the platform's probe, and others wait.
    pub(super) fn got_through(&mut self, platform: &Platform, id: JobId, now: Timestamp) -> bool {
        self.0
            .get_mut(platform)
            .is_some_and(|queue| queue.pause.got_through(id, now) && !queue.waiting.is_empty())
    }

    /// Forgets the platforms that have no jobs and whose pause is over.
    pub(super) fn forget_idle(&mut self, now: Timestamp) {
        self.0
            .retain(|_, queue| queue.has_jobs() || queue.pause.paused_until(now).is_some());
    }

    /// The first job of each queue that waits for a quota, with the time at which that begins anew.
    pub(super) fn waiting_for_quota(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (u64, Timestamp)> + '_ {
        self.0.values().filter_map(move |queue| {
            let (&(_, number), _) = queue.waiting.first_key_value()?;
            Some((number, queue.pause.quota_until(now)?))
        })
    }

    /// Whether jobs of this platform wait.
    pub(super) fn has_waiting(&self, platform: &Platform) -> bool {
        self.0
            .get(platform)
            .is_some_and(|queue| !queue.waiting.is_empty())
    }

    /// The job that has been due for longest, of the platforms that are asked for and open, and how many
    /// limits of its platform were counted.
    pub(super) fn next_ready(&self, request: &ClaimRequest, now: Timestamp) -> Option<(u64, u32)> {
        self.open(request)
            .filter(|(_, opens_at)| *opens_at <= now)
            .filter_map(|(queue, _)| {
                let (position, _) = queue.waiting.first_key_value()?;
                Some((*position, queue.pause.counted()))
            })
            .min_by_key(|(position, _)| *position)
            .map(|((_, number), limits)| (number, limits))
    }

    /// When the next job can be claimed if nothing else happens.
    pub(super) fn next_due(&self, request: &ClaimRequest, now: Timestamp) -> Option<Timestamp> {
        self.open(request)
            .map(|(_, opens_at)| opens_at.max(now))
            .min()
    }

    /// How long the first job of a queue has waited, of that queue where it is longest.
    pub(super) fn oldest_ready(&self, now: Timestamp) -> Option<Duration> {
        self.0
            .values()
            .filter_map(|queue| queue.waiting.first_key_value())
            .filter(|((due, _), _)| *due <= now)
            .map(|((due, _), ahead)| now.since(due.after(*ahead)))
            .max()
    }

    pub(super) fn stats(&self, now: Timestamp) -> BTreeMap<Platform, PlatformStats> {
        self.0
            .iter()
            .filter(|(_, queue)| queue.has_jobs() || queue.pause.paused_until(now).is_some())
            .map(|(platform, queue)| {
                let paused_until = queue.pause.paused_until(now);
                let stats = PlatformStats {
                    pending: queue.waiting.len() as u64,
                    processing: queue.held as u64,
                    paused_for: paused_until.map(|until| until.since(now)),
                };
                (platform.clone(), stats)
            })
            .collect()
    }

    /// The ready queues that are asked for, below their in-flight limit, with the time from which they are
    /// open.
    fn open<'a>(
        &'a self,
        request: &'a ClaimRequest,
    ) -> impl Iterator<Item = (&'a ReadyQueue, Timestamp)> + 'a {
        self.0.iter().filter_map(|(platform, queue)| {
            let opens_at = queue.opens_at()?;
            let limit = request.in_flight.of(platform);
            let is_free = limit.is_none_or(|limit| queue.held < limit);
            (is_free && request.wants(platform)).then_some((queue, opens_at))
        })
    }

    fn queue(&mut self, platform: &Platform) -> &mut ReadyQueue {
        // Cloning the name only for a new queue keeps the usual path free of it.
        if !self.0.contains_key(platform) {
            self.0.insert(platform.clone(), ReadyQueue::default());
        }
        self.0.get_mut(platform).expect("just made sure of")
    }

    fn drop_if_idle(&mut self, platform: &Platform) {
        if self
            .0
            .get(platform)
            .is_some_and(|queue| !queue.has_jobs() && queue.pause == PlatformPause::default())
        {
            self.0.remove(platform);
        }
    }
}
