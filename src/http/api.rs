//! The service itself: one request in, one answer out.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures::FutureExt;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::body::{self, Body};
use super::cors::Cors;
use super::headers;
use super::openapi;
use super::problem::{Kind, Problem};
use super::route::{self, Endpoint};
use crate::account::Platforms;
use crate::client::Client;
use crate::job::JobId;
use crate::measure::{self, Stopwatch};

/// The HTTP service over a [`Client`]. Cheap to clone; clones share everything.
///
/// It is a [`tower_service::Service`], so axum's `nest_service` and `fallback_service` take it,
/// and a [`hyper::service::Service`]. Both box their future; [`respond`](Self::respond) does not,
/// and is what [`serve`](super::serve) calls. It never fails: whatever goes wrong is an answer.
///
/// | setting | default |
/// |---|---|
/// | [`platforms`](Self::with_platforms) | the built-in ones |
/// | [`base_path`](Self::with_base_path) | none |
/// | [`max_body`](Self::with_max_body) | 16 KiB |
/// | [`body_timeout`](Self::with_body_timeout) | 10 s |
/// | [`max_wait`](Self::with_max_wait) | 30 s |
/// | [`max_streams`](Self::with_max_streams) | 5,000 |
/// | [`health_timeout`](Self::with_health_timeout) | 1 s |
/// | [`cors`](Self::with_cors) | pages of no other origin |
/// | [`fallback`](Self::with_fallback) | 404 |
///
/// # Example
/// ```
/// use report_pipeline::{Client, MemoryStore, http};
///
/// let api = http::Api::new(Client::new(MemoryStore::new())).with_base_path("/reports");
/// let app: axum::Router = axum::Router::new().nest_service("/reports", api);
/// # let _ = app;
/// ```
#[derive(Debug, Clone)]
pub struct Api(Arc<Settings>);

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) client: Client,
    pub(super) platforms: Platforms,
    /// The path of statuses up to the id, as clients see it.
    pub(super) status_path: String,
    /// What `/openapi.json` answers.
    pub(super) description: Bytes,
    pub(super) max_body: usize,
    pub(super) body_timeout: Duration,
    pub(super) max_wait: Duration,
    pub(super) health_timeout: Duration,
    pub(super) cors: Option<Cors>,
    /// The places for event streams. Shared by all clones.
    pub(super) streams: Arc<Semaphore>,
    pub(super) fallback: Fallback,
    /// Whether submits are refused. Shared by all clones, however they are configured.
    pub(super) refusing: Arc<AtomicBool>,
    /// Cancelled when held answers have to be given at once.
    pub(super) closing: CancellationToken,
}

/// What answers where the service has nothing.
#[derive(Clone)]
pub(super) struct Fallback(Arc<FallbackFn>);

type FallbackFn = dyn Fn(&Parts) -> Option<Response<Body>> + Send + Sync;

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fallback(..)")
    }
}

impl Api {
    /// A service over `client` with the default limits.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(Arc::new(Settings {
            client,
            platforms: Platforms::default(),
            status_path: status_path(""),
            description: openapi::description(""),
            max_body: 16 * 1024,
            body_timeout: Duration::from_secs(10),
            max_wait: Duration::from_secs(30),
            health_timeout: Duration::from_secs(1),
            cors: None,
            streams: Arc::new(Semaphore::new(5_000)),
            fallback: Fallback(Arc::new(|_| None)),
            refusing: Arc::default(),
            closing: CancellationToken::new(),
        }))
    }

    /// Sets the platforms whose handles are accepted.
    #[must_use]
    pub fn with_platforms(self, platforms: Platforms) -> Self {
        self.with(|settings| settings.platforms = platforms)
    }

    /// Names the path under which the service is mounted, such as `/reports`.
    ///
    /// Routers take that prefix off before the service sees a request, so it cannot know it; it
    /// is put in front of every `Location` and into the `OpenAPI` document. Requests are matched
    /// without it.
    ///
    /// # Panics
    /// If the path does not start with `/` or has characters that do not belong in one.
    #[must_use]
    pub fn with_base_path(self, path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let sane = path.is_empty()
            || (path.starts_with('/')
                && !path.contains(['?', '#'])
                && path.parse::<http::uri::PathAndQuery>().is_ok());
        assert!(
            sane,
            "not a base path: {path:?}; write it like \"/reports\""
        );
        self.with(|settings| {
            settings.status_path = status_path(path);
            settings.description = openapi::description(path);
        })
    }

    /// Sets how many bytes a request's body may have.
    #[must_use]
    pub fn with_max_body(self, bytes: usize) -> Self {
        self.with(|settings| settings.max_body = bytes)
    }

    /// Sets how long a request's body may take to arrive.
    #[must_use]
    pub fn with_body_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.body_timeout = timeout)
    }

    /// Sets the longest time that `Prefer: wait` may hold an answer.
    #[must_use]
    pub fn with_max_wait(self, wait: Duration) -> Self {
        self.with(|settings| settings.max_wait = wait)
    }

    /// Sets how many event streams are open at once, over all clones that are made from now on;
    /// with 0 there are none, and clients have to ask.
    ///
    /// Streams hold connections: keep this well below
    /// [`max_connections`](super::ServeOptions::with_max_connections), so that other requests find
    /// a place.
    #[must_use]
    pub fn with_max_streams(self, streams: usize) -> Self {
        let places = Arc::new(Semaphore::new(streams.min(Semaphore::MAX_PERMITS)));
        self.with(|settings| settings.streams = places)
    }

    /// Lets pages of other origins use the service from a browser, and read what the
    /// [fallback](Self::with_fallback) answers.
    #[must_use]
    pub fn with_cors(self, cors: Cors) -> Self {
        self.with(|settings| settings.cors = Some(cors))
    }

    /// Sets how long a health check waits for the store.
    #[must_use]
    pub fn with_health_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.health_timeout = timeout)
    }

    /// Answers paths that the service does not know, before they become a 404; for a page or two
    /// beside the API, where [`serve`](super::serve) listens and no router does.
    ///
    /// `answer` gets the head of each such request, whatever its method, and never the body; `None`
    /// is the 404. It runs on the connection's task, so it must not block. The content of an answer to
    /// HEAD is taken off.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::http::{Api, Body};
    /// use report_pipeline::{Client, MemoryStore};
    ///
    /// let api = Api::new(Client::new(MemoryStore::new())).with_fallback(|head| {
    ///     let page = Body::from("hello".as_bytes().to_vec());
    ///     (head.uri.path() == "/").then(|| http::Response::new(page))
    /// });
    /// # let _ = api;
    /// ```
    #[must_use]
    pub fn with_fallback(
        self,
        answer: impl Fn(&Parts) -> Option<Response<Body>> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.fallback = Fallback(Arc::new(answer)))
    }

    /// Answers every submit with 503 from now on, in all clones; all else is still served.
    ///
    /// The first step of a shutdown: jobs in work can be finished and followed to their end while
    /// no new one arrives.
    pub fn refuse_submits(&self) {
        self.0.refusing.store(true, Ordering::Relaxed);
    }

    /// Gives every held answer at once, ends every event stream, and holds none from now on, in all
    /// clones.
    ///
    /// The last step of a shutdown, so that waiting clients do not hold it up.
    /// [`serve`](super::serve) does it by itself, for its own connections only.
    pub fn release_waits(&self) {
        self.0.closing.cancel();
    }

    /// Answers one request.
    ///
    /// # Cancel safety
    /// If dropped, a submit or a cancel may or may not have been carried out. A submit that is
    /// sent again joins the job which the first one made.
    pub async fn respond<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data: Buf>,
    {
        let (head, body) = request.into_parts();
        let mut body = Some(body);
        let request_id = headers::request_id(&head.headers);
        let path = route::normal(head.uri.path());
        let found = route::find(&path);
        let route = found.map_or("", |(endpoint, _)| endpoint.template());
        let watch = Stopwatch::start();
        let span = tracing::info_span!(
            "request",
            request_id = %request_id.to_str().unwrap_or_default(),
            method = %head.method,
            route,
        );
        let answering = async {
            // A store is foreign code. If it panics one request has failed, and no other.
            let answer = AssertUnwindSafe(self.dispatch(&head, found, &mut body))
                .catch_unwind()
                .await;
            let response = finish(&head, answer);
            tracing::debug!(status = response.status().as_u16(), "answered");
            response
        };
        let mut response = answering.instrument(span).await;
        measure::answered(route, response.status(), &watch);
        let fields = response.headers_mut();
        fields.insert(headers::X_REQUEST_ID, request_id);
        if let Some(cors) = &self.0.cors {
            cors.mark(&head.headers, fields);
        }
        if let Some(body) = body
            && !body::skip(body, head.headers.contains_key(EXPECT)).await
        {
            fields.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    async fn dispatch<B>(
        &self,
        head: &Parts,
        found: Option<(Endpoint, &str)>,
        body: &mut Option<B>,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data: Buf>,
    {
        let Some((endpoint, id)) = found else {
            return (self.0.fallback.0)(head)
                .ok_or_else(|| Problem::new(Kind::NotFound, "nothing is served at this path"));
        };
        let settings = &*self.0;
        if settings.cors.is_some()
            && let Some(answer) = Cors::preflight(head, endpoint.allow())
        {
            return Ok(answer);
        }
        if !endpoint.allows(&head.method) {
            return Err(Problem::method_not_allowed(endpoint.allow()));
        }
        match endpoint {
            Endpoint::Analyze => settings.analyze(head, body).await,
            Endpoint::Status => settings.status(head, job_id(id)?).await,
            Endpoint::Events => settings.events(head, job_id(id)?).await,
            Endpoint::Report => settings.report(head, job_id(id)?).await,
            Endpoint::Cancel => settings.cancel(job_id(id)?).await,
            Endpoint::Health => settings.health().await,
            Endpoint::Ready => settings.ready().await,
            Endpoint::OpenApi => Ok(settings.description()),
        }
    }

    /// Refuses a request that is not well-formed HTTP/1.1. Only for connections of our own: what
    /// comes by way of another server was checked there, or need not be.
    pub(super) fn refuse_malformed(head: &Parts) -> Response<Body> {
        let watch = Stopwatch::start();
        let detail = "a request has exactly one `host` header, with a host name";
        let mut response = finish(head, Ok(Err(Problem::new(Kind::MalformedRequest, detail))));
        let fields = response.headers_mut();
        fields.insert(headers::X_REQUEST_ID, headers::request_id(&head.headers));
        fields.insert(CONNECTION, HeaderValue::from_static("close"));
        measure::answered("", response.status(), &watch);
        response
    }

    /// The same service, whose waits can be released without releasing those of this one.
    pub(super) fn with_own_waits(&self) -> Self {
        let closing = self.0.closing.child_token();
        self.clone().with(|settings| settings.closing = closing)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl<B> tower_service::Service<Request<B>> for Api
where
    B: http_body::Body<Data: Buf> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        hyper::service::Service::call(self, request)
    }
}

impl<B> hyper::service::Service<Request<B>> for Api
where
    B: http_body::Body<Data: Buf> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        let api = self.clone();
        Box::pin(async move { Ok(api.respond(request).await) })
    }
}

/// Makes the answer to a request of what its handler has come to.
fn finish(
    head: &Parts,
    answer: std::thread::Result<Result<Response<Body>, Problem>>,
) -> Response<Body> {
    let mut response = match answer {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => {
            if let Some(cause) = problem.cause() {
                let cause: &(dyn std::error::Error + 'static) = cause;
                tracing::warn!(error = cause, "a request failed in the store");
            }
            problem.into_response()
        }
        Err(_) => {
            tracing::error!("a request's handler panicked");
            Problem::new(Kind::Internal, "the request's handler broke down").into_response()
        }
    };
    if head.method == Method::HEAD {
        withhold_body(&mut response);
    }
    response
        .headers_mut()
        .insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn status_path(base: &str) -> String {
    [base, "/api/status/"].concat()
}

/// Reads a job's id from a path. Every job has one address, so only the form that is given out is
/// an id.
fn job_id(segment: &str) -> Result<JobId, Problem> {
    if segment.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(Problem::job_not_found());
    }
    segment.parse().map_err(|_| Problem::job_not_found())
}

/// Makes the answer to HEAD of the answer to GET: all fields, no content.
fn withhold_body(response: &mut Response<Body>) {
    let length = response.body().len();
    *response.body_mut() = Body::empty();
    let has_content = !matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    if let Some(length) = length.filter(|_| has_content) {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
