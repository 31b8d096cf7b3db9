//! One event stream for many jobs.

use std::collections::BTreeSet;

use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::response::Response;
use report_pipeline::JobId;

use super::job::job_not_found;
use crate::access::TenantScope;
use crate::app::App;
use crate::problem;

/// Hands the request on if every job in it is the tenant's own or not there at all.
pub(crate) async fn events(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let query = query.unwrap_or_default();
    // All of them, however many: the library counts those that are given twice once, and follows the last one too.
    let ids: BTreeSet<JobId> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "job")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let ids: Vec<JobId> = ids.into_iter().collect();
    match app.client.statuses(&ids).await {
        Ok(jobs) if jobs.iter().flatten().all(|job| tenant.owns(job)) => app.forward(request).await,
        Ok(_) => job_not_found(&app).await,
        Err(error) => problem::store(&error),
    }
}
