//! What a submit over HTTP carries beside its target.

use std::time::Duration;

use report_pipeline::http::{Api, Refusal, SubmitOptions, SubmitRequest};
use report_pipeline::store::{ClaimEndedRequest, ClaimRequest, ClaimedJob, Outcome, WorkerId};
use report_pipeline::{
    Client, Handle, InvalidTarget, MemoryOptions, Platform, Scope, Status, StoreLimits, Target,
};
use serde::Deserialize;

use crate::support::{Reply, analyze, ask_with, request, service};

async fn claim(client: &Client) -> ClaimedJob {
    let request = ClaimRequest::new(WorkerId::unique());
    client.store().claim(request).await.unwrap().remove(0)
}

async fn id(api: &Api, body: &str) -> String {
    let reply = analyze(api, body).await;
    assert_eq!(reply.status, 202, "{body}: {reply:?}");
    reply.json()["job_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn options_are_the_input_and_other_options_are_another_job() {
    let (api, client) = service();
    let one = id(&api, r#"{"handle":"nasa","options":{"b":[1, 2],"a":"x"}}"#).await;
    let same = id(&api, r#"{"options":{ "a":"x","b":[1,2]},"handle":"nasa"}"#).await;
    assert_eq!(one, same);
    let other = id(&api, r#"{"handle":"nasa","options":{"a":"x","b":[2,1]}}"#).await;
    assert_ne!(one, other);
    let claimed = claim(&client).await;
    assert_eq!(claimed.input(), &br#"{"a":"x","b":[1,2]}"#[..]);
    assert!(claimed.job.scope.as_str().starts_with("options-"));
    assert_eq!(claim(&client).await.input(), &br#"{"a":"x","b":[2,1]}"#[..]);

    // No options, in three spellings.
    let none = id(&api, r#"{"handle":"nasa"}"#).await;
    for spelling in ["{}", "null"] {
        let body = format!(r#"{{"handle":"nasa","options":{spelling}}}"#);
        assert_eq!(id(&api, &body).await, none);
    }
    let claimed = claim(&client).await;
    assert!(claimed.input().is_empty() && claimed.job.scope.is_none());
}

#[tokio::test]
async fn options_that_are_too_large_or_no_object_are_refused_by_name() {
    let limits = StoreLimits::default().with_input_bytes(20);
    let api = Api::new(Client::new(
        MemoryOptions::new().with_limits(limits).build(),
    ));
    for options in [r#"{"a":"0123456789abcdef"}"#, "[1]", "\"a\"", "7"] {
        let reply = analyze(&api, &format!(r#"{{"handle":"nasa","options":{options}}}"#)).await;
        assert_eq!(reply.status, 422, "{options}");
        assert_eq!(reply.json()["errors"][0]["field"], "options", "{reply:?}");
    }
    id(&api, r#"{"handle":"nasa","options":{"a":"0123456789"}}"#).await;
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    depth: u8,
}

/// Every tenant has jobs of its own.
fn with_tenants(api: Api) -> Api {
    api.with_submit_hook(async |request: SubmitRequest| {
        let tenant = request.head().headers.get("x-tenant");
        let Some(tenant) = tenant.and_then(|name| name.to_str().ok()) else {
            return Err(Refusal::forbidden("the tenant is missing"));
        };
        let wanted: Wanted = request.options()?;
        if wanted.depth > 9 {
            return Err(Refusal::invalid("the depth is 9 at most"));
        }
        let handle = request.target().handle.as_str();
        Ok(SubmitOptions::new()
            .with_scope(Scope::new(tenant).unwrap())
            .with_input(format!("{handle} {}", wanted.depth))
            .with_note(format!("{tenant}.example"))
            .with_max_age(Duration::ZERO)
            .with_head_start(Duration::from_secs(60)))
    })
}

async fn submit_as(api: &Api, tenant: Option<&str>, body: &'static str) -> Reply {
    let mut post = request("POST", "/api/analyze").header("content-type", "application/json");
    if let Some(tenant) = tenant {
        post = post.header("x-tenant", tenant);
    }
    ask_with(api, post, body).await
}

#[tokio::test]
async fn a_hook_decides_what_a_job_carries() {
    let (api, client) = service();
    let api = with_tenants(api);
    let body = r#"{"handle":"nasa","max_age":3600,"options":{"depth":3}}"#;
    let mut ids = Vec::new();
    for tenant in ["a", "a", "b"] {
        let reply = submit_as(&api, Some(tenant), body).await;
        assert_eq!(reply.status, 202);
        ids.push(reply.json()["job_id"].clone());
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
    for tenant in ["a", "b"] {
        let claimed = claim(&client).await;
        assert_eq!(claimed.job.scope.as_str(), tenant);
        assert_eq!(claimed.input(), &b"nasa 3"[..]);
        // Both submits of the first one have left a note.
        client.cancel(claimed.job.id).await.unwrap();
        let status = client.store().finish(&claimed.lease, Outcome::Released);
        assert_eq!(status.await.unwrap(), Status::Failed);
        let ended = client.store().claim_ended(ClaimEndedRequest::new()).await;
        let notes = ended.unwrap().remove(0).notes;
        let notes: Vec<_> = notes.iter().map(|note| note.value().clone()).collect();
        assert_eq!(
            notes,
            vec![format!("{tenant}.example"); if tenant == "a" { 2 } else { 1 }]
        );
    }
}

#[derive(Deserialize)]
struct Colour {
    colour: Option<String>,
}

#[tokio::test]
async fn a_hook_reads_members_of_its_own_and_names_them() {
    let (api, client) = service();
    let api = api.with_submit_hook(async |request: SubmitRequest| {
        let scope = request.options_scope();
        match request.body::<Colour>()?.colour.as_deref() {
            Some("red") => Ok(SubmitOptions::new().with_scope(scope)),
            _ => Err(Refusal::invalid_field("colour", "only red ones are left")),
        }
    });
    let submit = async |body| submit_as(&api, None, body).await;
    let blue = submit(r#"{"handle":"nasa","colour":"blue"}"#).await;
    assert_eq!(blue.status, 422);
    assert_eq!(blue.json()["errors"][0]["field"], "colour");
    let odd = submit(r#"{"handle":"nasa","colour":7}"#).await;
    assert_eq!(odd.status, 422);
    assert_eq!(odd.json()["errors"][0]["field"], "body");
    let red = submit(r#"{"handle":"nasa","colour":"red","options":{"a":1}}"#).await;
    assert_eq!(red.status, 202);
    let scope = claim(&client).await.job.scope;
    assert!(
        scope.as_str().starts_with("options-015abd7f5cc57a2d"),
        "{scope:?}"
    );
}

#[tokio::test]
async fn a_hook_refuses_by_name() {
    let (api, client) = service();
    let api = with_tenants(api);
    let forbidden = submit_as(&api, None, r#"{"handle":"nasa"}"#).await;
    assert_eq!(forbidden.status, 403);
    let problem = forbidden.json();
    assert_eq!(problem["type"], "urn:report-pipeline:problem:forbidden");
    assert_eq!(problem["detail"], "the tenant is missing");
    for options in [
        r#"{"handle":"nasa","options":{"depth":10}}"#,
        r#"{"handle":"nasa","options":{"depth":"x"}}"#,
    ] {
        let invalid = submit_as(&api, Some("a"), options).await;
        assert_eq!(invalid.status, 422);
        assert_eq!(invalid.json()["errors"][0]["field"], "options");
    }
    assert_eq!(client.stats().await.unwrap().jobs.total(), 0);
}

#[tokio::test]
async fn a_parser_of_ones_own_reads_targets() {
    let (api, client) = service();
    let api = api.with_target_parser(|platform, address| {
        let page = address.strip_prefix("https://");
        let page = page.ok_or_else(|| InvalidTarget::handle("must begin with https://"))?;
        let platform = Platform::new(platform.unwrap_or("web"))?;
        Ok(Target::new(platform, Handle::canonical(page)?))
    });
    id(&api, r#"{"handle":"https://example.com/a?b={c}:d"}"#).await;
    let job = claim(&client).await.job;
    assert_eq!(job.target.to_string(), "web/@example.com/a?b={c}:d");
    for body in [
        r#"{"handle":"example.com"}"#,
        r#"{"handle":"https://a\nb"}"#,
    ] {
        let reply = analyze(&api, body).await;
        assert_eq!(reply.status, 422, "{body}");
        assert_eq!(reply.json()["errors"][0]["field"], "handle");
    }
}
