//! The HTTP API from a client's side.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

/// How long an answer may take to begin; longer than the longest wait that is asked for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The least time between two questions.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a service that was there before may be away in a row.
const TRIES: u32 = 20;

/// A stream whose lines are longer is none of a report service.
const LONGEST_LINE: usize = 1024 * 1024;

/// A service that takes jobs.
pub(crate) struct Service {
    base: String,
    key: Option<HeaderValue>,
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// Why the service gave no useful answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It will not do what was asked.
    Refused(String),
    /// It does not know what was asked about.
    Missing(String),
    /// It may do it later.
    Away(String),
}

impl Service {
    /// A service at `address`, which is sent `key` with every request.
    pub(crate) fn new(address: &str, key: Option<&str>) -> Result<Self, Trouble> {
        let base = address.trim_end_matches('/');
        let is_plain = |uri: &http::Uri| {
            let host = uri.authority().map_or("", http::uri::Authority::as_str);
            let has_host = !host.is_empty() && !host.contains('@');
            matches!(uri.scheme_str(), Some("http" | "https")) && has_host && uri.query().is_none()
        };
        if base.contains('#') || !base.parse().is_ok_and(|uri| is_plain(&uri)) {
            let why = "not an address of a service: write https://HOST or http://HOST:PORT";
            return Err(Trouble::Refused(why.to_owned()));
        }
        let refused = |why: &str| Trouble::Refused(why.to_owned());
        let key = key.map(|key| HeaderValue::try_from(format!("Bearer {}", key.trim())));
        let key = key.transpose().map(|key| {
            key.map(|mut key| {
                key.set_sensitive(true);
                key
            })
        });
        let tls = tls(base.starts_with("https:")).map_err(|error| {
            Trouble::Refused(format!("https cannot be spoken on this machine: {error}"))
        })?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls);
        Ok(Self {
            base: base.to_owned(),
            key: key.map_err(|_| refused("the key has characters that no key has"))?,
            http: Client::builder(TokioExecutor::new())
                .build(connector.https_or_http().enable_http1().build()),
        })
    }

    /// Submits and answers the job's id.
    pub(crate) async fn submit(&self, body: &Value) -> Result<String, Trouble> {
        let request = self
            .request(Method::POST, "/api/analyze")
            .header(CONTENT_TYPE, "application/json");
        let sent = self.send(request, body.to_string()).await;
        let (_, answer) = sent.map_err(|trouble| match trouble {
            Trouble::Missing(why) => {
                let base = &self.base;
                Trouble::Refused(format!("{why}; is {base} where the service is mounted?"))
            }
            other => other,
        })?;
        match json(&answer)?["job_id"].as_str() {
            Some(id) => Ok(id.to_owned()),
            None => Err(odd("it names no job")),
        }
    }

    /// Follows a job to its end and answers its last status: by the event stream while there is
    /// one, else by asking.
    pub(crate) async fn follow(
        &self,
        id: &str,
        mut told: impl FnMut(&Value),
    ) -> Result<Value, Trouble> {
        let mut last = Value::Null;
        let mut tell = |status: Value| {
            if status != last {
                told(&status);
                last = status;
            }
            matches!(last["status"].as_str(), Some("completed" | "failed")).then(|| last.clone())
        };
        if let Some(end) = self.stream(id, &mut tell).await {
            return Ok(end);
        }
        self.poll(id, &mut tell).await
    }

    /// The report, if the job has ended.
    pub(crate) async fn report(&self, id: &str) -> Result<Option<String>, Trouble> {
        let request = self.request(Method::GET, &format!("/api/report/{id}"));
        let (head, report) = self.send(request, String::new()).await?;
        Ok((head.status() == StatusCode::OK).then_some(report))
    }

    /// Cancels a job; whether it had not ended before.
    pub(crate) async fn cancel(&self, id: &str) -> Result<bool, Trouble> {
        let request = self.request(Method::POST, &format!("/api/cancel/{id}"));
        let (head, _) = self.send(request, String::new()).await?;
        Ok(head.status() == StatusCode::ACCEPTED)
    }

    /// Reads the job's events; `None` if they break off before the end, or are not there at all.
    async fn stream(
        &self,
        id: &str,
        tell: &mut impl FnMut(Value) -> Option<Value>,
    ) -> Option<Value> {
        let request = self.request(Method::GET, &format!("/api/status/{id}/events"));
        let response = self.begin(request, String::new()).await.ok()?;
        let is_stream = response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/event-stream"));
        if response.status() != StatusCode::OK || !is_stream {
            return None;
        }
        let mut body = response.into_body();
        let mut unread = Vec::new();
        // Heartbeats come every 15 s: a stream that is silent for longer is dead.
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(PATIENCE, body.frame()).await {
            unread.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            if unread.len() > LONGEST_LINE {
                return None;
            }
            while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = unread.drain(..=end).collect();
                let Some(data) = line.strip_prefix(b"data: ") else {
                    continue;
                };
                if let Some(end) = tell(serde_json::from_slice(data).ok()?) {
                    return Some(end);
                }
            }
        }
        None
    }

    async fn poll(
        &self,
        id: &str,
        tell: &mut impl FnMut(Value) -> Option<Value>,
    ) -> Result<Value, Trouble> {
        let mut tag = None;
        let mut failures = 0;
        loop {
            let mut request = self
                .request(Method::GET, &format!("/api/status/{id}"))
                .header("prefer", "wait=10");
            if let Some(tag) = &tag {
                request = request.header(IF_NONE_MATCH, tag);
            }
            match self.send(request, String::new()).await {
                Ok((head, body)) => {
                    failures = 0;
                    tag = head.headers().get(ETAG).cloned().or(tag);
                    if head.status() != StatusCode::NOT_MODIFIED
                        && let Some(end) = tell(json(&body)?)
                    {
                        return Ok(end);
                    }
                }
                Err(Trouble::Away(_)) if failures < TRIES => failures += 1,
                Err(trouble) => return Err(trouble),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.header(AUTHORIZATION, key),
            None => request,
        }
    }

    /// Sends a request and reads the answer; one that is an error is told by its detail.
    async fn send(
        &self,
        request: http::request::Builder,
        body: String,
    ) -> Result<(Response<()>, String), Trouble> {
        let response = self.begin(request, body).await?;
        let (head, body) = response.into_parts();
        let body = tokio::time::timeout(PATIENCE, body.collect()).await;
        let Ok(Ok(body)) = body else {
            return Err(Trouble::Away("the service's answer broke off".to_owned()));
        };
        let Ok(text) = String::from_utf8(body.to_bytes().into()) else {
            return Err(odd("it is not text"));
        };
        if head.status.is_client_error() || head.status.is_server_error() {
            let detail = json(&text)
                .ok()
                .and_then(|p| Some(p["detail"].as_str()?.to_owned()));
            let why = detail.unwrap_or_else(|| format!("the service answered {}", head.status));
            return Err(match head.status {
                StatusCode::NOT_FOUND => Trouble::Missing(why),
                // The last two are a proxy's words.
                StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::BAD_GATEWAY
                | StatusCode::GATEWAY_TIMEOUT => Trouble::Away(why),
                _ => Trouble::Refused(why),
            });
        }
        Ok((Response::from_parts(head, ()), text))
    }

    async fn begin(
        &self,
        request: http::request::Builder,
        body: String,
    ) -> Result<Response<Incoming>, Trouble> {
        let request = request
            .body(Full::from(body))
            .map_err(|error| Trouble::Refused(format!("not a request: {error}")))?;
        let base = &self.base;
        match tokio::time::timeout(PATIENCE, self.http.request(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Trouble::Away(match refused_certificate(&error) {
                Some(why) => format!("the certificate of {base} is not trusted: {why}"),
                None => format!("no service answers at {base}; is it running?"),
            })),
            Err(_) => Err(Trouble::Away(format!("{base} does not answer"))),
        }
    }
}

/// Why the certificate of a server is not believed, if that is what has failed.
fn refused_certificate(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
        return Some(why.to_string());
    }
    // An I/O error names the source of what it wraps, and not what it wraps.
    let wrapped = error.downcast_ref::<std::io::Error>();
    match wrapped.and_then(std::io::Error::get_ref) {
        Some(wrapped) => refused_certificate(wrapped),
        None => refused_certificate(error.source()?),
    }
}

/// TLS with the certificates that this machine trusts. Without `https` there is no use for them, and they may be missing.
fn tls(https: bool) -> std::io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?;
    let config = if https {
        config.with_native_roots()?
    } else {
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}

fn json(text: &str) -> Result<Value, Trouble> {
    serde_json::from_str(text).map_err(|_| odd("it is not JSON"))
}

fn odd(what: &str) -> Trouble {
    Trouble::Refused(format!(
        "the answer is not that of a report service: {what}"
    ))
}
