//! Rows that others have written: readable by everybody, and doubted by the store.

use bytes::Bytes;
use report_pipeline::store::Outcome;
use report_pipeline::{JobId, JobStore, Status, StoreError};

use super::contents::assert_agrees;
use super::fixture::{Place, claim_one, claim_request, new_job, submit};
use super::newer;

#[tokio::test]
async fn any_program_can_read_the_jobs() {
    let place = Place::new();
    let store = place.store().await;
    let id = submit(&store, "nasa").await;
    let claimed = claim_one(&store).await;
    let outcome = Outcome::Completed(Bytes::from_static(b"{}"));
    store.finish(&claimed.lease, outcome).await.unwrap();
    let sql = "SELECT job_id || ' ' || handle || ' ' || platform || ' ' || status || ' ' || progress, \
               (julianday(completed_at) - julianday(created_at)) * 86400.0, \
               round((julianday(expires_at) - julianday(completed_at)) * 24.0), \
               (SELECT CAST(value AS TEXT) FROM reports WHERE reports.number = jobs.number) FROM jobs";
    let read: (String, f64, f64, String) = place
        .inside()
        .query_row(sql, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(read.0, format!("{id} nasa tiktok completed 100"));
    assert!(
        (0.0..60.0).contains(&read.1) && (read.2 - 24.0).abs() < 0.1,
        "{read:?}"
    );
    assert_eq!(read.3, "{}");
}

#[tokio::test]
async fn one_target_cannot_have_two_owners_even_by_hand() {
    let place = Place::new();
    let store = place.store().await;
    submit(&store, "nasa").await;
    submit(&store, "esa").await;
    let error = place
        .inside()
        .execute("UPDATE jobs SET handle = 'nasa'", [])
        .unwrap_err();
    assert!(error.to_string().contains("UNIQUE"), "{error}");
}

#[tokio::test]
async fn what_a_newer_version_has_written_is_left_alone() {
    let place = Place::new();
    let store = place.store().await;
    let inside = place.inside();
    let set = |what: &str, id: JobId| {
        let sql = format!("UPDATE jobs SET {what} WHERE job_id = ?1");
        assert_eq!(inside.execute(&sql, [id.to_string()]).unwrap(), 1);
    };
    let kind = || {
        let sql = "SELECT error_kind FROM jobs WHERE handle = 'kind'";
        inside.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    newer::is_left_alone(&store, set, kind).await;
}

#[tokio::test]
async fn a_damaged_record_is_kept_for_people_and_frees_its_target() {
    let place = Place::new();
    let store = place.store().await;
    let new = new_job("nasa").with_input(Bytes::from_static(b"input"));
    let id = new.id;
    store.submit(new).await.unwrap();
    place
        .inside()
        .execute("UPDATE jobs SET handle = ''", [])
        .unwrap();
    assert!(store.claim(claim_request(1)).await.unwrap().is_empty());
    assert!(matches!(
        store.get(id).await,
        Err(StoreError::Damaged { .. })
    ));
    let (reason, record): (String, String) = place
        .inside()
        .query_row("SELECT reason, record FROM damaged", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(
        !reason.is_empty() && record.contains("platform: tiktok"),
        "{reason}: {record}"
    );
    let stats = store.stats().await.unwrap();
    assert_eq!(
        (stats.damaged, stats.jobs.total(), stats.stored_bytes),
        (1, 0, 0)
    );
    assert_agrees(&place.file());
    assert_eq!(submit(&store, "nasa").await, claim_one(&store).await.job.id);
    // A handle that is damaged owns nothing while it is still among the jobs, either.
    place
        .inside()
        .execute("UPDATE jobs SET created_at = 'yesterday'", [])
        .unwrap();
    let again = submit(&store, "nasa").await;
    assert_eq!(
        store.get(again).await.unwrap().unwrap().status,
        Status::Pending
    );
    assert_agrees(&place.file());
}
