//! Taking a report along: a page that stands alone, tables, the address, paper.

use report_pipeline_test_support::server::Server;
use serde_json::{Value, json};

use crate::browser::Browser;

/// Keeps what the page would have saved, by the name of its file.
const CATCH: &str = "(() => {
    window.saved = {};
    const blobs = new Map();
    const create = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => { const address = create(blob); blobs.set(address, blob); return address; };
    HTMLAnchorElement.prototype.click = function () { window.saved[this.download] = blobs.get(this.href).text(); };
})()";

async fn report(server: &Server) -> Browser {
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nova77").await;
    browser.until_report().await;
    browser.eval(CATCH).await;
    browser
}

async fn saved(browser: &Browser, button: &str, file: &str) -> String {
    let press = format!(
        "[...document.querySelectorAll('.take button')].find((it) => it.textContent === '{button}').click()"
    );
    browser.eval(&press).await;
    let text = browser.eval(&format!("await window.saved['{file}']")).await;
    text.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_report_is_saved_as_a_page_that_needs_nothing() {
    let server = Server::start(&[]);
    let browser = report(&server).await;
    let page = saved(&browser, "Save as a page", "report-instagram-nova77.html").await;
    assert!(page.starts_with("<!doctype html>"), "{}", &page[..60]);
    for absent in ["<script", "<button", "<form", "<link", "api/report"] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert!(page.contains("default-src 'none'"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).expect("room");
    browser.open_file(&file).await;
    assert_eq!(
        browser.eval("document.title").await,
        "Simulated report on @nova77"
    );
    assert!(browser.text("#banners").await.starts_with("SIMULATED DATA"));
    let styled = "getComputedStyle(document.querySelector('.card')).borderTopLeftRadius";
    assert_eq!(browser.eval(styled).await, "14px");
    // Its links lead to what is in it.
    let astray = "[...document.querySelectorAll('a[href^=\"#\"]')].filter((link) => !document.getElementById(decodeURIComponent(link.hash.slice(1)))).length";
    assert_eq!(browser.eval(astray).await, 0);
    let inside = "document.querySelectorAll('a[href^=\"#\"]').length > 5";
    assert_eq!(browser.eval(inside).await, true);
}

#[tokio::test]
async fn posts_and_signals_are_saved_as_tables() {
    let server = Server::start(&[]);
    let browser = report(&server).await;
    let id = browser.job().await;
    let report = server.report_of(&id);
    let posts = saved(
        &browser,
        "Posts as CSV",
        "report-instagram-nova77-posts.csv",
    )
    .await;
    let lines: Vec<&str> = posts.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "published,likes,comments,views");
    let timeline = report["timeline"].as_array().expect("posts");
    assert_eq!(lines.len(), timeline.len() + 1);
    let first = &timeline[0];
    let expected = format!(
        "{},{},{},",
        first["timestamp"].as_str().expect("a time"),
        first["like_count"],
        first["comment_count"]
    );
    assert_eq!(lines[1], expected, "what is unknown is an empty cell");

    let signals = saved(
        &browser,
        "Signals as CSV",
        "report-instagram-nova77-signals.csv",
    )
    .await;
    let count: usize = [
        "true_engagement",
        "audience_authenticity",
        "brand_safety",
        "account_authenticity",
    ]
    .iter()
    .map(|pillar| report[pillar]["signals"].as_array().map_or(0, Vec::len))
    .sum();
    assert_eq!(signals.split_terminator("\r\n").count(), count + 1);
    assert!(
        signals.contains("\"801 of 1,026 comments have no letters or at most two words\""),
        "{signals}"
    );
}

#[tokio::test]
async fn the_address_is_copied_without_what_was_looked_at_last() {
    let server = Server::start(&[]);
    let browser = report(&server).await;
    browser
        .eval("(Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }), 0)")
        .await;
    browser.click("#answer .counts a").await;
    browser.until("location.hash.includes('part=flags')").await;
    browser
        .eval("[...document.querySelectorAll('.take button')].find((it) => it.textContent === 'Copy link').click()")
        .await;
    browser.until("window.copied").await;
    let id = browser.job().await;
    assert_eq!(
        browser.eval("window.copied").await,
        json!(format!("http://{}/#job={id}", server.address))
    );
    assert_eq!(
        browser.text(".take [role=status]").await,
        "The address is copied."
    );
}

/// On paper every sheet says what the data is, and nothing is there that only works on a screen.
#[tokio::test]
async fn a_print_is_made_for_paper() {
    let server = Server::start(&[]);
    let browser = report(&server).await;
    browser
        .devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await;
    browser.until("matchMedia('print').matches").await;
    let seen = "[...document.querySelectorAll('button, form, input, select, header.top')].filter((it) => it.checkVisibility()).map((it) => it.outerHTML.slice(0, 60))";
    assert_eq!(browser.eval(seen).await, json!([]));
    // The report is on sheets of a kind whose margin says it.
    let sheet = "getComputedStyle(document.getElementById('report')).page";
    assert_eq!(browser.eval(sheet).await, "simulated");
    let margin = "[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).flatMap((rule) => [rule, ...rule.cssRules ?? []]).find((rule) => rule instanceof CSSPageRule && rule.selectorText === 'simulated').cssText.includes('SIMULATED DATA')";
    assert_eq!(browser.eval(margin).await, true);
    let marked = "[...document.querySelectorAll('#report .card')].filter((it) => it.checkVisibility()).every((card) => getComputedStyle(card).backgroundImage.includes('SIMULATED') && getComputedStyle(card).printColorAdjust === 'exact')";
    assert_eq!(browser.eval(marked).await, Value::Bool(true));
}
