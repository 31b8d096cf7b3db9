//! What [`serve`](super::serve) does around every request, whatever the service is.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures::FutureExt;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use http_body_util::Either;
use hyper::body::Incoming;
use tower_service::Service;

use super::body::Body;
use super::closing::ServerClosing;
use super::headers;
use super::peer::Peer;
use super::problem::{Kind, Problem};
use super::response;
use crate::measure::{self, Stopwatch};
use crate::panic;

/// Any error of a service or of a body; it is only logged.
pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// A service whose failures cost one request each, and which sees only well-formed requests.
#[derive(Clone)]
pub(super) struct Guarded<S> {
    service: S,
    peer: SocketAddr,
    closing: ServerClosing,
}

impl<S> Guarded<S> {
    pub(super) const fn new(service: S, peer: SocketAddr, closing: ServerClosing) -> Self {
        Self {
            service,
            peer,
            closing,
        }
    }

    pub(super) async fn respond<B>(
        mut self,
        mut request: Request<Incoming>,
    ) -> Result<Response<Either<B, Body>>, Infallible>
    where
        S: Service<Request<Incoming>, Response = Response<B>>,
        S::Error: Into<BoxError>,
    {
        let watch = Stopwatch::start();
        let method = request.method().clone();
        let callers_id = request.headers().get(headers::X_REQUEST_ID).cloned();
        let own = |problem: Problem, request_id| {
            let mut response = response::finish(&method, problem.into_response());
            response
                .headers_mut()
                .insert(headers::X_REQUEST_ID, request_id);
            measure::answered("", response.status(), &watch);
            response
        };
        if !headers::has_valid_host(&request) {
            let detail = "a request has exactly one `host` header, with a host name";
            let problem = Problem::new(Kind::MalformedRequest, detail);
            let mut response = own(problem, headers::request_id(callers_id.as_ref()));
            // Who sends such a request may not agree with us on where the next one begins.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            return Ok(response.map(Either::Right));
        }
        request.extensions_mut().insert(Peer(self.peer));
        request.extensions_mut().insert(self.closing);
        let called = pin!(async {
            poll_fn(|cx| self.service.poll_ready(cx)).await?;
            self.service.call(request).await
        });
        // The service is foreign code.
        let failure: BoxError = match AssertUnwindSafe(called).catch_unwind().await {
            Ok(Ok(response)) => return Ok(response.map(Either::Left)),
            Ok(Err(error)) => error.into(),
            Err(panic) => {
                let message = panic::message(&*panic).unwrap_or("no message");
                format!("it panicked: {message}").into()
            }
        };
        let request_id = headers::request_id(callers_id.as_ref());
        let error: &(dyn Error + 'static) = &*failure;
        tracing::error!(?request_id, error, "the service failed to respond");
        let detail = "the server failed to respond; its log says why";
        let response = own(Problem::new(Kind::Internal, detail), request_id);
        Ok(response.map(Either::Right))
    }
}
