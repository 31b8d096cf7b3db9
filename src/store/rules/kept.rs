//! What a failed job leaves for one that continues it.

use super::{Content, Outputs, Record, State, Timestamp};
use crate::job::Phase;

/// What a failed job has left for one that continues it.
#[derive(Debug)]
pub(in crate::store) struct Kept {
    phase: Phase,
    input: Content,
    outputs: Option<Box<Outputs>>,
}

impl Record {
    /// When the job failed that has left checkpoints.
    pub(in crate::store) fn kept_since(&self) -> Option<Timestamp> {
        match self.state {
            State::Ended { at } if self.outputs.is_some() => Some(at),
            _ => None,
        }
    }

    /// Bytes of what the job has left.
    pub(in crate::store) fn kept_bytes(&self) -> u64 {
        if self.kept_since().is_none() {
            return 0;
        }
        let outputs = self.outputs.as_deref().map_or(0, Outputs::size);
        (self.input.len() + outputs) as u64
    }

    /// Drops the checkpoints that the job has left, and its input with them.
    pub(in crate::store) fn drop_kept(&mut self) -> Kept {
        Kept {
            phase: self.job.phase,
            input: std::mem::replace(&mut self.input, Content::EMPTY),
            outputs: self.outputs.take(),
        }
    }

    /// Lets a job that was just submitted start where another one stopped.
    pub(in crate::store) fn continue_with(&mut self, kept: Kept) {
        self.job.phase = kept.phase;
        self.job.progress = kept.phase.start();
        self.input = kept.input;
        self.outputs = kept.outputs;
    }
}
