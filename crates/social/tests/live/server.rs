//! A small HTTP server that sends what a test tells it to, well-formed or not.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// A request, as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query's parameters, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The path with the query, as it was sent.
    pub(crate) address: String,
}

impl Seen {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Json(u16, Value),
    JsonWith(u16, Vec<(&'static str, String)>, Value),
    /// Another type of content.
    Text(u16, &'static str, &'static str),
    /// Nothing, ever.
    Stall,
    /// The head and then nothing, ever.
    StallInBody,
    /// The connection ends before the answer.
    Reset,
    /// The connection ends in the middle of the body.
    CutOff(String),
}

/// A running server. It ends with the runtime.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) async fn start(
        reply: impl Fn(&Seen) -> Reply + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let noting = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let (reply, seen) = (reply.clone(), Arc::clone(&noting));
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let (reply, seen) = (reply.clone(), Arc::clone(&seen));
                        async move {
                            let request = read(request).await;
                            seen.lock().unwrap().push(request.clone());
                            let reply = reply(&request);
                            dump(&request, &reply);
                            respond(reply).await
                        }
                    });
                    let serving = hyper::server::conn::http1::Builder::new();
                    // A reply that breaks the connection is what the test wants.
                    let _ = serving
                        .serve_connection(TokioIo::new(connection), service)
                        .await;
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn read(request: Request<Incoming>) -> Seen {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let query = head.uri.query().unwrap_or_default();
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let query = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    });
    Seen {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: query.collect(),
        address: head.uri.to_string(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

type Body = BoxBody<Bytes, std::io::Error>;

async fn respond(reply: Reply) -> Result<Response<Body>, std::io::Error> {
    let broken = || std::io::Error::other("broken on purpose");
    let json = |body: Body| {
        Response::builder()
            .header("content-type", "application/json; charset=UTF-8")
            .body(body)
            .unwrap()
    };
    let whole = |text: String| -> Body { Full::from(text).map_err(never).boxed() };
    let mut response = match reply {
        Reply::Json(status, value) => {
            let mut response = json(whole(value.to_string()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        }
        Reply::JsonWith(status, headers, value) => {
            let mut response = json(whole(value.to_string()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Reply::Text(status, kind, text) => Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(whole(text.to_owned()))
            .unwrap(),
        Reply::Stall => std::future::pending().await,
        Reply::StallInBody => {
            let begun = stream::iter([Ok(Frame::data(Bytes::from_static(b"{\"kind\"")))]);
            let body = futures::StreamExt::chain(begun, stream::pending());
            json(BodyExt::boxed(StreamBody::new(body)))
        }
        Reply::Reset => return Err(broken()),
        Reply::CutOff(text) => {
            let length = text.len();
            let half = Bytes::from(text[..length / 2].to_owned());
            let frames = stream::iter([Ok(Frame::data(half)), Err(broken())]);
            let mut response = json(BodyExt::boxed(StreamBody::new(frames)));
            response
                .headers_mut()
                .insert("content-length", length.into());
            response
        }
    };
    response
        .headers_mut()
        .entry("cache-control")
        .or_insert("private".parse().unwrap());
    Ok(response)
}

fn never(never: Infallible) -> std::io::Error {
    match never {}
}

/// Writes requests and answers down for `discovery.py`, where that is wanted.
fn dump(request: &Seen, reply: &Reply) {
    let Some(path) = std::env::var_os("DUMP_CALLS") else {
        return;
    };
    if let Reply::Json(status, answer) = reply {
        let line = serde_json::json!({
            "path": request.path, "query": request.query, "status": status, "answer": answer,
        });
        let file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path);
        std::io::Write::write_all(&mut file.unwrap(), format!("{line}\n").as_bytes()).unwrap();
    }
}
