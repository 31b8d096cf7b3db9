//! One attempt: a claimed job on its way through the phases it has still to do.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::{Instrument, debug, info, info_span, warn};

use super::Phases;
use super::guard::{Interrupted, guard, panic_message};
use super::pool::WorkerPool;
use super::running::{RunningJob, StopReason};
use crate::job::{Failure, FailureKind, Phase, Status};
use crate::measure::{self, Stopwatch};
use crate::phase::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};
use crate::retry::RetryPolicy;
use crate::store::{Checkpoints, ClaimedJob, HeartbeatReply, Outcome, PauseRequest, StoreError};
use crate::timeout::within;

/// A claimed job in work.
pub(super) struct Attempt<'a> {
    pool: &'a WorkerPool,
    running: &'a RunningJob,
    checkpoints: Checkpoints,
    deadline: Option<Instant>,
    began: Instant,
    /// The phase that the job had reached when it was claimed.
    reached: Phase,
    /// Failed attempts at the phase that the job has reached, before this one.
    failures: u32,
}

/// How an attempt ends.
enum Ending {
    /// The job is given back to the store like this.
    Finish(Outcome),
    /// The job is not ours any more: nothing is said.
    Abandon,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(pool: &'a WorkerPool, running: &'a RunningJob, claimed: ClaimedJob) -> Self {
        Self {
            pool,
            running,
            checkpoints: claimed.checkpoints,
            deadline: claimed
                .time_left
                .and_then(|left| Instant::now().checked_add(left)),
            began: Instant::now(),
            reached: claimed.job.phase,
            failures: claimed.job.failures,
        }
    }

    /// Takes the job as far as it goes and gives it back.
    pub(super) async fn run<S, A, M>(mut self, phases: &Phases<S, A, M>)
    where
        S: Scraper,
        A: Analyzer<Input = S::Output>,
        M: Assembler<Scraped = S::Output, Analysis = A::Output>,
    {
        let ending = match self.run_phases(phases).await {
            Ok(report) => Ending::Finish(Outcome::Completed(report)),
            Err(ending) => ending,
        };
        // Before the last word: a heartbeat that raced it would look like a lost lease.
        self.running.retire().await;
        match ending {
            Ending::Finish(outcome) => self.finish(outcome).await,
            Ending::Abandon => debug!("the job is left to whoever holds it"),
        }
    }

    async fn run_phases<S, A, M>(&mut self, phases: &Phases<S, A, M>) -> Result<Bytes, Ending>
    where
        S: Scraper,
        A: Analyzer<Input = S::Output>,
        M: Assembler<Scraped = S::Output, Analysis = A::Output>,
    {
        let running = self.running;
        let context = |phase| PhaseContext::new(Arc::clone(&running.context), phase);

        let ctx = context(Phase::Scraping);
        let scrape = phases.scraper.scrape(&running.context.target, &ctx);
        let scraped = self.through(Phase::Scraping, scrape).await?;

        let ctx = context(Phase::Analysis);
        let analyze = phases.analyzer.analyze(&scraped, &ctx);
        let analysis = self.through(Phase::Analysis, analyze).await?;

        let ctx = context(Phase::Finalizing);
        let assemble = phases.assembler.assemble(&scraped, &analysis, &ctx);
        let report = self.guarded(Phase::Finalizing, assemble).await?;
        encode(Phase::Finalizing, &report)
    }

    /// Runs a phase whose output is kept, unless an earlier attempt has left it.
    async fn through<T>(
        &mut self,
        phase: Phase,
        work: impl Future<Output = Result<T, PhaseError>>,
    ) -> Result<T, Ending>
    where
        T: Serialize + DeserializeOwned,
    {
        if let Some(kept) = self.checkpoints.get(phase) {
            match serde_json::from_slice(kept) {
                Ok(output) => return Ok(output),
                // Another version of the program may have written it.
                Err(error) => warn!(%phase, %error, "checkpoint unreadable; the phase runs again"),
            }
        }
        let output = self.guarded(phase, work).await?;
        // What later phases have left was made of another output.
        self.checkpoints = Checkpoints::default();
        self.keep(phase, encode(phase, &output)?).await?;
        // A phase that is done once more because its output was unreadable excuses no later one.
        if phase >= self.reached {
            self.failures = 0;
        }
        Ok(output)
    }

    async fn guarded<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = Result<T, PhaseError>>,
    ) -> Result<T, Ending> {
        let settings = &self.pool.settings;
        let policy = settings.policy(phase);
        let watch = Stopwatch::start();
        let ended = guard(
            self.running,
            policy.timeout,
            self.deadline,
            |why| self.pool.grace(why),
            work,
        )
        .instrument(info_span!("phase", %phase))
        .await;
        let result = match &ended {
            Ok(_) => "ok",
            Err(Interrupted::Failed { .. }) => "failed",
            Err(Interrupted::Stopped(_)) => "stopped",
        };
        measure::phase_ran(phase, result, &watch);
        match ended {
            Ok(output) => Ok(output),
            Err(Interrupted::Stopped(why)) => Err(stopped(why)),
            Err(Interrupted::Failed {
                failure,
                retry_after,
            }) => Err(Ending::Finish(
                self.after_failure(&policy.retry, failure, retry_after)
                    .await,
            )),
        }
    }

    /// Keeps a phase's output in the store.
    async fn keep(&self, phase: Phase, output: Bytes) -> Result<(), Ending> {
        let store = &self.pool.store;
        let lease = &self.running.lease;
        match self
            .persist(|| store.checkpoint(lease, phase, output.clone()))
            .await
        {
            Ok(HeartbeatReply::Continue) => Ok(()),
            Ok(HeartbeatReply::Cancel) => Err(stopped(StopReason::Cancelled)),
            Err(StoreError::LeaseLost(_)) => Err(Ending::Abandon),
            // Asked to stop, or overdue: a job that is handed back overdue is failed by its store.
            Err(StoreError::Unavailable { .. }) => Err(stopped(
                self.running.stop_reason().unwrap_or(StopReason::Unrenewed),
            )),
            Err(error) => Err(Ending::Finish(self.refused(phase, &error).await)),
        }
    }

    /// Says the last word on the job, for ten leases if the store does not answer: by then the job is
    /// long somebody else's, and this worker is wanted.
    async fn finish(&self, mut outcome: Outcome) {
        let (store, lease) = (&self.pool.store, &self.running.lease);
        loop {
            let give_up = tokio::time::sleep(self.pool.settings.lease.saturating_mul(10));
            let answer = self.call_until(|| store.finish(lease, outcome.clone()), give_up);
            match answer.await {
                Ok(status) => return self.log_end(status, &outcome),
                Err(StoreError::LeaseLost(_)) => {
                    return warn!(
                        "lease lost before the job could be given back; its work is dropped"
                    );
                }
                // The store takes no report: say so instead. Other outcomes carry nothing it
                // could refuse.
                Err(error) if matches!(outcome, Outcome::Completed(_)) => {
                    outcome = self.refused(Phase::Finalizing, &error).await;
                }
                Err(error) => return warn!(%error, "could not give the job back"),
            }
        }
    }

    /// Calls the store again and again while it is away, until this job must stop. What is done
    /// is not thrown away because the lease could not be renewed: the store knows whose it is.
    async fn persist<T, F>(&self, call: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let stop = async {
            if self.running.stopped().await == StopReason::Unrenewed {
                std::future::pending::<()>().await;
            }
        };
        let overdue = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let stop = async {
            tokio::select! {
                () = stop => {}
                () = overdue => {}
            }
        };
        self.call_until(call, stop).await
    }

    async fn call_until<T, F>(
        &self,
        call: impl Fn() -> F,
        stop: impl Future<Output = ()>,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        const WAITS: RetryPolicy = RetryPolicy::never()
            .with_base(Duration::from_millis(50))
            .with_cap(Duration::from_secs(2));
        let mut stop = std::pin::pin!(stop);
        let mut failures = 0;
        loop {
            let answer = within(self.pool.settings.store_timeout, call()).await;
            let error = match answer {
                Ok(Err(error @ StoreError::Unavailable { .. })) => error,
                Ok(answer) => return answer,
                Err(_) => StoreError::unavailable("it did not answer in time"),
            };
            failures += 1;
            debug!(%error, failures, "the store is away; will call again");
            let wait = WAITS.wait(failures, Some(Duration::from_millis(25)));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = &mut stop => return Err(error),
            }
        }
    }

    /// What becomes of a job whose phase failed.
    async fn after_failure(
        &self,
        retry: &RetryPolicy,
        failure: Failure,
        retry_after: Option<Duration>,
    ) -> Outcome {
        match failure.kind() {
            FailureKind::Permanent | FailureKind::TooLarge => return Outcome::Failed(failure),
            _ if self.time_left().is_zero() => return Outcome::Failed(too_late(&failure)),
            _ => {}
        }
        let after = if failure.kind() == FailureKind::RateLimited {
            // The platform's doing, not the job's: no attempt is spent, only the deadline ends it.
            let wait = retry.brake(self.running.context.attempt, retry_after);
            self.brake(wait).await;
            wait
        } else {
            let failures = self.failures + 1;
            if !retry.allows(failures) {
                let message = format!("{failure} (failed attempts: {failures})");
                return Outcome::Failed(Failure::new(failure.kind(), message));
            }
            retry.wait(failures, None)
        };
        if after >= self.time_left() {
            return Outcome::Failed(too_late(&failure));
        }
        Outcome::Retry { after, failure }
    }

    /// What becomes of a job whose output the store refused.
    async fn refused(&self, phase: Phase, error: &StoreError) -> Outcome {
        let kind = match error {
            StoreError::TooLarge { .. } => FailureKind::TooLarge,
            error if error.is_retryable() => FailureKind::Transient,
            _ => FailureKind::Permanent,
        };
        let retry = &self.pool.settings.policy(phase).retry;
        self.after_failure(retry, Failure::new(kind, error.to_string()), None)
            .await
    }

    /// Holds the platform's other jobs back, for every worker of the store.
    async fn brake(&self, duration: Duration) {
        let platform = &self.running.context.target.platform;
        info!(%platform, ?duration, "rate limited: the platform is paused");
        let store = &self.pool.store;
        // A few tries: the brake spares the platform, but this job must not hang on it.
        let tries = self.pool.settings.store_timeout.saturating_mul(3);
        let pause = || store.pause(PauseRequest::new(platform.clone(), duration));
        if let Err(error) = self.call_until(pause, tokio::time::sleep(tries)).await {
            warn!(%platform, %error, "could not pause the platform");
        }
    }

    fn time_left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        })
    }

    fn log_end(&self, status: Status, outcome: &Outcome) {
        let platform = &self.running.context.target.platform;
        match outcome {
            Outcome::Completed(_) if status == Status::Completed => {
                measure::job_ended(platform, "completed");
                self.pool.client.worked(self.began.elapsed());
                info!("job completed");
            }
            Outcome::Retry { after, failure } if status == Status::Pending => {
                measure::retried(platform, failure.kind());
                info!(?after, kind = %failure.kind(), "attempt failed; the job will be retried");
            }
            Outcome::Released if status == Status::Pending => {
                if self.pool.closing.is_cancelled() {
                    self.pool.released.fetch_add(1, Ordering::Relaxed);
                }
                info!("job handed back");
            }
            Outcome::Failed(failure) => {
                measure::job_ended(platform, failure.kind().as_str());
                info!(kind = %failure.kind(), "job failed");
            }
            Outcome::Completed(_) | Outcome::Retry { .. } | Outcome::Released => {
                measure::job_ended(platform, "stopped");
                info!(%status, "job ended");
            }
        }
    }
}

fn too_late(failure: &Failure) -> Failure {
    let message = format!("the job's deadline leaves no time to try again: {failure}");
    Failure::new(FailureKind::DeadlineExceeded, message)
}

fn encode<T: Serialize>(phase: Phase, output: &T) -> Result<Bytes, Ending> {
    // A value's own serialization is foreign code, like the phase that made it.
    let (kind, reason) = match catch_unwind(AssertUnwindSafe(|| serde_json::to_vec(output))) {
        Ok(Ok(json)) => return Ok(Bytes::from(json)),
        Ok(Err(error)) => (FailureKind::Permanent, error.to_string()),
        Err(panic) => (FailureKind::Panicked, panic_message(&*panic).to_owned()),
    };
    let message = format!("the output of phase {phase} cannot be written as JSON: {reason}");
    Err(Ending::Finish(Outcome::Failed(Failure::new(kind, message))))
}

fn stopped(why: StopReason) -> Ending {
    match why {
        StopReason::Cancelled => Ending::Finish(Outcome::Failed(Failure::new(
            FailureKind::Cancelled,
            "the job was cancelled",
        ))),
        StopReason::LeaseLost => Ending::Abandon,
        // Unrenewed: if nobody has taken the job meanwhile, it is nobody's fault.
        StopReason::Unrenewed | StopReason::Draining => Ending::Finish(Outcome::Released),
    }
}
