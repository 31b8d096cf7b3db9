//! A store whose calls are measured.

use std::future::Future;

use async_trait::async_trait;
use bytes::Bytes;
use metrics::{counter, histogram};

use super::{Stopwatch, names};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, StoreError, Submitted, SweepRequest, SweepStats, WatchRequest,
};

/// Measures every call of the inner store.
pub(super) struct Measured<S>(pub(super) S);

impl<S: JobStore> std::fmt::Debug for Measured<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Counts the errors of a call.
async fn counted<T>(
    verb: &'static str,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    call.await.inspect_err(|error| {
        counter!(names::STORE_ERRORS, "verb" => verb, "error" => class(error)).increment(1);
    })
}

/// Counts the errors of a call that does not wait, and its time. A macro, because a label that is a
/// literal costs no allocation.
macro_rules! timed {
    ($verb:literal, $call:expr) => {{
        let watch = Stopwatch::start();
        let reply = counted($verb, $call).await;
        histogram!(names::STORE, "verb" => $verb).record(watch.elapsed());
        reply
    }};
}

fn class(error: &StoreError) -> &'static str {
    match error {
        StoreError::LeaseLost(_) => "lease_lost",
        StoreError::NotFound(_) => "not_found",
        StoreError::IdTaken(_) => "id_taken",
        StoreError::NotEnded(_) => "not_ended",
        StoreError::NotContinuable { .. } => "not_continuable",
        StoreError::Full { .. } => "full",
        StoreError::TooLarge { .. } => "too_large",
        StoreError::Misuse(_) => "misuse",
        StoreError::Damaged { .. } => "damaged",
        StoreError::Newer(_) => "newer",
        StoreError::Unavailable { .. } => "unavailable",
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: JobStore> JobStore for Measured<S> {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        timed!("submit", self.0.submit(job))
    }
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        counted("claim", self.0.claim(request)).await
    }
    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        timed!("heartbeat", self.0.heartbeat(lease, beat))
    }
    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        timed!("save", self.0.save(lease, request))
    }
    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        timed!("checkpoint", self.0.checkpoint(lease, phase, output))
    }
    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        timed!("finish", self.0.finish(lease, outcome))
    }
    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        timed!("cancel", self.0.cancel(id))
    }
    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        timed!("pause", self.0.pause(request))
    }
    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        timed!("unpause", self.0.unpause(platform))
    }
    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        timed!("get", self.0.get(id))
    }
    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        timed!("get_many", self.0.get_many(ids))
    }
    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        timed!("find", self.0.find(request))
    }
    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        timed!("list", self.0.list(request))
    }
    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        timed!("report", self.0.report(id))
    }
    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        counted("changed", self.0.changed(request)).await
    }
    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        timed!("delete", self.0.delete(id))
    }
    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        counted("claim_ended", self.0.claim_ended(request)).await
    }
    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        timed!("acknowledge", self.0.acknowledge(receipt, delivery))
    }
    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        timed!("sweep", self.0.sweep(request))
    }
    async fn stats(&self) -> Result<Stats, StoreError> {
        timed!("stats", self.0.stats())
    }
    async fn check(&self) -> Result<(), StoreError> {
        timed!("check", self.0.check())
    }
}
