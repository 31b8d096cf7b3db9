//! Copies of a file that is in use.

use report_pipeline::{JobStore, SqliteStore};

use super::contents::assert_agrees;
use super::fixture::Place;
use super::process::{Acknowledged, Worker};

#[tokio::test]
async fn a_copy_that_sqlite_makes_under_load_is_whole() {
    let place = Place::new();
    let mut worker = Worker::start(place.file(), true);
    for n in 0..3 {
        let acknowledged = worker.hear(30);
        let copy = place.beside(&format!("copy{n}.db"));
        place
            .inside()
            .execute("VACUUM INTO ?1", [copy.to_str()])
            .unwrap();
        assert_agrees(&copy);
        assert_has(&SqliteStore::connect(copy).await.unwrap(), &acknowledged).await;
    }
}

/// As a snapshot of the disk, or a stopped machine, leaves it: the file and its log of the same moment.
#[tokio::test]
async fn the_file_and_its_log_of_one_moment_are_a_copy() {
    let place = Place::new();
    let mut worker = Worker::start(place.file(), true);
    let signal = |name: &str, id: u32| {
        let sent = std::process::Command::new("kill")
            .args([name, &id.to_string()])
            .status();
        assert!(sent.unwrap().success());
    };
    for n in 0..5 {
        let acknowledged = worker.hear(30);
        let copy = place.beside(&format!("copy{n}.db"));
        signal("-STOP", worker.id());
        std::fs::copy(place.file(), &copy).unwrap();
        std::fs::copy(
            place.beside("jobs.db-wal"),
            place.beside(&format!("copy{n}.db-wal")),
        )
        .unwrap();
        signal("-CONT", worker.id());
        assert_agrees(&copy);
        assert_has(&SqliteStore::connect(copy).await.unwrap(), &acknowledged).await;
    }
}

async fn assert_has(store: &SqliteStore, acknowledged: &[Acknowledged]) {
    for one in acknowledged {
        let (Acknowledged::Submitted(id) | Acknowledged::Completed(id)) = one;
        assert!(store.get(*id).await.unwrap().is_some(), "{one:?}");
    }
}
