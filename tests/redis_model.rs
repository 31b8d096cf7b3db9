//! Random histories on the Redis store and the memory store side by side: scripts and Rust restate
//! one state machine, so every answer and every job must be the same.
//!
//! Both run on the real clock. A time is therefore either far away or over before the next step.

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimToken, ClaimedJob, Delivery, EndedJob, FindRequest,
    Heartbeat, InFlightLimits, JobPage, Lease, ListRequest, Outcome, PauseRequest, RateLimit,
    Receipt, SaveRequest, Stats, SweepRequest, WorkerId,
};
use report_pipeline::{
    Failure, FailureKind, Handle, Job, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase,
    Platform, Progress, RedisOptions, RedisStore, Scope, StoreError, StoreLimits, Submitted,
    Target,
};
use report_pipeline_test_support::redis::RedisServer;
use uuid::Uuid;

const FAR: Duration = Duration::from_secs(3600);
/// Over at once, after [`OVER`].
const SHORT: Duration = Duration::from_millis(1);
const OVER: Duration = Duration::from_millis(3);

/// One step of a history. Numbers pick one of what there is, counted from the newest.
#[derive(Debug, Clone)]
enum Command {
    Submit {
        target: u8,
        afresh: bool,
        overdue: bool,
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
        limit: Option<usize>,
        only: Option<bool>,
        lease_ends: bool,
    },
    ClaimAgain {
        lease: usize,
        max: usize,
    },
    Heartbeat {
        lease: usize,
        progress: Option<u8>,
        lease_ends: bool,
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
        lease_ends: bool,
    },
    Acknowledge {
        receipt: usize,
        delivered: bool,
    },
    Pause {
        platform: bool,
    },
    Unpause {
        platform: bool,
    },
    Sweep,
}

fn command() -> impl Strategy<Value = Command> {
    let pick = || prop_oneof![4 => 0..3_usize, 1 => 0..20_usize];
    let rarely = || prop::bool::weighted(0.15);
    prop_oneof![
        6 => (0..6_u8, any::<bool>(), rarely(), 1..4_u32, 0..35_usize, any::<bool>(), prop::sample::select(vec![0, 0, 600, 3600]),
            prop::option::weighted(0.2, 0..4_usize), prop::option::weighted(0.4, 0..35_usize)).prop_map(
            |(target, afresh, overdue, max_crashes, input, scoped, head_start, continued, note)| Command::Submit {
                target, afresh, overdue, max_crashes, input, scoped, head_start, continued, note,
            }
        ),
        1 => (pick(), any::<bool>())
            .prop_map(|(job, other_target)| Command::SubmitAgain { job, other_target }),
        8 => (0..4_usize, prop::option::of(0..3_usize), only(), rarely())
            .prop_map(|(max, limit, only, lease_ends)| Command::Claim {
                max, limit, only, lease_ends,
            }),
        2 => (pick(), 0..4_usize).prop_map(|(lease, max)| Command::ClaimAgain { lease, max }),
        4 => (pick(), prop::option::of(0..=110_u8), rarely())
            .prop_map(|(lease, progress, lease_ends)| Command::Heartbeat {
                lease, progress, lease_ends,
            }),
        5 => (pick(), prop::sample::select(Phase::ALL.to_vec()), 0..60_usize)
            .prop_map(|(lease, phase, size)| Command::Checkpoint { lease, phase, size }),
        5 => (pick(), save()).prop_map(|(lease, request)| Command::Save { lease, request }),
        6 => (pick(), outcome()).prop_map(|(lease, outcome)| Command::Finish { lease, outcome }),
        2 => pick().prop_map(|job| Command::Cancel { job }),
        2 => pick().prop_map(|job| Command::Delete { job }),
        1 => any::<bool>().prop_map(|platform| Command::Pause { platform }),
        1 => any::<bool>().prop_map(|platform| Command::Unpause { platform }),
        2 => Just(Command::Sweep),
        3 => (0..4_usize, only(), rarely())
            .prop_map(|(max, only, lease_ends)| Command::ClaimEnded { max, only, lease_ends }),
        3 => (pick(), any::<bool>())
            .prop_map(|(receipt, delivered)| Command::Acknowledge { receipt, delivered }),
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
    (phase, 0..9_u32, 0..30_usize, any::<bool>(), 0..5_u8).prop_map(
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
    let kind = prop::sample::select(vec![FailureKind::Transient, FailureKind::TimedOut]);
    prop_oneof![
        3 => (0..60_usize).prop_map(|size| Outcome::Completed(bytes(size))),
        3 => (any::<bool>(), kind).prop_map(|(at_once, kind)| Outcome::Retry {
            after: if at_once { Duration::ZERO } else { FAR },
            failure: Failure::new(kind, "tried in vain"),
        }),
        // Waits that are over at once, or not before the history is.
        3 => prop::sample::select(vec![Duration::ZERO, Duration::ZERO, SHORT, FAR / 2, 2 * FAR]).prop_map(
            |floor| Outcome::RateLimited {
                failure: Failure::new(FailureKind::RateLimited, "slow down"),
                limit: RateLimit::new(floor).with_backoff(Duration::ZERO, Duration::ZERO),
            }
        ),
        1 => prop::sample::select(vec![SHORT, FAR / 2, 2 * FAR]).prop_map(|wait| Outcome::RateLimited {
            failure: Failure::new(FailureKind::QuotaExhausted, "used up"),
            limit: RateLimit::quota(wait),
        }),
        1 => Just(Outcome::Failed(Failure::new(FailureKind::Permanent, "given up"))),
        2 => Just(Outcome::Released),
    ]
}

fn scope(scoped: bool) -> Scope {
    Scope::new(if scoped { "a: b" } else { "" }).unwrap()
}

fn bytes(size: usize) -> Bytes {
    Bytes::from(vec![b'1'; size])
}

/// Both stores, and what callers remember.
struct Twins {
    memory: MemoryStore,
    redis: RedisStore,
    submitted: Vec<NewJob>,
    leases: Vec<Lease>,
    receipts: Vec<Receipt>,
    names: u128,
}

impl Twins {
    async fn new(server: &RedisServer) -> Self {
        let limits = StoreLimits::default()
            .with_pending_jobs(4)
            .with_pending_jobs_per_scope(2)
            .with_jobs(12)
            .with_stored_bytes(200)
            .with_value_bytes(50)
            .with_input_bytes(30);
        let options = RedisOptions::new(&server.url()).unwrap();
        let prefix = format!("{}:", Uuid::new_v4());
        let redis = options.with_prefix(prefix).with_limits(limits).connect();
        Self {
            memory: MemoryOptions::new().with_limits(limits).build(),
            redis: redis.await.unwrap(),
            submitted: Vec::new(),
            leases: Vec::new(),
            receipts: Vec::new(),
            names: 0,
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each verb")]
    async fn run(&mut self, command: Command) {
        let mut something_is_over = false;
        match command {
            Command::Submit {
                target: name,
                afresh,
                overdue,
                max_crashes,
                input,
                scoped,
                head_start,
                continued,
                note,
            } => {
                let mut new = NewJob::new(JobId::from_uuid(self.name()), target(name))
                    .with_max_age(afresh.then_some(Duration::ZERO))
                    .with_deadline(Some(if overdue { SHORT } else { FAR }))
                    .with_max_crashes(max_crashes)
                    .with_input(bytes(input))
                    .with_scope(scope(scoped))
                    .with_head_start(Duration::from_secs(head_start));
                let failed = continued.and_then(|one| newest(&self.submitted, one));
                if let Some(failed) = failed {
                    new = new.continuing(failed.id);
                }
                if let Some(size) = note {
                    new = new.with_note(bytes(size));
                }
                self.submit(new.clone()).await;
                self.submitted.push(new);
                something_is_over = overdue;
            }
            Command::SubmitAgain { job, other_target } => {
                let Some(mut new) = newest(&self.submitted, job) else {
                    return;
                };
                if other_target {
                    new.target = target(9);
                }
                // Its own deadline may be over already when it is made anew.
                new.deadline = Some(FAR);
                self.submit(new).await;
            }
            Command::Claim {
                max,
                limit,
                only,
                lease_ends,
            } => {
                let mut request = ClaimRequest::new(WorkerId::unique());
                request.token = ClaimToken::from_uuid(self.name());
                // Leases that end at the same moment may be taken over in any order.
                request.max = if lease_ends { max.min(1) } else { max };
                request.lease = if lease_ends { SHORT } else { FAR };
                if let Some(limit) = limit {
                    let limits = InFlightLimits::none().with(Platform::TIKTOK, limit);
                    request.in_flight = limits.into();
                }
                request.platforms = only.map(|first| [platform_of(first)].into());
                self.claim(request).await;
                something_is_over = lease_ends;
            }
            Command::ClaimAgain { lease, max } => {
                let Some(lease) = newest(&self.leases, lease) else {
                    return;
                };
                let mut request = ClaimRequest::new(WorkerId::unique());
                (request.token, request.max, request.lease) = (lease.token(), max, FAR);
                self.claim(request).await;
            }
            Command::Heartbeat {
                lease,
                progress,
                lease_ends,
            } => {
                let Some(lease) = newest(&self.leases, lease) else {
                    return;
                };
                let beat = Heartbeat::new(if lease_ends { SHORT } else { FAR })
                    .with_progress(progress.map(Progress::from_percent));
                let answers = (
                    self.memory.heartbeat(&lease, beat).await,
                    self.redis.heartbeat(&lease, beat).await,
                );
                same(answers);
                something_is_over = lease_ends;
            }
            Command::Save { lease, request } => {
                let Some(lease) = newest(&self.leases, lease) else {
                    return;
                };
                same((
                    self.memory.save(&lease, request.clone()).await,
                    self.redis.save(&lease, request).await,
                ));
            }
            Command::Checkpoint { lease, phase, size } => {
                let Some(lease) = newest(&self.leases, lease) else {
                    return;
                };
                same((
                    self.memory.checkpoint(&lease, phase, bytes(size)).await,
                    self.redis.checkpoint(&lease, phase, bytes(size)).await,
                ));
            }
            Command::Finish { lease, outcome } => {
                let Some(lease) = newest(&self.leases, lease) else {
                    return;
                };
                something_is_over = matches!(outcome, Outcome::RateLimited { .. });
                same((
                    self.memory.finish(&lease, outcome.clone()).await,
                    self.redis.finish(&lease, outcome).await,
                ));
            }
            Command::Cancel { job } => {
                let Some(new) = newest(&self.submitted, job) else {
                    return;
                };
                same((
                    self.memory.cancel(new.id).await,
                    self.redis.cancel(new.id).await,
                ));
            }
            Command::Delete { job } => {
                let Some(new) = newest(&self.submitted, job) else {
                    return;
                };
                same((
                    self.memory.delete(new.id).await,
                    self.redis.delete(new.id).await,
                ));
            }
            Command::Pause { platform } => {
                let platform = platform_of(platform);
                let pause = SHORT;
                self.memory
                    .pause(PauseRequest::new(platform.clone(), pause))
                    .await
                    .unwrap();
                self.redis
                    .pause(PauseRequest::new(platform.clone(), pause))
                    .await
                    .unwrap();
                something_is_over = true;
            }
            Command::Unpause { platform } => {
                let platform = platform_of(platform);
                same((
                    self.memory.unpause(&platform).await,
                    self.redis.unpause(&platform).await,
                ));
            }
            Command::ClaimEnded {
                max,
                only,
                lease_ends,
            } => {
                let mut request = ClaimEndedRequest::new()
                    .with_max(max)
                    .with_lease(if lease_ends { SHORT } else { FAR });
                request.token = ClaimToken::from_uuid(self.name());
                request.platforms = only.map(|first| [platform_of(first)].into());
                let memory = self.memory.claim_ended(request.clone()).await.unwrap();
                let redis = self.redis.claim_ended(request).await.unwrap();
                let shown = |ended: &EndedJob| {
                    let job = timeless(ended.job.clone());
                    (job, ended.notes.clone(), ended.delivery)
                };
                let shown_all = |all: &[EndedJob]| all.iter().map(shown).collect::<Vec<_>>();
                assert_eq!(shown_all(&redis), shown_all(&memory));
                self.receipts
                    .extend(memory.into_iter().map(|ended| ended.receipt));
                something_is_over = lease_ends;
            }
            Command::Acknowledge { receipt, delivered } => {
                let Some(receipt) = newest(&self.receipts, receipt) else {
                    return;
                };
                let delivery = if delivered {
                    Delivery::Delivered
                } else {
                    Delivery::Retry {
                        after: Duration::ZERO,
                    }
                };
                same((
                    self.memory.acknowledge(&receipt, delivery).await,
                    self.redis.acknowledge(&receipt, delivery).await,
                ));
            }
            Command::Sweep => {
                same((
                    self.memory.sweep(SweepRequest::new(100)).await,
                    self.redis.sweep(SweepRequest::new(100)).await,
                ));
            }
        }
        if something_is_over {
            tokio::time::sleep(OVER).await;
        }
        self.compare().await;
    }

    async fn submit(&self, new: NewJob) {
        let shown = |submitted: Submitted| match submitted {
            Submitted::Created(job) => ("created", timeless(job)),
            Submitted::Joined(job) => ("joined", timeless(job)),
            other => ("served", timeless(other.into_job())),
        };
        same((
            self.memory.submit(new.clone()).await.map(shown),
            self.redis.submit(new).await.map(shown),
        ));
    }

    async fn claim(&mut self, request: ClaimRequest) {
        let shown = |claimed: &ClaimedJob| {
            (
                timeless(claimed.job.clone()),
                claimed.lease.clone(),
                claimed.checkpoints.clone(),
                claimed.saved.clone(),
                claimed.input().clone(),
            )
        };
        let both = [
            self.memory.claim(request.clone()).await.unwrap(),
            self.redis.claim(request).await.unwrap(),
        ];
        // A repeated claim may return what it holds in any order.
        let [memory, redis] = both.map(|mut claimed| {
            claimed.sort_by_key(|one| one.job.id);
            claimed
        });
        let shown_all = |all: &[ClaimedJob]| all.iter().map(shown).collect::<Vec<_>>();
        assert_eq!(shown_all(&redis), shown_all(&memory));
        self.leases
            .extend(memory.iter().map(|one| one.lease.clone()));
    }

    async fn compare(&self) {
        for new in &self.submitted {
            same((
                self.memory.get(new.id).await.map(|job| job.map(timeless)),
                self.redis.get(new.id).await.map(|job| job.map(timeless)),
            ));
            let find = || FindRequest::new(new.target.clone()).with_scope(new.scope.clone());
            same((
                self.memory.find(find()).await.map(|job| job.map(timeless)),
                self.redis.find(find()).await.map(|job| job.map(timeless)),
            ));
            same((
                self.memory.report(new.id).await,
                self.redis.report(new.id).await,
            ));
        }
        let ids: Vec<JobId> = self.submitted.iter().map(|new| new.id).collect();
        let shown = |jobs: Vec<Option<Job>>| -> Vec<_> {
            let shown = jobs.into_iter().map(|job| job.map(timeless));
            shown.collect()
        };
        same((
            self.memory.get_many(&ids).await.map(shown),
            self.redis.get_many(&ids).await.map(shown),
        ));
        let list = || ListRequest::new().with_limit(1_000);
        let listed = |page: JobPage| page.jobs.into_iter().map(timeless).collect::<Vec<_>>();
        same((
            self.memory.list(list()).await.map(listed),
            self.redis.list(list()).await.map(listed),
        ));
        let [memory, redis] =
            [self.memory.stats().await, self.redis.stats().await].map(Result::unwrap);
        assert_eq!(redis.jobs, memory.jobs);
        assert_eq!(redis.stored_bytes, memory.stored_bytes);
        assert_eq!(redis.undelivered, memory.undelivered);
        let shown = |stats: &Stats| {
            let platforms = stats.platforms.clone().into_iter();
            let shown = platforms.map(|(name, one)| {
                (
                    name,
                    (one.pending, one.processing, one.paused_for.is_some()),
                )
            });
            shown.collect::<Vec<_>>()
        };
        assert_eq!(shown(&redis), shown(&memory));
        assert_eq!(redis.oldest_ready.is_some(), memory.oldest_ready.is_some());
        assert_eq!(redis.damaged, 0);
    }

    fn name(&mut self) -> Uuid {
        self.names += 1;
        Uuid::from_u128(self.names)
    }
}

fn platform_of(first: bool) -> Platform {
    if first {
        Platform::TIKTOK
    } else {
        Platform::YOUTUBE
    }
}

fn target(name: u8) -> Target {
    Target::new(
        platform_of(name < 4),
        Handle::canonical(&format!("user{name}")).unwrap(),
    )
}

fn newest<T: Clone>(all: &[T], back: usize) -> Option<T> {
    all.iter().rev().nth(back).cloned()
}

/// A job without what two clocks tell differently: whether there is a time, but not which.
fn timeless(mut job: Job) -> (Job, [bool; 3]) {
    let has = [job.completed_at, job.expires_at, job.next_attempt_at].map(|time| time.is_some());
    let never = chrono::DateTime::UNIX_EPOCH;
    (job.created_at, job.updated_at) = (never, never);
    (job.completed_at, job.expires_at, job.next_attempt_at) = (None, None, None);
    (job, has)
}

#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(
    (memory, redis): (Result<T, StoreError>, Result<T, StoreError>),
) {
    match (memory, redis) {
        (Ok(memory), Ok(redis)) => assert_eq!(redis, memory),
        (Err(memory), Err(redis)) => assert_eq!(format!("{redis:?}"), format!("{memory:?}")),
        (memory, redis) => panic!("memory: {memory:?}\nredis: {redis:?}"),
    }
}

#[test]
fn both_stores_live_through_the_same_histories() {
    let server = RedisServer::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    proptest!(
        ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() },
        |(history in prop::collection::vec(command(), 1..40))| {
            runtime.block_on(async {
                let mut twins = Twins::new(&server).await;
                for command in history {
                    twins.run(command).await;
                }
            });
        }
    );
}
