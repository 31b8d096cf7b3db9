//! What the operator sees and may do: the jobs of all tenants, behind a key of its own.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use report_pipeline::http::StatusBody;
use report_pipeline::store::ListRequest;
use report_pipeline::{Job, JobId, Platform, Status, StoreError};
use serde::Serialize;
use serde_json::json;

use super::job::job_not_found;
use crate::access::too_many;
use crate::app::App;
use crate::{gate, problem};

/// How many jobs of each kind are shown.
const SHOWN: usize = 50;

/// Lets the operator through and nobody else. The limit of addresses slows down who guesses.
pub(crate) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    if let Err(left) = gate::admit_address(&app, &head) {
        return too_many(left);
    }
    if !app
        .operator
        .as_ref()
        .is_some_and(|key| key.is_sent_in(&head.headers))
    {
        metrics::counter!("report_server_refused_total", "reason" => "no-key").increment(1);
        return problem::unauthorized();
    }
    next.run(Request::from_parts(head, body)).await
}

#[derive(Serialize)]
struct View {
    jobs: BTreeMap<&'static str, u64>,
    oldest_ready_seconds: Option<u64>,
    undelivered: u64,
    platforms: Vec<PlatformView>,
    waiting: Vec<Job>,
    running: Vec<Job>,
    failed: Vec<Job>,
}

#[derive(Serialize)]
struct PlatformView {
    platform: Platform,
    pending: u64,
    processing: u64,
    paused_for_seconds: Option<u64>,
}

/// How many jobs there are, what is paused, and the newest of those that wait, run and have failed.
pub(crate) async fn view(State(app): State<App>) -> Response {
    match collect(&app).await {
        Ok(view) => Json(view).into_response(),
        Err(error) => problem::store(&error),
    }
}

async fn collect(app: &App) -> Result<View, StoreError> {
    let stats = app.client.stats().await?;
    let newest = async |status| {
        let request = ListRequest::new().with_limit(SHOWN).with_status(status);
        app.client.list(request).await.map(|page| page.jobs)
    };
    let (waiting, running, failed) = (
        newest(Status::Pending).await?,
        newest(Status::Processing).await?,
        newest(Status::Failed).await?,
    );
    Ok(View {
        jobs: BTreeMap::from([
            ("pending", stats.jobs.pending),
            ("processing", stats.jobs.processing),
            ("completed", stats.jobs.completed),
            ("failed", stats.jobs.failed),
        ]),
        oldest_ready_seconds: stats.oldest_ready.map(|waited| waited.as_secs()),
        undelivered: stats.undelivered,
        platforms: stats
            .platforms
            .into_iter()
            .map(|(platform, stats)| PlatformView {
                platform,
                pending: stats.pending,
                processing: stats.processing,
                // Rounded up: a pause that is nearly over is still one.
                paused_for_seconds: stats.paused_for.map(|left| left.as_secs() + 1),
            })
            .collect(),
        waiting,
        running,
        failed,
    })
}

/// Cancels anybody's job.
pub(crate) async fn cancel(State(app): State<App>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<JobId>() else {
        return job_not_found(&app).await;
    };
    let cancelled = async {
        app.client.cancel(id).await?;
        app.client.status(id).await
    };
    match cancelled.await {
        Ok(Some(job)) => Json(StatusBody::new(&job)).into_response(),
        Ok(None) | Err(StoreError::NotFound(_)) => job_not_found(&app).await,
        Err(error) => problem::store(&error),
    }
}

/// Ends the pause of a platform.
pub(crate) async fn unpause(State(app): State<App>, Path(platform): Path<String>) -> Response {
    let platform = match Platform::new(&platform) {
        Ok(platform) => platform,
        Err(error) => return problem::invalid(error.to_string()),
    };
    match app.client.unpause(&platform).await {
        Ok(()) => Json(json!({ "platform": platform })).into_response(),
        Err(error) => problem::store(&error),
    }
}
