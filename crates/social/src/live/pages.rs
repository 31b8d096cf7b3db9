//! Answers that were read.

use chrono::{DateTime, Utc};

/// An answer that was read: its text, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) read_at: DateTime<Utc>,
    pub(super) body: String,
}
