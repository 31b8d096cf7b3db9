//! What the page may do: run what it brought along, and nothing that anybody else wrote.

use std::io::Write;

use report_pipeline_test_support::server::Server;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::browser::Browser;
use crate::scripted::{JOB, Scripted};

#[tokio::test]
async fn what_is_written_into_the_page_does_not_run() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    // This is how an injection would go about it. The policy stops each way.
    let stopped = browser.eval("(() => {
        let stopped = 0;
        try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.pwned=1\">'); } catch { stopped += 1; }
        try { document.createElement('script').textContent = 'window.pwned=1'; } catch { stopped += 1; }
        try { document.body.setAttribute('onclick', 'window.pwned=1'); document.body.click(); } catch { stopped += 1; }
        return stopped;
    })()").await;
    assert!(stopped.as_u64() >= Some(2), "{stopped}");
    assert_eq!(
        browser.eval("window.pwned ?? 'nothing ran'").await,
        "nothing ran"
    );
    assert_ne!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn an_archive_full_of_markup_is_shown_as_text() {
    let markup = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=2\">";
    let comments: Vec<_> = (0..12)
        .map(|n| json!({ "id": format!("c{n}"), "post_id": "p", "text": format!("{markup} \u{202e}check out my channel http://spam.example/{n}") }))
        .collect();
    let record = json!({
        "platform": "instagram", "handle": "hostile", "source": markup,
        "profile": { "follower_count": 1000, "following_count": 10, "post_count": 1, "bio": markup },
        "posts": [{ "id": "p", "url": "javascript:window.pwned=3", "caption": markup, "like_count": 5, "comment_count": 12, "timestamp": "2024-05-01T12:00:00Z" }],
        "comments": comments,
    });
    let mut archive: NamedTempFile = tempfile::Builder::new()
        .suffix(".jsonl")
        .tempfile()
        .expect("a file");
    writeln!(archive, "{record}").expect("room");
    let server = Server::start(&["--archive", archive.path().to_str().expect("a plain path")]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("hostile").await;
    browser.until_report().await;

    assert!(browser.text("#evidence").await.contains(markup));
    assert!(browser.text("#banners").await.contains("<script>"));
    assert_eq!(
        browser
            .eval("document.querySelectorAll('#report script, #report img').length")
            .await,
        0
    );
    assert_eq!(browser.eval("[...document.querySelectorAll('#report a')].filter((a) => a.protocol === 'javascript:').length").await, 0);
    assert_eq!(
        browser.eval("window.pwned ?? 'nothing ran'").await,
        "nothing ran"
    );
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// A service that cleans nothing: the page must not rely on it.
#[tokio::test]
async fn foreign_text_cannot_turn_the_page_around_and_leads_nowhere_else() {
    let report = json!({
        "handle": "\u{202e}evil", "platform": "instagram", "warning_banners": ["\u{2067}turned"],
        "evidence_vault": [
            { "evidence_id": "a", "type": "comment", "excerpt": "safe \u{202e}gnp.exe \u{61c}\u{200e}\u{200f}", "source_url": "javascript:alert(1)", "timestamp": null },
            { "evidence_id": "b", "type": "post", "excerpt": "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "source_url": "https://example.com/p", "timestamp": null },
        ],
    });
    let server = Scripted::with_report(report).await;
    let browser = Browser::start().await;
    browser.open(server.address, &format!("#job={JOB}")).await;
    browser.until_report().await;
    assert!(
        browser
            .text("#evidence")
            .await
            .contains("safe [U+202E]gnp.exe")
    );
    assert_eq!(browser.text("#report-title").await, "@[U+202E]evil");
    let marks = "/[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText + document.title)";
    browser
        .eval("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        .await;
    browser
        .until("document.querySelector('#report pre').textContent.includes('U+202E')")
        .await;
    assert_eq!(browser.eval(marks).await, false);
    let title = "document.querySelector('#report-title bdi.foreign').dir";
    assert_eq!(browser.eval(title).await, "auto");
    let isolated = "[...document.querySelectorAll('#evidence blockquote')].every((text) => text.dir === 'auto' && getComputedStyle(text).unicodeBidi === 'isolate')";
    assert_eq!(browser.eval(isolated).await, true);
    let links = "[...document.querySelectorAll('#evidence a[target]')].map((a) => [a.href, a.rel])";
    assert_eq!(
        browser.eval(links).await,
        json!([["https://example.com/p", "noopener noreferrer nofollow"]])
    );
}
