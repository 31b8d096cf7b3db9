//! Deciding with a report: the answer first, flags by severity, words explained, pictures.

use report_pipeline_test_support::server::Server;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scripted::{JOB, Scripted, accepted, answer, problem, status, stream};

/// A report with a score for every grade, in the order of the pillars.
fn report_of_all_grades() -> Value {
    let pillar = |score: f64, grade: &str| {
        json!({
            "score": score, "interval": { "low": score - 5.0, "high": score + 5.0 }, "grade": grade, "confidence": 0.9,
            "signals": [],
        })
    };
    json!({
        "handle": "nasa", "platform": "instagram", "score": 5.0, "grade": "F", "confidence": 0.9,
        "interval": { "low": 0.0, "high": 10.0 },
        "true_engagement": pillar(90.0, "A"), "audience_authenticity": pillar(70.0, "B"),
        "brand_safety": pillar(50.0, "C"), "account_authenticity": pillar(30.0, "D"),
    })
}

async fn report(report: Value) -> (Scripted, Browser) {
    let server = Scripted::with_report(report).await;
    let browser = Browser::start().await;
    browser.open(server.address, &format!("#job={JOB}")).await;
    browser.until_report().await;
    (server, browser)
}

#[tokio::test]
async fn the_answer_is_seen_first_with_its_grade_and_the_count_of_flags() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.look(1280, 800, "light").await;
    browser.submit("nova77").await;
    browser.until_report().await;
    for part in [
        "#decision .sentence",
        "#decision-facts",
        "#decision-ask",
        "#answer .gauge",
        "#answer .counts",
    ] {
        let above = format!(
            "document.querySelector('{part}').getBoundingClientRect().bottom < innerHeight"
        );
        assert_eq!(browser.eval(&above).await, true, "{part}");
    }
    assert_eq!(
        browser.text("#answer .counts").await,
        "3 flags: 2 serious, 1 notable"
    );
    browser.click("#answer .counts a").await;
    browser
        .until("document.activeElement.closest('#flags-part')")
        .await;
    let severities = browser
        .eval("[...document.querySelectorAll('#flags .severity')].map((it) => it.textContent)")
        .await;
    assert_eq!(severities, json!(["Serious", "Serious", "Notable"]));
    let strengths = "document.querySelectorAll('#strengths li').length";
    assert_eq!(browser.eval(strengths).await, 5);
    let usual = browser
        .text("[data-pillar=true_engagement] .benchmark")
        .await;
    assert_eq!(usual, "0.07 %, usual 0.46 to 2.3 %");
}

#[tokio::test]
async fn every_grade_has_a_word_and_a_colour_of_its_own() {
    let (_server, browser) = report(report_of_all_grades()).await;
    for scheme in ["light", "dark"] {
        browser.look(1280, 800, scheme).await;
        let told = browser
            .eval("[...document.querySelectorAll('#report .gauge .grade')].map((it) => it.textContent)")
            .await;
        assert_eq!(
            told,
            json!([
                "Grade F, very weak",
                "Grade A, strong",
                "Grade B, good",
                "Grade C, mixed",
                "Grade D, weak"
            ])
        );
        let colours = browser
            .eval("new Set([...document.querySelectorAll('#report .gauge .score')].map((it) => getComputedStyle(it).stroke)).size")
            .await;
        assert_eq!(colours, 5, "{scheme}");
    }
}

#[tokio::test]
async fn terms_are_explained_where_they_stand() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nova77").await;
    browser.until_report().await;
    let explained = "document.querySelector('#answer .term p')";
    browser.click("#answer .term summary").await;
    browser
        .until(&format!("{explained}.checkVisibility()"))
        .await;
    let methodology = browser
        .eval(&format!("{explained}.querySelector('a').href"))
        .await;
    let methodology = methodology.as_str().expect("an address");
    let (file, heading) = methodology.split_once('#').expect("a heading");
    assert!(
        file.ends_with("/crates/social/docs/methodology.md"),
        "{file}"
    );
    let text = include_str!("../../../social/docs/methodology.md").to_lowercase();
    assert!(
        text.contains(&format!("# {}", heading.replace('-', " "))),
        "{heading}"
    );
    // No signal that a report has is without an explanation.
    let unexplained = browser
        .eval("[...document.querySelectorAll('.signals > li')].filter((row) => !row.querySelector('.term')).map((row) => row.id)")
        .await;
    let left_out = json!([
        "signal-true_engagement-engagement_per_view",
        "signal-true_engagement-comments_per_like",
    ]);
    let unexplained: Vec<Value> = serde_json::from_value(unexplained).expect("ids");
    let known = [
        "verified",
        "profile_picture",
        "bio_length",
        "post_count",
        "hashtags_per_post",
    ];
    let unexplained: Vec<Value> = unexplained
        .into_iter()
        .filter(|id| {
            !known
                .iter()
                .any(|name| id.as_str().is_some_and(|id| id.ends_with(name)))
        })
        .collect();
    assert_eq!(json!(unexplained), left_out);
}

#[tokio::test]
async fn what_no_formula_scores_is_drawn_and_said_in_words() {
    let mut with_insights = report_of_all_grades();
    with_insights["profile_metrics"] =
        json!([{ "name": "followers", "value": 1200.0, "unit": "accounts" }]);
    with_insights["timeline"] = (1..=9)
        .map(|day| json!({ "timestamp": format!("2026-01-0{day}T00:00:00Z"), "like_count": 5, "comment_count": 1, "view_count": 90 }))
        .collect();
    with_insights["evidence_vault"] = json!([
        { "evidence_id": "p1", "type": "post", "excerpt": "the best of all", "source_url": null, "timestamp": null },
    ]);
    with_insights["insights"] = json!({
        "activity": { "engagement_trend": -0.25, "explanation": "nine posts", "evidence_links": [] },
        "reach": { "median_views": 90.0, "quartiles": { "low": 50.0, "high": 150.0 }, "posts": 9, "explanation": "views" },
        "sponsorship": { "share": 0.2, "interval": { "low": 0.1, "high": 0.4 }, "reactions_against_others": 0.5, "explanation": "ads", "evidence_links": [] },
        "languages": { "captions": [{ "language": "English", "share": 1.0 }], "comments": [{ "language": "Spanish", "share": 0.6 }], "explanation": "told" },
        "growth": { "since": "2025-12-01T00:00:00Z", "followers": 200, "explanation": "grew" },
        "posts": { "best": [{ "evidence_id": "p1", "format": null, "against_median": 2.5 }], "weakest": [], "by_format": [], "explanation": "ranked" },
    });
    let (_server, browser) = report(with_insights).await;
    for (part, told) in [
        ("activity", "0.75 ×"),
        ("reach", "50 to 150, median 90"),
        ("sponsorship", "20 % advertising"),
        ("sponsorship", "0.50 ×"),
        ("languages", "Spanish"),
        ("growth", "1,000"),
        ("posts", "2.5 ×"),
    ] {
        let text = browser.text(&format!("[data-insight={part}]")).await;
        assert!(text.replace('\u{a0}', " ").contains(told), "{part}: {text}");
        let drawn = format!("document.querySelectorAll('[data-insight={part}] svg').length > 0");
        assert_eq!(browser.eval(&drawn).await, true, "{part}");
    }
    // A picture is named, or what it shows stands beside it.
    let mute = "[...document.querySelectorAll('.insights svg')].filter((it) => !it.ariaLabel && !it.closest('.bars li')?.innerText.trim()).length";
    assert_eq!(browser.eval(mute).await, 0);
    let link = browser.text("[data-insight=posts] a").await;
    assert_eq!(link, "post “the best of all”");
}

#[tokio::test]
async fn an_address_of_a_report_opens_without_a_jump() {
    const WATCH: &str = "(window.jumps = 0, new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps += entry.value;
    }).observe({ type: 'layout-shift', buffered: true }), 0)";
    let server = Server::start(&[]);
    let id = server.submit("nova77");
    server.until(&id, |status| status["status"] == "completed");
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    for (width, height) in [(1280, 800), (360, 740)] {
        browser.look(width, height, "light").await;
        browser
            .open(server.address, &format!("?{width}#job={id}"))
            .await;
        browser.eval(WATCH).await;
        browser.until_report().await;
        // Two frames, so that what was painted has been reported.
        browser.eval("await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))").await;
        let jumps = browser
            .eval("window.jumps")
            .await
            .as_f64()
            .expect("a number");
        assert!(jumps < 0.1, "{width} px: {jumps}");
        assert_eq!(
            browser
                .eval("getComputedStyle(document.getElementById('asking')).display")
                .await,
            "none"
        );
        assert_eq!(
            browser
                .eval("document.getElementById('handle').value")
                .await,
            "nova77"
        );
    }
    browser.click("#unfold").await;
    browser
        .until("document.activeElement.id === 'handle'")
        .await;
    assert_eq!(
        browser
            .eval("document.getElementById('unfold').ariaExpanded")
            .await,
        "true"
    );
}

#[tokio::test]
async fn a_wrong_field_is_red_and_its_error_goes_with_the_address() {
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.look(1280, 800, "light").await;
    browser.submit("no..dots").await;
    browser
        .until("!document.getElementById('handle-error').hidden")
        .await;
    let border = "getComputedStyle(document.getElementById('handle')).borderTopColor";
    assert_eq!(browser.eval(border).await, "rgb(156, 28, 20)");
    browser.eval("location.hash = 'example'").await;
    browser.until_report().await;
    assert_eq!(
        browser
            .eval("document.getElementById('handle-error').hidden")
            .await,
        true
    );
    browser.eval(&format!("location.hash = 'job={JOB}'")).await;
    browser
        .until("document.getElementById('problem').textContent")
        .await;
    browser.eval("location.hash = 'example'").await;
    browser
        .until("document.getElementById('problem').textContent === ''")
        .await;
}

#[tokio::test]
async fn the_example_teaches_what_a_report_is_without_any_service() {
    let server = Scripted::start(|_, _| problem(503, "store-unavailable", "")).await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.click("#promises a").await;
    browser.until_report().await;
    assert!(browser.text("#banners").await.starts_with("SIMULATED DATA"));
    let flags = "document.querySelectorAll('#flags > li').length";
    assert_eq!(browser.eval(flags).await, 3);
    browser.click("#flags summary").await;
    browser.click("#flags .cited a").await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    browser.reload().await;
    browser
        .until("document.activeElement.matches('#evidence li.found')")
        .await;
    assert_eq!(server.asked("POST /api/analyze"), 0);
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// What the page shows as an example has the form of a report of today.
#[tokio::test]
async fn the_example_is_a_report_of_the_present_form() {
    let server = Server::start(&[]);
    let example = include_str!("../../../page/src/page/example.json");
    let example: Value = serde_json::from_str(example).expect("JSON");
    let mut fresh = server.report("nova77");
    for changing in ["id", "generated_at"] {
        fresh[changing] = example[changing].clone();
    }
    assert_eq!(fresh, example);
}

#[tokio::test]
async fn a_report_that_was_there_already_says_so() {
    let server = Scripted::start(|asked, _| match asked {
        "POST /api/analyze" => accepted(),
        _ if asked.contains("/report/") => {
            answer(json!({ "handle": "nasa", "platform": "instagram" }))
        }
        _ => stream(&[status(
            "completed",
            "Finalizing",
            100,
            &json!({ "completed_at": "2026-11-22T03:02:12.000Z" }),
        )]),
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    browser.until_report().await;
    let told = browser.text("#reused").await;
    assert!(told.starts_with("Made from a run of 22 Nov 2026"), "{told}");
}

#[tokio::test]
async fn where_no_service_is_the_page_says_where_it_looked() {
    let server = Scripted::start(|_, _| {
        axum::response::IntoResponse::into_response((
            http::StatusCode::NOT_FOUND,
            "<h1>Not found</h1>",
        ))
    })
    .await;
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.submit("nasa").await;
    let told = format!("http://{}/api/", server.address);
    browser
        .until(&format!(
            "document.getElementById('problem').textContent.includes('{told}')"
        ))
        .await;
}
