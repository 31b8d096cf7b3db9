//! What a caller asks for, as values: they travel to where the transaction is, and can be carried out again.

use std::future::Future;

use bytes::Bytes;

use super::{Claims, Done, Driver, EndedClaims, Reader, Session, Wants};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::{
    ClaimEndedRequest, ClaimRequest, Delivery, FindRequest, Heartbeat, HeartbeatReply, Lease,
    ListRequest, NewJob, Outcome, PauseRequest, Receipt, SaveRequest, Stats, StoreLimits,
    Submitted, SweepStats,
};

/// A verb of the contract that may change something.
pub(in crate::store) trait Verb: Send + Sync + 'static {
    type Reply: Send + 'static;

    /// Says what it is about, so that it can be read beforehand.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "what SQLite asks costs no round trip")
    )]
    fn name(&self, wants: &mut Wants);

    fn run<D: Driver>(
        &self,
        session: &mut Session<'_, D>,
    ) -> impl Future<Output = Done<Self::Reply, D>> + Send;
}

/// A verb of the contract that changes nothing.
pub(in crate::store) trait Reading: Send + Sync + 'static {
    type Reply: Send + 'static;

    fn run<D: Driver>(
        &self,
        reader: &mut Reader<'_, D>,
    ) -> impl Future<Output = Done<Self::Reply, D>> + Send;
}

/// Declares the verbs: the name of each, its parts, what it returns, what it is about, and what carries it out.
macro_rules! verbs {
    ($session:ident, $wants:ident; $(
        $name:ident { $($part:ident: $type:ty),* } -> $reply:ty, $named:expr => $run:expr;
    )+) => {
        $(
            pub(in crate::store) struct $name {
                $(pub(in crate::store) $part: $type,)*
            }

            impl Verb for $name {
                type Reply = $reply;

                #[allow(unused_variables, reason = "not every part says what it is about")]
                fn name(&self, $wants: &mut Wants) {
                    let Self { $($part),* } = self;
                    $named
                }

                async fn run<D: Driver>(&self, $session: &mut Session<'_, D>) -> Done<$reply, D> {
                    let Self { $($part),* } = self;
                    $run
                }
            }
        )+
    };
}

/// Declares the readings in the same way.
macro_rules! readings {
    ($reader:ident; $($name:ident { $($part:ident: $type:ty),* } -> $reply:ty => $run:expr;)+) => {
        $(
            pub(in crate::store) struct $name {
                $(pub(in crate::store) $part: $type,)*
            }

            impl Reading for $name {
                type Reply = $reply;

                async fn run<D: Driver>(&self, $reader: &mut Reader<'_, D>) -> Done<$reply, D> {
                    let Self { $($part),* } = self;
                    $run
                }
            }
        )+
    };
}

/// The verbs.
pub(in crate::store) mod verbs {
    use super::{
        Bytes, ClaimEndedRequest, ClaimRequest, Claims, Delivery, Done, Driver, EndedClaims,
        Heartbeat, HeartbeatReply, JobId, Lease, NewJob, Outcome, PauseRequest, Phase, Platform,
        Receipt, SaveRequest, Session, Status, Submitted, SweepStats, Verb, Wants,
    };

    verbs! {
        session, wants;
        Submit { new: NewJob } -> Submitted, wants.submit(new) => session.submit(new).await;
        Claim { request: ClaimRequest } -> Claims, wants.claim(request) => session.claim(request).await;
        Beat { lease: Lease, beat: Heartbeat } -> HeartbeatReply, wants.job(lease.job()) =>
            session.heartbeat(lease, *beat).await;
        Save { lease: Lease, request: SaveRequest } -> HeartbeatReply, wants.job(lease.job()) =>
            session.save(lease, request).await;
        Checkpoint { lease: Lease, phase: Phase, output: Bytes } -> HeartbeatReply, wants.job(lease.job()) =>
            session.checkpoint(lease, *phase, output).await;
        Finish { lease: Lease, outcome: Outcome } -> Status, wants.job(lease.job()) =>
            session.finish(lease, outcome).await;
        Cancel { id: JobId } -> Status, wants.job(*id) => session.cancel(*id).await;
        Delete { id: JobId } -> (), wants.job(*id) => session.delete(*id).await;
        Pause { request: PauseRequest } -> (), () => {
            session.pause(request);
            Ok(())
        };
        Unpause { platform: Platform } -> (), () => {
            session.unpause(platform);
            Ok(())
        };
        ClaimEnded { request: ClaimEndedRequest } -> EndedClaims, () => session.claim_ended(request).await;
        Acknowledge { receipt: Receipt, delivery: Delivery } -> (), wants.job(receipt.job()) =>
            session.acknowledge(receipt, *delivery).await;
        Sweep { limit: usize } -> SweepStats, () => session.sweep(*limit).await;
        Check {} -> (), () => session.check().await;
    }
}

/// The readings.
pub(in crate::store) mod readings {
    use super::{
        Bytes, Done, Driver, FindRequest, Job, JobId, ListRequest, Reader, Reading, Stats,
        StoreLimits,
    };

    readings! {
        reader;
        Get { id: JobId } -> Option<Job> => reader.get(*id).await;
        GetMany { ids: Vec<JobId> } -> Vec<Option<Job>> => reader.get_many(ids).await;
        Find { request: FindRequest } -> Option<Job> => reader.find(request).await;
        Report { id: JobId } -> Option<Bytes> => reader.report(*id).await;
        List { request: ListRequest, from: Option<u64> } -> (Vec<Job>, Option<u64>) =>
            reader.list(request, *from).await;
        Count { limits: StoreLimits } -> Stats => reader.stats(limits).await;
    }
}
