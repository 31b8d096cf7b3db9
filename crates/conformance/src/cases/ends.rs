//! Promises 6 and 7: how jobs end, and how every change shows.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Lease, Outcome};
use report_pipeline::{Failure, FailureKind, Job, JobId, Phase, Progress, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, StoreUnderTest, completed, failure, platform, report, retry,
};

pub(super) async fn an_ended_job_never_changes(harness: &Harness<'_>) {
    let store = harness.store().await;
    for outcome in [
        completed(),
        Outcome::Failed(failure(FailureKind::Permanent)),
    ] {
        let deadline = Some(store.ticks(SHORT));
        let new = store.new_job().with_deadline(deadline);
        let id = store.create(new.clone()).await.id;
        let lease = store.claim_for(SHORT).await.lease;
        let status = store
            .finish(&lease, outcome)
            .await
            .expect("the lease holds");
        let ended = store.job(id).await;
        let left = store.report(id).await.expect("a read succeeds");

        // Neither its lease nor its deadline means anything any more.
        store.pass(EXPIRED).await;
        store.sweep_up_to(10).await;
        store.claim_nothing().await;
        assert_eq!(store.cancel(id).await.expect("it is there"), status);
        for outcome in [Outcome::Released, completed()] {
            let result = store.finish(&lease, outcome).await;
            assert_eq!(result.expect("the first status"), status);
        }
        store.submit(new).await.expect("a repeated submit succeeds");
        assert_eq!(store.job(id).await, ended);
        assert_eq!(store.report(id).await.expect("a read succeeds"), left);
    }
}

pub(super) async fn a_report_is_there_exactly_when_completed(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let no_report = async |when: &str| {
        let found = store.report(id).await.expect("a read succeeds");
        assert_eq!(found, None, "{when}");
        assert_eq!(store.job(id).await.report_id(), None, "{when}");
    };
    no_report("while pending").await;
    let lease = store.claim_one().await.lease;
    no_report("while processing").await;
    store
        .requeue(
            &lease,
            retry(Duration::ZERO, failure(FailureKind::TimedOut)),
        )
        .await;
    no_report("while waiting for a retry").await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let job = store.job(id).await;
    assert_eq!(job.status, Status::Completed);
    assert_eq!(
        (job.progress, job.phase),
        (Progress::COMPLETE, Phase::Finalizing)
    );
    assert_eq!(job.report_id(), Some(id));
    assert_eq!(job.failure, None, "a completed job shows no failure");
    assert_eq!(
        store.report(id).await.expect("a read succeeds"),
        Some(report())
    );

    let failed = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    assert_eq!(store.report(failed).await.expect("a read succeeds"), None);
    assert_eq!(
        store
            .report(JobId::random())
            .await
            .expect("a read succeeds"),
        None
    );
}

pub(super) async fn reports_and_checkpoints_come_back_byte_by_byte(harness: &Harness<'_>) {
    let store = harness.store().await;
    let every_byte: Bytes = (0..=u8::MAX).chain(0..=u8::MAX).collect();
    for value in [Bytes::new(), every_byte, Bytes::from_static(b"\0\r\n\xff")] {
        let id = store.submit_new().await;
        let lease = store.claim_for(SHORT).await.lease;
        for phase in [Phase::Scraping, Phase::Analysis] {
            let kept = store.checkpoint(&lease, phase, value.clone()).await;
            kept.expect("a checkpoint is kept");
        }
        // The output of an earlier phase may be replaced; the job stays where it is.
        let replaced = Bytes::from_static(b"\xfe");
        let kept = store
            .checkpoint(&lease, Phase::Scraping, replaced.clone())
            .await;
        kept.expect("a checkpoint is replaced");
        assert_eq!(store.job(id).await.phase, Phase::Finalizing);
        store.pass(EXPIRED).await;
        // After a crash, a retry and a release.
        let mut claimed = store.claim_one().await;
        let transient = retry(Duration::ZERO, failure(FailureKind::Transient));
        for outcome in [transient, Outcome::Released] {
            assert_eq!(claimed.checkpoints.get(Phase::Scraping), Some(&replaced));
            assert_eq!(claimed.checkpoints.get(Phase::Analysis), Some(&value));
            store.requeue(&claimed.lease, outcome).await;
            claimed = store.claim_one().await;
        }
        assert_eq!(claimed.checkpoints.get(Phase::Scraping), Some(&replaced));
        assert_eq!(claimed.checkpoints.get(Phase::Analysis), Some(&value));
        let outcome = Outcome::Completed(value.clone());
        let status = store.finish(&claimed.lease, outcome).await;
        assert_eq!(status.expect("a report is kept"), Status::Completed);
        assert_eq!(
            store.report(id).await.expect("a read succeeds"),
            Some(value)
        );
    }
}

pub(super) async fn the_longest_message_comes_back_whole(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    // The last of 1024 bytes is as good as the first, and so is what other languages write.
    let message = format!("{}\"\\\u{e9}\u{1f4a5}'", "long ".repeat(203));
    assert!((1000..=Failure::MAX_MESSAGE).contains(&message.len()));
    let failure = Failure::new(FailureKind::Transient, &message);
    assert_eq!(failure.message(), message);
    let lease = store.claim_one().await.lease;
    let outcome = retry(Duration::ZERO, failure.clone());
    store.requeue(&lease, outcome).await;
    assert_eq!(store.job(id).await.failure, Some(failure.clone()));
    let lease = store.claim_one().await.lease;
    let ended = store.finish(&lease, Outcome::Failed(failure.clone())).await;
    assert_eq!(ended.expect("the lease holds"), Status::Failed);
    assert_eq!(store.job(id).await.failure, Some(failure));
}

pub(super) async fn the_version_rises_with_visible_changes_only(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job();
    let mut seen = Seen::new(store.create(new.clone()).await);
    let id = new.id;

    store.submit(new.clone()).await.expect("a submit succeeds");
    let mut other = store.new_job();
    other.target = new.target;
    store.submit(other).await.expect("it joins");
    seen.same(&store, "joining").await;
    let lease = store.claim_one().await.lease;
    seen.changed(&store, "claim").await;
    store.progress(&lease, 10).await;
    seen.changed(&store, "progress").await;
    store.progress(&lease, 10).await;
    store.progress(&lease, 3).await;
    store
        .heartbeat(&lease, store.beat(LONG, None))
        .await
        .expect("the lease holds");
    seen.same(&store, "heartbeats without progress").await;
    let output = Bytes::from_static(b"1");
    store
        .checkpoint(&lease, Phase::Scraping, output)
        .await
        .expect("kept");
    seen.changed(&store, "checkpoint").await;
    let outcome = retry(store.ticks(1), failure(FailureKind::Transient));
    store.requeue(&lease, outcome.clone()).await;
    seen.changed(&store, "retry").await;
    store.requeue(&lease, outcome).await;
    seen.same(&store, "repeated finish").await;
    store.pass(2).await;
    let lease = store.claim_one().await.lease;
    seen.changed(&store, "second claim").await;
    store.requeue(&lease, Outcome::Released).await;
    seen.changed(&store, "release").await;
    let lease = store.let_lease_expire().await;
    seen.changed(&store, "third claim").await;
    store.sweep_up_to(10).await;
    seen.changed(&store, "requeue").await;
    store.sweep_up_to(10).await;
    let late = store.heartbeat(&lease, store.beat(LONG, Some(99))).await;
    late.expect_err("the lease is lost");
    seen.same(&store, "a late heartbeat").await;
    store.let_lease_expire().await;
    seen.changed(&store, "fourth claim").await;
    let lease = store.claim_one().await.lease;
    seen.changed(&store, "takeover").await;
    store.cancel(id).await.expect("it is there");
    seen.changed(&store, "cancel request").await;
    store.cancel(id).await.expect("it is there");
    store
        .pause_platform(&platform("other"), store.ticks(LONG))
        .await;
    store.report(id).await.expect("a read succeeds");
    store.stats().await.expect("stats");
    seen.same(&store, "calls that change nothing").await;
    store
        .finish(&lease, completed())
        .await
        .expect("the lease holds");
    seen.changed(&store, "end").await;
}

pub(super) async fn progress_never_falls(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job().with_max_crashes(100);
    let id = store.create(new).await.id;
    let lease = store.claim_for(SHORT).await.lease;
    let at = async |percent: u8, when: &str| {
        assert_eq!(store.job(id).await.progress.percent(), percent, "{when}");
    };
    store.progress(&lease, 25).await;
    store.progress(&lease, 5).await;
    at(25, "a beat below").await;
    store
        .requeue(
            &lease,
            retry(Duration::ZERO, failure(FailureKind::Panicked)),
        )
        .await;
    at(25, "a retry").await;
    let lease = store.claim_one().await.lease;
    at(25, "the next attempt").await;
    let output = Bytes::from_static(b"1");
    store
        .checkpoint(&lease, Phase::Scraping, output.clone())
        .await
        .expect("kept");
    at(30, "the next phase").await;
    store.progress(&lease, 95).await;
    store
        .checkpoint(&lease, Phase::Analysis, output.clone())
        .await
        .expect("kept");
    at(95, "a phase that begins lower").await;
    store
        .checkpoint(&lease, Phase::Scraping, output)
        .await
        .expect("replaced");
    at(95, "an earlier phase's output").await;
    store.requeue(&lease, Outcome::Released).await;
    at(95, "a release").await;
    store.let_lease_expire().await;
    let lease = store.claim_one().await.lease;
    at(95, "a takeover").await;
    let beat = store.beat(SHORT, None);
    store
        .heartbeat(&lease, beat)
        .await
        .expect("the lease holds");
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    at(95, "a sweep").await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    at(95, "a failure").await;
}

pub(super) async fn a_running_job_shows_99_at_most(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.progress(&lease, 100).await;
    assert_eq!(store.job(id).await.progress.percent(), 99);
    let version = store.job(id).await.version;
    store.progress(&lease, 100).await;
    assert_eq!(
        store.job(id).await.version,
        version,
        "99 again is no change"
    );
    store.complete(&lease).await;
    assert_eq!(store.job(id).await.progress, Progress::COMPLETE);
}

pub(super) async fn updated_at_never_goes_back(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let mut last = store.job(id).await;
    assert_eq!(last.updated_at, last.created_at);
    let mut lease: Option<Lease> = None;
    for step in 0..12_u8 {
        store.pass(u32::from(step % 3)).await;
        lease = match (lease, step % 4) {
            (None, _) => Some(store.claim_one().await.lease),
            (Some(lease), 3) => {
                store.requeue(&lease, Outcome::Released).await;
                None
            }
            (Some(lease), _) => {
                store.progress(&lease, step + 1).await;
                Some(lease)
            }
        };
        let job = store.job(id).await;
        assert!(job.updated_at >= last.updated_at, "{job:?} after {last:?}");
        assert_eq!(job.created_at, last.created_at);
        last = job;
    }
    store.cancel(id).await.expect("it is there");
    if let Some(lease) = lease {
        store
            .finish(&lease, completed())
            .await
            .expect("the lease holds");
    }
    let job = store.job(id).await;
    assert!(job.updated_at >= last.updated_at);
    assert_eq!(job.completed_at, Some(job.updated_at));
}

/// The last reading of a job.
struct Seen(Job);

impl Seen {
    const fn new(job: Job) -> Self {
        Self(job)
    }

    async fn same(&mut self, store: &StoreUnderTest<'_>, after: &str) {
        assert_eq!(
            store.job(self.0.id).await,
            self.0,
            "nothing changes by {after}"
        );
    }

    async fn changed(&mut self, store: &StoreUnderTest<'_>, by: &str) {
        let job = store.job(self.0.id).await;
        assert!(job.version > self.0.version, "{by} is a change: {job:?}");
        self.0 = job;
    }
}
