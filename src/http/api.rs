//! The service's settings.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::followers::Followers;
use super::headers;
use super::openapi::Description;
use super::submit_hook::{Refusal, SubmitHook, SubmitOptions, SubmitRequest};
use super::target_parser::TargetParser;
use super::traceparent;
use crate::account::{InvalidTarget, Platforms, Target};
use crate::client::Client;

/// As many bytes as a store takes as input by default, and 16 KiB for all else.
const MAX_BODY: usize = (64 + 16) * 1024;

/// The HTTP service over a [`Client`]. Cheap to clone; clones share everything.
///
/// It is a [`tower_service::Service`], so [`serve`](super::serve), axum's `nest_service` and
/// `fallback_service`, and every middleware of `tower` take it; and a [`hyper::service::Service`].
/// Both box their future; [`respond`](Self::respond) does not. It never fails: whatever goes wrong
/// becomes a response.
///
/// | setting | default |
/// |---|---|
/// | [`platforms`](Self::with_platforms), or [`target_parser`](Self::with_target_parser) | the built-in ones |
/// | [`base_path`](Self::with_base_path) | none |
/// | [`submit_hook`](Self::with_submit_hook) | none: everybody may submit, options are the input |
/// | [`without_cancel`](Self::without_cancel) | whoever knows a job's id may cancel it |
/// | [`openapi`](Self::with_openapi) | the document of this service alone |
/// | [`max_body`](Self::with_max_body) | 80 KiB |
/// | [`body_timeout`](Self::with_body_timeout) | 10 s |
/// | [`max_wait`](Self::with_max_wait) | 30 s |
/// | [`max_streams`](Self::with_max_streams) | 5,000 |
/// | [`health_timeout`](Self::with_health_timeout) | 1 s |
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
pub struct Api(pub(super) Arc<Settings>);

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) client: Client,
    pub(super) parser: TargetParser,
    /// The path of statuses up to the id, as clients see it.
    pub(super) status_path: String,
    pub(super) description: Description,
    /// Whether jobs may be cancelled.
    pub(super) cancels: bool,
    pub(super) submit_hook: Option<SubmitHook>,
    pub(super) max_body: usize,
    pub(super) body_timeout: Duration,
    pub(super) max_wait: Duration,
    pub(super) health_timeout: Duration,
    /// The slots of event streams. Shared by all clones.
    pub(super) streams: Arc<Semaphore>,
    /// Who follows which job, and whether submits are refused. Shared by all clones, however they
    /// are configured.
    pub(super) followers: Arc<Followers>,
    /// Cancelled when no request may wait any longer. Shared likewise.
    pub(super) closing: CancellationToken,
}

impl Api {
    /// The request headers that clients send and browsers allow no page of another origin to send
    /// without permission: for the `allow_headers` of a CORS layer, such as `tower_http`'s.
    pub const REQUEST_HEADERS: [HeaderName; 7] = [
        CONTENT_TYPE,
        IF_NONE_MATCH,
        headers::LAST_EVENT_ID,
        headers::PREFER,
        traceparent::TRACEPARENT,
        traceparent::TRACESTATE,
        headers::X_REQUEST_ID,
    ];

    /// The response headers that browsers let no page of another origin read without permission:
    /// for the `expose_headers` of a CORS layer.
    pub const RESPONSE_HEADERS: [HeaderName; 5] = [
        ETAG,
        LOCATION,
        headers::PREFERENCE_APPLIED,
        RETRY_AFTER,
        headers::X_REQUEST_ID,
    ];

    /// Creates a service over `client` with the default limits.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(Arc::new(Settings {
            client,
            parser: TargetParser::of(Platforms::default()),
            status_path: status_path(""),
            description: Description::new(),
            cancels: true,
            submit_hook: None,
            max_body: MAX_BODY,
            body_timeout: Duration::from_secs(10),
            max_wait: Duration::from_secs(30),
            health_timeout: Duration::from_secs(1),
            streams: Arc::new(Semaphore::new(5_000)),
            followers: Arc::default(),
            closing: CancellationToken::new(),
        }))
    }

    /// Sets the platforms whose handles are accepted.
    #[must_use]
    pub fn with_platforms(self, platforms: Platforms) -> Self {
        self.with(|settings| settings.parser = TargetParser::of(platforms))
    }

    /// Sets what reads a submit's `platform`, if it has one, and `handle`, instead of
    /// [`Platforms::target`].
    ///
    /// # Example
    /// ```
    /// use report_pipeline::http::Api;
    /// use report_pipeline::{Client, Handle, InvalidTarget, MemoryStore, Platform, Target};
    ///
    /// let api = Api::new(Client::new(MemoryStore::new())).with_target_parser(|_, address| {
    ///     let Some(page) = address.strip_prefix("https://") else {
    ///         return Err(InvalidTarget::handle("must begin with https://"));
    ///     };
    ///     Ok(Target::new(Platform::new("web")?, Handle::canonical(page)?))
    /// });
    /// # let _ = api;
    /// ```
    #[must_use]
    pub fn with_target_parser(
        self,
        parser: impl Fn(Option<&str>, &str) -> Result<Target, InvalidTarget> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.parser = TargetParser::new(parser))
    }

    /// Sets what decides on each submit: whether it is allowed, and what its job carries.
    ///
    /// It sees the head of the request, the target and the object `options` of the body. Without it
    /// everybody may submit, the options are the [input](crate::NewJob::with_input) of the job, and a
    /// hash of them is its [scope](crate::Scope), so that nobody gets the report of other options. With
    /// it nothing of that happens by itself: what makes a report another one has to be in the scope.
    ///
    /// The submit waits for the hook, which sets a time limit of its own if it calls somebody. A panic
    /// is a response with status 500.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::http::{Api, Refusal, SubmitOptions, SubmitRequest};
    /// use report_pipeline::{Client, MemoryStore, Scope};
    ///
    /// let api = Api::new(Client::new(MemoryStore::new())).with_submit_hook(
    ///     async |request: SubmitRequest| {
    ///         let tenant = request.head().headers.get("x-tenant");
    ///         let tenant = tenant.and_then(|name| name.to_str().ok());
    ///         let tenant = tenant.ok_or_else(|| Refusal::forbidden("the tenant is missing"))?;
    ///         let scope = Scope::new(tenant).map_err(|_| Refusal::forbidden("no such tenant"))?;
    ///         Ok(SubmitOptions::new()
    ///             .with_scope(scope)
    ///             .with_input(request.options_json().to_vec()))
    ///     },
    /// );
    /// # let _ = api;
    /// ```
    #[must_use]
    pub fn with_submit_hook<F, Fut>(self, hook: F) -> Self
    where
        F: Fn(SubmitRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<SubmitOptions, Refusal>> + Send + 'static,
    {
        let hook = SubmitHook::new(hook);
        self.with(|settings| settings.submit_hook = Some(hook))
    }

    /// Sets the path under which the service is mounted, such as `/reports`.
    ///
    /// Routers remove that prefix before the service sees a request, so it cannot know it; it
    /// is put in front of every `Location` and into the `OpenAPI` document. Requests are matched
    /// without it.
    ///
    /// # Panics
    /// If the path does not start with `/` or has characters that do not belong in a path.
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
            settings.description.set_base(path);
        })
    }

    /// Serves no `POST /api/cancel/{job_id}`: it is not found, and the `OpenAPI` document does not have it.
    ///
    /// Whoever submits an account learns the id of the job that runs for it, also if somebody else has
    /// submitted it first, and could cancel it. See [`Scope`](crate::Scope) for the other answer to that.
    #[must_use]
    pub fn without_cancel(self) -> Self {
        self.with(|settings| {
            settings.cancels = false;
            settings.description.leave_cancel_out();
        })
    }

    /// Lets the program change the `OpenAPI` document: describe the credentials that a layer around the
    /// service asks for, the responses that it makes, and routes beside these.
    ///
    /// `edit` gets the document as it would be served, and may be called again when a setting changes it.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::http::Api;
    /// use report_pipeline::{Client, MemoryStore};
    /// use serde_json::json;
    ///
    /// let api = Api::new(Client::new(MemoryStore::new())).with_openapi(|document| {
    ///     document["components"]["securitySchemes"]["key"] =
    ///         json!({"type": "http", "scheme": "bearer"});
    ///     document["security"] = json!([{"key": []}]);
    ///     document["components"]["responses"]["Unauthorized"] =
    ///         json!({"description": "No key, or one that is not known."});
    ///     let paths = document["paths"].as_object_mut().expect("an object");
    ///     for path in paths.values_mut() {
    ///         for operation in path.as_object_mut().expect("an object").values_mut() {
    ///             operation["responses"]["401"] =
    ///                 json!({"$ref": "#/components/responses/Unauthorized"});
    ///         }
    ///     }
    /// });
    /// # let _ = api;
    /// ```
    #[must_use]
    pub fn with_openapi(self, edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.description.set_edit(edit))
    }

    /// Sets the maximum size of a request's body in bytes. Leave room for an input of the size that the store
    /// takes ([`StoreLimits::input_bytes`](crate::StoreLimits::input_bytes)).
    #[must_use]
    pub fn with_max_body(self, bytes: usize) -> Self {
        self.with(|settings| settings.max_body = bytes)
    }

    /// Sets how long a request's body may take to arrive.
    #[must_use]
    pub fn with_body_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.body_timeout = timeout)
    }

    /// Sets the maximum time for which `Prefer: wait` holds a response back.
    #[must_use]
    pub fn with_max_wait(self, wait: Duration) -> Self {
        self.with(|settings| settings.max_wait = wait)
    }

    /// Sets the maximum number of open event streams, over all clones that are made from now on;
    /// with 0 there are none, and clients have to poll. One that follows many jobs counts once for each of
    /// them, until that job has ended.
    ///
    /// Streams hold connections: keep this well below
    /// [`max_connections`](super::ServeOptions::with_max_connections), so that other requests find
    /// a free one.
    #[must_use]
    pub fn with_max_streams(self, streams: usize) -> Self {
        let slots = Arc::new(Semaphore::new(streams.min(Semaphore::MAX_PERMITS)));
        self.with(|settings| settings.streams = slots)
    }

    /// Sets how long a health check waits for the store.
    #[must_use]
    pub fn with_health_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.health_timeout = timeout)
    }

    /// Refuses every submit with 503 from now on, in all clones; all else is still served.
    ///
    /// The first step of a shutdown: running jobs can finish, and can be followed to their end,
    /// while no new one arrives. From now on the service also remembers which clients follow jobs,
    /// for [`wait_for_followers`](Self::wait_for_followers).
    pub fn refuse_submits(&self) {
        self.0.followers.drain();
    }

    /// Waits until the clients that follow jobs which have ended know it and have fetched the
    /// reports, for `limit` at most. Returns the number of jobs for which that did not happen.
    ///
    /// The step of a shutdown between draining the workers and closing the server, so that nobody
    /// who followed a job up to its end loses the report. It returns at once if nobody is left.
    /// Followers are open event streams and held requests of all clones, and clients that polled
    /// after [`refuse_submits`](Self::refuse_submits), which has to come first. Jobs that have not
    /// ended are not waited for. A few seconds are a good limit: clients that poll more slowly, or
    /// that never fetch, take all of it. Of several that poll for one job the first to fetch counts
    /// for all, because they cannot be told apart.
    ///
    /// # Cancel safety
    /// Dropping it loses nothing.
    ///
    /// # Example
    /// ```
    /// use std::time::Duration;
    ///
    /// use report_pipeline::http::Api;
    /// use report_pipeline::Workers;
    ///
    /// async fn shut_down(api: Api, workers: Workers) {
    ///     api.refuse_submits();
    ///     workers.drain(Duration::from_secs(20)).await;
    ///     api.wait_for_followers(Duration::from_secs(5)).await;
    /// }
    /// ```
    pub async fn wait_for_followers(&self, limit: Duration) -> usize {
        let followers = &self.0.followers;
        let served = followers.served(&self.0.client);
        match tokio::time::timeout(limit, served).await {
            Ok(()) => 0,
            Err(_) => followers.unserved(),
        }
    }

    /// Ends every wait and every event stream at once, and lets no request wait from now on, in all
    /// clones.
    ///
    /// The last step of a shutdown in a server of your own, so that waiting clients do not hold it
    /// up. [`serve`](super::serve) does the same by itself, for its own connections only.
    pub fn release_waits(&self) {
        self.0.closing.cancel();
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

fn status_path(base: &str) -> String {
    [base, "/api/status/"].concat()
}
