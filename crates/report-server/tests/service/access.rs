//! Who may ask, and how often.

use crate::support::{ACME, BETA, open, with_tenants};

const HANDLE: &str = r#"{"handle":"nasa"}"#;

#[test]
fn without_a_key_nothing_of_a_job_is_served() {
    let service = with_tenants("", &[]);
    for line in [
        "POST /api/analyze",
        "POST /api/analyze/batch",
        "GET /api/jobs",
        "GET /api/status/67e55044-10b1-426f-9247-bb680e5fe0c8",
        "GET /api/report/67e55044-10b1-426f-9247-bb680e5fe0c8",
        "GET /api/status/67e55044-10b1-426f-9247-bb680e5fe0c8/events",
        "GET /api/events?job=67e55044-10b1-426f-9247-bb680e5fe0c8",
        "POST /api/cancel/67e55044-10b1-426f-9247-bb680e5fe0c8",
        "DELETE /api/jobs/67e55044-10b1-426f-9247-bb680e5fe0c8",
        "DELETE /api/accounts/instagram/nasa",
    ] {
        for fields in [&[][..], &["authorization: Bearer wrong-wrong-wrong"][..]] {
            let refused = service.ask(line, fields, "");
            assert_eq!(refused.status, 401, "{line}: {refused:?}");
            assert_eq!(refused.field("www-authenticate"), Some("Bearer"));
            assert_eq!(refused.problem(), "unauthorized");
        }
    }
    // Escapes lead to no other route.
    for line in [
        "GET /%61pi/jobs",
        "GET //api/jobs",
        "GET /api/jobs/",
        "GET /metrics",
    ] {
        assert_eq!(service.ask(line, &[], "").status, 404, "{line}");
    }
    for line in [
        "GET /health",
        "GET /ready",
        "GET /openapi.json",
        "GET /docs",
        "GET /",
    ] {
        assert_eq!(service.ask(line, &[], "").status, 200, "{line}");
    }
}

#[test]
fn tenants_neither_share_nor_see_jobs() {
    let service = with_tenants("", &[]);
    let of_acme = service.run_as(ACME, HANDLE);
    let of_beta = service.run_as(BETA, HANDLE);
    assert_ne!(of_acme, of_beta);
    assert_eq!(service.run_as(ACME, HANDLE), of_acme);
    let other = service.run_as(ACME, r#"{"handle":"nasa","options":{"depth":1}}"#);
    assert_ne!(other, of_acme);

    // Not even behind a hundred of one's own.
    let own = format!("job={of_beta}&").repeat(101);
    let line = format!("GET /api/events?{own}job={of_acme}");
    assert_eq!(service.ask_as(BETA, &line, "").status, 404);

    let nobody = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    for (line, own) in [
        ("GET /api/status/ID", 200),
        ("GET /api/report/ID", 200),
        ("GET /api/status/ID/events", 200),
        ("GET /api/events?job=ID", 200),
        ("POST /api/cancel/ID", 200),
        ("DELETE /api/jobs/ID", 204),
    ] {
        let as_beta = |id: &str| service.ask_as(BETA, &line.replace("ID", id), "");
        let foreign = as_beta(&of_acme);
        assert_eq!(foreign.status, 404, "{line}: {foreign:?}");
        if !line.contains("events") {
            // Nobody can tell a job of somebody else from none.
            assert_eq!(foreign.body, as_beta(nobody).body);
        }
        let ours = service.ask_as(ACME, &line.replace("ID", &of_acme), "");
        assert_eq!(ours.status, own, "{line}: {ours:?}");
    }
    let listed = |key: &str| {
        let page = service.ask_as(key, "GET /api/jobs", "").json();
        let jobs = page["jobs"].as_array().expect("a list").clone();
        let ids = jobs
            .iter()
            .map(|job| job["job_id"].as_str().expect("an id").to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(listed(ACME), [other]);
    assert_eq!(listed(BETA), [of_beta]);
}

#[test]
fn erasing_an_account_leaves_other_tenants_alone() {
    let service = with_tenants("", &[]);
    service.run_as(ACME, HANDLE);
    service.run_as(ACME, r#"{"handle":"nasa","options":{"depth":1}}"#);
    let kept = service.run_as(ACME, r#"{"handle":"esa"}"#);
    let of_beta = service.run_as(BETA, HANDLE);
    let erased = service.ask_as(ACME, "DELETE /api/accounts/instagram/%40NASA", "");
    assert_eq!(erased.body, r#"{"deleted":2,"live":0}"#);
    for (key, id) in [(ACME, kept), (BETA, of_beta)] {
        let line = format!("GET /api/report/{id}");
        assert_eq!(service.ask_as(key, &line, "").status, 200);
    }
    let odd = service.ask_as(ACME, "DELETE /api/accounts/instagram/no%20name", "");
    assert_eq!((odd.status, &*odd.problem()), (422, "invalid-field"));
}

#[test]
fn a_tenant_hears_what_is_left_and_when_to_come_back() {
    let service = with_tenants("rate = 3", &[]);
    let first = service.ask_as(ACME, "GET /api/jobs", "");
    assert_eq!(first.field("ratelimit-policy"), Some("\"tenant\";q=3;w=60"));
    assert_eq!(first.field("ratelimit"), Some("\"tenant\";r=2;t=20"));
    // A batch counts each of its members, and is refused as a whole.
    let batch = r#"[{"handle":"a"},{"handle":"b"},{"handle":"c"}]"#;
    let refused = service.ask_as(ACME, "POST /api/analyze/batch", batch);
    assert_eq!(
        (refused.status, &*refused.problem()),
        (429, "too-many-requests")
    );
    let wait: u64 = refused
        .field("retry-after")
        .expect("a wait")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(service.ask_as(ACME, "GET /api/jobs", "").status, 200);
    assert_eq!(service.ask_as(ACME, "GET /api/jobs", "").status, 429);
    // It is nobody else's limit.
    assert_eq!(service.ask_as(BETA, "GET /api/jobs", "").status, 200);
    let empty = service.ask_as(BETA, "GET /api/jobs", "").json();
    assert_eq!(empty["jobs"].as_array().map(Vec::len), Some(0));
}

#[test]
fn an_address_that_guesses_keys_is_slowed_down() {
    let service = with_tenants("", &["--address-rate", "5", "--trusted-proxies", "1"]);
    let guess = |address: &str| {
        let address = format!("x-forwarded-for: 1.1.1.1, {address}");
        service.ask(
            "GET /api/jobs",
            &[&address, "x-api-key: guess-guess-guess"],
            "",
        )
    };
    for _ in 0..5 {
        assert_eq!(guess("9.9.9.9").status, 401);
    }
    assert_eq!(guess("9.9.9.9").status, 429);
    assert_eq!(guess("9.9.9.8").status, 401);
    assert_eq!(service.ask("GET /health", &[], "").status, 200);
}

#[test]
fn without_tenants_everybody_may_ask() {
    let service = open(&[]);
    let id = service.run_as("", HANDLE);
    assert_eq!(
        service
            .ask(&format!("GET /api/status/{id}"), &[], "")
            .status,
        200
    );
    // The worker counts a job when the store has replied: callers may know before that.
    let ended = r#"report_pipeline_jobs_ended_total{platform="instagram",outcome="completed"} 1"#;
    let is_counted = (0..1_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        service.ask("GET /metrics", &[], "").body.contains(ended)
    });
    assert!(is_counted, "{:?}", service.ask("GET /metrics", &[], ""));
    let document = service.ask("GET /openapi.json", &[], "").json();
    assert_eq!(
        document["components"]["securitySchemes"],
        serde_json::json!({})
    );
}

#[test]
fn a_page_of_an_allowed_origin_may_send_a_key() {
    let service = with_tenants("", &["--cors-origin", "https://app.example"]);
    let preflight = |origin: &str| {
        let fields = [
            &*format!("origin: {origin}"),
            "access-control-request-method: DELETE",
            "access-control-request-headers: authorization",
        ];
        service.ask("OPTIONS /api/jobs", &fields, "")
    };
    let allowed = preflight("https://app.example");
    assert_eq!(
        allowed.field("access-control-allow-origin"),
        Some("https://app.example")
    );
    let headers = allowed
        .field("access-control-allow-headers")
        .expect("it allows some");
    assert!(
        headers.contains("authorization") && headers.contains("x-api-key"),
        "{headers}"
    );
    assert_eq!(
        preflight("https://evil.example").field("access-control-allow-origin"),
        None
    );
}
