//! A store that fails on command.

mod faults;

use std::fmt;
use std::future::Future;

use async_trait::async_trait;
use bytes::Bytes;

pub use self::faults::{Fault, Faults, Verb};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, StoreError, Submitted, SweepRequest, SweepStats, WatchRequest,
};

/// A [`JobStore`] in front of another one that counts the calls and lets chosen ones go wrong.
///
/// Without faults it is the store behind it.
///
/// # Example
/// ```
/// use report_pipeline::testing::{Fault, FaultyStore, Verb};
/// use report_pipeline::{JobStore, MemoryStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (store, faults) = FaultyStore::new(MemoryStore::new());
/// faults.on_call(Verb::Stats, 2, Fault::Fail);
///
/// assert!(store.stats().await.is_ok());
/// assert!(store.stats().await.is_err());
/// assert!(store.stats().await.is_ok());
/// assert_eq!(faults.calls(Verb::Stats), 3);
/// # }
/// ```
pub struct FaultyStore<S> {
    store: S,
    faults: Faults,
}

impl<S: JobStore> FaultyStore<S> {
    /// Puts itself in front of `store`. Nothing goes wrong until the second value says so.
    pub fn new(store: S) -> (Self, Faults) {
        let faults = Faults::default();
        let store = Self {
            store,
            faults: faults.clone(),
        };
        (store, faults)
    }

    async fn call<T>(
        &self,
        verb: Verb,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        match self.faults.next(verb) {
            None => call.await,
            Some(Fault::Fail) => Err(StoreError::unavailable("a test let the call fail")),
            Some(Fault::LoseReply) => {
                // Refused or not: the caller does not get to know.
                drop(call.await);
                Err(StoreError::unavailable("a test lost the reply"))
            }
            Some(Fault::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                call.await
            }
            Some(Fault::DelayReply(delay)) => {
                let result = call.await;
                tokio::time::sleep(delay).await;
                result
            }
            Some(Fault::Hang) => std::future::pending().await,
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: JobStore> JobStore for FaultyStore<S> {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        self.call(Verb::Submit, self.store.submit(job)).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.call(Verb::Claim, self.store.claim(request)).await
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        self.call(Verb::Heartbeat, self.store.heartbeat(lease, beat))
            .await
    }

    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        self.call(Verb::Save, self.store.save(lease, request)).await
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let call = self.store.checkpoint(lease, phase, output);
        self.call(Verb::Checkpoint, call).await
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        self.call(Verb::Finish, self.store.finish(lease, outcome))
            .await
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.call(Verb::Cancel, self.store.cancel(id)).await
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        self.call(Verb::Pause, self.store.pause(request)).await
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        self.call(Verb::Unpause, self.store.unpause(platform)).await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.call(Verb::Get, self.store.get(id)).await
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        self.call(Verb::GetMany, self.store.get_many(ids)).await
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        self.call(Verb::Find, self.store.find(request)).await
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        self.call(Verb::List, self.store.list(request)).await
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        self.call(Verb::Report, self.store.report(id)).await
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        self.call(Verb::Changed, self.store.changed(request)).await
    }

    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.call(Verb::Delete, self.store.delete(id)).await
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        self.call(Verb::ClaimEnded, self.store.claim_ended(request))
            .await
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        let call = self.store.acknowledge(receipt, delivery);
        self.call(Verb::Acknowledge, call).await
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        self.call(Verb::Sweep, self.store.sweep(request)).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.call(Verb::Stats, self.store.stats()).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.call(Verb::Check, self.store.check()).await
    }
}

impl<S: fmt::Debug> fmt::Debug for FaultyStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::store::MemoryStore;

    fn new_job() -> NewJob {
        let handle = Handle::canonical("nasa").unwrap();
        NewJob::new(JobId::random(), Target::new(Platform::default(), handle))
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_call_is_not_carried_out() {
        let (store, faults) = FaultyStore::new(MemoryStore::new());
        let job = new_job();
        faults.on_next(Verb::Submit, Fault::Fail);
        let result = store.submit(job.clone()).await;
        assert!(matches!(result, Err(StoreError::Unavailable { .. })));
        assert_eq!(store.get(job.id).await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_whose_reply_is_lost_is_carried_out() {
        let (store, faults) = FaultyStore::new(MemoryStore::new());
        let job = new_job();
        faults.on_call(Verb::Submit, 1, Fault::LoseReply);
        let result = store.submit(job.clone()).await;
        assert!(matches!(result, Err(StoreError::Unavailable { .. })));
        assert!(store.get(job.id).await.unwrap().is_some());
        assert_eq!(store.submit(job.clone()).await.unwrap().job().id, job.id);
        assert_eq!(
            (faults.calls(Verb::Submit), faults.calls(Verb::Get)),
            (2, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn faults_last_until_they_are_healed() {
        let (store, faults) = FaultyStore::new(MemoryStore::new());
        faults.everything(Fault::Fail);
        faults.on_call(Verb::Stats, 9, Fault::Hang);
        for _ in 0..3 {
            assert!(store.stats().await.is_err());
            assert!(store.get(JobId::random()).await.is_err());
        }
        faults.heal();
        for _ in 3..10 {
            assert!(store.stats().await.is_ok());
        }
        faults.from_now_on(Verb::Get, Fault::Fail);
        assert!(store.get(JobId::random()).await.is_err());
        assert!(store.stats().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn delays_come_before_the_call_or_before_its_reply() {
        let (store, faults) = FaultyStore::new(MemoryStore::new());
        let delay = Duration::from_secs(5);
        for (fault, there_meanwhile) in [
            (Fault::Delay(delay), false),
            (Fault::DelayReply(delay), true),
        ] {
            let job = new_job();
            faults.on_next(Verb::Submit, fault);
            let start = Instant::now();
            let submit = store.submit(job.clone());
            let look = async {
                tokio::time::sleep(delay / 2).await;
                store.get(job.id).await.unwrap().is_some()
            };
            let (result, there) = tokio::join!(submit, look);
            assert!(result.is_ok());
            assert_eq!(there, there_meanwhile);
            assert_eq!(start.elapsed(), delay);
            store.cancel(job.id).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_hangs_never_returns() {
        let (store, faults) = FaultyStore::new(MemoryStore::new());
        faults.on_next(Verb::Stats, Fault::Hang);
        let long = Duration::from_secs(1_000_000);
        assert!(tokio::time::timeout(long, store.stats()).await.is_err());
        assert!(store.stats().await.is_ok());
    }
}
