//! The event stream of many jobs: what it tells of which job, and when it ends.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt;
use report_pipeline::http::{Api, Body};
use report_pipeline::testing::{Fault as StoreFault, FaultyStore, Verb};
use report_pipeline::{Client, JobId, MemoryStore};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use crate::support::{
    Fault, Server, ask, broken, claim, complete, get, progress, read_to_close, read_until, request,
    service, submit,
};

/// One event: its id, its name, and what it says.
#[derive(Debug, PartialEq)]
struct Event {
    id: String,
    name: Option<String>,
    data: Value,
}

impl Event {
    /// The job that the event is about, and the job's status.
    fn tells(&self, id: JobId, status: &str) {
        assert_eq!(self.name, None, "{self:?}");
        assert_eq!(self.data["job_id"], id.to_string(), "{self:?}");
        assert_eq!(self.data["status"], status, "{self:?}");
    }

    fn tells_absence(&self, id: JobId) {
        assert_eq!(self.name.as_deref(), Some("job-not-found"), "{self:?}");
        assert_eq!(self.data, json!({"job_id": id.to_string()}));
    }
}

/// A stream, read piece by piece; `None` is a comment.
struct Events {
    body: Body,
    is_first: bool,
}

impl Events {
    async fn open(api: &Api, ids: &[JobId], last_seen: Option<&str>) -> Self {
        let response = open(api, &path(ids), last_seen).await;
        assert_eq!(response.status(), 200);
        Self {
            body: response.into_body(),
            is_first: true,
        }
    }

    /// The next piece: an event, or `None` for a comment.
    async fn piece(&mut self) -> Option<Option<Event>> {
        let frame = self.body.frame().await?.unwrap().into_data().unwrap();
        let text = std::str::from_utf8(&frame).unwrap();
        if text == ": still here\n" {
            return Some(None);
        }
        let mut event = text.strip_suffix("\n\n").expect("an event ends");
        if std::mem::take(&mut self.is_first) {
            let (retry, rest) = event.split_once('\n').unwrap();
            let wait: u32 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
            assert!((1000..3000).contains(&wait), "{wait}");
            event = rest;
        }
        let name = event.strip_prefix("event: ").map(|rest| {
            let (name, rest) = rest.split_once('\n').unwrap();
            event = rest;
            name.to_owned()
        });
        let (id, data) = event
            .strip_prefix("id: ")
            .unwrap()
            .split_once("\ndata: ")
            .unwrap();
        Some(Some(Event {
            id: id.to_owned(),
            name,
            data: serde_json::from_str(data).unwrap(),
        }))
    }

    async fn event(&mut self) -> Event {
        self.piece()
            .await
            .expect("the stream goes on")
            .expect("an event")
    }

    async fn ends(&mut self) {
        assert_eq!(self.piece().await, None);
    }
}

fn path(ids: &[JobId]) -> String {
    let fields: Vec<String> = ids.iter().map(|id| format!("job={id}")).collect();
    format!("/api/events?{}", fields.join("&"))
}

async fn open(api: &Api, path: &str, last_seen: Option<&str>) -> Response<Body> {
    let mut request = request("GET", path);
    if let Some(seen) = last_seen {
        request = request.header("last-event-id", seen);
    }
    let request = request.body(http_body_util::Empty::<Bytes>::new());
    api.respond(request.unwrap()).await
}

/// Refuses to open, which a stream would not.
async fn refusal(api: &Api, path: &str) -> (u16, String) {
    let response = tokio::time::timeout(PATIENCE, get(api, path)).await;
    let response = response.expect("no stream");
    (response.status, response.problem())
}

/// How long what must come may take. Only failures wait that long.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn each_job_is_told_to_its_end_and_then_the_stream_ends() {
    let (api, client) = service();
    let first = submit(&api, "nasa").await;
    let second = submit(&api, "esa").await;
    let response = open(&api, &path(&[first, second, first]), None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");

    // The same id once.
    let mut events = Events::open(&api, &[first, second, first], None).await;
    let now = events.event().await;
    now.tells(first, "pending");
    assert_eq!(
        (now.data, &*now.id),
        (
            get(&api, &format!("/api/status/{first}")).await.json(),
            "1,0"
        )
    );
    let now = events.event().await;
    now.tells(second, "pending");
    assert_eq!(now.id, "1,1");

    let lease = claim(&client).await;
    assert_eq!(lease.job(), first);
    let change = events.event().await;
    change.tells(first, "processing");
    assert_eq!(change.id, "2,1");
    progress(&client, &lease, 11).await;
    assert_eq!(events.event().await.data["percent"], 11);
    complete(&client, &lease, "{}").await;
    events.event().await.tells(first, "completed");
    // One is left.
    client.cancel(second).await.unwrap();
    events.event().await.tells(second, "failed");
    events.ends().await;
}

#[tokio::test]
async fn a_job_that_there_is_not_is_told_once_and_holds_nobody_up() {
    let (api, client) = service();
    let unknown = JobId::random();
    let known = submit(&api, "nasa").await;
    let mut events = Events::open(&api, &[unknown, known], None).await;
    let absent = events.event().await;
    absent.tells_absence(unknown);
    assert_eq!(absent.id, "-,0");
    let now = events.event().await;
    now.tells(known, "pending");
    assert_eq!(now.id, "-,1");
    // Whoever connects again has been told.
    let mut again = Events::open(&api, &[unknown, known], Some(&now.id)).await;
    assert_eq!(again.piece().await, Some(None));
    complete(&client, &claim(&client).await, "{}").await;
    for events in [&mut events, &mut again] {
        events.event().await.tells(known, "completed");
        events.ends().await;
    }
    // One that is deleted while it is followed.
    let gone = submit(&api, "esa").await;
    let mut events = Events::open(&api, &[gone], None).await;
    events.event().await.tells(gone, "pending");
    client.cancel(gone).await.unwrap();
    client.delete(gone).await.unwrap();
    events.event().await.tells_absence(gone);
    events.ends().await;
}

#[tokio::test]
async fn only_what_was_not_seen_is_told_again_and_who_has_seen_all_is_sent_home() {
    let (api, client) = service();
    let first = submit(&api, "nasa").await;
    let second = submit(&api, "esa").await;
    let ids = [first, second];
    let lease = claim(&client).await;
    let mut behind = Events::open(&api, &ids, Some("1,1")).await;
    behind.event().await.tells(first, "processing");
    // Anything but the id of an event about so many jobs counts as none.
    for other in ["", "2", "2,1,1", "2;1", "x,y", "99999999999999999999999,1"] {
        let mut anew = Events::open(&api, &ids, Some(other)).await;
        anew.event().await.tells(first, "processing");
        anew.event().await.tells(second, "pending");
    }
    // A version of another history is not waited for.
    let mut ahead = Events::open(&api, &ids, Some("99,1")).await;
    ahead.event().await.tells(first, "processing");

    client.cancel(second).await.unwrap();
    client.delete(second).await.unwrap();
    complete(&client, &lease, "{}").await;
    let mut last = Events::open(&api, &ids, None).await;
    last.event().await.tells(first, "completed");
    let end = last.event().await;
    end.tells_absence(second);
    last.ends().await;
    let over = open(&api, &path(&ids), Some(&end.id)).await;
    assert_eq!(over.status(), 204);
    assert!(
        over.into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .is_empty()
    );
}

#[tokio::test]
async fn fifty_jobs_are_one_connection_and_one_lookup() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let client = Client::new(store);
    let api = Api::new(client.clone());
    let mut ids = Vec::new();
    for n in 0..50 {
        ids.push(submit(&api, &format!("user{n}")).await);
    }
    let mut events = Events::open(&api, &ids, None).await;
    for id in &ids {
        events.event().await.tells(*id, "pending");
    }
    assert_eq!(
        (faults.calls(Verb::GetMany), faults.calls(Verb::Get)),
        (1, 0)
    );
    for id in ids.iter().rev() {
        client.cancel(*id).await.unwrap();
        events.event().await.tells(*id, "failed");
    }
    events.ends().await;
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_state_of_each_job() {
    let (api, client) = service();
    let first = submit(&api, "nasa").await;
    let second = submit(&api, "esa").await;
    let mut events = Events::open(&api, &[first, second], None).await;
    events.event().await.tells(first, "pending");
    events.event().await.tells(second, "pending");
    let leases = [claim(&client).await, claim(&client).await];
    for percent in 1..=20 {
        for lease in &leases {
            progress(&client, lease, percent).await;
        }
        // Time for whoever would fetch what nobody reads.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    let mut told = [events.event().await, events.event().await].map(|event| {
        assert_eq!(event.data["percent"], 20);
        event.data["job_id"].as_str().unwrap().to_owned()
    });
    let mut expected = [first, second].map(|id| id.to_string());
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_names_no_jobs_or_too_many_is_refused() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    let too_many = path(&vec![id; 101]);
    for wrong in [
        "/api/events",
        "/api/events?",
        "/api/events?jobs=x",
        "/api/events?job=",
        "/api/events?job=not-a-uuid",
        &format!("/api/events?job={id}&job=x"),
        &too_many,
    ] {
        assert_eq!(
            refusal(&api, wrong).await,
            (422, "invalid-field".to_owned()),
            "{wrong}"
        );
        let errors = get(&api, wrong).await.json()["errors"].clone();
        assert_eq!(errors[0]["field"], "job", "{wrong}");
    }
    let path = path(&vec![id; 100]);
    let reply = ask(&api, request("POST", &path)).await;
    assert_eq!((reply.status, reply.field("allow")), (405, "GET, HEAD"));
    let head = ask(&api, request("HEAD", &path)).await;
    assert_eq!(
        (head.status, head.field("content-type")),
        (200, "text/event-stream")
    );
    assert!(head.body.is_empty() && !head.has("content-length"));
    let away = refusal(&broken(Fault::Away), &path).await;
    assert_eq!(away, (503, "store-unavailable".to_owned()));
}

#[tokio::test]
async fn each_followed_job_takes_a_slot_until_it_has_ended() {
    let (api, client) = service();
    let api = api.with_max_streams(3);
    let mut ids = Vec::new();
    for handle in ["one", "two", "three", "four"] {
        ids.push(submit(&api, handle).await);
    }
    // Refusals and HEAD take none.
    for _ in 0..3 {
        ask(&api, request("HEAD", &path(&ids[..3]))).await;
        let (status, problem) = refusal(&api, &path(&ids)).await;
        assert_eq!((status, &*problem), (503, "too-many-streams"));
    }
    let mut both = Events::open(&api, &ids[..2], None).await;
    let single = format!("/api/status/{}/events", ids[2]);
    let third = open(&api, &single, None).await;
    assert_eq!(third.status(), 200);
    assert_eq!(refusal(&api, &single).await.0, 503);
    assert_eq!(refusal(&api, &path(&ids[3..])).await.0, 503);
    drop(third);
    drop(Events::open(&api, &ids[3..], None).await);
    // All that ended, or was never there, is free at once.
    client.cancel(ids[0]).await.unwrap();
    for _ in 0..3 {
        both.event().await;
    }
    let absent = JobId::random();
    let mut rest = Events::open(&api, &[ids[2], absent], None).await;
    assert_eq!(refusal(&api, &single).await.0, 503);
    rest.event().await.tells(ids[2], "pending");
    rest.event().await.tells_absence(absent);
    assert_eq!(open(&api, &single, None).await.status(), 200);
    drop((both, rest));
    Events::open(&api, &ids[1..], None).await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_stream_of_many_jobs_sends_a_comment_every_15_s() {
    let (api, client) = service();
    let ids = [submit(&api, "nasa").await, submit(&api, "esa").await];
    let mut events = Events::open(&api, &ids, Some("1,1")).await;
    assert_eq!(events.piece().await, Some(None));
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(events.piece().await, Some(None));
        assert_eq!(began.elapsed().as_secs(), 15);
    }
    claim(&client).await;
    events.event().await.tells(ids[0], "processing");
}

#[tokio::test]
async fn a_stream_of_many_jobs_survives_an_outage_of_the_store() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let client = Client::new(store);
    let api = Api::new(client.clone());
    let ids = [submit(&api, "nasa").await, submit(&api, "esa").await];
    let mut events = Events::open(&api, &ids, None).await;
    events.event().await;
    events.event().await;
    for call in 1..=4 {
        faults.on_call(Verb::Changed, call, StoreFault::Fail);
    }
    let (change, _) = tokio::join!(events.event(), claim(&client));
    change.tells(ids[0], "processing");
}

#[tokio::test]
async fn closing_ends_a_stream_of_many_jobs_with_what_it_has_not_told() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let client = Client::new(store);
    let api = Api::new(client.clone());
    let ids = [submit(&api, "quiet").await, submit(&api, "busy").await];
    let mut events = Events::open(&api, &ids, None).await;
    events.event().await;
    events.event().await;
    // The stream pauses after a failure of the store; meanwhile a job changes and all is closed.
    for call in 1..=2 {
        faults.on_call(Verb::Changed, call, StoreFault::Fail);
    }
    let change = async {
        client.cancel(ids[1]).await.unwrap();
        api.release_waits();
    };
    let (last, ()) = tokio::join!(events.event(), change);
    last.tells(ids[1], "failed");
    events.ends().await;

    // One that is opened now tells the states and ends.
    let mut late = Events::open(&api, &ids, None).await;
    late.event().await.tells(ids[0], "pending");
    late.event().await.tells(ids[1], "failed");
    late.ends().await;
}

#[tokio::test]
async fn a_drain_waits_until_each_followed_end_is_told_and_its_report_fetched() {
    let (api, client) = service();
    let ids = [submit(&api, "nasa").await, submit(&api, "esa").await];
    let mut events = Events::open(&api, &ids, None).await;
    events.event().await;
    events.event().await;
    api.refuse_submits();
    complete(&client, &claim(&client).await, "{}").await;
    assert_eq!(api.wait_for_followers(Duration::ZERO).await, 1);
    events.event().await.tells(ids[0], "completed");
    assert_eq!(api.wait_for_followers(Duration::ZERO).await, 1);
    get(&api, &format!("/api/report/{}", ids[0])).await;
    // The other one has not ended.
    assert_eq!(api.wait_for_followers(Duration::ZERO).await, 0);
}

#[tokio::test]
async fn a_client_of_many_jobs_that_vanishes_frees_their_slots() {
    let (api, _) = service();
    let api = api.with_max_streams(2);
    let ids = [submit(&api, "nasa").await, submit(&api, "esa").await];
    let server = Server::start(api.clone()).await;
    let mut stream = server.connect().await;
    let head = format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", path(&ids));
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, &format!("{}\",\"status", ids[1])).await;
    assert_eq!(refusal(&api, &path(&ids[..1])).await.0, 503);
    drop(stream);
    let freed = async {
        while ask(&api, request("HEAD", &path(&ids))).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    let freed = tokio::time::timeout(PATIENCE, freed).await;
    freed.expect("the slots are free again");

    // And one that is still there does not delay a shutdown.
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, &format!("{}\",\"status", ids[1])).await;
    server.stop().await;
    assert!(read_to_close(&mut stream).await.ends_with("0\r\n\r\n"));
}
