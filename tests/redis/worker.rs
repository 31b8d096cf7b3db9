//! Worker processes that can be killed: this test binary, started once more.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{self, Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use report_pipeline::store::{ClaimRequest, Heartbeat, Outcome, SaveRequest, WorkerId};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::testing::{Fault, Faults, FaultyStore, Verb};
use report_pipeline::{Client, JobStore, Phase, RedisStore, StoreError, Workers};
use tokio::sync::{Notify, mpsc};

use super::fixture::{LEASE, Phases, connect_with_prefix, patiently};
use report_pipeline_test_support::program::send_signal;

/// What a worker process is told: where Redis is, its prefix, and what to do.
const ADDRESS: &str = "TEST_WORKER_REDIS";
const PREFIX: &str = "TEST_WORKER_PREFIX";
const ORDER: &str = "TEST_WORKER_ORDER";
/// What it says when it is where it was told to stop, before what else there is to say.
const REACHED: &str = "reached";

/// Never over, for all that a test lives to see.
const FOR_EVER: Duration = Duration::from_secs(1_000_000);

/// A process with a pipeline of its own, ended when this is dropped.
pub(crate) struct Worker {
    child: Child,
    input: ChildStdin,
    output: mpsc::UnboundedReceiver<String>,
}

/// What a worker process does, as a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Works on jobs.
    Work,
    /// Works on jobs, and stops for ever at this point of the first one. In the last phase it waits until it is told to
    /// go on.
    StopAt(Point),
    /// Works on jobs, and waits in the last phase of the first one until it is told to go on.
    WaitInLastPhase,
    /// Claims a job without a pipeline, waits until it is told to go on, then makes every call
    /// that needs the lease and says what came of each.
    HoldOneJob,
}

/// A place on a job's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Taken from the store, but the worker does not know it yet.
    ClaimedJob,
    /// In the middle of a phase.
    Inside(Phase),
    /// A phase is done and the next one runs; the output is not kept yet.
    BeforeCheckpoint(u64),
    /// The output is kept; the worker does not know it yet.
    AfterCheckpoint(u64),
    /// The report is done; the store has not got it yet.
    BeforeFinish,
    /// The store has the report; the worker does not know it yet.
    AfterFinish,
}

impl Point {
    pub(crate) const ALL: [Self; 10] = [
        Self::ClaimedJob,
        Self::Inside(Phase::Scraping),
        Self::BeforeCheckpoint(1),
        Self::AfterCheckpoint(1),
        Self::Inside(Phase::Analysis),
        Self::BeforeCheckpoint(2),
        Self::AfterCheckpoint(2),
        Self::Inside(Phase::Finalizing),
        Self::BeforeFinish,
        Self::AfterFinish,
    ];

    fn stop(self, phases: &Phases, faults: &Faults) {
        let lost = Fault::DelayReply(FOR_EVER);
        match self {
            Self::ClaimedJob => faults.on_call(Verb::Claim, 1, lost),
            Self::Inside(phase) => phases.remote(phase).on_call(1, Step::hang()),
            Self::BeforeCheckpoint(n) => {
                faults.on_call(Verb::Checkpoint, n, Fault::Hang);
                phases.remote(after(n)).on_call(1, Step::hang());
            }
            Self::AfterCheckpoint(n) => {
                faults.on_call(Verb::Checkpoint, n, lost);
                phases.remote(after(n)).on_call(1, Step::hang());
            }
            Self::BeforeFinish => faults.on_call(Verb::Finish, 1, Fault::Hang),
            Self::AfterFinish => faults.on_call(Verb::Finish, 1, lost),
        }
    }

    /// Waits until the worker is there. Whether the store has carried out a call that was made,
    /// the store knows.
    async fn reached(self, phases: &Phases, faults: &Faults) {
        let (verb, n) = match self {
            Self::Inside(phase) => return phases.remote(phase).started(1).await,
            Self::ClaimedJob => (Verb::Claim, 1),
            Self::BeforeCheckpoint(n) | Self::AfterCheckpoint(n) => {
                phases.remote(after(n)).started(1).await;
                (Verb::Checkpoint, n)
            }
            Self::BeforeFinish | Self::AfterFinish => (Verb::Finish, 1),
        };
        while faults.calls(verb) < n {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The phase that runs while the output of the `n`th is on its way.
const fn after(n: u64) -> Phase {
    match n {
        1 => Phase::Analysis,
        _ => Phase::Finalizing,
    }
}

impl Worker {
    /// Starts a process that works on the jobs under this prefix.
    pub(crate) fn start(redis: SocketAddr, prefix: &str, order: Order) -> Self {
        let mut child = Command::new(env::current_exe().expect("the tests are a file"))
            .args([
                "--exact",
                "worker::worker_process",
                "--ignored",
                "--nocapture",
            ])
            .env(ADDRESS, redis.to_string())
            .env(PREFIX, prefix)
            .env(ORDER, order.to_text())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a test can be started once more");
        let input = child.stdin.take().expect("it is piped");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let (sender, output) = mpsc::unbounded_channel();
        thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Self {
            child,
            input,
            output,
        }
    }

    /// Waits until it is where it was told to stop, and answers what it has to say.
    pub(crate) async fn reached(&mut self) -> String {
        let reached = async {
            loop {
                let line = self.output.recv().await.expect("the worker lives");
                if let Some(said) = line.strip_prefix(REACHED) {
                    return said.trim().to_owned();
                }
            }
        };
        patiently("a worker process", reached).await
    }

    pub(crate) fn go_on(&mut self) {
        writeln!(self.input).expect("the worker lives");
    }

    /// `kill -9`
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is a child of ours");
        self.child.wait().expect("it is a child of ours");
    }

    /// `kill -STOP`
    pub(crate) fn pause(&self) {
        send_signal(self.child.id(), "-STOP");
    }

    /// `kill -CONT`
    pub(crate) fn resume(&self) {
        send_signal(self.child.id(), "-CONT");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Order {
    const OTHERS: [Self; 3] = [Self::Work, Self::WaitInLastPhase, Self::HoldOneJob];

    fn to_text(self) -> String {
        format!("{self:?}")
    }

    fn from_text(text: &str) -> Self {
        let stops = Point::ALL.map(Self::StopAt);
        let mut all = stops.into_iter().chain(Self::OTHERS);
        all.find(|order| order.to_text() == text)
            .unwrap_or_else(|| panic!("{text} is no order"))
    }
}

#[test]
#[ignore = "it is what the worker processes of other tests run"]
fn worker_process() {
    let Ok(address) = env::var(ADDRESS) else {
        return;
    };
    let told = |name| env::var(name).expect("a worker is told everything");
    let go_on = Arc::new(Notify::new());
    let told_to_go_on = Arc::clone(&go_on);
    thread::spawn(move || {
        for _ in io::stdin().lines().map_while(Result::ok) {
            told_to_go_on.notify_one();
        }
        // The end of the input is the end of the test that has started us.
        process::exit(0);
    });
    let order = Order::from_text(&told(ORDER));
    let address = address.parse().expect("it is an address");
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let store = connect_with_prefix(address, &told(PREFIX)).await;
        let _workers = match order {
            Order::Work => {
                let phases = Phases::by("report").taking(Duration::from_millis(20));
                Some(phases.builder(&Client::new(store)).build().start())
            }
            Order::WaitInLastPhase => Some(wait_in_last_phase(store, &go_on).await),
            Order::StopAt(point) => Some(stop_at(store, point, &go_on).await),
            Order::HoldOneJob => {
                hold_one_job(store, &go_on).await;
                None
            }
        };
        // Until somebody kills us.
        std::future::pending::<()>().await;
    });
}

async fn wait_in_last_phase(store: RedisStore, go_on: &Notify) -> Workers {
    let phases = Phases::by("the worker process");
    let gate = Gate::new();
    let step = Step::succeed("too late".to_owned()).behind(&gate);
    phases.assembler.on_call(1, step);
    let workers = phases.builder(&Client::new(store)).build().start();
    phases.assembler.started(1).await;
    say("");
    go_on.notified().await;
    gate.open();
    workers
}

async fn stop_at(store: RedisStore, point: Point, go_on: &Notify) -> Workers {
    let (store, faults) = FaultyStore::new(store);
    let phases = Phases::by("the worker process");
    let gate = Gate::new();
    let step = Step::succeed("the worker process".to_owned()).behind(&gate);
    phases.assembler.on_call(1, step);
    point.stop(&phases, &faults);
    let builder = phases.builder(&Client::new(store));
    // A call that is held up is not given up on: the point is where it stands.
    let workers = builder.with_store_timeout(FOR_EVER).build().start();
    if matches!(point, Point::BeforeFinish | Point::AfterFinish) {
        go_on.notified().await;
        gate.open();
    }
    point.reached(&phases, &faults).await;
    let calls = phases.calls().map(|calls| calls.to_string());
    say(&calls.join(" "));
    workers
}

async fn hold_one_job(store: RedisStore, go_on: &Notify) {
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = LEASE;
    let claimed = store.claim(request).await.expect("the store is there");
    let lease = claimed.first().expect("there is a job").lease.clone();
    say("");
    go_on.notified().await;
    let beat = Heartbeat::new(FOR_EVER);
    let page = SaveRequest::append(Phase::Scraping, 0, "too late".into());
    let checkpoint = store.checkpoint(&lease, Phase::Scraping, "too late".into());
    let finish = store.finish(&lease, Outcome::Completed("\"too late\"".into()));
    for refused in [
        store.heartbeat(&lease, beat).await.map(drop),
        store.save(&lease, page).await.map(drop),
        checkpoint.await.map(drop),
        finish.await.map(drop),
        store.finish(&lease, Outcome::Released).await.map(drop),
    ] {
        say(match refused {
            Err(StoreError::LeaseLost(_)) => "refused",
            Err(_) => "failed",
            Ok(()) => "taken",
        });
    }
}

fn say(what: &str) {
    // On a line of its own: the harness has begun one.
    println!("\n{REACHED} {what}");
}
