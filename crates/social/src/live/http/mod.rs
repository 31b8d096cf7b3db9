//! A small HTTP client for JSON APIs.
//!
//! It is hyper's, which is in the tree anyway, with TLS by rustls and the system's certificates.
//! Redirects are not followed: an API that redirects is not the one that was asked for, and a token
//! must not travel on. Proxies are those of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`).

mod connector;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector};
use hyper_util::client::legacy;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use report_pipeline::{PhaseError, retry_after};
use rustls::{ClientConfig, RootCertStore};

use self::connector::Connector;
use super::LiveError;

/// The most bytes that one answer may have. A page of a hundred comments has about 200 KB.
const MAX_ANSWER: usize = 16 << 20;
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Sends requests and reads answers.
#[derive(Clone)]
pub(super) struct Http {
    client: legacy::Client<HttpsConnector<Connector>, Full<Bytes>>,
    timeout: Duration,
}

/// A whole answer that is JSON.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    /// How long to wait before the next request, if the answer says so.
    pub(super) fn wait(&self) -> Option<Duration> {
        wait(&self.headers)
    }
}

/// What is sent. Secrets stand in `headers` or in `body`, never in `address`.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) address: String,
    pub(super) headers: Vec<(&'static str, HeaderValue)>,
    /// The type and the text of the body; without it the request is a GET.
    pub(super) body: Option<(&'static str, String)>,
}

impl Http {
    /// Makes a client with the proxies of the environment. Without `tls` it reaches no address that
    /// begins with `https`, and needs no certificates.
    pub(super) fn new(tls: bool, timeout: Duration) -> Result<Self, LiveError> {
        Self::with_proxies(tls, timeout, Matcher::from_env())
    }

    fn with_proxies(tls: bool, timeout: Duration, proxies: Matcher) -> Result<Self, LiveError> {
        let config = trust(tls).map_err(|source| LiveError::Certificates { source })?;
        let connector = HttpsConnector::from((Connector::new(proxies), Arc::new(config)));
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self { client, timeout })
    }

    /// Sends a request and reads the whole answer. `api` names who is asked, as in "... cannot be
    /// reached".
    ///
    /// # Errors
    /// Transient, or a rate limit, if there is no whole answer that is JSON. What a JSON answer says
    /// is for the caller to judge, whatever its status.
    pub(super) async fn send(&self, api: &'static str, call: Call) -> Result<Answer, PhaseError> {
        let request = request(call).map_err(|error| {
            PhaseError::permanent(format!("the request to {api} cannot be written"))
                .with_source(error)
        })?;
        let answering = async {
            let response = self.client.request(request).await.map_err(|error| {
                PhaseError::transient(format!("{api} cannot be reached at the moment"))
                    .with_source(error)
            })?;
            read(api, response).await
        };
        tokio::time::timeout(self.timeout, answering)
            .await
            .unwrap_or_else(|_| {
                let seconds = self.timeout.as_secs_f32();
                Err(PhaseError::transient(format!(
                    "{api} did not answer within {seconds} seconds"
                )))
            })
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

/// Whom to trust: the system's certificates.
fn trust(tls: bool) -> io::Result<ClientConfig> {
    // Named, so that it does not matter which others the program is built with.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let config = if tls {
        config.with_native_roots()?
    } else {
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}

fn request(call: Call) -> http::Result<Request<Full<Bytes>>> {
    let mut request = Request::builder()
        .uri(call.address)
        .header(ACCEPT, "application/json")
        .header(
            USER_AGENT,
            concat!("report-pipeline-social/", env!("CARGO_PKG_VERSION")),
        );
    for (name, value) in call.headers {
        request = request.header(name, value);
    }
    match call.body {
        Some((kind, body)) => request
            .method(Method::POST)
            .header(CONTENT_TYPE, kind)
            .body(Full::new(Bytes::from(body))),
        None => request.body(Full::default()),
    }
}

async fn read(api: &'static str, response: Response<Incoming>) -> Result<Answer, PhaseError> {
    let (head, body) = response.into_parts();
    let kind = head.headers.get(CONTENT_TYPE);
    // `text/javascript` is what the Graph API once called it.
    let is_json = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("json") || kind.starts_with("text/javascript")
        });
    if !is_json {
        return Err(not_json(api, head.status, wait(&head.headers)));
    }
    let body = Limited::new(body, MAX_ANSWER).collect().await;
    let body = body.map_err(|error| {
        let reason = if error.is::<LengthLimitError>() {
            "is longer than 16 MiB"
        } else {
            "broke off"
        };
        PhaseError::transient(format!("the answer of {api} {reason}")).with_source(error)
    })?;
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
    })
}

/// Something else stands between us and the API, such as a proxy or a login page, or the API is down.
fn not_json(api: &'static str, status: StatusCode, wait: Option<Duration>) -> PhaseError {
    match status.as_u16() {
        429 => PhaseError::rate_limited(format!("{api} limits our requests"), wait),
        500.. => PhaseError::transient(format!("{api} answers {status} at the moment"))
            .with_retry_after(wait),
        _ => PhaseError::transient(format!(
            "what answers for {api} sends something else than JSON ({status}): \
             is a proxy or a login page in between?"
        )),
    }
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    retry_after(headers.get(RETRY_AFTER)?, SystemTime::now())
}
