//! What a store has found instead of a job.

use super::StoreError;
use crate::job::JobId;

/// Why there is no job in what is kept of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is damaged, for this reason.
    Damaged(String),
    /// A newer build has written it.
    Newer,
}

impl Unreadable {
    /// The error of a call about the job.
    pub(super) fn of(self, id: JobId) -> StoreError {
        match self {
            Self::Damaged(reason) => StoreError::damaged(id, reason),
            Self::Newer => StoreError::Newer(id),
        }
    }
}

impl From<String> for Unreadable {
    fn from(reason: String) -> Self {
        Self::Damaged(reason)
    }
}
