//! Submits that wait, batches, and how responses are written.

use std::io::{Read, Write};

use crate::support::{ACME, open, with_tenants};

const HANDLE: &str = r#"{"handle":"nasa"}"#;

#[test]
fn one_call_is_enough_for_a_script() {
    let service = open(&["--base-path", "/reports", "--phase-delay", "300ms"]);
    let waited = service.ask("POST /reports/api/analyze", &["prefer: wait=25"], HANDLE);
    assert_eq!(waited.status, 200, "{waited:?}");
    assert_eq!(waited.json()["handle"], "nasa");
    assert_eq!(waited.field("preference-applied"), Some("wait=25"));
    let location = waited.field("content-location").expect("a path");
    assert!(location.starts_with("/reports/api/report/"), "{location}");
    assert_eq!(
        service.ask(&format!("GET {location}"), &[], "").body,
        waited.body
    );
    // One that is served comes at once, and one that takes too long is an id.
    let served = service.ask("POST /reports/api/analyze", &["prefer: wait=25"], HANDLE);
    assert_eq!(served.body, waited.body);
    let short = r#"{"handle":"esa"}"#;
    let accepted = service.ask("POST /reports/api/analyze", &["prefer: wait=0"], short);
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.field("preference-applied"), Some("wait=0"));
}

#[test]
fn an_account_that_does_not_exist_is_not_found_and_every_other_failure_is_ours() {
    let archive = tempfile::Builder::new()
        .suffix(".jsonl")
        .tempfile()
        .expect("a file");
    let mut file = archive.as_file();
    let record = r#"{"platform":"instagram","handle":"real_one","source":"test","profile":{"follower_count":288}}"#;
    writeln!(file, "{record}").expect("room");
    let path = archive.path().to_str().expect("a plain path");
    let service = open(&["--archive", path]);
    let missing = service.ask(
        "POST /api/analyze",
        &["prefer: wait=25"],
        r#"{"handle":"nobody_at_all"}"#,
    );
    assert_eq!(
        (missing.status, &*missing.problem()),
        (404, "account-unavailable"),
        "{missing:?}"
    );
    let location = missing.field("content-location").expect("a path");
    assert_eq!(service.ask(&format!("GET {location}"), &[], "").status, 404);
    let metrics = service.ask("GET /metrics", &[], "").body;
    let counted = r#"report_server_refused_total{reason="account-unavailable"} 2"#;
    assert!(metrics.contains(counted), "{metrics}");

    let slow = open(&["--phase-delay", "30s"]);
    let id = slow.ask("POST /api/analyze", &[], HANDLE).job_id();
    slow.ask(&format!("POST /api/cancel/{id}"), &[], "");
    slow.server
        .until(&id, |status| status["status"] == "failed");
    let failed = slow.ask(&format!("GET /api/report/{id}"), &[], "");
    assert_eq!((failed.status, &*failed.problem()), (500, "job-failed"));
}

#[test]
fn each_member_of_a_batch_has_its_own_result() {
    let service = with_tenants("", &[]);
    let batch = r#"[{"handle":"nasa"},{"handle":"no name"},7,{"handle":"esa","platform":"youtube"},{"handle":"nasa"}]"#;
    let results = service
        .ask_as(ACME, "POST /api/analyze/batch", batch)
        .json()["results"]
        .clone();
    let status: Vec<_> = (0..5)
        .map(|n| results[n]["status"].as_u64().expect("a status"))
        .collect();
    assert_eq!(status, [202, 422, 422, 202, 202]);
    assert_eq!(results[0]["job_id"], results[4]["job_id"]);
    assert_eq!(results[1]["problem"]["errors"][0]["field"], "handle");

    let most = |n: usize| format!("[{}]", vec![HANDLE; n].join(","));
    let full = service.ask_as(ACME, "POST /api/analyze/batch", &most(100));
    assert_eq!(full.json()["results"].as_array().map(Vec::len), Some(100));
    for wrong in ["[]", "{}", "[", &most(101)] {
        let refused = service.ask_as(ACME, "POST /api/analyze/batch", wrong);
        assert_eq!(
            (refused.status, &*refused.problem()),
            (422, "invalid-field"),
            "{wrong}"
        );
    }
    let large = format!("[\"{}\"]", "x".repeat(1024 * 1024));
    assert_eq!(
        service
            .ask_as(ACME, "POST /api/analyze/batch", &large)
            .status,
        413
    );
}

#[test]
fn a_list_is_read_page_by_page_and_filtered() {
    let service = with_tenants("", &[]);
    let ids: Vec<String> = ["a", "b", "c"]
        .map(|handle| service.run_as(ACME, &format!(r#"{{"handle":"{handle}"}}"#)))
        .into();
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = service
            .ask_as(ACME, &format!("GET /api/jobs?limit=2{next}"), "")
            .json();
        for job in page["jobs"].as_array().expect("a list") {
            seen.push(job["job_id"].as_str().expect("an id").to_owned());
        }
        match page["next"].as_str() {
            Some(cursor) => next = format!("&after={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ids.iter().rev().cloned().collect::<Vec<_>>());
    let one = service
        .ask_as(ACME, "GET /api/jobs?handle=B&status=completed", "")
        .json();
    assert_eq!(one["jobs"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["jobs"][0]["job_id"], ids[1]);
    for wrong in [
        "limit=0",
        "limit=x",
        "status=done",
        "after=x",
        "colour=red",
        "handle=no%20name",
    ] {
        let refused = service.ask_as(ACME, &format!("GET /api/jobs?{wrong}"), "");
        assert_eq!(
            (refused.status, &*refused.problem()),
            (422, "invalid-field"),
            "{wrong}"
        );
    }
}

#[test]
fn a_precondition_that_is_over_changes_nothing() {
    let service = with_tenants("", &[]);
    let id = service.run_as(ACME, HANDLE);
    let key = format!("authorization: Bearer {ACME}");
    let with = |line: &str, tag: &str| service.ask(line, &[&key, &format!("if-match: {tag}")], "");
    let status = format!("GET /api/status/{id}");
    let tag = service
        .ask(&status, &[&key], "")
        .field("etag")
        .expect("a tag")
        .to_owned();
    assert_eq!(with(&status, &tag).status, 200);
    for line in [
        status,
        format!("POST /api/cancel/{id}"),
        format!("DELETE /api/jobs/{id}"),
        format!("GET /api/report/{id}"),
    ] {
        let refused = with(&line, "\"1\"");
        assert_eq!(
            (refused.status, &*refused.problem()),
            (412, "precondition-failed"),
            "{line}"
        );
    }
    assert_eq!(with(&format!("DELETE /api/jobs/{id}"), &tag).status, 204);
    let slow = open(&["--phase-delay", "30s"]);
    let live = slow.ask("POST /api/analyze", &[], HANDLE).job_id();
    let refused = slow.ask(&format!("DELETE /api/jobs/{live}"), &[], "");
    assert_eq!((refused.status, &*refused.problem()), (409, "not-ended"));
}

#[test]
fn long_responses_are_compressed_and_streams_never() {
    let service = open(&[]);
    let id = service.ask("POST /api/analyze", &["prefer: wait=25"], HANDLE);
    let report = id.field("content-location").expect("a path").to_owned();
    let id = report.rsplit('/').next().expect("an id").to_owned();
    let ask = |path: &str| {
        let head = format!("GET {path} HTTP/1.1\r\naccept-encoding: gzip\r\n");
        let mut response = Vec::new();
        service
            .server
            .send(&head, "")
            .read_to_end(&mut response)
            .expect("a response");
        String::from_utf8_lossy(&response).into_owned()
    };
    let packed = ask(&report);
    assert!(
        packed.contains("\r\ncontent-encoding: gzip\r\n"),
        "{packed}"
    );
    assert!(
        packed.contains(&format!("\r\netag: W/\"{id}\"\r\n")),
        "{packed}"
    );
    for path in [
        "/health".to_owned(),
        format!("/api/status/{id}"),
        format!("/api/status/{id}/events"),
    ] {
        let plain = ask(&path);
        assert!(!plain.contains("content-encoding"), "{plain}");
    }
    let fresh = [&*format!("if-none-match: W/\"{id}\"")];
    assert_eq!(
        service.ask(&format!("GET {report}"), &fresh, "").status,
        304
    );
}

#[test]
fn responses_of_the_service_itself_have_the_same_fields() {
    let service = with_tenants("", &[]);
    let key = format!("x-api-key: {ACME}");
    for (line, fields, status) in [
        ("GET /api/jobs", &[&*key, "x-request-id: me"][..], 200),
        ("GET /api/jobs", &["x-request-id: me"][..], 401),
        ("GET /nowhere", &["x-request-id: me"][..], 404),
        ("PUT /api/jobs", &[&*key, "x-request-id: me"][..], 405),
        ("GET /health", &["x-request-id: me"][..], 200),
    ] {
        let reply = service.ask(line, fields, "");
        assert_eq!(reply.status, status, "{line}");
        assert_eq!(reply.field("x-request-id"), Some("me"), "{line}");
        assert_eq!(reply.field("cache-control"), Some("no-store"), "{line}");
        assert_eq!(
            reply.field("x-content-type-options"),
            Some("nosniff"),
            "{line}"
        );
        if status == 405 {
            assert_eq!(reply.field("allow"), Some("GET,HEAD"));
        }
    }
}
