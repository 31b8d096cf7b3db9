//! Files and jobs for the tests.

use std::path::PathBuf;
use std::time::Duration;

use report_pipeline::store::{ClaimRequest, ClaimedJob, WorkerId};
use report_pipeline::{Handle, JobId, JobStore, NewJob, Platform, SqliteStore, Submitted, Target};
use rusqlite::Connection;
use tempfile::TempDir;

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

pub(crate) fn new_job(name: &str) -> NewJob {
    let target = Target::new(Platform::TIKTOK, Handle::canonical(name).unwrap());
    NewJob::new(JobId::random(), target)
}

pub(crate) async fn submit(store: &SqliteStore, name: &str) -> JobId {
    match store.submit(new_job(name)).await.unwrap() {
        Submitted::Created(job) => job.id,
        other => panic!("a new job: {other:?}"),
    }
}

pub(crate) fn claim_request(max: usize) -> ClaimRequest {
    ClaimRequest::new(WorkerId::unique()).with_max(max)
}

pub(crate) async fn claim_one(store: &SqliteStore) -> ClaimedJob {
    store.claim(claim_request(1)).await.unwrap().remove(0)
}
