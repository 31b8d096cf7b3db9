//! Accounts from stored data.

mod error;
mod fields;
mod index;
mod lines;
mod record;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::error::{ArchiveError, BrokenLine};
pub use self::index::ArchiveSummary;
use self::index::{Index, Location};
use super::snapshot::Snapshot;
use report_pipeline::Target;
use report_pipeline::{PhaseContext, PhaseError, Scraper};

/// A [`Scraper`] that reads accounts from an archive: files of JSON Lines, one record per line.
///
/// It keeps an index of where each account's record stands, not the records: an archive may be
/// far larger than the memory. Clones share the index.
///
/// # Records
/// Each is one line; this one is broken up for reading.
/// ```json
/// {"platform": "instagram", "handle": "some_account", "source": "where it is from",
///  "captured_at": "2024-05-01T12:00:00Z",
///  "profile": {"follower_count": 1200, "bio": null},
///  "posts": [{"id": "p1", "timestamp": "2024-04-30T08:00:00Z", "like_count": 80}],
///  "comments": [{"id": "c1", "post_id": "p1", "author_id": "a1", "text": "Lovely!"}],
///  "aggregates": {"mean_comments_per_post": 3.5}}
/// ```
/// Only `platform` and `handle`, a post's `id`, and a comment's `id` and `text` must be there.
/// What is absent or `null` is unknown. The inner objects have the fields of
/// [`Profile`](super::Profile), [`Post`](super::Post), [`Comment`](super::Comment) and
/// [`Aggregates`](super::Aggregates); `scraped_at` stands in for `captured_at`. Every other field is
/// ignored: labels that tell what an account or a comment really is never reach a snapshot.
///
/// Letters of platform and handle may be of either case. Counts are whole numbers from 0 to 10^15,
/// times are as in RFC 3339, text is UTF-8. A byte-order mark, blank lines and both kinds of line
/// end are fine. Of two records of one account the later one counts (later file, later line); of
/// two posts or comments with the same id in one record, the first. Posts are put newest first.
///
/// # Example
/// ```no_run
/// use report_pipeline_social::ArchiveScraper;
///
/// let scraper = ArchiveScraper::open("archive.jsonl")?;
/// for line in &scraper.summary().first_broken {
///     eprintln!("passed over: {line}");
/// }
/// # Ok::<(), report_pipeline_social::ArchiveError>(())
/// ```
#[derive(Clone)]
pub struct ArchiveScraper {
    index: Arc<Index>,
}

impl ArchiveScraper {
    /// The greatest length of a line in bytes, 16 MiB. A longer one counts as broken and is passed
    /// over and never held as a whole.
    pub const MAX_LINE: usize = 16 << 20;

    /// Opens a file, or the files directly inside a folder whose names end with `.jsonl`, in the
    /// order of their names.
    ///
    /// Goes through all of it once and **blocks** while it does: in an async program call it before
    /// the work starts or inside `spawn_blocking`. Broken lines are passed over, counted in the
    /// [`summary`](Self::summary) and told in one warning to the log.
    ///
    /// # Errors
    /// [`ArchiveError`] if something cannot be read or holds no account at all.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = path.as_ref();
        let index = Arc::new(Index::build(path)?);
        let summary = index.summary();
        if summary.broken > 0 || summary.replaced > 0 {
            tracing::warn!(
                archive = %path.display(),
                accounts = summary.accounts,
                broken = summary.broken,
                first_broken = summary.first_broken.first().map(tracing::field::display),
                replaced = summary.replaced,
                "some records of the archive are not used",
            );
        }
        Ok(Self { index })
    }

    /// What opening found.
    #[must_use]
    pub fn summary(&self) -> &ArchiveSummary {
        self.index.summary()
    }

    /// The accounts of the archive, in no particular order.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.index.targets()
    }
}

#[async_trait]
impl Scraper for ArchiveScraper {
    type Output = Snapshot;

    /// Reads the account's record.
    ///
    /// # Errors
    /// Permanent if the archive has no such account, if the record is broken, or if the file was
    /// changed since the archive was opened. Transient if the file cannot be read.
    ///
    /// # Cancel safety
    /// May be dropped at any `await`; a read that has begun ends by itself.
    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        let location = self.index.locate(target).ok_or_else(|| {
            PhaseError::permanent(format!(
                "the archive has no account {target}: check the handle and the platform"
            ))
        })?;
        ctx.progress(0.3);
        let index = Arc::clone(&self.index);
        let target = target.clone();
        let snapshot = tokio::task::spawn_blocking(move || read(&index, location, &target))
            .await
            .map_err(|error| {
                PhaseError::transient("reading the archive was interrupted").with_source(error)
            })??;
        ctx.progress(0.9);
        Ok(snapshot)
    }
}

fn read(index: &Index, location: Location, target: &Target) -> Result<Snapshot, PhaseError> {
    let bytes = index.read(location).map_err(|error| {
        PhaseError::transient("the archive cannot be read at the moment").with_source(error)
    })?;
    // The bytes were this account's record when the archive was opened. If they are not any more,
    // the file is another one, and so are all places in it.
    let line = str::from_utf8(&bytes)
        .ok()
        .filter(|_| record::target(&bytes).is_ok_and(|found| found == *target))
        .ok_or_else(|| {
            PhaseError::permanent(format!(
                "the archive was changed while in use and {target} cannot be found in it: \
                 restart the service to open it anew"
            ))
            .with_source(index.place(location))
        })?;
    record::decode(line, target.clone()).map_err(|error| {
        PhaseError::permanent(format!(
            "the archive's record of {target} is broken: {error}"
        ))
        .with_source(index.place(location))
    })
}

impl fmt::Debug for ArchiveScraper {
    // The counts only: the index is as long as the archive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveScraper")
            .field("files", &self.summary().files)
            .field("accounts", &self.summary().accounts)
            .finish_non_exhaustive()
    }
}
