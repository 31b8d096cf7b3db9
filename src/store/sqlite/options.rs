//! Which file a store is in, what it holds, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use super::{SqliteConnectError, SqliteStore};
use crate::store::StoreLimits;

/// Which file to keep jobs in, and how many for how long. All processes that share the file use the same.
///
/// | setting | default |
/// |---|---|
/// | retention of ended jobs | 24 h |
/// | checkpoints of failed jobs | kept for 1 h |
/// | limits | those of [`StoreLimits`] |
///
/// # Example
/// ```no_run
/// use std::time::Duration;
/// use report_pipeline::SqliteOptions;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let store = SqliteOptions::new("/var/lib/reports/jobs.db")
///     .with_retention(Duration::from_secs(60 * 60))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub(super) path: PathBuf,
    pub(super) retention: Duration,
    pub(super) failed_checkpoints: Duration,
    pub(super) limits: StoreLimits,
    /// The most pages that the file may have: a full disk for tests.
    pub(super) max_pages: Option<u32>,
}

impl SqliteOptions {
    /// Names the file, on a local disk. Two more files appear beside it, with `-wal` and `-shm` at the end of their names.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            retention: Duration::from_secs(24 * 60 * 60),
            failed_checkpoints: Duration::from_secs(60 * 60),
            limits: StoreLimits::default(),
            max_pages: None,
        }
    }

    /// Sets how long an ended job and its report are kept.
    #[must_use]
    pub const fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long the checkpoints of a failed job are kept for a job that
    /// [continues](crate::NewJob::continuing) it, within the retention. They are dropped sooner if room is
    /// needed.
    #[must_use]
    pub const fn with_failed_checkpoints(mut self, kept: Duration) -> Self {
        self.failed_checkpoints = kept;
        self
    }

    /// Sets how much the store holds. The disk must have room for it.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Opens the file, makes it if there is none, and brings its tables to the schema of this build.
    ///
    /// # Errors
    /// [`SqliteConnectError`], if the file cannot be used.
    ///
    /// # Panics
    /// Outside a tokio runtime with time enabled.
    pub async fn connect(self) -> Result<SqliteStore, SqliteConnectError> {
        SqliteStore::open(self).await
    }
}
