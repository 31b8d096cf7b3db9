//! Whom a report is about: a platform and a handle on it.

mod address;
mod builtin;
mod handle;
mod platform;
mod platforms;
mod rules;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::handle::Handle;
pub use self::platform::Platform;
pub use self::platforms::Platforms;
pub use self::rules::{NameCase, PlatformRules};

/// The account a report is about. It is what jobs are deduplicated by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    /// The platform the account is on.
    pub platform: Platform,
    /// The account's canonical name there.
    pub handle: Handle,
}

impl Target {
    /// Puts a platform and a canonical handle together.
    #[must_use]
    pub const fn new(platform: Platform, handle: Handle) -> Self {
        Self { platform, handle }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/@{}", self.platform, self.handle)
    }
}

/// A handle or a platform that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {field} {reason}")]
pub struct InvalidTarget {
    field: &'static str,
    reason: String,
}

impl InvalidTarget {
    /// The handle cannot be used; `reason` completes the sentence "the handle ...".
    #[must_use]
    pub fn handle(reason: impl Into<String>) -> Self {
        Self {
            field: "handle",
            reason: reason.into(),
        }
    }

    /// The platform cannot be used; `reason` completes the sentence "the platform ...".
    #[must_use]
    pub fn platform(reason: impl Into<String>) -> Self {
        Self {
            field: "platform",
            reason: reason.into(),
        }
    }

    /// Which input is at fault: `handle` or `platform`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it, as the end of a sentence.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
