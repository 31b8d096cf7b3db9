//! The verbs of the contract: which thread carries them out.

use async_trait::async_trait;
use bytes::Bytes;

use super::SqliteStore;
use super::clock::now;
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::sql::{self, Engine, Reading, Verb, Waiters, readings, verbs};
use crate::store::timestamp::Timestamp;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, StoreError, Submitted, SweepRequest, SweepStats, WatchRequest,
};

impl Engine for SqliteStore {
    async fn write<V: Verb>(&self, verb: V) -> Result<V::Reply, StoreError> {
        self.writer.call(verb).await
    }

    async fn read<R: Reading>(&self, reading: R) -> Result<R::Reply, StoreError> {
        self.readers.read(reading).await
    }

    fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    fn now(&self) -> Timestamp {
        now().timestamp
    }

    fn look_for_changes(&self) {
        self.writer.look_for_changes();
    }
}

#[async_trait]
impl JobStore for SqliteStore {
    async fn submit(&self, new: NewJob) -> Result<Submitted, StoreError> {
        self.limits.check_input(new.input())?;
        if let Some(note) = new.note() {
            note.check(0)?;
        }
        self.write(verbs::Submit { new }).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        sql::claim(self, request).await
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        self.write(verbs::Beat { lease, beat }).await
    }

    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        self.write(verbs::Save { lease, request }).await
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        let checkpoint = verbs::Checkpoint {
            lease,
            phase,
            output,
        };
        self.write(checkpoint).await
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let lease = lease.clone();
        self.write(verbs::Finish { lease, outcome }).await
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.write(verbs::Cancel { id }).await
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        self.write(verbs::Pause { request }).await
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        let platform = platform.clone();
        self.write(verbs::Unpause { platform }).await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.read(readings::Get { id }).await
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        let ids = ids.to_vec();
        self.read(readings::GetMany { ids }).await
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        self.read(readings::Find { request }).await
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        sql::list(self, request).await
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        self.read(readings::Report { id }).await
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        sql::changed(self, request).await
    }

    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.write(verbs::Delete { id }).await
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        sql::claim_ended(self, request).await
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        let receipt = receipt.clone();
        self.write(verbs::Acknowledge { receipt, delivery }).await
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let swept = sql::sweep(self, request).await?;
        self.writer.tidy();
        Ok(swept)
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let limits = self.limits;
        self.read(readings::Count { limits }).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.write(verbs::Check {}).await
    }
}
