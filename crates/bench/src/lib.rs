//! The work that the benches measure the library with: as little as an account's report can be.
//!
//! Three phases that build a small struct, and a report of about 1 KiB of JSON. What is measured is then what is
//! around a job, and not the job.

use report_pipeline::{
    Analyzer, Assembler, Client, Handle, PhaseContext, PhaseError, Pipeline, Platform, Scraper,
    StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};
use serde::{Deserialize, Serialize};

/// What the first phase leaves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scraped {
    handle: String,
    platform: String,
    followers: u64,
    posts: [u32; 12],
}

/// What the second phase leaves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Analysis {
    mean: f64,
    best: u32,
}

/// The report: about 1 KiB of JSON.
#[derive(Debug, Serialize)]
pub struct Report {
    handle: String,
    platform: String,
    followers: u64,
    mean_likes: f64,
    best: u32,
    posts: Vec<u32>,
    text: String,
}

/// The first phase.
#[must_use]
pub fn scrape(handle: &str, platform: &str) -> Scraped {
    let fold = |seed: u64, b: u8| seed.wrapping_mul(31).wrapping_add(b.into());
    let seed = handle.bytes().fold(17, fold);
    let mut posts = [0; 12];
    for (n, likes) in posts.iter_mut().enumerate() {
        *likes = u32::try_from(seed >> n & 0x3ff).unwrap_or_default();
    }
    Scraped {
        handle: handle.to_owned(),
        platform: platform.to_owned(),
        followers: seed % 1_000_000,
        posts,
    }
}

/// The second phase.
#[must_use]
pub fn analyze(scraped: &Scraped) -> Analysis {
    let sum: u32 = scraped.posts.iter().sum();
    Analysis {
        mean: f64::from(sum) / 12.0,
        best: scraped.posts.into_iter().max().unwrap_or_default(),
    }
}

/// The last phase.
#[must_use]
pub fn assemble(scraped: &Scraped, analysis: &Analysis) -> Report {
    const FILLER: &str = "lorem ipsum dolor sit amet ";
    Report {
        handle: scraped.handle.clone(),
        platform: scraped.platform.clone(),
        followers: scraped.followers,
        mean_likes: analysis.mean,
        best: analysis.best,
        posts: scraped.posts.to_vec(),
        text: FILLER.repeat(32),
    }
}

/// The three phases as a pipeline of `concurrency` workers. `ending` is called at the end of the last phase,
/// just before the store is told.
pub fn pipeline(
    client: Client,
    concurrency: usize,
    ending: impl Fn() + Send + Sync + 'static,
) -> Pipeline<
    impl Scraper<Output = Scraped>,
    impl Analyzer<Input = Scraped, Output = Analysis>,
    impl Assembler<Scraped = Scraped, Analysis = Analysis, Report = Report>,
> {
    Pipeline::builder(
        client,
        scrape_fn(|target: Target, _: PhaseContext| async move {
            let scraped = scrape(target.handle.as_str(), target.platform.as_str());
            Ok::<_, PhaseError>(scraped)
        }),
        analyze_fn(|scraped: &Scraped, _: &PhaseContext| Ok::<_, PhaseError>(analyze(scraped))),
        assemble_fn(
            move |scraped: &Scraped, analysis: &Analysis, _: &PhaseContext| {
                let report = assemble(scraped, analysis);
                ending();
                Ok::<_, PhaseError>(report)
            },
        ),
    )
    .with_concurrency(concurrency)
    .build()
}

/// An account on Instagram.
///
/// # Panics
/// If it is no handle.
#[must_use]
pub fn target(handle: &str) -> Target {
    let handle = Handle::canonical(handle).expect("a handle");
    Target::new(Platform::INSTAGRAM, handle)
}

/// Room for what the benches hold.
#[must_use]
pub fn limits() -> StoreLimits {
    StoreLimits::default()
        .with_pending_jobs(4_000_000)
        .with_jobs(8_000_000)
        .with_stored_bytes(16 << 30)
}

/// The median.
///
/// # Panics
/// If there is no figure.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
