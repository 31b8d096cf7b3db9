//! Rows that others have written: readable by everybody, and doubted by the store.

use bytes::Bytes;
use report_pipeline::store::Outcome;
use report_pipeline::{JobId, JobStore, Status, StoreError};

use super::fixture::{Schema, claim_one, claim_request, new_job, submit};
use super::newer;

#[tokio::test]
async fn any_program_can_read_the_jobs() {
    let schema = Schema::new();
    let store = schema.store().await;
    let id = submit(&store, "nasa").await;
    let claimed = claim_one(&store).await;
    let outcome = Outcome::Completed(Bytes::from_static(b"{}"));
    store.finish(&claimed.lease, outcome).await.unwrap();
    let read = schema.run(
        "SELECT job_id, handle, platform, status, progress,
             completed_at::timestamptz - created_at::timestamptz < '1 minute',
             round(extract(epoch FROM expires_at::timestamptz - completed_at::timestamptz) / 3600),
             (SELECT convert_from(value, 'UTF8') FROM reports WHERE reports.number = jobs.number)
         FROM jobs",
    );
    assert_eq!(read, format!("{id}|nasa|tiktok|completed|100|t|24|{{}}"));
}

#[tokio::test]
async fn one_target_cannot_have_two_owners_even_by_hand() {
    let schema = Schema::new();
    let store = schema.store().await;
    submit(&store, "nasa").await;
    submit(&store, "esa").await;
    let sql = format!("UPDATE {}.jobs SET handle = 'nasa'", schema.name());
    let error = Schema::server().try_run(&sql).unwrap_err();
    assert!(error.contains("jobs_owner"), "{error}");
}

#[tokio::test]
async fn what_a_newer_version_has_written_is_left_alone() {
    let schema = Schema::new();
    let store = schema.store().await;
    let set = |what: &str, id: JobId| {
        let sql = format!("UPDATE jobs SET {what} WHERE job_id = '{id}' RETURNING 1");
        assert_eq!(schema.run(&sql), "1");
    };
    let kind = || schema.run("SELECT error_kind FROM jobs WHERE handle = 'kind'");
    newer::is_left_alone(&store, set, kind).await;
}

#[tokio::test]
async fn a_damaged_record_is_kept_for_people_and_frees_its_target() {
    let schema = Schema::new();
    let store = schema.store().await;
    let new = new_job("nasa").with_input(Bytes::from_static(b"input"));
    let id = new.id;
    store.submit(new).await.unwrap();
    schema.run("UPDATE jobs SET handle = ''");
    assert!(store.claim(claim_request(1)).await.unwrap().is_empty());
    assert!(matches!(
        store.get(id).await,
        Err(StoreError::Damaged { .. })
    ));
    let kept = schema.run("SELECT reason <> '', record LIKE '%platform: tiktok%' FROM damaged");
    assert_eq!(kept, "t|t");
    let stats = store.stats().await.unwrap();
    assert_eq!(
        (stats.damaged, stats.jobs.total(), stats.stored_bytes),
        (1, 0, 0)
    );
    schema.assert_agrees();
    assert_eq!(submit(&store, "nasa").await, claim_one(&store).await.job.id);
    schema.run("UPDATE jobs SET created_at = 'yesterday'");
    let again = submit(&store, "nasa").await;
    assert_eq!(
        store.get(again).await.unwrap().unwrap().status,
        Status::Pending
    );
    schema.assert_agrees();
}
