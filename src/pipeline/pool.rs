//! What all tasks of one process's workers share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::claimer::Claimer;
use super::running::RunningJob;
use super::settings::Settings;
use super::stop::StopReason;
use crate::client::Client;
use crate::store::JobStore;

/// A slot for each worker with the job that it runs, and the claimer that finds it one.
pub(super) struct WorkerPool {
    /// Learns how long jobs take.
    pub(super) client: Client,
    pub(super) store: Arc<dyn JobStore>,
    pub(super) settings: Arc<Settings>,
    pub(super) claimer: Claimer,
    /// Cancelled when no more jobs are to be started.
    pub(super) closing: CancellationToken,
    /// Cancelled when the last worker has ended.
    pub(super) workers_ended: CancellationToken,
    /// How long a phase may take to stop once the process drains.
    pub(super) drain_grace: OnceLock<Duration>,
    /// Running jobs that were released because the process drains.
    pub(super) released: AtomicUsize,
    slots: Vec<Mutex<Option<Arc<RunningJob>>>>,
    busy: AtomicUsize,
    first_job: Notify,
}

impl WorkerPool {
    pub(super) fn new(client: &Client, settings: Arc<Settings>) -> Self {
        let store = Arc::clone(client.store());
        let closing = CancellationToken::new();
        Self {
            claimer: Claimer::new(
                Arc::clone(&store),
                Arc::clone(&settings),
                closing.clone(),
                client.program_version().cloned(),
            ),
            closing,
            workers_ended: CancellationToken::new(),
            drain_grace: OnceLock::new(),
            released: AtomicUsize::new(0),
            slots: (0..settings.concurrency)
                .map(|_| Mutex::new(None))
                .collect(),
            busy: AtomicUsize::new(0),
            first_job: Notify::new(),
            store,
            client: client.clone(),
            settings,
        }
    }

    /// Puts a job in a worker's slot, where its lease is renewed, until the returned value is
    /// dropped.
    pub(super) fn occupy(&self, slot: usize, running: &Arc<RunningJob>) -> OccupiedSlot<'_> {
        self.set(slot, Some(Arc::clone(running)));
        if self.busy.fetch_add(1, Ordering::AcqRel) == 0 {
            self.first_job.notify_one();
        }
        OccupiedSlot { pool: self, slot }
    }

    /// Returns all running jobs.
    pub(super) fn running(&self) -> Vec<Arc<RunningJob>> {
        let job_in = |slot: &Mutex<Option<Arc<RunningJob>>>| {
            slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
        };
        self.slots.iter().filter_map(job_in).collect()
    }

    /// Asks every running job to stop.
    pub(super) fn stop_all(&self, why: StopReason) {
        for running in self.running() {
            running.stop(why);
        }
    }

    /// Returns how long a phase may take to stop. A drain leaves time to call the store.
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

/// A slot with a job in it.
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
