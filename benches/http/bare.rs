//! The floor: a bare hyper server that answers constants.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use tokio::net::TcpListener;

/// As long as the status of a pending job.
const STATUS: &[u8] = br#"{"job_id":"882b5499-c404-4746-9091-3e48ca8c2463","status":"pending","phase":"Scraping","percent":0,"created_at":"2026-11-22T03:56:04.340Z","updated_at":"2026-11-22T03:56:04.340Z"}"#;

/// Answers `report` below `/api/report`, 304 to who has it already, and a status everywhere else.
pub(crate) async fn serve(report: Bytes) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            _ = stream.set_nodelay(true);
            let report = report.clone();
            let service = service_fn(move |request| answer(request, report.clone()));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    address
}

#[derive(Deserialize)]
struct Submit {
    handle: String,
    platform: Option<String>,
}

async fn answer(
    request: Request<Incoming>,
    report: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_report = request.uri().path().starts_with("/api/report/");
    let content = if is_report {
        report
    } else {
        Bytes::from_static(STATUS)
    };
    let mut response = Response::new(Full::new(content));
    if is_report {
        let tag = HeaderValue::from_static("\"882b5499c4044746\"");
        response.headers_mut().insert(ETAG, tag);
        if request.headers().contains_key(IF_NONE_MATCH) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Full::default();
            return Ok(response);
        }
    }
    if request.method() == Method::POST {
        let body = request
            .into_body()
            .collect()
            .await
            .expect("wrk sends whole bodies")
            .to_bytes();
        let submit: Submit = serde_json::from_slice(&body).expect("wrk sends JSON");
        std::hint::black_box((submit.handle, submit.platform));
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}
