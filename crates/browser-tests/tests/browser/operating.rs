//! The operator's view of `report-server`.

use report_pipeline_page::PageOptions;
use report_pipeline_test_support::server::{Server, report_server};
use serde_json::json;

use crate::access::STUMBLES;
use crate::browser::Browser;
use crate::lists::give_key;
use crate::scripted::{JOB, Scripted, answer, problem};

const KEY: &str = "the-key-of-the-operator";

#[tokio::test]
async fn the_operator_sees_what_runs_and_cancels_it_with_a_key_of_their_own() {
    let flags = ["--phase-delay", "20s", "--lease", "3s"];
    let server = Server::start_with(report_server(), &[("OPERATOR_KEY", KEY)], &flags);
    let id = server.submit("nasa");
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.click("footer a").await;
    browser.until("document.activeElement.id === 'key'").await;
    assert_eq!(browser.text("#key-title").await, "The operator's key");
    give_key(&browser, KEY).await;
    browser
        .until("document.querySelector('#operator [data-act^=cancel]')")
        .await;
    assert!(browser.text("#operator").await.contains("@nasa"));
    // It is sent where it belongs, and nowhere else.
    let kept = "Object.keys({ ...sessionStorage })";
    assert_eq!(
        browser.eval(kept).await,
        json!(["report-pipeline.operator-key"])
    );
    browser
        .eval("document.querySelector('#operator [data-act^=cancel]').click()")
        .await;
    browser
        .until("document.querySelector('#operator').innerText.includes('the job was cancelled')")
        .await;
    let status = server.until(&id, |status| status["status"] == "failed");
    assert_eq!(status["error_message"], "the job was cancelled");
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn pauses_and_the_reasons_of_failures_are_seen_and_a_pause_is_ended() {
    let options = PageOptions::new().with_operator();
    let server = Scripted::with_page(options, |asked, _| match asked {
        "GET /api/operator/view" => {
            let job = json!({
                "job_id": JOB, "platform": "youtube", "handle": "<b>nasa", "phase": "Scraping", "percent": 4, "status": "failed",
                "created_at": "2026-11-22T03:02:09.120Z", "completed_at": "2026-11-22T03:02:12.000Z",
                "error_message": "the account does not exist",
            });
            answer(json!({
                "jobs": { "pending": 1, "processing": 0, "completed": 7, "failed": 2 }, "oldest_ready_seconds": 75, "undelivered": 0,
                "platforms": [{ "platform": "youtube", "pending": 1, "processing": 0, "paused_for_seconds": 3600 }],
                "waiting": [job], "running": [], "failed": [job, job],
            }))
        }
        "POST /api/operator/unpause/youtube" => answer(json!({ "platform": "youtube" })),
        _ => problem(404, "not-found", ""),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "#operator").await;
    browser.until_report().await;
    let told = browser.text("#operator").await.replace('\u{a0}', " ");
    for part in [
        "for 60 min 0 s more",
        "the account does not exist",
        "2 jobs",
        "1 min 15 s",
        "@<b>nasa",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    for (width, scheme) in [(1280, "light"), (320, "dark")] {
        browser.look(width, 740, scheme).await;
        assert_eq!(browser.eval(STUMBLES).await, json!([]), "{width} px");
    }
    browser.click("#operator [data-act=unpause-youtube]").await;
    browser
        .until("document.querySelector('#operator [role=status]').textContent === 'YouTube is no longer paused.'")
        .await;
    assert_eq!(server.asked("POST /api/operator/unpause/youtube"), 1);
    assert_eq!(
        browser.eval("document.activeElement.dataset.act").await,
        "unpause-youtube"
    );
}
