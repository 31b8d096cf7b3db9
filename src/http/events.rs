//! The event stream of a job: `text/event-stream`, as the HTML standard defines it.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::closing::Closing;
use super::followers::Waiting;
use super::wire;
use crate::client::Client;
use crate::job::{Job, JobId, Version};
use crate::measure::OpenStream;
use crate::store::StoreError;

/// How long a stream may be idle. Proxies cut idle connections, and a client that has vanished is
/// noticed when something is sent to it.
pub(super) const IDLE: Duration = Duration::from_secs(15);

/// A comment, and no blank line after it: at a blank line some readers dispatch an event without
/// data, although the standard says that they must not.
pub(super) const KEEPALIVE: &[u8] = b": still here\n";

/// How long clients wait before they connect again, in milliseconds. Spread, so that the streams
/// that a closing server ends do not all come back at once.
const RECONNECT: std::ops::Range<u32> = 1000..3000;

/// Returns how long a client is to wait before it connects again, in milliseconds.
pub(super) fn reconnect_after() -> u32 {
    fastrand::u32(RECONNECT)
}

/// The right of one stream to follow so many jobs; dropping it releases the slots.
pub(super) struct Slots {
    permits: OwnedSemaphorePermit,
    _counted: OpenStream,
}

impl Slots {
    /// Releases the slot of a job that is not followed any more.
    pub(super) fn free_one(&mut self) {
        drop(self.permits.split(1));
    }
}

/// Takes a slot for each of so many jobs of a stream, if they are free.
pub(super) fn slots(free: &Arc<Semaphore>, jobs: usize) -> Option<Slots> {
    let jobs = u32::try_from(jobs).ok()?;
    let permits = Arc::clone(free).try_acquire_many_owned(jobs).ok()?;
    Some(Slots {
        permits,
        _counted: OpenStream::new(),
    })
}

/// A stream that is being read.
struct Following {
    client: Client,
    id: JobId,
    changes: Pin<Box<dyn Stream<Item = Result<Job, StoreError>> + Send>>,
    /// The first state to send, if the client does not know it.
    first: Option<Job>,
    seen: Version,
    /// How long the client waits before it connects again; sent with the first event.
    retry: Option<u32>,
    ended: bool,
    closing: Closing,
    /// Until the terminal event is sent.
    waiting: Option<Waiting>,
    /// The span of the request, which lasts as long as the stream.
    span: tracing::Span,
    _slots: Slots,
}

/// Follows `job` from its present state, which is sent unless the client knows it, to its end.
///
/// Nothing is read before the connection has room for it, so a slow reader gets the newest state and
/// holds no more than one in memory. When `closing` is cancelled the stream ends with
/// the state of that moment.
pub(super) fn events(
    client: Client,
    job: Job,
    is_known: bool,
    closing: Closing,
    waiting: Waiting,
    slots: Slots,
) -> impl Stream<Item = Bytes> + Send + 'static {
    let following = Following {
        changes: Box::pin(client.watch_after(job.id, job.version)),
        client,
        id: job.id,
        seen: job.version,
        retry: Some(reconnect_after()),
        ended: false,
        first: (!is_known).then_some(job),
        closing,
        waiting: Some(waiting),
        span: tracing::Span::current(),
        _slots: slots,
    };
    // Something at once, also where nothing has changed: proxies may hold the head back until then.
    let opening = is_known.then_some(Bytes::from_static(KEEPALIVE));
    stream::iter(opening).chain(stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((event, following))
    }))
}

impl Following {
    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        if let Some(job) = self.first.take() {
            return Some(self.send(&job));
        }
        tokio::select! {
            biased;
            change = self.changes.next() => match change? {
                Ok(job) => Some(self.send(&job)),
                // The client learns why when it connects again.
                Err(error) => {
                    let _request = self.span.enter();
                    tracing::debug!(job_id = %self.id, %error, "an event stream ends early");
                    None
                }
            },
            () = self.closing.begun() => {
                // The last change and the shutdown may come together.
                let last = self.client.status(self.id).await.ok().flatten()?;
                self.ended = true;
                (last.version > self.seen).then(|| self.send(&last))
            },
            () = tokio::time::sleep(IDLE) => Some(Bytes::from_static(KEEPALIVE)),
        }
    }

    fn send(&mut self, job: &Job) -> Bytes {
        self.seen = job.version;
        if job.status.is_terminal() {
            self.ended = true;
            if let Some(waiting) = self.waiting.take() {
                waiting.tell(job);
            }
        }
        let (id, data) = (job.version.to_string(), wire::status(job));
        event(&id, None, &data, self.retry.take())
    }
}

/// One event: JSON without line breaks, which are escaped within texts. Readers take one without a `name`
/// for a message. `retry` goes along with data, for the same reason as [`KEEPALIVE`] has no blank line.
pub(super) fn event(id: &str, name: Option<&str>, data: &[u8], retry: Option<u32>) -> Bytes {
    let mut event = Vec::with_capacity(id.len() + data.len() + 64);
    if let Some(wait) = retry {
        writeln!(event, "retry: {wait}").expect("memory takes every write");
    }
    if let Some(name) = name {
        writeln!(event, "event: {name}").expect("memory takes every write");
    }
    write!(event, "id: {id}\ndata: ").expect("memory takes every write");
    event.extend_from_slice(data);
    event.extend_from_slice(b"\n\n");
    event.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::job::{Failure, FailureKind};

    #[test]
    fn an_event_is_an_id_and_one_line_of_data() {
        let target = Target::new(Platform::default(), Handle::canonical("nasa").unwrap());
        let mut job = Job::submitted(JobId::random(), target, chrono::Utc::now());
        job.failure = Some(Failure::new(FailureKind::Transient, "two\nlines\u{2028}"));
        let event = event("1", None, &wire::status(&job), None);
        let event = String::from_utf8(event.to_vec()).unwrap();
        let lines: Vec<_> = event.split('\n').collect();
        assert_eq!(lines.len(), 4, "{event:?}");
        assert_eq!(lines[0], "id: 1");
        let data = lines[1].strip_prefix("data: ").unwrap();
        assert_eq!(data.as_bytes(), wire::status(&job));
        assert_eq!(lines[2..], ["", ""]);
    }
}
