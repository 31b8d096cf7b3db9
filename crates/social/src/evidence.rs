//! What a report's claims rest on.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One entry of a report's evidence vault: a quotation from the snapshot, or a figure made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `post:ID`, `comment:ID` or `stat:NAME`, the same for the same snapshot.
    pub evidence_id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EvidenceKind,
    /// Where it can be looked up, if the snapshot knows an `http` or `https` address.
    pub source_url: Option<String>,
    /// The words themselves, at most 200 characters, without control and direction characters.
    pub excerpt: String,
    /// When it was written, if that is known.
    pub timestamp: Option<DateTime<Utc>>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A post of the account.
    Post,
    /// A comment under one of its posts.
    Comment,
    /// A figure computed from the snapshot.
    Statistic,
}
