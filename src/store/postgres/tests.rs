//! What cannot be seen from outside: round trips, and plans.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline_test_support::postgres::PostgresServer;

use super::driver::Postgres;
use super::link::Dialer;
use super::writer::PLANS;
use super::{PostgresOptions, PostgresStore};
use crate::account::{Handle, Platform, Target};
use crate::job::{JobId, Phase, Progress, Status};
use crate::store::sql::{Driver, Value, choosing, choosing_many};
use crate::store::{ClaimRequest, Heartbeat, JobStore, NewJob, Outcome, WorkerId};

const MINUTE: Duration = Duration::from_secs(60);

fn new_job(name: &str) -> NewJob {
    let handle = Handle::canonical(name).unwrap();
    NewJob::new(JobId::random(), Target::new(Platform::TIKTOK, handle))
}

fn request() -> ClaimRequest {
    ClaimRequest::new(WorkerId::unique()).with_lease(MINUTE)
}

/// Carries out a call, and returns how many round trips it took with its result.
async fn counted<T>(store: &PostgresStore, call: impl Future<Output = T>) -> (u64, T) {
    let before = store.round_trips.load(Ordering::Relaxed);
    let result = call.await;
    (store.round_trips.load(Ordering::Relaxed) - before, result)
}

#[tokio::test]
async fn a_call_alone_takes_two_round_trips_and_one_more_for_large_values() {
    let server = PostgresServer::shared();
    let store = PostgresStore::connect(&server.url("lone")).await.unwrap();
    for name in ["first", "second"] {
        let new = new_job(name).with_input(Bytes::from_static(b"input"));
        let mut taken = Vec::new();
        taken.push(counted(&store, store.submit(new)).await.0);
        let (trips, claimed) = counted(&store, store.claim(request())).await;
        taken.push(trips);
        let lease = &claimed.unwrap()[0].lease;
        let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(5));
        taken.push(counted(&store, store.heartbeat(lease, beat)).await.0);
        let output = Bytes::from_static(b"output");
        let checkpoint = store.checkpoint(lease, Phase::Scraping, output);
        taken.push(counted(&store, checkpoint).await.0);
        let report = Outcome::Completed(Bytes::from_static(b"{}"));
        taken.push(counted(&store, store.finish(lease, report)).await.0);
        taken.push(counted(&store, store.claim(request())).await.0);
        assert_eq!(
            taken,
            [2, 3, 2, 2, 2, 2],
            "submit, claim, heartbeat, checkpoint, finish, claim in vain"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_takes_at_most_five_round_trips_when_sixteen_workers_are_busy() {
    const WORKERS: u64 = 16;
    const JOBS: u64 = 20;
    let server = PostgresServer::shared();
    let store = PostgresStore::connect(&server.url("busy")).await.unwrap();
    let store = Arc::new(store);
    let work = |worker: u64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for n in 0..JOBS {
                let new = new_job(&format!("w{worker}.{n}"));
                store.submit(new).await.unwrap();
                let claimed = store.claim(request().with_wait(MINUTE)).await.unwrap();
                let lease = &claimed[0].lease;
                for phase in [Phase::Scraping, Phase::Analysis] {
                    let output = Bytes::from_static(b"output");
                    store.checkpoint(lease, phase, output).await.unwrap();
                }
                let report = Outcome::Completed(Bytes::from_static(b"{}"));
                store.finish(lease, report).await.unwrap();
            }
        })
    };
    let before = store.round_trips.load(Ordering::Relaxed);
    let workers: Vec<_> = (0..WORKERS).map(work).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let trips = store.round_trips.load(Ordering::Relaxed) - before;
    let jobs = WORKERS * JOBS;
    println!("{trips} round trips for {jobs} jobs");
    assert!(trips <= 5 * jobs, "{trips} round trips for {jobs} jobs");
}

/// The connection hands out replies in order, and stops at one of which nobody takes the parts.
#[tokio::test]
async fn a_statement_is_prepared_behind_a_long_reply_that_nobody_has_taken() {
    let options = PostgresOptions::new(&PostgresServer::shared().url("long")).unwrap();
    let dialer = Dialer::new(options.address, MINUTE);
    let mut database = Postgres::new(dialer.connect(None).await.unwrap(), true);
    let long = "SELECT repeat('x', 1000) FROM generate_series(1, 20000)";
    let both = async {
        database.write(long, &[]).await.unwrap();
        database.rows("SELECT 7::bigint", &[]).await.unwrap()
    };
    let rows = tokio::time::timeout(MINUTE, both).await.expect("a reply");
    assert_eq!(rows[0].0, [Value::Integer(7)]);
    // Nor do two statements at once keep each other from being prepared.
    let statements = vec![
        (long.into(), Vec::new()),
        ("SELECT 8::bigint".into(), Vec::new()),
    ];
    let rows = tokio::time::timeout(MINUTE, database.all_rows(statements)).await;
    let rows = rows.expect("a reply").unwrap();
    assert_eq!(
        (rows[0].len(), &*rows[1][0].0),
        (20_000, &[Value::Integer(8)][..])
    );
}

/// So that no call takes longer because there are many jobs.
#[tokio::test]
async fn no_choice_reads_all_jobs() {
    let server = PostgresServer::shared();
    let store = PostgresStore::connect(&server.url("plans")).await.unwrap();
    store.submit(new_job("waits")).await.unwrap();
    store.submit(new_job("runs")).await.unwrap();
    store.claim(request()).await.unwrap();
    let columns = server.run(
        "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
         WHERE table_schema = 'plans' AND table_name = 'jobs'",
    );
    // Many that have ended, made of one that waits.
    let made = columns
        .replace("number,", "n + 100,")
        .replace("job_id,", "'job' || n,")
        .replace("handle,", "'handle' || n,")
        .replace("status,", "'completed',")
        .replace(" expires,", " 1 << 62,")
        .replace("owns_key,", "1,");
    server.run(&format!(
        "SET search_path TO plans; INSERT INTO jobs ({columns}) SELECT {made} FROM jobs, generate_series(1, 30000) n
         WHERE status = 'pending'; ANALYZE jobs"
    ));
    for statement in choosing() {
        let mut sql = statement.clone();
        for place in 1..=9 {
            sql = sql.replace(&format!("${place}"), "'1'");
        }
        let plan = server.run(&format!("SET search_path TO plans; EXPLAIN {sql}"));
        assert!(
            plan.contains("Index") && !plan.contains("Seq Scan on jobs"),
            "{sql}\n{plan}"
        );
    }
}

/// A plan that was made for empty tables stays in use while they fill.
#[tokio::test]
async fn statements_for_many_jobs_go_by_an_index_from_the_first_job_on() {
    let server = PostgresServer::shared();
    let store = PostgresStore::connect(&server.url("manyplans"))
        .await
        .unwrap();
    store.submit(new_job("first")).await.unwrap();
    for statement in choosing_many() {
        let places = statement.matches('$').count();
        let nulls = vec!["NULL"; places].join(", ");
        let arguments = if places > 0 {
            format!("({nulls})")
        } else {
            String::new()
        };
        let plan = server.run(&format!(
            "SET search_path TO manyplans; BEGIN; {PLANS}; PREPARE choice AS {statement};
             EXPLAIN EXECUTE choice{arguments}"
        ));
        for table in ["jobs", "outputs", "inputs"] {
            assert!(
                !plan.contains(&format!("Seq Scan on {table}")),
                "{statement}\n{plan}"
            );
        }
        assert!(
            plan.contains("Index") && !plan.contains("Bitmap"),
            "{statement}\n{plan}"
        );
        // Those that are held are few. Whatever else is in order comes out of its index so.
        let sorts = plan.matches("Sort Key").count();
        assert!(
            sorts == plan.matches("Sort Key: jobs.lease_until").count(),
            "{statement}\n{plan}"
        );
    }
}

/// Calls that come at once share a transaction, in which their writes wait for each other.
#[tokio::test]
async fn calls_of_one_transaction_see_what_those_before_them_did() {
    let store = PostgresStore::connect(&PostgresServer::shared().url("onegroup"))
        .await
        .unwrap();
    let handles: Vec<String> = (0..20).map(|n| format!("account{n}")).collect();
    let first: Vec<NewJob> = handles.iter().map(|handle| new_job(handle)).collect();
    let second: Vec<NewJob> = handles.iter().map(|handle| new_job(handle)).collect();
    // Every one is submitted, then ended by a cancel, which frees its target for the next one, and that one is claimed.
    let calls = async {
        let submits = futures::future::join_all(first.iter().map(|new| store.submit(new.clone())));
        let cancels = futures::future::join_all(first.iter().map(|new| store.cancel(new.id)));
        let again = futures::future::join_all(second.iter().map(|new| store.submit(new.clone())));
        let claim = store.claim(request().with_max(40));
        futures::join!(submits, cancels, again, claim)
    };
    let before = store.round_trips.load(Ordering::Relaxed);
    let (submits, cancels, again, claimed) = calls.await;
    let trips = store.round_trips.load(Ordering::Relaxed) - before;
    assert!(
        trips <= 6,
        "{trips} round trips are more than one or two transactions"
    );
    for (n, submitted) in submits.into_iter().enumerate() {
        assert_eq!(submitted.unwrap().job().id, first[n].id);
    }
    assert!(
        cancels
            .into_iter()
            .all(|status| status.unwrap() == Status::Failed)
    );
    for (n, submitted) in again.into_iter().enumerate() {
        assert_eq!(submitted.unwrap().job().id, second[n].id);
    }
    let claimed = claimed.unwrap();
    let ids = |jobs: &[NewJob]| jobs.iter().map(|new| new.id).collect::<Vec<_>>();
    assert_eq!(
        claimed.iter().map(|job| job.job.id).collect::<Vec<_>>(),
        ids(&second)
    );
    let finishes = claimed.iter().enumerate().map(|(n, claimed)| {
        let report = Outcome::Completed(Bytes::from(format!("{{\"n\":{n}}}")));
        let store = &store;
        async move {
            let output = Bytes::from_static(b"output");
            let checkpoint = store.checkpoint(&claimed.lease, Phase::Scraping, output);
            let finish = store.finish(&claimed.lease, report);
            futures::join!(checkpoint, finish)
        }
    });
    for (checkpoint, status) in futures::future::join_all(finishes).await {
        assert_eq!(
            (checkpoint.is_ok(), status.unwrap()),
            (true, Status::Completed)
        );
    }
    for (n, new) in second.iter().enumerate() {
        let report = store.report(new.id).await.unwrap().unwrap();
        assert_eq!(report, format!("{{\"n\":{n}}}"));
    }
    let left = "SELECT (SELECT count(*) FROM onegroup.outputs) || ' ' || (SELECT count(*) FROM onegroup.reports)";
    assert_eq!(PostgresServer::shared().run(left), "0 20");
}
