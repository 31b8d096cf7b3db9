//! One attempt: a claimed job on its way through the phases that it has still to do.

use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use futures::future::poll_immediate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, debug, info, info_span, warn};

use super::claimer::Claim;
use super::decision::{FailedAttempt, after_failure, after_stop, refusal};
use super::failure_log::attempt_failed;
use super::guard::{Interrupted, guard};
use super::output::{as_after_a_retry, encode};
use super::persist::persist;
use super::phases::Phases;
use super::pool::WorkerPool;
use super::running::RunningJob;
use super::stop::StopReason;
use super::unacknowledged::Unacknowledged;
use super::versioned::{mark, unmark};
use crate::job::{Failure, Phase, Status, Version};
use crate::measure::{self, Stopwatch};
use crate::phase::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};
use crate::store::{Checkpoints, HeartbeatReply, Outcome, StoreError};
use crate::timeout::instant_after;

/// A worker's attempt at a job that it has claimed.
pub(super) struct Attempt<'a> {
    pool: &'a Arc<WorkerPool>,
    running: &'a Arc<RunningJob>,
    checkpoints: Checkpoints,
    unacknowledged: Unacknowledged,
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

/// Why an attempt has no report.
enum Ending {
    /// A phase failed.
    Failed {
        phase: Phase,
        failure: Failure,
        retry_after: Option<Duration>,
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The output of a phase cannot be used, whenever it is tried again.
    Unusable(Phase, Failure),
    /// The store refuses the output of a phase.
    Refused(Phase, StoreError),
    /// The job was stopped.
    Stopped(StopReason),
    /// Its time is not now.
    Outdated,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        pool: &'a Arc<WorkerPool>,
        running: &'a Arc<RunningJob>,
        claim: Claim,
    ) -> Self {
        let outdated = pool.claimer.is_outdated(&claim);
        let claimed = claim.claimed;
        let job = &claimed.job;
        // Both by the store's clock: a claim is a visible change.
        let age = job.updated_at.signed_duration_since(job.created_at);
        let age = age.to_std().unwrap_or_default();
        if job.version == Version::FIRST.next() {
            measure::first_claimed(&job.target.platform, age);
        }
        let deadline = claimed
            .time_left
            .and_then(|left| Instant::now().checked_add(left));
        Self {
            pool,
            running,
            outdated,
            checkpoints: claimed.checkpoints,
            unacknowledged: Unacknowledged::new(Arc::clone(pool), Arc::clone(running), deadline),
            deadline,
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
        let ended = if self.outdated {
            // Its request would be refused too: it waits for the pause like those not yet claimed.
            Err(Ending::Outdated)
        } else {
            self.run_phases(phases).await
        };
        let outcome = match ended {
            Ok(report) => {
                self.unacknowledged.overtake();
                Some(Outcome::Completed(report))
            }
            Err(ending) => self.settle(ending).await,
        };
        // Before the outcome is reported: a heartbeat that raced it would look like a lost lease.
        self.running.end_heartbeats().await;
        if let Some(outcome) = outcome {
            self.finish(outcome).await;
        } else {
            debug!("the job is left to the worker that owns it");
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
            .map_err(|failure| Ending::Unusable(Phase::Finalizing, failure))
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
        let unusable = |failure| Ending::Unusable(phase, failure);
        let json = encode(phase, &output).map_err(unusable)?;
        let output = as_after_a_retry(phase, output, &json).map_err(unusable)?;
        // What later phases have left was made from another output.
        self.checkpoints = Checkpoints::default();
        self.running.context.forget_saved();
        self.keep(phase, json).await?;
        Ok(output)
    }

    /// Runs a phase under guard, and looks meanwhile at what the store replies to the outputs before.
    async fn guarded<T>(
        &mut self,
        phase: Phase,
        work: impl Future<Output = Result<T, PhaseError>>,
    ) -> Result<T, Ending> {
        let (pool, running) = (self.pool, self.running);
        let timeout = pool.settings.policy(phase).timeout;
        let watch = Stopwatch::start();
        let grace = |why| pool.grace(why);
        let work = guard(running, timeout, self.deadline, grace, work);
        let mut work = pin!(work.instrument(info_span!("phase", %phase)));
        let mut is_owed = self.unacknowledged.is_owed_a_reply();
        let mut refused = None;
        let ended = loop {
            tokio::select! {
                biased;
                ended = &mut work => break ended,
                // If the job is stopped, the guard knows how long the phase may take to end.
                replied = self.acknowledged(), if is_owed => {
                    is_owed = false;
                    if let Err(ending @ Ending::Refused(..)) = replied {
                        running.stop(StopReason::Refused);
                        refused = Some(ending);
                    }
                }
            }
        };
        let result = match &ended {
            Ok(_) => "ok",
            Err(Interrupted::Failed { .. }) => "failed",
            Err(Interrupted::Stopped(_)) => "stopped",
        };
        measure::phase_ran(&running.context.target.platform, phase, result, &watch);
        if let Some(ending) = refused {
            return Err(ending);
        }
        ended.map_err(|interrupted| match interrupted {
            Interrupted::Stopped(why) => Ending::Stopped(why),
            Interrupted::Failed {
                failure,
                retry_after,
                source,
            } => Ending::Failed {
                phase,
                failure,
                retry_after,
                source,
            },
        })
    }

    /// Sends a phase's output to the store, and waits for no reply that takes time.
    async fn keep(&mut self, phase: Phase, output: Bytes) -> Result<(), Ending> {
        let output = mark(self.pool.client.program_version(), output);
        self.unacknowledged.send(phase, output);
        let at_once = poll_immediate(pin!(self.acknowledged())).await;
        at_once.unwrap_or(Ok(()))
    }

    /// Waits until the store has replied to all that was sent.
    ///
    /// # Cancel safety
    /// Nothing is lost: the next call goes on.
    async fn acknowledged(&mut self) -> Result<(), Ending> {
        while let Some((phase, reply)) = self.unacknowledged.reply().await {
            match reply {
                // A phase that ran once more because its output was unreadable excuses no later one.
                Ok(HeartbeatReply::Continue) if phase >= self.reached => self.failures = 0,
                Ok(HeartbeatReply::Continue) => {}
                Ok(HeartbeatReply::Cancel) => return Err(self.stopped(StopReason::Cancelled)),
                Err(StoreError::LeaseLost(_)) => return Err(self.stopped(StopReason::LeaseLost)),
                // Asked to stop, or overdue: an overdue job that is released is failed by its store.
                Err(StoreError::Unavailable { .. }) => {
                    return Err(self.stopped(StopReason::Unrenewed));
                }
                Err(error) => return Err(Ending::Refused(phase, error)),
            }
        }
        Ok(())
    }

    /// Stops the job, unless that has already been done for another reason.
    fn stopped(&self, why: StopReason) -> Ending {
        self.running.stop(why);
        Ending::Stopped(match why {
            StopReason::LeaseLost => why,
            _ => self.running.stop_reason().unwrap_or(why),
        })
    }

    /// Returns the outcome to report of an attempt that has no report, or nothing if another worker may own the job.
    ///
    /// Waits for the replies to what its phases have left before, so that no other attempt does it again.
    async fn settle(&mut self, mut ending: Ending) -> Option<Outcome> {
        if !matches!(ending, Ending::Stopped(StopReason::LeaseLost))
            && let Err(earlier) = self.acknowledged().await
        {
            if let Ending::Failed { phase, failure, .. } = &ending {
                warn!(%phase, error = failure.message(), "the phase failed, and an output before it is not kept");
            }
            ending = earlier;
        }
        let context = &self.running.context;
        Some(match ending {
            Ending::Stopped(why) => return after_stop(why),
            Ending::Outdated => Outcome::Released,
            Ending::Failed {
                phase,
                failure,
                retry_after,
                source,
            } => {
                let outcome = self.after_failure(phase, failure, retry_after);
                let source = source
                    .as_deref()
                    .map(|source| source as &(dyn Error + 'static));
                attempt_failed(context, phase, source, &outcome);
                outcome
            }
            Ending::Refused(phase, error) => {
                let outcome = self.after_failure(phase, refusal(&error), None);
                attempt_failed(context, phase, error.source(), &outcome);
                outcome
            }
            Ending::Unusable(phase, failure) => {
                let outcome = Outcome::Failed(failure);
                attempt_failed(context, phase, None, &outcome);
                outcome
            }
        })
    }

    /// Reports the outcome to the store, retrying for ten lease lengths; by then another worker owns
    /// the job, and this worker is needed for others.
    async fn finish(&mut self, mut outcome: Outcome) {
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
                Err(error @ StoreError::Unavailable { .. }) => {
                    return warn!(%error, "the outcome could not be reported");
                }
                // The store refuses the report: that is the outcome instead. Other outcomes carry
                // nothing that it could refuse.
                Err(error) if matches!(outcome, Outcome::Completed(_)) => {
                    let refused = Ending::Refused(Phase::Finalizing, error);
                    let Some(instead) = self.settle(refused).await else {
                        return warn!("lease lost before the outcome was reported; it is dropped");
                    };
                    outcome = instead;
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
