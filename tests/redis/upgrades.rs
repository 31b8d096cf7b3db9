//! Two versions of this library on one Redis: what a newer one has written, and which may start.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use report_pipeline::http::Api;
use report_pipeline::store::{
    ClaimRequest, ClaimedJob, FindRequest, Heartbeat, InFlightLimits, Lease, Outcome, PauseRequest,
    SaveRequest, SweepRequest, WatchRequest, WorkerId,
};
use report_pipeline::{
    Client, Failure, FailureKind, JobId, JobStore, NewJob, Phase, Platform, Progress,
    RedisConnectError, RedisStore, Status, StoreError, Submitted, Version,
};

use super::fixture::{
    Phases, connect, connect_with_prefix, ended, new_job, options, patiently, submit, target,
};
use report_pipeline_test_support::redis::RedisServer;

/// What a newer version may have written into a record.
const NEWER: [(&str, &str); 3] = [
    ("status", "archiving"),
    ("phase", "Enriching"),
    // And this may be all that the two have in common.
    ("status", ""),
];

const TICK: Duration = Duration::from_millis(50);
/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);
const OUTPUT: Bytes = Bytes::from_static(b"{}");

/// A store of its own, and what a newer version has done to one of its jobs.
struct Newer<'a> {
    server: &'a RedisServer,
    store: RedisStore,
    prefix: String,
    field: &'static str,
    value: &'static str,
}

impl Newer<'_> {
    fn key(&self, id: JobId) -> String {
        format!("{}jobs:{id}", self.prefix)
    }

    fn record(&self, id: JobId) -> String {
        self.server.run(&["HGETALL", &self.key(id)])
    }

    /// Brings the job into a state that this version does not know; returns the value it had.
    fn advance(&self, id: JobId) -> String {
        let key = self.key(id);
        let before = self.server.run(&["HGET", &key, self.field]);
        self.server.run(&["HSET", &key, self.field, self.value]);
        before
    }

    /// Brings it back, as the newer version does when its step is done.
    fn bring_back(&self, id: JobId, before: &str) {
        let key = self.key(id);
        self.server.run(&["HSET", &key, self.field, before]);
    }

    /// Raises the fence, as every version does that takes a job from its worker.
    fn take_from_its_worker(&self, id: JobId) {
        let script = "local own = {cmsgpack.unpack(redis.call('HGET', KEYS[1], 'own'))} \
            own[2] = own[2] + 1 \
            return redis.call('HSET', KEYS[1], 'own', cmsgpack.pack(unpack(own)))";
        let reply = self.server.run(&["EVAL", script, "1", &self.key(id)]);
        assert_eq!(reply, "0");
    }

    fn size(&self, index: &str) -> String {
        let key = format!("{}jobs:q:{index}", self.prefix);
        self.server.run(&["ZCARD", &key])
    }

    async fn submit(&self, name: &str) -> JobId {
        let job = new_job(name).with_max_crashes(100);
        self.store.submit(job).await.unwrap().job().id
    }

    async fn claim(&self, max: usize, lease: Duration) -> Vec<ClaimedJob> {
        let request = ClaimRequest::new(WorkerId::unique()).with_max(max);
        self.store.claim(request.with_lease(lease)).await.unwrap()
    }

    async fn claim_one(&self, lease: Duration) -> Lease {
        self.claim(1, lease).await.remove(0).lease
    }
}

/// Runs a check for everything that a newer version may have written.
async fn for_each_newer(check: impl AsyncFn(Newer<'_>)) {
    let server = RedisServer::start();
    for (field, value) in NEWER {
        let prefix = format!("{field}-{value}:");
        check(Newer {
            server: &server,
            store: connect_with_prefix(server.address(), &prefix).await,
            prefix,
            field,
            value,
        })
        .await;
    }
}

#[track_caller]
fn assert_newer<T: std::fmt::Debug>(reply: Result<T, StoreError>, id: JobId) {
    match reply {
        Err(error @ StoreError::Newer(of)) => {
            assert_eq!(of, id);
            assert!(error.is_retryable());
        }
        other => panic!("not left alone: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_job_of_a_newer_version_is_not_claimed_and_holds_up_nobody() {
    for_each_newer(async |newer| {
        let newest = newer.submit("newest").await;
        let before = newer.advance(newest);
        let record = newer.record(newest);
        let good = newer.submit("good").await;

        let claimed = newer.claim(10, Duration::from_secs(60)).await;
        let ids: Vec<JobId> = claimed.iter().map(|one| one.job.id).collect();
        assert_eq!(ids, [good]);
        assert!(newer.claim(10, TICK).await.is_empty());
        assert_eq!(newer.record(newest), record);
        let stats = newer.store.stats().await.unwrap();
        assert_eq!(
            (stats.damaged, stats.jobs.pending, stats.jobs.processing),
            (0, 1, 1)
        );

        // At its place all the time.
        newer.bring_back(newest, &before);
        let claimed = newer.claim(10, TICK).await;
        assert_eq!(claimed[0].job.id, newest);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_jobs_of_a_newer_version_hold_up_nobody_and_none_is_lost() {
    const MANY: usize = 200;
    for_each_newer(async |newer| {
        for n in 0..MANY {
            let id = newer.submit(&format!("newest{n}")).await;
            newer.advance(id);
        }
        let good = newer.submit("good").await;
        let request = ClaimRequest::new(WorkerId::unique()).with_wait(Duration::from_secs(20));
        let claimed = newer.store.claim(request).await.unwrap();
        assert_eq!(claimed[0].job.id, good);
        assert_eq!(newer.size("waiting:instagram"), MANY.to_string());
        assert_eq!(newer.store.stats().await.unwrap().damaged, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lost_lease_of_a_newer_version_is_left_to_it_and_blocks_no_slot() {
    for_each_newer(async |newer| {
        let newest = newer.submit("newest").await;
        newer.claim_one(Duration::from_millis(1)).await;
        let before = newer.advance(newest);
        let record = newer.record(newest);
        tokio::time::sleep(TICK).await;

        let good = newer.submit("good").await;
        let one = InFlightLimits::none().with(Platform::INSTAGRAM, 1);
        let request = ClaimRequest::new(WorkerId::unique()).with_in_flight(one);
        let claimed = newer.store.claim(request).await.unwrap();
        assert_eq!(claimed[0].job.id, good);
        let swept = newer.store.sweep(SweepRequest::new(10)).await.unwrap();
        assert_eq!((swept.requeued, swept.failed, swept.more), (0, 0, false));
        assert_eq!(newer.record(newest), record);
        assert_eq!(newer.size("held:instagram"), "2");

        newer.bring_back(newest, &before);
        // A sweep puts it off by 30 s, so that it does not meet it each time: time passes.
        let held = format!("{}jobs:q:held:instagram", newer.prefix);
        let id = newest.to_string();
        newer.server.run(&["ZADD", &held, "1", &id]);
        let claimed = newer.claim(1, TICK).await;
        assert_eq!((claimed[0].job.id, claimed[0].job.crashes), (newest, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_a_newer_version_has_lost_closes_no_platform() {
    for_each_newer(async |newer| {
        let pause = PauseRequest::new(Platform::INSTAGRAM, Duration::from_millis(1));
        let newest = newer.submit("newest").await;
        newer.store.pause(pause).await.unwrap();
        tokio::time::sleep(TICK).await;
        newer.claim_one(Duration::from_millis(1)).await;
        newer.advance(newest);
        tokio::time::sleep(TICK).await;
        let good = newer.submit("good").await;
        let claimed = newer.claim(1, Duration::from_secs(60)).await;
        assert_eq!(claimed[0].job.id, good);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_on_what_a_newer_version_has_taken_over_is_lost() {
    for_each_newer(async |newer| {
        let newest = newer.submit("newest").await;
        let lease = newer.claim_one(Duration::from_secs(60)).await;
        newer.advance(newest);
        newer.take_from_its_worker(newest);
        let record = newer.record(newest);

        let store = &newer.store;
        let beat = Heartbeat::new(TICK).with_progress(Progress::from_percent(20));
        let save = SaveRequest::replace(Phase::Scraping, 0, OUTPUT);
        for (verb, reply) in [
            ("heartbeat", store.heartbeat(&lease, beat).await.map(drop)),
            ("save", store.save(&lease, save).await.map(drop)),
            (
                "checkpoint",
                store
                    .checkpoint(&lease, Phase::Scraping, OUTPUT)
                    .await
                    .map(drop),
            ),
            (
                "finish",
                store
                    .finish(&lease, Outcome::Completed(OUTPUT))
                    .await
                    .map(drop),
            ),
            (
                "release",
                store.finish(&lease, Outcome::Released).await.map(drop),
            ),
        ] {
            assert!(
                matches!(reply, Err(StoreError::LeaseLost(id)) if id == newest),
                "{verb}: {reply:?}"
            );
        }
        // A claim that is repeated takes nothing either.
        let request = ClaimRequest::new(WorkerId::unique()).with_token(lease.token());
        assert!(store.claim(request).await.unwrap().is_empty());
        assert_eq!(newer.record(newest), record);
        assert_eq!(store.stats().await.unwrap().stored_bytes, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_about_a_job_of_a_newer_version_are_refused_by_name() {
    for_each_newer(async |newer| {
        let newest = newer.submit("newest").await;
        let before = newer.advance(newest);
        let record = newer.record(newest);

        let store = &newer.store;
        assert_newer(store.get(newest).await, newest);
        let watch = WatchRequest::new(newest, Version::ZERO).with_wait(TICK);
        assert_newer(store.changed(watch).await, newest);
        assert_newer(store.cancel(newest).await, newest);
        assert_newer(store.delete(newest).await, newest);
        let find = FindRequest::new(target("newest"));
        assert_newer(store.find(find).await, newest);
        assert_eq!(store.report(newest).await.unwrap(), None);
        let unknown = JobId::random();
        let found = store.get_many(&[newest, unknown]).await.unwrap();
        assert_eq!(found, [None, None]);

        // Its target stays with it, so that there is no second job.
        assert_newer(store.submit(new_job("newest")).await, newest);
        let repeated = NewJob::new(newest, target("newest"));
        assert_newer(store.submit(repeated).await, newest);
        let continuing = new_job("other").continuing(newest);
        assert_newer(store.submit(continuing).await, newest);
        assert_eq!(newer.record(newest), record);

        newer.bring_back(newest, &before);
        let joined = store.submit(new_job("newest")).await.unwrap();
        assert!(matches!(joined, Submitted::Joined(job) if job.id == newest));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_leaves_the_overdue_job_of_a_newer_version_and_reaches_the_others() {
    for_each_newer(async |newer| {
        let mut newest = Vec::new();
        for n in 0..5 {
            let overdue = new_job(&format!("newest{n}")).with_deadline(Some(TICK));
            let id = newer.store.submit(overdue).await.unwrap().job().id;
            newer.advance(id);
            newest.push((id, newer.record(id)));
        }
        let overdue = new_job("good").with_deadline(Some(TICK));
        let good = newer.store.submit(overdue).await.unwrap().job().id;
        tokio::time::sleep(2 * TICK).await;

        // Two at a time: those that it leaves alone are not in its way for ever.
        let swept = async {
            while newer.store.get(good).await.unwrap().unwrap().status != Status::Failed {
                newer.store.sweep(SweepRequest::new(2)).await.unwrap();
            }
        };
        patiently("the sweep of an overdue job", swept).await;
        let swept = newer.store.sweep(SweepRequest::new(100)).await.unwrap();
        assert_eq!((swept.failed, swept.removed, swept.more), (0, 0, false));
        for (id, record) in newest {
            assert_eq!(newer.record(id), record);
        }
        // With their deadlines, for the newer version.
        assert_eq!(newer.size("deadlines"), "5");
        assert_eq!(newer.store.stats().await.unwrap().damaged, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_job_of_a_newer_version_stays_until_its_retention_ends() {
    for_each_newer(async |newer| {
        let newest = newer.submit("newest").await;
        let lease = newer.claim_one(Duration::from_secs(60)).await;
        let outcome = Outcome::Completed(OUTPUT);
        newer.store.finish(&lease, outcome).await.unwrap();
        newer.advance(newest);
        newer.store.sweep(SweepRequest::new(100)).await.unwrap();
        assert_newer(newer.store.delete(newest).await, newest);
        assert_newer(newer.store.submit(new_job("newest")).await, newest);
        assert_eq!(newer.store.report(newest).await.unwrap(), Some(OUTPUT));
        let time_left = newer.server.run(&["TTL", &newer.key(newest)]);
        assert!(
            time_left.parse::<u64>().unwrap() > 86_000,
            "{time_left} s are left"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_told_to_come_again_and_a_watcher_waits() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "nasa").await;
    let key = format!("jobs:{id}");
    server.run(&["HSET", &key, "phase", "Enriching"]);
    let api = Api::new(client.clone());
    let analyze = Request::post("/api/analyze")
        .header("content-type", "application/json")
        .body(r#"{"handle": "nasa", "platform": "instagram"}"#);
    for request in [
        Request::get(format!("/api/status/{id}")).body(""),
        Request::post(format!("/api/cancel/{id}")).body(""),
        Request::get(format!("/api/report/{id}")).body(""),
        analyze,
    ] {
        let request = request.unwrap().map(Full::<Bytes>::from);
        let (method, path) = (request.method().clone(), request.uri().clone());
        let response = api.respond(request).await;
        assert_eq!(response.status(), 503, "{method} {path}");
        assert!(response.headers().contains_key(header::RETRY_AFTER));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let told = String::from_utf8(body.to_vec()).unwrap();
        assert!(told.contains("a newer version of the service"), "{told}");
    }

    let other = client.clone();
    let watcher = tokio::spawn(async move { ended(&other, id).await });
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    tokio::time::sleep(TICK).await;
    assert!(!watcher.is_finished());
    server.run(&["HSET", &key, "phase", "Analysis"]);
    // As the newer version does when a job is pending again.
    server.run(&["PUBLISH", "jobs:q:wake", "0"]);
    assert_eq!(watcher.await.unwrap().status, Status::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_kind_of_failure_reads_as_a_general_one_and_is_kept() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let id = store.submit(new_job("nasa")).await.unwrap().job().id;
    let request = ClaimRequest::new(WorkerId::unique());
    let lease = store.claim(request).await.unwrap().remove(0).lease;
    let failed = Outcome::Retry {
        after: Duration::ZERO,
        failure: Failure::new(FailureKind::Transient, "gone"),
    };
    store.finish(&lease, failed).await.unwrap();
    let key = format!("jobs:{id}");
    let set = ["HSET", &key, "error_kind", "evaporated"];
    server.run(&[&set[..], &["mood", "sunny", "moods", "7.5"]].concat());

    let kind =
        |job: &report_pipeline::Job| job.failure.as_ref().map(report_pipeline::Failure::kind);
    let job = store.get(id).await.unwrap().unwrap();
    assert_eq!(kind(&job), Some(FailureKind::Other));
    assert_eq!(job.error_message(), Some("gone"));
    let found = store.find(FindRequest::new(target("nasa"))).await.unwrap();
    assert_eq!(found.as_ref(), Some(&job));
    assert_eq!(
        store.get_many(&[id]).await.unwrap(),
        std::slice::from_ref(&found)
    );
    let joined = store.submit(new_job("nasa")).await.unwrap();
    assert_eq!(joined.job(), &job);

    // Through every change that does not replace it.
    let request = ClaimRequest::new(WorkerId::unique());
    let claimed = store.claim(request.clone()).await.unwrap().remove(0);
    assert_eq!(kind(&claimed.job), Some(FailureKind::Other));
    let lease = claimed.lease;
    let beat = Heartbeat::new(TICK * 100).with_progress(Progress::from_percent(20));
    store.heartbeat(&lease, beat).await.unwrap();
    let save = SaveRequest::replace(Phase::Scraping, 0, OUTPUT);
    store.save(&lease, save).await.unwrap();
    store.finish(&lease, Outcome::Released).await.unwrap();
    assert_eq!(server.run(&["HGET", &key, "error_kind"]), "evaporated");
    let lease = store.claim(request).await.unwrap().remove(0).lease;
    store
        .finish(&lease, Outcome::Completed(OUTPUT))
        .await
        .unwrap();
    let kept = server.run(&["HMGET", &key, "error_kind", "mood", "moods", "status"]);
    assert_eq!(kept, "\nsunny\n7.5\ncompleted");
    assert_eq!(store.stats().await.unwrap().damaged, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_starts_on_what_it_can_read_and_lowers_nothing() {
    let server = RedisServer::start();
    for (kept, starts, kept_then) in [
        (&[][..], true, "5\n4"),
        (&["schema", "4"], true, "5\n4"),
        (&["schema", "0"], true, "5\n4"),
        // The one that listed each job apart.
        (&["schema", "3", "min_reader", "3"], true, "5\n4"),
        (&["schema", "6", "min_reader", "5"], true, "6\n5"),
        (&["schema", "99", "min_reader", "1"], true, "99\n4"),
        (&["schema", "6", "min_reader", "6"], false, "6\n6"),
        // Of builds from before the first release, which kept records in another form.
        (&["schema", "2"], false, "2\n"),
        (&["schema", "2", "min_reader", "2"], false, "2\n2"),
        (&["schema", "99"], false, "99\n"),
        (&["schema", "two"], false, "two\n"),
        (&["schema", "4", "min_reader", "one"], false, "4\none"),
    ] {
        server.run(&["FLUSHALL"]);
        let meta = "jobs:q:meta";
        if !kept.is_empty() {
            server.run(&[&["HSET", meta], kept].concat());
        }
        match (options(server.address()).connect().await, starts) {
            (Ok(store), true) => {
                let client = Client::new(store);
                let id = submit(&client, "nasa").await;
                let phases = Phases::by("report");
                let _workers = phases.builder(&client).build().start();
                assert_eq!(ended(&client, id).await.status, Status::Completed);
            }
            (Err(refused @ RedisConnectError::Schema { .. }), false) => {
                let told = refused.to_string();
                assert!(told.contains(&format!("has schema {}", kept[1])), "{told}");
                let advice = if kept[1] == "2" {
                    "another prefix"
                } else {
                    "upgrade this process"
                };
                assert!(told.contains(advice), "{told}");
            }
            (reply, _) => panic!("{kept:?}: {reply:?}"),
        }
        let found = server.run(&["HMGET", meta, "schema", "min_reader"]);
        assert_eq!(found, kept_then, "{kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_was_forgotten_in_an_upgrade_destroys_nothing() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let request = ClaimRequest::new(WorkerId::unique()).with_max(10);
    let request = request.with_lease(TICK);
    assert!(store.claim(request.clone()).await.unwrap().is_empty());
    // It is connected, and a build comes that it would not start beside. What that one writes, it cannot tell
    // from damage.
    server.run(&["HSET", "jobs:q:meta", "schema", "6", "min_reader", "6"]);
    let mut records = Vec::new();
    // A script can work with the second one, so that one must not be overdue: it would be ended.
    let fields = [("first", "own", TICK), ("second", "created_at", LONG)];
    for (name, field, deadline) in fields {
        let job = new_job(name)
            .with_deadline(Some(deadline))
            .with_max_crashes(100);
        let id = store.submit(job).await.unwrap().job().id;
        server.run(&["HSET", &format!("jobs:{id}"), field, "in another form"]);
        records.push((id, name));
    }
    let record = |id| server.run(&["HGETALL", &format!("jobs:{id}")]);
    let before: Vec<String> = records.iter().map(|(id, _)| record(*id)).collect();
    tokio::time::sleep(2 * TICK).await;
    // A script that can work with a record may take it; whoever can read it gets it after the lease.
    assert!(store.claim(request).await.unwrap().is_empty());
    assert_eq!(record(records[0].0), before[0]);
    store.sweep(SweepRequest::new(10)).await.unwrap();
    assert_eq!(record(records[0].0), before[0]);
    assert_newer(store.submit(new_job("first")).await, records[0].0);
    assert_newer(store.cancel(records[0].0).await, records[0].0);
    assert!(store.submit(new_job("second")).await.is_err());
    assert_eq!(store.stats().await.unwrap().damaged, 0);
    for (id, name) in records {
        let owner = server.run(&["GET", &format!("jobs:handle:{name}:instagram")]);
        assert_eq!(owner, id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn builds_may_start_in_any_order() {
    /// Schema and oldest reader of builds of three releases: the second reads a new form, and the
    /// third writes it.
    const BUILDS: [(u32, u32); 3] = [(1, 1), (2, 1), (2, 2)];
    let script = include_str!("../../src/store/redis/lua/handshake.lua");
    let server = RedisServer::start();
    let start = |(schema, min_reader): (u32, u32)| {
        let (own, oldest) = (schema.to_string(), min_reader.to_string());
        let kept = server.run(&["EVAL", script, "1", "jobs:", &own, &oldest, "1"]);
        let needed: u32 = kept.lines().nth(1).unwrap().parse().unwrap();
        needed <= schema
    };
    for first in BUILDS {
        for second in BUILDS {
            server.run(&["FLUSHALL"]);
            assert!(start(first));
            // The first release does not read what the third one writes.
            let too_old = first == (2, 2) && second == (1, 1);
            assert_eq!(start(second), !too_old, "{first:?}, then {second:?}");
            assert!(start(first) != (second == (2, 2) && first == (1, 1)));
            let kept = server.run(&["HMGET", "jobs:q:meta", "schema", "min_reader"]);
            let highest = (first.0.max(second.0), first.1.max(second.1));
            let expected = format!("{}\n{}", highest.0, highest.1);
            // Neighbours change nothing of what they find.
            assert_eq!(kept, expected, "{first:?}, then {second:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_build_notices_what_it_cannot_read_when_it_connects_again() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    server.run(&["HSET", "jobs:q:meta", "schema", "99", "min_reader", "98"]);
    server.run(&["CLIENT", "KILL", "TYPE", "normal"]);
    let error = store.submit(new_job("nasa")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    let told = error.to_string();
    assert!(
        told.contains("schema 99 and needs a build of schema 98"),
        "{told}"
    );
    assert_eq!(server.run(&["KEYS", "*"]), "jobs:q:meta");
}
