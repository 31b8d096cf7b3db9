//! Keeps the leases of all jobs in this process's hands, and tells the store their progress.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use tokio::time::Instant;
use tracing::{debug, error, warn};

use super::floor::Floor;
use super::held::{Held, StopReason};
use crate::store::{Beat, Signal, StoreError};

/// How many beats may be under way at once.
const AT_ONCE: usize = 64;

/// Runs until it is aborted.
///
/// It has a task of its own, so that a phase which keeps its thread busy does not cost the job its
/// lease as long as another thread is free. One task for all jobs, so that a job costs none.
pub(super) async fn keep(floor: Arc<Floor>) {
    let settings = &floor.settings;
    // Often enough that a beat which has just missed one round is not late for its lease.
    let interval = settings.progress_interval.min(settings.renewal() / 4);
    loop {
        floor.wait_for_jobs().await;
        tokio::time::sleep(interval).await;
        let beats = floor.held().into_iter().map(|held| async {
            // A store is foreign code; its panic must not cost every job its lease.
            if AssertUnwindSafe(beat(&floor, held))
                .catch_unwind()
                .await
                .is_err()
            {
                error!("the store panicked in a heartbeat; it will be repeated");
            }
        });
        futures::stream::iter(beats)
            .buffer_unordered(AT_ONCE)
            .collect::<()>()
            .await;
    }
}

/// Sends one sign of life if one is due, and acts on the answer.
async fn beat(floor: &Floor, held: Arc<Held>) {
    let settings = &floor.settings;
    let Some(mut beats) = held.beats().await else {
        return;
    };
    let progress = held.context.overall_progress();
    if !beats.is_due(settings, progress) {
        return;
    }
    let beat = Beat {
        lease: settings.lease,
        progress: (progress > beats.told).then_some(progress),
    };
    let sent = Instant::now();
    // With a margin: after that, by this process's clock, the lease may be somebody else's.
    let lasts = settings
        .lease
        .mul_f64(0.9)
        .saturating_sub(beats.renewed.elapsed());
    // Shorter than a renewal, so that one call without an answer does not cost the lease.
    let patience = settings.store_timeout.min(settings.renewal()).min(lasts);
    let answer =
        match tokio::time::timeout(patience, floor.store.heartbeat(&held.lease, beat)).await {
            Ok(answer) => answer,
            Err(_) => Err(StoreError::unavailable("no answer to a heartbeat")),
        };
    match answer {
        Ok(signal) => {
            beats.renewed = sent;
            beats.told = progress;
            if signal == Signal::Cancel {
                held.stop(StopReason::Cancelled);
            }
        }
        Err(StoreError::LeaseLost(_)) => {
            warn!(job_id = %held.lease.job, "lease lost: another worker may hold the job");
            held.stop(StopReason::LeaseLost);
        }
        Err(error) => {
            debug!(job_id = %held.lease.job, %error, "heartbeat failed; it will be repeated");
            if beats.renewed.elapsed() >= settings.lease.mul_f64(0.9) {
                warn!(job_id = %held.lease.job, %error, "lease could not be renewed in time");
                held.stop(StopReason::Unrenewed);
            }
        }
    }
}
