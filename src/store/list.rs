//! Reading the jobs of a store page by page.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::account::{Platform, Target};
use crate::job::{Job, Scope, Status};

/// A request for a page of jobs, the newest first.
///
/// | option | default |
/// |---|---|
/// | [`limit`](Self::with_limit) | 50 jobs |
/// | [`after`](Self::with_after) | the beginning |
/// | [`status`](Self::with_status), [`platform`](Self::with_platform), [`scope`](Self::with_scope), [`target`](Self::with_target) | any |
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListRequest {
    /// The maximum number of jobs in the page.
    pub limit: usize,
    /// Where the page before this one stopped.
    pub after: Option<Cursor>,
    /// Only jobs with this status.
    pub status: Option<Status>,
    /// Only jobs of this platform.
    pub platform: Option<Platform>,
    /// Only jobs of this scope; [`Scope::NONE`] asks for those without one.
    pub scope: Option<Scope>,
    /// Only jobs for this target.
    pub target: Option<Target>,
}

impl ListRequest {
    /// The maximum number of jobs in a page.
    pub const MAX_LIMIT: usize = 1_000;
    /// How many records one call examines at most.
    pub const MAX_EXAMINED: usize = 1_000;

    /// Asks for the 50 newest jobs.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            limit: 50,
            after: None,
            status: None,
            platform: None,
            scope: None,
            target: None,
        }
    }

    /// Sets the maximum number of jobs in the page: from 1 to [`MAX_LIMIT`](Self::MAX_LIMIT).
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, Self::MAX_LIMIT);
        self
    }

    /// Continues where the page with this cursor stopped.
    #[must_use]
    pub fn with_after(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.after = cursor.into();
        self
    }

    /// Asks for jobs with this status only.
    #[must_use]
    pub const fn with_status(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }

    /// Asks for jobs of this platform only.
    #[must_use]
    pub fn with_platform(mut self, platform: Platform) -> Self {
        self.platform = Some(platform);
        self
    }

    /// Asks for jobs of this scope only, or for those without one.
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Asks for jobs for this target only.
    #[must_use]
    pub fn with_target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Whether a job belongs into the list.
    #[must_use]
    pub fn wants(&self, job: &Job) -> bool {
        self.status.is_none_or(|status| status == job.status)
            && self
                .platform
                .as_ref()
                .is_none_or(|platform| *platform == job.target.platform)
            && self.scope.as_ref().is_none_or(|scope| *scope == job.scope)
            && self
                .target
                .as_ref()
                .is_none_or(|target| *target == job.target)
    }
}

impl Default for ListRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// A page of jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobPage {
    /// The jobs, the newest first. There may be none although more follow.
    pub jobs: Vec<Job>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<Cursor>,
}

impl JobPage {
    /// A page, and where the next one begins.
    #[must_use]
    pub const fn new(jobs: Vec<Job>, next: Option<Cursor>) -> Self {
        Self { jobs, next }
    }
}

/// A position in the list of a store's jobs. Only the store that made it understands it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(Arc<str>);

/// A text is not a cursor: those have from 1 to 64 ASCII letters, digits and hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor; begin the list anew without one")]
pub struct InvalidCursor;

impl Cursor {
    /// Reads a cursor from its text.
    ///
    /// # Errors
    /// [`InvalidCursor`].
    pub fn new(text: &str) -> Result<Self, InvalidCursor> {
        let is_cursor = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        is_cursor.then(|| Self(text.into())).ok_or(InvalidCursor)
    }

    /// The cursor as text, for an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}
