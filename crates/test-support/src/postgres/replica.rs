//! A second server that has all that the first one commits, and takes its place.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use super::{LOOK_AGAIN, PostgresServer, START_TIMEOUT, said, unprivileged};

impl PostgresServer {
    /// Starts another server that follows this one: a streaming replica, made from a base backup.
    ///
    /// Commits wait for it after [`wait_for_replica`](Self::wait_for_replica).
    ///
    /// # Panics
    /// If the backup fails or the replica does not start.
    #[must_use]
    pub fn start_replica(&self) -> Self {
        let parent = self.folder.path().parent().expect("it was made in one");
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        let replica = Self::prepared(parent, &settings);
        replica.copy(self);
        replica.started()
    }

    /// Starts a server that was killed as a replica of another one, at its old address. What it held is replaced.
    ///
    /// # Panics
    /// If it still runs, the backup fails, or it does not start.
    pub fn come_back_as_replica_of(&mut self, primary: &Self) {
        assert!(self.child.is_none(), "it was not killed");
        fs::remove_dir_all(self.data()).expect("the folder is ours");
        self.copy(primary);
        self.restart();
    }

    /// Makes every commit wait until the replica has it on its disk, and returns once that holds.
    ///
    /// # Panics
    /// If no replica follows.
    pub fn wait_for_replica(&self) {
        self.set("synchronous_standby_names", "*");
        self.until("SHOW synchronous_standby_names", "*");
        // The process that makes checkpoints is the one that tells the others of the setting. It has been sent for by
        // now, and looks before it makes one.
        self.run("CHECKPOINT");
        let now = self.run("SELECT pg_current_wal_flush_lsn()");
        self.until(
            &format!(
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' \
                 AND sync_state = 'sync' AND flush_lsn >= '{now}'"
            ),
            "1",
        );
    }

    /// Turns a replica into a server that takes writes. Its commits wait for nobody.
    ///
    /// # Panics
    /// If it is not a replica, or stays one.
    pub fn promote(&self) {
        let told = unprivileged("pg_ctl")
            .args(["promote", "--wait", "--silent", "--pgdata"])
            .arg(self.data())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("pg_ctl: {error}"));
        assert!(told.status.success(), "{}\n{}", said(&told), self.log());
    }

    /// Repeats a statement until it prints this.
    fn until(&self, sql: &str, wanted: &str) {
        let began = Instant::now();
        loop {
            let told = self.run(sql);
            if told == wanted {
                return;
            }
            assert!(
                began.elapsed() < START_TIMEOUT,
                "{sql}: {told}\n{}",
                self.log()
            );
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Fills the folder of a replica. The slot keeps what the primary writes from here on until the replica has it.
    fn copy(&self, primary: &Self) {
        let made = unprivileged("pg_basebackup")
            .args(["--username", "postgres", "--host", "127.0.0.1", "--port"])
            .arg(primary.address().port().to_string())
            .args(["--checkpoint", "fast", "--no-sync", "--write-recovery-conf"])
            .args(["--create-slot", "--slot", "replica", "--pgdata"])
            .arg(self.data())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("pg_basebackup: {error}"));
        assert!(made.status.success(), "pg_basebackup: {}", said(&made));
    }
}
