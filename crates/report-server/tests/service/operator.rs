//! The operator's view: behind a key of its own, over the jobs of all tenants.

use crate::support::{ACME, BETA, operated, program, with_tenants};

const OPERATOR: &str = "the-key-of-the-operator";
const VIEW: &str = "GET /api/operator/view";

#[test]
fn only_the_operators_key_opens_the_view_and_it_opens_nothing_else() {
    let service = operated(OPERATOR, &[]);
    assert_eq!(service.ask(VIEW, &[], "").status, 401);
    assert_eq!(service.ask_as(ACME, VIEW, "").status, 401);
    assert_eq!(service.ask_as(OPERATOR, VIEW, "").status, 200);
    assert_eq!(service.ask_as(OPERATOR, "GET /api/jobs", "").status, 401);
    let page = service.ask("GET /", &[], "").body;
    assert!(page.contains("#operator"));

    let without = with_tenants("", &[]);
    assert_eq!(without.ask_as(OPERATOR, VIEW, "").status, 404);
    assert!(!without.ask("GET /", &[], "").body.contains("\"#operator\""));
}

#[test]
fn the_operator_sees_and_cancels_the_jobs_of_all_tenants() {
    let flags = [
        "--concurrency",
        "1",
        "--phase-delay",
        "20s",
        "--lease",
        "3s",
    ];
    let service = operated(OPERATOR, &flags);
    let submit = |key, handle| {
        let body = format!("{{\"handle\": \"{handle}\"}}");
        service.ask_as(key, "POST /api/analyze", &body).job_id()
    };
    let (of_acme, of_beta) = (submit(ACME, "nasa"), submit(BETA, "esa"));
    let ids = |kind: &str| {
        let view = service.ask_as(OPERATOR, VIEW, "").json();
        let jobs = view[kind].as_array().expect("a list").clone();
        jobs.iter()
            .map(|job| job["job_id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let mut both = Vec::new();
    while both.len() < 2 || ids("running").len() != 1 {
        both = [ids("running"), ids("waiting")].concat();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    both.sort();
    let mut submitted = vec![of_acme.clone(), of_beta.clone()];
    submitted.sort();
    assert_eq!(both, submitted);

    for id in [&of_acme, &of_beta] {
        let line = format!("POST /api/operator/cancel/{id}");
        assert_eq!(service.ask_as(ACME, &line, "").status, 401);
        assert_eq!(service.ask_as(OPERATOR, &line, "").status, 200);
    }
    while ids("failed").len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let view = service.ask_as(OPERATOR, VIEW, "").json();
    assert_eq!(view["jobs"]["failed"], 2);
    let why = view["failed"][0]["error_message"].as_str();
    assert_eq!(why, Some("the job was cancelled"));
}

#[test]
fn what_the_operator_cannot_mean_is_refused() {
    let service = operated(OPERATOR, &[]);
    let ask = |line: &str| service.ask_as(OPERATOR, line, "");
    assert_eq!(ask("POST /api/operator/unpause/youtube").status, 200);
    assert_eq!(ask("POST /api/operator/unpause/You%20Tube").status, 422);
    for id in ["none", "67e55044-10b1-426f-9247-bb680e5fe0c8"] {
        let reply = ask(&format!("POST /api/operator/cancel/{id}"));
        assert_eq!((reply.status, &*reply.problem()), (404, "job-not-found"));
    }
    assert_eq!(ask("GET /api/operator/cancel/none").status, 405);
}

#[test]
fn a_key_that_could_be_guessed_ends_the_start() {
    let output = std::process::Command::new(program())
        .args(["--listen", "127.0.0.1:0"])
        .env("OPERATOR_KEY", "short")
        .output()
        .expect("it starts");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(
        log.contains("OPERATOR_KEY: a key has 16 characters at least"),
        "{log}"
    );
    assert!(!log.contains("short"), "{log}");
}
