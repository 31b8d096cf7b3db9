//! What all tasks of one process's workers share.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::builder::Settings;
use super::claimer::Claimer;
use super::running::{RunningJob, StopReason};
use crate::client::Client;
use crate::measure;
use crate::store::{JobStore, SweepRequest};
use crate::timeout::within;

/// How many jobs one step of a sweep handles.
const SWEEP_BATCH: usize = 256;
const SWEEP_PAUSE: Duration = Duration::from_millis(1);

/// The shop pool: a slot for each worker, and the line where they wait for jobs.
pub(super) struct WorkerPool {
    /// Learns how long jobs take.
    pub(super) client: Client,
    pub(super) store: Arc<dyn JobStore>,
    pub(super) settings: Arc<Settings>,
    pub(super) claimer: Claimer,
    /// Cancelled when no more jobs are to be begun.
    pub(super) closing: CancellationToken,
    /// How long a phase may take to stop once the process drains.
    pub(super) drain_grace: OnceLock<Duration>,
    /// Jobs that were given back unfinished because the process drains.
    pub(super) released: AtomicUsize,
    slots: Vec<Mutex<Option<Arc<RunningJob>>>>,
    busy: AtomicUsize,
    first_job: Notify,
}

impl WorkerPool {
    pub(super) fn new(client: &Client, settings: Arc<Settings>) -> Self {
        Self {
            claimer: Claimer::new(),
            closing: CancellationToken::new(),
            drain_grace: OnceLock::new(),
            released: AtomicUsize::new(0),
            slots: (0..settings.concurrency)
                .map(|_| Mutex::new(None))
                .collect(),
            busy: AtomicUsize::new(0),
            first_job: Notify::new(),
            store: Arc::clone(client.store()),
            client: client.clone(),
            settings,
        }
    }

    /// Puts a job on a worker's slot, where the keeper finds it, until the answer is dropped.
    pub(super) fn occupy(&self, slot: usize, running: &Arc<RunningJob>) -> OccupiedSlot<'_> {
        self.set(slot, Some(Arc::clone(running)));
        if self.busy.fetch_add(1, Ordering::AcqRel) == 0 {
            self.first_job.notify_one();
        }
        OccupiedSlot { pool: self, slot }
    }

    /// All jobs in this process's hands.
    pub(super) fn running(&self) -> Vec<Arc<RunningJob>> {
        let at = |slot: &Mutex<Option<Arc<RunningJob>>>| {
            slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
        };
        self.slots.iter().filter_map(at).collect()
    }

    /// Asks every job in work to stop.
    pub(super) fn stop_all(&self, why: StopReason) {
        for running in self.running() {
            running.stop(why);
        }
    }

    /// How long a phase may take to stop. A drain leaves time to tell the store.
    pub(super) fn grace(&self, why: StopReason) -> Duration {
        let grace = self.settings.cancel_grace;
        match (why, self.drain_grace.get()) {
            (StopReason::Draining, Some(most)) => grace.min(*most),
            _ => grace,
        }
    }

    /// Waits while no worker has a job.
    pub(super) async fn wait_for_jobs(&self) {
        while self.busy.load(Ordering::Acquire) == 0 {
            self.first_job.notified().await;
        }
    }

    fn set(&self, slot: usize, running: Option<Arc<RunningJob>>) {
        *self.slots[slot]
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = running;
    }
}

/// A worker's slot with a job on it.
pub(super) struct OccupiedSlot<'a> {
    pool: &'a WorkerPool,
    slot: usize,
}

impl Drop for OccupiedSlot<'_> {
    fn drop(&mut self) {
        self.pool.set(self.slot, None);
        self.pool.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Sweeps the store now and then, and counts what it holds. Runs until it is aborted.
pub(super) async fn sweep(pool: Arc<WorkerPool>) {
    loop {
        tokio::time::sleep(pool.settings.sweep_interval).await;
        while sweep_step(&pool).await {
            // Others first, also where the store itself never waits.
            tokio::time::sleep(SWEEP_PAUSE).await;
        }
        // A store that is away shows in the metrics, too.
        if measure::WANTS_COUNTS {
            _ = AssertUnwindSafe(pool.client.stats()).catch_unwind().await;
        }
    }
}

/// One call of the store's housekeeping. Says whether there is more to do.
async fn sweep_step(pool: &WorkerPool) -> bool {
    let sweep = pool.store.sweep(SweepRequest::new(SWEEP_BATCH));
    let step = within(pool.settings.store_timeout, sweep);
    // A store is foreign code; its panic must not end all housekeeping.
    match AssertUnwindSafe(step).catch_unwind().await {
        Ok(Ok(Ok(swept))) => return swept.more,
        Ok(Ok(Err(error))) => warn!(%error, "the store could not be swept; will try again"),
        Ok(Err(_)) => warn!("no answer to a sweep; will try again"),
        Err(_) => error!("the store panicked in a sweep; will try again"),
    }
    false
}
