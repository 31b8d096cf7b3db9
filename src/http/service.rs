//! The service itself: one request in, one response out.

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Buf;
use futures::FutureExt;
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::request::Parts;
use http::{Request, Response};
use tracing::Instrument;

use super::api::Api;
use super::body::{self, Body};
use super::headers;
use super::problem::{Kind, Problem};
use super::response;
use super::route::{self, Endpoint};
use crate::job::JobId;
use crate::measure::{self, Stopwatch};
use crate::panic;

impl Api {
    /// Responds to one request.
    ///
    /// # Cancel safety
    /// If dropped, a submit or a cancel may or may not have been carried out. A submit that is
    /// sent again joins the job which the first one made.
    pub async fn respond<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data: Buf>,
    {
        let Ok(response) = self.clone().answer(request).await;
        response
    }

    /// Responds to one request.
    ///
    /// An `async fn` would keep the request twice: as it was given, and taken apart. And a future is pinned
    /// before it is wrapped, so that each wrapper moves a pointer and not all that the future holds.
    fn answer<B>(
        self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<B>
    where
        B: http_body::Body<Data: Buf>,
    {
        let (head, body) = request.into_parts();
        let mut body = Some(body);
        async move {
            let request_id = headers::request_id(head.headers.get(headers::X_REQUEST_ID));
            let found = route::find(head.uri.path());
            let route = found
                .as_ref()
                .map_or("", |(endpoint, _)| endpoint.template());
            let watch = Stopwatch::start();
            let span = tracing::info_span!(
                "request",
                request_id = %request_id.to_str().unwrap_or_default(),
                method = %head.method,
                route,
            );
            let response = pin!(self.logged(&head, found.as_ref(), &mut body))
                .instrument(span)
                .await;
            let response = counted(response, request_id, route, &watch);
            let Some(body) = body.filter(|body| !body.is_end_stream()) else {
                return Ok(response);
            };
            let expects_continue = head.headers.contains_key(EXPECT);
            Ok(Box::pin(after_skipping(body, expects_continue, response)).await)
        }
    }

    /// Responds, and says in the log what went wrong.
    async fn logged<B>(
        &self,
        head: &Parts,
        found: Option<&(Endpoint, Cow<'_, str>)>,
        body: &mut Option<B>,
    ) -> Response<Body>
    where
        B: http_body::Body<Data: Buf>,
    {
        let dispatched = pin!(self.dispatch(head, found, body));
        // A store is foreign code. If it panics one request has failed, and no other.
        let response = match AssertUnwindSafe(dispatched).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(problem)) => {
                if let Some(cause) = problem.cause() {
                    let cause: &(dyn std::error::Error + 'static) = cause;
                    tracing::warn!(error = cause, "a request failed in the store");
                }
                problem.into_response()
            }
            Err(panic) => {
                let message = panic::message(&*panic).unwrap_or("no message");
                tracing::error!(panic = message, "a request's handler panicked");
                Problem::new(Kind::Internal, "the request's handler panicked").into_response()
            }
        };
        let response = response::finish(&head.method, response);
        tracing::debug!(status = response.status().as_u16(), "responded");
        response
    }

    async fn dispatch<B>(
        &self,
        head: &Parts,
        found: Option<&(Endpoint, Cow<'_, str>)>,
        body: &mut Option<B>,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data: Buf>,
    {
        let settings = &*self.0;
        let is_served =
            |(endpoint, _): &&(Endpoint, _)| settings.cancels || *endpoint != Endpoint::Cancel;
        let Some((endpoint, id)) = found.filter(is_served) else {
            return Err(Problem::new(
                Kind::NotFound,
                "nothing is served at this path",
            ));
        };
        if !endpoint.allows(&head.method) {
            return Err(Problem::method_not_allowed(endpoint.allow()));
        }
        // The future of a request is as large as the largest of these. Statuses and reports are small and
        // most of the requests; the others have a box.
        match endpoint {
            Endpoint::Analyze => Box::pin(settings.analyze(head, body)).await,
            Endpoint::Status => {
                let id = job_id(id)?;
                settings.status(head, id).await
            }
            Endpoint::Events => Box::pin(settings.events(head, job_id(id)?)).await,
            Endpoint::ManyEvents => Box::pin(settings.many_events(head)).await,
            Endpoint::Report => {
                let id = job_id(id)?;
                settings.report(head, id).await
            }
            Endpoint::Cancel => Box::pin(settings.cancel(job_id(id)?)).await,
            Endpoint::Health => Box::pin(settings.health()).await,
            Endpoint::Ready => Box::pin(settings.ready(head)).await,
            Endpoint::OpenApi => Ok(settings.description()),
        }
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
        Box::pin(self.clone().answer(request))
    }
}

/// Counts a response and names its request. A function of its own: a value that is borrowed in a future keeps its
/// place there across every later await.
fn counted(
    mut response: Response<Body>,
    request_id: HeaderValue,
    route: &'static str,
    watch: &Stopwatch,
) -> Response<Body> {
    measure::answered(route, response.status(), watch);
    let fields = response.headers_mut();
    fields.insert(headers::X_REQUEST_ID, request_id);
    response
}

/// Reads what is left of a request's body, and returns the response. A future of its own, so that other requests need not
/// reserve room for it.
async fn after_skipping<B>(
    body: B,
    expects_continue: bool,
    mut response: Response<Body>,
) -> Response<Body>
where
    B: http_body::Body<Data: Buf>,
{
    if !body::skip(body, expects_continue).await {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

fn job_id(segment: &str) -> Result<JobId, Problem> {
    segment.parse().map_err(|_| Problem::job_not_found())
}
