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
use super::held::{Held, StopReason};
use super::line::Line;
use crate::client::Client;
use crate::measure;
use crate::store::JobStore;
use crate::within::within;

/// How many jobs one step of a sweep handles.
const SWEEP_BATCH: usize = 256;
const SWEEP_PAUSE: Duration = Duration::from_millis(1);

/// The shop floor: a place for each worker, and the line where they wait for jobs.
pub(super) struct Floor {
    /// Learns how long jobs take.
    pub(super) client: Client,
    pub(super) store: Arc<dyn JobStore>,
    pub(super) settings: Arc<Settings>,
    pub(super) line: Line,
    /// Cancelled when no more jobs are to be begun.
    pub(super) closing: CancellationToken,
    /// How long a phase may take to stop once the process drains.
    pub(super) drain_grace: OnceLock<Duration>,
    /// Jobs that were given back unfinished because the process drains.
    pub(super) handed_back: AtomicUsize,
    places: Vec<Mutex<Option<Arc<Held>>>>,
    busy: AtomicUsize,
    first_job: Notify,
}

impl Floor {
    pub(super) fn new(client: &Client, settings: Arc<Settings>) -> Self {
        Self {
            line: Line::new(),
            closing: CancellationToken::new(),
            drain_grace: OnceLock::new(),
            handed_back: AtomicUsize::new(0),
            places: (0..settings.concurrency)
                .map(|_| Mutex::new(None))
                .collect(),
            busy: AtomicUsize::new(0),
            first_job: Notify::new(),
            store: Arc::clone(client.store()),
            client: client.clone(),
            settings,
        }
    }

    /// Puts a job on a worker's place, where the keeper finds it, until the answer is dropped.
    pub(super) fn occupy(&self, place: usize, held: &Arc<Held>) -> Occupied<'_> {
        self.set(place, Some(Arc::clone(held)));
        if self.busy.fetch_add(1, Ordering::AcqRel) == 0 {
            self.first_job.notify_one();
        }
        Occupied { floor: self, place }
    }

    /// All jobs in this process's hands.
    pub(super) fn held(&self) -> Vec<Arc<Held>> {
        let at = |place: &Mutex<Option<Arc<Held>>>| {
            place.lock().unwrap_or_else(PoisonError::into_inner).clone()
        };
        self.places.iter().filter_map(at).collect()
    }

    /// Asks every job in work to stop.
    pub(super) fn stop_all(&self, why: StopReason) {
        for held in self.held() {
            held.stop(why);
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

    fn set(&self, place: usize, held: Option<Arc<Held>>) {
        *self.places[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = held;
    }
}

/// A worker's place with a job on it.
pub(super) struct Occupied<'a> {
    floor: &'a Floor,
    place: usize,
}

impl Drop for Occupied<'_> {
    fn drop(&mut self) {
        self.floor.set(self.place, None);
        self.floor.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Sweeps the store now and then, and counts what it holds. Runs until it is aborted.
pub(super) async fn sweep(floor: Arc<Floor>) {
    loop {
        tokio::time::sleep(floor.settings.sweep_interval).await;
        while sweep_step(&floor).await {
            // Others first, also where the store itself never waits.
            tokio::time::sleep(SWEEP_PAUSE).await;
        }
        // A store that is away shows in the metrics, too.
        if measure::WANTS_COUNTS {
            _ = AssertUnwindSafe(floor.client.stats()).catch_unwind().await;
        }
    }
}

/// One call of the store's housekeeping. Says whether there is more to do.
async fn sweep_step(floor: &Floor) -> bool {
    let step = within(floor.settings.store_timeout, floor.store.sweep(SWEEP_BATCH));
    // A store is foreign code; its panic must not end all housekeeping.
    match AssertUnwindSafe(step).catch_unwind().await {
        Ok(Ok(Ok(swept))) => return swept.more,
        Ok(Ok(Err(error))) => warn!(%error, "the store could not be swept; will try again"),
        Ok(Err(_)) => warn!("no answer to a sweep; will try again"),
        Err(_) => error!("the store panicked in a sweep; will try again"),
    }
    false
}
