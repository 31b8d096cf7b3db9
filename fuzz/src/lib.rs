//! What the targets on the HTTP service share: time that runs only for them, a service with jobs,
//! and what holds for every response.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use report_pipeline::http::Api;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{Client, Handle, MemoryStore, NewJob, Phase, Platform, Target};
use serde_json::Value;

/// The ids of the jobs that [`service`] knows: the same in every run, so that inputs can name them.
pub const PENDING: &str = "00000000-0000-4000-8000-000000000001";
pub const COMPLETED: &str = "00000000-0000-4000-8000-000000000002";
pub const CANCELLED: &str = "00000000-0000-4000-8000-000000000003";

/// Runs a future to its end, on a clock that moves on whenever nothing else can happen: what would
/// wait costs no time, and what would hang is found.
///
/// # Panics
/// If the future takes more than a day of that clock.
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime of one thread");
    let day = Duration::from_secs(24 * 60 * 60);
    let ended = runtime.block_on(async { tokio::time::timeout(day, future).await });
    ended.expect("it hangs")
}

/// A service over a store in memory, with a job in each state that can be asked about.
pub async fn service() -> (Api, Client) {
    let client = Client::new(MemoryStore::new());
    let store = client.store();
    for id in [COMPLETED, CANCELLED, PENDING] {
        let id = id.parse().expect("an id");
        let handle = Handle::canonical("nasa").expect("a handle");
        let job = NewJob::new(id, Target::new(Platform::INSTAGRAM, handle));
        // Zero: not what an earlier job has made.
        let job = job.with_max_age(Some(Duration::ZERO));
        client.submit_job(job).await.expect("a job");
        if id.to_string() == CANCELLED {
            client.cancel(id).await.expect("a job to cancel");
        }
        if id.to_string() == COMPLETED {
            let claim = ClaimRequest::new(WorkerId::unique());
            let claimed = store.claim(claim).await.expect("a job to claim");
            let lease = claimed[0].lease.clone();
            for phase in [Phase::Scraping, Phase::Analysis] {
                let output = Bytes::from_static(b"{}");
                let kept = store.checkpoint(&lease, phase, output).await;
                kept.expect("a checkpoint");
            }
            let report = Outcome::Completed(Bytes::from_static(b"{\"report\":1}"));
            store.finish(&lease, report).await.expect("a report");
        }
    }
    (Api::new(client.clone()), client)
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    /// Asks the service itself, without a connection.
    pub async fn to<B>(request: Request<B>, api: &Api) -> Self
    where
        B: http_body::Body<Data: bytes::Buf>,
    {
        let (head, body) = api.respond(request).await.into_parts();
        let Ok(body) = body.collect().await;
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.to_bytes(),
        }
    }

    /// The value of a header field, empty if it is absent.
    pub fn field(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str());
        value.unwrap_or(Ok("")).expect("our fields are ASCII")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }

    /// Checks what the documentation says about every response.
    pub fn assert_sound(&self, method: &Method) {
        let id = self.field("x-request-id").as_bytes();
        assert!((1..=64).contains(&id.len()), "{self:?}");
        assert!(
            id.iter()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
        );
        assert_eq!(self.field("x-content-type-options"), "nosniff", "{self:?}");
        let caching = self.field("cache-control");
        assert!(
            ["no-store", "private, no-cache"].contains(&caching),
            "{self:?}"
        );
        match self.status {
            200 | 202 => {}
            204 | 304 => assert!(self.body.is_empty(), "{self:?}"),
            400 | 404 | 405 | 408 | 413 | 415 | 422 | 500 | 503 => self.assert_problem(method),
            _ => panic!("an undocumented status: {self:?}"),
        }
        assert!(method != Method::HEAD || self.body.is_empty(), "{self:?}");
        let allow = self.field("allow");
        assert_eq!(self.status == 405, !allow.is_empty(), "{self:?}");
        assert!(
            !allow.split(", ").any(|known| known == method.as_str()),
            "{self:?}"
        );
    }

    fn assert_problem(&self, method: &Method) {
        assert_eq!(self.field("content-type"), "application/problem+json");
        assert_eq!(self.field("retry-after").is_empty(), self.status != 503);
        if method == Method::HEAD {
            return;
        }
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        let kind = problem["type"].as_str().expect("a type");
        let kind = kind.strip_prefix("urn:report-pipeline:problem:");
        // The one thing that is no fault of the server and yet 500: a report that will never be.
        assert_eq!(self.status == 500, kind == Some("job-failed"), "{self:?}");
    }
}
