//! One attempt: a claimed job on its way through the phases that it has still to do.

use std::error::Error;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, debug, error, info, info_span, warn};

use super::claimer::Claim;
use super::decision::{FailedAttempt, after_failure, after_stop, refusal};
use super::failure_log::attempt_failed;
use super::guard::{Interrupted, guard};
use super::persist::persist;
use super::phases::Phases;
use super::pool::WorkerPool;
use super::running::RunningJob;
use super::stop::StopReason;
use super::versioned::{mark, unmark};
use crate::job::{Failure, FailureKind, Phase, Status, Version};
use crate::measure::{self, Stopwatch};
use crate::panic;
use crate::phase::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper, read_back};
use crate::store::{Checkpoints, HeartbeatReply, Outcome, StoreError};
use crate::timeout::instant_after;

/// A worker's attempt at a job that it has claimed.
pub(super) struct Attempt<'a> {
    pool: &'a WorkerPool,
    running: &'a RunningJob,
    checkpoints: Checkpoints,
    deadline: Option<Instant>,
    began: Instant,
    /// How long after its submit the job was claimed.
    age: Duration,
    /// The phase that the job had reached when it was claimed.
    reached: Phase,
    /// Failed attempts at the phase that the job has reached, before this one.
    failures: u32,
    /// The platform has limited another job of this process since this one was claimed.
    outdated: bool,
}

/// How an attempt ends.
enum Ending {
    /// This outcome is reported to the store.
    Report(Outcome),
    /// Nothing is reported: another worker may own the job.
    Leave,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(pool: &'a WorkerPool, running: &'a RunningJob, claim: Claim) -> Self {
        let outdated = pool.claimer.is_outdated(&claim);
        let claimed = claim.claimed;
        let job = &claimed.job;
        // Both by the store's clock: a claim is a visible change.
        let age = job.updated_at.signed_duration_since(job.created_at);
        let age = age.to_std().unwrap_or_default();
        if job.version == Version::FIRST.next() {
            measure::first_claimed(&job.target.platform, age);
        }
        Self {
            pool,
            running,
            outdated,
            checkpoints: claimed.checkpoints,
            deadline: claimed
                .time_left
                .and_then(|left| Instant::now().checked_add(left)),
            began: Instant::now(),
            age,
            reached: claimed.job.phase,
            failures: claimed.job.failures,
        }
    }

    /// Runs the phases that are left, and reports the outcome to the store.
    pub(super) async fn run<S, A, M>(mut self, phases: &Phases<S, A, M>)
    where
        S: Scraper,
        A: Analyzer<Input = S::Output>,
        M: Assembler<Scraped = S::Output, Analysis = A::Output>,
    {
        let ending = if self.outdated {
            // Its request would be refused too: it waits for the pause like those not yet claimed.
            Ending::Report(Outcome::Released)
        } else {
            match self.run_phases(phases).await {
                Ok(report) => Ending::Report(Outcome::Completed(report)),
                Err(ending) => ending,
            }
        };
        // Before the outcome is reported: a heartbeat that raced it would look like a lost lease.
        self.running.end_heartbeats().await;
        match ending {
            Ending::Report(outcome) => self.finish(outcome).await,
            Ending::Leave => debug!("the job is left to the worker that owns it"),
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
        self.encode(Phase::Finalizing, &report)
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
            let version = self.pool.client.program_version();
            match serde_json::from_slice(&unmark(version, kept)) {
                Ok(output) => return Ok(output),
                // Another version of the program may have written it. The place only: an error of the
                // type may quote the value.
                Err(error) => {
                    let (line, column) = (error.line(), error.column());
                    warn!(%phase, line, column, "checkpoint unreadable; the phase runs again");
                }
            }
        }
        let output = self.guarded(phase, work).await?;
        let json = self.encode(phase, &output)?;
        let output = as_after_a_retry(phase, output, &json)
            .map_err(|failure| self.give_up(phase, failure))?;
        // What later phases have left was made from another output.
        self.checkpoints = Checkpoints::default();
        self.running.context.forget_saved();
        self.keep(phase, json).await?;
        // A phase that ran once more because its output was unreadable excuses no later one.
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
        let timeout = self.pool.settings.policy(phase).timeout;
        let watch = Stopwatch::start();
        let grace = |why| self.pool.grace(why);
        let ended = guard(self.running, timeout, self.deadline, grace, work)
            .instrument(info_span!("phase", %phase))
            .await;
        let result = match &ended {
            Ok(_) => "ok",
            Err(Interrupted::Failed { .. }) => "failed",
            Err(Interrupted::Stopped(_)) => "stopped",
        };
        let platform = &self.running.context.target.platform;
        measure::phase_ran(platform, phase, result, &watch);
        match ended {
            Ok(output) => Ok(output),
            Err(Interrupted::Stopped(why)) => Err(stopped(why)),
            Err(Interrupted::Failed {
                failure,
                retry_after,
                source,
            }) => {
                let outcome = self.after_failure(phase, failure, retry_after);
                let source = source
                    .as_deref()
                    .map(|source| source as &(dyn Error + 'static));
                attempt_failed(&self.running.context, phase, source, &outcome);
                Err(Ending::Report(outcome))
            }
        }
    }

    /// Keeps a phase's output in the store.
    async fn keep(&self, phase: Phase, output: Bytes) -> Result<(), Ending> {
        let (store, lease) = (&self.pool.store, &self.running.lease);
        let output = mark(self.pool.client.program_version(), output);
        let call = || store.checkpoint(lease, phase, output.clone());
        let timeout = self.pool.settings.store_timeout;
        match persist(timeout, call, || self.stopped_or_overdue()).await {
            Ok(HeartbeatReply::Continue) => Ok(()),
            Ok(HeartbeatReply::Cancel) => Err(stopped(StopReason::Cancelled)),
            Err(StoreError::LeaseLost(_)) => Err(Ending::Leave),
            // Asked to stop, or overdue: an overdue job that is released is failed by its store.
            Err(StoreError::Unavailable { .. }) => Err(stopped(
                self.running.stop_reason().unwrap_or(StopReason::Unrenewed),
            )),
            Err(error) => Err(Ending::Report(self.refused(phase, &error))),
        }
    }

    /// Waits until it is no use to go on while the store is away. An output is not thrown away because
    /// the lease could not be renewed: the store knows who owns the job.
    async fn stopped_or_overdue(&self) {
        let stopped = async {
            if self.running.stopped().await == StopReason::Unrenewed {
                pending::<()>().await;
            }
        };
        let overdue = async {
            match self.deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = stopped => {}
            () = overdue => {}
        }
    }

    /// Reports the outcome to the store, retrying for ten lease lengths; by then another worker owns
    /// the job, and this worker is needed for others.
    async fn finish(&self, mut outcome: Outcome) {
        let (store, lease, settings) = (&self.pool.store, &self.running.lease, &self.pool.settings);
        loop {
            let give_up = instant_after(settings.lease.saturating_mul(10));
            let stop = || sleep_until(give_up);
            let call = || store.finish(lease, outcome.clone());
            match persist(settings.store_timeout, call, stop).await {
                Ok(status) => {
                    if let Outcome::RateLimited { .. } = outcome {
                        self.pool
                            .claimer
                            .limited(&self.running.context.target.platform);
                    }
                    return self.log_end(status, &outcome);
                }
                Err(StoreError::LeaseLost(_)) => {
                    return warn!("lease lost before the outcome was reported; it is dropped");
                }
                // The store refuses the report: that is the outcome instead. Other outcomes carry
                // nothing that it could refuse.
                Err(error) if matches!(outcome, Outcome::Completed(_)) => {
                    outcome = self.refused(Phase::Finalizing, &error);
                }
                Err(error) => return warn!(%error, "the outcome could not be reported"),
            }
        }
    }

    /// Returns the outcome to report of a job whose phase failed or whose output was refused.
    fn after_failure(
        &self,
        phase: Phase,
        failure: Failure,
        retry_after: Option<Duration>,
    ) -> Outcome {
        let failed = FailedAttempt {
            failure,
            retry_after,
            earlier_failures: self.failures,
            time_left: self.deadline.map_or(Duration::MAX, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            }),
        };
        let policy = &self.pool.settings.policy(phase).retry;
        after_failure(policy, failed, &mut fastrand::Rng::new())
    }

    /// Returns the outcome to report of a job whose output the store refuses.
    fn refused(&self, phase: Phase, error: &StoreError) -> Outcome {
        let outcome = self.after_failure(phase, refusal(error), None);
        attempt_failed(&self.running.context, phase, error.source(), &outcome);
        outcome
    }

    /// Ends a job whose phase leaves an output that cannot be used.
    fn give_up(&self, phase: Phase, failure: Failure) -> Ending {
        let outcome = Outcome::Failed(failure);
        attempt_failed(&self.running.context, phase, None, &outcome);
        Ending::Report(outcome)
    }

    fn encode<T: Serialize>(&self, phase: Phase, output: &T) -> Result<Bytes, Ending> {
        encode(phase, output).map_err(|failure| self.give_up(phase, failure))
    }

    fn log_end(&self, status: Status, outcome: &Outcome) {
        let platform = &self.running.context.target.platform;
        let age = self.age.saturating_add(self.began.elapsed());
        match outcome {
            Outcome::Completed(_) if status == Status::Completed => {
                measure::job_ended(platform, "completed", age);
                self.pool.client.observe_run(self.began.elapsed());
                info!("job completed");
            }
            Outcome::Retry { after, failure } if status == Status::Pending => {
                measure::retried(platform, failure.kind());
                info!(?after, "the job waits for its next attempt");
            }
            Outcome::RateLimited { failure, limit } if status == Status::Pending => {
                measure::retried(platform, failure.kind());
                info!(floor = ?limit.floor(), "the platform is paused for at least the floor");
            }
            Outcome::Released if status == Status::Pending => {
                if self.pool.closing.is_cancelled() {
                    self.pool.released.fetch_add(1, Ordering::Relaxed);
                }
                info!("job released");
            }
            Outcome::Failed(failure) => {
                measure::job_ended(platform, failure.kind().as_str(), age);
                info!(kind = %failure.kind(), "job failed");
            }
            Outcome::Completed(_)
            | Outcome::Retry { .. }
            | Outcome::RateLimited { .. }
            | Outcome::Released => {
                measure::job_ended(platform, "stopped", age);
                info!(%status, "job ended");
            }
        }
    }
}

fn encode<T: Serialize>(phase: Phase, output: &T) -> Result<Bytes, Failure> {
    // A value's own serialization is foreign code, like the phase that made it: what it says may
    // quote the value, so it goes to the log and not to clients.
    let (kind, reason) = match catch_unwind(AssertUnwindSafe(|| serde_json::to_vec(output))) {
        Ok(Ok(json)) => return Ok(Bytes::from(json)),
        Ok(Err(error)) => {
            error!(%phase, %error, "the output cannot be written as JSON");
            (FailureKind::Permanent, "its serialization failed")
        }
        Err(panic) => {
            let message = panic::message(&*panic).unwrap_or("no message");
            error!(%phase, panic = message, "the output's serialization panicked");
            (FailureKind::Panicked, "its serialization panicked")
        }
    };
    let message = format!("the output of phase {phase} cannot be written as JSON: {reason}");
    Err(Failure::new(kind, message))
}

/// Returns the output as a retry of a later phase will see it. In debug builds only: it costs a second
/// copy, and what differs shows at the first attempt.
fn as_after_a_retry<T: Serialize + DeserializeOwned>(
    phase: Phase,
    output: T,
    json: &[u8],
) -> Result<T, Failure> {
    if !cfg!(debug_assertions) {
        return Ok(output);
    }
    // Foreign code again: see `encode`.
    let read = catch_unwind(AssertUnwindSafe(|| read_back(json)));
    let reason = match read {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(reason)) => reason,
        Err(_) => "reading it again panicked".to_owned(),
    };
    error!(%phase, %reason, "the output does not survive its JSON");
    let message = format!("the output of phase {phase} does not survive its JSON: {reason}");
    Err(Failure::new(FailureKind::Permanent, message))
}

fn stopped(why: StopReason) -> Ending {
    after_stop(why).map_or(Ending::Leave, Ending::Report)
}
