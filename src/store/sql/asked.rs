//! What a caller asks for, as values: they travel to where the transaction is, and can be carried out again.

use std::future::Future;

use bytes::Bytes;

use super::{Claims, Done, Driver, EndedClaims, Reader, Session};
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

/// Declares values that are asked for: the name of each, its parts, what it returns, and what carries it out.
macro_rules! asked {
    ($trait:ident, $with:ident: $inside:ident; $(
        $name:ident { $($part:ident: $type:ty),* } -> $reply:ty => $run:expr;
    )+) => {
        $(
            pub(in crate::store) struct $name {
                $(pub(in crate::store) $part: $type,)*
            }

            impl $trait for $name {
                type Reply = $reply;

                async fn run<D: Driver>(&self, $with: &mut $inside<'_, D>) -> Done<$reply, D> {
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
        Receipt, SaveRequest, Session, Status, Submitted, SweepStats, Verb,
    };

    asked! {
        Verb, session: Session;
        Submit { new: NewJob } -> Submitted => session.submit(new).await;
        Claim { request: ClaimRequest } -> Claims => session.claim(request).await;
        Beat { lease: Lease, beat: Heartbeat } -> HeartbeatReply => session.heartbeat(lease, *beat).await;
        Save { lease: Lease, request: SaveRequest } -> HeartbeatReply => session.save(lease, request).await;
        Checkpoint { lease: Lease, phase: Phase, output: Bytes } -> HeartbeatReply =>
            session.checkpoint(lease, *phase, output).await;
        Finish { lease: Lease, outcome: Outcome } -> Status => session.finish(lease, outcome).await;
        Cancel { id: JobId } -> Status => session.cancel(*id).await;
        Delete { id: JobId } -> () => session.delete(*id).await;
        Pause { request: PauseRequest } -> () => {
            session.pause(request);
            Ok(())
        };
        Unpause { platform: Platform } -> () => {
            session.unpause(platform);
            Ok(())
        };
        ClaimEnded { request: ClaimEndedRequest } -> EndedClaims => session.claim_ended(request).await;
        Acknowledge { receipt: Receipt, delivery: Delivery } -> () =>
            session.acknowledge(receipt, *delivery).await;
        Sweep { limit: usize } -> SweepStats => session.sweep(*limit).await;
        Check {} -> () => session.check().await;
    }
}

/// The readings.
pub(in crate::store) mod readings {
    use super::{
        Bytes, Done, Driver, FindRequest, Job, JobId, ListRequest, Reader, Reading, Stats,
        StoreLimits,
    };

    asked! {
        Reading, reader: Reader;
        Get { id: JobId } -> Option<Job> => reader.get(*id).await;
        GetMany { ids: Vec<JobId> } -> Vec<Option<Job>> => reader.get_many(ids).await;
        Find { request: FindRequest } -> Option<Job> => reader.find(request).await;
        Report { id: JobId } -> Option<Bytes> => reader.report(*id).await;
        List { request: ListRequest, from: Option<u64> } -> (Vec<Job>, Option<u64>) =>
            reader.list(request, *from).await;
        Count { limits: StoreLimits } -> Stats => reader.stats(limits).await;
    }
}
