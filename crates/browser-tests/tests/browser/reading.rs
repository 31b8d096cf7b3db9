//! Reading a report: pictures, flags and their evidence, filters, JSON, the list of recent ones.

use report_pipeline_test_support::server::Server;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scripted::{JOB, Scripted};

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
            .eval("document.querySelectorAll('#banners :is(a, button, [role=button], [tabindex])').length")
            .await,
        0
    );
    for mark in [".banner.loud", ".badge.simulated"] {
        let shown = format!("document.querySelectorAll('#report {mark}').length");
        assert_eq!(browser.eval(&shown).await, 1, "{mark}");
    }
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

/// Whatever a report leaves unknown is shown so, in every place that shows it.
#[tokio::test]
async fn no_place_shows_an_unknown_number_as_zero() {
    let signal = json!({
        "name": "engagement_rate", "value": null, "direction": "higher_is_better", "weight": 1.0, "effective_weight": 0.0,
        "score": null, "flag": null, "explanation": "the likes are hidden", "evidence_links": [],
    });
    let pillar = json!({ "score": null, "interval": null, "grade": null, "confidence": 0.0, "reason": "hidden", "signals": [signal] });
    let report = json!({
        "handle": "nasa", "platform": "instagram", "score": null, "confidence": null,
        "true_engagement": pillar, "profile_metrics": [{ "name": "median_likes", "value": null, "unit": "likes" }],
        "timeline": [
            { "timestamp": "2026-01-01T00:00:00Z", "like_count": null, "comment_count": null, "view_count": null },
            { "timestamp": "2026-01-09T00:00:00Z", "like_count": 5, "comment_count": null, "view_count": null },
        ],
    });
    let server = Scripted::with_report(report).await;
    let browser = Browser::start().await;
    browser.open(server.address, &format!("#job={JOB}")).await;
    browser.until_report().await;
    let texts = |selector: &str| {
        format!("[...document.querySelectorAll('#report {selector}')].map((it) => it.textContent)")
    };
    let none = json!(["N/A"]);
    assert_eq!(browser.eval(&texts(".signals .score")).await, none);
    assert_eq!(browser.eval(&texts(".tile dd")).await, none);
    assert_eq!(
        browser.eval(&texts(".facts div:first-child dd")).await,
        none
    );
    assert_eq!(
        browser.eval(&texts("td.number")).await,
        json!(["5", "N/A", "N/A", "N/A", "N/A", "N/A"])
    );
    // Neither post has a known sum of likes and comments.
    let drawn = |kind: &str| format!("document.querySelectorAll('.chart .{kind}').length");
    assert_eq!(browser.eval(&drawn("unknown")).await, 2);
    assert_eq!(browser.eval(&drawn("likes")).await, 0);
    let gauge = browser.eval(&texts(".gauge")).await.to_string();
    assert!(!gauge.contains('0'), "{gauge}");
}

#[tokio::test]
async fn what_to_do_comes_first_with_its_facts_and_questions() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let id = browser.job().await;
    let told = |of: &str| {
        format!(
            "await fetch('/api/report/{id}').then((answer) => answer.json()).then((report) => {of})"
        )
    };
    assert_eq!(browser.text("#decision > p").await, {
        let summary = browser.eval(&told("report.decision.summary")).await;
        summary.as_str().expect("a text").to_owned()
    });
    let follows = "document.getElementById('decision').compareDocumentPosition(document.querySelector('#report .summary'))";
    assert_eq!(browser.eval(follows).await, 4, "it stands before the score");
    let linked = browser
        .eval(
            "[...document.querySelectorAll('#decision-facts li')].map((row) =>
                [...row.querySelectorAll('.cited a')].map((link) => new URLSearchParams(link.hash.slice(1)).get('evidence')))",
        )
        .await;
    let cited = told("report.decision.facts.map((fact) => fact.evidence_links)");
    assert_eq!(linked, browser.eval(&cited).await);
    assert_ne!(linked, json!([]));
    let asked = "[...document.querySelectorAll('#decision-ask li')].map((row) => row.textContent)";
    let asked = browser.eval(asked).await;
    assert_eq!(asked, browser.eval(&told("report.decision.ask")).await);

    let shown = "[...document.querySelectorAll('[data-insight]')].map((part) => part.dataset.insight).sort()";
    let there = told("Object.keys(report.insights).sort()");
    assert_eq!(browser.eval(shown).await, browser.eval(&there).await);
    browser.click("[data-insight=posts] a").await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
}

#[tokio::test]
async fn what_bounds_a_pillar_is_said_and_so_is_where_it_may_lie() {
    let signal = json!({
        "name": "spam_share", "value": 0.3, "direction": "lower_is_better", "weight": 8.0, "effective_weight": 0.0,
        "score": 30.0, "ceiling": 35.0, "flag": null, "explanation": "3 of 10 comments look like spam", "evidence_links": [],
    });
    let pillar = json!({
        "score": null, "interval": null, "range": { "low": 0.0, "high": 35.0 }, "ceiling": 35.0, "grade": null,
        "confidence": 0.0, "reason": "too few", "signals": [signal],
    });
    let report = json!({
        "handle": "nasa", "platform": "instagram", "score": null, "range": { "low": 12.0, "high": 55.0 }, "confidence": 0.2,
        "audience_authenticity": pillar,
    });
    let server = Scripted::with_report(report).await;
    let browser = Browser::start().await;
    browser.open(server.address, &format!("#job={JOB}")).await;
    browser.until_report().await;
    let whole = browser.text("#report .summary .gauge").await;
    assert!(
        whole.contains("N/A") && whole.contains("may be between 12 and 55"),
        "{whole}"
    );
    let bound = "document.querySelector('[data-pillar] .bound').textContent";
    assert_eq!(
        browser.eval(bound).await,
        "At most 35: 3 of 10 comments look like spam."
    );
    let row = "document.querySelector('.signals .what').textContent";
    let row = browser.eval(row).await;
    assert!(
        row.as_str().is_some_and(|row| row.contains("at most 35")),
        "{row}"
    );
}

#[tokio::test]
async fn a_report_of_another_kind_is_shown_as_json() {
    let server = Scripted::with_report(json!({ "evidence_vault": 7, "mine": "yes" })).await;
    let browser = Browser::start().await;
    browser.open(server.address, &format!("#job={JOB}")).await;
    browser.until_report().await;
    assert!(
        browser
            .text("#report pre")
            .await
            .contains("\"mine\": \"yes\"")
    );
}

#[tokio::test]
async fn every_flag_leads_to_every_piece_that_it_cites() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let id = browser.job().await;
    let report = format!("await fetch('/api/report/{id}').then((answer) => answer.json())");
    let cited = browser
        .eval(&format!(
            "await (async () => {{
                const report = {report};
                const pillars = ['true_engagement', 'audience_authenticity', 'brand_safety', 'account_authenticity'];
                return pillars.flatMap((pillar) => report[pillar].signals).filter((signal) => signal.flag)
                    .sort((a, b) => [...document.querySelectorAll('#flags > li')].findIndex((row) => row.dataset.flag === a.flag)
                        - [...document.querySelectorAll('#flags > li')].findIndex((row) => row.dataset.flag === b.flag))
                    .map((signal) => signal.evidence_links);
            }})()"
        ))
        .await;
    let linked = browser
        .eval(
            "[...document.querySelectorAll('#flags > li')].map((row) =>
                [...row.querySelectorAll('.cited a')].map((link) => new URLSearchParams(link.hash.slice(1)).get('evidence')))",
        )
        .await;
    assert_eq!(linked, cited);
}

#[tokio::test]
async fn evidence_opens_under_its_flag_and_leads_to_the_vault_and_back() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let quoted = "document.querySelector('#flags > li:last-child blockquote')";
    assert_eq!(
        browser.eval(&format!("{quoted}.checkVisibility()")).await,
        false
    );
    browser.click("#flags > li:last-child summary").await;
    browser.until(&format!("{quoted}.checkVisibility()")).await;
    // Each link says what it shows.
    let named = browser.eval("[...document.querySelectorAll('#report .cited a')].every((link) => /“.+”$|without words$/.test(link.textContent))").await;
    assert_eq!(named, true);

    // Filtered out, it is shown nevertheless.
    browser.click("#evidence-kind").await;
    browser.keys("Post").await;
    browser.click("#flags > li:last-child .cited a").await;
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

    // Back to the flag, with the focus and a mark.
    let back = "[...document.querySelectorAll('#evidence li.found a')].find((link) => link.textContent.startsWith('Flag:')).click()";
    browser.eval(back).await;
    browser
        .until("document.activeElement.matches('#flags > li.found')")
        .await;
    let marked = "document.querySelectorAll('#report .found').length";
    assert_eq!(browser.eval(marked).await, 1);
    let evidence = "document.querySelector('#flags > li.found .cited a')";
    browser
        .eval(&format!(
            "({evidence}.closest('details').open = true, {evidence}.click())"
        ))
        .await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    // And once more, though the address names that evidence already.
    browser.eval(back).await;
    browser
        .until("document.activeElement.matches('#flags > li.found')")
        .await;
    browser
        .eval(&format!(
            "({evidence}.closest('details').open = true, {evidence}.click())"
        ))
        .await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    // A signal that raised no flag is found in what was measured, which opens.
    browser
        .eval("[...document.querySelectorAll('#evidence li a')].find((link) => link.textContent.startsWith('Engagement rate')).click()")
        .await;
    browser
        .until("document.activeElement.matches('.signals > li.found')")
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
    // The page may be drawn by another process, which hears a little later what the one before has stored.
    browser
        .until("document.querySelectorAll('#recent-list li').length === 2")
        .await;
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

#[tokio::test]
async fn a_print_has_everything_and_is_light() {
    let server = Server::start(&[]);
    let browser = report_on(&server, "nova77").await;
    let closed = "document.querySelectorAll('details.measured:not([open])').length";
    assert_ne!(browser.eval(closed).await, 0);
    let dark = json!({ "name": "prefers-color-scheme", "value": "dark" });
    for (media, ink) in [
        ("screen", "rgb(233, 237, 244)"),
        ("print", "rgb(21, 28, 40)"),
    ] {
        let look = json!({ "media": media, "features": [dark] });
        browser.devtools("Emulation.setEmulatedMedia", look).await;
        browser
            .until(&format!(
                "getComputedStyle(document.body).color === '{ink}'"
            ))
            .await;
    }
    browser.devtools("Page.printToPDF", json!({})).await;
    assert_eq!(browser.eval(closed).await, 0);
    let shown = "document.getElementById('evidence-count').textContent";
    let shown = browser.eval(shown).await;
    let shown: Vec<&str> = shown.as_str().expect("a text").split(' ').collect();
    assert_eq!(shown[0], shown[2], "{shown:?}");
}
