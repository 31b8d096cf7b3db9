//! The page in front of another service.

use std::future::{Future, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response};
use http_body::Body as _;
use http_body_util::{Either, Full};
use tower_service::Service;

use crate::page::PageOptions;

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
    options: PageOptions,
}

impl<S> Page<S> {
    /// Puts the page in front of `inner`.
    pub const fn around(inner: S) -> Self {
        Self {
            inner,
            options: PageOptions::new(),
        }
    }

    /// Sets what the page can do. The default is [`PageOptions::new`].
    #[must_use]
    pub fn with_options(mut self, options: PageOptions) -> Self {
        self.options = options;
        self
    }
}

impl<S, B, R> Service<Request<B>> for Page<S>
where
    S: Service<Request<B>, Response = Response<R>, Error: Send + 'static, Future: Send + 'static>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<Body<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body<R>>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let is_head = request.method() == Method::HEAD;
        if request.uri().path() != "/" || !(is_head || request.method() == Method::GET) {
            let responding = self.inner.call(request);
            return Box::pin(async { Ok(responding.await?.map(Either::Right)) });
        }
        let page = if is_head {
            without_content(self.options.response())
        } else {
            self.options.response()
        };
        Box::pin(ready(Ok(page.map(Either::Left))))
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
