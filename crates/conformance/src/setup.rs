//! What the suite needs of a store, and how it wants one to be set up.

use std::time::Duration;

use async_trait::async_trait;
use report_pipeline::JobId;
use report_pipeline::store::{JobStore, StoreLimits};

/// Makes the stores that the suite is run on.
#[async_trait]
pub trait StoreFactory: Send + Sync {
    /// What must live as long as the store, such as a server or a temporary directory.
    type Guard: Send + Sync;
    /// The store.
    type Store: JobStore;

    /// The unit of every duration in the suite: leases, waits, retention.
    ///
    /// At least ten times what a call takes. A second is right under a paused clock, some 50 ms
    /// against a server. A case that fails while its calls took longer than a tick altogether is run again
    /// with longer ones, because on a busy machine a short lease may be over before the case looks.
    fn tick(&self) -> Duration;

    /// How many cases may run at once; 1 unless overridden.
    ///
    /// Most cases wait most of the time, so a store that uses the real clock is through sooner. Under a paused clock
    /// it must be 1: the time that one case lets pass would pass for all.
    fn cases_at_once(&self) -> usize {
        1
    }

    /// Makes an empty store that shares nothing with any other one.
    async fn build(&self, setup: StoreSetup) -> (Self::Guard, Self::Store);

    /// Makes a job's record unreadable behind the store's back, and returns whether it could.
    ///
    /// Only a store whose records cannot be damaged, because they never leave the process, may
    /// return `false`: promise 17 then counts as kept.
    async fn damage(&self, guard: &Self::Guard, store: &Self::Store, id: JobId) -> bool;

    /// Makes another store over what `store` keeps its jobs in, as another process would, or this one
    /// after a restart.
    ///
    /// Only a store whose jobs live and die with it may return `None`: what the promises say of several
    /// processes then counts as kept.
    async fn another(&self, guard: &Self::Guard, store: &Self::Store) -> Option<Self::Store>;

    /// Closes `store`, which nobody else holds any more, and opens a new one over what it has kept, as a process
    /// does that has ended and is started again.
    ///
    /// Only a store whose jobs live and die with it may return `None`, as for [`another`](Self::another).
    async fn reopen(&self, guard: &Self::Guard, store: Self::Store) -> Option<Self::Store>;

    /// Lets time pass for the store. Sleeping is right for every store that uses the real clock or
    /// tokio's, paused or not.
    async fn advance(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// How a store must be set up for one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreSetup {
    /// How long ended jobs are kept.
    pub retention: Duration,
    /// How long the checkpoints of failed jobs are kept; `None` leaves the store's default, at least as long as
    /// any case takes that does not name it.
    pub failed_checkpoints: Option<Duration>,
    /// How many jobs may wait; `None` leaves the store's default, at least 10,000.
    pub pending_jobs: Option<usize>,
    /// How many jobs of one scope may wait; `None` is no limit.
    pub pending_jobs_per_scope: Option<usize>,
    /// How many jobs may be held in all; `None` leaves the store's default, at least 10,000.
    pub jobs: Option<usize>,
    /// How many bytes of values may be held; `None` leaves the store's default, at least 1 MiB.
    pub stored_bytes: Option<u64>,
    /// How many bytes one value may have; `None` leaves the store's default, at least 64 KiB.
    pub value_bytes: Option<u64>,
    /// How many bytes an input may have; `None` leaves the store's default, at least 4 KiB.
    pub input_bytes: Option<u64>,
}

impl StoreSetup {
    /// The limits that a store is to have: those of the setup, and the defaults otherwise.
    #[must_use]
    pub fn limits(&self) -> StoreLimits {
        let mut limits = StoreLimits::default();
        if let Some(limit) = self.pending_jobs {
            limits = limits.with_pending_jobs(limit);
        }
        if let Some(limit) = self.pending_jobs_per_scope {
            limits = limits.with_pending_jobs_per_scope(limit);
        }
        if let Some(limit) = self.jobs {
            limits = limits.with_jobs(limit);
        }
        if let Some(limit) = self.stored_bytes {
            limits = limits.with_stored_bytes(limit);
        }
        if let Some(limit) = self.value_bytes {
            limits = limits.with_value_bytes(limit);
        }
        if let Some(limit) = self.input_bytes {
            limits = limits.with_input_bytes(limit);
        }
        limits
    }

    /// A setup without limits.
    pub(crate) const fn unlimited(retention: Duration) -> Self {
        Self {
            retention,
            failed_checkpoints: None,
            pending_jobs: None,
            pending_jobs_per_scope: None,
            jobs: None,
            stored_bytes: None,
            value_bytes: None,
            input_bytes: None,
        }
    }
}
