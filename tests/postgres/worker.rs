//! Another process that works on the same tables: this program again, which then runs [`work`] alone.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{ClaimedJob, Outcome};
use report_pipeline::{JobId, JobStore, Phase, PostgresStore, StoreError};

use super::fixture::{again, claim_request, new_job};

const URL: &str = "POSTGRES_WORKER_URL";
const SUBMITS: &str = "POSTGRES_WORKER_SUBMITS";

/// A process that claims and finishes jobs, and may submit new ones all the time. It says what was acknowledged.
pub(crate) struct Worker {
    process: Child,
    /// A thread reads it all the time: a process that nobody listens to stops once its pipe is full.
    said: mpsc::Receiver<Acknowledged>,
}

/// What a process says that it was told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Acknowledged {
    Submitted(JobId),
    Completed(JobId),
}

impl Worker {
    pub(crate) fn start(url: &str, submits: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "worker::work",
                "--ignored",
                "--nocapture",
                "--quiet",
            ])
            .env(URL, url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        if submits {
            command.env(SUBMITS, "yes");
        }
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let (sender, said) = mpsc::channel();
        thread::spawn(move || {
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).unwrap() > 0 {
                // The last line of a process that was killed may be cut.
                if let Some(acknowledged) = read(&String::from_utf8_lossy(&line)) {
                    _ = sender.send(acknowledged);
                }
                line.clear();
            }
        });
        Self { process, said }
    }

    /// Waits for so many acknowledgements.
    pub(crate) fn hear(&mut self, count: usize) -> Vec<Acknowledged> {
        let one = |_| self.said.recv().expect("the worker has ended");
        (0..count).map(one).collect()
    }

    /// Returns what it has said meanwhile.
    pub(crate) fn heard(&mut self) -> Vec<Acknowledged> {
        self.said.try_iter().collect()
    }

    /// Kills the process, and returns what it said until then.
    pub(crate) fn kill(mut self) -> Vec<Acknowledged> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.said.iter().collect()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn read(line: &str) -> Option<Acknowledged> {
    let (what, id) = line.strip_suffix('\n')?.split_once(' ')?;
    let id = id.parse().ok()?;
    match what {
        "submitted" => Some(Acknowledged::Submitted(id)),
        "completed" => Some(Acknowledged::Completed(id)),
        _ => None,
    }
}

fn say(what: &str, id: JobId) {
    // One write, so that lines of two threads do not mix.
    std::io::stdout()
        .write_all(format!("{what} {id}\n").as_bytes())
        .unwrap();
}

/// The work of the other process. Its server may be killed under it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is run by other tests, in a process of its own"]
async fn work() {
    let Ok(url) = std::env::var(URL) else {
        return;
    };
    let store = Arc::new(PostgresStore::connect(&url).await.unwrap());
    if std::env::var_os(SUBMITS).is_some() {
        for submitter in 0..4 {
            tokio::spawn(submit_for_ever(Arc::clone(&store), submitter));
        }
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        workers.push(tokio::spawn(work_for_ever(Arc::clone(&store))));
    }
    for worker in workers {
        worker.await.unwrap();
    }
}

async fn submit_for_ever(store: Arc<PostgresStore>, submitter: usize) {
    for n in 0.. {
        let new = new_job(&format!("s{submitter}.{}.{n}", std::process::id()));
        // However often its workers are killed.
        let new = new.with_max_crashes(u32::MAX);
        let new = new.with_input(Bytes::from(vec![b'i'; n % 3000]));
        let id = again(|| store.submit(new.clone())).await.job().id;
        say("submitted", id);
    }
}

async fn work_for_ever(store: Arc<PostgresStore>) {
    loop {
        let request = claim_request(2)
            .with_lease(Duration::from_secs(2))
            .with_wait(Duration::from_secs(10));
        let claimed = again(|| store.claim(request.clone())).await;
        for job in claimed {
            match finish(&store, job).await {
                // The server may have been away for longer than the lease, and somebody else was quicker.
                Ok(()) | Err(StoreError::LeaseLost(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

async fn finish(store: &PostgresStore, claimed: ClaimedJob) -> Result<(), StoreError> {
    for phase in [Phase::Scraping, Phase::Analysis] {
        if claimed.checkpoints.get(phase).is_none() {
            let output = Bytes::from(vec![b'o'; fastrand::usize(..20_000)]);
            patiently(|| store.checkpoint(&claimed.lease, phase, output.clone())).await?;
        }
    }
    let id = claimed.job.id;
    let report = Outcome::Completed(Bytes::from(format!("\"report of {id}\"")));
    patiently(|| store.finish(&claimed.lease, report.clone())).await?;
    say("completed", id);
    Ok(())
}

/// Repeats a call until the store is available, and returns an error that is about the lease.
async fn patiently<T, F>(mut call: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    again(|| {
        let reply = call();
        async {
            match reply.await {
                Err(error) if error.is_retryable() => Err(error),
                other => Ok(other),
            }
        }
    })
    .await
}
