//! What to do with an account, and why.

use serde::{Deserialize, Serialize};

/// The first thing a report says: sponsor, look closer or avoid, the facts that decide, and what to
/// ask the creator for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decision {
    /// What to do.
    pub advice: Advice,
    /// Why, in one sentence.
    pub summary: String,
    /// The facts that decide, the weightiest first, at most four.
    pub facts: Vec<Fact>,
    /// What to ask the creator for: what public data cannot tell.
    pub ask: Vec<String>,
}

/// What to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// All four pillars are good, nothing is flagged, and there is enough data.
    Sponsor,
    /// Something is weak, flagged or unknown: a person should look before money flows.
    LookCloser,
    /// A pillar is so weak that the account should not be paid as it stands.
    Avoid,
}

/// A fact that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fact {
    /// The pillar it belongs to: `true_engagement` and so on.
    pub pillar: String,
    /// The fact.
    pub text: String,
    /// Entries of the report's vault.
    pub evidence_links: Vec<String>,
}
