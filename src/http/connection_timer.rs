//! The timer of one connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt;
use tokio::time::{self, Sleep};

/// A timer for hyper that sets one alarm for many waits, one after the other.
///
/// Hyper waits for the head of each request with a time limit, which nearly always ends long before it is reached.
/// A timer of the runtime for each of them is set and removed under a lock that all connections share. Here the
/// alarm of an earlier wait is left as it is: it rings too soon for a later one, which then sets it again, so it is set
/// once in the time of the limit, not once a request.
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
        if alarm.deadline() > self.deadline {
            alarm.as_mut().reset(self.deadline);
        }
        // One that rings for an earlier wait is set for this one.
        while alarm.deadline() < self.deadline {
            ready!(alarm.as_mut().poll(cx));
            alarm.as_mut().reset(self.deadline);
        }
        alarm.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Timer;
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn alarm(timer: &ConnectionTimer) -> Option<time::Instant> {
        Some(timer.0.lock().unwrap().as_ref()?.deadline())
    }

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
        assert_eq!(timer.now(), began + 35 * SECOND, "an earlier one");
    }

    #[tokio::test(start_paused = true)]
    async fn the_alarm_is_set_once_for_waits_that_are_given_up() {
        let timer = ConnectionTimer::default();
        let first = time::Instant::now() + 10 * SECOND;
        for _ in 0..9 {
            let mut wait = timer.sleep(10 * SECOND);
            assert!(!is_over(&mut wait).await);
            assert_eq!(alarm(&timer), Some(first));
            advance(SECOND).await;
        }
        let mut last = timer.sleep(10 * SECOND);
        assert!(!is_over(&mut last).await);
        advance(SECOND).await;
        // It has rung for the first.
        assert!(!is_over(&mut last).await);
        assert_eq!(alarm(&timer), Some(first + 9 * SECOND));
        advance(9 * SECOND).await;
        assert!(is_over(&mut last).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_woken_though_the_alarm_rings_too_soon_for_it() {
        let timer = ConnectionTimer::default();
        let mut first = timer.sleep(10 * SECOND);
        assert!(!is_over(&mut first).await);
        drop(first);
        advance(4 * SECOND).await;
        let began = timer.now();
        tokio::spawn(timer.sleep(10 * SECOND)).await.unwrap();
        assert_eq!(timer.now(), began + 10 * SECOND);
    }
}
