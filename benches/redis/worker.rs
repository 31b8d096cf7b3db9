//! Worker processes: this program again, told by its environment what to do.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use report_pipeline::{Client, Pipeline, RedisOptions};

use crate::limits;
use crate::takes::Takes;
use report_pipeline_test_support::redis::RedisServer;

const FOR_EVER: Duration = Duration::from_secs(1_000_000);
const TASK: &str = "REPORT_PIPELINE_BENCH_WORKER";

/// A worker process; killed when dropped.
pub(crate) struct Worker(Child);

impl Worker {
    /// Starts one and waits until it works. `task` says of its phases that they are `empty`, that each takes 20 ms
    /// (`busy`), or that the first one never ends (`hang`).
    pub(crate) fn start(server: &RedisServer, task: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(TASK, format!("{task} {}", server.url()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self(child)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// What this process is to do, if it is a worker.
pub(crate) fn task() -> Option<String> {
    std::env::var(TASK).ok()
}

pub(crate) async fn run(task: String) {
    let (task, url) = task.split_once(' ').unwrap();
    let (phase, at_once) = match task {
        "hang" => (FOR_EVER, 32),
        "busy" => (Duration::from_millis(20), 512),
        _ => (Duration::ZERO, 32),
    };
    let options = RedisOptions::new(url).unwrap().with_limits(limits());
    let pipeline = Pipeline::builder(
        Client::new(options.connect().await.unwrap()),
        Takes(phase),
        Takes(phase),
        Takes(phase),
    )
    .with_concurrency(at_once)
    .build();
    let workers = pipeline.start();
    println!("ready");
    // Ends with its parent.
    let parent_is_gone = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
    _ = parent_is_gone.await;
    workers.drain(Duration::from_secs(1)).await;
}
