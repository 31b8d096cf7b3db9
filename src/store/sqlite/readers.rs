//! Readings, each on a connection of its own, so that none waits for a commit.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use super::clock::now;
use super::driver::{Sqlite, at_once};
use super::{error, file};
use crate::store::StoreError;
use crate::store::sql::{Failure, Reader, Reading};

/// How many readings there are at once; others wait for their turn.
const AT_ONCE: usize = 8;

/// The connections that read. They are made when they are needed, and kept.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    turns: Semaphore,
    idle: Mutex<Vec<Sqlite>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            turns: Semaphore::new(AT_ONCE),
            idle: Mutex::default(),
        }
    }

    /// Reads in one transaction, on a thread that may block.
    pub(super) async fn read<R: Reading>(
        self: &Arc<Self>,
        reading: R,
    ) -> Result<R::Reply, StoreError> {
        let _turn = self.turns.acquire().await.expect("it is never closed");
        let readers = Arc::clone(self);
        let read = move || {
            let mut database = readers.take().map_err(error::unavailable)?;
            let result = read_with(&mut database, &reading).map_err(error::refused);
            // One that is still in a transaction failed: it is closed.
            if database.connection.is_autocommit() {
                readers.lock().push(database);
            }
            result
        };
        let read = tokio::task::spawn_blocking(read).await;
        read.unwrap_or_else(|stopped| {
            Err(StoreError::unavailable_because(
                "the runtime has ended before the reading",
                stopped,
            ))
        })
    }

    fn take(&self) -> rusqlite::Result<Sqlite> {
        let idle = self.lock().pop();
        idle.map_or_else(|| file::open_to_read(&self.path), Ok)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Sqlite>> {
        self.idle
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

fn read_with<R: Reading>(
    database: &mut Sqlite,
    reading: &R,
) -> Result<R::Reply, Failure<rusqlite::Error>> {
    database.say("BEGIN").map_err(Failure::Database)?;
    let clock = Arc::new(now().timestamp.into());
    let mut reader = Reader::new(database, clock);
    let result = at_once(pin!(reading.run(&mut reader)));
    database.say("COMMIT").map_err(Failure::Database)?;
    result
}
