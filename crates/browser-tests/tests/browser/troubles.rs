//! What the page says when the service refuses, fails, waits or has no event stream.

use axum::response::IntoResponse;
use serde_json::json;

use crate::browser::Browser;
use crate::scripted::{JOB, Scripted, accepted, answer, problem, silence, status, stream};

const SUBMIT: &str = "POST /api/analyze";

#[tokio::test]
async fn each_refusal_has_clear_words() {
    const REFUSALS: [(u16, &str, &str); 9] = [
        (400, "malformed-json", "The request was not understood"),
        (409, "conflict", "does not fit the job's state"),
        (410, "gone", "The report is gone"),
        (413, "body-too-large", "That is too long"),
        (422, "invalid-field", "Is no name at all"),
        (429, "too-many-requests", "Try again in 7 seconds"),
        (503, "store-full", "It takes no more jobs at present"),
        (503, "store-unavailable", "The job store is away"),
        (503, "shutting-down", "The server is shutting down"),
    ];
    let server = Scripted::start(|asked, before| {
        match (asked, REFUSALS.get(before)) {
            (SUBMIT, Some((status, kind, _))) => problem(*status, kind, "is no name at all"),
            // From something between the page and the service.
            _ => (http::StatusCode::BAD_GATEWAY, "<h1>Bad gateway</h1>").into_response(),
        }
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    for words in REFUSALS
        .map(|(_, _, words)| words)
        .iter()
        .chain(&["The server answered 502"])
    {
        browser.submit("nasa").await;
        let told = format!(
            "document.querySelector('main').innerText.includes({})",
            json!(words)
        );
        browser.until(&told).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn an_address_without_a_job_is_explained() {
    let server = Scripted::start(|_, _| problem(404, "job-not-found", "no")).await;
    let browser = Browser::start().await;
    for address in [format!("#job={JOB}"), "#job=half-an-i".to_owned()] {
        browser.open(server.address, &address).await;
        browser
            .until("document.getElementById('problem').innerText.includes('There is no such job')")
            .await;
        assert_eq!(
            browser.eval("document.getElementById('job').hidden").await,
            true
        );
    }
}

#[tokio::test]
async fn a_job_that_waits_says_why_and_until_when() {
    let waiting = json!({
        "attempt": 2, "error_message": "the platform asks to slow down",
        "next_attempt_at": "2126-01-01T00:00:00.000Z",
    });
    let server = Scripted::start(move |asked, _| match asked {
        SUBMIT => accepted(),
        _ if asked.ends_with("/events") => problem(404, "not-found", ""),
        _ => answer(status("pending", "Analysis", 42, &waiting)),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser
        .until("!document.getElementById('waiting').hidden")
        .await;
    let waiting = browser.text("#waiting").await;
    assert!(
        waiting.contains("the platform asks to slow down"),
        "{waiting}"
    );
    assert!(waiting.contains("Next attempt in"), "{waiting}");
    assert!(browser.text("#doing").await.contains("attempt 2"));
    assert_eq!(browser.text("#percent").await, "42 %");
}

#[tokio::test]
async fn a_failed_job_says_in_which_phase_and_why() {
    let failed = json!({ "error_message": "the account <b>does not</b> exist", "completed_at": "2026-11-22T03:02:12.000Z" });
    let server = Scripted::start(move |asked, _| match asked {
        SUBMIT => accepted(),
        _ => stream(&[status("failed", "Scraping", 12, &failed)]),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser.until("document.getElementById('failure')").await;
    let told = browser.text("#failure").await;
    assert!(told.contains("failed while scraping"), "{told}");
    assert!(told.contains("the account <b>does not</b> exist"), "{told}");
}

#[tokio::test]
async fn where_there_is_a_stream_nothing_is_asked_and_where_there_is_none_the_status_is() {
    let events = format!("GET /api/status/{JOB}/events");
    let polled = format!("GET /api/status/{JOB}");
    let report = format!("GET /api/report/{JOB}");
    let browser = Browser::start().await;
    for streams in [true, false] {
        let server = Scripted::start(move |asked, before| match asked {
            SUBMIT => accepted(),
            _ if asked.ends_with("/events") => {
                let begun = status("processing", "Analysis", 50, &json!({}));
                let ended = status("completed", "Finalizing", 100, &json!({}));
                if streams {
                    stream(&[begun, ended])
                } else {
                    problem(503, "too-many-streams", "")
                }
            }
            _ if asked.contains("/status/") => answer(match before {
                0 => status("processing", "Scraping", 10, &json!({})),
                1 => status("processing", "Analysis", 50, &json!({})),
                _ => status("completed", "Finalizing", 100, &json!({})),
            }),
            _ => answer(json!({ "handle": "nasa", "platform": "instagram" })),
        })
        .await;
        browser.open(server.address, "").await;
        browser.submit("nasa").await;
        browser.until_report().await;
        assert_eq!(server.asked(&events), 1);
        assert_eq!(server.asked(&polled), if streams { 0 } else { 3 });
        assert_eq!(server.asked(&report), 1);
    }
}

/// A proxy may hold events back, and a connection may be dead without anybody having said so.
#[tokio::test]
async fn a_stream_that_tells_nothing_is_not_waited_for() {
    let server = Scripted::start(move |asked, _| match asked {
        SUBMIT => accepted(),
        _ if asked.ends_with("/events") => silence(),
        _ if asked.contains("/status/") => {
            answer(status("completed", "Finalizing", 100, &json!({})))
        }
        _ => answer(json!({ "handle": "nasa", "platform": "instagram" })),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser.until_report().await;
}

#[tokio::test]
async fn a_job_that_the_server_forgot_is_told_and_can_be_made_again() {
    let server = Scripted::start(move |asked, before| match asked {
        SUBMIT => accepted(),
        _ if asked.ends_with("/events") && before == 0 => {
            stream(&[status("processing", "Analysis", 50, &json!({}))])
        }
        _ => problem(404, "job-not-found", "there is no such job"),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser
        .until("document.getElementById('problem').textContent.includes('no longer knows')")
        .await;
    assert_eq!(browser.eval("document.title").await, "No report");
    browser.click("#problem button").await;
    while server.asked(SUBMIT) < 2 {
        tokio::task::yield_now().await;
    }
}
