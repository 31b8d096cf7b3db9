//! What a newer version of the library has written into the tables of a store in SQL.

use report_pipeline::store::{ListRequest, SweepRequest};
use report_pipeline::{FailureKind, JobId, JobStore, StoreError};

use super::calls::{claim_request, new_job, submit};

/// Changes jobs by hand to what a newer version might write, and finds that the store leaves them alone.
///
/// `set` changes the row of a job, and `kind` reads the kind of failure of the job of the handle `kind`.
pub(crate) async fn is_left_alone(
    store: &impl JobStore,
    set: impl Fn(&str, JobId),
    kind: impl FnOnce() -> String,
) {
    let mut ids = Vec::new();
    for name in ["status", "phase", "kind", "known"] {
        ids.push(submit(store, name).await);
    }
    set("status = 'archiving'", ids[0]);
    set("phase = 'Translating', deadline = 1", ids[1]);
    set(
        "error_kind = 'out_of_ink', error_message = 'no ink'",
        ids[2],
    );
    for id in &ids[..2] {
        assert!(matches!(store.get(*id).await, Err(StoreError::Newer(newer)) if newer == *id));
        assert!(matches!(store.cancel(*id).await, Err(StoreError::Newer(_))));
    }
    let job = store.get(ids[2]).await.unwrap().unwrap();
    assert_eq!(job.failure.unwrap().kind(), FailureKind::Other);
    let claimed = store.claim(claim_request(10)).await.unwrap();
    let taken: Vec<_> = claimed.iter().map(|claimed| claimed.job.id).collect();
    assert_eq!(taken, ids[2..], "those behind it are not held up");
    assert_eq!(kind(), "out_of_ink");
    let swept = store.sweep(SweepRequest::new(100)).await.unwrap();
    assert!(!swept.more && swept.failed == 0, "{swept:?}");
    // Its target stays with it.
    let error = store.submit(new_job("phase")).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Newer(newer) if newer == ids[1]),
        "{error:?}"
    );
    let listed = store.list(ListRequest::new()).await.unwrap();
    assert_eq!(listed.jobs.len(), 2);
}
