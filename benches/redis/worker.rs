//! Worker processes: this program again, told by its environment what to do.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use report_pipeline::{
    Client, PhaseContext, PhaseError, Pipeline, RedisOptions, Target, analyze_fn, assemble_fn,
    scrape_fn,
};

use crate::{REPORT_BYTES, limits};
use report_pipeline_test_support::redis::RedisServer;

const TASK: &str = "REPORT_PIPELINE_BENCH_WORKER";

/// A worker process; killed when dropped.
pub(crate) struct Worker(Child);

impl Worker {
    /// Starts one and waits until it works. `task` is `empty`, or `hang` in the first phase.
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
    let hang = task == "hang";
    let report = "x".repeat(usize::from(REPORT_BYTES) - 2);
    let options = RedisOptions::new(url).unwrap().with_limits(limits());
    let pipeline = Pipeline::builder(
        Client::new(options.connect().await.unwrap()),
        scrape_fn(move |_: Target, _: PhaseContext| async move {
            if hang {
                std::future::pending::<()>().await;
            }
            Ok::<_, PhaseError>(())
        }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(move |(): &(), (): &(), _: &PhaseContext| Ok::<_, PhaseError>(report.clone())),
    )
    .with_concurrency(32)
    .build();
    let workers = pipeline.start();
    println!("ready");
    // Ends with its parent.
    let parent_is_gone = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
    _ = parent_is_gone.await;
    workers.drain(Duration::from_secs(1)).await;
}
