//! A service of our own in front of the API: it responds to the paths it knows and passes every
//! other request on.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures::future::Either;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use report_pipeline::http::{Api, Body};
use tower_service::Service;

/// The API, and the paths beside it for which `page` has a response.
#[derive(Clone)]
pub(crate) struct Beside<F> {
    api: Api,
    page: F,
}

impl<F: Fn(&Parts) -> Option<Response<Body>>> Beside<F> {
    pub(crate) const fn new(api: Api, page: F) -> Self {
        Self { api, page }
    }
}

type Outcome = Result<Response<Body>, Infallible>;

impl<F> Service<Request<Incoming>> for Beside<F>
where
    F: Fn(&Parts) -> Option<Response<Body>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Outcome>, <Api as Service<Request<Incoming>>>::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The API is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let (head, body) = request.into_parts();
        match (self.page)(&head) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(Service::call(
                &mut self.api,
                Request::from_parts(head, body),
            )),
        }
    }
}
