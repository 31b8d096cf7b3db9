//! The store in a file, for the processes of one machine.

mod clock;
mod driver;
mod error;
mod file;
mod options;
mod readers;
#[cfg(test)]
mod tests;
mod verbs;
mod writer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use self::error::SqliteConnectError;
pub use self::options::SqliteOptions;
use self::readers::Readers;
use self::writer::Writer;
use super::StoreLimits;
use super::sql::{Settings, Waiters};

/// Stores jobs in a SQLite database: one file, for one process or several on the same machine. It keeps everything
/// the [contract](crate::JobStore) promises.
///
/// A call that has returned is on the disk: a crash of the process or of the machine loses nothing of it. One thread
/// writes, for up to 256 calls with each commit; reading does not wait for it. The clock is that of the machine.
///
/// Other programs may read the table `jobs` at any time: one row for each job, with `job_id`, `handle`, `platform`,
/// `scope`, `status`, `phase`, `progress`, `created_at`, `updated_at`, `completed_at`, `expires_at`, `error_kind` and
/// `error_message`. Times are RFC 3339 in UTC, `progress` is in percent. The other columns and tables are the store's
/// own; reports are in `reports`, under the `number` of their job. Nobody else may write.
///
/// The file must be on a local disk. Processes on several machines share a [`RedisStore`](crate::RedisStore) instead.
pub struct SqliteStore {
    path: PathBuf,
    limits: StoreLimits,
    writer: Writer,
    readers: Arc<Readers>,
    waiters: Arc<Waiters>,
}

impl SqliteStore {
    /// Opens a file with the default options; see [`SqliteOptions`].
    ///
    /// # Errors
    /// As [`SqliteOptions::connect`].
    pub async fn connect(path: impl Into<PathBuf>) -> Result<Self, SqliteConnectError> {
        SqliteOptions::new(path).connect().await
    }

    async fn open(options: SqliteOptions) -> Result<Self, SqliteConnectError> {
        let SqliteOptions {
            path,
            retention,
            failed_checkpoints,
            limits,
            max_pages,
        } = options;
        let unusable = |reason| SqliteConnectError::unusable(path.clone(), reason);
        let opened = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || file::open(&path, max_pages)).await
        };
        let database = opened.map_err(|_| unusable("the runtime has ended"))??;
        let settings = Settings {
            limits,
            retention,
            failed_checkpoints,
        };
        let waiters = Arc::new(Waiters::new());
        let writer = Writer::start(database, settings, Arc::clone(&waiters));
        let writer = writer.map_err(|_| unusable("the system has no thread left to write with"))?;
        Ok(Self {
            readers: Arc::new(Readers::new(path.clone())),
            path,
            limits,
            writer,
            waiters,
        })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
