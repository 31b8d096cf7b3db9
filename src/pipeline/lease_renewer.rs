//! Keeps the leases of all jobs in this process's hands, and tells the store their progress.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use tokio::time::Instant;
use tracing::{debug, error, warn};

use super::pool::WorkerPool;
use super::running::{RunningJob, StopReason};
use crate::store::{Heartbeat, HeartbeatReply, StoreError};

/// How many heartbeats may be under way at once.
const AT_ONCE: usize = 64;

/// Runs until it is aborted.
///
/// It has a task of its own, so that a phase which keeps its thread busy does not cost the job its
/// lease as long as another thread is free. One task for all jobs, so that a job costs none.
pub(super) async fn keep(pool: Arc<WorkerPool>) {
    let settings = &pool.settings;
    // Often enough that a heartbeat which has just missed one round is not late for its lease.
    let interval = settings.progress_interval.min(settings.renewal() / 4);
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
            .buffer_unordered(AT_ONCE)
            .collect::<()>()
            .await;
    }
}

/// Sends one sign of life if one is due, and acts on the answer.
async fn heartbeat(pool: &WorkerPool, running: Arc<RunningJob>) {
    let settings = &pool.settings;
    let Some(mut heartbeats) = running.heartbeats().await else {
        return;
    };
    let progress = running.context.overall_progress();
    if !heartbeats.is_due(settings, progress) {
        return;
    }
    let heartbeat = Heartbeat {
        lease: settings.lease,
        progress: (progress > heartbeats.told).then_some(progress),
    };
    let sent = Instant::now();
    // With a margin: after that, by this process's clock, the lease may be somebody else's.
    let lasts = settings
        .lease
        .mul_f64(0.9)
        .saturating_sub(heartbeats.renewed.elapsed());
    // Shorter than a renewal, so that one call without an answer does not cost the lease.
    let patience = settings.store_timeout.min(settings.renewal()).min(lasts);
    let answer =
        match tokio::time::timeout(patience, pool.store.heartbeat(&running.lease, heartbeat)).await
        {
            Ok(answer) => answer,
            Err(_) => Err(StoreError::unavailable("no answer to a heartbeat")),
        };
    match answer {
        Ok(signal) => {
            heartbeats.renewed = sent;
            heartbeats.told = progress;
            if signal == HeartbeatReply::Cancel {
                running.stop(StopReason::Cancelled);
            }
        }
        Err(StoreError::LeaseLost(_)) => {
            warn!(job_id = %running.lease.job(), "lease lost: another worker may hold the job");
            running.stop(StopReason::LeaseLost);
        }
        Err(error) => {
            debug!(job_id = %running.lease.job(), %error, "heartbeat failed; it will be repeated");
            if heartbeats.renewed.elapsed() >= settings.lease.mul_f64(0.9) {
                warn!(job_id = %running.lease.job(), %error, "lease could not be renewed in time");
                running.stop(StopReason::Unrenewed);
            }
        }
    }
}
