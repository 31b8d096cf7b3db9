//! Two builds on one Redis: this one and the one before. `.ci/two-builds` builds the other one and runs this.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use report_pipeline_test_support::redis::{DURABLE, RedisServer};
use report_pipeline_test_support::server::{Server, program};
use serde_json::Value;

/// The program of the other build.
const OTHER: &str = "OTHER_SERVER";
const JOBS: usize = 240;
/// Every so many jobs somebody submits the same account at another process, or cancels.
const JOINED: usize = 8;
const CANCELLED: usize = 15;
/// After so many jobs a process is killed, or stopped, and started again.
const UNREST: usize = 10;

/// Two processes of each build. The odd ones are of this one.
struct Fleet {
    store: String,
    other: PathBuf,
    servers: Vec<Server>,
    asked: usize,
}

impl Fleet {
    fn start(store: String, other: PathBuf) -> Self {
        let mut fleet = Self {
            store,
            other,
            servers: Vec::new(),
            asked: 0,
        };
        fleet.servers = (0..4).map(|n| fleet.server(n % 2 == 1)).collect();
        fleet
    }

    fn server(&self, is_ours: bool) -> Server {
        let program: &Path = if is_ours { program() } else { &self.other };
        let flags = [
            ["--store", &self.store],
            ["--phase-delay", "60ms"],
            ["--lease", "1s"],
            ["--concurrency", "3"],
        ];
        Server::start_program(program, &flags.concat())
    }

    /// One after the other, so that a job is seen through both builds.
    fn next(&mut self) -> &Server {
        self.asked += 1;
        &self.servers[self.asked % self.servers.len()]
    }

    /// Ends a process, as a crash or as a process manager does, and starts one of this or the other build.
    fn replace(&mut self, place: usize, is_killed: bool, by_ours: bool) {
        let new = self.server(by_ours);
        let old = std::mem::replace(&mut self.servers[place], new);
        if is_killed {
            old.kill();
        } else {
            assert_eq!(old.stop(), Some(0));
        }
    }
}

/// What was last seen of a job, over all processes.
#[derive(Default)]
struct Seen {
    percent: u64,
    has_ended: bool,
}

fn look(server: &Server, id: &str, seen: &mut Seen) -> Value {
    let status = server.ask(&format!("GET /api/status/{id} HTTP/1.1\r\n"), "");
    let percent = status["percent"].as_u64().expect("a number");
    assert!(
        percent >= seen.percent,
        "it fell from {}: {status}",
        seen.percent
    );
    let has_ended = status["completed_at"].is_string();
    assert!(has_ended || !seen.has_ended, "it had ended: {status}");
    *seen = Seen { percent, has_ended };
    status
}

#[test]
#[ignore = "needs the server of another build: run .ci/two-builds"]
fn two_builds_work_on_one_redis_and_lose_no_job() {
    let other = std::env::var_os(OTHER).unwrap_or_else(|| panic!("{OTHER} names no program"));
    let redis = RedisServer::with_options(DURABLE);
    let mut fleet = Fleet::start(format!("{}?prefix=fleet:", redis.url()), other.into());
    let began = Instant::now();
    let mut jobs: BTreeMap<String, Seen> = BTreeMap::new();
    let (mut joined, mut cancelled, mut killed, mut stopped) = (0, Vec::new(), 0, 0);

    for n in 0..JOBS {
        let account = format!("account{n}");
        let id = fleet.next().submit(&account);
        if n % JOINED == 0 {
            assert_eq!(fleet.next().submit(&account), id, "of the other build");
            joined += 1;
        }
        if n % CANCELLED == 0 {
            let head = format!("POST /api/cancel/{id} HTTP/1.1\r\ncontent-length: 0\r\n");
            _ = fleet.next().ask(&head, "");
            cancelled.push(id.clone());
        }
        assert!(jobs.insert(id, Seen::default()).is_none());
        if n % UNREST == UNREST - 1 {
            // Each place in turn; each time round the other way to end.
            let round = n / UNREST;
            let (place, is_killed) = (round % 4, (round / 4 + round).is_multiple_of(2));
            fleet.replace(place, is_killed, place % 2 == 1);
            *(if is_killed { &mut killed } else { &mut stopped }) += 1;
        }
        // A few of those that have not ended, at whichever process comes next.
        for (id, seen) in jobs.iter_mut().filter(|(_, seen)| !seen.has_ended).take(4) {
            look(fleet.next(), id, seen);
        }
    }
    // The upgrade to its end, and back: at each step the other half goes on working.
    for place in [0, 2] {
        fleet.replace(place, false, true);
    }
    let newest = fleet.next().submit("of_this_build_alone");
    jobs.insert(newest, Seen::default());
    for place in 0..4 {
        fleet.replace(place, place == 3, place % 2 == 1);
    }

    let (mut completed, mut crashes) = (0, 0);
    for (id, seen) in &mut jobs {
        while !seen.has_ended {
            look(fleet.next(), id, seen);
        }
        let status = look(fleet.next(), id, seen);
        if status["status"] == "failed" {
            assert!(cancelled.contains(id), "{status}");
            continue;
        }
        // Both builds read the report, whoever has written it.
        let reports = [0, 1].map(|place| fleet.servers[place].report_of(id));
        assert_eq!(reports[0], reports[1]);
        assert_eq!(reports[0]["id"], id.as_str());
        completed += 1;
        let lost = redis.run(&["HGET", &format!("fleet:jobs:{id}"), "crashes"]);
        crashes += lost.parse().unwrap_or(0);
    }
    for server in &fleet.servers {
        let health = server.health_until(|health| health["status"] == "ok");
        let all = &health["jobs"];
        let ended = (all["completed"].as_u64(), all["failed"].as_u64());
        let failed = jobs.len() - completed;
        assert_eq!(
            ended,
            (Some(completed as u64), Some(failed as u64)),
            "{health}"
        );
    }
    let damaged = redis.run(&["ZCARD", "fleet:jobs:q:damaged"]);
    assert_eq!(damaged, "0", "records that one build cannot read");
    println!(
        "{} jobs: {completed} completed, {} cancelled; {joined} submitted at two processes; {killed} processes \
         killed, {stopped} stopped and 6 replaced; {crashes} leases lost; {:.0} s",
        jobs.len(),
        jobs.len() - completed,
        began.elapsed().as_secs_f32(),
    );
}
