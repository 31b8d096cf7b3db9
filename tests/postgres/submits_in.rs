//! Submits in transactions of callers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{ClaimEndedRequest, Outcome, SweepRequest, WatchRequest};
use report_pipeline::{
    JobId, JobStore, PostgresOptions, PostgresStore, Scope, Status, StoreError, StoreLimits,
    Submitted, Version,
};
use report_pipeline_test_support::postgres::PostgresServer;
use tokio_postgres::{Client, NoTls};

use super::fixture::{Schema, claim_one, claim_request, new_job, submit};

const MINUTE: Duration = Duration::from_secs(60);

/// A connection of a program with tables of its own.
async fn shop(schema: &Schema) -> Client {
    let url = PostgresServer::shared()
        .url("none")
        .replace("?schema=none", "");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let table = format!("CREATE TABLE {}.orders (report text)", schema.name());
    client.batch_execute(&table).await.unwrap();
    client
}

async fn ended(store: &PostgresStore, id: JobId) -> Bytes {
    let claimed = claim_one(store).await;
    let report = Bytes::from(format!("\"for {}\"", claimed.job.id));
    let outcome = Outcome::Completed(report);
    store.finish(&claimed.lease, outcome).await.unwrap();
    store.report(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_order_and_its_job_are_there_together_or_not_at_all() {
    let schema = Schema::new();
    let store = schema.store().await;
    let mut shop = shop(&schema).await;
    let order = format!("INSERT INTO {}.orders VALUES ('x')", schema.name());
    let orders = || schema.run("SELECT count(*) FROM orders");

    let transaction = shop.transaction().await.unwrap();
    let lost = store
        .submit_in(&transaction, new_job("lost"))
        .await
        .unwrap();
    transaction.batch_execute(&order).await.unwrap();
    assert_eq!(store.get(lost).await.unwrap(), None);
    transaction.rollback().await.unwrap();
    assert_eq!(
        (store.get(lost).await.unwrap(), orders()),
        (None, "0".to_owned())
    );

    let new = new_job("kept")
        .with_input(Bytes::from_static(b"input"))
        .with_note(Bytes::from_static(b"note"))
        .with_scope(Scope::new("tenant").unwrap())
        .with_deadline(Some(MINUTE));
    let id = new.id;
    let transaction = shop.transaction().await.unwrap();
    store.submit_in(&transaction, new).await.unwrap();
    transaction.batch_execute(&order).await.unwrap();
    assert_eq!(store.get(id).await.unwrap(), None);
    transaction.commit().await.unwrap();
    // Before anybody has taken it over, and after that, it is the same.
    let before = store.get(id).await.unwrap().unwrap();
    assert_eq!(
        store.get_many(&[id, lost]).await.unwrap(),
        [Some(before.clone()), None]
    );
    assert_eq!(before.status, Status::Pending);
    store.check().await.unwrap();
    assert_eq!(schema.run("SELECT count(*) FROM inbox"), "0");
    assert_eq!(store.get(id).await.unwrap().unwrap(), before);
    let claimed = claim_one(&store).await;
    assert_eq!((claimed.job.id, &claimed.input()[..]), (id, &b"input"[..]));
    assert_eq!(orders(), "1");
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_waits_begins_at_the_commit() {
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    let mut shop = shop(&schema).await;
    let waiting = {
        let store = Arc::clone(&store);
        let request = claim_request(1).with_wait(MINUTE);
        tokio::spawn(async move { store.claim(request).await })
    };
    let transaction = shop.transaction().await.unwrap();
    let id = store
        .submit_in(&transaction, new_job("nasa"))
        .await
        .unwrap();
    let began = Instant::now();
    transaction.commit().await.unwrap();
    let claimed = waiting.await.unwrap().unwrap();
    assert_eq!(claimed[0].job.id, id);
    // It would look by itself after 15 seconds.
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn an_open_transaction_of_a_caller_delays_nobody() {
    let schema = Schema::new();
    let store = schema.store().await;
    let mut shop = shop(&schema).await;
    let transaction = shop.transaction().await.unwrap();
    let open = store
        .submit_in(&transaction, new_job("nasa"))
        .await
        .unwrap();
    // It stays open while others do everything there is to do, for the same target, too.
    let id = submit(&store, "nasa").await;
    assert_eq!(ended(&store, id).await, format!("\"for {id}\""));
    submit(&store, "esa").await;
    store.sweep(SweepRequest::new(10)).await.unwrap();
    store.check().await.unwrap();
    assert_eq!(store.get(open).await.unwrap(), None);
    transaction.commit().await.unwrap();
    // The report that was made meanwhile serves it.
    store.check().await.unwrap();
    let served = store.get(open).await.unwrap().unwrap();
    assert_eq!((served.id, served.status), (id, Status::Completed));
    schema.assert_agrees();
}

#[tokio::test]
async fn a_submit_that_another_job_serves_finds_that_job_by_its_own_id() {
    let schema = Schema::new();
    let store = schema.store().await;
    let mut shop = shop(&schema).await;
    let id = submit(&store, "nasa").await;
    let new = new_job("nasa").with_note(Bytes::from_static(b"note"));
    let alias = new.id;
    for _ in 0..2 {
        // The second time it repeats the call, as after a lost reply.
        let transaction = shop.transaction().await.unwrap();
        store.submit_in(&transaction, new.clone()).await.unwrap();
        transaction.commit().await.unwrap();
        store.check().await.unwrap();
        assert_eq!(store.get(alias).await.unwrap().unwrap().id, id);
    }
    assert!(matches!(store.submit(new).await.unwrap(), Submitted::Created(job) if job.id == id));
    assert_eq!(schema.run("SELECT count(*) FROM jobs"), "1");
    let watch = WatchRequest::new(alias, Version::ZERO);
    assert_eq!(store.changed(watch).await.unwrap().unwrap().id, id);
    assert_eq!(ended(&store, alias).await, format!("\"for {id}\""));
    let ended = store.claim_ended(ClaimEndedRequest::new()).await.unwrap();
    assert_eq!(ended[0].notes[0].submit(), alias);
    // It goes with the job.
    store.delete(alias).await.unwrap();
    assert_eq!(store.get(alias).await.unwrap(), None);
    assert_eq!(schema.run("SELECT count(*) FROM aliases"), "0");
    schema.assert_agrees();
}

#[tokio::test]
async fn a_thousand_submits_of_one_transaction_are_taken_over_in_order() {
    const SUBMITS: usize = 1_000;
    let schema = Schema::new();
    let store = schema.store().await;
    let mut shop = shop(&schema).await;
    let transaction = shop.transaction().await.unwrap();
    let mut ids = Vec::new();
    for n in 0..SUBMITS {
        let new = new_job(&format!("account{n}"));
        ids.push(store.submit_in(&transaction, new).await.unwrap());
    }
    transaction.commit().await.unwrap();
    let mut claimed = Vec::new();
    while claimed.len() < SUBMITS {
        // Nothing comes back before all are out.
        let request = claim_request(100).with_wait(MINUTE).with_lease(10 * MINUTE);
        let some = store.claim(request).await.unwrap();
        assert!(!some.is_empty());
        claimed.extend(some.into_iter().map(|claimed| claimed.job.id));
    }
    assert_eq!(claimed, ids);
    schema.assert_agrees();
}

/// What one of them would write the database refuses: by a trigger here, and for a reason of this code.
async fn submit_what_is_refused(
    schema: &Schema,
    store: &PostgresStore,
    code: &str,
) -> (JobId, JobId) {
    schema.run(&format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF length(NEW.value) > 50000 THEN RAISE EXCEPTION 'no such values' USING ERRCODE = '{code}'; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON inputs FOR EACH ROW EXECUTE FUNCTION refuse()"
    ));
    let mut shop = shop(schema).await;
    let transaction = shop.transaction().await.unwrap();
    let large = new_job("large").with_input(Bytes::from(vec![7; 60_000]));
    let large = store.submit_in(&transaction, large).await.unwrap();
    let small = new_job("small").with_input(Bytes::from_static(b"input"));
    let small = store.submit_in(&transaction, small).await.unwrap();
    transaction.commit().await.unwrap();
    (large, small)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submit_in_a_transaction_that_the_database_refuses_holds_up_nobody() {
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    let (large, small) = submit_what_is_refused(&schema, &store, "23514").await;
    // Calls that come together, and those that come later.
    let submits = (0..10).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { submit(&store, &format!("account{n}")).await })
    });
    for submitted in submits.collect::<Vec<_>>() {
        submitted.await.unwrap();
    }
    store.check().await.unwrap();
    assert_eq!(store.get(small).await.unwrap().unwrap().id, small);
    let claimed = store.claim(claim_request(100)).await.unwrap();
    assert_eq!(claimed.len(), 11);
    // It stays where it is, and is named.
    let kept = "SELECT job_id, length(input) FROM inbox";
    assert_eq!(schema.run(kept), format!("{large}|60000"));
    let error = store.get(large).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("no such values"), "{error}");
    assert_eq!(store.stats().await.unwrap().damaged, 1);
    // Another process makes the same of it.
    let other = schema.store().await;
    submit(&other, "other").await;
    assert_eq!(other.stats().await.unwrap().damaged, 1);
    schema.assert_agrees();

    // One that has not tried it yet takes it over once it can be.
    schema.run("DROP FUNCTION refuse() CASCADE");
    let store = schema.store().await;
    store.check().await.unwrap();
    assert_eq!(store.get(large).await.unwrap().unwrap().id, large);
    assert_eq!(store.stats().await.unwrap().damaged, 0);
    assert_eq!(schema.run("SELECT count(*) FROM inbox"), "0");
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submit_in_a_transaction_for_which_there_is_no_room_waits_for_it_alone() {
    let schema = Schema::new();
    let store = schema.store().await;
    let (large, small) = submit_what_is_refused(&schema, &store, "53100").await;
    store.check().await.unwrap();
    let claimed = claim_one(&store).await;
    assert_eq!(claimed.job.id, small);
    let job = store.get(large).await.unwrap().unwrap();
    assert_eq!((job.id, job.status), (large, Status::Pending));
    assert_eq!(store.stats().await.unwrap().damaged, 0);
    schema.assert_agrees();
}

#[tokio::test]
async fn a_full_store_refuses_and_the_transaction_can_go_on() {
    let schema = Schema::new();
    let limits = StoreLimits::default()
        .with_pending_jobs(3)
        .with_pending_jobs_per_scope(1)
        .with_input_bytes(100);
    let options = PostgresOptions::new(&schema.url())
        .unwrap()
        .with_limits(limits);
    let store = options.connect().await.unwrap();
    let mut shop = shop(&schema).await;
    let transaction = shop.transaction().await.unwrap();
    let large = new_job("large").with_input(Bytes::from(vec![0; 101]));
    let error = store.submit_in(&transaction, large).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error:?}");
    let again = new_job("again").continuing(JobId::random());
    let error = store.submit_in(&transaction, again).await.unwrap_err();
    assert!(matches!(error, StoreError::Misuse(_)), "{error:?}");
    let scoped = |name: &str| new_job(name).with_scope(Scope::new("tenant").unwrap());
    store
        .submit_in(&transaction, scoped("first"))
        .await
        .unwrap();
    let error = store
        .submit_in(&transaction, scoped("second"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("pending jobs of one scope"),
        "{error}"
    );
    submit(&store, "other").await;
    store
        .submit_in(&transaction, new_job("third"))
        .await
        .unwrap();
    let error = store
        .submit_in(&transaction, new_job("fourth"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    transaction.commit().await.unwrap();
    store.check().await.unwrap();
    assert_eq!(store.stats().await.unwrap().jobs.pending, 3);
    let error = store.submit(new_job("fifth")).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    schema.assert_agrees();
}
