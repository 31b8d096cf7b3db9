//! A disk without room, as the server tells of it. A trigger tells of it here.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Heartbeat, Outcome, SweepRequest};
use report_pipeline::{JobStore, Phase, Progress, Status, StoreError, Submitted};

use super::fixture::{Schema, claim_one, new_job, submit};

const MINUTE: Duration = Duration::from_secs(60);

/// From here on the server has no room for new rows of some tables that meet a condition.
fn fill_the_disk(schema: &Schema, tables: &[&str], condition: &str) {
    schema.run(&format!(
        "CREATE FUNCTION extend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF {condition} THEN
                 RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
             END IF;
             RETURN NEW;
         END $$"
    ));
    for table in tables {
        schema.run(&format!(
            "CREATE TRIGGER extend BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION extend()"
        ));
    }
}

fn make_room(schema: &Schema) {
    schema.run("DROP FUNCTION extend() CASCADE");
}

fn assert_names_the_disk(error: &StoreError) {
    assert!(
        matches!(error, StoreError::Unavailable { .. }) && error.is_retryable(),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("the disk of PostgreSQL is full"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_by_name_what_needs_room_and_loses_nothing() {
    let schema = Schema::new();
    let store = schema.store().await;
    let waiting = submit(&store, "waits").await;
    submit(&store, "runs").await;
    let (first, second) = (claim_one(&store).await, claim_one(&store).await);
    let output = Bytes::from_static(b"output");
    let (lease, other) = (&first.lease, &second.lease);
    store
        .checkpoint(lease, Phase::Scraping, output.clone())
        .await
        .unwrap();
    fill_the_disk(&schema, &["jobs", "inputs", "outputs", "reports"], "true");

    let new = new_job("new").with_input(Bytes::from_static(b"input"));
    let report = Outcome::Completed(Bytes::from_static(b"{}"));
    for error in [
        store.submit(new.clone()).await.unwrap_err(),
        store
            .checkpoint(lease, Phase::Analysis, output.clone())
            .await
            .unwrap_err(),
        store.finish(lease, report.clone()).await.unwrap_err(),
    ] {
        assert_names_the_disk(&error);
    }
    // What needs none goes on, and finds everything as it was.
    let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(7));
    store.heartbeat(lease, beat).await.unwrap();
    store.sweep(SweepRequest::new(10)).await.unwrap();
    let released = store.finish(other, Outcome::Released).await.unwrap();
    assert_eq!(released, Status::Pending);
    assert_eq!(store.get(new.id).await.unwrap(), None);
    let job = store.get(waiting).await.unwrap().unwrap();
    assert_eq!(
        (job.status, job.phase),
        (Status::Processing, Phase::Analysis)
    );
    assert_eq!(store.stats().await.unwrap().jobs.total(), 2);
    schema.assert_agrees();

    make_room(&schema);
    // The same calls, by the same store.
    assert!(matches!(
        store.submit(new).await.unwrap(),
        Submitted::Created(_)
    ));
    store
        .checkpoint(lease, Phase::Analysis, output)
        .await
        .unwrap();
    assert_eq!(
        store.finish(lease, report).await.unwrap(),
        Status::Completed
    );
    assert!(store.report(waiting).await.unwrap().is_some());
    schema.assert_agrees();
}

/// Calls that share a commit do not share a failure.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_finds_no_room_fails_alone() {
    const LARGE: usize = 60_000;
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    fill_the_disk(&schema, &["inputs"], "length(NEW.value) > 50000");
    let submit = |n: usize| {
        let (store, size) = (Arc::clone(&store), if n % 10 == 5 { LARGE } else { 50 });
        let new = new_job(&format!("account{n}")).with_input(Bytes::from(vec![7; size]));
        (size, tokio::spawn(async move { store.submit(new).await }))
    };
    let calls: Vec<_> = (0..30).map(submit).collect();
    for (size, call) in calls {
        match call.await.unwrap() {
            Ok(_) => assert_eq!(size, 50),
            Err(error) => {
                assert_names_the_disk(&error);
                assert_eq!(size, LARGE, "a small one has room");
            }
        }
    }
    assert_eq!(store.stats().await.unwrap().jobs.pending, 27);
    schema.assert_agrees();
}
