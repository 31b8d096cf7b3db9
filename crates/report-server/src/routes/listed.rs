//! The tenant's own jobs.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use report_pipeline::store::{Cursor, ListRequest};
use report_pipeline::{Job, Platforms, Status};
use serde::{Deserialize, Serialize};

use crate::access::TenantScope;
use crate::app::App;
use crate::problem;

/// The most jobs of one response.
const MAX_LIMIT: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    status: Option<Status>,
    platform: Option<String>,
    handle: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
}

#[derive(Serialize)]
struct Page {
    jobs: Vec<Job>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists jobs, the newest submit first.
///
/// The jobs of all tenants are gone through, a bounded number for each request: a page may have few jobs, or none,
/// and a `next`.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let request = match wanted {
        Ok(Query(wanted)) => match wanted.request() {
            Ok(request) => request,
            Err(why) => return problem::invalid(why),
        },
        Err(why) => return problem::invalid(why.body_text()),
    };
    match app.client.list(request).await {
        Ok(page) => Json(Page {
            jobs: page
                .jobs
                .into_iter()
                .filter(|job| tenant.owns(job))
                .collect(),
            next: page.next.map(|cursor| cursor.as_str().to_owned()),
        })
        .into_response(),
        Err(error) => problem::store(&error),
    }
}

impl Wanted {
    fn request(self) -> Result<ListRequest, String> {
        let limit = self.limit.unwrap_or(MAX_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(format!("the limit is 1 to {MAX_LIMIT}"));
        }
        let mut request = ListRequest::new().with_limit(limit);
        if let Some(after) = self.after {
            let cursor = Cursor::new(&after).map_err(|error| error.to_string())?;
            request = request.with_after(cursor);
        }
        if let Some(status) = self.status {
            request = request.with_status(status);
        }
        let platform = self.platform.as_deref();
        if let Some(handle) = self.handle {
            let target = Platforms::default().target(platform, &handle);
            return Ok(request.with_target(target.map_err(|error| error.to_string())?));
        }
        if let Some(platform) = platform {
            let platform = report_pipeline::Platform::new(platform);
            request = request.with_platform(platform.map_err(|error| error.to_string())?);
        }
        Ok(request)
    }
}
