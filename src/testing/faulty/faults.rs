//! What is to go wrong, and when.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Decides what goes wrong in a [`FaultyStore`](super::FaultyStore), and counts its calls. Cheap to
/// clone.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Script>>);

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call is not carried out, and fails with
    /// [`Unavailable`](crate::StoreError::Unavailable).
    Fail,
    /// The call is carried out, but its reply is lost: it fails with
    /// [`Unavailable`](crate::StoreError::Unavailable).
    LoseReply,
    /// The call is carried out this much later.
    Delay(Duration),
    /// The call is carried out at once, and its reply comes this much later.
    DelayReply(Duration),
    /// The call is not carried out and never returns.
    Hang,
}

/// The calls of a [`JobStore`](crate::JobStore).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// [`JobStore::submit`](crate::JobStore::submit).
    Submit,
    /// [`JobStore::claim`](crate::JobStore::claim).
    Claim,
    /// [`JobStore::heartbeat`](crate::JobStore::heartbeat).
    Heartbeat,
    /// [`JobStore::save`](crate::JobStore::save).
    Save,
    /// [`JobStore::checkpoint`](crate::JobStore::checkpoint).
    Checkpoint,
    /// [`JobStore::finish`](crate::JobStore::finish).
    Finish,
    /// [`JobStore::cancel`](crate::JobStore::cancel).
    Cancel,
    /// [`JobStore::pause`](crate::JobStore::pause).
    Pause,
    /// [`JobStore::unpause`](crate::JobStore::unpause).
    Unpause,
    /// [`JobStore::get`](crate::JobStore::get).
    Get,
    /// [`JobStore::get_many`](crate::JobStore::get_many).
    GetMany,
    /// [`JobStore::find`](crate::JobStore::find).
    Find,
    /// [`JobStore::list`](crate::JobStore::list).
    List,
    /// [`JobStore::report`](crate::JobStore::report).
    Report,
    /// [`JobStore::changed`](crate::JobStore::changed).
    Changed,
    /// [`JobStore::delete`](crate::JobStore::delete).
    Delete,
    /// [`JobStore::claim_ended`](crate::JobStore::claim_ended).
    ClaimEnded,
    /// [`JobStore::acknowledge`](crate::JobStore::acknowledge).
    Acknowledge,
    /// [`JobStore::sweep`](crate::JobStore::sweep).
    Sweep,
    /// [`JobStore::stats`](crate::JobStore::stats).
    Stats,
    /// [`JobStore::check`](crate::JobStore::check).
    Check,
}

impl Faults {
    /// Lets the n-th call of a verb go wrong, counted from 1 since the store was made.
    pub fn on_call(&self, verb: Verb, n: u64, fault: Fault) {
        self.script().once.push((verb, n, fault));
    }

    /// Lets the next call of a verb go wrong.
    pub fn on_next(&self, verb: Verb, fault: Fault) {
        let mut script = self.script();
        let n = script.calls[verb as usize] + 1;
        script.once.push((verb, n, fault));
    }

    /// Lets every call of a verb go wrong from now on, until [`heal`](Self::heal).
    pub fn from_now_on(&self, verb: Verb, fault: Fault) {
        self.script().always[verb as usize] = Some(fault);
    }

    /// Lets every call of every verb go wrong from now on, until [`heal`](Self::heal).
    pub fn everything(&self, fault: Fault) {
        self.script().always = [Some(fault); Verb::ALL.len()];
    }

    /// Ends all faults, future ones included. Calls that hang or are delayed stay so.
    pub fn heal(&self) {
        let mut script = self.script();
        script.once.clear();
        script.always = Default::default();
    }

    /// How often a verb was called, whatever became of the calls.
    #[must_use]
    pub fn calls(&self, verb: Verb) -> u64 {
        self.script().calls[verb as usize]
    }

    /// Counts a call, and decides about it.
    pub(super) fn next(&self, verb: Verb) -> Option<Fault> {
        let mut script = self.script();
        script.calls[verb as usize] += 1;
        let this = (verb, script.calls[verb as usize]);
        let planned = script
            .once
            .iter()
            .position(|(verb, n, _)| (*verb, *n) == this);
        match planned {
            Some(index) => Some(script.once.swap_remove(index).2),
            None => script.always[verb as usize],
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verb {
    /// Every verb.
    pub const ALL: &'static [Self] = &[
        Self::Submit,
        Self::Claim,
        Self::Heartbeat,
        Self::Save,
        Self::Checkpoint,
        Self::Finish,
        Self::Cancel,
        Self::Pause,
        Self::Unpause,
        Self::Get,
        Self::GetMany,
        Self::Find,
        Self::List,
        Self::Report,
        Self::Changed,
        Self::Delete,
        Self::ClaimEnded,
        Self::Acknowledge,
        Self::Sweep,
        Self::Stats,
        Self::Check,
    ];
}

#[derive(Default)]
struct Script {
    calls: [u64; Verb::ALL.len()],
    once: Vec<(Verb, u64, Fault)>,
    always: [Option<Fault>; Verb::ALL.len()],
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        let mut calls = f.debug_map();
        for verb in Verb::ALL {
            calls.entry(verb, &script.calls[*verb as usize]);
        }
        calls.finish()
    }
}
