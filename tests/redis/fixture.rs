//! What the tests share: stores, scripted phases, and ways to wait.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::mock::{self, Mock, MockHandle, Step};
use report_pipeline::{
    Client, Handle, Job, JobId, NewJob, Phase, Pipeline, PipelineBuilder, Platform,
    RedisConnectError, RedisOptions, RedisStore, ReportState, StoreError, Target,
};
use report_pipeline_test_support::redis::RedisServer;

/// How soon a vanished worker is noticed.
pub(crate) const LEASE: Duration = Duration::from_secs(1);
/// How long an impatient store waits for an answer of Redis.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(400);
/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn connect(address: SocketAddr) -> RedisStore {
    connect_with_prefix(address, "").await
}

pub(crate) async fn connect_with_prefix(address: SocketAddr, prefix: &str) -> RedisStore {
    connected(options(address).with_prefix(prefix)).await
}

/// A store that gives a call up after [`TIMEOUT`].
pub(crate) async fn connect_impatiently(address: SocketAddr, prefix: &str) -> RedisStore {
    connected(options(address).with_prefix(prefix).with_timeout(TIMEOUT)).await
}

pub(crate) fn options(address: SocketAddr) -> RedisOptions {
    RedisOptions::new(&format!("redis://{address}/0")).expect("the address is one")
}

/// How often a command has run, sent by clients or called by scripts, since the last look at any.
pub(crate) fn calls(server: &RedisServer, command: &str) -> u64 {
    let told = server.run(&["INFO", "commandstats"]);
    server.run(&["CONFIG", "RESETSTAT"]);
    told.lines()
        .find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")))
        .map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
}

/// A busy machine may need a second try.
pub(crate) async fn connected(options: RedisOptions) -> RedisStore {
    let connected = async {
        loop {
            match options.clone().connect().await {
                Ok(store) => return store,
                Err(RedisConnectError::Unreachable { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    };
    patiently("a connection", connected).await
}

pub(crate) fn target(name: &str) -> Target {
    let handle = Handle::canonical(name).expect("a plain name");
    Target::new(Platform::INSTAGRAM, handle)
}

pub(crate) fn new_job(name: &str) -> NewJob {
    NewJob::new(JobId::random(), target(name))
}

/// An error with all that has caused it, as a log shows it.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        told = format!("{told}: {error}");
        source = error.source();
    }
    told
}

/// Fails instead of waiting for ever.
pub(crate) async fn patiently<T>(what: &str, wait: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(PATIENCE, wait).await;
    answer.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// Makes a call again until the store is there to answer it, as callers are told to.
pub(crate) async fn again<T>(mut call: impl AsyncFnMut() -> Result<T, StoreError>) -> T {
    let answer = async {
        loop {
            match call().await {
                Ok(answer) => return answer,
                Err(error) if error.is_retryable() => {}
                Err(error) => panic!("{error}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    patiently("an answer of the store", answer).await
}

/// Submits, and does not give up.
pub(crate) async fn submit(client: &Client, name: &str) -> JobId {
    let job = new_job(name);
    let submitted = again(async || client.submit_job(job.clone()).await).await;
    assert_eq!(submitted.job().id, job.id);
    job.id
}

/// Waits until the job has ended.
pub(crate) async fn ended(client: &Client, id: JobId) -> Job {
    until(client, id, |job| job.status.is_terminal()).await
}

/// Waits until the job looks like that.
pub(crate) async fn until(client: &Client, id: JobId, is_so: impl Fn(&Job) -> bool) -> Job {
    let mut changes = std::pin::pin!(client.watch(id));
    let job = async {
        while let Some(job) = changes.next().await {
            let job = job.expect("the job is there");
            if is_so(&job) {
                return job;
            }
        }
        panic!("the job ended without ever being so");
    };
    patiently("a change of the job", job).await
}

pub(crate) async fn report(client: &Client, id: JobId) -> Option<String> {
    match again(async || client.report(id).await).await {
        ReportState::Ready(report) => serde_json::from_slice(&report).ok(),
        _ => None,
    }
}

pub(crate) type Scripted = Arc<Mock<String>>;

/// Three scripted phases; any number of pipelines can be built on them.
pub(crate) struct Phases {
    pub(crate) scraper: MockHandle<String>,
    pub(crate) analyzer: MockHandle<String>,
    pub(crate) assembler: MockHandle<String>,
    mocks: [Scripted; 3],
}

impl Phases {
    /// Phases that leave a report by `author`.
    pub(crate) fn by(author: &str) -> Self {
        let (scrape, scraper) = mock::phase("scraped".to_owned());
        let (analyze, analyzer) = mock::phase("analysed".to_owned());
        let (assemble, assembler) = mock::phase(author.to_owned());
        Self {
            scraper,
            analyzer,
            assembler,
            mocks: [scrape, analyze, assemble].map(Arc::new),
        }
    }

    /// Lets every phase take this long.
    pub(crate) fn taking(self, time: Duration) -> Self {
        self.scraper
            .always(Step::succeed("scraped".into()).taking(time));
        self.analyzer
            .always(Step::succeed("analysed".into()).taking(time));
        self.assembler
            .always(Step::succeed("report".into()).taking(time));
        self
    }

    /// A pipeline with short leases.
    pub(crate) fn builder(&self, client: &Client) -> PipelineBuilder<Scripted, Scripted, Scripted> {
        let [scrape, analyze, assemble] = self.mocks.clone();
        Pipeline::builder(client.clone(), scrape, analyze, assemble).with_lease(LEASE)
    }

    pub(crate) fn remote(&self, phase: Phase) -> &MockHandle<String> {
        match phase {
            Phase::Scraping => &self.scraper,
            Phase::Analysis => &self.analyzer,
            _ => &self.assembler,
        }
    }

    /// How often each phase has run.
    pub(crate) fn calls(&self) -> [usize; 3] {
        [Phase::Scraping, Phase::Analysis, Phase::Finalizing]
            .map(|phase| self.remote(phase).calls())
    }
}
