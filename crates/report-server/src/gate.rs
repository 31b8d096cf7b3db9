//! What a request must get through before it reaches a job: limits, and a key.

use std::num::NonZeroU32;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::access::{Left, Tenant, client_address, too_many};
use crate::app::App;
use crate::problem;

const ONE: NonZeroU32 = NonZeroU32::MIN;

/// Admits a request as that of a tenant, which its extensions hold from then on.
///
/// The limit of addresses comes first, so that it also slows down who guesses keys.
pub(crate) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let of_address = match count_address(&app, &head, ONE) {
        Ok(left) => left,
        Err(left) => return too_many(left),
    };
    let Some(tenant) = app.access.tenant(&head.headers) else {
        metrics::counter!("report_server_refused_total", "reason" => "no-key").increment(1);
        return problem::unauthorized();
    };
    let of_tenant = match count_tenant(&app, &tenant, ONE) {
        Ok(left) => left,
        Err(left) => return too_many(left),
    };
    head.extensions.insert(tenant);
    let mut response = next.run(Request::from_parts(head, body)).await;
    for left in [of_address, of_tenant].into_iter().flatten() {
        left.describe(response.headers_mut());
    }
    response
}

/// Counts a request that is no tenant's.
///
/// # Errors
/// If it is one too many.
pub(crate) fn admit_address(app: &App, head: &Parts) -> Result<(), Left> {
    count_address(app, head, ONE).map(drop)
}

/// Counts further requests of a batch, of which [`admit`] has counted one.
///
/// # Errors
/// If they are too many.
pub(crate) fn admit_more(
    app: &App,
    head: &Parts,
    tenant: &Tenant,
    more: NonZeroU32,
) -> Result<(), Left> {
    count_address(app, head, more)?;
    count_tenant(app, tenant, more)?;
    Ok(())
}

fn count_address(app: &App, head: &Parts, requests: NonZeroU32) -> Result<Option<Left>, Left> {
    let address = client_address(head, app.trusted_proxies);
    let limiter = app.limiters.addresses.as_ref();
    let counted = limiter.zip(address);
    counted
        .map(|(limiter, address)| limiter.count(&address, requests))
        .transpose()
}

fn count_tenant(app: &App, tenant: &Tenant, requests: NonZeroU32) -> Result<Option<Left>, Left> {
    let limiter = app.limiters.of_tenant(tenant);
    limiter
        .map(|limiter| limiter.count(&tenant.name, requests))
        .transpose()
}
