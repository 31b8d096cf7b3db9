//! The example server as a stranger uses it: started as a process, asked over a socket, stopped by
//! a signal.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Command;
use std::time::Duration;

use report_pipeline_test_support::server::{Server, program};

#[test]
fn without_flags_it_reports_on_simulated_accounts_and_says_so() {
    let server = Server::start(&[]);
    let report = server.report("@NASA");
    assert_eq!(report["handle"], "nasa");
    assert_eq!(report["data_origin"]["kind"], "simulated");
    let banner = report["warning_banners"][0].as_str().expect("a banner");
    assert!(banner.to_lowercase().contains("simulated"), "{banner}");
    let page = server.response("GET / HTTP/1.1\r\n", "");
    assert!(page.contains("content-security-policy: "), "{page}");
    assert!(page.ends_with("</html>\n"), "{page}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn with_an_archive_it_reports_the_numbers_of_the_record() {
    let mut archive = tempfile::Builder::new()
        .suffix(".jsonl")
        .tempfile()
        .expect("a file");
    let record = r#"{"platform":"instagram","handle":"real_one","source":"test","profile":{"follower_count":288,"following_count":4276,"post_count":1}}"#;
    writeln!(archive, "{record}").expect("room");
    let server = Server::start(&["--archive", archive.path().to_str().expect("a plain path")]);
    let report = server.report("real_one");
    let metric = |name: &str| {
        let metrics = report["profile_metrics"].as_array().expect("a list");
        metrics
            .iter()
            .find(|metric| metric["name"] == name)
            .expect("the metric")["value"]
            .clone()
    };
    assert_eq!(
        (metric("followers"), metric("following")),
        (288.0.into(), 4276.0.into())
    );
    // Nobody invents an account that the archive does not have.
    let id = server.submit("somebody_else");
    let last = server.until(&id, |status| status["status"] == "failed");
    assert!(
        last["error_message"]
            .as_str()
            .is_some_and(|why| why.contains("somebody_else"))
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn percent_rises_through_the_phases_and_a_signal_lets_jobs_finish() {
    let server = Server::start(&["--phase-delay", "700ms"]);
    let id = server.submit("nasa");
    let mut seen: Vec<(String, u64)> = Vec::new();
    server.until(&id, |status| {
        let phase = status["phase"].as_str().expect("a phase").to_owned();
        seen.push((phase, status["percent"].as_u64().expect("a number")));
        status["percent"] == 100
    });
    assert!(seen.is_sorted_by_key(|(_, percent)| *percent), "{seen:?}");
    for (phase, percents) in [
        ("Scraping", 1..=29),
        ("Analysis", 31..=89),
        ("Finalizing", 91..=99),
    ] {
        let within = |(name, percent): &(String, u64)| name == phase && percents.contains(percent);
        assert!(seen.iter().any(within), "nothing within {phase}: {seen:?}");
    }
    let unfinished = server.submit("esa");
    server.until(&unfinished, |status| status["status"] == "processing");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_signal_lets_those_who_follow_jobs_fetch_their_reports() {
    let mut server = Server::start(&["--phase-delay", "500ms"]);
    let ids: Vec<String> = (0..5)
        .map(|number| server.submit(&format!("account{number}")))
        .collect();
    std::thread::scope(|scope| {
        let streams: Vec<_> = ids
            .iter()
            .map(|id| {
                let head = format!("GET /api/status/{id}/events HTTP/1.1\r\n");
                let mut stream = BufReader::new(server.send(&head, ""));
                // The response has begun, so the server knows of this follower.
                stream.read_line(&mut String::new()).expect("text");
                (id, stream)
            })
            .collect();
        server.terminate();
        for (id, mut stream) in streams {
            let server = &server;
            scope.spawn(move || {
                let mut events = String::new();
                stream.read_to_string(&mut events).expect("text");
                assert!(events.contains("\"completed\""), "{events}");
                std::thread::sleep(Duration::from_millis(300));
                assert_eq!(server.report_of(id)["id"], id.as_str());
            });
        }
    });
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn what_cannot_work_is_said_in_a_sentence() {
    for (flags, words) in [
        (
            &["--archive", "/no/such/archive.jsonl"][..],
            "/no/such/archive.jsonl",
        ),
        (
            &["--store", "redis://:secret@127.0.0.1:1"][..],
            "Redis cannot be reached",
        ),
        (
            &["--store", "https://:secret@127.0.0.1"][..],
            "not the address of a Redis",
        ),
        (
            &["--store", "rediss://:secret@127.0.0.1:1"][..],
            "feature redis-tls",
        ),
        (
            &["--listen", "256.0.0.1:1"][..],
            "cannot listen on 256.0.0.1:1",
        ),
    ] {
        let output = Command::new(program())
            .args(flags)
            .output()
            .expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(
            errors.starts_with("error: ") && errors.contains(words),
            "{errors}"
        );
        assert!(!errors.contains("secret"), "{errors}");
    }
}
