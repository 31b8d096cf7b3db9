//! Readings, each on a connection of its own, so that none waits for a transaction that writes.

use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::Semaphore;

use super::clock::Clock;
use super::driver::Postgres;
use super::error::{self, LinkError};
use super::link::Dialer;
use crate::store::StoreError;
use crate::store::sql::{Failure, Reader, Reading};

/// How many readings there are at once; others wait for their turn.
const AT_ONCE: usize = 8;

/// The connections that read. They are made when they are needed, and kept.
#[derive(Debug)]
pub(super) struct Readers {
    dialer: Arc<Dialer>,
    clock: Arc<Clock>,
    turns: Semaphore,
    idle: Mutex<Vec<Postgres>>,
}

impl Readers {
    pub(super) fn new(dialer: Arc<Dialer>, clock: Arc<Clock>) -> Self {
        Self {
            dialer,
            clock,
            turns: Semaphore::new(AT_ONCE),
            idle: Mutex::default(),
        }
    }

    /// Reads in one transaction: all of its statements see the same.
    pub(super) async fn read<R: Reading>(&self, reading: R) -> Result<R::Reply, StoreError> {
        let timeout = self.dialer.timeout();
        let read = async {
            let _turn = self.turns.acquire().await.expect("it is never closed");
            // One that was idle may be gone without anybody's having seen it.
            while let Some(database) = self.take() {
                match self.read_with(database, &reading).await {
                    Err(Failure::Database(error)) if error.is_passing() => {}
                    Err(Failure::Database(error)) if error.is_of_a_pooler() => {
                        self.dialer.found_a_pooler();
                    }
                    other => return other,
                }
            }
            let link = self.dialer.connect(None).await.map_err(Failure::Database)?;
            let database = Postgres::new(link, !self.dialer.is_pooled());
            self.read_with(database, &reading).await
        };
        match tokio::time::timeout(timeout, read).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(Failure::Refused(error))) => Err(error),
            Ok(Err(Failure::Database(error))) => Err(error::unavailable(error)),
            Err(_) => Err(error::unavailable(LinkError::Silent(timeout))),
        }
    }

    /// Reads on a connection, and keeps it if nothing went wrong.
    async fn read_with<R: Reading>(
        &self,
        mut database: Postgres,
        reading: &R,
    ) -> Result<R::Reply, Failure<LinkError>> {
        let failed = Failure::Database;
        let clock = Arc::new(OnceLock::new());
        database.say(&self.beginning()).await.map_err(failed)?;
        database
            .ask_the_time(Arc::clone(&clock))
            .await
            .map_err(failed)?;
        let mut reader = Reader::new(&mut database, Arc::clone(&clock));
        let result = reading.run(&mut reader).await;
        if let Err(Failure::Database(error)) = result {
            return Err(failed(error));
        }
        if let Some(time) = clock.get() {
            self.clock.heard(*time);
        }
        // Its reply is taken with those to the next reading.
        if database.say("COMMIT").await.is_ok() {
            self.lock().push(database);
        }
        result
    }

    fn beginning(&self) -> String {
        format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path TO {}",
            self.dialer.schema()
        )
    }

    /// An idle connection that is not known to be closed.
    fn take(&self) -> Option<Postgres> {
        let may_prepare = !self.dialer.is_pooled();
        let mut idle = self.lock();
        idle.retain(|database| !database.is_closed() && database.prepares() == may_prepare);
        idle.pop()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Postgres>> {
        self.idle
            .lock()
            .expect("no code panics while it holds the lock")
    }
}
