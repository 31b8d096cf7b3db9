//! The least that SQLite itself takes on this disk.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The rows that the store writes for a job with so many checkpoints: the job's own for its submit, claim, each
/// checkpoint and its end, each output and the report put in, each output taken out.
pub(crate) fn writes_per_job(checkpoints: f64) -> f64 {
    4.0 + 3.0 * checkpoints
}

/// About as long as the row of a job.
const ROW: [u8; 400] = [7; 400];

/// Jobs per second of a loop that writes as many rows of like size, with so many in one commit.
pub(crate) fn jobs_per_second(
    file: &Path,
    jobs: u32,
    checkpoints: f64,
    writes_per_commit: f64,
) -> f64 {
    let connection = open(file);
    let statement = |sql: &str| connection.prepare(sql).unwrap();
    let mut insert = statement("INSERT INTO rows (body) VALUES (?1)");
    let mut update = statement("UPDATE rows SET body = ?2 WHERE id = ?1");
    let mut put = statement("INSERT INTO parts (row, part, body) VALUES (?1, ?2, ?3)");
    let mut take = statement("DELETE FROM parts WHERE row = ?1 AND part < 2");
    let (report, mut open_writes, mut commits) = ([7_u8; 1024], 0.0, 0);
    let mut owed = 0.0;
    let began = Instant::now();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..jobs {
        insert.execute([&ROW[..]]).unwrap();
        let id = connection.last_insert_rowid();
        update.execute((id, &ROW[..])).unwrap();
        owed += checkpoints;
        let mut outputs = 0;
        while owed >= 1.0 {
            owed -= 1.0;
            update.execute((id, &ROW[..])).unwrap();
            put.execute((id, outputs, &b"null"[..])).unwrap();
            outputs += 1;
        }
        update.execute((id, &ROW[..])).unwrap();
        put.execute((id, 2, &report[..])).unwrap();
        if outputs > 0 {
            take.execute([id]).unwrap();
        }
        open_writes += writes_per_job(checkpoints);
        if open_writes >= writes_per_commit {
            open_writes -= writes_per_commit;
            connection.execute_batch("COMMIT; BEGIN IMMEDIATE").unwrap();
            commits += 1;
        }
    }
    connection.execute_batch("COMMIT").unwrap();
    assert!(commits > 0, "the group is not larger than all of it");
    f64::from(jobs) / began.elapsed().as_secs_f64()
}

/// Inserts one row and commits it, so many times, and returns how long each took.
pub(crate) fn durable_inserts(file: &Path, count: usize) -> Vec<Duration> {
    let connection = open(file);
    let mut insert = connection
        .prepare("INSERT INTO rows (body) VALUES (?1)")
        .unwrap();
    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        insert.execute([&ROW[..]]).unwrap();
        times.push(began.elapsed());
    }
    times
}

fn open(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS parts (row INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
                 PRIMARY KEY (row, part))",
        )
        .unwrap();
    connection
}

/// The number of commits to a file: SQLite counts them in the head of the index of its log.
pub(crate) struct Commits {
    index: PathBuf,
    before: u32,
}

impl Commits {
    pub(crate) fn of(file: &Path) -> Self {
        let index = PathBuf::from(format!("{}-shm", file.display()));
        let before = read(&index);
        Self { index, before }
    }

    pub(crate) fn since(&self) -> f64 {
        f64::from(read(&self.index).wrapping_sub(self.before))
    }
}

fn read(index: &Path) -> u32 {
    let mut count = [0; 4];
    let mut file = std::fs::File::open(index).unwrap();
    file.seek(SeekFrom::Start(8)).unwrap();
    file.read_exact(&mut count).unwrap();
    u32::from_ne_bytes(count)
}

/// The size of the file once its log is folded into it.
pub(crate) fn folded_size(file: &Path) -> f64 {
    let connection = Connection::open(file).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let used = "SELECT page_size * (page_count - freelist_count) \
                FROM pragma_page_size(), pragma_page_count(), pragma_freelist_count()";
    connection.query_row(used, [], |row| row.get(0)).unwrap()
}

/// Copies the rows of `made` finished jobs until there are `count`, each with an id and a handle of its own.
pub(crate) fn multiply(file: &Path, made: u32, count: u32) {
    let connection = Connection::open(file).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    let run = |sql: &str| connection.execute_batch(sql).unwrap();
    run("PRAGMA synchronous = OFF; BEGIN IMMEDIATE; CREATE TEMP TABLE copy AS SELECT * FROM jobs");
    for copies in 1..count / made {
        if copies % 20 == 0 {
            run("COMMIT; BEGIN IMMEDIATE");
        }
        run(&format!(
            "UPDATE copy SET number = number + {made}, handle = 'user' || (number + {made}), job_id = lower(
                hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a'
                || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
             INSERT INTO jobs SELECT * FROM copy;
             INSERT INTO reports SELECT number, (SELECT value FROM reports LIMIT 1) FROM copy"
        ));
    }
    run(&format!(
        "UPDATE meta SET completed = {count}, submitted = {count}, stored_bytes = stored_bytes * {}; COMMIT",
        count / made
    ));
    // As the store leaves it: its log is folded into the file all the time.
    folded_size(file);
}

/// Some ids of all jobs, spread evenly.
pub(crate) fn some_ids(file: &Path, count: u32) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let sql =
        "SELECT job_id FROM jobs WHERE number % max(1, (SELECT max(number) FROM jobs) / ?1) = 0";
    let mut statement = connection.prepare(sql).unwrap();
    let ids = statement.query_map([count], |row| row.get(0)).unwrap();
    ids.map(Result::unwrap).collect()
}
