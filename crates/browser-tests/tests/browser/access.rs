//! The page for everybody: by keyboard, read aloud, on a small screen, in light and dark.

use fantoccini::key::Key;
use report_pipeline_test_support::server::Server;

use crate::browser::Browser;

/// What a reader of the page would stumble over, as a list of sentences.
pub(crate) const STUMBLES: &str = include_str!("access.js");

#[tokio::test]
async fn everything_can_be_done_by_keyboard() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.tab_to("it.matches('.skip')").await;
    browser.tab_to("it.id === 'handle'").await;
    browser.keys("nova77").await;
    browser.tab_to("it.id === 'platform'").await;
    browser.tab_to("it.id === 'submit'").await;
    browser.keys(&char::from(Key::Enter).to_string()).await;
    browser.until_report().await;
    browser
        .until("document.activeElement.id === 'report-title'")
        .await;
    browser.tab_to("it.matches('#flags summary')").await;
    browser.keys(&char::from(Key::Enter).to_string()).await;
    browser.tab_to("it.matches('#flags .cited a')").await;
    browser.keys(&char::from(Key::Enter).to_string()).await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    browser.tab_to("it.textContent === 'Copy'").await;
    browser.tab_to("it.id === 'clear'").await;
}

#[tokio::test]
async fn nobody_stumbles_in_light_or_dark_on_a_wide_or_a_narrow_screen() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    let looks = [
        (1280, "light"),
        (1280, "dark"),
        (360, "light"),
        (320, "dark"),
    ];
    let check = async |state: &str| {
        for (width, scheme) in looks {
            browser.look(width, 740, scheme).await;
            let stumbles = browser.eval(STUMBLES).await;
            assert_eq!(
                stumbles,
                serde_json::json!([]),
                "{state}, {width} px, {scheme}"
            );
        }
    };
    check("at the beginning").await;
    browser.submit("no..dots").await;
    browser
        .until("!document.getElementById('handle-error').hidden")
        .await;
    check("with an error").await;
    let slow = Server::start(&["--phase-delay", "20s"]);
    browser.open(slow.address, "").await;
    browser.submit("tiktok.com/@a.name_as_long_as_may_be").await;
    browser
        .until("document.getElementById('bar').ariaValueNow > 0")
        .await;
    check("at work").await;
    browser.open(server.address, "").await;
    browser.submit("nova77").await;
    browser.until_report().await;
    browser
        .eval("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        .await;
    check("with a report").await;
    browser.submit("tiktok.com/@spamfan").await;
    browser
        .until("document.getElementById('report-title')?.textContent === '@spamfan'")
        .await;
    check("with much unknown").await;
}

/// The check itself must find what it looks for.
#[tokio::test]
async fn a_page_with_faults_is_found_out() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.look(360, 740, "light").await;
    browser
        .eval(
            "(() => {
        document.querySelector('label').remove();
        document.querySelector('footer').style.color = '#aaa';
        document.querySelector('.promises').style.width = '500px';
        document.querySelector('#promises').id = 'main';
    })()",
        )
        .await;
    let stumbles = browser.eval(STUMBLES).await.to_string();
    for fault in [
        "without a name",
        "contrast",
        "wider than the window",
        "two elements",
    ] {
        assert!(stumbles.contains(fault), "{fault}: {stumbles}");
    }
}
