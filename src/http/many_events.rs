//! The event stream of many jobs.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::SelectAll;
use futures::{Stream, StreamExt, stream};

use super::closing::Closing;
use super::events::{IDLE, KEEPALIVE, Slots, event, reconnect_after};
use super::followed_jobs::{Known, event_id};
use super::followers::{Followers, Waiting};
use super::wire;
use crate::client::Client;
use crate::job::{Job, JobId, Version};
use crate::store::StoreError;

/// The changes of one job, each with the job's position in the request.
type Changes = Pin<Box<dyn Stream<Item = (usize, Result<Job, StoreError>)> + Send>>;

/// A stream that is being read.
struct Following {
    client: Client,
    jobs: Vec<Followed>,
    /// What the client knows of each job.
    known: Vec<Known>,
    /// Jobs whose state, or absence, is to be told before anything is waited for.
    untold: VecDeque<(usize, Option<Job>)>,
    changes: SelectAll<Changes>,
    /// How long the client waits before it connects again; sent with the first event.
    retry: Option<u32>,
    /// Nothing is waited for any more.
    closed: bool,
    closing: Closing,
    /// The span of the request, which lasts as long as the stream.
    span: tracing::Span,
    slots: Slots,
}

struct Followed {
    id: JobId,
    /// Until the job's end, or its absence, is told.
    waiting: Option<Waiting>,
}

/// Whether the client knows the end of each job that there is, and the absence of each other.
pub(super) fn is_over(known: &[Known], found: &[Option<Job>]) -> bool {
    let mut both = known.iter().zip(found);
    both.all(|(known, job)| {
        let has_ended = job.as_ref().is_none_or(|job| job.status.is_terminal());
        has_ended && *known == Known::of(job.as_ref())
    })
}

/// Follows each of `ids` from its present state in `found`, which is sent unless the client knows it, to
/// its end.
///
/// Reads as the stream of one job does: nothing before the connection has room for it.
pub(super) fn many_events(
    client: Client,
    ids: &[JobId],
    found: Vec<Option<Job>>,
    known: Vec<Known>,
    closing: Closing,
    followers: &Arc<Followers>,
    slots: Slots,
) -> impl Stream<Item = Bytes> + Send + 'static {
    let mut following = Following {
        client,
        jobs: Vec::with_capacity(ids.len()),
        known,
        untold: VecDeque::new(),
        changes: SelectAll::new(),
        retry: Some(reconnect_after()),
        closed: false,
        closing,
        span: tracing::Span::current(),
        slots,
    };
    for (at, (id, job)) in ids.iter().zip(found).enumerate() {
        following.follow(at, *id, job, followers);
    }
    // Something at once, also where nothing has changed: proxies may hold the head back until then.
    let nothing_new = following.untold.is_empty();
    let opening = nothing_new.then_some(Bytes::from_static(KEEPALIVE));
    stream::iter(opening).chain(stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((event, following))
    }))
}

impl Following {
    fn follow(&mut self, at: usize, id: JobId, job: Option<Job>, followers: &Arc<Followers>) {
        let is_known = self.known[at] == Known::of(job.as_ref());
        let live = job.as_ref().filter(|job| !job.status.is_terminal());
        if let Some(job) = live {
            let changes = self.client.watch_after(id, job.version);
            self.changes
                .push(Box::pin(changes.map(move |change| (at, change))));
        }
        let waits = live.is_some() || !is_known;
        self.jobs.push(Followed {
            id,
            waiting: waits.then(|| followers.wait(id)),
        });
        if !waits {
            self.slots.free_one();
        }
        // What the client knows is of another history, if it is not the present state.
        if !is_known {
            self.known[at] = Known::Version(Version::ZERO);
            self.untold.push_back((at, job));
        }
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some((at, job)) = self.untold.pop_front() {
                return Some(self.tell(at, job));
            }
            if self.closed || self.changes.is_empty() {
                return None;
            }
            tokio::select! {
                biased;
                change = self.changes.next() => match change? {
                    (at, Ok(job)) => return Some(self.tell(at, Some(job))),
                    (at, Err(StoreError::NotFound(_))) => return Some(self.tell(at, None)),
                    // The client learns why when it connects again.
                    (at, Err(error)) => {
                        let _request = self.span.enter();
                        let job_id = self.jobs[at].id;
                        tracing::debug!(%job_id, %error, "an event stream ends early");
                        return None;
                    }
                },
                () = self.closing.begun() => self.close().await,
                () = tokio::time::sleep(IDLE) => return Some(Bytes::from_static(KEEPALIVE)),
            }
        }
    }

    /// Tells what the stream has not seen yet, and then ends it: the last changes and the shutdown may come
    /// together.
    async fn close(&mut self) {
        self.closed = true;
        let live = self.jobs.iter().enumerate();
        let live = live.filter(|(_, job)| job.waiting.is_some());
        let (at, ids): (Vec<usize>, Vec<JobId>) = live.map(|(at, job)| (at, job.id)).unzip();
        let Ok(last) = self.client.statuses(&ids).await else {
            return;
        };
        let changed = at.into_iter().zip(last).filter(|(at, job)| {
            matches!((job, self.known[*at]), (Some(job), Known::Version(seen)) if job.version > seen)
        });
        self.untold.extend(changed);
    }

    /// Returns the event of a job's state, or of its absence.
    fn tell(&mut self, at: usize, job: Option<Job>) -> Bytes {
        self.known[at] = Known::of(job.as_ref());
        let id = event_id(&self.known);
        let followed = &mut self.jobs[at];
        let Some(job) = job else {
            // Nobody waits for the report of a job that there is not.
            followed.waiting = None;
            self.slots.free_one();
            let data = wire::job_id(followed.id);
            return event(&id, Some("job-not-found"), &data, self.retry.take());
        };
        if job.status.is_terminal()
            && let Some(waiting) = followed.waiting.take()
        {
            waiting.tell(&job);
            self.slots.free_one();
        }
        event(&id, None, &wire::status(&job), self.retry.take())
    }
}
