//! Heartbeats and checkpoints: what the holder of a job may do while it has the lease.

use bytes::Bytes;

use super::{Record, State};
use crate::job::{Phase, Progress};
use crate::store::timestamp::Now;
use crate::store::{Heartbeat, HeartbeatReply, Lease, StoreError};

impl Record {
    pub(in crate::store) fn heartbeat(
        &mut self,
        lease: &Lease,
        beat: Heartbeat,
        now: Now,
    ) -> Result<HeartbeatReply, StoreError> {
        let position = self.check_holder(lease)?;
        self.state = State::Held {
            until: now.timestamp.after(beat.lease),
            position,
        };
        // 100 is for completed jobs, whatever a worker says.
        let progress = beat
            .progress
            .map(|progress| progress.min(Progress::from_percent(99)));
        if let Some(progress) = progress
            && progress > self.job.progress
        {
            self.job.progress = progress;
            self.touch(now);
        }
        Ok(self.reply())
    }

    /// Whether a checkpoint could be accepted, its size apart.
    pub(in crate::store) fn check_checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
    ) -> Result<(), StoreError> {
        self.check_holder(lease)?;
        match phase {
            Phase::Finalizing => Err(StoreError::Misuse(
                "the last phase has no checkpoint; finish the job with its report",
            )),
            phase if phase > self.job.phase => Err(StoreError::Misuse(
                "a checkpoint of a phase that the job has not reached",
            )),
            _ => Ok(()),
        }
    }

    pub(in crate::store) fn checkpoint(
        &mut self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
        now: Now,
    ) -> Result<HeartbeatReply, StoreError> {
        self.check_checkpoint(lease, phase)?;
        self.outputs.get_or_insert_default().set(phase, output);
        // It was made on the way to this output, or from an output that is replaced now.
        self.saved = None;
        // Only the output of the present phase moves the job; an older one is replaced where it is.
        if phase == self.job.phase
            && let Some(next) = phase.next()
        {
            self.job.phase = next;
            self.job.progress = self.job.progress.max(next.start());
            self.job.failures = 0;
            self.job.failure = None;
            self.touch(now);
        }
        Ok(self.reply())
    }

    /// How many limits of the platform were counted when the job was claimed, if this lease holds it.
    pub(in crate::store) fn limits_seen(&self, lease: &Lease) -> Option<u32> {
        self.check_holder(lease).ok().map(|_| self.limits_seen)
    }

    /// Whether a report would be kept if the holder finished with one now.
    pub(in crate::store) fn would_keep_report(&self, lease: &Lease) -> bool {
        self.check_holder(lease).is_ok() && !self.job.cancel_requested
    }
}
