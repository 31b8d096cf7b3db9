//! Accounts from files: of other tools, of the platforms' APIs, and records of our own.

mod accounts;
mod error;
mod index;
mod input;
mod read;
mod scan;
mod summary;
mod units;

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

pub use self::error::ArchiveError;
use self::index::Index;
pub use self::summary::{ArchiveSummary, FileSummary};
use crate::join::{Identity, Joiner};
use crate::snapshot::Snapshot;
use report_pipeline::{PhaseContext, PhaseError, Platforms, Scraper, Target};

/// A [`Scraper`] that reads accounts from an archive: a file, or a folder of files in any mixture
/// and with folders inside.
///
/// It keeps an index of where everything about an account stands, not the data: an archive may be
/// far larger than the memory. Clones share the index. Files that come, change or go are noticed
/// when the next account is scraped; only what changed is read again.
///
/// # Formats
/// A file's format is recognised by its content, never by its name. Files may be packed with gzip or
/// xz, and be UTF-8 or UTF-16.
///
/// | tool | what |
/// |---|---|
/// | yt-dlp | `.info.json` of videos, channels and playlists of `YouTube`, `TikTok` and Instagram |
/// | Instaloader | posts, profiles, comments; versions 3 and 4, `.json` and `.json.xz` |
/// | Apify | data sets as JSON, JSON Lines or CSV: Instagram details, posts, comments; `TikTok` videos, comments; `YouTube` videos, comments |
/// | `YouTube` Data API | saved answers: channels, playlist items, videos, comment threads, comments |
/// | Instagram Graph API | saved answers: business discovery, media, comments |
/// | `TikTok` API v2 | saved answers: users, videos, comments |
/// | tables | CSV with a column of handles and columns such as `followers` |
/// | records | JSON objects with `platform` and `handle`, see below |
///
/// What is none of these is named for what it is in the [`summary`](Self::summary).
///
/// # Joining
/// Everything about one account meets in its snapshot, by platform and handle or id; comments find
/// their post, and by it their account. The newest capture wins, field by field; unknown never
/// overwrites known. Where nothing says when something was captured it counts as oldest, and of two
/// such the one in the later file, or the later place in a file, wins. Counts of earlier captures
/// are kept as [`history`](Snapshot::history).
///
/// Letters of platform and handle may be of either case, as the platform's rules fold them. An
/// account can also be asked for by its id.
///
/// A value that cannot be read costs its field and nothing else. It counts as unknown and is named
/// in the snapshot's [`problems`](Snapshot::problems).
///
/// # Limits
/// A JSON object may have 128 MiB. A snapshot holds at most 20,000 comments and 8 MiB of them; of
/// more, those with the smallest hash of their id, so that the same comments give the same sample,
/// and [`Section::got`](super::Section::got) says how many there were. Files that unpack to more
/// than 64 MiB and 200 times their size are refused, and links are not followed.
///
/// # Records
/// Each is one JSON object, on a line of its own or not.
/// ```json
/// {"platform": "instagram", "handle": "some_account", "source": "where it is from",
///  "captured_at": "2024-05-01T12:00:00Z",
///  "profile": {"follower_count": 1200, "bio": null},
///  "posts": [{"id": "p1", "timestamp": "2024-04-30T08:00:00Z", "like_count": 80}],
///  "comments": [{"id": "c1", "post_id": "p1", "author_id": "a1", "text": "Lovely!"}],
///  "aggregates": {"mean_comments_per_post": 3.5}}
/// ```
/// Only `platform` and `handle` must be there. What is absent or `null` is unknown. The inner
/// objects have the fields of [`Profile`](super::Profile), [`Post`](super::Post),
/// [`Comment`](super::Comment) and [`Aggregates`](super::Aggregates); `scraped_at` stands in for
/// `captured_at`. Every other field is ignored: labels that tell what an account or a comment really
/// is never reach a snapshot.
///
/// # Example
/// ```no_run
/// use report_pipeline_social::ArchiveScraper;
///
/// let scraper = ArchiveScraper::open("downloads")?;
/// println!("{}", scraper.summary());
/// # Ok::<(), report_pipeline_social::ArchiveError>(())
/// ```
#[derive(Clone)]
pub struct ArchiveScraper {
    index: Arc<Mutex<Arc<Index>>>,
    /// Held while changed files are read, so that only one task does it.
    refreshing: Arc<Mutex<()>>,
}

impl ArchiveScraper {
    /// Opens a file or a folder; names are folded by the rules of the platforms that are built in.
    ///
    /// Goes through all of it once and **blocks** while it does: in an async program call it before
    /// the work starts or inside `spawn_blocking`. If it takes long, it tells the log every five
    /// seconds how far it is.
    ///
    /// # Errors
    /// [`ArchiveError`] if the path cannot be read, or if nothing in it says anything about an
    /// account. Single files in a folder that cannot be used are no error: the
    /// [`summary`](Self::summary) names them.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        Self::open_with(path, &Platforms::default())
    }

    /// Opens a file or a folder, with the platforms that the service knows.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, platforms: &Platforms) -> Result<Self, ArchiveError> {
        let index = Index::build(path.as_ref(), platforms, None)?;
        if index.summary.accounts == 0 {
            return Err(ArchiveError::Empty {
                path: path.as_ref().to_owned(),
                summary: Box::new(ArchiveSummary::clone(&index.summary)),
            });
        }
        Ok(Self {
            index: Arc::new(Mutex::new(Arc::new(index))),
            refreshing: Arc::default(),
        })
    }

    /// What opening found, or the last reading of changed files.
    #[must_use]
    pub fn summary(&self) -> Arc<ArchiveSummary> {
        Arc::clone(&self.current().summary)
    }

    /// The accounts of the archive, in no particular order: each by its handle, or by its id if no
    /// file says the handle.
    #[must_use]
    pub fn targets(&self) -> Vec<Target> {
        self.current().targets()
    }

    fn current(&self) -> Arc<Index> {
        Arc::clone(&lock(&self.index))
    }

    /// The index of the files as they are now.
    fn refreshed(&self) -> Result<Arc<Index>, PhaseError> {
        let failed = |message: &'static str| PhaseError::transient(message);
        let is_current = |index: &Index| {
            index.is_current().map_err(|error| {
                failed("the archive cannot be read at the moment").with_source(error)
            })
        };
        if is_current(&self.current())? {
            return Ok(self.current());
        }
        let _one_at_a_time = lock(&self.refreshing);
        let index = self.current();
        if is_current(&index)? {
            return Ok(index);
        }
        let index = Index::build(&index.root, &index.platforms, Some(&index)).map_err(|error| {
            failed("the archive was changed and cannot be read at the moment").with_source(error)
        })?;
        let index = Arc::new(index);
        tracing::info!(
            accounts = index.summary.accounts,
            files = index.summary.files.len(),
            "the archive was changed and was read again",
        );
        *lock(&self.index) = Arc::clone(&index);
        Ok(index)
    }
}

/// Nothing that is locked is left half done, so a panic elsewhere does no harm.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Scraper for ArchiveScraper {
    type Output = Snapshot;

    /// Reads everything about the account.
    ///
    /// # Errors
    /// Account unavailable if the archive has no such account. Transient if it cannot be read, or if it is
    /// being changed.
    ///
    /// # Cancel safety
    /// May be dropped at any `await`; a read that has begun ends by itself.
    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        let targets = [target.clone()];
        let (joiner, found) = self.add_to(Joiner::new(), &targets, ctx, 0.1..0.9).await?;
        let identity = found.ok_or_else(|| {
            PhaseError::account_unavailable(format!(
                "the archive has no account {target}: check the handle and the platform"
            ))
        })?;
        let platforms = self.current().platforms.clone();
        let snapshot = joiner.finish(target.clone(), identity, platforms).await?;
        ctx.progress(0.95);
        Ok(snapshot)
    }
}

impl ArchiveScraper {
    /// Adds what the archive has of an account to what is known of it from elsewhere; returns all of
    /// that, and the account's names if the archive has it. The first of `targets` that the archive
    /// has counts. `share` is the part of the phase that this is.
    pub(crate) async fn add_to(
        &self,
        mut joiner: Joiner,
        targets: &[Target],
        ctx: &PhaseContext,
        share: Range<f64>,
    ) -> Result<(Joiner, Option<Identity>), PhaseError> {
        let scraper = self.clone();
        let targets = targets.to_vec();
        let ctx = ctx.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let index = scraper.refreshed()?;
            let mut found = targets.iter();
            let Some(account) = found.find_map(|target| index.locate(target)) else {
                return Ok((joiner, None));
            };
            read::account(&index, account, &ctx, share, &mut joiner)?;
            Ok((joiner, Some(index.identity(account))))
        });
        reading.await.map_err(|error| {
            PhaseError::transient("reading the archive was interrupted").with_source(error)
        })?
    }
}

impl fmt::Debug for ArchiveScraper {
    // The counts only: the index is as long as the archive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.summary();
        f.debug_struct("ArchiveScraper")
            .field("files", &summary.files.len())
            .field("accounts", &summary.accounts)
            .finish_non_exhaustive()
    }
}
