//! The page as a service: what it serves itself, with which headers, and what it hands on.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use report_pipeline_page::{Page, PageOptions};
use tower_service::Service;

/// A service that says what it was asked.
#[derive(Clone)]
struct Echo;

impl Service<Request<()>> for Echo {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let asked = format!("{} {}", request.method(), request.uri());
        ready(Ok(Response::new(asked.into())))
    }
}

async fn ask(method: Method, uri: &str) -> Response<String> {
    let request = Request::builder().method(method).uri(uri).body(());
    let response = Page::around(Echo).call(request.unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn everything_but_the_page_is_the_inner_services() {
    for (method, uri) in [
        (Method::GET, "/api/status/1?x"),
        (Method::GET, "//"),
        (Method::GET, "/index.html"),
        (Method::POST, "/"),
        (Method::OPTIONS, "*"),
    ] {
        let asked = format!("{method} {uri}");
        let response = ask(method, uri).await;
        assert_eq!(response.body(), &asked);
        assert!(response.headers().is_empty(), "{asked}: {response:?}");
    }
}

#[tokio::test]
async fn the_page_may_run_its_own_script_and_nothing_else() {
    let (first, second) = (ask(Method::GET, "/").await, ask(Method::GET, "/?q").await);
    let [first_policy, second_policy] =
        [&first, &second].map(|page| page.headers()["content-security-policy"].to_str().unwrap());
    assert_ne!(first_policy, second_policy, "a nonce is used once");
    for (page, policy) in [(&first, first_policy), (&second, second_policy)] {
        let nonce = policy.split('\'').nth(3).unwrap();
        let bare = nonce.strip_prefix("nonce-").unwrap();
        assert_eq!(bare.len(), 32, "{nonce}");
        assert_eq!(
            policy.replace(nonce, "NONCE"),
            "default-src 'none'; script-src 'NONCE'; style-src 'NONCE'; img-src data:; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        assert!(!page.body().contains("{{nonce}}"));
        let own = page.body().matches(&format!("nonce=\"{bare}\"")).count();
        let elements = ["<script", "<style"].map(|tag| page.body().matches(tag).count());
        assert_eq!(own, elements.iter().sum::<usize>());
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(page.headers()[name], value);
        }
    }
}

#[tokio::test]
async fn head_has_the_pages_headers_and_no_content() {
    let (get, head) = (ask(Method::GET, "/").await, ask(Method::HEAD, "/").await);
    assert_eq!(head.body(), "");
    let length = head.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, get.body().len().to_string());
    let names = |response: &Response<String>| {
        let mut names: Vec<_> = response.headers().keys().map(ToString::to_string).collect();
        names.retain(|name| name != "content-length");
        names.sort();
        names
    };
    assert_eq!(names(&head), names(&get));
}

#[tokio::test]
async fn only_a_page_with_lists_has_them() {
    let (small, large) = (PageOptions::new(), PageOptions::new().with_lists());
    for (options, has_lists) in [(small, false), (large, true)] {
        let request = Request::builder().uri("/").body(()).unwrap();
        let response = Page::around(Echo).with_options(options).call(request).await;
        let page = response.unwrap().into_body().collect().await.unwrap();
        let page = String::from_utf8(page.to_bytes().to_vec()).unwrap();
        for part in ["id=\"many-form\"", "id=\"key-form\"", "class Watch"] {
            assert_eq!(page.contains(part), has_lists, "{part}");
        }
        assert!(!page.contains("{{"), "every place is filled");
    }
}
