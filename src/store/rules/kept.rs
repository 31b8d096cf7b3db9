//! What a failed job leaves for one that continues it.

use bytes::Bytes;

use super::{Checkpoints, Record, State, Timestamp};
use crate::job::Phase;

/// What a failed job has left for one that continues it.
#[derive(Debug)]
pub(in crate::store) struct Kept {
    phase: Phase,
    input: Bytes,
    checkpoints: Option<Box<Checkpoints>>,
}

impl Record {
    /// When the job failed that has left checkpoints.
    pub(in crate::store) fn kept_since(&self) -> Option<Timestamp> {
        match self.state {
            State::Ended { at } if self.checkpoints.is_some() => Some(at),
            _ => None,
        }
    }

    /// Bytes of what the job has left.
    pub(in crate::store) fn kept_bytes(&self) -> u64 {
        if self.kept_since().is_none() {
            return 0;
        }
        let checkpoints = self.checkpoints.as_deref().map_or(0, Checkpoints::size);
        (self.input.len() + checkpoints) as u64
    }

    /// Drops the checkpoints that the job has left, and its input with them.
    pub(in crate::store) fn drop_kept(&mut self) -> Kept {
        Kept {
            phase: self.job.phase,
            input: std::mem::take(&mut self.input),
            checkpoints: self.checkpoints.take(),
        }
    }

    /// Lets a job that was just submitted start where another one stopped.
    pub(in crate::store) fn continue_with(&mut self, kept: Kept) {
        self.job.phase = kept.phase;
        self.job.progress = kept.phase.start();
        self.input = kept.input;
        self.checkpoints = kept.checkpoints;
    }
}
