//! Reading a report: pictures, flags and their evidence, filters, JSON, the list of recent ones.

use serde_json::Value;

use crate::browser::Browser;
use crate::server_kit::Server;

/// Opens the report on a simulated account.
async fn report_on(server: &Server, account: &str) -> Browser {
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit(account).await;
    browser.until_report().await;
    browser
}

#[tokio::test]
async fn a_report_is_shown_in_pictures_and_marked_as_simulated() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let labels = "[...document.querySelectorAll('#report .gauge')].map((gauge) => gauge.ariaLabel)";
    let labels = browser.eval(labels).await;
    let labels: Vec<String> = serde_json::from_value(labels).expect("texts");
    assert_eq!(labels.len(), 5);
    for label in labels {
        assert!(
            label.contains(" of 100") && label.contains("confidence"),
            "{label}"
        );
    }
    assert_ne!(
        browser
            .eval("document.querySelectorAll('#report .chart .likes').length")
            .await,
        0
    );
    assert_ne!(
        browser
            .eval("document.querySelectorAll('#report .weight .did').length")
            .await,
        0
    );
    assert!(browser.text("#banners").await.starts_with("SIMULATED DATA"));
    assert_eq!(
        browser
            .eval("document.querySelectorAll('#banners button').length")
            .await,
        0
    );
    let marked = "[...document.querySelectorAll('#report .card')].every((card) => getComputedStyle(card).backgroundImage.includes('SIMULATED'))";
    assert_eq!(browser.eval(marked).await, true);
    assert!(
        browser
            .eval("document.title")
            .await
            .as_str()
            .is_some_and(|title| title.starts_with("Simulated"))
    );
}

#[tokio::test]
async fn what_is_unknown_is_not_available_and_never_zero() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "tiktok.com/@spamfan").await;
    assert!(browser.text("#banners").await.contains("Access denied"));
    let gauge = |pillar: &str| {
        format!("document.querySelector('[data-pillar={pillar}] .gauge').textContent")
    };
    for pillar in ["true_engagement", "audience_authenticity", "brand_safety"] {
        let shown = browser.eval(&gauge(pillar)).await;
        let shown = shown.as_str().expect("a text");
        assert!(shown.contains("N/A") && !shown.contains('0'), "{shown}");
    }
    let known = browser.eval(&gauge("account_authenticity")).await;
    assert!(
        known.as_str().expect("a text").contains("of 100"),
        "{known}"
    );
}

#[tokio::test]
async fn a_flag_leads_to_its_evidence_and_the_evidence_back_to_its_signal() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    // Filtered out, it is shown nevertheless.
    browser.click("#evidence-kind").await;
    browser.keys("Post").await;
    browser.click("#flags a.flag").await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    let cited = browser
        .eval("document.activeElement.dataset.evidence")
        .await;
    let address = browser
        .eval("new URLSearchParams(location.hash.slice(1)).get('evidence')")
        .await;
    assert_eq!(cited, address);
    // Its address can be given away: nothing that the browser remembers is needed.
    let rest = browser.eval("location.hash").await;
    browser.click("#clear").await;
    browser.open(server.address, "").await;
    let rest = rest.as_str().expect("a text");
    browser.open(server.address, rest).await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    assert_eq!(
        browser
            .eval("document.activeElement.dataset.evidence")
            .await,
        cited
    );

    browser.click("#evidence li.found a").await;
    browser
        .until("document.activeElement.matches('.signals > li')")
        .await;
    // The flag leads there once more, though the address names that evidence already.
    browser
        .eval("document.activeElement.querySelector('a.flag').click()")
        .await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    browser.click("#evidence li.found a").await;
    browser
        .until("document.activeElement.matches('.signals > li')")
        .await;
    assert_eq!(
        browser
            .eval("document.activeElement.closest('details').open")
            .await,
        true
    );
}

#[tokio::test]
async fn the_evidence_can_be_filtered() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let all = "document.querySelectorAll('#evidence > li').length";
    let everything = browser.eval(all).await.as_u64().expect("a number");
    let choose = |id: &str, value: &str| {
        format!(
            "(() => {{ const it = document.getElementById('{id}'); it.value = '{value}'; it.dispatchEvent(new Event('input')); return {all}; }})()"
        )
    };
    let statistics = browser
        .eval(&choose("evidence-kind", "statistic"))
        .await
        .as_u64()
        .expect("a number");
    assert!(
        (1..everything).contains(&statistics),
        "{statistics} of {everything}"
    );
    let badges = "[...document.querySelectorAll('#evidence .badge')].every((badge) => badge.textContent === 'Statistic')";
    assert_eq!(browser.eval(badges).await, true);
    assert_eq!(
        browser
            .eval(&choose("evidence-words", "no such words"))
            .await,
        0
    );
    assert_eq!(browser.text("#evidence-count").await, "Nothing matches.");
    browser.eval(&choose("evidence-words", "")).await;
    let flagged = browser
        .eval(&choose("evidence-pillar", "flagged"))
        .await
        .as_u64()
        .expect("a number");
    assert!(
        (1..=statistics).contains(&flagged),
        "{flagged} of {statistics}"
    );
}

#[tokio::test]
async fn the_json_is_the_report_as_it_came() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    browser
        .eval("document.querySelector('#report pre').closest('details').open = true")
        .await;
    browser
        .until("document.querySelector('#report pre').textContent")
        .await;
    let shown = browser
        .eval("document.querySelector('#report pre').textContent")
        .await;
    let shown: Value = serde_json::from_str(shown.as_str().expect("a text")).expect("JSON");
    assert_eq!(shown["id"], browser.job().await);
    assert_eq!(shown["handle"], "nova77");
    let download = "(({ pathname, download }) => `${pathname} ${download}`)(document.querySelector('a[download]').pathname ? document.querySelector('a[download]') : {})";
    let id = browser.job().await;
    assert_eq!(
        browser.eval(download).await,
        format!("/api/report/{id} report-{id}.json")
    );
}

#[tokio::test]
async fn the_browser_remembers_its_reports_until_they_are_cleared() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nasa").await;
    browser.submit("esa").await;
    browser
        .until("document.getElementById('report-title')?.textContent === '@esa'")
        .await;
    browser.open(server.address, "").await;
    assert_eq!(
        browser
            .eval("document.querySelectorAll('#recent-list li').length")
            .await,
        2
    );
    browser.click("#recent-list li:last-child a").await;
    browser
        .until("document.getElementById('report-title')?.textContent === '@nasa'")
        .await;
    browser.click("#clear").await;
    browser
        .until("document.getElementById('recent').hidden")
        .await;
    // Reading a report again does not bring it back into the list.
    browser.reload().await;
    browser.until_report().await;
    assert_eq!(
        browser
            .eval("document.querySelectorAll('#recent-list li').length")
            .await,
        0
    );
}
