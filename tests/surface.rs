//! What users of the crate rely on when they compile against it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use report_pipeline::store::{
    Checkpoints, ClaimRequest, ClaimToken, ClaimedJob, Fence, Heartbeat, InFlightLimits, Lease,
    Limit, PauseRequest, Payload, Stats, SweepRequest, SweepStats, WatchRequest, WorkerId,
};
use report_pipeline::{
    Handle, Job, JobId, Phase, Platform, Progress, Status, StoreError, Submitted, Target, Version,
};

const MINUTE: Duration = Duration::from_secs(60);

fn job() -> Job {
    let handle = Handle::canonical("nasa").unwrap();
    let target = Target::new(Platform::INSTAGRAM, handle);
    Job::submitted(JobId::random(), target, Utc::now())
}

#[test]
fn a_store_outside_the_crate_can_build_everything_it_returns() {
    let mut job = job();
    job.status = Status::Processing;
    job.version = job.version.next();
    assert_eq!(Submitted::Joined(job.clone()).into_job(), job);

    let (fence, token) = (Fence::from_number(3), ClaimToken::random());
    let lease = Lease::new(job.id, fence, token);
    assert_eq!(
        (lease.job(), lease.fence(), lease.token()),
        (job.id, fence, token)
    );
    let output = Bytes::from_static(b"[1]");
    let kept = Checkpoints::none().with(Phase::Scraping, output.clone());
    let claimed = ClaimedJob::new(job, lease)
        .with_checkpoints(kept)
        .with_time_left(Some(MINUTE));
    assert_eq!(claimed.checkpoints.get(Phase::Scraping), Some(&output));
    assert_eq!(claimed.checkpoints.get(Phase::Analysis), None);
    assert_eq!(claimed.checkpoints.size(), output.len());

    let mut stats = Stats::default();
    stats.jobs.pending = 2;
    stats.platforms.entry(Platform::TIKTOK).or_default().pending = 2;
    assert_eq!(stats.jobs.total(), 2);
    let mut swept = SweepStats::default();
    swept.removed = 1;
    swept.more = true;
    let mut total = SweepStats::default();
    total.add(swept);
    total.add(SweepStats::default());
    assert_eq!((total.removed, total.more), (1, false));
}

#[test]
fn a_store_outside_the_crate_can_build_every_error() {
    let full = StoreError::full(Limit::Jobs, 7);
    assert!(matches!(
        full,
        StoreError::Full {
            limit: Limit::Jobs,
            max: 7,
            ..
        }
    ));
    let large = StoreError::too_large(Payload::Checkpoint(Phase::Scraping), 9, 8);
    assert!(matches!(
        large,
        StoreError::TooLarge {
            size: 9,
            max: 8,
            ..
        }
    ));
    let id = JobId::random();
    let damaged = StoreError::damaged(id, "no status");
    assert!(matches!(damaged, StoreError::Damaged { job, .. } if job == id));
    assert!(StoreError::unavailable("no answer").source().is_none());
    let cause = std::io::Error::other("reset");
    let source = StoreError::unavailable_because("no answer", cause);
    assert_eq!(source.source().unwrap().to_string(), "reset");
}

#[test]
fn every_request_is_built_by_its_options() {
    let token = ClaimToken::random();
    let request = ClaimRequest::new(WorkerId::unique())
        .with_token(token)
        .with_max(5)
        .with_lease(MINUTE)
        .with_wait(MINUTE / 2)
        .with_in_flight(InFlightLimits::none().with(Platform::TIKTOK, 2));
    assert_eq!((request.token, request.max), (token, 5));
    assert_eq!((request.lease, request.wait), (MINUTE, MINUTE / 2));
    assert_eq!(request.in_flight.of(&Platform::TIKTOK), Some(2));

    let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(3));
    assert_eq!(beat.progress, Some(Progress::from_percent(3)));
    assert_eq!(Heartbeat::new(MINUTE).progress, None);
    let pause = PauseRequest::new(Platform::YOUTUBE, MINUTE);
    assert_eq!(
        (pause.platform, pause.duration),
        (Platform::YOUTUBE, MINUTE)
    );
    let watch = WatchRequest::new(JobId::random(), Version::FIRST).with_wait(MINUTE);
    assert_eq!((watch.after, watch.wait), (Version::FIRST, MINUTE));
    assert_eq!(SweepRequest::new(9).limit, 9);
}

/// The table of the crate's documentation says which versions of other crates fit.
#[test]
fn the_documented_versions_are_those_of_the_manifest() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).expect("it is in the package");
    let (manifest, lib) = (read("Cargo.toml"), read("src/lib.rs"));
    let used: BTreeMap<&str, &str> = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .take_while(|line| *line != "[workspace.lints.rust]")
        .filter_map(|line| line.split_once(" = "))
        .filter_map(|(name, rest)| Some((name, rest.split('"').nth(1)?)))
        .collect();
    let rows: Vec<_> = lib
        .lines()
        .skip_while(|line| *line != "//! # Versions of other crates")
        .filter_map(|line| line.strip_prefix("//! | `")?.split_once("` | "))
        .collect();
    assert!(rows.len() >= 10, "the table is found: {rows:?}");
    for (name, rest) in rows {
        let documented = rest.split(' ').next().unwrap();
        let version = used[name];
        let compatible = version == documented || version.starts_with(&format!("{documented}."));
        assert!(
            compatible,
            "{name}: documented {documented}, used {version}"
        );
    }
}
