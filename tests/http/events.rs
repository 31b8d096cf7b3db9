//! The event stream of a job: which events it has, in which order, and when it ends.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt;
use report_pipeline::http::{Api, Body, ServeOptions};
use report_pipeline::store::{Outcome, SweepRequest};
use report_pipeline::testing::{Fault as StoreFault, Faults, FaultyStore, Verb};
use report_pipeline::{Client, JobId, MemoryOptions, MemoryStore};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::support::{
    Fault, Server, ask, broken, claim, complete, get, progress, read_to_close, read_until, request,
    service, submit,
};

/// One event, or the comment that shows that the stream is alive.
#[derive(Debug, PartialEq)]
enum Item {
    Event { id: u64, data: Value },
    Comment,
}

impl Item {
    fn id(&self) -> u64 {
        match self {
            Self::Event { id, .. } => *id,
            Self::Comment => panic!("a comment is no event"),
        }
    }

    fn data(&self) -> &Value {
        match self {
            Self::Event { data, .. } => data,
            Self::Comment => panic!("a comment is no event"),
        }
    }
}

/// A stream, read piece by piece.
struct Events {
    body: Body,
    is_first: bool,
}

impl Events {
    async fn open(api: &Api, id: JobId, last_seen: Option<&str>) -> Self {
        let response = open(api, id, last_seen).await;
        assert_eq!(response.status(), 200);
        Self::of(response)
    }

    fn of(response: Response<Body>) -> Self {
        Self {
            body: response.into_body(),
            is_first: true,
        }
    }

    async fn next(&mut self) -> Option<Item> {
        let text = frame(&mut self.body).await?;
        if text == KEEPALIVE {
            return Some(Item::Comment);
        }
        let mut event = text.strip_suffix("\n\n").expect("an event ends");
        if std::mem::take(&mut self.is_first) {
            let retry = event.strip_prefix("retry: ");
            let (wait, rest) = retry.and_then(|text| text.split_once('\n')).unwrap();
            assert!((1000..3000).contains(&wait.parse().unwrap()), "{wait}");
            event = rest;
        }
        let (id, data) = event
            .strip_prefix("id: ")
            .and_then(|text| text.split_once("\ndata: "))
            .unwrap_or_else(|| panic!("an event: {text:?}"));
        Some(Item::Event {
            id: id.parse().unwrap(),
            data: serde_json::from_str(data).unwrap(),
        })
    }

    async fn event(&mut self) -> Item {
        self.next().await.expect("the stream goes on")
    }
}

/// The comment that shows that a stream is alive: one line, and no blank one after it.
const KEEPALIVE: &str = ": still here\n";

/// The data of every event that a reader dispatches.
///
/// A strict reader is one as the HTML standard defines it: a blank line dispatches an event if there
/// is data. A lax one, such as Python's httpx-sse, also dispatches one if there is anything else,
/// and an id stays with it from the event before.
fn dispatched(stream: &str, lax: bool) -> Vec<String> {
    let (mut events, mut data, mut id, mut retry) = (Vec::new(), String::new(), "", None);
    for line in stream.lines() {
        match line.split_once(": ").unwrap_or((line, "")) {
            ("", "") => {
                let anything = !id.is_empty() || retry.is_some();
                if !data.is_empty() || (lax && anything) {
                    events.push(std::mem::take(&mut data));
                }
                retry = None;
            }
            ("data", text) => data.push_str(text),
            ("id", text) => id = text,
            ("retry", text) => retry = Some(text),
            (comment, _) => assert_eq!(comment, "", "{line}"),
        }
    }
    events
}

async fn frame(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

async fn open(api: &Api, id: JobId, last_seen: Option<&str>) -> Response<Body> {
    let mut request = request("GET", &format!("/api/status/{id}/events"));
    if let Some(seen) = last_seen {
        request = request.header("last-event-id", seen);
    }
    let request = request.body(http_body_util::Empty::<Bytes>::new());
    api.respond(request.unwrap()).await
}

#[tokio::test]
async fn a_stream_sends_the_state_each_change_and_the_end_and_then_ends() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let response = open(&api, id, None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert!(response.headers().contains_key("x-request-id"));
    assert!(!response.headers().contains_key("content-length"));

    let mut events = Events::of(response);
    let now = events.event().await;
    let status = get(&api, &format!("/api/status/{id}")).await;
    assert_eq!(status.field("etag"), format!("\"{}\"", now.id()));
    assert_eq!(*now.data(), status.json());

    let lease = claim(&client).await;
    assert_eq!(events.event().await.data()["status"], "processing");
    for percent in [5, 11, 29] {
        progress(&client, &lease, percent).await;
        assert_eq!(events.event().await.data()["percent"], percent);
    }
    let before = get(&api, &format!("/api/status/{id}")).await;
    let before: u64 = before.field("etag").trim_matches('"').parse().unwrap();
    complete(&client, &lease, "{}").await;
    let last = events.event().await;
    assert_eq!(last.data()["status"], "completed");
    assert_eq!(last.data()["percent"], 100);
    assert!(last.id() > before);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_state_and_the_end() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let mut events = Events::open(&api, id, None).await;
    assert_eq!(events.event().await.data()["percent"], 0);
    let lease = claim(&client).await;
    for percent in 1..=20 {
        progress(&client, &lease, percent).await;
        // Time for whoever would fetch what nobody reads.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(events.event().await.data()["percent"], 20);
    progress(&client, &lease, 25).await;
    complete(&client, &lease, "{}").await;
    assert_eq!(events.event().await.data()["status"], "completed");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn the_stream_of_an_ended_job_has_one_event() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    complete(&client, &claim(&client).await, "{}").await;
    let mut events = Events::open(&api, id, None).await;
    let last = events.event().await;
    assert_eq!(last.data()["status"], "completed");
    assert_eq!(events.next().await, None);

    // A browser that connects again after the end is told to stop.
    let seen = last.id().to_string();
    let again = open(&api, id, Some(&seen)).await;
    assert_eq!(again.status(), 204);
    assert!(!again.headers().contains_key("content-type"));
}

#[tokio::test(start_paused = true)]
async fn a_resumed_stream_does_not_repeat_what_was_seen() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let mut first = Events::open(&api, id, None).await;
    let seen = first.event().await.id().to_string();
    drop(first);

    let mut quiet = Events::open(&api, id, Some(&seen)).await;
    // Something comes at once, and it is not the state.
    assert_eq!(quiet.event().await, Item::Comment);
    assert_eq!(quiet.event().await, Item::Comment);
    let lease = claim(&client).await;
    assert_eq!(quiet.event().await.data()["status"], "processing");
    drop(quiet);

    // With anything but the present version the stream begins with the present state.
    progress(&client, &lease, 9).await;
    for old in [&*seen, "0", "999", "not-a-version", ""] {
        let mut behind = Events::open(&api, id, Some(old)).await;
        assert_eq!(behind.event().await.data()["percent"], 9, "{old}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_stream_sends_a_comment_every_15_s() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let mut events = Events::open(&api, id, None).await;
    events.event().await;
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(events.event().await, Item::Comment);
        assert_eq!(began.elapsed().as_secs(), 15);
    }
    tokio::time::sleep(Duration::from_secs(7)).await;
    claim(&client).await;
    assert_eq!(events.event().await.data()["status"], "processing");
}

#[tokio::test(start_paused = true)]
async fn strict_and_lax_readers_see_the_events_and_nothing_else() {
    for (last_seen, expected) in [(None, 2), (Some("1"), 1)] {
        let (api, client) = service();
        let id = submit(&api, "nasa").await;
        let response = open(&api, id, last_seen).await;
        let quiet_then_cancelled = async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            client.cancel(id).await.unwrap();
        };
        let read = response.into_body().collect();
        let (stream, ()) = tokio::join!(read, quiet_then_cancelled);
        let stream = String::from_utf8(stream.unwrap().to_bytes().to_vec()).unwrap();
        let comments = stream.lines().filter(|line| line.starts_with(':'));
        assert!(comments.count() >= 2, "{stream}");
        for lax in [false, true] {
            let statuses: Vec<Value> = dispatched(&stream, lax)
                .iter()
                .map(|data| serde_json::from_str(data).expect("the data of an event is JSON"))
                .collect();
            assert_eq!(statuses.len(), expected, "{stream}");
            assert_eq!(statuses[expected - 1]["status"], "failed", "{stream}");
        }
    }
}

#[tokio::test]
async fn unknown_jobs_and_other_methods_are_refused_as_everywhere() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    for unknown in [JobId::random().to_string(), "not-a-uuid".to_owned()] {
        let reply = get(&api, &format!("/api/status/{unknown}/events")).await;
        assert_eq!((reply.status, &*reply.problem()), (404, "job-not-found"));
    }
    let path = format!("/api/status/{id}/events");
    let reply = ask(&api, request("POST", &path)).await;
    assert_eq!((reply.status, reply.field("allow")), (405, "GET, HEAD"));
    let away = get(&broken(Fault::Away), &path).await;
    assert_eq!((away.status, &*away.problem()), (503, "store-unavailable"));

    let head = ask(&api, request("HEAD", &path)).await;
    assert_eq!(head.status, 200);
    assert_eq!(head.field("content-type"), "text/event-stream");
    assert!(head.body.is_empty() && !head.has("content-length"));
}

#[tokio::test]
async fn streams_over_the_cap_are_refused_until_one_ends() {
    let (api, client) = service();
    let api = api.with_max_streams(2);
    let id = submit(&api, "nasa").await;
    let path = format!("/api/status/{id}/events");
    // HEAD, refusals and responses without a stream take no slot.
    for _ in 0..3 {
        ask(&api, request("HEAD", &path)).await;
        get(&api, &format!("/api/status/{}/events", JobId::random())).await;
    }
    let first = Events::open(&api, id, None).await;
    let mut second = Events::open(&api, id, None).await;
    let refused = refusal(&api, &path).await;
    assert_eq!(
        (refused.status, &*refused.problem()),
        (503, "too-many-streams")
    );
    assert_eq!(refused.field("retry-after"), "5");
    // All else is served.
    assert_eq!(get(&api, &format!("/api/status/{id}")).await.status, 200);

    drop(first);
    drop(Events::open(&api, id, None).await);
    complete(&client, &claim(&client).await, "{}").await;
    while second.next().await.is_some() {}
    drop(second);
    drop(Events::open(&api, id, None).await);
}

#[tokio::test]
async fn a_stream_survives_an_outage_of_the_store() {
    let (api, client, faults) = faulty_service();
    let id = submit(&api, "nasa").await;
    let mut events = Events::open(&api, id, None).await;
    events.event().await;
    for call in 1..=2 {
        faults.on_call(Verb::Changed, call, StoreFault::Fail);
    }
    let (change, _) = tokio::join!(events.event(), claim(&client));
    assert_eq!(change.data()["status"], "processing");
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_a_job_that_expires_ends() {
    let client = Client::new(
        MemoryOptions::new()
            .with_retention(Duration::from_secs(60))
            .build(),
    );
    let api = Api::new(client.clone());
    let id = submit(&api, "nasa").await;
    let mut events = Events::open(&api, id, None).await;
    events.event().await;
    complete(&client, &claim(&client).await, "{}").await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    client.store().sweep(SweepRequest::new(10)).await.unwrap();
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn closing_ends_streams_with_the_state_of_that_moment() {
    let (api, client) = service();
    let quiet = submit(&api, "nasa").await;
    let busy = submit(&api, "esa").await;
    let mut of_quiet = Events::open(&api, quiet, None).await;
    let mut of_busy = Events::open(&api, busy, None).await;
    of_quiet.event().await;
    of_busy.event().await;
    claim(&client).await;
    client.cancel(busy).await.unwrap();
    api.release_waits();
    assert_eq!(of_busy.event().await.data()["status"], "failed");
    assert_eq!(of_busy.next().await, None);
    assert_eq!(of_quiet.event().await.data()["status"], "processing");
    assert_eq!(of_quiet.next().await, None);

    // One that is opened now tells the state and ends.
    let mut late = Events::open(&api, quiet, None).await;
    assert_eq!(late.event().await.data()["status"], "processing");
    assert_eq!(late.next().await, None);
}

#[tokio::test]
async fn closing_sends_a_change_that_the_stream_has_not_seen() {
    let (api, client, faults) = faulty_service();
    let id = submit(&api, "nasa").await;
    let mut events = Events::open(&api, id, None).await;
    events.event().await;
    // The stream pauses after a failure of the store; meanwhile the job changes and all is closed.
    faults.on_next(Verb::Changed, StoreFault::Fail);
    let change = async {
        claim(&client).await;
        api.release_waits();
    };
    let (last, ()) = tokio::join!(events.event(), change);
    assert_eq!(last.data()["status"], "processing");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn open_streams_do_not_delay_a_shutdown() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    let server = Server::start(api).await;
    let mut stream = server.connect().await;
    open_on(&mut stream, id).await;
    read_until(&mut stream, "\"pending\"").await;
    server.stop().await;
    // The last piece of a chunked body: the stream has ended in good order.
    assert!(read_to_close(&mut stream).await.ends_with("0\r\n\r\n"));
}

#[tokio::test]
async fn a_client_that_vanishes_frees_its_slot() {
    let (api, _) = service();
    let api = api.with_max_streams(1);
    let id = submit(&api, "nasa").await;
    let server = Server::start(api.clone()).await;
    let mut stream = server.connect().await;
    open_on(&mut stream, id).await;
    read_until(&mut stream, "\"pending\"").await;
    let path = format!("/api/status/{id}/events");
    assert_eq!(refusal(&api, &path).await.status, 503);
    drop(stream);
    let freed = async {
        while ask(&api, request("HEAD", &path)).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    let freed = tokio::time::timeout(PATIENCE, freed).await;
    freed.expect("the slot is free again");
}

#[tokio::test]
async fn a_client_that_does_not_read_on_is_cut() {
    let (api, client) = service();
    let api = api.with_max_streams(1);
    let id = submit(&api, "nasa").await;
    let options = ServeOptions::default().with_write_timeout(Duration::from_millis(50));
    let server = Server::start_with(options, api.clone()).await;
    let mut deaf = server.connect().await;
    open_on(&mut deaf, id).await;
    read_until(&mut deaf, "\"pending\"").await;
    // Failures with long reasons fill the sockets' buffers soonest.
    let path = format!("/api/status/{id}/events");
    let reason = "x".repeat(report_pipeline::Failure::MAX_MESSAGE);
    while ask(&api, request("HEAD", &path)).await.status == 503 {
        let failure =
            report_pipeline::Failure::new(report_pipeline::FailureKind::RateLimited, &reason);
        let retry = Outcome::Retry {
            after: Duration::ZERO,
            failure,
        };
        let lease = claim(&client).await;
        client.store().finish(&lease, retry).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut rest = Vec::new();
    _ = deaf.read_to_end(&mut rest).await;
}

/// A service whose store fails on command.
fn faulty_service() -> (Api, Client, Faults) {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let client = Client::new(store);
    (Api::new(client.clone()), client, faults)
}

/// How long what must come may take. Only failures wait that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A response that ends, which that of a stream would not.
async fn refusal(api: &Api, path: &str) -> crate::support::Reply {
    let response = tokio::time::timeout(PATIENCE, get(api, path)).await;
    response.expect("no stream")
}

async fn open_on(stream: &mut tokio::net::TcpStream, id: JobId) {
    let request = format!("GET /api/status/{id}/events HTTP/1.1\r\nhost: a\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}
