//! How often somebody may ask.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use report_pipeline::http::ProblemDetails;

use super::tenant::Tenant;
use crate::problem;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limits of the service.
pub(crate) struct Limiters {
    pub(crate) addresses: Option<Limiter<IpAddr>>,
    /// By name; a tenant's own rate is one of those here.
    tenants: Vec<(NonZeroU32, Limiter<String>)>,
}

impl Limiters {
    /// Limiters of each address, and of tenants with these rates.
    pub(crate) fn new(
        address_rate: Option<NonZeroU32>,
        tenant_rates: impl IntoIterator<Item = NonZeroU32>,
    ) -> Self {
        let mut tenants: Vec<(NonZeroU32, _)> = Vec::new();
        for rate in tenant_rates {
            if tenants.iter().all(|(known, _)| *known != rate) {
                tenants.push((rate, Limiter::new("tenant", rate)));
            }
        }
        let addresses = address_rate.map(|rate| Limiter::new("address", rate));
        Self { addresses, tenants }
    }

    pub(crate) fn of_tenant(&self, tenant: &Tenant) -> Option<&Limiter<String>> {
        let rate = tenant.rate?;
        let mut limiters = self.tenants.iter();
        limiters
            .find(|(known, _)| *known == rate)
            .map(|(_, limiter)| limiter)
    }

    /// Forgets who has not asked for as long as a limit remembers.
    pub(crate) fn forget_idle(&self) {
        if let Some(addresses) = &self.addresses {
            addresses.used.retain_recent();
        }
        for (_, limiter) in &self.tenants {
            limiter.used.retain_recent();
        }
    }
}

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// A limit of requests each minute, for each of many. They may come all at once.
pub(crate) struct Limiter<K: Hash + Eq + Clone> {
    name: &'static str,
    rate: NonZeroU32,
    used: Keyed<K>,
}

/// What is left of a limit after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    name: &'static str,
    rate: NonZeroU32,
    requests: u32,
    /// Until there is another one; zero if there is one now.
    wait: Duration,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(name: &'static str, rate: NonZeroU32) -> Self {
        let used = RateLimiter::keyed(Quota::per_minute(rate)).with_middleware();
        Self { name, rate, used }
    }

    /// Counts `requests` of `key`.
    ///
    /// # Errors
    /// When there may be as many; more at once than a whole minute allows never may.
    pub(crate) fn count(&self, key: &K, requests: NonZeroU32) -> Result<Left, Left> {
        let left = |requests, wait| Left {
            name: self.name,
            rate: self.rate,
            requests,
            wait,
        };
        match self.used.check_key_n(key, requests) {
            Ok(Ok(state)) => Ok(left(state.remaining_burst_capacity(), Duration::ZERO)),
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                Err(left(0, wait))
            }
            Err(_) => Err(left(0, Duration::from_secs(60))),
        }
    }
}

impl Left {
    /// Adds what is left to the fields of a response (draft-ietf-httpapi-ratelimit-headers-10).
    pub(crate) fn describe(self, fields: &mut HeaderMap) {
        // A limit is whole again once every request of it has come back.
        let used = self.rate.get().saturating_sub(self.requests);
        let whole = (u64::from(used) * 60).div_ceil(u64::from(self.rate.get()));
        let policy = format!("\"{}\";q={};w=60", self.name, self.rate);
        let limit = format!("\"{}\";r={};t={whole}", self.name, self.requests);
        for (field, value) in [(POLICY, policy), (LIMIT, limit)] {
            let value = HeaderValue::try_from(value).expect("a name and numbers are visible ASCII");
            fields.append(field, value);
        }
    }
}

/// The response to a request too many.
pub(crate) fn too_many(left: Left) -> Response {
    let reason = format!("{}-rate", left.name);
    metrics::counter!("report_server_refused_total", "reason" => reason).increment(1);
    let detail = format!(
        "{} requests a minute are allowed for each {}; a request of a batch counts as one",
        left.rate, left.name
    );
    let uri = "urn:report-server:problem:too-many-requests";
    let problem = ProblemDetails::new(StatusCode::TOO_MANY_REQUESTS, uri, "Too many requests")
        .with_detail(detail)
        .with_retry_after(left.wait);
    let mut response = problem::response(problem);
    left.describe(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: NonZeroU32 = NonZeroU32::MIN;

    #[test]
    fn each_has_a_limit_of_its_own_and_hears_what_is_left() {
        let limiter = Limiter::new("tenant", NonZeroU32::new(3).unwrap());
        for requests in [2, 1, 0] {
            let left = limiter.count(&"acme", ONE).unwrap();
            assert_eq!(left.requests, requests);
        }
        let refused = limiter.count(&"acme", ONE).unwrap_err();
        assert!(refused.wait > Duration::from_secs(15) && refused.wait <= Duration::from_secs(20));
        assert!(limiter.count(&"beta", ONE).is_ok());
        let response = too_many(refused);
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "20");
        assert_eq!(
            response.headers()["ratelimit-policy"],
            "\"tenant\";q=3;w=60"
        );
        assert_eq!(response.headers()["ratelimit"], "\"tenant\";r=0;t=60");
    }

    #[test]
    fn more_than_a_minute_allows_is_refused_and_costs_nothing() {
        let limiter = Limiter::new("address", NonZeroU32::new(3).unwrap());
        assert!(limiter.count(&1, NonZeroU32::new(4).unwrap()).is_err());
        assert!(limiter.count(&1, NonZeroU32::new(3).unwrap()).is_ok());
    }
}
