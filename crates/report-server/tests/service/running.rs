//! The parts as they run: a path prefix, roles, the log, a second address, the end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use report_pipeline_test_support::postgres::PostgresServer;
use report_pipeline_test_support::program::send_signal;
use serde_json::Value;

use crate::support::{open, program};

#[test]
fn everything_works_below_a_path() {
    let service = open(&["--base-path", "/reports/"]);
    let moved = service.ask("GET /reports", &[], "");
    assert_eq!(
        (moved.status, moved.field("location")),
        (308, Some("/reports/"))
    );
    let page = service.ask("GET /reports/", &[], "");
    assert!(
        page.status == 200 && page.body.contains("</html>"),
        "{page:?}"
    );
    assert!(!page.body.contains("\"/api") && !page.body.contains("`/api"));
    let accepted = service.ask("POST /reports/api/analyze", &[], r#"{"handle":"nasa"}"#);
    let location = accepted.field("location").expect("a path").to_owned();
    assert!(location.starts_with("/reports/api/status/"), "{location}");
    assert_eq!(service.ask(&format!("GET {location}"), &[], "").status, 200);
    let document = service.ask("GET /reports/openapi.json", &[], "").json();
    assert_eq!(document["servers"][0]["url"], "/reports");
    assert_eq!(service.ask("GET /api/jobs", &[], "").status, 404);
}

#[test]
fn the_description_of_the_api_lists_what_this_service_has() {
    let service = open(&[]);
    let document = service.ask("GET /openapi.json", &[], "").json();
    let paths = document["paths"].as_object().expect("an object");
    for path in [
        "/api/analyze",
        "/api/analyze/batch",
        "/api/jobs",
        "/api/jobs/{job_id}",
        "/api/accounts/{platform}/{handle}",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    let platform =
        &document["components"]["schemas"]["Submission"]["properties"]["platform"]["enum"];
    assert!(
        platform
            .as_array()
            .is_some_and(|names| names.contains(&"youtube".into())),
        "{platform}"
    );
    let docs = service.ask("GET /docs", &[], "");
    assert_eq!(docs.field("content-type"), Some("text/html; charset=utf-8"));
    assert!(docs.body.contains("POST /api/analyze/batch") && !docs.body.contains("<script"));
}

#[test]
fn a_log_of_json_is_one_object_a_line_and_metrics_have_an_address_of_their_own() {
    let mut process = Command::new(program())
        .args([
            "--listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
        ])
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut log = BufReader::new(process.stdout.take().expect("it is piped"));
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(log.read_line(&mut line).expect("text"), 0, "it ended");
        let entry: Value = serde_json::from_str(&line).expect("an object");
        assert!(
            entry["timestamp"].is_string() && entry["level"].is_string(),
            "{entry}"
        );
        if entry["message"] == "listening" {
            assert!(entry["address"].is_string(), "{entry}");
            break;
        }
    }
    send_signal(process.id(), "-TERM");
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    for line in rest.lines() {
        let entry: Value = serde_json::from_str(line).expect("an object");
        assert_ne!(entry["level"], "ERROR", "{entry}");
    }
    assert!(process.wait().expect("it ends").success());
}

#[test]
fn a_signal_lets_a_job_finish_and_its_reader_fetch_the_report() {
    let mut service = open(&["--phase-delay", "500ms"]);
    let id = service
        .ask("POST /api/analyze", &[], r#"{"handle":"nasa"}"#)
        .job_id();
    service
        .server
        .until(&id, |status| status["status"] == "processing");
    service.server.terminate();
    service
        .server
        .until(&id, |status| status["status"] == "completed");
    assert_eq!(
        service
            .ask(&format!("GET /api/report/{id}"), &[], "")
            .status,
        200
    );
    assert_eq!(service.server.exit_code(), Some(0));
}

#[test]
fn a_restart_on_a_file_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("sqlite:{}", folder.path().join("jobs.db").display());
    restart_on(&store);
}

#[test]
fn a_restart_on_a_database_goes_on_where_it_was() {
    let server = PostgresServer::start();
    restart_on(&server.url("jobs"));
}

fn restart_on(store: &str) {
    let flags = ["--store", store, "--lease", "2s", "--phase-delay", "500ms"];
    let service = open(&flags);
    let ids: Vec<String> = ["nasa", "esa", "jaxa"]
        .map(|handle| {
            let body = format!(r#"{{"handle":"{handle}"}}"#);
            service.ask("POST /api/analyze", &[], &body).job_id()
        })
        .into();
    service
        .server
        .until(&ids[0], |status| status["status"] == "processing");
    service.server.kill();
    let service = open(&flags);
    for id in &ids {
        service
            .server
            .until(id, |status| status["status"] == "completed");
        let report = service.ask(&format!("GET /api/report/{id}"), &[], "");
        assert_eq!(report.status, 200);
    }
}
