//! The steps of a history, drawn at random.

use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use report_pipeline::store::{Outcome, RateLimit, SaveRequest};
use report_pipeline::{Failure, FailureKind, Phase};

/// One step of a history. Numbers pick one of what there is: targets, jobs, leases; the newest is 0.
#[derive(Debug, Clone)]
pub(super) enum Command {
    Submit {
        target: u8,
        max_age: Option<Duration>,
        deadline: Option<Duration>,
        max_crashes: u32,
        input: usize,
        scoped: bool,
        head_start: Duration,
        continued: Option<usize>,
        note: Option<usize>,
    },
    SubmitAgain {
        job: usize,
        other_target: bool,
    },
    Claim {
        max: usize,
        lease: Duration,
        limit: Option<usize>,
        only: Option<bool>,
    },
    ClaimAgain {
        lease: usize,
        max: usize,
    },
    Heartbeat {
        lease: usize,
        length: Duration,
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
        lease: Duration,
    },
    Acknowledge {
        receipt: usize,
        delivered: bool,
        after: Duration,
    },
    Pause {
        platform: bool,
        length: Duration,
    },
    Unpause {
        platform: bool,
    },
    Pass {
        time: Duration,
    },
    Sweep {
        limit: usize,
    },
}

/// Which times a history has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Times {
    /// Any number of ticks, under a clock that stands still meanwhile.
    Exact { tick: Duration },
    /// Over at once, or not before the history is: what else goes on takes its time, too.
    Extreme { tick: Duration },
}

impl Times {
    /// A time that no history lasts.
    pub(super) const fn far(self) -> Duration {
        let (Self::Exact { tick } | Self::Extreme { tick }) = self;
        tick.saturating_mul(100_000)
    }

    /// One that is over after the next step.
    fn short(self) -> Duration {
        let (Self::Exact { tick } | Self::Extreme { tick }) = self;
        (tick / 50).max(Duration::from_millis(1))
    }

    /// How long to wait after each step, so that what is short is over.
    pub(super) fn between_steps(self) -> Duration {
        match self {
            Self::Exact { .. } => Duration::ZERO,
            Self::Extreme { .. } => self.short() * 3,
        }
    }

    /// From `least` up to `most` ticks; of the two kinds of extreme times a short one now and then.
    fn draw(self, rng: &mut Rng, least: u32, most: u32) -> Duration {
        match self {
            Self::Exact { tick } => tick * rng.u32(least..most),
            Self::Extreme { .. } if least == 0 && rng.u8(..4) == 0 => Duration::ZERO,
            Self::Extreme { .. } if rng.u8(..4) == 0 => self.short(),
            Self::Extreme { .. } => self.far(),
        }
    }
}

/// Draws one step.
pub(super) fn draw(rng: &mut Rng, times: Times) -> Command {
    match rng.u8(..58) {
        0..6 => submit(rng, times),
        6 => Command::SubmitAgain {
            job: pick(rng),
            other_target: rng.bool(),
        },
        7..15 => Command::Claim {
            max: rng.usize(..4),
            lease: times.draw(rng, 1, 20),
            limit: rng.bool().then(|| rng.usize(..3)),
            only: only(rng),
        },
        15..17 => Command::ClaimAgain {
            lease: pick(rng),
            max: rng.usize(..4),
        },
        17..21 => Command::Heartbeat {
            lease: pick(rng),
            length: times.draw(rng, 0, 20),
            progress: rng.bool().then(|| rng.u8(..=110)),
        },
        21..25 => Command::Checkpoint {
            lease: pick(rng),
            phase: Phase::ALL[rng.usize(..Phase::ALL.len())],
            size: rng.usize(..50),
        },
        25..29 => Command::Save {
            lease: pick(rng),
            request: save(rng),
        },
        29..36 => Command::Finish {
            lease: pick(rng),
            outcome: outcome(rng, times),
        },
        36..38 => Command::Cancel { job: pick(rng) },
        38..40 => Command::Delete { job: pick(rng) },
        40 => Command::Pause {
            platform: rng.bool(),
            length: times.draw(rng, 0, 20),
        },
        41 => Command::Unpause {
            platform: rng.bool(),
        },
        42..47 => Command::Pass {
            time: times.draw(rng, 1, 12),
        },
        47..49 => Command::Sweep {
            limit: rng.usize(1..4),
        },
        49..53 => Command::ClaimEnded {
            max: rng.usize(..4),
            only: only(rng),
            lease: times.draw(rng, 1, 20),
        },
        _ => Command::Acknowledge {
            receipt: pick(rng),
            delivered: rng.bool(),
            after: times.draw(rng, 0, 20),
        },
    }
}

/// Most steps go to what is going on.
fn pick(rng: &mut Rng) -> usize {
    if rng.u8(..5) == 0 {
        rng.usize(..40)
    } else {
        rng.usize(..3)
    }
}

/// The platform that is asked for: one of the two, now and then.
fn only(rng: &mut Rng) -> Option<bool> {
    (rng.u8(..5) == 0).then(|| rng.bool())
}

fn submit(rng: &mut Rng, times: Times) -> Command {
    let head_starts = [0, 0, 5, 20];
    Command::Submit {
        target: rng.u8(..5),
        max_age: rng.bool().then(|| times.draw(rng, 0, 40)),
        deadline: rng.bool().then(|| times.draw(rng, 1, 60)),
        max_crashes: rng.u32(1..4),
        input: rng.usize(..9),
        scoped: rng.u8(..10) < 3,
        head_start: Duration::from_secs(head_starts[rng.usize(..4)]),
        continued: (rng.u8(..5) == 0).then(|| rng.usize(..6)),
        note: (rng.u8(..10) < 3).then(|| rng.usize(..9)),
    }
}

fn save(rng: &mut Rng) -> SaveRequest {
    let phases = [
        Phase::Scraping,
        Phase::Scraping,
        Phase::Analysis,
        Phase::Finalizing,
    ];
    let (phase, number) = (phases[rng.usize(..4)], rng.u32(..9));
    let value = bytes(rng.usize(..50));
    let save = if rng.bool() {
        SaveRequest::append(phase, number, value)
    } else {
        SaveRequest::replace(phase, number, value)
    };
    save.with_fresh(rng.u8(..5) == 0)
}

fn outcome(rng: &mut Rng, times: Times) -> Outcome {
    let failure = |kind| Failure::new(kind, "tried in vain");
    match rng.u8(..13) {
        0..3 => Outcome::Completed(bytes(rng.usize(..50))),
        3..6 => Outcome::Retry {
            after: times.draw(rng, 0, 15),
            failure: failure(if rng.bool() {
                FailureKind::Transient
            } else {
                FailureKind::Permanent
            }),
        },
        6..9 => Outcome::RateLimited {
            failure: failure(FailureKind::RateLimited),
            limit: rate_limit(rng, times),
        },
        9 => Outcome::RateLimited {
            failure: failure(FailureKind::QuotaExhausted),
            limit: RateLimit::quota(times.draw(rng, 0, 30)),
        },
        10 => Outcome::Failed(failure(FailureKind::Permanent)),
        _ => Outcome::Released,
    }
}

fn rate_limit(rng: &mut Rng, times: Times) -> RateLimit {
    match times {
        Times::Exact { tick } => RateLimit::new(tick * rng.u32(..4))
            .with_backoff(tick * rng.u32(..4), tick * 10)
            .with_jitter([0.0, 0.5, 1.0][rng.usize(..3)]),
        // Over at once, before the far deadlines, or after them.
        Times::Extreme { .. } => {
            let far = times.far();
            let floors = [Duration::ZERO, times.short(), far / 4, far * 4];
            RateLimit::new(floors[rng.usize(..4)]).with_backoff(Duration::ZERO, Duration::ZERO)
        }
    }
}

pub(super) fn bytes(size: usize) -> Bytes {
    vec![b'x'; size].into()
}
