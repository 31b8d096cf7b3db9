//! Live first, and an archive where live cannot.

use async_trait::async_trait;
use report_pipeline::{Handle, PhaseContext, PhaseError, PhaseErrorKind, Scraper, Target};

use super::LiveScraper;
use crate::archive::ArchiveScraper;
use crate::snapshot::{Origin, Snapshot};

/// A [`Scraper`] that reads accounts live, and joins what an archive has of them.
///
/// | live | the archive has the account | it has not |
/// |---|---|---|
/// | reads it | joined: the newest wins field by field, comments that live cannot read come from the archive, earlier counts become [`history`](Snapshot::history) | the live snapshot |
/// | cannot: unavailable, quota used up, refused | a snapshot from the archive, which says why | the error of live |
/// | has no access to the platform | a snapshot from the archive | the error of live |
/// | fails in a way that may pass, or is rate limited | the error of live, to be tried again | the same |
///
/// A quota that is used up pauses the platform only when an account is asked for that the archive has
/// not.
///
/// # Example
/// ```no_run
/// use report_pipeline_social::{ArchiveScraper, LiveScraper, LiveThenArchive, YouTubeApi};
///
/// let live = LiveScraper::builder().with_youtube(YouTubeApi::new("key")).build()?;
/// let scraper = LiveThenArchive::new(live, ArchiveScraper::open("downloads")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LiveThenArchive {
    live: LiveScraper,
    archive: ArchiveScraper,
}

impl LiveThenArchive {
    /// Takes both.
    #[must_use]
    pub const fn new(live: LiveScraper, archive: ArchiveScraper) -> Self {
        Self { live, archive }
    }
}

#[async_trait]
impl Scraper for LiveThenArchive {
    type Output = Snapshot;

    /// Reads the account.
    ///
    /// # Errors
    /// As the table says.
    ///
    /// # Cancel safety
    /// May be dropped at any `await`.
    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        // Options that cannot be read are no reason to read something else.
        self.live.options(ctx)?;
        let mut reading = match self.live.read(target, ctx).await {
            Ok(reading) => reading,
            Err(error) => return self.stored(target, ctx, error).await,
        };
        // A file may know the account by its id alone.
        let ids = reading.identity.ids.iter();
        let ids = ids.filter_map(|id| Handle::canonical(id).ok());
        let by_id = ids.map(|id| Target::new(target.platform.clone(), id));
        let targets: Vec<Target> = std::iter::once(target.clone()).chain(by_id).collect();
        let had_comments = reading.joiner.has_comments();
        let added = self
            .archive
            .add_to(
                std::mem::take(&mut reading.joiner),
                &targets,
                ctx,
                0.95..1.0,
            )
            .await;
        let (joiner, found) = added?;
        reading.joiner = joiner;
        if let Some(identity) = found {
            reading.identity.handles.extend(identity.handles);
            reading.identity.ids.extend(identity.ids);
            if !had_comments && reading.joiner.has_comments() {
                reading.asked.comments_limit = None;
                reading.problems.push(
                    "The comments are stored ones: they are as old as the files they come from."
                        .to_owned(),
                );
            }
        }
        reading.finish(target.clone()).await
    }
}

impl LiveThenArchive {
    /// What the archive has of an account that cannot be read live, or else the error.
    async fn stored(
        &self,
        target: &Target,
        ctx: &PhaseContext,
        error: PhaseError,
    ) -> Result<Snapshot, PhaseError> {
        if matches!(
            error.kind(),
            PhaseErrorKind::Transient | PhaseErrorKind::RateLimited
        ) {
            return Err(error);
        }
        match self.archive.scrape(target, ctx).await {
            Ok(mut snapshot) => {
                debug_assert!(matches!(snapshot.origin, Origin::Archive { .. }));
                // Where nothing was asked there is nothing to tell: the report says that it is made
                // from stored data.
                let missing = self.live.missing();
                if missing
                    .iter()
                    .all(|(platform, _)| *platform != target.platform)
                {
                    let problem = format!("The account was not read live: {error}.");
                    snapshot.problems.insert(0, problem);
                }
                Ok(snapshot)
            }
            Err(stored) if stored.is_retryable() => Err(stored),
            Err(_) => Err(error),
        }
    }
}
