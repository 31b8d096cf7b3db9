//! Bodies: those of responses, and reading those of requests within limits.

use std::convert::Infallible;
use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use futures::Stream;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;

use crate::timeout::within;

/// The body of a response: complete in memory, or a stream of events. Complete ones are made
/// [from](From) `Bytes` or `Vec<u8>`.
///
/// A complete body is sent in pieces, so that a connection which copies them into its own buffer
/// needs little memory however large a report is.
pub struct Body(Content);

enum Content {
    Whole(Bytes),
    Events(Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

/// The maximum size of a piece. Statuses and most reports are one.
const PIECE: usize = 16 * 1024;

impl Body {
    pub(super) fn empty() -> Self {
        Self::from(Bytes::new())
    }

    pub(super) fn events(events: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self(Content::Events(Box::pin(events)))
    }

    /// The number of bytes left; `None` for a stream.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.0 {
            Content::Whole(content) => Some(content.len()),
            Content::Events(_) => None,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(content: Bytes) -> Self {
        Self(Content::Whole(content))
    }
}

impl From<Vec<u8>> for Body {
    fn from(content: Vec<u8>) -> Self {
        Self::from(Bytes::from(content))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = match &mut self.0 {
            Content::Whole(content) if content.is_empty() => None,
            Content::Whole(content) => Some(content.split_to(content.len().min(PIECE))),
            Content::Events(events) => ready!(events.as_mut().poll_next(cx)),
        };
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.len()
            .map_or_else(SizeHint::default, |len| SizeHint::with_exact(len as u64))
    }
}

impl fmt::Debug for Body {
    // The size only: a report is payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(bytes) => write!(f, "Body({bytes} bytes)"),
            None => f.write_str("Body(events)"),
        }
    }
}

/// Why a request's body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is longer than the limit.
    TooLarge,
    /// It did not arrive in time.
    TimedOut,
    /// It broke off or was framed wrongly.
    Broken,
}

/// How much of a refused body is still read. A server that closes a connection with unread bytes
/// resets it, and the client loses the response that says why.
const DISCARDED: u64 = 1024 * 1024;

/// Reads a body of at most `limit` bytes within `timeout`.
///
/// With `expects_continue` the client waits for a `100 Continue` before it sends the body, so nothing
/// of a refused one is on its way.
///
/// # Cancel safety
/// Dropping it loses what was read; the connection cannot be used further.
pub(super) async fn read<B>(
    body: B,
    limit: usize,
    timeout: Duration,
    expects_continue: bool,
) -> Result<Vec<u8>, Unread>
where
    B: http_body::Body<Data: Buf>,
{
    let declared = body.size_hint().lower();
    let mut seen = declared;
    // Most bodies arrive together with their head; only the others pay for a timer.
    let read = within(timeout, read_all(body, limit, expects_continue, &mut seen)).await;
    // A body that is known to be too large stays so, however slowly the rest of it arrives.
    read.unwrap_or(Err(if seen > limit as u64 {
        Unread::TooLarge
    } else {
        Unread::TimedOut
    }))
}

/// How many bytes of a body that nobody needs are read to keep the connection, and how long that may
/// take.
const SKIPPED: u64 = 8 * 1024;
const SKIP_TIME: Duration = Duration::from_secs(1);

/// Reads a body that nobody needs. Returns whether the connection can be used further.
///
/// Hyper itself would look only once: a client that sends head and body in two packets would find its
/// connection closed without notice.
///
/// # Cancel safety
/// As [`read`].
pub(super) async fn skip<B>(body: B, expects_continue: bool) -> bool
where
    B: http_body::Body<Data: Buf>,
{
    if body.is_end_stream() {
        return true;
    }
    let is_short = body
        .size_hint()
        .upper()
        .is_some_and(|bytes| bytes <= SKIPPED);
    if expects_continue || !is_short {
        return false;
    }
    let mut body = pin!(body);
    let read = async {
        while let Some(frame) = body.frame().await {
            if frame.is_err() {
                return false;
            }
        }
        true
    };
    within(SKIP_TIME, read).await.unwrap_or(false)
}

/// `seen` starts as the declared length and rises with what is read.
async fn read_all<B>(
    body: B,
    limit: usize,
    expects_continue: bool,
    seen: &mut u64,
) -> Result<Vec<u8>, Unread>
where
    B: http_body::Body<Data: Buf>,
{
    let declared = *seen;
    if declared > limit as u64 && (expects_continue || declared > DISCARDED) {
        return Err(Unread::TooLarge);
    }
    let mut body = pin!(body);
    let mut content = Vec::with_capacity(usize::try_from(declared).unwrap_or(0).min(limit));
    let mut read = 0_u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        read += data.remaining() as u64;
        *seen = read.max(declared);
        if read <= limit as u64 {
            content.put(data);
        } else if read > DISCARDED {
            return Err(Unread::TooLarge);
        }
    }
    if read > limit as u64 {
        return Err(Unread::TooLarge);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt, stream};
    use http_body_util::StreamBody;

    use super::*;

    const WAIT: Duration = Duration::from_secs(10);

    fn chunks(
        count: usize,
        size: usize,
    ) -> impl http_body::Body<Data = Bytes, Error = Infallible> + Send {
        StreamBody::new(
            stream::iter(std::iter::repeat_n(Bytes::from(vec![b'x'; size]), count))
                .map(|chunk| Ok(Frame::data(chunk))),
        )
    }

    #[tokio::test]
    async fn the_limit_is_inclusive_and_holds_without_a_declared_length() {
        assert_eq!(
            read(chunks(4, 4), 16, WAIT, false).await.map(|b| b.len()),
            Ok(16)
        );
        assert_eq!(
            read(chunks(17, 1), 16, WAIT, false).await,
            Err(Unread::TooLarge)
        );
    }

    #[tokio::test]
    async fn reading_an_endless_body_stops() {
        let endless = chunks(usize::MAX, 1024);
        assert_eq!(read(endless, 16, WAIT, false).await, Err(Unread::TooLarge));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_arriving_times_out() {
        let stalled = StreamBody::new(
            stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from("{")))])
                .chain(stream::pending()),
        );
        let began = tokio::time::Instant::now();
        assert_eq!(read(stalled, 16, WAIT, false).await, Err(Unread::TimedOut));
        assert_eq!(began.elapsed(), WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_over_the_limit_is_too_large_however_slowly_it_arrives() {
        let slow = StreamBody::new(
            stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from(vec![
                b'x';
                17
            ])))])
            .chain(stream::pending()),
        );
        assert_eq!(read(slow, 16, WAIT, false).await, Err(Unread::TooLarge));
    }

    type Polled = Poll<Option<Result<Frame<Bytes>, Infallible>>>;

    /// A body that declares its length, and what reading it does.
    struct Declared(u64, fn() -> Polled);

    /// A body that must not be read.
    fn unread(length: u64) -> Declared {
        Declared(length, || panic!("the body was read"))
    }

    impl http_body::Body for Declared {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled {
            self.1()
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.0)
        }
    }

    #[tokio::test]
    async fn a_refused_body_is_not_read_if_that_is_no_use() {
        let unasked = read(unread(17), 16, WAIT, true).await;
        assert_eq!(unasked, Err(Unread::TooLarge));
        let hopeless = read(unread(DISCARDED + 1), 16, WAIT, false).await;
        assert_eq!(hopeless, Err(Unread::TooLarge));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_needs_is_read_if_it_is_short_and_arrives() {
        let short = http_body_util::Full::new(Bytes::from(vec![b'x'; 8 * 1024]));
        assert!(skip(short.clone(), false).await);
        assert!(!skip(short, true).await, "it was not asked for");
        assert!(!skip(unread(SKIPPED + 1), false).await);
        assert!(!skip(chunks(1, 1), false).await, "its length is unknown");
        assert!(skip(http_body_util::Empty::<Bytes>::new(), true).await);

        let began = tokio::time::Instant::now();
        assert!(!skip(Declared(1, || Poll::Pending), false).await);
        assert_eq!(began.elapsed(), SKIP_TIME);
    }

    #[tokio::test]
    async fn a_broken_body_is_not_called_slow_or_large() {
        let broken = StreamBody::new(stream::iter([
            Ok(Frame::data(Bytes::from("{"))),
            Err("connection reset"),
        ]));
        assert_eq!(read(broken, 16, WAIT, false).await, Err(Unread::Broken));
    }
}
