//! Wakes clients at the moment they are due.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use tokio::sync::oneshot;

/// A timer on a thread of its own, good to some 0.1 ms. The runtime's timer counts in whole
/// milliseconds, which would be most of what is measured.
#[derive(Clone)]
pub(crate) struct Pacer(Sender<Alarm>);

struct Alarm {
    due: Instant,
    wake: oneshot::Sender<()>,
}

impl Pacer {
    pub(crate) fn start() -> Self {
        let (sender, set) = channel();
        thread::spawn(move || run(&set));
        Self(sender)
    }

    /// Waits until `due`.
    pub(crate) async fn until(&self, due: Instant) {
        let (wake, woken) = oneshot::channel();
        // The thread lives as long as this sender does.
        _ = self.0.send(Alarm { due, wake });
        _ = woken.await;
    }
}

fn run(set: &Receiver<Alarm>) {
    // Several clients may be due at the same instant.
    let mut waiting: BTreeMap<Instant, Vec<oneshot::Sender<()>>> = BTreeMap::new();
    loop {
        let next = match waiting.first_key_value() {
            Some((due, _)) => set.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => set.recv().map_err(RecvTimeoutError::from),
        };
        match next {
            Ok(alarm) => waiting.entry(alarm.due).or_default().push(alarm.wake),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let later = waiting.split_off(&Instant::now());
        for wake in std::mem::replace(&mut waiting, later)
            .into_values()
            .flatten()
        {
            // Nobody waits any more where a client was given up.
            _ = wake.send(());
        }
    }
}
