//! What the server sees of the store: which rows it changes in place, and what an idle process asks for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use report_pipeline::store::Heartbeat;
use report_pipeline::{JobStore, Progress};

use super::fixture::{Schema, claim_one, claim_request, submit};

const MINUTE: Duration = Duration::from_secs(60);

/// What is changed again and again is changed where it is, and no index hears of it.
#[tokio::test]
async fn heartbeats_touch_no_index() {
    const BEATS: u8 = 60;
    let schema = Schema::new();
    let store = schema.store().await;
    submit(&store, "nasa").await;
    let claimed = claim_one(&store).await;
    let changes = || {
        let told = schema.run(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
             WHERE schemaname = current_schema AND relname = 'jobs'",
        );
        let (all, in_place) = told.split_once('|').unwrap();
        let (all, in_place): (u64, u64) = (all.parse().unwrap(), in_place.parse().unwrap());
        (all, in_place)
    };
    // What the server counts it writes down a moment later.
    let until = async |least: u64| {
        let began = Instant::now();
        loop {
            let (all, in_place) = changes();
            if all >= least {
                return (all, in_place);
            }
            assert!(
                began.elapsed() < MINUTE,
                "{all} of {least} changes are counted"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
            store.check().await.unwrap();
        }
    };
    let (before, in_place_before) = until(1).await;
    for beat in 1..=BEATS {
        let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(beat));
        store.heartbeat(&claimed.lease, beat).await.unwrap();
    }
    let (after, in_place) = until(before + u64::from(BEATS)).await;
    let moved = (after - before) - (in_place - in_place_before);
    assert!(
        moved <= 3,
        "{moved} of {} changes touched an index",
        after - before
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_waits_sends_less_than_one_statement_a_second() {
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    let waiting = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.claim(claim_request(1).with_wait(MINUTE)).await })
    };
    // Once they have all begun to wait, no connection is used for some seconds.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let used = || schema.connections("state_change", "true ORDER BY pid");
    let before = used();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let changed = used()
        .iter()
        .zip(&before)
        .filter(|(now, then)| now != then)
        .count();
    assert!(changed <= 1, "{changed} connections were used");
    waiting.abort();
}
