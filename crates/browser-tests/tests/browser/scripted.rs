//! A server that serves the page and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use report_pipeline_page::PageOptions;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// The job that a scripted server knows.
pub(crate) const JOB: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

/// A scripted server; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _serving: AbortOnDropHandle<()>,
}

impl Scripted {
    /// Answers each request, such as `POST /api/analyze`, with what `script` returns. It is told
    /// how often the same was asked before.
    pub(crate) async fn start(
        script: impl Fn(&str, usize) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::with_page(PageOptions::new(), script).await
    }

    /// As [`start`](Self::start), with a page that can do more.
    pub(crate) async fn with_page(
        options: PageOptions,
        script: impl Fn(&str, usize) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let answer = async move |method: Method, uri: Uri| {
            let asked = format!("{method} {}", uri.path());
            let before = {
                let mut log = log.lock().expect("no test has panicked in here");
                log.push(asked.clone());
                log.iter().filter(|past| **past == asked).count() - 1
            };
            script(&asked, before)
        };
        let app = Router::new()
            .route("/", get(async move || options.response().map(Body::new)))
            .fallback(answer);
        let serving = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("it listens");
        });
        Self {
            address,
            asked,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    /// Knows one job, [`JOB`], which has ended with `report`.
    pub(crate) async fn with_report(report: Value) -> Self {
        Self::start(move |asked, _| {
            if asked.contains("/report/") {
                answer(report.clone())
            } else {
                stream(&[status("completed", "Finalizing", 100, &json!({}))])
            }
        })
        .await
    }

    /// How often something was asked.
    pub(crate) fn asked(&self, what: &str) -> usize {
        let asked = self.asked.lock().expect("no test has panicked in here");
        asked.iter().filter(|past| *past == what).count()
    }
}

/// The answer to a submit that is accepted.
pub(crate) fn accepted() -> Response {
    let body = json!({ "job_id": JOB, "status": "accepted" });
    (axum::http::StatusCode::ACCEPTED, axum::Json(body)).into_response()
}

/// A problem, as the service writes it.
pub(crate) fn problem(status: u16, kind: &str, detail: &str) -> Response {
    let status = axum::http::StatusCode::from_u16(status).expect("a status");
    let body = json!({
        "type": format!("urn:report-pipeline:problem:{kind}"),
        "title": "A title", "status": status.as_u16(), "detail": detail,
        "errors": if status == 422 { json!([{ "field": "handle", "detail": detail }]) } else { json!([]) },
    });
    let headers = [
        ("content-type", "application/problem+json"),
        ("retry-after", "7"),
    ];
    (status, headers, body.to_string()).into_response()
}

/// A job's status, with whatever else it has.
pub(crate) fn status(status: &str, phase: &str, percent: u8, others: &Value) -> Value {
    let mut body = json!({
        "job_id": JOB, "status": status, "phase": phase, "percent": percent,
        "created_at": "2026-11-22T03:02:09.120Z", "updated_at": "2026-11-22T03:02:11.481Z",
    });
    let members = body.as_object_mut().expect("an object");
    members.extend(others.as_object().expect("an object").clone());
    body
}

/// A body as JSON.
pub(crate) fn answer(body: Value) -> Response {
    axum::Json(body).into_response()
}

/// An event stream on which nothing ever comes.
pub(crate) fn silence() -> Response {
    let nothing = futures::stream::pending::<Result<String, std::convert::Infallible>>();
    let body = Body::from_stream(nothing);
    ([("content-type", "text/event-stream")], body).into_response()
}

/// States as an event stream, which then ends.
pub(crate) fn stream(states: &[Value]) -> Response {
    let event = |(version, state): (usize, &Value)| format!("id: {version}\ndata: {state}\n\n");
    let events: Vec<String> = (1..).zip(states).map(event).collect();
    ([("content-type", "text/event-stream")], events.concat()).into_response()
}
