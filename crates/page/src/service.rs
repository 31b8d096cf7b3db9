//! The page in front of another service.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response};
use http_body::Body as _;
use http_body_util::{Either, Full};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::page::response;

/// The body of a response: the page's, or that of the service behind it.
pub type Body<B> = Either<Full<Bytes>, B>;

/// A service that serves the page at `/`, to GET and HEAD, and hands every other request to the
/// service behind it.
///
/// # Example
/// ```
/// use report_pipeline::{Client, MemoryStore, http::Api};
/// use report_pipeline_page::Page;
///
/// let service = Page::around(Api::new(Client::new(MemoryStore::new())));
/// # let _ = service;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Page<S> {
    inner: S,
}

impl<S> Page<S> {
    /// Puts the page in front of `inner`.
    pub const fn around(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B, R> Service<Request<B>> for Page<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: http_body::Body<Data = Bytes>,
{
    type Response = Response<Body<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let is_head = request.method() == Method::HEAD;
        let is_page = request.uri().path() == "/" && (is_head || request.method() == Method::GET);
        let whose = if !is_page {
            Whose::Inner {
                future: self.inner.call(request),
            }
        } else if is_head {
            Whose::page(without_content(response()))
        } else {
            Whose::page(response())
        };
        ResponseFuture { whose }
    }
}

pin_project! {
    /// The future of a response of [`Page`].
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        whose: Whose<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = WhoseProjection]
    enum Whose<F> {
        Page { response: Option<Response<Full<Bytes>>> },
        Inner { #[pin] future: F },
    }
}

impl<F> Whose<F> {
    fn page(response: Response<Full<Bytes>>) -> Self {
        let response = Some(response);
        Self::Page { response }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<Body<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match self.project().whose.project() {
            WhoseProjection::Page { response } => {
                let response = response.take().expect("a future is done once");
                Ok(response.map(Either::Left))
            }
            WhoseProjection::Inner { future } => {
                ready!(future.poll(context)).map(|response| response.map(Either::Right))
            }
        })
    }
}

/// Turns the response to GET into that to HEAD, which has the length of the content and not the
/// content.
fn without_content(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response.map(|_| Full::default())
}
