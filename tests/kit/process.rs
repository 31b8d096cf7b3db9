//! Another process that works on the same store: this program again, in which the test `worker::work` calls [`work`].

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{ClaimedJob, Outcome};
use report_pipeline::{JobId, JobStore, Phase, StoreError};

use super::calls::{claim_request, new_job};

/// Says to the other process where the store is.
const PLACE: &str = "WORKER_STORE";
const SUBMITS: &str = "WORKER_SUBMITS";

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
    pub(crate) fn start(place: impl AsRef<OsStr>, submits: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "worker::work",
                "--ignored",
                "--nocapture",
                "--quiet",
            ])
            .env(PLACE, place)
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

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
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

/// Where the store of the other process is; `None` in a process that nobody has started for this.
pub(crate) fn place() -> Option<std::ffi::OsString> {
    std::env::var_os(PLACE)
}

/// What the other process puts up with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    /// No call fails.
    None,
    /// The server may be killed under it: calls are repeated, and somebody else may have been quicker then.
    ServerMayGo,
}

/// The work of the other process, until it is killed.
pub(crate) async fn work<S: JobStore + 'static>(store: S, lease: Duration, patience: Patience) {
    let store = Arc::new(store);
    if std::env::var_os(SUBMITS).is_some() {
        for submitter in 0..4 {
            tokio::spawn(submit_for_ever(Arc::clone(&store), submitter, patience));
        }
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        workers.push(tokio::spawn(work_for_ever(
            Arc::clone(&store),
            lease,
            patience,
        )));
    }
    for worker in workers {
        worker.await.unwrap();
    }
}

async fn submit_for_ever(store: Arc<impl JobStore>, submitter: usize, patience: Patience) {
    for n in 0.. {
        let new = new_job(&format!("s{submitter}.{}.{n}", std::process::id()));
        // However often its workers are killed.
        let new = new.with_max_crashes(u32::MAX);
        let new = new.with_input(Bytes::from(vec![b'i'; n % 3000]));
        let reply = patience.call(|| store.submit(new.clone())).await;
        say("submitted", reply.unwrap().job().id);
    }
}

async fn work_for_ever(store: Arc<impl JobStore>, lease: Duration, patience: Patience) {
    loop {
        let request = claim_request(2)
            .with_lease(lease)
            .with_wait(Duration::from_secs(10));
        let claimed = patience.call(|| store.claim(request.clone())).await;
        for job in claimed.unwrap() {
            match finish(&*store, job, patience).await {
                // The server may have been away, or the machine busy, for longer than the lease, and somebody else
                // was quicker.
                Ok(()) | Err(StoreError::LeaseLost(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

async fn finish(
    store: &impl JobStore,
    claimed: ClaimedJob,
    patience: Patience,
) -> Result<(), StoreError> {
    for phase in [Phase::Scraping, Phase::Analysis] {
        if claimed.checkpoints.get(phase).is_none() {
            let output = Bytes::from(vec![b'o'; fastrand::usize(..20_000)]);
            let checkpoint = || store.checkpoint(&claimed.lease, phase, output.clone());
            patience.call(checkpoint).await?;
        }
    }
    let id = claimed.job.id;
    let report = Outcome::Completed(Bytes::from(format!("\"report of {id}\"")));
    patience
        .call(|| store.finish(&claimed.lease, report.clone()))
        .await?;
    say("completed", id);
    Ok(())
}

impl Patience {
    /// Calls the store, as often as this allows.
    async fn call<T, F>(self, mut call: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        match self {
            Self::None => call().await,
            Self::ServerMayGo => again(call).await,
        }
    }
}

/// Repeats a call until the store is available, as callers do.
pub(crate) async fn again<T, F>(mut call: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let began = Instant::now();
    loop {
        match call().await {
            Err(error) if error.is_retryable() => {
                assert!(began.elapsed() < Duration::from_secs(60), "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            result => return result,
        }
    }
}
