//! What is kept of one account.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use report_pipeline::store::ListRequest;
use report_pipeline::{Platforms, StoreError, Target};
use serde_json::json;

use crate::access::TenantScope;
use crate::app::App;
use crate::problem;

/// Erases an account's data: deletes the tenant's ended jobs on it, and cancels those that have not ended. Those
/// that a worker holds end soon: `live` counts them, and the request is sent again until there are none.
pub(crate) async fn erase(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path((platform, handle)): Path<(String, String)>,
) -> Response {
    let target = match Platforms::default().target(Some(&platform), &handle) {
        Ok(target) => target,
        Err(error) => return problem::invalid(error.to_string()),
    };
    match erase_target(&app, &tenant, target).await {
        Ok((deleted, live)) => Json(json!({ "deleted": deleted, "live": live })).into_response(),
        Err(error) => problem::store(&error),
    }
}

async fn erase_target(
    app: &App,
    tenant: &TenantScope,
    target: Target,
) -> Result<(usize, usize), StoreError> {
    let (mut deleted, mut live) = (0, 0);
    let mut request = ListRequest::new()
        .with_target(target)
        .with_limit(ListRequest::MAX_LIMIT);
    loop {
        let page = app.client.list(request.clone()).await?;
        for job in page.jobs.iter().filter(|job| tenant.owns(job)) {
            match app.client.cancel(job.id).await {
                Ok(status) if status.is_terminal() => {
                    app.client.delete(job.id).await?;
                    deleted += 1;
                }
                Ok(_) => live += 1,
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(next) = page.next else {
            return Ok((deleted, live));
        };
        request = request.with_after(next);
    }
}
