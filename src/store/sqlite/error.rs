//! What SQLite's errors mean, and what to do about them.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::store::StoreError;
use crate::store::sql::{Failure, SCHEMA, schema_message};

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteConnectError {
    /// The file cannot be opened or made.
    #[error("the database {} cannot be opened: {reason}", .path.display())]
    #[non_exhaustive]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: &'static str,
        /// The error of SQLite.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// The file is no database, or a damaged one.
    #[error(
        "{} is not a SQLite database, or it is damaged: check the path; if it is the right file, restore \
         it from a backup, or recover what can be read with `sqlite3 FILE .recover`",
        .path.display()
    )]
    #[non_exhaustive]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The error of SQLite, or what its check has found.
        source: Box<dyn Error + Send + Sync>,
    },

    /// The file is a database of another program.
    #[error(
        "{} is a database of another program: give the jobs a file of their own",
        .path.display()
    )]
    #[non_exhaustive]
    OfAnother {
        /// The file.
        path: PathBuf,
    },

    /// A newer version of this library keeps its jobs in the file, in a way that this one cannot read. The
    /// section on upgrades of the guide to operations has the order of steps.
    #[error("{}", schema_message(*found, *needed))]
    #[non_exhaustive]
    Schema {
        /// The schema of the newest build that has opened the file.
        found: u32,
        /// The oldest schema whose builds can read what is kept.
        needed: u32,
        /// The schema of this build.
        supported: u32,
    },
}

impl SqliteConnectError {
    pub(super) const fn schema(found: u32, needed: u32) -> Self {
        Self::Schema {
            found,
            needed,
            supported: SCHEMA,
        }
    }

    pub(super) const fn unusable(path: PathBuf, reason: &'static str) -> Self {
        Self::Unusable {
            path,
            reason,
            source: None,
        }
    }

    pub(super) fn because(path: PathBuf, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path,
                source: error.into(),
            },
            _ => Self::Unusable {
                path,
                reason: advice(&error),
                source: Some(error.into()),
            },
        }
    }
}

/// The error of a call that SQLite failed.
pub(super) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::unavailable_because(advice(&error), error)
}

/// Makes the errors of all calls of a transaction that failed.
pub(super) fn shared(failure: Failure<rusqlite::Error>) -> impl Fn() -> StoreError {
    let (reason, source) = match failure {
        Failure::Database(error) => (advice(&error).to_owned(), Some(Arc::new(error))),
        Failure::Refused(StoreError::Unavailable { reason, .. }) => (reason, None),
        Failure::Refused(error) => (error.to_string(), None),
    };
    move || match &source {
        Some(source) => StoreError::unavailable_because(reason.clone(), Arc::clone(source)),
        None => StoreError::unavailable(reason.clone()),
    }
}

/// The error of a reading that has no result.
pub(super) fn refused(failure: Failure<rusqlite::Error>) -> StoreError {
    match failure {
        Failure::Refused(error) => error,
        Failure::Database(error) => unavailable(error),
    }
}

/// The error of a call to a thread that is no more.
pub(super) fn ended() -> StoreError {
    StoreError::unavailable(
        "the thread that writes to the database has ended; open the store again",
    )
}

/// What happened, and what to do. The source has SQLite's own words.
fn advice(error: &rusqlite::Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            "the disk of the database is full; nothing that was accepted is lost: free some space, or lower \
             the retention, and try again"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process has kept the database locked for too long: look for one that hangs or holds a \
             transaction open, and try again"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "the database cannot be written: give this process the right to write to the file and its folder"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "the database is damaged: stop the processes that use it and restore it from a backup, or recover \
             what can be read with `sqlite3 FILE .recover`"
        }
        Some(ErrorCode::CannotOpen) => {
            "the file cannot be opened: check that its folder exists and that this process may write there"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk of the database reported an error: check the disk; nothing that was accepted is lost if it \
             can be read again"
        }
        Some(ErrorCode::OutOfMemory) => "SQLite found no memory; try again",
        _ => "SQLite refused the call; the cause is in the source of this error",
    }
}
