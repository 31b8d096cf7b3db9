//! The calls of the contract that wait or go in steps, on top of the verbs that do not.

mod waiters;

use std::future::Future;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

pub(in crate::store) use self::waiters::Waiters;
use super::readings::{Get, List};
use super::verbs::{Claim, ClaimEnded, Sweep};
use super::{Claims, EndedClaims, Reading, Verb};
use crate::job::Job;
use crate::store::timestamp::Timestamp;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Cursor, EndedJob, JobPage, ListRequest,
    StoreError, SweepRequest, SweepStats, WatchRequest,
};
use crate::timeout::instant_after;

/// How many jobs a sweep handles in one transaction.
const SWEEP_STEP: usize = 128;
/// How long a waiting call sleeps at most before it looks by itself: the clock of the store may be set.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// How a store carries out what is asked for, and how those who wait hear of changes.
pub(in crate::store) trait Engine: Sync {
    fn write<V: Verb>(&self, verb: V) -> impl Future<Output = Result<V::Reply, StoreError>> + Send;

    fn read<R: Reading>(
        &self,
        reading: R,
    ) -> impl Future<Output = Result<R::Reply, StoreError>> + Send;

    fn waiters(&self) -> &Waiters;

    /// The present on the store's clock, as far as this process knows. It may be late, and is never early.
    fn now(&self) -> Timestamp;

    /// A call begins to wait: from now on changes by other processes are looked for.
    fn look_for_changes(&self);
}

pub(in crate::store) async fn claim<E: Engine>(
    engine: &E,
    request: ClaimRequest,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let give_up = instant_after(request.wait);
    loop {
        // Listens before it looks, so that nothing which happens in between is lost.
        let listener = engine.waiters().claims.subscribe();
        let claim = Claim {
            request: request.clone(),
        };
        let Claims { claimed, next } = engine.write(claim).await?;
        if !claimed.is_empty() || request.max == 0 {
            return Ok(claimed);
        }
        if next.is_some_and(|next| next <= engine.now()) {
            // There is more to look at, but other tasks go first.
            tokio::task::yield_now().await;
            continue;
        }
        if Instant::now() >= give_up {
            return Ok(Vec::new());
        }
        sleep(engine, listener, next, give_up).await;
    }
}

pub(in crate::store) async fn claim_ended<E: Engine>(
    engine: &E,
    request: ClaimEndedRequest,
) -> Result<Vec<EndedJob>, StoreError> {
    let give_up = instant_after(request.wait);
    loop {
        // Listens before it looks, so that nothing which happens in between is lost.
        let listener = engine.waiters().notes.subscribe();
        let claim = ClaimEnded {
            request: request.clone(),
        };
        let EndedClaims { claimed, next } = engine.write(claim).await?;
        if !claimed.is_empty() || request.max == 0 || Instant::now() >= give_up {
            return Ok(claimed);
        }
        sleep(engine, listener, next, give_up).await;
    }
}

pub(in crate::store) async fn changed<E: Engine>(
    engine: &E,
    request: WatchRequest,
) -> Result<Option<Job>, StoreError> {
    let WatchRequest { id, after, wait } = request;
    let give_up = instant_after(wait);
    let watch = (!wait.is_zero()).then(|| engine.waiters().watch(id));
    loop {
        let is_over = Instant::now() >= give_up;
        // Made before the reading: it is notified of every change after that.
        let notified = watch.as_ref().map(|watch| watch.notify.notified());
        let Some(job) = engine.read(Get { id }).await? else {
            return Ok(None);
        };
        if job.version > after || job.status.is_terminal() || is_over {
            return Ok(Some(job));
        }
        if let Some(notified) = notified {
            let _waiting = engine.waiters().wait();
            engine.look_for_changes();
            let until = give_up.min(Instant::now() + LONGEST_SLEEP);
            _ = tokio::time::timeout_at(until, notified).await;
        }
    }
}

/// A cursor is the number of the last submit that was examined.
pub(in crate::store) async fn list<E: Engine>(
    engine: &E,
    request: ListRequest,
) -> Result<JobPage, StoreError> {
    let read = |cursor: &Cursor| cursor.as_str().parse::<u64>();
    let from = request.after.as_ref().map(read).transpose();
    let from = from.map_err(|_| StoreError::Misuse("a cursor of another store"))?;
    let (found, from) = engine.read(List { request, from }).await?;
    let next = from.map(|number| Cursor::new(&number.to_string()).expect("digits are a cursor"));
    Ok(JobPage::new(found, next))
}

pub(in crate::store) async fn sweep<E: Engine>(
    engine: &E,
    request: SweepRequest,
) -> Result<SweepStats, StoreError> {
    let mut total = SweepStats {
        more: true,
        ..SweepStats::default()
    };
    let mut left = request.limit;
    while left > 0 && total.more {
        let limit = left.min(SWEEP_STEP);
        let step = engine.write(Sweep { limit }).await?;
        left -= limit;
        total.add(step);
    }
    Ok(total)
}

/// Sleeps until there may be something for a waiting call: at `next`, or when a change says so.
async fn sleep<E: Engine>(
    engine: &E,
    mut listener: Receiver<Timestamp>,
    mut next: Option<Timestamp>,
    give_up: Instant,
) {
    let _waiting = engine.waiters().wait();
    engine.look_for_changes();
    let longest = give_up.min(Instant::now() + LONGEST_SLEEP);
    loop {
        let wake_at = next.map_or(longest, |next| {
            instant_after(next.since(engine.now())).min(longest)
        });
        match tokio::time::timeout_at(wake_at, listener.recv()).await {
            Ok(Ok(from)) if from > engine.now() => {
                next = Some(next.map_or(from, |next| next.min(from)));
            }
            // The sender is the store's own, so it is not closed while a call runs.
            Ok(Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed)) | Err(_) => return,
        }
    }
}
