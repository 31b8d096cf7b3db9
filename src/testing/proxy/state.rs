//! What is wrong with the network, and which connections there are.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

/// How many bytes of a request are kept to find a needle that came in two pieces.
const LONGEST_NEEDLE: usize = 1024;

/// Faults and counters of one proxy. Connections are numbered from 1, in order of arrival, so
/// "all that are open now" is a number.
#[derive(Default)]
pub(super) struct State {
    pub(super) request_delay: Duration,
    pub(super) reply_delay: Duration,
    accepted: u64,
    open: BTreeSet<u64>,
    refusing: bool,
    hole: bool,
    dead_through: u64,
    reset_through: u64,
    plans: Vec<(Vec<u8>, Cut)>,
    cuts: u64,
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Requests,
    Replies,
}

/// What is lost of an exchange.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    Request,
    Reply,
}

impl State {
    /// Returns the number of the last connection that is to be reset.
    pub(super) const fn reset_all(&mut self) -> u64 {
        self.reset_through = self.accepted;
        self.accepted
    }

    pub(super) const fn refuse(&mut self) {
        self.refusing = true;
    }

    pub(super) const fn begin_hole(&mut self) {
        self.hole = true;
    }

    pub(super) fn heal(&mut self) {
        self.request_delay = Duration::ZERO;
        self.reply_delay = Duration::ZERO;
        self.refusing = false;
        self.plans.clear();
        if std::mem::take(&mut self.hole) {
            self.dead_through = self.accepted;
        }
    }

    pub(super) fn plan(&mut self, needle: &[u8], cut: Cut) {
        assert!(
            needle.len() <= LONGEST_NEEDLE,
            "a needle may have {LONGEST_NEEDLE} bytes at most"
        );
        self.plans.push((needle.to_owned(), cut));
    }

    pub(super) const fn accepted(&self) -> u64 {
        self.accepted
    }

    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) const fn cuts(&self) -> u64 {
        self.cuts
    }

    pub(super) fn any_open_through(&self, last: u64) -> bool {
        self.open.range(..=last).next().is_some()
    }

    fn take_cut(&mut self, seen: &[u8], new: usize) -> Option<Cut> {
        let planned = self.plans.iter().position(|(needle, _)| {
            // A match has at least one new byte: older ones had their chance.
            let from = (seen.len() - new).saturating_sub(needle.len().saturating_sub(1));
            needle.is_empty()
                || seen[from..]
                    .windows(needle.len())
                    .any(|part| part == needle)
        })?;
        self.cuts += 1;
        Some(self.plans.remove(planned).1)
    }
}

/// One connection's hold on the state: it counts as open for as long as this lives.
pub(super) struct Link {
    number: u64,
    state: watch::Sender<State>,
}

impl Link {
    /// Counts a connection that has come in; `None` if it is refused.
    pub(super) fn open(state: &watch::Sender<State>) -> Option<Self> {
        let mut number = None;
        state.send_modify(|state| {
            state.accepted += 1;
            if !state.refusing {
                state.open.insert(state.accepted);
                number = Some(state.accepted);
            }
        });
        let state = state.clone();
        number.map(|number| Self { number, state })
    }

    pub(super) fn is_dead(&self) -> bool {
        let state = self.state.borrow();
        state.hole || self.number <= state.dead_through
    }

    pub(super) async fn was_reset(&self) {
        let mut changes = self.state.subscribe();
        let reset = changes.wait_for(|state| self.number <= state.reset_through);
        reset.await.expect("self holds a sender");
    }

    pub(super) fn delay(&self, direction: Direction) -> Duration {
        let state = self.state.borrow();
        match direction {
            Direction::Requests => state.request_delay,
            Direction::Replies => state.reply_delay,
        }
    }

    /// Looks for a planned cut in what has just been read, after `tail`, which is what was read
    /// before it.
    pub(super) fn take_cut(&self, tail: &mut Vec<u8>, new: &[u8]) -> Option<Cut> {
        tail.extend_from_slice(new);
        let mut cut = None;
        self.state.send_if_modified(|state| {
            cut = state.take_cut(tail, new.len());
            cut.is_some()
        });
        tail.drain(..tail.len().saturating_sub(LONGEST_NEEDLE));
        cut
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.state.send_modify(|state| {
            state.open.remove(&self.number);
        });
    }
}
