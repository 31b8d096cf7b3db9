//! Others who hold the file, and callers who leave.

use std::sync::Arc;
use std::time::{Duration, Instant};

use report_pipeline::{JobStore, Status, StoreError};

use super::callers;
use super::contents::assert_agrees;
use super::fixture::{Place, new_job, submit};

#[tokio::test]
async fn reading_waits_for_no_writer_and_writing_waits_for_another_one() {
    let place = Place::new();
    let store = Arc::new(place.store().await);
    let id = submit(&store, "account").await;
    let other = place.inside();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    let submitted = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.submit(new_job("other")).await })
    };
    // On this one thread the time goes on while the writer waits.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(
            store.get(id).await.unwrap().unwrap().status,
            Status::Pending
        );
    }
    assert!(!submitted.is_finished());
    other.execute_batch("COMMIT").unwrap();
    submitted.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_lock_that_is_never_given_back_is_named_to_all_who_wait() {
    let place = Place::new();
    let store = Arc::new(place.store().await);
    let other = place.inside();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.submit(new_job(&format!("account{n}"))).await })
        })
        .collect();
    let began = Instant::now();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(
            error
                .to_string()
                .contains("another process has kept the database locked"),
            "{error}"
        );
    }
    // Once or twice for all of them, not for each.
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
    other.execute_batch("ROLLBACK").unwrap();
    submit(&store, "account").await;
}

#[tokio::test]
async fn callers_who_leave_take_nothing_with_them() {
    let place = Place::new();
    callers::leave_at_any_moment(Arc::new(place.store().await), 20).await;
    assert_agrees(&place.file());
}
