//! What a service of one's own changes in this one, and adds to it.

use std::time::Duration;

use http::StatusCode;
use report_pipeline::http::{Api, ProblemDetails, StatusBody};
use report_pipeline::{Client, MemoryStore};
use serde_json::{Value, json};

use crate::support::{Reply, ask, get, request, service, submit};

/// A document with a security scheme, and a 401 and a 429 of every operation.
fn secured(document: &mut Value) {
    document["components"]["securitySchemes"]["key"] = json!({"type": "http", "scheme": "bearer"});
    document["security"] = json!([{"key": []}]);
    for path in document["paths"].as_object_mut().unwrap().values_mut() {
        for operation in path.as_object_mut().unwrap().values_mut() {
            operation["responses"]["401"] = json!({"description": "no key"});
            operation["responses"]["429"] = json!({"description": "too many requests"});
        }
    }
}

async fn document(api: &Api) -> Value {
    get(api, "/openapi.json").await.json()
}

#[tokio::test]
async fn the_document_can_be_changed_whatever_is_set_before_and_after() {
    let untouched = document(&service().0).await;
    let api = || Api::new(Client::new(MemoryStore::new()));
    for api in [
        api().with_openapi(secured).with_base_path("/reports"),
        api().with_base_path("/reports").with_openapi(secured),
        api()
            .with_openapi(secured)
            .with_base_path("/reports")
            .clone(),
    ] {
        let document = document(&api).await;
        assert_eq!(document["servers"], json!([{"url": "/reports"}]));
        assert_eq!(document["security"], json!([{"key": []}]));
        let submit = &document["paths"]["/api/analyze"]["post"];
        let described = &untouched["paths"]["/api/analyze"]["post"];
        assert_eq!(submit["requestBody"], described["requestBody"]);
        let responses = |operation: &Value| operation["responses"].as_object().unwrap().len();
        assert_eq!(responses(submit), responses(described) + 2);
    }
}

#[tokio::test]
async fn without_the_route_to_cancel_nobody_cancels() {
    let (api, client) = service();
    let api = api.without_cancel();
    let id = submit(&api, "nasa").await;
    let path = format!("/api/cancel/{id}");
    for method in ["POST", "GET"] {
        let reply = ask(&api, request(method, &path)).await;
        assert_eq!((reply.status, &*reply.problem()), (404, "not-found"));
    }
    let job = client.status(id).await.unwrap().unwrap();
    assert!(!job.status.is_terminal() && !job.cancel_requested);
    let document = document(&api).await;
    assert!(!document.to_string().contains("/api/cancel"));
    // The program itself may.
    client.cancel(id).await.unwrap();
}

#[tokio::test]
async fn problems_and_statuses_of_a_service_s_own_look_like_these() {
    let problem = ProblemDetails::new(
        StatusCode::TOO_MANY_REQUESTS,
        "urn:report-pipeline:problem:mine",
        "Too many requests",
    )
    .with_detail("one a second")
    .with_retry_after(Duration::from_millis(1500));
    let reply = Reply::read(problem.into_response()).await;
    assert_eq!((reply.status, &*reply.problem()), (429, "mine"));
    assert_eq!(reply.field("retry-after"), "2");

    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let job = client.status(id).await.unwrap().unwrap();
    let shown = get(&api, &format!("/api/status/{id}")).await.json();
    assert_eq!(serde_json::to_value(StatusBody::new(&job)).unwrap(), shown);
}
