//! Every request gets a response that the documentation knows.
//!
//! `cargo +nightly fuzz run -O -s none routing`. Any method, path, query and header fields go to a
//! service that knows a job of each kind: the response follows the rules for all responses, a waiting
//! job ends only by a POST that was accepted, and the response to HEAD is that to GET without the body.

#![no_main]

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use libfuzzer_sys::fuzz_target;
use report_pipeline_fuzz::{Reply, CANCELLED, COMPLETED, PENDING, run, service};

#[derive(Debug, Arbitrary)]
struct Input {
    method: Token,
    target: Pieces,
    fields: Vec<(Token, Pieces)>,
    body: Vec<u8>,
}

/// A method or the name of a field that means something, or anything.
#[derive(Debug)]
struct Token(Vec<u8>);

/// Pieces of paths and values that mean something, or anything.
#[derive(Debug)]
struct Pieces(Vec<u8>);

const TOKENS: [&str; 20] = [
    "GET",
    "HEAD",
    "POST",
    "OPTIONS",
    "PUT",
    "DELETE",
    "get",
    "CONNECT",
    "host",
    "content-type",
    "content-encoding",
    "expect",
    "if-none-match",
    "prefer",
    "last-event-id",
    "x-request-id",
    "origin",
    "access-control-request-method",
    "connection",
    "content-length",
];

const PIECES: [&str; 44] = [
    "/",
    "/",
    "//",
    "/api/status/",
    "/api/report/",
    "/api/cancel/",
    "/api/analyze",
    "/events",
    "/health",
    "/ready",
    PENDING,
    COMPLETED,
    CANCELLED,
    "%2F",
    "%61",
    "%2d",
    "%",
    "%ff",
    "?",
    "#",
    "*",
    "http://",
    "h:80",
    "..",
    ";",
    "=",
    ",",
    "wait=",
    "\"",
    "W/\"",
    "1",
    "2",
    "3",
    "4",
    "5",
    "99999999999999999999",
    "application/json",
    "+json",
    "gzip",
    "100-continue",
    "https://a.example",
    "null",
    "application/x+json",
    "identity",
];

impl Arbitrary<'_> for Token {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        Ok(Self(if u.ratio(7, 8)? {
            u.choose(&TOKENS)?.as_bytes().to_vec()
        } else {
            u.arbitrary()?
        }))
    }
}

impl Arbitrary<'_> for Pieces {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let mut bytes = Vec::new();
        for _ in 0..u.int_in_range(0..=6)? {
            if u.ratio(7, 8)? {
                bytes.extend_from_slice(u.choose(&PIECES)?.as_bytes());
            } else {
                bytes.extend_from_slice(u.arbitrary()?);
            }
        }
        Ok(Self(bytes))
    }
}

impl Input {
    /// The request, unless HTTP itself has no room for it.
    fn request(&self, method: &Method) -> Option<Request<Full<&[u8]>>> {
        let mut request = Request::new(Full::new(&*self.body));
        *request.method_mut() = method.clone();
        *request.uri_mut() = Uri::try_from(&*self.target.0).ok()?;
        for (name, value) in &self.fields {
            let name = HeaderName::from_bytes(&name.0).ok()?;
            let value = HeaderValue::from_bytes(&value.0).ok()?;
            request.headers_mut().append(name, value);
        }
        Some(request)
    }
}

fuzz_target!(|input: Input| {
    let Ok(method) = Method::from_bytes(&input.method.0) else {
        return;
    };
    let Some(request) = input.request(&method) else {
        return;
    };
    run(async {
        let (api, client) = service().await;
        let head = match method {
            Method::GET => input.request(&Method::HEAD),
            _ => None,
        };
        let head = match head {
            Some(request) => Some(Reply::to(request, &api).await),
            None => None,
        };
        let callers_id = request.headers().get("x-request-id").cloned();
        // Nobody works here: a stream would go on until the job's deadline.
        let closing = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            api.release_waits();
        };
        let (response, ()) = tokio::join!(Reply::to(request, &api), closing);
        response.assert_sound(&method);
        let is_problem = response.field("content-type") == "application/problem+json";
        assert_eq!(response.status >= 400, is_problem, "{response:?}");
        if let Some(id) = callers_id {
            let sane = id.to_str().is_ok_and(|id| {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
                (1..=64).contains(&id.len()) && id.chars().all(allowed)
            });
            assert_eq!(sane, response.headers["x-request-id"] == id, "{response:?}");
        }
        if let Some(head) = head {
            head.assert_sound(&Method::HEAD);
            assert_eq!(head.status, response.status);
            assert_eq!(head.field("etag"), response.field("etag"));
            assert_eq!(head.field("content-type"), response.field("content-type"));
            if let Some(length) = head.headers.get("content-length") {
                let length = length.to_str().expect("a number");
                assert_eq!(length, response.body.len().to_string());
            }
        }
        let pending = PENDING.parse().expect("an id");
        let job = client
            .status(pending)
            .await
            .expect("a store")
            .expect("a job");
        assert!(!job.status.is_terminal() || method == Method::POST && response.status == 202);
    });
});
