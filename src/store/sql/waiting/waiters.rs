//! Who waits for a change, and how they hear of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{Notify, broadcast};

use crate::job::JobId;
use crate::store::sql::Events;
use crate::store::timestamp::Timestamp;

/// How many changes a waiting call may be behind; after more it just looks.
const BACKLOG: usize = 16;

/// The waiting calls of this process.
#[derive(Debug)]
pub(in crate::store) struct Waiters {
    /// Says from when on there may be something to claim.
    pub(in crate::store) claims: broadcast::Sender<Timestamp>,
    /// Says from when on there may be notes to deliver.
    pub(in crate::store) notes: broadcast::Sender<Timestamp>,
    watched: Mutex<HashMap<JobId, Arc<Notify>>>,
    waiting: AtomicUsize,
}

impl Waiters {
    pub(in crate::store) fn new() -> Self {
        Self {
            claims: broadcast::Sender::new(BACKLOG),
            notes: broadcast::Sender::new(BACKLOG),
            watched: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Whether anybody waits, so that changes by other processes are looked for.
    pub(in crate::store) fn any(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Tells those who wait what was committed.
    pub(in crate::store) fn tell(&self, events: &Events) {
        // Nobody may be listening.
        if let Some(from) = events.claimable {
            _ = self.claims.send(from);
        }
        if let Some(from) = events.deliverable {
            _ = self.notes.send(from);
        }
        if !events.changed.is_empty() {
            let watched = self.lock();
            for notify in events.changed.iter().filter_map(|id| watched.get(id)) {
                notify.notify_waiters();
            }
        }
    }

    /// Tells everybody to look: another process has changed something.
    pub(in crate::store) fn tell_all(&self) {
        _ = self.claims.send(Timestamp::START);
        _ = self.notes.send(Timestamp::START);
        for notify in self.lock().values() {
            notify.notify_waiters();
        }
    }

    /// Counts a waiting call for as long as it waits.
    pub(in crate::store) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        Waiting(self)
    }

    /// Begins to watch a job.
    pub(in crate::store) fn watch(&self, id: JobId) -> Watch<'_> {
        Watch {
            notify: Arc::clone(self.lock().entry(id).or_default()),
            waiters: self,
            id,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Arc<Notify>>> {
        self.watched
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

/// A call that waits.
pub(in crate::store) struct Waiting<'a>(&'a Waiters);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A watched job.
pub(in crate::store) struct Watch<'a> {
    pub(in crate::store) notify: Arc<Notify>,
    waiters: &'a Waiters,
    id: JobId,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut watched = self.waiters.lock();
        // This one's and the map's own: nobody else watches.
        if Arc::strong_count(&self.notify) <= 2 {
            watched.remove(&self.id);
        }
    }
}
