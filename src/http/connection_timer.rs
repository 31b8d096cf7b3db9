//! The timer of one connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt;
use tokio::time::{self, Sleep};

/// A timer for hyper with one alarm of the runtime for all waits of a connection, which has one wait at a time.
///
/// Hyper limits the wait for the head of each request, and nearly every head arrives long before. An alarm for
/// each of them would be set and removed under a lock that all connections share. This one stays set when a wait
/// is given up, and is moved to the deadline of the next one, for which tokio needs no lock: deadlines only rise.
#[derive(Debug, Default)]
pub(super) struct ConnectionTimer(Arc<Mutex<Alarm>>);

/// `None` until the first wait.
type Alarm = Option<Pin<Box<Sleep>>>;

/// A wait until a deadline.
struct Wait {
    deadline: time::Instant,
    alarm: Arc<Mutex<Alarm>>,
}

impl rt::Timer for ConnectionTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Wait {
            deadline: deadline.into(),
            alarm: Arc::clone(&self.0),
        })
    }

    fn now(&self) -> Instant {
        time::Instant::now().into()
    }
}

impl rt::Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.alarm.lock().unwrap_or_else(PoisonError::into_inner);
        let alarm = alarm.get_or_insert_with(|| Box::pin(time::sleep_until(self.deadline)));
        if alarm.deadline() != self.deadline {
            alarm.as_mut().reset(self.deadline);
        }
        alarm.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http::Response;
    use http_body_util::Full;
    use hyper::rt::Timer;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    async fn is_over(wait: &mut Pin<Box<dyn rt::Sleep>>) -> bool {
        futures::poll!(wait).is_ready()
    }

    #[tokio::test(start_paused = true)]
    async fn each_wait_ends_at_its_own_deadline() {
        let timer = ConnectionTimer::default();
        let began = timer.now();
        // The last is over when it begins.
        for (deadline, ends) in [(10, 10), (11, 11), (30, 30), (25, 30)] {
            timer.sleep_until(began + deadline * SECOND).await;
            assert_eq!(timer.now(), began + ends * SECOND);
        }
        let mut late = timer.sleep(20 * SECOND);
        assert!(!is_over(&mut late).await);
        drop(late);
        timer.sleep(5 * SECOND).await;
        assert_eq!(
            timer.now(),
            began + 35 * SECOND,
            "sooner than the one given up"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_does_not_end_when_one_that_was_given_up_would_have() {
        let timer = ConnectionTimer::default();
        for _ in 0..9 {
            let mut wait = timer.sleep(10 * SECOND);
            assert!(!is_over(&mut wait).await);
            drop(wait);
            advance(SECOND).await;
        }
        let mut last = timer.sleep(10 * SECOND);
        assert!(!is_over(&mut last).await);
        advance(9 * SECOND).await;
        assert!(!is_over(&mut last).await);
        advance(SECOND).await;
        assert!(is_over(&mut last).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_after_one_that_was_given_up_is_woken() {
        let timer = ConnectionTimer::default();
        let mut first = timer.sleep(10 * SECOND);
        assert!(!is_over(&mut first).await);
        drop(first);
        advance(4 * SECOND).await;
        let began = timer.now();
        tokio::spawn(timer.sleep(10 * SECOND)).await.unwrap();
        assert_eq!(timer.now(), began + 10 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn the_head_of_a_later_request_has_as_long_as_the_first() {
        const WHOLE: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let (mut client, server) = tokio::io::duplex(4096);
        let respond = service_fn(async |_| {
            let body = Full::new(bytes::Bytes::from("ok"));
            Ok::<_, Infallible>(Response::new(body))
        });
        let connection = http1::Builder::new()
            .timer(ConnectionTimer::default())
            .header_read_timeout(10 * SECOND)
            .serve_connection(TokioIo::new(server), respond);
        let connection = tokio::spawn(connection);
        let mut response = [0; 1024];
        for _ in 0..3 {
            client.write_all(WHOLE).await.unwrap();
            let read = client.read(&mut response).await.unwrap();
            assert!(response[..read].ends_with(b"ok"));
            // Longer than the limit in all.
            time::sleep(6 * SECOND).await;
        }
        client.write_all(&WHOLE[..20]).await.unwrap();
        let began = time::Instant::now();
        assert!(connection.await.unwrap().unwrap_err().is_timeout());
        // The limit contains the time for which the connection was idle.
        assert_eq!(began.elapsed(), 4 * SECOND);
    }
}
