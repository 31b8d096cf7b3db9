//! Renews the leases of all running jobs, and reports their progress to the store.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use tokio::time::Instant;
use tracing::{debug, error, warn};

use super::pool::WorkerPool;
use super::running::RunningJob;
use super::stop::StopReason;
use crate::store::{Heartbeat, HeartbeatReply, StoreError};

/// How many heartbeats may be under way at once.
const CONCURRENT_HEARTBEATS: usize = 64;

/// A lease counts as lost when this part of it has passed, because clocks differ.
const SAFE_PART_OF_A_LEASE: f64 = 0.9;

/// Sends heartbeats for all running jobs until it is aborted.
///
/// It has a task of its own, so that a phase which keeps its thread busy does not cost the job its
/// lease as long as another thread is free. One task for all jobs, so that a job costs none.
pub(super) async fn renew_leases(pool: Arc<WorkerPool>) {
    let settings = &pool.settings;
    // Often enough that a heartbeat which has just missed one round is not late for its lease.
    let interval = settings
        .progress_interval
        .min(settings.renewal_interval() / 4);
    loop {
        pool.wait_for_jobs().await;
        tokio::time::sleep(interval).await;
        let heartbeats = pool.running().into_iter().map(|running| async {
            // A store is foreign code; its panic must not cost every job its lease.
            if AssertUnwindSafe(heartbeat(&pool, running))
                .catch_unwind()
                .await
                .is_err()
            {
                error!("the store panicked in a heartbeat; it will be repeated");
            }
        });
        futures::stream::iter(heartbeats)
            .buffer_unordered(CONCURRENT_HEARTBEATS)
            .collect::<()>()
            .await;
    }
}

/// Sends one heartbeat if it is due, and acts on the reply.
async fn heartbeat(pool: &WorkerPool, running: Arc<RunningJob>) {
    let settings = &pool.settings;
    let Some(mut heartbeats) = running.heartbeats().await else {
        return;
    };
    let progress = running.on_its_way.bound(running.context.overall_progress());
    if !heartbeats.is_due(settings, progress) {
        return;
    }
    let heartbeat = Heartbeat {
        lease: settings.lease,
        progress: (progress > heartbeats.reported).then_some(progress),
    };
    let sent = Instant::now();
    let safe = settings.lease.mul_f64(SAFE_PART_OF_A_LEASE);
    let left = safe.saturating_sub(heartbeats.renewed.elapsed());
    // Shorter than a renewal, so that one call without a reply does not cost the lease.
    let timeout = settings
        .store_timeout
        .min(settings.renewal_interval())
        .min(left);
    let call = pool.store.heartbeat(&running.lease, heartbeat);
    let reply = tokio::time::timeout(timeout, call)
        .await
        .unwrap_or_else(|_| Err(StoreError::unavailable("it did not reply in time")));
    match reply {
        Ok(reply) => {
            heartbeats.renewed = sent;
            heartbeats.reported = progress;
            if reply == HeartbeatReply::Cancel {
                running.stop(StopReason::Cancelled);
            }
        }
        Err(StoreError::LeaseLost(_)) => {
            warn!(job_id = %running.context.id, "lease lost: another worker may own the job");
            running.stop(StopReason::LeaseLost);
        }
        Err(error) => {
            debug!(job_id = %running.context.id, %error, "heartbeat failed; it will be repeated");
            if heartbeats.renewed.elapsed() >= safe {
                warn!(job_id = %running.context.id, %error, "lease could not be renewed in time");
                running.stop(StopReason::Unrenewed);
            }
        }
    }
}
