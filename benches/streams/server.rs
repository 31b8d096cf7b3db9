//! The server process: this program again, told so by its environment.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use report_pipeline::http::{self, Api};
use report_pipeline::store::{ClaimRequest, ClaimedJob, Heartbeat, WorkerId};
use report_pipeline::{Client, Handle, JobStore, MemoryStore, Platform, Progress, Target};
use tokio::net::TcpListener;

pub(crate) const JOBS: usize = 200;
const BETWEEN_CHANGES: Duration = Duration::from_secs(1);
const LEASE: Duration = Duration::from_secs(60);
const MARK: &str = "REPORT_PIPELINE_BENCH_SERVER";

/// One change of a job, by its place among the jobs.
pub(crate) struct Change {
    pub(crate) job: usize,
    pub(crate) percent: u64,
    /// Just before it was written to the store.
    pub(crate) at: SystemTime,
}

/// A server process; killed when dropped.
pub(crate) struct Server {
    child: Child,
    told: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    pub(crate) jobs: Vec<uuid::Uuid>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .env(MARK, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let mut told = BufReader::new(child.stdout.take().expect("it is piped"));
        let address = line(&mut told).parse().expect("an address");
        let jobs = (0..JOBS)
            .map(|_| line(&mut told).parse().expect("an id"))
            .collect();
        Self {
            child,
            told,
            address,
            jobs,
        }
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        let status = self.process_file("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        let kib: usize = kib.and_then(|kib| kib.parse().ok()).expect("KiB");
        kib * 1024
    }

    /// Processor time since its start, in user code and in the kernel.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = self.process_file("stat");
        // The name may contain spaces; the third field follows its parenthesis.
        let (_, fields) = stat.rsplit_once(") ").expect("a name");
        let ticks: u64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().expect("ticks"))
            .sum();
        // Linux counts a hundred of them a second for user programs.
        Duration::from_millis(ticks * 10)
    }

    fn process_file(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id())).expect("Linux tells")
    }

    /// Ends it, and answers what has changed.
    pub(crate) fn stop(mut self) -> Vec<Change> {
        drop(self.child.stdin.take());
        let mut changes = Vec::new();
        for line in self.told.by_ref().lines().map_while(Result::ok) {
            let mut numbers = line.split(' ').map(|n| n.parse::<u64>().expect("a number"));
            let mut next = || numbers.next().expect("three numbers");
            changes.push(Change {
                job: usize::try_from(next()).expect("it is below 200"),
                percent: next(),
                at: SystemTime::UNIX_EPOCH + Duration::from_nanos(next()),
            });
        }
        changes
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn line(told: &mut impl BufRead) -> String {
    let mut line = String::new();
    told.read_line(&mut line).expect("it prints");
    line.trim_end().to_owned()
}

/// Whether this process is to be a server.
pub(crate) fn is_one() -> bool {
    std::env::var_os(MARK).is_some()
}

pub(crate) async fn run() {
    let client = Client::new(MemoryStore::new());
    for n in 0..JOBS {
        let handle = Handle::canonical(&format!("user{n}")).expect("a plain name");
        let target = Target::new(Platform::INSTAGRAM, handle);
        client.submit(target).await.expect("there is room");
    }
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.max = JOBS;
    request.lease = LEASE;
    let claimed = client.store().claim(request).await.expect("it answers");

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("{}", listener.local_addr().expect("it is bound"));
    for claimed in &claimed {
        println!("{}", claimed.job.id);
    }
    // Ends when the parent closes the pipe.
    let over = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
    tokio::spawn(http::serve(
        listener,
        Api::new(client.clone()),
        std::future::pending(),
    ));
    let changes = Mutex::default();
    let working = claimed
        .iter()
        .enumerate()
        .map(|(job, claimed)| work(&client, job, claimed, &changes));
    tokio::select! {
        _ = join_all(working) => {}
        _ = over => {}
    }
    // Not before: nobody reads while it is measured.
    for change in changes.into_inner().expect("nobody panicked") {
        let at = change.at.duration_since(SystemTime::UNIX_EPOCH);
        let nanos = at.expect("a clock").as_nanos();
        println!("{} {} {nanos}", change.job, change.percent);
    }
}

/// Raises a job's percent once a second, and notes when.
async fn work(client: &Client, job: usize, claimed: &ClaimedJob, changes: &Mutex<Vec<Change>>) {
    let apart = BETWEEN_CHANGES / u32::try_from(JOBS).expect("they are few");
    tokio::time::sleep(apart * u32::try_from(job).expect("they are few")).await;
    let mut every = tokio::time::interval(BETWEEN_CHANGES);
    for percent in 1..100 {
        every.tick().await;
        let at = SystemTime::now();
        let beat = Heartbeat::new(LEASE).with_progress(Progress::from_percent(percent));
        let beaten = client.store().heartbeat(&claimed.lease, beat).await;
        beaten.expect("the lease is held");
        changes.lock().expect("nobody panicked").push(Change {
            job,
            percent: u64::from(percent),
            at,
        });
    }
}
