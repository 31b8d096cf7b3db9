//! `serve` with services other than a bare `Api`: middleware around it, pages beside it, faults.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use report_pipeline::http::{Api, Body, Peer, ServeOptions};
use tokio::io::AsyncWriteExt;
use tower_service::Service;

use crate::support::{BoxError, Server, read_to_close, read_until, request, service, submit};

type Outcome = Result<Response<Body>, BoxError>;

/// A service around an [`Api`]: what `respond` makes of a request and the API.
#[derive(Clone)]
struct Around<F> {
    api: Api,
    respond: F,
}

impl<F, R> Service<Request<Incoming>> for Around<F>
where
    F: Fn(Api, Request<Incoming>) -> R,
    R: Future<Output = Outcome> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Outcome> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        Box::pin((self.respond)(self.api.clone(), request))
    }
}

fn text(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.as_bytes().to_vec()));
    *response.status_mut() = status;
    response
}

async fn start<F, R>(api: &Api, respond: F) -> Server
where
    F: Fn(Api, Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    let api = api.clone();
    Server::start_with(ServeOptions::default(), Around { api, respond }).await
}

#[tokio::test]
async fn a_service_in_front_keeps_strangers_out() {
    let (api, _) = service();
    let server = start(&api, async |api: Api, request: Request<Incoming>| {
        if request.headers().get(AUTHORIZATION).is_none() {
            return Ok(text(StatusCode::UNAUTHORIZED, "who are you?"));
        }
        Ok(api.respond(request).await)
    })
    .await;
    let stranger = server.ask(request("GET", "/health"), "").await;
    assert_eq!(
        (stranger.status, &stranger.body[..]),
        (401, &b"who are you?"[..])
    );
    let known = request("GET", "/health").header("authorization", "Bearer 1");
    assert_eq!(server.ask(known, "").await.status, 200);
}

#[tokio::test]
async fn a_page_stands_beside_the_api() {
    let (api, _) = service();
    let server = start(&api, async |api: Api, request: Request<Incoming>| {
        if request.uri().path() == "/" {
            return Ok(text(StatusCode::OK, "a page"));
        }
        Ok(api.respond(request).await)
    })
    .await;
    let page = server.ask(request("GET", "/"), "").await;
    assert_eq!((page.status, &page.body[..]), (200, &b"a page"[..]));
    let head = server.ask(request("HEAD", "/"), "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.field("content-length"), "6");
    let nowhere = server.ask(request("GET", "/nowhere"), "").await;
    assert_eq!((nowhere.status, &*nowhere.problem()), (404, "not-found"));
    submit(&api, "nasa").await;
}

#[tokio::test]
async fn a_whole_router_is_served_with_the_same_limits() {
    let (api, _) = service();
    let app = Router::new()
        .route("/", get(async || "mine"))
        .nest_service("/reports", api.with_base_path("/reports"));
    let options = ServeOptions::default().with_header_timeout(Duration::from_millis(100));
    let server = Server::start_with(options, app).await;
    assert_eq!(&server.ask(request("GET", "/"), "").await.body[..], b"mine");
    let health = server.ask(request("GET", "/reports/health"), "").await;
    assert_eq!(health.status, 200);
    let slow = server.send_raw(b"GET / HTTP/1.1\r\nhost: loc").await;
    assert!(!slow.contains(" 200 "), "{slow}");
    server.stop().await;
}

#[tokio::test]
async fn a_malformed_request_does_not_reach_the_service() {
    let (api, _) = service();
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    let server = start(&api, move |api: Api, request| {
        count.fetch_add(1, Ordering::Relaxed);
        async move { Ok(api.respond(request).await) }
    })
    .await;
    for hosts in ["", "host: a\r\nhost: a\r\n", "host: a b@@/\r\n"] {
        let sent = format!("GET /health HTTP/1.1\r\n{hosts}\r\n");
        let response = server.send_raw(sent.as_bytes()).await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    }
    assert_eq!(reached.load(Ordering::Relaxed), 0);
    assert_eq!(server.ask(request("GET", "/health"), "").await.status, 200);
    assert_eq!(reached.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_service_that_fails_or_panics_costs_one_request() {
    let (api, _) = service();
    let server = start(
        &api,
        async |api: Api, request: Request<Incoming>| match request.uri().path() {
            "/fails" => Err("out of order: password=hunter2".into()),
            "/panics" => panic!("this service panics"),
            _ => Ok(api.respond(request).await),
        },
    )
    .await;
    let mut stream = server.connect().await;
    for path in ["/fails", "/panics"] {
        let sent = format!("GET {path} HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n");
        stream.write_all(sent.as_bytes()).await.unwrap();
        let response = read_until(&mut stream, "}").await;
        assert!(response.starts_with("HTTP/1.1 500 "), "{response}");
        assert!(response.contains("problem:internal"), "{response}");
        assert!(
            response.contains("\r\nx-request-id: mine\r\n"),
            "{response}"
        );
        assert!(!response.contains("hunter2"), "{response}");
    }
    // The same connection goes on.
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, "HTTP/1.1 200 OK").await;
}

#[tokio::test]
async fn waits_and_streams_behind_a_service_end_when_its_server_closes_and_no_other() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    let pass = async |api: Api, request: Request<Incoming>| Ok(api.respond(request).await);
    let closes = start(&api, pass).await;
    let stays = start(&api, pass).await;

    let held = format!("GET {path} HTTP/1.1\r\nhost: a\r\nprefer: wait=30\r\n\r\n");
    let mut waiting = closes.connect().await;
    waiting.write_all(held.as_bytes()).await.unwrap();
    let mut streams = Vec::new();
    for server in [&closes, &stays] {
        let mut stream = server.connect().await;
        let follow = format!("GET {path}/events HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(follow.as_bytes()).await.unwrap();
        read_until(&mut stream, "\"pending\"").await;
        streams.push(stream);
    }
    let [mut ends, goes_on] = <[_; 2]>::try_from(streams).unwrap();

    closes.stop().await;
    let response = read_to_close(&mut waiting).await;
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(read_to_close(&mut ends).await.ends_with("0\r\n\r\n"));
    assert_eq!(stays.ask(request("GET", "/ready"), "").await.status, 200);
    let mut byte = [0];
    assert_eq!(
        goes_on.try_read(&mut byte).unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "the stream of the other server goes on"
    );
}

#[tokio::test]
async fn middleware_sees_the_address_of_the_peer() {
    let (api, _) = service();
    let server = start(&api, async |_, request: Request<Incoming>| {
        let peer = request.extensions().get::<Peer>();
        let peer = peer.map(|peer| peer.0.ip().to_string());
        Ok(text(StatusCode::OK, &peer.unwrap_or_default()))
    })
    .await;
    let response = server
        .send_raw(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(response.ends_with("\r\n\r\n127.0.0.1"), "{response}");
}
