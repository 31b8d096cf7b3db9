//! Files and jobs for the tests.

use std::path::PathBuf;
use std::time::Duration;

use report_pipeline::SqliteStore;
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) use super::calls::{claim_one, claim_request, new_job, submit};

/// A folder on the disk, with the place of a database.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join("jobs.db")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) async fn store(&self) -> SqliteStore {
        SqliteStore::connect(self.file()).await.unwrap()
    }

    /// The file, as another program opens it.
    pub(crate) fn inside(&self) -> Connection {
        let inside = Connection::open(self.file()).unwrap();
        inside.busy_timeout(Duration::from_secs(5)).unwrap();
        inside
    }
}
