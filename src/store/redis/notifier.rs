//! Notifications that something has changed, by pub/sub.
//!
//! A notification may get lost: the caller reads the state itself, and reads it again from time to
//! time. The rule is always the same: listen, then read, then wait. One subscription connection
//! serves the whole process; a channel is subscribed to while somebody listens, and a little longer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::StreamExt;
use redis::aio::{PubSub, PubSubSink};
use redis::{ErrorKind, Msg, RedisError, Value};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::debug;

use super::link::Link;
use crate::backoff::Backoff;

/// How often the subscription connection is checked, and unused channels are unsubscribed from.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// How long Redis may take to confirm a subscription or a check.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(1);
/// How often a waiting caller reads by itself while there are no notifications.
const FAST_POLL: Duration = Duration::from_millis(250);
/// How many notifications a slow listener may be behind; after more it just reads.
const BACKLOG: usize = 8;

/// The end of the name of the channel that wakes workers.
pub(super) const WAKE: &str = "q:wake";
/// The end of the name of the channel that wakes those who deliver notes.
pub(super) const ENDED: &str = "q:ended";

/// Receives notifications for every waiting call of this process.
pub(super) struct Notifier {
    channels: Arc<Channels>,
    requests: mpsc::UnboundedSender<String>,
    task: JoinHandle<()>,
}

/// The channels somebody listens to, by name.
struct Channels {
    by_name: Mutex<HashMap<String, Channel>>,
    connected: watch::Sender<bool>,
}

struct Channel {
    wake: broadcast::Sender<Duration>,
    subscribed: watch::Sender<bool>,
    last_used: Instant,
}

/// One listener.
pub(super) struct Listener {
    wake: broadcast::Receiver<Duration>,
    subscribed: watch::Receiver<bool>,
}

impl Notifier {
    /// Starts the task that receives notifications.
    pub(super) fn start(link: Arc<Link>) -> Self {
        let channels = Arc::new(Channels {
            by_name: Mutex::default(),
            connected: watch::Sender::new(false),
        });
        let (requests, receiver) = mpsc::unbounded_channel();
        let task = tokio::spawn(receive(link, LoseAllAtEnd(Arc::clone(&channels)), receiver));
        Self {
            channels,
            requests,
            task,
        }
    }

    /// Begins to listen. What is published after this has returned is not missed, as long as the
    /// connection holds.
    pub(super) async fn listen(&self, channel: &str) -> Listener {
        let (mut listener, is_new) = self.channels.listen(channel);
        if is_new {
            // The task ends with this value only.
            _ = self.requests.send(channel.to_owned());
        }
        if *self.channels.connected.borrow() && !*listener.subscribed.borrow() {
            let confirmed = listener.subscribed.wait_for(|subscribed| *subscribed);
            _ = tokio::time::timeout(CONFIRM_TIMEOUT, confirmed).await;
        }
        listener
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier")
            .field("connected", &*self.channels.connected.borrow())
            .finish_non_exhaustive()
    }
}

impl Listener {
    /// Waits for a notification, or until `give_up`; for `slow_poll` at most, spread by a quarter, and
    /// less without a subscription. Returns in how long there may be something: zero is now.
    pub(super) async fn notified(&mut self, give_up: Instant, slow_poll: Duration) -> Duration {
        let poll = if *self.subscribed.borrow() {
            slow_poll.mul_f64(0.75 + fastrand::f64() / 2.0)
        } else {
            FAST_POLL
        };
        let until = give_up.min(Instant::now() + poll);
        match tokio::time::timeout_at(until, self.wake.recv()).await {
            Ok(Ok(delay)) => delay,
            Ok(Err(broadcast::error::RecvError::Lagged(_))) | Err(_) => Duration::ZERO,
            Ok(Err(broadcast::error::RecvError::Closed)) => {
                // The channel was dropped between two reads: the caller listens again.
                tokio::time::sleep_until(give_up.min(Instant::now() + FAST_POLL)).await;
                Duration::ZERO
            }
        }
    }
}

impl Channels {
    fn listen(&self, name: &str) -> (Listener, bool) {
        let mut by_name = self.lock();
        let (channel, is_new) = match by_name.entry(name.to_owned()) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => (
                entry.insert(Channel {
                    wake: broadcast::Sender::new(BACKLOG),
                    subscribed: watch::Sender::new(false),
                    last_used: Instant::now(),
                }),
                true,
            ),
        };
        channel.last_used = Instant::now();
        let listener = Listener {
            wake: channel.wake.subscribe(),
            subscribed: channel.subscribed.subscribe(),
        };
        (listener, is_new)
    }

    fn names(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Wakes everybody who began to listen before Redis had confirmed the subscription.
    fn confirm(&self, names: &[String]) {
        let by_name = self.lock();
        for channel in names.iter().filter_map(|name| by_name.get(name)) {
            channel.subscribed.send_replace(true);
            _ = channel.wake.send(Duration::ZERO);
        }
    }

    fn deliver(&self, message: &Msg) {
        if let Some(channel) = self.lock().get(message.get_channel_name()) {
            // A wake-up carries a delay in microseconds; a job's version means "now".
            let is_wake_up = message.get_channel_name().ends_with(WAKE);
            let delay = std::str::from_utf8(message.get_payload_bytes())
                .ok()
                .filter(|_| is_wake_up)
                .and_then(|payload| payload.parse().ok())
                .map_or(Duration::ZERO, Duration::from_micros);
            _ = channel.wake.send(delay);
        }
    }

    fn lose_all(&self) {
        self.connected.send_replace(false);
        for channel in self.lock().values() {
            channel.subscribed.send_replace(false);
        }
    }

    /// Forgets what was asked for while there is no connection: the next one begins with all
    /// channels that somebody listens to then.
    fn forget_idle(&self, requests: &mut mpsc::UnboundedReceiver<String>) {
        self.take_idle();
        while requests.try_recv().is_ok() {}
    }

    fn take_idle(&self) -> Vec<String> {
        let mut idle = Vec::new();
        self.lock().retain(|name, channel| {
            let keep =
                channel.wake.receiver_count() > 0 || channel.last_used.elapsed() < CHECK_INTERVAL;
            if !keep {
                idle.push(name.clone());
            }
            keep
        });
        idle
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Channel>> {
        self.by_name
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

/// Tells listeners to poll when nobody receives notifications for them any more: a runtime that is
/// shut down ends the task, and the store may be used from another one.
struct LoseAllAtEnd(Arc<Channels>);

impl Drop for LoseAllAtEnd {
    fn drop(&mut self) {
        self.0.lose_all();
    }
}

/// Keeps a subscription connection until it is aborted.
async fn receive(
    link: Arc<Link>,
    // An argument, so that it is dropped with a task that has never been polled, too.
    LoseAllAtEnd(ref channels): LoseAllAtEnd,
    mut requests: mpsc::UnboundedReceiver<String>,
) {
    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100))
        .with_cap(Duration::from_secs(2))
        .with_min(Duration::from_millis(20));
    let mut failures = 0_u32;
    loop {
        let begun = Instant::now();
        let error = match link.pubsub().await {
            Ok(connection) => serve(connection, channels, &mut requests).await,
            Err(error) => error,
        };
        channels.lose_all();
        channels.forget_idle(&mut requests);
        if begun.elapsed() > CHECK_INTERVAL {
            failures = 0;
        }
        failures = failures.saturating_add(1);
        debug!(%error, failures, "no notifications from Redis for now; callers poll");
        tokio::time::sleep(BACKOFF.wait(failures)).await;
    }
}

/// Serves one connection until it breaks, and returns the error.
async fn serve(
    connection: PubSub,
    channels: &Channels,
    requests: &mut mpsc::UnboundedReceiver<String>,
) -> RedisError {
    let (mut sink, mut messages) = connection.split();
    if let Err(error) = subscribe(&mut sink, channels, &channels.names()).await {
        return error;
    }
    channels.connected.send_replace(true);
    let mut check = tokio::time::interval_at(Instant::now() + CHECK_INTERVAL, CHECK_INTERVAL);
    let mut wanted = Vec::new();
    loop {
        let result = tokio::select! {
            message = messages.next() => match message {
                Some(message) => {
                    channels.deliver(&message);
                    Ok(())
                }
                None => Err(broken("the connection for notifications has ended")),
            },
            count = requests.recv_many(&mut wanted, 100) => {
                if count == 0 {
                    // The store is being dropped, and this task with it.
                    std::future::pending::<()>().await;
                }
                subscribe(&mut sink, channels, &std::mem::take(&mut wanted)).await
            }
            _ = check.tick() => check_connection(&mut sink, channels).await,
        };
        if let Err(error) = result {
            return error;
        }
    }
}

async fn subscribe(
    sink: &mut PubSubSink,
    channels: &Channels,
    names: &[String],
) -> Result<(), RedisError> {
    if !names.is_empty() {
        confirmed(sink.subscribe(names)).await?;
        channels.confirm(names);
    }
    Ok(())
}

/// A dead connection is as silent as a quiet one: only a ping tells them apart.
async fn check_connection(sink: &mut PubSubSink, channels: &Channels) -> Result<(), RedisError> {
    let idle = channels.take_idle();
    if idle.is_empty() {
        confirmed(sink.ping::<Value>()).await.map(drop)
    } else {
        confirmed(sink.unsubscribe(&idle)).await
    }
}

async fn confirmed<T>(
    request: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, RedisError> {
    match tokio::time::timeout(CONFIRM_TIMEOUT, request).await {
        Ok(result) => result,
        Err(_) => Err(broken("no confirmation within the time limit")),
    }
}

fn broken(what: &'static str) -> RedisError {
    RedisError::from((ErrorKind::Io, what))
}

#[cfg(test)]
mod tests {
    use super::super::RedisOptions;
    use super::*;

    fn start() -> Notifier {
        // Nothing listens there.
        let servers = RedisOptions::new("redis://127.0.0.1:1").unwrap().servers();
        let timeout = Duration::from_secs(1);
        let link = Link::new(Arc::new(servers.unwrap()), String::new(), timeout, false);
        Notifier::start(Arc::new(link))
    }

    #[tokio::test]
    async fn channels_that_nobody_listens_to_are_forgotten_without_a_connection_too() {
        let notifier = start();
        let kept = notifier.listen("kept").await;
        for n in 0..1000 {
            drop(notifier.listen(&format!("left{n}")).await);
        }
        assert_eq!(notifier.channels.names().len(), 1001);
        tokio::time::pause();
        tokio::time::timeout(Duration::from_secs(60), async {
            while notifier.channels.names() != ["kept"] {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
        .await
        .expect("they are forgotten after a while");
        drop(kept);
    }

    #[test]
    fn the_end_of_a_runtime_that_never_ran_the_task_is_known_too() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        // Nothing is awaited, so the task is never polled.
        let notifier = {
            let _inside = runtime.enter();
            start()
        };
        notifier.channels.connected.send_replace(true);
        drop(runtime);
        assert!(!*notifier.channels.connected.borrow());
    }

    #[test]
    fn the_end_of_the_runtime_is_known_to_those_who_listen() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let notifier = runtime.block_on(async { start() });
        let (listener, _) = notifier.channels.listen("wake");
        runtime.block_on(async {
            // As after a connection; the task itself is waiting for one.
            tokio::task::yield_now().await;
            notifier.channels.connected.send_replace(true);
            notifier.channels.confirm(&["wake".to_owned()]);
        });
        drop(runtime);
        assert!(!*notifier.channels.connected.borrow());
        assert!(!*listener.subscribed.borrow());
    }
}
