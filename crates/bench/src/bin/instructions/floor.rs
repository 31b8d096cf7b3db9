//! The floors: plain tokio and plain hyper.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use report_pipeline::JobId;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::REPORT;
use super::requests;

struct Record {
    status: u8,
    percent: u8,
    report: Option<Bytes>,
}

#[derive(Default)]
struct Store {
    owners: HashMap<(String, &'static str), JobId>,
    jobs: HashMap<JobId, Record>,
}

/// A random id, two maps, one spawned task, three updates and one stored report for each job.
pub(crate) fn jobs(runtime: &Runtime, count: usize) {
    let store = Arc::new(Mutex::new(Store::default()));
    let report = "r".repeat(REPORT - 2);
    let handles: Vec<_> = (0..count).map(|n| format!("new{n}")).collect();
    super::measured(runtime, async {
        let mut tasks = Vec::with_capacity(count);
        for handle in handles {
            let id = JobId::random();
            {
                let mut store = store.lock().expect("nobody panics");
                store.owners.insert((handle, "instagram"), id);
                let record = Record {
                    status: 0,
                    percent: 0,
                    report: None,
                };
                store.jobs.insert(id, record);
            }
            let (store, report) = (Arc::clone(&store), report.clone());
            tasks.push(tokio::spawn(async move {
                let update = |status, percent, report| {
                    let mut store = store.lock().expect("nobody panics");
                    let record = store.jobs.get_mut(&id).expect("it is there");
                    *record = Record {
                        status,
                        percent,
                        report,
                    };
                };
                for percent in [0, 30, 90] {
                    update(1, percent, None);
                }
                let report = serde_json::to_vec(&report).expect("it is a text");
                update(2, 100, Some(Bytes::from(report)));
            }));
        }
        for task in tasks {
            task.await.expect("it does not panic");
        }
    });
    let store = store.lock().expect("nobody panics");
    let complete = |job: &Record| job.status == 2 && job.percent == 100 && job.report.is_some();
    assert!(store.jobs.values().all(complete));
}

/// Hyper responding with constants of the lengths that the service has; a POST's body is read and parsed.
pub(crate) fn requests(runtime: &Runtime, name: &str, count: usize) {
    let body = Bytes::from(vec![
        b'r';
        match name {
            "bare-get" => 320,
            "bare-report" => REPORT,
            _ => 70,
        }
    ]);
    let address = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a client");
            stream.set_nodelay(true).expect("a socket");
            let respond = service_fn(move |request| respond(request, body.clone()));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
            connection.await.expect("the client is one of ours");
        });
        address
    });
    let all = (0..count + requests::WARM_UP).map(|n| match name {
        "bare-post" => requests::post(n),
        _ => requests::get("status", JobId::random()),
    });
    requests::send(runtime, address, &all.collect::<Vec<_>>());
}

async fn respond(
    request: Request<Incoming>,
    content: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.method() == hyper::Method::POST {
        let body = request.into_body().collect().await.expect("it arrives");
        let body: serde_json::Value = serde_json::from_slice(&body.to_bytes()).expect("JSON");
        assert!(body["handle"].is_string());
    }
    let mut response = Response::new(Full::new(content));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}
