//! The name of a platform.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::InvalidTarget;

/// The name of a platform, such as `instagram`.
///
/// Three are built in; a name of your own is made with [`Platform::new`], and its rules are added
/// to [`Platforms`](super::Platforms). The default is Instagram.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Platform(Name);

// Built-in names cost no allocation, no reference count and no more room than a pointer.
#[derive(Clone)]
enum Name {
    Instagram,
    Tiktok,
    Youtube,
    Own(Arc<str>),
}

impl Platform {
    /// Instagram.
    pub const INSTAGRAM: Self = Self(Name::Instagram);
    /// `TikTok`.
    pub const TIKTOK: Self = Self(Name::Tiktok);
    /// `YouTube`.
    pub const YOUTUBE: Self = Self(Name::Youtube);

    /// Names a platform: 1 to 32 lower-case ASCII letters, digits, `-` or `_`.
    ///
    /// # Errors
    /// [`InvalidTarget`] if the name has another form.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::Platform;
    ///
    /// let mastodon = Platform::new("mastodon")?;
    /// assert_eq!(mastodon.as_str(), "mastodon");
    /// assert_eq!(Platform::new("tiktok")?, Platform::TIKTOK);
    /// # Ok::<(), report_pipeline::InvalidTarget>(())
    /// ```
    pub fn new(name: &str) -> Result<Self, InvalidTarget> {
        let built_in = [Self::INSTAGRAM, Self::TIKTOK, Self::YOUTUBE];
        if let Some(known) = built_in
            .into_iter()
            .find(|platform| platform.as_str() == name)
        {
            return Ok(known);
        }
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        if name.is_empty() || name.len() > 32 || !name.bytes().all(allowed) {
            return Err(InvalidTarget::platform(
                "must be 1 to 32 lower-case letters, digits, '-' or '_'",
            ));
        }
        Ok(Self(Name::Own(name.into())))
    }

    /// The platform's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Instagram => "instagram",
            Name::Tiktok => "tiktok",
            Name::Youtube => "youtube",
            Name::Own(name) => name,
        }
    }
}

impl Default for Platform {
    fn default() -> Self {
        Self::INSTAGRAM
    }
}

impl PartialEq for Platform {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Platform {}

impl PartialOrd for Platform {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Platform {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Platform {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Platform {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl TryFrom<String> for Platform {
    type Error = InvalidTarget;

    fn try_from(name: String) -> Result<Self, InvalidTarget> {
        Self::new(&name)
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> Self {
        platform.as_str().to_owned()
    }
}
