//! Jobs and calls that the tests of the stores in SQL begin with.

use report_pipeline::store::{ClaimRequest, ClaimedJob, WorkerId};
use report_pipeline::{Handle, JobId, JobStore, NewJob, Platform, Submitted, Target};

pub(crate) fn new_job(name: &str) -> NewJob {
    let target = Target::new(Platform::TIKTOK, Handle::canonical(name).unwrap());
    NewJob::new(JobId::random(), target)
}

pub(crate) async fn submit(store: &impl JobStore, name: &str) -> JobId {
    match store.submit(new_job(name)).await.unwrap() {
        Submitted::Created(job) => job.id,
        other => panic!("a new job: {other:?}"),
    }
}

pub(crate) fn claim_request(max: usize) -> ClaimRequest {
    ClaimRequest::new(WorkerId::unique()).with_max(max)
}

pub(crate) async fn claim_one(store: &impl JobStore) -> ClaimedJob {
    store.claim(claim_request(1)).await.unwrap().remove(0)
}
