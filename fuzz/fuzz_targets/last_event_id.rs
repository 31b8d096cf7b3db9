//! A reader of a job's events misses nothing and gets nothing twice, whatever it says it has seen.
//!
//! `cargo +nightly fuzz run -O -s none last_event_id`. Any `Last-Event-ID` on the event stream of a
//! job that goes on, and of one that has ended: what is no version counts as absent, ids rise, the
//! last event is the terminal one. Any `Prefer` on the status: the response is held exactly as long
//! as it says, and never beyond the limit.

#![no_main]

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use http::header::HeaderName;
use http::{HeaderValue, Method, Request};
use libfuzzer_sys::fuzz_target;
use report_pipeline_fuzz::{Reply, CANCELLED, COMPLETED, PENDING, run, service};
use serde_json::Value;

#[derive(Debug, Arbitrary)]
struct Input {
    job: u8,
    last_event_id: Option<Text>,
    prefer: Vec<Text>,
}

/// Pieces of ids and preferences, or anything.
#[derive(Debug)]
struct Text(Vec<u8>);

const PIECES: [&str; 24] = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "9",
    "18446744073709551615",
    "18446744073709551616",
    "+",
    "-",
    " ",
    "\t",
    "wait",
    "Wait",
    "=",
    "wait=",
    ",",
    ";",
    "\"",
    "respond-async",
    "a",
    "\\",
    "wait=1",
];

impl Arbitrary<'_> for Text {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let mut text = Vec::new();
        for _ in 0..u.int_in_range(0..=8)? {
            if u.ratio(15, 16)? {
                text.extend_from_slice(u.choose(&PIECES)?.as_bytes());
            } else {
                text.push(u.arbitrary()?);
            }
        }
        Ok(Self(text))
    }
}

fuzz_target!(|input: Input| {
    let id = [PENDING, COMPLETED, CANCELLED][usize::from(input.job) % 3];
    let values = |texts: &[Text]| -> Option<Vec<HeaderValue>> {
        texts
            .iter()
            .map(|text| HeaderValue::from_bytes(&text.0).ok())
            .collect()
    };
    if let Some(last) = &input.last_event_id
        && let Some(values) = values(std::slice::from_ref(last))
    {
        run(follow(id, &values));
    }
    if let Some(preferences) = values(&input.prefer) {
        run(wait(id, &preferences));
    }
});

async fn follow(id: &str, last_event_id: &[HeaderValue]) {
    let (api, client) = service().await;
    let status = Reply::to(get(&format!("/api/status/{id}"), "accept", &[]), &api).await;
    let version = status.field("etag").trim_matches('"').to_owned();
    let has_ended = id != PENDING;
    let path = format!("/api/status/{id}/events");

    let cancel = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        client.cancel(id.parse().expect("an id")).await
    };
    let request = get(&path, "last-event-id", last_event_id);
    let (response, cancelled) = tokio::join!(Reply::to(request, &api), cancel);
    cancelled.expect("a job to cancel");
    response.assert_sound(&Method::GET);
    let is_known = is_number(last_event_id[0].as_bytes(), &version);
    if is_known && has_ended {
        assert_eq!(response.status, 204);
        return;
    }
    assert_eq!(
        (response.status, response.field("content-type")),
        (200, "text/event-stream")
    );
    let events = events(&response.body);
    let told: Vec<u64> = events.iter().map(|(id, _)| *id).collect();
    assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
    assert_eq!(
        told.first() == version.parse().ok().as_ref(),
        !is_known,
        "{told:?}"
    );
    assert_eq!(
        events.len(),
        usize::from(!is_known) + usize::from(!has_ended)
    );
    let (_, last) = events.last().expect("a terminal event");
    assert!(["completed", "failed"].contains(&last["status"].as_str().expect("a status")));
    let now = Reply::to(get(&format!("/api/status/{id}"), "accept", &[]), &api).await;
    assert_eq!(now.json(), *last);
}

async fn wait(id: &str, preferences: &[HeaderValue]) {
    let (api, _) = service().await;
    let began = tokio::time::Instant::now();
    let request = get(&format!("/api/status/{id}"), "prefer", preferences);
    let response = Reply::to(request, &api).await;
    response.assert_sound(&Method::GET);
    let held = began.elapsed().as_secs();
    let applied = response.field("preference-applied");
    let applied: Option<u64> = applied
        .strip_prefix("wait=")
        .map(|seconds| seconds.parse().expect("seconds"));
    assert_eq!(response.status, 200);
    // The clock of a paused runtime has no finer step than a millisecond.
    let expected = if id == PENDING {
        applied.unwrap_or(0)
    } else {
        0
    };
    assert_eq!(held, expected, "{response:?}");
    assert!(held <= 30);
    // Quoted texts may hold anything; all else is read a second time.
    if !preferences
        .iter()
        .any(|list| list.as_bytes().contains(&b'"'))
    {
        assert_eq!(applied, first_wait(preferences), "{preferences:?}");
    }
}

fn get(path: &str, name: &'static str, values: &[HeaderValue]) -> Request<String> {
    let mut request = Request::new(String::new());
    *request.uri_mut() = path.parse().expect("a path");
    for value in values {
        let name = HeaderName::from_static(name);
        request.headers_mut().append(name, value.clone());
    }
    request
}

/// Whether the bytes are decimal digits that say `number`.
fn is_number(bytes: &[u8], number: &str) -> bool {
    let zeros = bytes.iter().take_while(|b| **b == b'0').count();
    bytes[zeros..] == *number.as_bytes()
}

fn first_wait(preferences: &[HeaderValue]) -> Option<u64> {
    let texts: Vec<&str> = preferences
        .iter()
        .filter_map(|list| list.to_str().ok())
        .collect();
    let all = texts.join(",").to_ascii_lowercase();
    let value = all.split(',').find_map(|preference| {
        let whole = preference.split(';').next()?;
        whole
            .trim_start()
            .strip_prefix("wait")?
            .trim_start()
            .strip_prefix('=')
    })?;
    let digits = value.trim();
    let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_whole.then(|| digits.parse().unwrap_or(u64::MAX).min(30))
}

/// Takes a stream of events apart, as a browser would.
fn events(body: &[u8]) -> Vec<(u64, Value)> {
    let text = std::str::from_utf8(body).expect("UTF-8");
    let mut events = Vec::new();
    for block in text.split_terminator("\n\n") {
        let mut id = None;
        for line in block.lines() {
            match line.split_once(':').expect("a field") {
                ("retry", wait) => assert!(wait.trim().parse::<u32>().is_ok()),
                ("", _comment) => {}
                ("id", number) => id = Some(number.trim().parse().expect("a version")),
                ("data", json) => {
                    let id = id.expect("an id before the data");
                    events.push((id, serde_json::from_str(json).expect("JSON")));
                }
                other => panic!("an unknown field: {other:?}"),
            }
        }
    }
    events
}
