//! The platform "bluebird": a small server with a few accounts, some of them troublesome.

use std::collections::HashSet;
use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::RETRY_AFTER;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Starts the platform, and answers where it listens.
pub(crate) async fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let visited = Arc::new(Mutex::new(HashSet::new()));
        while let Ok((stream, _)) = listener.accept().await {
            let visited = Arc::clone(&visited);
            let service = service_fn(move |request: Request<Incoming>| {
                let path = request.uri().path().to_owned();
                let first = visited
                    .lock()
                    .is_ok_and(|mut paths| paths.insert(path.clone()));
                ready(answer(&path, first))
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    Ok(address)
}

fn answer(path: &str, first: bool) -> hyper::http::Result<Response<Full<Bytes>>> {
    let (status, body) = match path {
        "/busy/followers" if first => (429, ""),
        "/flaky/followers" if first => (503, ""),
        "/broken/followers" => (200, "<html>"),
        "/new/followers" => (200, "0"),
        "/ada/followers" | "/busy/followers" | "/flaky/followers" => (200, "1815"),
        "/ada/notes" | "/busy/notes" | "/flaky/notes" => {
            (200, r#"[{"likes": 36}, {"likes": 12}, {"likes": null}]"#)
        }
        "/new/notes" => (200, "[]"),
        _ => (404, ""),
    };
    let response = Response::builder().status(status).header(RETRY_AFTER, 1);
    response.body(Full::from(body))
}
