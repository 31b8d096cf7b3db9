//! The SQLite store keeps every promise of the contract, in a file, and behaves as the model.
//!
//! The suite's unit of time must be long against a call, and one that is written to a disk takes as long as the
//! disk does. So the files are in memory where the system offers that; what the disk adds is in `tests/sqlite`.
#![cfg(feature = "sqlite")]

#[path = "sqlite/contents.rs"]
mod contents;

use std::path::{Path, PathBuf};
use std::time::Duration;

use report_pipeline::{JobId, SqliteOptions, SqliteStore, async_trait};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};
use tempfile::TempDir;

use self::contents::assert_agrees;

/// A file for each case.
struct Sqlite;

/// The folder of a file. After each case and each history, what the file counts is compared with what it holds.
struct Folder {
    folder: TempDir,
    setup: StoreSetup,
}

#[async_trait]
impl StoreFactory for Sqlite {
    type Guard = Folder;
    type Store = SqliteStore;

    fn tick(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn cases_at_once(&self) -> usize {
        8
    }

    async fn build(&self, setup: StoreSetup) -> (Self::Guard, SqliteStore) {
        let folder = Folder {
            folder: folder(),
            setup,
        };
        let store = folder.open().await;
        (folder, store)
    }

    async fn damage(&self, folder: &Self::Guard, _: &SqliteStore, id: JobId) -> bool {
        let file = rusqlite::Connection::open(folder.file()).expect("it opens");
        file.busy_timeout(Duration::from_secs(5))
            .expect("it can wait");
        let sql = "UPDATE jobs SET created_at = 'yesterday' WHERE job_id = ?1";
        file.execute(sql, [id.to_string()]).expect("it is written") == 1
    }

    async fn another(&self, folder: &Self::Guard, _: &SqliteStore) -> Option<SqliteStore> {
        Some(folder.open().await)
    }

    async fn reopen(&self, folder: &Self::Guard, store: SqliteStore) -> Option<SqliteStore> {
        drop(store);
        Some(folder.open().await)
    }
}

fn folder() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    let folder = if in_memory.is_dir() {
        tempfile::tempdir_in(in_memory)
    } else {
        tempfile::tempdir()
    };
    folder.expect("a folder for the file")
}

impl Folder {
    fn file(&self) -> PathBuf {
        self.folder.path().join("jobs.db")
    }

    async fn open(&self) -> SqliteStore {
        let mut options = SqliteOptions::new(self.file());
        if let Some(kept) = self.setup.failed_checkpoints {
            options = options.with_failed_checkpoints(kept);
        }
        options
            .with_retention(self.setup.retention)
            .with_limits(self.setup.limits())
            .connect()
            .await
            .expect("the folder is there")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_agrees(&self.file());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sqlite_store_keeps_every_promise() {
    suite(Sqlite).await;
}

#[tokio::test]
async fn the_sqlite_store_keeps_every_promise_on_one_thread() {
    suite(Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sqlite_store_behaves_as_the_model() {
    live_through(Sqlite, Clock::Real, 12).await;
}
