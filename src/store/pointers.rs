//! A store behind a pointer is the same store.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;

use super::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, StoreError, Submitted, SweepRequest, SweepStats, WatchRequest,
};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};

type Reply<'f, T> = BoxFuture<'f, Result<T, StoreError>>;

/// Makes the methods, with the signatures that `async_trait` makes, so that futures are passed on as they are: an
/// `async fn` would put each into one more box.
macro_rules! pass_on {
    ($($verb:ident $([$borrowed:lifetime])? ($($part:ident: $type:ty),*) -> $reply:ty;)+) => {$(
        fn $verb<'a, $($borrowed,)? 'f>(&'a self, $($part: $type),*) -> Reply<'f, $reply>
        where
            'a: 'f,
            $($borrowed: 'f,)?
            Self: 'f,
        {
            (**self).$verb($($part),*)
        }
    )+};
}

macro_rules! pass_on_every_verb {
    () => {
        pass_on! {
            submit(job: NewJob) -> Submitted;
            claim(request: ClaimRequest) -> Vec<ClaimedJob>;
            heartbeat['l](lease: &'l Lease, beat: Heartbeat) -> HeartbeatReply;
            save['l](lease: &'l Lease, request: SaveRequest) -> HeartbeatReply;
            checkpoint['l](lease: &'l Lease, phase: Phase, output: Bytes) -> HeartbeatReply;
            finish['l](lease: &'l Lease, outcome: Outcome) -> Status;
            cancel(id: JobId) -> Status;
            pause(request: PauseRequest) -> ();
            unpause['l](platform: &'l Platform) -> ();
            get(id: JobId) -> Option<Job>;
            get_many['l](ids: &'l [JobId]) -> Vec<Option<Job>>;
            find(request: FindRequest) -> Option<Job>;
            list(request: ListRequest) -> JobPage;
            report(id: JobId) -> Option<Bytes>;
            changed(request: WatchRequest) -> Option<Job>;
            delete(id: JobId) -> ();
            claim_ended(request: ClaimEndedRequest) -> Vec<EndedJob>;
            acknowledge['l](receipt: &'l Receipt, delivery: Delivery) -> ();
            sweep(request: SweepRequest) -> SweepStats;
            stats() -> Stats;
            check() -> ();
        }
    };
}

#[deny(clippy::missing_trait_methods)]
impl<S: JobStore + ?Sized> JobStore for Arc<S> {
    pass_on_every_verb!();
}

#[deny(clippy::missing_trait_methods)]
impl<S: JobStore + ?Sized> JobStore for Box<S> {
    pass_on_every_verb!();
}
