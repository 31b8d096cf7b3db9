//! Random histories on the memory store, compared after each step with a naive model.

mod model;

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimToken, Delivery, FindRequest, Heartbeat, InFlightLimits,
    Lease, ListRequest, Outcome, PauseRequest, RateLimit, Receipt, SaveRequest, SweepRequest,
    WatchRequest, WorkerId,
};
use report_pipeline::{
    Failure, FailureKind, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase, Platform,
    Progress, Scope, Target, Version,
};
use uuid::Uuid;

use self::model::{Model, RETENTION};

/// One step of a history. Numbers pick one of what there is: targets, jobs, leases.
#[derive(Debug, Clone)]
enum Command {
    Submit {
        target: u8,
        max_age: Option<u64>,
        deadline: Option<u64>,
        max_crashes: u32,
        input: usize,
        scoped: bool,
        head_start: u64,
        continued: Option<usize>,
        note: Option<usize>,
    },
    SubmitAgain {
        job: usize,
        other_target: bool,
    },
    Claim {
        max: usize,
        lease: u64,
        limit: Option<usize>,
        only: Option<bool>,
    },
    ClaimAgain {
        lease: usize,
        max: usize,
    },
    Heartbeat {
        lease: usize,
        length: u64,
        progress: Option<u8>,
    },
    Save {
        lease: usize,
        request: SaveRequest,
    },
    Checkpoint {
        lease: usize,
        phase: Phase,
        size: usize,
    },
    Finish {
        lease: usize,
        outcome: Outcome,
    },
    Cancel {
        job: usize,
    },
    Delete {
        job: usize,
    },
    ClaimEnded {
        max: usize,
        only: Option<bool>,
        lease: u64,
    },
    Acknowledge {
        receipt: usize,
        delivered: bool,
        after: u64,
    },
    Pause {
        platform: bool,
        length: u64,
    },
    Unpause {
        platform: bool,
    },
    Pass {
        seconds: u64,
    },
    Sweep {
        limit: usize,
    },
}

fn command() -> impl Strategy<Value = Command> {
    // Picks count from the newest: most steps go to what is going on.
    let pick = || prop_oneof![4 => 0..3_usize, 1 => 0..40_usize];
    prop_oneof![
        6 => (0..5_u8, prop::option::of(0..40_u64), prop::option::of(1..60_u64), 1..4_u32, 0..9_usize, prop::bool::weighted(0.3), prop::sample::select(vec![0, 0, 5, 20]),
            prop::option::weighted(0.2, 0..6_usize), prop::option::weighted(0.3, 0..9_usize)).prop_map(
            |(target, max_age, deadline, max_crashes, input, scoped, head_start, continued, note)| Command::Submit {
                target, max_age, deadline, max_crashes, input, scoped, head_start, continued, note,
            }
        ),
        1 => (pick(), any::<bool>())
            .prop_map(|(job, other_target)| Command::SubmitAgain { job, other_target }),
        8 => (0..4_usize, 1..20_u64, prop::option::of(0..3_usize), only())
            .prop_map(|(max, lease, limit, only)| Command::Claim { max, lease, limit, only }),
        2 => (pick(), 0..4_usize).prop_map(|(lease, max)| Command::ClaimAgain { lease, max }),
        4 => (pick(), 0..20_u64, prop::option::of(0..=110_u8))
            .prop_map(|(lease, length, progress)| Command::Heartbeat { lease, length, progress }),
        4 => (pick(), prop::sample::select(Phase::ALL.to_vec()), 0..50_usize)
            .prop_map(|(lease, phase, size)| Command::Checkpoint { lease, phase, size }),
        4 => (pick(), save()).prop_map(|(lease, request)| Command::Save { lease, request }),
        6 => (pick(), outcome()).prop_map(|(lease, outcome)| Command::Finish { lease, outcome }),
        2 => pick().prop_map(|job| Command::Cancel { job }),
        2 => pick().prop_map(|job| Command::Delete { job }),
        1 => (any::<bool>(), 0..20_u64)
            .prop_map(|(platform, length)| Command::Pause { platform, length }),
        5 => (1..12_u64).prop_map(|seconds| Command::Pass { seconds }),
        1 => any::<bool>().prop_map(|platform| Command::Unpause { platform }),
        2 => (1..4_usize).prop_map(|limit| Command::Sweep { limit }),
        3 => (0..4_usize, only(), 1..20_u64)
            .prop_map(|(max, only, lease)| Command::ClaimEnded { max, only, lease }),
        3 => (pick(), any::<bool>(), 0..20_u64)
            .prop_map(|(receipt, delivered, after)| Command::Acknowledge { receipt, delivered, after }),
    ]
}

/// The platform that a claim asks for: one of the two, now and then.
fn only() -> impl Strategy<Value = Option<bool>> {
    prop::option::weighted(0.2, any::<bool>())
}

fn save() -> impl Strategy<Value = SaveRequest> {
    let phase = prop::sample::select(vec![
        Phase::Scraping,
        Phase::Scraping,
        Phase::Analysis,
        Phase::Finalizing,
    ]);
    (phase, 0..9_u32, 0..50_usize, any::<bool>(), 0..5_u8).prop_map(
        |(phase, number, size, is_page, fresh)| {
            let save = if is_page {
                SaveRequest::append(phase, number, bytes(size))
            } else {
                SaveRequest::replace(phase, number, bytes(size))
            };
            save.with_fresh(fresh == 0)
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let kind = prop::sample::select(vec![FailureKind::Transient, FailureKind::Permanent]);
    prop_oneof![
        3 => (0..50_usize).prop_map(|size| Outcome::Completed(bytes(size))),
        3 => (0..15_u64, kind).prop_map(|(after, kind)| Outcome::Retry {
            after: Duration::from_secs(after),
            failure: Failure::new(kind, "tried in vain"),
        }),
        3 => (0..4_u64, 0..4_u64, prop::sample::select(vec![0.0, 0.5, 1.0])).prop_map(
            |(floor, base, jitter)| Outcome::RateLimited {
                failure: Failure::new(FailureKind::RateLimited, "slow down"),
                limit: RateLimit::new(Duration::from_secs(floor))
                    .with_backoff(Duration::from_secs(base), Duration::from_secs(10))
                    .with_jitter(jitter),
            }
        ),
        1 => (0..30_u64).prop_map(|wait| Outcome::RateLimited {
            failure: Failure::new(FailureKind::QuotaExhausted, "used up"),
            limit: RateLimit::quota(Duration::from_secs(wait)),
        }),
        1 => Just(Outcome::Failed(Failure::new(FailureKind::Permanent, "given up"))),
        2 => Just(Outcome::Released),
    ]
}

/// The store beside the model, and what callers remember.
struct Run {
    store: MemoryStore,
    model: Model,
    submitted: Vec<NewJob>,
    leases: Vec<Lease>,
    receipts: Vec<Receipt>,
    names: u128,
}

impl Run {
    fn new() -> Self {
        Self {
            store: MemoryOptions::new().with_retention(RETENTION).build(),
            model: Model::default(),
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

    #[expect(clippy::too_many_lines, reason = "one arm for each verb")]
    async fn step(&mut self, command: Command) {
        let name = self.name();
        let (store, model) = (&self.store, &mut self.model);
        match command.clone() {
            Command::Submit {
                target,
                max_age,
                deadline,
                max_crashes,
                input,
                scoped,
                head_start,
                continued,
                note,
            } => {
                let mut new = NewJob::new(JobId::from_uuid(name), target_of(target))
                    .with_max_age(max_age.map(Duration::from_secs))
                    .with_deadline(deadline.map(Duration::from_secs))
                    .with_max_crashes(max_crashes)
                    .with_input(bytes(input))
                    .with_scope(scope(scoped))
                    .with_head_start(Duration::from_secs(head_start));
                if let Some(failed) = continued.and_then(|one| pick(&self.submitted, one)) {
                    new = new.continuing(failed.id);
                }
                if let Some(size) = note {
                    new = new.with_note(bytes(size));
                }
                model.submit(&new, store.submit(new.clone()).await);
                self.submitted.push(new);
            }
            Command::SubmitAgain { job, other_target } => {
                let Some(mut new) = pick(&self.submitted, job).cloned() else {
                    return;
                };
                if other_target {
                    new.target = Target::new(platform_of(false), target_of(9).handle);
                }
                model.submit(&new, store.submit(new.clone()).await);
            }
            Command::Claim {
                max,
                lease,
                limit,
                only,
            } => {
                let mut request = ClaimRequest::new(WorkerId::unique());
                request.token = ClaimToken::from_uuid(name);
                request.max = max;
                request.lease = Duration::from_secs(lease);
                if let Some(limit) = limit {
                    let limits = InFlightLimits::none().with(platform_of(true), limit);
                    request.in_flight = limits.into();
                }
                request.platforms = only.map(|first| [platform_of(first)].into());
                self.claim(request).await;
            }
            Command::ClaimAgain { lease, max } => {
                let token = pick(&self.leases, lease).map(Lease::token);
                let mut request = ClaimRequest::new(WorkerId::unique());
                request.token = token.unwrap_or(ClaimToken::from_uuid(name));
                request.max = max;
                request.lease = Duration::from_secs(5);
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
                let Some(id) = pick(&self.submitted, job).map(|new| new.id) else {
                    return;
                };
                model.cancel(id, store.cancel(id).await);
            }
            Command::Delete { job } => {
                if let Some(id) = pick(&self.submitted, job).map(|new| new.id) {
                    model.delete(id, store.delete(id).await);
                }
            }
            Command::Pause { platform, length } => {
                let (platform, length) = (platform_of(platform), Duration::from_secs(length));
                let request = PauseRequest::new(platform.clone(), length);
                store.pause(request).await.unwrap();
                model.pause(&platform, length);
            }
            Command::Unpause { platform } => {
                let platform = platform_of(platform);
                store.unpause(&platform).await.unwrap();
                model.unpause(&platform);
            }
            Command::Pass { seconds } => {
                tokio::time::advance(Duration::from_secs(seconds)).await;
                model.pass(Duration::from_secs(seconds));
            }
            Command::Sweep { limit } => self.sweep(limit).await,
            Command::ClaimEnded { max, only, lease } => {
                let mut request = ClaimEndedRequest::new()
                    .with_max(max)
                    .with_lease(Duration::from_secs(lease));
                request.token = ClaimToken::from_uuid(name);
                request.platforms = only.map(|first| [platform_of(first)].into());
                let claimed = store.claim_ended(request.clone()).await.unwrap();
                model.claim_ended(&request, &claimed);
                self.receipts
                    .extend(claimed.into_iter().map(|ended| ended.receipt));
            }
            Command::Acknowledge {
                receipt,
                delivered,
                after,
            } => {
                let Some(receipt) = pick(&self.receipts, receipt) else {
                    return;
                };
                let delivery = if delivered {
                    Delivery::Delivered
                } else {
                    let after = Duration::from_secs(after);
                    Delivery::Retry { after }
                };
                store.acknowledge(receipt, delivery).await.unwrap();
                model.acknowledge(receipt, delivery);
            }
        }
    }

    /// Sweeps until nothing is left to do.
    async fn sweep(&mut self, limit: usize) {
        let mut total = (0, 0, 0);
        loop {
            let swept = self.store.sweep(SweepRequest::new(limit)).await.unwrap();
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

    async fn claim(&mut self, request: ClaimRequest) {
        let claimed = self.store.claim(request.clone()).await.unwrap();
        for one in &claimed {
            if !self.leases.contains(&one.lease) {
                self.leases.push(one.lease.clone());
            }
        }
        let jobs = read(&self.store, &self.submitted).await;
        self.model.claim(&request, &claimed, &jobs);
    }

    /// A call of a worker, which may have lost its lease long ago.
    async fn step_with(&mut self, lease: &Lease, command: Command) {
        let (store, model) = (&self.store, &mut self.model);
        match command {
            Command::Heartbeat {
                length, progress, ..
            } => {
                let beat = Heartbeat::new(Duration::from_secs(length))
                    .with_progress(progress.map(Progress::from_percent));
                model.heartbeat(lease, beat, store.heartbeat(lease, beat).await);
            }
            Command::Save { request, .. } => {
                let answer = store.save(lease, request.clone()).await;
                model.save(lease, &request, answer);
            }
            Command::Checkpoint { phase, size, .. } => {
                let answer = store.checkpoint(lease, phase, bytes(size)).await;
                model.checkpoint(lease, phase, &bytes(size), answer);
            }
            Command::Finish { outcome, .. } => {
                let answer = store.finish(lease, outcome.clone()).await;
                model.finish(lease, outcome, answer);
            }
            _ => unreachable!("only the calls of workers"),
        }
    }

    /// Everything that can be seen of the store is as the model says.
    async fn compare(&mut self) {
        for new in &self.submitted {
            let job = self.store.get(new.id).await.unwrap();
            let report = self.store.report(new.id).await.unwrap();
            let changed = self
                .store
                .changed(WatchRequest::new(new.id, Version::ZERO).with_wait(Duration::ZERO));
            assert_eq!(changed.await.unwrap(), job);
            self.model
                .compare_job(new.id, job.as_ref(), report.as_ref());
        }
        let ids: Vec<JobId> = self.submitted.iter().map(|new| new.id).collect();
        let many = self.store.get_many(&ids).await.unwrap();
        for (new, read) in self.submitted.iter().zip(many) {
            assert_eq!(read, self.store.get(new.id).await.unwrap());
            let request = FindRequest::new(new.target.clone()).with_scope(new.scope.clone());
            let owner = self.store.find(request).await.unwrap();
            assert_eq!(owner.map(|job| job.id), self.model.owner(new));
        }
        let list = ListRequest::new().with_limit(1_000);
        let listed = self.store.list(list).await.unwrap();
        let listed: Vec<JobId> = listed.jobs.iter().map(|job| job.id).collect();
        assert_eq!(listed, self.model.list());
        self.model.compare_stats(&self.store.stats().await.unwrap());
    }
}

/// All jobs as the store shows them.
async fn read(store: &MemoryStore, submitted: &[NewJob]) -> Vec<report_pipeline::Job> {
    let mut jobs = Vec::new();
    for new in submitted {
        jobs.extend(store.get(new.id).await.unwrap());
    }
    jobs
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_memory_store_behaves_as_the_model(
        history in prop::collection::vec(command(), 1..120),
    ) {
        live_through(history);
    }
}

fn live_through(history: impl IntoIterator<Item = Command>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut run = Run::new();
        for command in history {
            run.step(command).await;
            run.compare().await;
        }
    });
}

/// The sweep that fails a platform's last job forgets the platform with it: no probe is due any more.
#[test]
fn a_platform_is_forgotten_with_its_last_job() {
    let submit = |target: u8, deadline: Option<u64>| Command::Submit {
        target,
        max_age: None,
        deadline,
        max_crashes: 1,
        input: 0,
        scoped: false,
        head_start: 0,
        continued: None,
        note: None,
    };
    let claim = |max: usize| Command::Claim {
        max,
        lease: 1,
        limit: None,
        only: None,
    };
    let pause = Command::Pause {
        platform: true,
        length: 1,
    };
    let (pass, sweep) = (Command::Pass { seconds: 3 }, Command::Sweep { limit: 3 });
    let two_jobs = [submit(0, None), submit(1, None), claim(3)];
    for last_job in [vec![submit(0, None), claim(1)], vec![submit(0, Some(2))]] {
        let history = [pause.clone(), pass.clone(), sweep.clone()];
        live_through(last_job.into_iter().chain(history).chain(two_jobs.clone()));
    }
}

fn pick<T>(from: &[T], newest: usize) -> Option<&T> {
    from.iter().rev().nth(newest)
}

fn scope(scoped: bool) -> Scope {
    Scope::new(if scoped { "a: b" } else { "" }).unwrap()
}

fn bytes(size: usize) -> Bytes {
    vec![b'x'; size].into()
}

fn platform_of(first: bool) -> Platform {
    Platform::new(if first { "first" } else { "second" }).unwrap()
}

/// Few targets, so that they meet.
fn target_of(number: u8) -> Target {
    let handle = report_pipeline::Handle::canonical(&format!("account{number}")).unwrap();
    Target::new(platform_of(number < 3), handle)
}
