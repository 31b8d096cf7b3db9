//! A pipeline with scripted phases on a faulty memory store.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::mock::{self, Mock, MockHandle};
use report_pipeline::testing::{Faults, FaultyStore};
use report_pipeline::{
    Client, Handle, Job, JobId, JobStore, MemoryStore, Phase, Pipeline, PipelineBuilder, Platform,
    ReportState, Target,
};

pub(crate) type Scripted = Arc<Mock<String>>;

/// Three scripted phases and a store; any number of pipelines can be built on them.
pub(crate) struct Fixture {
    pub(crate) scraper: MockHandle<String>,
    pub(crate) analyzer: MockHandle<String>,
    pub(crate) assembler: MockHandle<String>,
    pub(crate) faults: Faults,
    /// The store itself, without faults.
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) client: Client,
    phases: [Scripted; 3],
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::on(MemoryStore::new())
    }

    pub(crate) fn on(store: MemoryStore) -> Self {
        let (scrape, scraper) = mock::phase("scraped".to_owned());
        let (analyze, analyzer) = mock::phase("analysed".to_owned());
        let (assemble, assembler) = mock::phase("report".to_owned());
        let store = Arc::new(store);
        let (front, faults) = FaultyStore::new(Arc::clone(&store));
        Self {
            scraper,
            analyzer,
            assembler,
            faults,
            store,
            client: Client::new(front),
            phases: [scrape, analyze, assemble].map(Arc::new),
        }
    }

    pub(crate) fn builder(&self) -> PipelineBuilder<Scripted, Scripted, Scripted> {
        self.builder_on(self.client.clone())
    }

    /// The same phases by way of another client of the same store.
    pub(crate) fn builder_on(
        &self,
        client: Client,
    ) -> PipelineBuilder<Scripted, Scripted, Scripted> {
        let [scrape, analyze, assemble] = self.phases.clone();
        Pipeline::builder(client, scrape, analyze, assemble)
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

    pub(crate) async fn submit(&self, name: &str) -> JobId {
        self.client
            .submit(target(name))
            .await
            .expect("the store accepts it")
            .job()
            .id
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        self.store
            .get(id)
            .await
            .expect("a store in memory always replies")
            .expect("the job is there")
    }

    /// Waits until the job has ended.
    pub(crate) async fn ended(&self, id: JobId) -> Job {
        let last = Client::new(Arc::clone(&self.store))
            .watch(id)
            .map(Result::unwrap);
        let last = last.fold(None, async |_, job| Some(job)).await;
        last.expect("a watched job has a state")
    }

    /// Waits until the job looks like that.
    pub(crate) async fn until(&self, id: JobId, is_so: impl Fn(&Job) -> bool) -> Job {
        let mut changes = std::pin::pin!(
            Client::new(Arc::clone(&self.store))
                .watch(id)
                .map(Result::unwrap)
        );
        while let Some(job) = changes.next().await {
            if is_so(&job) {
                return job;
            }
        }
        panic!("the job ended without ever being so");
    }

    pub(crate) async fn report(&self, id: JobId) -> Option<String> {
        match self.client.report(id).await.expect("the store replies") {
            ReportState::Ready(report) => serde_json::from_slice(&report).ok(),
            _ => None,
        }
    }
}

pub(crate) fn target(name: &str) -> Target {
    on_platform(Platform::INSTAGRAM, name)
}

pub(crate) fn on_platform(platform: Platform, name: &str) -> Target {
    Target::new(platform, Handle::canonical(name).expect("a plain name"))
}

pub(crate) const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
