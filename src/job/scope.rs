//! What keeps the jobs of one target apart.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What keeps the jobs of one target apart, such as a tenant, or the options of a report.
///
/// Jobs of one target join each other only within one scope. The default is no scope, written as an empty
/// text: it is shared by all jobs that name none. A scope is no access control: whoever knows a job's id
/// can read and cancel the job.
///
/// # Example
/// ```
/// use report_pipeline::Scope;
///
/// let scope = Scope::new("tenant-7")?;
/// assert_eq!(scope.as_str(), "tenant-7");
/// assert!(Scope::default().is_none());
/// # Ok::<(), report_pipeline::InvalidScope>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Option<Arc<str>>);

impl Scope {
    /// The maximum number of bytes of a scope.
    pub const MAX_BYTES: usize = 100;
    /// No scope.
    pub const NONE: Self = Self(None);

    /// Names a scope. Every difference in spelling counts; an empty name is no scope.
    ///
    /// # Errors
    /// [`InvalidScope`] if the name has more than [`MAX_BYTES`](Self::MAX_BYTES) bytes or a control
    /// character.
    pub fn new(name: &str) -> Result<Self, InvalidScope> {
        if name.len() > Self::MAX_BYTES || name.contains(char::is_control) {
            return Err(InvalidScope);
        }
        Ok(Self((!name.is_empty()).then(|| name.into())))
    }

    /// The scope as text; empty if there is none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether this is no scope.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl TryFrom<String> for Scope {
    type Error = InvalidScope;

    fn try_from(name: String) -> Result<Self, InvalidScope> {
        Self::new(&name)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.as_str().to_owned()
    }
}

/// The text cannot name a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a scope: use at most 100 bytes without control characters")]
pub struct InvalidScope;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_no_scope() {
        assert_eq!(Scope::new(""), Ok(Scope::NONE));
        assert_eq!(Scope::default(), Scope::NONE);
        assert_eq!(Scope::NONE.as_str(), "");
        assert!(!Scope::new("a").unwrap().is_none());
    }

    #[test]
    fn any_text_but_control_characters_passes_up_to_100_bytes() {
        for name in ["tenant 7", "a:b{c}%", "日本", &"x".repeat(100)] {
            assert_eq!(Scope::new(name).unwrap().as_str(), name);
        }
        for name in ["a\nb", "\0", "\u{85}", &"x".repeat(101), &"日".repeat(34)] {
            assert_eq!(Scope::new(name), Err(InvalidScope), "{name:?}");
        }
    }
}
