//! Making a report: submitting, watching, cancelling, coming back.

use fantoccini::key::Key;
use report_pipeline::testing::TcpProxy;
use report_pipeline_test_support::server::{Server, report_server};
use serde_json::json;

use crate::browser::Browser;

/// Jobs take a minute, longer than any test looks at them. A short lease lets workers hear of a cancel soon.
const SLOW: &[&str] = &["--phase-delay", "20s", "--lease", "3s"];

/// A job's progress is followed by the event stream.
const AT_WORK: &str = "document.getElementById('job').dataset.connection === 'live'
    && document.getElementById('bar').ariaValueNow > 0";

/// Notes every percent and phase that the bar shows.
const WATCH: &str = "(() => {
    const bar = document.getElementById('bar');
    window.seen = [];
    new MutationObserver(() => window.seen.push(
        [Number(bar.getAttribute('aria-valuenow')), bar.getAttribute('aria-valuetext').split(', ')[1]],
    )).observe(bar, { attributes: true });
})()";

#[tokio::test]
async fn a_report_is_made_before_the_readers_eyes() {
    let server = Server::start(&["--phase-delay", "1500ms"]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.eval(WATCH).await;
    browser.submit("nova77").await;
    browser.until_report().await;

    let seen = browser.eval("window.seen").await;
    let seen: Vec<(u64, String)> = serde_json::from_value(seen).expect("pairs");
    assert!(seen.is_sorted_by_key(|(percent, _)| *percent), "{seen:?}");
    assert_eq!(seen.last().map(|(percent, _)| *percent), Some(100));
    for (phase, within) in [
        ("Scraping", 1..=29),
        ("Analysis", 31..=89),
        ("Finalizing", 91..=99),
    ] {
        let shown = |(percent, name): &(u64, String)| name == phase && within.contains(percent);
        assert!(seen.iter().any(shown), "nothing within {phase}: {seen:?}");
    }
    assert_eq!(browser.text("#report-title").await, "@nova77");
    assert_eq!(
        browser.eval("document.activeElement.id").await,
        "report-title"
    );
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_reload_in_the_middle_goes_on_with_the_same_job() {
    let server = Server::start(SLOW);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    let id = browser.job().await;
    browser.until(AT_WORK).await;
    browser.reload().await;
    browser.until(AT_WORK).await;
    assert_eq!(browser.job().await, id);
    assert_eq!(browser.text("#job-title").await, "@nasa on Instagram");
}

#[tokio::test]
async fn a_job_is_cancelled_and_can_be_made_again() {
    let server = Server::start(SLOW);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    let cancelled = browser.job().await;
    browser.until(AT_WORK).await;
    browser.tab_to("it.id === 'cancel'").await;
    browser.keys(&char::from(Key::Enter).to_string()).await;
    browser.until("document.getElementById('failure')").await;
    let told = browser.text("#failure").await;
    assert!(told.contains("The job was cancelled"), "{told}");
    assert_eq!(browser.eval("document.activeElement.id").await, "failure");
    assert!(browser.text("#recent-list").await.contains("cancelled"));

    browser.click("#failure button").await;
    browser
        .until(&format!("!location.hash.includes('{cancelled}')"))
        .await;
    browser.until(AT_WORK).await;
    assert_eq!(
        browser
            .eval("document.getElementById('outcome').hidden")
            .await,
        true
    );
}

#[tokio::test]
async fn what_cannot_be_an_account_is_told_at_its_field() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    for (typed, told) in [
        ("", "Enter a handle"),
        ("no..dots", "two in a row"),
        (
            "https://www.instagram.com/explore/",
            "not that of a profile",
        ),
    ] {
        browser.submit(typed).await;
        browser
            .until(&format!(
                "document.getElementById('handle-error').textContent.includes('{told}')"
            ))
            .await;
        assert_eq!(
            browser
                .eval("document.getElementById('handle').ariaInvalid")
                .await,
            "true"
        );
        assert_eq!(browser.eval("document.activeElement.id").await, "handle");
    }
    // Typing takes the complaint away; a pasted address names its platform.
    browser
        .eval("document.getElementById('handle').value = ''")
        .await;
    browser.keys("tiktok.com/@ada").await;
    assert_eq!(
        browser
            .eval("document.getElementById('handle').ariaInvalid")
            .await,
        "false"
    );
    assert_eq!(
        browser
            .eval("document.getElementById('platform').value")
            .await,
        "tiktok"
    );
    assert_eq!(browser.text("#handle-hint").await, "An address on TikTok");
    assert_eq!(browser.eval("location.hash").await, "");
}

#[tokio::test]
async fn a_server_that_is_gone_is_waited_for() {
    let server = Server::start(SLOW);
    let proxy = TcpProxy::start(server.address).await.expect("a port");
    let browser = Browser::start().await;
    browser.open(proxy.address(), "").await;
    browser.submit("nasa").await;
    browser.until(AT_WORK).await;
    proxy.refuse();
    proxy.reset().await;
    let told = "document.getElementById('connection').textContent";
    browser
        .until(&format!(
            "{told}.startsWith('The server cannot be reached')"
        ))
        .await;
    proxy.heal();
    browser.until(AT_WORK).await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn without_a_network_the_page_says_so() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    let network = |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.emulateNetworkConditions", network(true))
        .await;
    browser.submit("nasa").await;
    browser
        .until("document.getElementById('problem').textContent.includes('You are offline')")
        .await;
    browser
        .devtools("Network.emulateNetworkConditions", network(false))
        .await;
    browser.submit("nasa").await;
    browser.until_report().await;
    assert_eq!(
        browser
            .eval("document.getElementById('problem').textContent")
            .await,
        ""
    );
}

#[tokio::test]
async fn what_was_pasted_is_what_is_made_again() {
    let server = Server::start(&["--phase-delay", "1s", "--lease", "3s"]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser
        .submit("https://www.tiktok.com/@nasa/video/7123456")
        .await;
    browser.until(AT_WORK).await;
    assert_eq!(browser.text("#job-title").await, "@nasa on TikTok");
    browser.click("#cancel").await;
    browser.until("document.getElementById('failure')").await;
    browser.click("#failure button").await;
    browser.until_report().await;
    assert_eq!(browser.text("#report-title").await, "@nasa");
    assert!(browser.text("#recent-list").await.contains("simulated"));
}

/// A browser opens six connections to a server: tabs that nobody sees must not hold them.
#[tokio::test]
async fn a_tab_that_nobody_sees_has_no_stream() {
    let server = Server::start_program(report_server(), SLOW);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser.until(AT_WORK).await;
    let streams = |count: u32| {
        format!(
            "(await fetch('/metrics').then((answer) => answer.text())).includes('report_pipeline_event_streams {count}\\n')"
        )
    };
    browser.until(&streams(1)).await;
    for (hidden, count) in [(true, 0), (false, 1)] {
        let look = format!(
            "(Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }}), document.dispatchEvent(new Event('visibilitychange')))"
        );
        browser.eval(&look).await;
        browser.until(&streams(count)).await;
    }
    browser.until(AT_WORK).await;
}
