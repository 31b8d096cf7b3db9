//! Many accounts at once, served by `report-server`: a key, a list over one stream, a comparison.

use std::io::Write;

use report_pipeline_test_support::server::{Server, report_server};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::access::STUMBLES;
use crate::browser::Browser;

const KEY: &str = "a-key-of-acme-0001";

fn with_tenants(flags: &[&str]) -> (Server, NamedTempFile) {
    let mut file = NamedTempFile::new().expect("a file");
    write!(file, "[acme]\nkeys = [\"{KEY}\"]\n").expect("room");
    let path = file.path().to_str().expect("a plain path").to_owned();
    let flags: Vec<&str> = ["--tenants", &path].iter().chain(flags).copied().collect();
    (Server::start_program(report_server(), &flags), file)
}

fn fill(handles: &str) -> String {
    format!(
        "(document.getElementById('many').open = true, document.getElementById('handles').value = {}, document.getElementById('many-form').requestSubmit())",
        json!(handles)
    )
}

pub(crate) async fn give_key(browser: &Browser, key: &str) {
    browser
        .until("document.activeElement.id === 'key' && !document.getElementById('key-form').hidden")
        .await;
    browser.keys(&format!("{key}\u{e007}")).await;
}

const ALL_DONE: &str = "document.getElementById('report-title')?.textContent.endsWith('all done')";

#[tokio::test]
async fn a_key_is_asked_for_when_it_is_needed_and_kept_in_the_tab_only() {
    let (server, _file) = with_tenants(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    let form = "document.getElementById('key-form').hidden";
    assert_eq!(browser.eval(form).await, true);
    browser.submit("nova77").await;
    give_key(&browser, "a-key-that-is-wrong").await;
    browser
        .until(
            "document.getElementById('key-error').textContent.includes('does not know this key')",
        )
        .await;
    give_key(&browser, KEY).await;
    browser.until_report().await;
    assert_eq!(browser.text("#report-title").await, "@nova77");
    assert_eq!(browser.eval(form).await, true);
    let kept = "JSON.stringify({ ...localStorage }).includes('a-key-of') || document.cookie !== '' || location.href.includes('a-key-of')";
    assert_eq!(browser.eval(kept).await, false);
    // The next load of the tab goes on with it, without one the address of the report asks for it.
    browser.reload().await;
    browser.until_report().await;
    browser.eval("sessionStorage.clear()").await;
    browser.reload().await;
    give_key(&browser, KEY).await;
    browser.until_report().await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn fifty_accounts_are_watched_over_one_stream_sorted_and_taken_along() {
    let (server, _file) = with_tenants(&["--phase-delay", "300ms"]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser
        .eval("(window.streams = 0, window.fetch = new Proxy(window.fetch, { apply(it, on, [path, ...more]) { if (String(path).includes('events')) window.streams += 1; return it.apply(on, [path, ...more]); } }), 0)")
        .await;
    let handles: Vec<String> = (30..80).map(|n| format!("nova{n}")).collect();
    browser
        .eval(&fill(&format!("{}\nno..dots\nnova30", handles.join("\n"))))
        .await;
    give_key(&browser, KEY).await;
    browser.until("document.getElementById('list')").await;
    let rows = "document.querySelectorAll('#list tbody tr').length";
    assert_eq!(browser.eval(rows).await, 50);
    browser
        .until("document.getElementById('problem').textContent.includes('1 of 51 were refused')")
        .await;
    assert!(browser.text("#problem").await.contains("no..dots"));
    browser.until(ALL_DONE).await;
    assert_eq!(browser.eval("window.streams").await, 1);

    // By score, the best first; then the other way round.
    let scores = "[...document.querySelectorAll('#list tbody td:nth-child(4)')].map((it) => it.textContent === 'N/A' ? -1 : Number(it.textContent))";
    let sort = "[...document.querySelectorAll('#list .sort')].find((it) => it.textContent === 'Score').click()";
    browser.eval(sort).await;
    let down = browser.eval(scores).await;
    let down: Vec<f64> = serde_json::from_value(down).expect("numbers");
    assert!(down.is_sorted_by(|a, b| a >= b), "{down:?}");
    assert!(down.last() < down.first(), "{down:?}");
    browser.eval(sort).await;
    let up = browser.eval(scores).await;
    let up: Vec<f64> = serde_json::from_value(up).expect("numbers");
    assert!(up.is_sorted(), "{up:?}");
    let told = "[...document.querySelectorAll('#list th[aria-sort]')].map((it) => it.ariaSort)";
    assert_eq!(browser.eval(told).await, json!(["ascending"]));

    for (width, scheme) in [(1280, "light"), (320, "dark")] {
        browser.look(width, 740, scheme).await;
        assert_eq!(browser.eval(STUMBLES).await, json!([]), "{width} px");
    }
    // A reload has all of it again, from its address.
    browser.reload().await;
    browser.until(ALL_DONE).await;
    assert_eq!(browser.eval(rows).await, 50);
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn accounts_are_compared_side_by_side() {
    let server = Server::start_program(report_server(), &[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.eval(&fill("nova77, nasa; spamfan")).await;
    browser.until(ALL_DONE).await;
    assert_eq!(
        browser
            .eval("document.getElementById('compare').ariaDisabled")
            .await,
        "true"
    );
    browser
        .eval("document.querySelectorAll('#list tbody input').forEach((it) => it.click())")
        .await;
    browser.click("#compare").await;
    browser.until("document.getElementById('comparison')").await;
    let heads =
        "[...document.querySelectorAll('#comparison thead th a')].map((it) => it.textContent)";
    assert_eq!(
        browser.eval(heads).await,
        json!(["@nasa", "@spamfan", "@nova77"]),
        "avoid comes last"
    );
    let advice = "[...document.querySelectorAll('#comparison tbody tr:first-child td')].map((it) => it.textContent)";
    assert_eq!(
        browser.eval(advice).await,
        json!(["Look closer", "Look closer", "Avoid"])
    );
    assert!(browser.text("#notes").await.contains("ranges overlap"));
    assert!(browser.text("#banners").await.starts_with("SIMULATED DATA"));
    for (width, scheme) in [(1280, "dark"), (320, "light")] {
        browser.look(width, 740, scheme).await;
        assert_eq!(browser.eval(STUMBLES).await, json!([]), "{width} px");
    }
    browser.reload().await;
    browser.until("document.getElementById('comparison')").await;
    browser
        .eval("document.querySelector('#comparison thead a').click()")
        .await;
    browser
        .until("document.getElementById('report-title')?.textContent === '@nasa'")
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn all_of_it_works_below_a_path() {
    let server = Server::start_program(report_server(), &["--base-path", "/some/where"]);
    let browser = Browser::start().await;
    browser.open(server.address, "some/where/").await;
    browser.submit("nova77").await;
    browser.until_report().await;
    let home = "document.querySelector('.brand').pathname";
    assert_eq!(browser.eval(home).await, "/some/where/");
    browser.eval("location.hash = ''").await;
    browser.eval(&fill("nasa\nesa")).await;
    browser.until(ALL_DONE).await;
}

/// A service that serves one account at a time has no use for the rest.
#[tokio::test]
async fn the_page_of_a_small_service_has_the_form_the_progress_and_the_report() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    let parts =
        "['ask', 'job', 'report', 'many', 'key-form'].filter((id) => document.getElementById(id))";
    assert_eq!(browser.eval(parts).await, json!(["ask", "job", "report"]));
    browser
        .eval("location.hash = 'list=67e55044-10b1-426f-9247-bb680e5fe0c8'")
        .await;
    assert_eq!(browser.eval("document.documentElement.className").await, "");
}
