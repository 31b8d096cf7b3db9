//! How this process hears of what others do: by notifications where it can listen for them, and otherwise by looking.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_postgres::Notification;

use super::driver::Postgres;
use super::error::LinkError;
use super::link::Dialer;
use super::news;
use crate::backoff::Backoff;
use crate::store::sql::{Driver, Failure, Row, Value, Waiters};

/// How often somebody looks whether another process has changed something, while a call waits and nobody listens.
/// At least the first, and up to the second more.
const LOOK: (Duration, Duration) = (Duration::from_millis(1_200), Duration::from_millis(600));
/// How often a connection that hears nothing is asked for a reply.
const CHECK: Duration = Duration::from_secs(20);
/// How long to wait before connecting again.
const RECONNECT: Backoff = Backoff::new(Duration::from_millis(200))
    .with_cap(Duration::from_secs(5))
    .with_min(Duration::from_millis(20));

/// The task that listens or looks. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watcher(AbortHandle);

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Task {
    dialer: Arc<Dialer>,
    waiters: Arc<Waiters>,
    own_process: Arc<AtomicI32>,
}

impl Watcher {
    pub(super) fn start(
        dialer: Arc<Dialer>,
        waiters: Arc<Waiters>,
        own_process: Arc<AtomicI32>,
    ) -> Self {
        let task = Task {
            dialer,
            waiters,
            own_process,
        };
        Self(tokio::spawn(task.run()).abort_handle())
    }
}

impl Task {
    async fn run(self) {
        let mut failures = 0;
        loop {
            let began = Instant::now();
            // Whatever ends it is found again by those who call; here it only has to be tried again.
            _ = self.watch().await;
            failures = if began.elapsed() > CHECK {
                1
            } else {
                failures + 1
            };
            tokio::time::sleep(RECONNECT.wait(failures)).await;
        }
    }

    /// Watches until the connection ends.
    async fn watch(&self) -> Result<(), LinkError> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let link = self.dialer.connect(Some(sender)).await?;
        let mut database = Postgres::new(link, false);
        if self.dialer.is_pooled() {
            return self.look_again_and_again(&mut database).await;
        }
        let channel = news::channel(self.dialer.schema());
        database.say(&format!("LISTEN \"{channel}\"")).await?;
        database.settle().await?;
        // What was said before is not heard.
        self.waiters.tell_all();
        loop {
            match tokio::time::timeout(CHECK, receiver.recv()).await {
                Ok(Some(notification)) => self.hear(&notification),
                Ok(None) => return Ok(()),
                Err(_) => {
                    let check = async {
                        database.say("SELECT 1").await?;
                        database.settle().await
                    };
                    let timeout = self.dialer.timeout();
                    let checked = tokio::time::timeout(timeout, check).await;
                    checked.unwrap_or(Err(LinkError::Silent(timeout)))?;
                }
            }
        }
    }

    fn hear(&self, notification: &Notification) {
        // What this process has committed it has told already.
        if notification.process_id() != self.own_process.load(Ordering::Acquire) {
            self.waiters.tell(&news::read(notification.payload()));
        }
    }

    /// Looks at the row that every change replaces. One statement by itself: an idle process costs no more.
    async fn look_again_and_again(&self, database: &mut Postgres) -> Result<(), LinkError> {
        let sql = format!(
            "SELECT xmin::text::bigint, (SELECT coalesce(max(number), 0) FROM {0}.inbox) FROM {0}.meta",
            self.dialer.schema()
        );
        let mut seen: Option<Vec<Value<'static>>> = None;
        loop {
            let (least, more) = LOOK;
            tokio::time::sleep(least + more.mul_f64(fastrand::f64())).await;
            if !self.waiters.any() {
                continue;
            }
            let timeout = self.dialer.timeout();
            let look = tokio::time::timeout(timeout, database.rows(&sql, &[])).await;
            let rows = match look {
                Ok(Ok(rows)) => rows,
                Ok(Err(Failure::Database(error))) => return Err(error),
                Ok(Err(Failure::Refused(_))) => return Ok(()),
                Err(_) => return Err(LinkError::Silent(timeout)),
            };
            let row = rows.into_iter().next().map(|Row(values)| values);
            if row != seen {
                seen = row;
                self.waiters.tell_all();
            }
        }
    }
}
