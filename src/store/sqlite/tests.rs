//! What cannot be brought about from outside: a full disk, and a clock that is set back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;

use super::clock::now;
use super::driver::at_once;
use super::{SqliteOptions, SqliteStore, file};
use crate::account::{Handle, Platform, Target};
use crate::job::{Job, JobId, Status};
use crate::store::sql::{Known, Reader, Session, Settings, Tally, choosing};
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{
    ClaimRequest, Heartbeat, HeartbeatReply, JobStore, ListRequest, NewJob, Outcome, StoreError,
    StoreLimits, SweepRequest, WorkerId,
};

fn new_job(name: &str) -> NewJob {
    let handle = Handle::canonical(name).unwrap();
    NewJob::new(JobId::random(), Target::new(Platform::TIKTOK, handle))
}

fn request() -> ClaimRequest {
    ClaimRequest::new(WorkerId::unique())
}

/// A store on a disk that is full after so many pages.
async fn small(folder: &TempDir, pages: u32, retention: Duration) -> SqliteStore {
    let mut options = SqliteOptions::new(folder.path().join("jobs.db")).with_retention(retention);
    options.max_pages = Some(pages);
    options.connect().await.unwrap()
}

fn assert_names_the_disk(error: &StoreError) {
    assert!(
        matches!(error, StoreError::Unavailable { .. }) && error.is_retryable(),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains("the disk of the database is full"),
        "{error}"
    );
}

#[tokio::test]
async fn a_full_disk_refuses_by_name_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = small(&folder, 120, Duration::from_secs(60)).await;
    let mut accepted = Vec::new();
    let refused = loop {
        let new =
            new_job(&format!("account{}", accepted.len())).with_input(Bytes::from(vec![7; 3000]));
        match store.submit(new).await {
            Ok(submitted) => accepted.push(submitted.job().id),
            Err(error) => break error,
        }
    };
    assert_names_the_disk(&refused);
    assert!(accepted.len() > 20, "{}", accepted.len());
    for id in &accepted {
        assert_eq!(
            store.get(*id).await.unwrap().unwrap().status,
            Status::Pending
        );
    }
    let stats = store.stats().await.unwrap();
    assert_eq!(stats.jobs.pending, accepted.len() as u64);
    drop(store);
    // Somebody has made room: it goes on where it was.
    let store = small(&folder, 1_000, Duration::from_secs(60)).await;
    store.submit(new_job("after")).await.unwrap();
    let claimed = store.claim(request().with_max(100)).await.unwrap();
    let ids: Vec<JobId> = claimed.iter().map(|claimed| claimed.job.id).collect();
    assert_eq!(ids[..accepted.len()], accepted);
    assert!(
        claimed[..accepted.len()]
            .iter()
            .all(|claimed| claimed.input().len() == 3_000)
    );
}

/// Calls that share a commit do not share a failure.
#[tokio::test]
async fn a_call_that_finds_no_room_fails_alone() {
    const LARGE: usize = 60_000;
    let folder = tempfile::tempdir().unwrap();
    drop(small(&folder, 1_000, Duration::from_secs(60)).await);
    // There is room for one large input and many small ones.
    let room = u32::try_from(pages(&folder)).unwrap() + 29;
    let store = Arc::new(small(&folder, room, Duration::from_secs(60)).await);
    let submit = |n: usize| {
        let (store, size) = (Arc::clone(&store), if n % 10 == 5 { LARGE } else { 50 });
        let new = new_job(&format!("account{n}")).with_input(Bytes::from(vec![7; size]));
        (size, tokio::spawn(async move { store.submit(new).await }))
    };
    let calls: Vec<_> = (0..30).map(submit).collect();
    let mut refused = 0;
    for (size, call) in calls {
        if let Err(error) = call.await.unwrap() {
            assert_names_the_disk(&error);
            assert_eq!(size, LARGE, "a small one has room");
            refused += 1;
        }
    }
    assert_eq!(refused, 2);
    assert_eq!(store.stats().await.unwrap().jobs.pending, 28);
    // Nothing of the group that failed is remembered.
    let claimed = store.claim(request().with_max(100)).await.unwrap();
    assert_eq!(claimed.len(), 28);
}

/// The writer remembers jobs from one commit to the next, until somebody else writes.
#[tokio::test]
async fn what_another_process_writes_is_not_overlooked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    let other = rusqlite::Connection::open(&file).unwrap();
    let write = |sql: &str| assert_eq!(other.execute(sql, []).unwrap(), 1, "{sql}");
    let beat = Heartbeat::new(Duration::from_secs(60));
    store.submit(new_job("account")).await.unwrap();
    let lease = store.claim(request()).await.unwrap().remove(0).lease;
    let reply = store.heartbeat(&lease, beat).await.unwrap();
    assert_eq!(reply, HeartbeatReply::Continue);
    write("UPDATE jobs SET cancel_requested = 1");
    let reply = store.heartbeat(&lease, beat).await.unwrap();
    assert_eq!(reply, HeartbeatReply::Cancel);
    // One that was the last of its queue, and of its platform.
    write("UPDATE jobs SET status = 'pending', cancel_requested = 0");
    write("UPDATE platforms SET pending = 1, processing = 0");
    let again = store.claim(request()).await.unwrap().remove(0);
    assert_eq!(again.job.id, lease.job());
    write("UPDATE jobs SET lease_until = 1");
    let reclaimed = store.claim(request()).await.unwrap().remove(0);
    assert_eq!(reclaimed.job.crashes, 1);
    let lost = store.heartbeat(&again.lease, beat).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost(_))), "{lost:?}");
}

/// A row without the time that its index is ordered by hides no other job, and is put aside.
#[tokio::test]
async fn a_missing_time_hides_no_job() {
    const JOBS: usize = 40;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    let other = rusqlite::Connection::open(&file).unwrap();
    for number in 0..JOBS {
        store.submit(new_job(&format!("a{number}"))).await.unwrap();
    }
    let claimed = store.claim(request().with_max(JOBS)).await.unwrap();
    assert_eq!(claimed.len(), JOBS);
    other
        .execute("UPDATE jobs SET lease_until = 1", [])
        .unwrap();
    let first = "(SELECT min(number) FROM jobs)";
    let damage = format!("UPDATE jobs SET lease_until = NULL WHERE number = {first}");
    assert_eq!(other.execute(&damage, []).unwrap(), 1);
    let mut again = 0;
    loop {
        let claimed = store.claim(request().with_max(7)).await.unwrap();
        again += claimed.len();
        if claimed.is_empty() {
            break;
        }
    }
    assert_eq!(again, JOBS - 1);
    assert_eq!(store.stats().await.unwrap().damaged, 1);
}

#[tokio::test]
async fn the_file_shrinks_after_a_wave_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::connect(folder.path().join("jobs.db"))
        .await
        .unwrap();
    for n in 0..150 {
        let new = new_job(&format!("account{n}"));
        let id = new.id;
        store.submit(new).await.unwrap();
        let claimed = store.claim(request()).await.unwrap().remove(0);
        let report = Outcome::Completed(Bytes::from(vec![7; 100_000]));
        store.finish(&claimed.lease, report).await.unwrap();
        if n > 75 {
            store.delete(id).await.unwrap();
        }
    }
    let most = pages(&folder);
    let page = ListRequest::new().with_limit(1_000);
    for job in store.list(page).await.unwrap().jobs {
        store.delete(job.id).await.unwrap();
    }
    for _ in 0..3 {
        store.sweep(SweepRequest::new(1_000)).await.unwrap();
    }
    let left = pages(&folder);
    assert!(most > 1_900 && left < 1_200, "from {most} to {left} pages");
}

fn pages(folder: &TempDir) -> i64 {
    let inside = rusqlite::Connection::open(folder.path().join("jobs.db")).unwrap();
    inside
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap()
}

/// A session of a moment that the test chooses.
fn at<T>(
    seconds: u64,
    database: &mut super::driver::Sqlite,
    verb: impl FnOnce(&mut Session<'_, super::driver::Sqlite>) -> T,
) -> T {
    let settings = Settings {
        limits: StoreLimits::default(),
        retention: Duration::from_secs(3600),
        failed_checkpoints: Duration::from_secs(3600),
    };
    let moment = Now {
        timestamp: Timestamp::START.after(Duration::from_secs(seconds)),
        utc: chrono::DateTime::from_timestamp(i64::try_from(seconds).unwrap(), 0).unwrap(),
    };
    let mut tally = at_once(Tally::load(database)).unwrap();
    let mut known = Known::default();
    let mut session = Session::new(database, &settings, &mut tally, &mut known, moment);
    let result = verb(&mut session);
    at_once(tally.save(database)).unwrap();
    result
}

#[test]
fn a_clock_that_is_set_back_moves_no_job_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = file::open(&folder.path().join("jobs.db"), None).unwrap();
    let new = new_job("account");
    let submitted = at(100_000, &mut database, |session| {
        at_once(session.submit(&new))
    })
    .unwrap();
    let changed_at = |job: &Job| job.updated_at;
    let first = changed_at(submitted.job());
    // Set back by ten seconds: the job was due at a time that is still to come.
    let early = at(99_990, &mut database, |session| {
        at_once(session.claim(&request()))
    })
    .unwrap();
    assert!(early.claimed.is_empty() && early.next.is_some());
    let claimed = at(100_001, &mut database, |session| {
        at_once(session.claim(&request()))
    })
    .unwrap();
    let lease = claimed.claimed[0].lease.clone();
    let beat = Heartbeat::new(Duration::from_secs(60))
        .with_progress(crate::job::Progress::from_percent(20));
    at(99_000, &mut database, |session| {
        at_once(session.heartbeat(&lease, beat))
    })
    .unwrap();
    let outcome = Outcome::Completed(Bytes::from_static(b"{}"));
    at(99_001, &mut database, |session| {
        at_once(session.finish(&lease, &outcome))
    })
    .unwrap();
    let clock = Timestamp::START.after(Duration::from_secs(99_002));
    let mut reader = Reader::new(&mut database, Arc::new(clock.into()));
    let job = at_once(reader.get(new.id)).unwrap().unwrap();
    assert!(job.updated_at >= claimed.claimed[0].job.updated_at && job.updated_at >= first);
    assert_eq!(job.completed_at, Some(job.updated_at));
}

#[test]
fn the_clock_is_that_of_the_calendar() {
    let (before, now) = (chrono::Utc::now(), now());
    let apart = now.utc - before;
    assert!(apart.num_milliseconds().abs() < 10_000, "{apart}");
    let elapsed = now.timestamp.since(Timestamp::START).as_micros();
    assert_eq!(i64::try_from(elapsed).unwrap(), now.utc.timestamp_micros());
}

/// So that no call takes longer because there are many jobs.
#[test]
fn every_choice_is_one_look_into_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let database = file::open(&folder.path().join("jobs.db"), None).unwrap();
    for statement in choosing() {
        let sql = format!("EXPLAIN QUERY PLAN {statement}");
        let mut plan = database.connection.prepare(&sql).unwrap();
        // Parameters without a value are null.
        let mut rows = plan.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>("detail").unwrap());
        }
        let is_chosen = |step: &String| {
            step.starts_with("SEARCH jobs USING") || step.starts_with("SCAN jobs USING INDEX")
        };
        let is_sorted = |step: &String| step.contains("TEMP B-TREE");
        assert!(steps.iter().any(is_chosen), "{statement}: {steps:?}");
        // The jobs of one token are few.
        assert!(
            !steps.iter().any(is_sorted) || statement.contains("token = $1"),
            "{statement}: {steps:?}"
        );
    }
}
