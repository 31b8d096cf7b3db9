//! What the holder of a lease does: heartbeats, saves, outputs, and the end.

use bytes::Bytes;

use super::jobs::Loaded;
use super::submitting::unkept_bytes;
use super::{Done, Driver, Failure, Session};
use crate::job::{Phase, Status};
use crate::store::rules::Record;
use crate::store::timestamp::Timestamp;
use crate::store::{
    Heartbeat, HeartbeatReply, Lease, Limit, Outcome, Payload, SaveRequest, StoreError,
};

impl<D: Driver> Session<'_, D> {
    pub(in crate::store) async fn heartbeat(
        &mut self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Done<HeartbeatReply, D> {
        let held = self.held(lease).await?;
        let now = self.now;
        let reply = self
            .change(held, |record| record.heartbeat(lease, beat, now))
            .await?;
        Ok(reply?)
    }

    pub(in crate::store) async fn save(
        &mut self,
        lease: &Lease,
        request: &SaveRequest,
    ) -> Done<HeartbeatReply, D> {
        let held = self.held(lease).await?;
        if let Some(size) = held.record().check_save(lease, request)? {
            self.check_size(held.record(), Payload::Saved(request.phase()), size)?;
        }
        self.got_through(&held);
        let reply = self
            .change(held, |record| record.save(lease, request))
            .await?;
        Ok(reply?)
    }

    pub(in crate::store) async fn checkpoint(
        &mut self,
        lease: &Lease,
        phase: Phase,
        output: &Bytes,
    ) -> Done<HeartbeatReply, D> {
        let held = self.held(lease).await?;
        held.record().check_checkpoint(lease, phase)?;
        self.check_size(held.record(), Payload::Checkpoint(phase), output.len())?;
        self.got_through(&held);
        let now = self.now;
        let checkpoint = |record: &mut Record| record.checkpoint(lease, phase, output.clone(), now);
        let reply = self.change(held, checkpoint).await?;
        Ok(reply?)
    }

    pub(in crate::store) async fn finish(
        &mut self,
        lease: &Lease,
        outcome: &Outcome,
    ) -> Done<Status, D> {
        let held = self.held(lease).await?;
        let platform = held.place().platform.to_owned();
        if let Outcome::Completed(report) = outcome
            && held.record().would_keep_report(lease)
        {
            self.check_size(held.record(), Payload::Report, report.len())?;
            self.got_through(&held);
        }
        let now = self.now;
        let paused_until = match (outcome, held.record().limits_seen(lease)) {
            (Outcome::RateLimited { limit, .. }, Some(seen)) => {
                let pause = &mut self.tally.platform(&platform).pause;
                Some(pause.limit(limit, seen, now.timestamp))
            }
            _ => None,
        };
        let finish = |record: &mut Record| record.finish(lease, outcome.clone(), paused_until, now);
        let status = self.change(held, finish).await??;
        if self
            .tally
            .platforms
            .get(&platform)
            .is_some_and(|row| row.pending > 0)
        {
            // A slot in flight is free, or this job waits for its next attempt.
            self.wake_claims(Timestamp::START);
        }
        Ok(status)
    }

    /// The job of a lease. If the job is gone, or in a state that this build does not know, the lease is lost.
    async fn held(&mut self, lease: &Lease) -> Done<Loaded, D> {
        let lost = || Failure::Refused(StoreError::LeaseLost(lease.job()));
        match self.job(lease.job()).await {
            Ok(found) => found.ok_or_else(lost),
            Err(Failure::Refused(StoreError::Newer(_))) => Err(lost()),
            Err(failure) => Err(failure),
        }
    }

    /// A held job got something from its platform. If it was the probe, others may be claimed now.
    fn got_through(&mut self, held: &Loaded) {
        let name = held.place().platform;
        let Some(row) = self.tally.platforms.get(name) else {
            return;
        };
        let mut pause = row.pause;
        if pause.got_through(held.id(), self.now.timestamp) {
            self.tally.platform(name).pause = pause;
            self.wake_claims(Timestamp::START);
        }
    }

    /// Refuses a value that is over a limit.
    fn check_size(&self, record: &Record, payload: Payload, size: usize) -> Result<(), StoreError> {
        let limits = &self.settings.limits;
        let (size_max, stored_max) = (limits.value_bytes(), limits.stored_bytes());
        // What failed jobs have left goes first.
        let others = unkept_bytes(self.tally).saturating_sub(record.stored_bytes());
        if size as u64 > size_max {
            Err(StoreError::too_large(payload, size as u64, size_max))
        } else if others + record.stored_bytes_with(payload, size) > stored_max {
            Err(StoreError::full(Limit::StoredBytes, stored_max))
        } else {
            Ok(())
        }
    }
}
