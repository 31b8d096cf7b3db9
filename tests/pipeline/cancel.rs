//! Cancelling: before, during and after.

use std::time::Duration;

use report_pipeline::testing::mock::{End, Gate, Step};
use report_pipeline::{FailureKind, JobId, Status, StoreError};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds};

#[tokio::test(start_paused = true)]
async fn a_waiting_job_ends_at_once_and_never_runs() {
    let fixture = Fixture::new();
    let id = fixture.submit("nasa").await;
    assert_eq!(fixture.client.cancel(id).await.unwrap(), Status::Failed);
    let _workers = fixture.builder().build().start();
    tokio::time::sleep(seconds(5)).await;
    let job = fixture.job(id).await;
    assert_eq!(job.failure.as_ref().unwrap().kind(), FailureKind::Cancelled);
    assert!(job.error_message().unwrap().contains("cancelled"));
    assert_eq!(fixture.calls(), [0, 0, 0]);
    assert_ne!(fixture.submit("nasa").await, id);
}

#[tokio::test(start_paused = true)]
async fn a_running_phase_is_asked_to_stop_and_may_clean_up() {
    let fixture = Fixture::new();
    fixture
        .analyzer
        .next(Step::until_cancelled(Duration::from_millis(500)));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.analyzer.started(1).await;
    assert_eq!(fixture.client.cancel(id).await.unwrap(), Status::Processing);
    assert!(fixture.job(id).await.cancel_requested);
    let job = fixture.ended(id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::Cancelled);
    assert_eq!(
        fixture.analyzer.ended(1).await,
        End::Failed,
        "it ended by itself"
    );
}

#[tokio::test(start_paused = true)]
async fn a_phase_that_ignores_the_request_is_dropped_and_its_worker_goes_on() {
    let fixture = Fixture::new();
    fixture.scraper.next(Step::hang());
    let _workers = fixture.builder().with_concurrency(1).build().start();
    let id = fixture.submit("stubborn").await;
    fixture.scraper.started(1).await;
    let asked = Instant::now();
    fixture.client.cancel(id).await.unwrap();
    assert_eq!(fixture.ended(id).await.status, Status::Failed);
    // One renewal of the lease until the worker hears of it, then the grace.
    assert!(asked.elapsed() <= seconds(12), "{:?}", asked.elapsed());
    assert_eq!(fixture.scraper.ended(1).await, End::Dropped);
    let next = fixture.submit("next").await;
    assert_eq!(fixture.ended(next).await.status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_new_submit_does_not_join_a_job_that_is_being_cancelled() {
    let fixture = Fixture::new();
    fixture.scraper.next(Step::hang());
    let _workers = fixture.builder().build().start();
    let doomed = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    fixture.client.cancel(doomed).await.unwrap();
    let fresh = fixture.submit("nasa").await;
    assert_ne!(fresh, doomed);
    assert_eq!(fixture.ended(fresh).await.status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn an_ended_job_is_left_as_it_is() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let ended = fixture.ended(id).await;
    assert_eq!(fixture.client.cancel(id).await.unwrap(), Status::Completed);
    assert_eq!(fixture.job(id).await, ended);
    assert!(fixture.report(id).await.is_some());
    let unknown = fixture.client.cancel(JobId::random()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_racing_completion_ends_in_exactly_one_of_both() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .assembler
        .always(Step::succeed("report".into()).behind(&gate));
    let _workers = fixture.builder().build().start();
    let (mut completed, mut cancelled) = (0, 0);
    for n in 1..=300 {
        let id = fixture.submit(&format!("user{n}")).await;
        fixture.assembler.started(n).await;
        let client = fixture.client.clone();
        // Now the one is ahead, now the other.
        if n % 2 == 0 {
            gate.let_pass(1);
        }
        let cancel = tokio::spawn(async move { client.cancel(id).await.unwrap() });
        if n % 2 != 0 {
            gate.let_pass(1);
        }
        let answer = cancel.await.unwrap();
        let job = fixture.ended(id).await;
        let report = fixture.report(id).await;
        assert_eq!(report.is_some(), job.status == Status::Completed);
        if answer == Status::Completed {
            assert_eq!(job.status, Status::Completed);
            completed += 1;
        } else {
            // Accepted: no report may ever appear.
            assert_eq!(job.failure.unwrap().kind(), FailureKind::Cancelled);
            cancelled += 1;
        }
    }
    assert!(
        completed > 0 && cancelled > 0,
        "{completed} completed, {cancelled} cancelled"
    );
}
