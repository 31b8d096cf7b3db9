//! One history, on a store and on the model.

use std::sync::Arc;
use std::time::Duration;

use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimToken, Delivery, FindRequest, Heartbeat, InFlightLimits,
    JobStore, Lease, ListRequest, NewJob, PauseRequest, Receipt, SweepRequest, WatchRequest,
    WorkerId,
};
use report_pipeline::{Handle, Job, JobId, Platform, Progress, Scope, Target, Version};
use uuid::Uuid;

use super::command::{Command, Times, bytes};
use super::model::Model;

/// The store beside the model, and what callers remember.
pub(super) struct Run {
    store: Arc<dyn JobStore>,
    model: Model,
    times: Times,
    submitted: Vec<NewJob>,
    leases: Vec<Lease>,
    receipts: Vec<Receipt>,
    names: u128,
}

impl Run {
    pub(super) fn new(store: Arc<dyn JobStore>, retention: Duration, times: Times) -> Self {
        let tolerance = match times {
            Times::Exact { .. } => Duration::ZERO,
            // Whatever a slow machine takes: what is far is meant to be far, no more.
            Times::Extreme { .. } => times.far() / 8,
        };
        Self {
            store,
            model: Model::new(retention, tolerance),
            times,
            submitted: Vec::new(),
            leases: Vec::new(),
            receipts: Vec::new(),
            names: 0,
        }
    }

    /// A new id: counted instead of drawn, so that a history always runs the same way.
    fn name(&mut self) -> Uuid {
        self.names += 1;
        Uuid::from_u128(self.names)
    }

    /// Makes one step, and returns how long to let pass after it.
    pub(super) async fn step(&mut self, command: Command) -> Duration {
        let mut passes = self.times.between_steps();
        match command {
            Command::Submit { .. } => self.submit(command).await,
            Command::SubmitAgain { job, other_target } => {
                if let Some(mut new) = pick(&self.submitted, job).cloned() {
                    if other_target {
                        new.target = Target::new(platform_of(false), target_of(9).handle);
                    }
                    let result = self.store.submit(new.clone()).await;
                    self.model.submit(&new, result);
                }
            }
            Command::Claim { .. } | Command::ClaimAgain { .. } => {
                let request = self.claim_request(&command);
                self.claim(request).await;
            }
            Command::Heartbeat { lease, .. }
            | Command::Save { lease, .. }
            | Command::Checkpoint { lease, .. }
            | Command::Finish { lease, .. } => {
                if let Some(lease) = pick(&self.leases, lease).cloned() {
                    self.step_with(&lease, command).await;
                }
            }
            Command::Cancel { job } => {
                if let Some(id) = pick(&self.submitted, job).map(|new| new.id) {
                    self.model.cancel(id, self.store.cancel(id).await);
                }
            }
            Command::Delete { job } => {
                if let Some(id) = pick(&self.submitted, job).map(|new| new.id) {
                    self.model.delete(id, self.store.delete(id).await);
                }
            }
            Command::ClaimEnded { max, only, lease } => {
                let mut request = ClaimEndedRequest::new().with_max(max).with_lease(lease);
                request.token = ClaimToken::from_uuid(self.name());
                request.platforms = only.map(|first| [platform_of(first)].into());
                let claimed = self.store.claim_ended(request.clone()).await;
                let claimed = claimed.expect("a claim of notes succeeds");
                self.model.claim_ended(&request, &claimed);
                self.receipts
                    .extend(claimed.into_iter().map(|ended| ended.receipt));
            }
            Command::Acknowledge {
                receipt,
                delivered,
                after,
            } => {
                if let Some(receipt) = pick(&self.receipts, receipt) {
                    let delivery = if delivered {
                        Delivery::Delivered
                    } else {
                        Delivery::Retry { after }
                    };
                    let done = self.store.acknowledge(receipt, delivery).await;
                    done.expect("an acknowledgement succeeds");
                    self.model.acknowledge(receipt, delivery);
                }
            }
            Command::Pause { platform, length } => {
                let platform = platform_of(platform);
                let request = PauseRequest::new(platform.clone(), length);
                self.store.pause(request).await.expect("a pause succeeds");
                self.model.pause(&platform, length);
            }
            Command::Unpause { platform } => {
                let platform = platform_of(platform);
                let done = self.store.unpause(&platform).await;
                done.expect("the end of a pause succeeds");
                self.model.unpause(&platform);
            }
            Command::Pass { time } => {
                if let Times::Exact { .. } = self.times {
                    passes = time;
                }
            }
            Command::Sweep { limit } => self.sweep(limit).await,
        }
        passes
    }

    /// The time that passed.
    pub(super) fn passed(&mut self, time: Duration) {
        self.model.pass(time);
    }

    async fn submit(&mut self, command: Command) {
        let Command::Submit {
            target,
            max_age,
            deadline,
            max_crashes,
            input,
            scoped,
            head_start,
            continued,
            note,
        } = command
        else {
            unreachable!("only submits")
        };
        let mut new = NewJob::new(JobId::from_uuid(self.name()), target_of(target))
            .with_max_age(max_age)
            .with_deadline(deadline)
            .with_max_crashes(max_crashes)
            .with_input(bytes(input))
            .with_scope(scope(scoped))
            .with_head_start(head_start);
        if let Some(failed) = continued.and_then(|one| pick(&self.submitted, one)) {
            new = new.continuing(failed.id);
        }
        if let Some(size) = note {
            new = new.with_note(bytes(size));
        }
        let result = self.store.submit(new.clone()).await;
        self.model.submit(&new, result);
        self.submitted.push(new);
    }

    fn claim_request(&mut self, command: &Command) -> ClaimRequest {
        let mut request = ClaimRequest::new(WorkerId::unique());
        request.token = ClaimToken::from_uuid(self.name());
        match *command {
            Command::Claim {
                max,
                lease,
                limit,
                only,
            } => {
                (request.max, request.lease) = (max, lease);
                if let Some(limit) = limit {
                    let limits = InFlightLimits::none().with(platform_of(true), limit);
                    request.in_flight = limits.into();
                }
                request.platforms = only.map(|first| [platform_of(first)].into());
            }
            Command::ClaimAgain { lease, max } => {
                let token = pick(&self.leases, lease).map(Lease::token);
                request.token = token.unwrap_or(request.token);
                (request.max, request.lease) = (max, self.times.far());
            }
            _ => unreachable!("only claims"),
        }
        request
    }

    async fn claim(&mut self, request: ClaimRequest) {
        let claimed = self.store.claim(request.clone()).await;
        let claimed = claimed.expect("a claim succeeds");
        for one in &claimed {
            if !self.leases.contains(&one.lease) {
                self.leases.push(one.lease.clone());
            }
        }
        let mut jobs = Vec::new();
        for new in &self.submitted {
            jobs.extend(self.read(new.id).await);
        }
        self.model.claim(&request, &claimed, &jobs);
    }

    /// A call of a worker, which may have lost its lease long ago.
    async fn step_with(&mut self, lease: &Lease, command: Command) {
        let (store, model) = (&self.store, &mut self.model);
        match command {
            Command::Heartbeat {
                length, progress, ..
            } => {
                let progress = progress.map(Progress::from_percent);
                let beat = Heartbeat::new(length).with_progress(progress);
                model.heartbeat(lease, beat, store.heartbeat(lease, beat).await);
            }
            Command::Save { request, .. } => {
                let result = store.save(lease, request.clone()).await;
                model.save(lease, &request, result);
            }
            Command::Checkpoint { phase, size, .. } => {
                let result = store.checkpoint(lease, phase, bytes(size)).await;
                model.checkpoint(lease, phase, &bytes(size), result);
            }
            Command::Finish { outcome, .. } => {
                let result = store.finish(lease, outcome.clone()).await;
                model.finish(lease, outcome, result);
            }
            _ => unreachable!("only the calls of workers"),
        }
    }

    /// Sweeps until nothing is left to do.
    async fn sweep(&mut self, limit: usize) {
        let mut total = (0, 0, 0);
        loop {
            let swept = self.store.sweep(SweepRequest::new(limit)).await;
            let swept = swept.expect("a sweep succeeds");
            assert!(swept.removed + swept.requeued + swept.failed <= limit);
            total.0 += swept.removed;
            total.1 += swept.requeued;
            total.2 += swept.failed;
            if !swept.more {
                break;
            }
        }
        self.model.sweep(total);
    }

    async fn read(&self, id: JobId) -> Option<Job> {
        self.store.get(id).await.expect("a read succeeds")
    }

    /// Everything that can be seen of the store is as the model says.
    pub(super) async fn compare(&mut self) {
        let ids: Vec<JobId> = self.submitted.iter().map(|new| new.id).collect();
        let many = self.store.get_many(&ids).await.expect("a read succeeds");
        for (new, read) in self.submitted.iter().zip(many) {
            let job = self.read(new.id).await;
            assert_eq!(read, job, "get_many and get read the same");
            let report = self.store.report(new.id).await.expect("a read succeeds");
            let watch = WatchRequest::new(new.id, Version::ZERO);
            let changed = self.store.changed(watch).await.expect("a read succeeds");
            assert_eq!(changed, job, "changed and get read the same");
            self.model
                .compare_job(new.id, job.as_ref(), report.as_ref());
            let request = FindRequest::new(new.target.clone()).with_scope(new.scope.clone());
            let owner = self.store.find(request).await.expect("a read succeeds");
            assert_eq!(owner.map(|job| job.id), self.model.owner(new), "the owner");
        }
        let list = ListRequest::new().with_limit(ListRequest::MAX_LIMIT);
        let listed = self.store.list(list).await.expect("a list is read");
        let listed: Vec<JobId> = listed.jobs.iter().map(|job| job.id).collect();
        assert_eq!(listed, self.model.list(), "the list");
        let stats = self.store.stats().await.expect("counting succeeds");
        self.model.compare_stats(&stats);
    }
}

fn pick<T>(from: &[T], newest: usize) -> Option<&T> {
    from.iter().rev().nth(newest)
}

fn scope(scoped: bool) -> Scope {
    Scope::new(if scoped { "a: b" } else { "" }).expect("a short text is a scope")
}

fn platform_of(first: bool) -> Platform {
    Platform::new(if first { "first" } else { "second" }).expect("a word is a platform")
}

/// Few targets, so that they meet.
fn target_of(number: u8) -> Target {
    let handle = Handle::canonical(&format!("account{number}")).expect("a word is a handle");
    Target::new(platform_of(number < 3), handle)
}
