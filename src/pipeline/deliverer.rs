//! The delivery of notes: what the program does with an ended job.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::JoinSet;
use tracing::{Instrument, debug, error, info_span, warn};

use super::on_end::OnEnd;
use super::persist::persist;
use super::pool::WorkerPool;
use crate::backoff::Backoff;
use crate::measure;
use crate::panic;
use crate::store::{ClaimEndedRequest, Delivery, EndedJob, Receipt};
use crate::timeout::{instant_after, within};

/// How many deliveries of one process run at once.
const AT_ONCE: usize = 8;
/// How long nobody else delivers what this process has taken.
const LEASE: Duration = Duration::from_secs(60);
/// How long one delivery may take. What is left of the lease is for its acknowledgement.
const TIMEOUT: Duration = Duration::from_secs(45);
/// How long to wait before the next try: in all some two and a half hours, and 5 h 4 min at most.
const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(2))
    .with_cap(Duration::from_secs(30 * 60))
    .with_min(Duration::from_secs(1));
/// How long to wait for a store that is away.
const STORE_AWAY: Backoff = Backoff::new(Duration::from_millis(200))
    .with_cap(Duration::from_secs(5))
    .with_min(Duration::from_millis(50));
/// How long an acknowledgement is tried.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(10);

/// Delivers notes until the last worker has ended, then what has come until then, and returns.
pub(super) async fn deliver_notes(pool: Arc<WorkerPool>, on_end: OnEnd) {
    let mut running = JoinSet::new();
    let mut failures = 0;
    loop {
        while running.len() >= AT_ONCE {
            running.join_next().await;
        }
        let is_last = pool.workers_ended.is_cancelled();
        let wait = if is_last {
            Duration::ZERO
        } else {
            pool.settings.claim_wait
        };
        let mut request = ClaimEndedRequest::new()
            .with_max(AT_ONCE - running.len())
            .with_lease(LEASE)
            .with_wait(wait);
        request.platforms.clone_from(&pool.settings.platforms);
        let limit = wait.saturating_add(pool.settings.store_timeout);
        // A store is foreign code; its panic must not end all deliveries.
        let claim = AssertUnwindSafe(within(limit, pool.store.claim_ended(request))).catch_unwind();
        let claimed = tokio::select! {
            claimed = claim => claimed,
            // What a dropped claim took comes again when its lease is over.
            () = pool.workers_ended.cancelled(), if !is_last => continue,
        };
        match claimed {
            Ok(Ok(Ok(ended))) => {
                failures = 0;
                if ended.is_empty() && is_last {
                    break;
                }
                for ended in ended {
                    let span = info_span!("delivery", job_id = %ended.job.id);
                    let (pool, on_end) = (Arc::clone(&pool), on_end.clone());
                    running.spawn(deliver(pool, on_end, ended).instrument(span));
                }
            }
            failed => {
                failures += 1;
                match failed {
                    Ok(Ok(Err(error))) => {
                        warn!(%error, "notes could not be claimed; will try again");
                    }
                    Ok(_) => warn!("the store did not reply to a claim of notes; will try again"),
                    Err(_) => error!("the store panicked in a claim of notes; will try again"),
                }
                if is_last {
                    break;
                }
                let pause = tokio::time::sleep(STORE_AWAY.wait(failures));
                tokio::select! {
                    () = pause => {}
                    () = pool.workers_ended.cancelled() => {}
                }
            }
        }
        // Those that are done make room.
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
}

async fn deliver(pool: Arc<WorkerPool>, on_end: OnEnd, ended: EndedJob) {
    let (receipt, tries) = (ended.receipt.clone(), ended.delivery);
    let platform = ended.job.target.platform.clone();
    let call = AssertUnwindSafe(async move { on_end.deliver(ended).await }).catch_unwind();
    let why = match tokio::time::timeout(TIMEOUT, call).await {
        Ok(Ok(Ok(()))) => {
            debug!(delivery = tries, "the notes were delivered");
            measure::delivered(&platform, "delivered");
            return acknowledge(&pool, &receipt, Delivery::Delivered).await;
        }
        Ok(Ok(Err(error))) => error,
        Ok(Err(panic)) => match panic::message(&*panic) {
            Some(message) => format!("the delivery panicked: {message}"),
            None => "the delivery panicked".to_owned(),
        },
        Err(_) => format!("the delivery took longer than {TIMEOUT:?}"),
    };
    let after = BETWEEN_TRIES.wait(tries);
    if tries >= EndedJob::MAX_DELIVERIES {
        measure::delivered(&platform, "given_up");
        error!(delivery = tries, error = %why, "the notes could not be delivered; given up");
    } else {
        measure::delivered(&platform, "failed");
        warn!(delivery = tries, error = %why, ?after, "the notes could not be delivered; will try again");
    }
    acknowledge(&pool, &receipt, Delivery::Retry { after }).await;
}

/// Acknowledges, again and again for a while if the store is away. If it stays away the notes are delivered
/// again.
async fn acknowledge(pool: &WorkerPool, receipt: &Receipt, delivery: Delivery) {
    let call = || pool.store.acknowledge(receipt, delivery);
    let give_up = instant_after(ACKNOWLEDGED_WITHIN);
    let stop = || tokio::time::sleep_until(give_up);
    if let Err(error) = persist(pool.settings.store_timeout, call, stop).await {
        warn!(%error, "a delivery could not be acknowledged; the notes will be delivered again");
    }
}
