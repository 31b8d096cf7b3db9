//! Files that cannot be used, and what is said of them.

use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use report_pipeline::{JobStore, SqliteConnectError, SqliteStore, StoreError};

use super::contents::assert_agrees;
use super::fixture::{Place, claim_one, new_job, submit};

async fn refused(file: &Path) -> SqliteConnectError {
    SqliteStore::connect(file).await.expect_err("it is refused")
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let place = Place::new();
    std::fs::write(
        place.file(),
        "a letter to the editor, of more than a hundred bytes\n".repeat(9),
    )
    .unwrap();
    let error = refused(&place.file()).await;
    assert!(
        matches!(error, SqliteConnectError::Damaged { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("is not a SQLite database"),
        "{error}"
    );
    let folder = place.beside("");
    let error = refused(&folder).await;
    assert!(
        matches!(error, SqliteConnectError::Unusable { .. }),
        "{error:?}"
    );
    let error = refused(&place.beside("nowhere/jobs.db")).await;
    assert!(
        error.to_string().contains("check that its folder exists"),
        "{error}"
    );
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let place = Place::new();
    let other = place.inside();
    other
        .execute_batch("CREATE TABLE jobs (id INTEGER)")
        .unwrap();
    let error = refused(&place.file()).await;
    assert!(
        matches!(error, SqliteConnectError::OfAnother { .. }),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains("give the jobs a file of their own"),
        "{error}"
    );
    let tables: i64 = other
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_damaged_file_is_refused_when_it_is_opened() {
    let place = Place::new();
    let store = place.store().await;
    for n in 0..200 {
        submit(&store, &format!("account{n}")).await;
    }
    drop(store);
    // All is in the file, and nothing in the log.
    let folded = "PRAGMA wal_checkpoint(TRUNCATE)";
    place.inside().query_row(folded, [], |_| Ok(())).unwrap();
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(place.file())
        .unwrap();
    let length = file.metadata().unwrap().len();
    for page in 2..length / 4096 {
        file.write_all_at(&[0xa5; 64], page * 4096 + 8).unwrap();
    }
    let error = refused(&place.file()).await;
    assert!(
        matches!(error, SqliteConnectError::Damaged { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("restore it from a backup"),
        "{error}"
    );
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_one_that_this_build_can_read_is_not() {
    let place = Place::new();
    let store = place.store().await;
    let id = submit(&store, "account").await;
    // A newer build comes beside this one: the columns that it adds are left alone.
    place
        .inside()
        .execute_batch(
            "ALTER TABLE jobs ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';
             UPDATE jobs SET colour = 'blue'; UPDATE meta SET schema = 2",
        )
        .unwrap();
    let beside = place.store().await;
    assert_eq!(claim_one(&beside).await.job.id, id);
    let colour: String = place
        .inside()
        .query_row("SELECT colour FROM jobs", [], |row| row.get(0))
        .unwrap();
    assert_eq!(colour, "blue");

    // One whose tables this build cannot read: those that run are told, and no other can start.
    place
        .inside()
        .execute("UPDATE meta SET schema = 3, min_reader = 3", [])
        .unwrap();
    let error = store.submit(new_job("other")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("schema 3 and need a build of schema 3"),
        "{error}"
    );
    let error = refused(&place.file()).await;
    assert!(
        matches!(
            error,
            SqliteConnectError::Schema {
                found: 3,
                needed: 3,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("upgrade this process"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused() {
    let place = Place::new();
    drop(place.store().await);
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(&place.file(), 0o444);
    allow(&place.beside(""), 0o555);
    let said = if std::fs::OpenOptions::new()
        .write(true)
        .open(place.file())
        .is_ok()
    {
        // The superuser may write everything, so somebody else opens it, with a copy of this program.
        let programs = tempfile::tempdir().unwrap();
        allow(programs.path(), 0o755);
        let program = programs.path().join("opens");
        std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        allow(&program, 0o755);
        let mut command = std::process::Command::new(program);
        command.args([
            "--exact",
            "files::says_why_it_is_refused",
            "--ignored",
            "--nocapture",
        ]);
        command
            .env(OPENED, place.file())
            .uid(65_534)
            .gid(65_534)
            .current_dir("/");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    } else {
        refused(&place.file()).await.to_string()
    };
    assert!(
        said.contains("give this process the right to write"),
        "{said}"
    );
    allow(&place.beside(""), 0o755);
}

const OPENED: &str = "SQLITE_OPENED_FILE";

#[tokio::test]
#[ignore = "it is run by another test, as another user"]
async fn says_why_it_is_refused() {
    if let Some(file) = std::env::var_os(OPENED) {
        println!("{}", refused(Path::new(&file)).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_open_a_new_file_at_once() {
    for _ in 0..10 {
        let place = Place::new();
        let opens: Vec<_> = (0..8)
            .map(|_| tokio::spawn(SqliteStore::connect(place.file())))
            .collect();
        for (n, open) in opens.into_iter().enumerate() {
            let store = open.await.unwrap().unwrap();
            submit(&store, &format!("account{n}")).await;
        }
        assert_agrees(&place.file());
    }
}
