//! What a platform allows in a handle, and where its profiles live.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{Handle, InvalidTarget, Platform};

/// What a platform allows in a handle, and how its profile addresses name one.
///
/// Three platforms are built in: [`instagram`](Self::instagram), [`tiktok`](Self::tiktok) and
/// [`youtube`](Self::youtube). They are made of nothing but the setters below, as are platforms of
/// your own, which are added to [`Platforms`](super::Platforms):
///
/// | setting | default |
/// |---|---|
/// | [`length`](Self::with_length) | 1 to 200 characters |
/// | [`characters`](Self::with_characters) | ASCII letters, digits, `.`, `_` and `-` |
/// | [`case`](Self::with_case) | [`NameCase::Ascii`] |
/// | [`check`](Self::with_check) | nothing more |
/// | [`ids`](Self::with_ids) | none: every name is a handle |
/// | [`hosts`](Self::with_hosts) | none: addresses are not understood |
/// | [`profile_path`](Self::with_profile_path) | `/@NAME`, with or without more after it, and `/NAME` |
/// | [`any_host`](Self::with_any_host) | addresses on other hosts are not understood |
///
/// Functions may be closures and texts may be owned, so rules can come from a configuration file.
///
/// # Example
/// ```
/// use report_pipeline::{Platform, PlatformRules, Platforms};
///
/// let platforms = Platforms::default().with(
///     PlatformRules::new(Platform::new("bluebird")?)
///         .with_length(2..=20)
///         .with_characters(|c| c.is_ascii_alphanumeric(), "letters and digits")
///         .with_hosts(["bluebird.example"]),
/// );
/// let target = platforms.target(None, "https://www.bluebird.example/@Ada")?;
/// assert_eq!(target.to_string(), "bluebird/@ada");
/// # Ok::<(), report_pipeline::InvalidTarget>(())
/// ```
#[derive(Clone)]
pub struct PlatformRules {
    platform: Platform,
    length: RangeInclusive<usize>,
    allowed: Arc<dyn Fn(char) -> bool + Send + Sync>,
    allowed_in_words: String,
    case: NameCase,
    check: Arc<Check>,
    is_id: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    hosts: Vec<String>,
    profile_path: Arc<ProfilePath>,
    any_host: Option<Arc<AnyHost>>,
}

/// Which spellings of a name mean the same account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameCase {
    /// Every difference counts.
    Sensitive,
    /// `A` to `Z` mean the same as `a` to `z`.
    Ascii,
    /// Every letter means the same as its small form, and a final sigma the same as another.
    Unicode,
}

type Check = dyn Fn(&str) -> Result<(), String> + Send + Sync;
type ProfilePath = dyn for<'a> Fn(&[&'a str]) -> Result<&'a str, String> + Send + Sync;
type AnyHost = dyn Fn(&str, &[&str]) -> Result<String, String> + Send + Sync;

impl PlatformRules {
    /// Rules for a platform, with the defaults.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        Self {
            platform,
            length: 1..=Handle::MAX_CHARS,
            allowed: Arc::new(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')),
            allowed_in_words: "letters from a to z, digits, '.', '_' and '-'".to_owned(),
            case: NameCase::Ascii,
            check: Arc::new(|_| Ok(())),
            is_id: Arc::new(|_| false),
            hosts: Vec::new(),
            profile_path: Arc::new(at_name_or_name),
            any_host: None,
        }
    }

    /// Sets how many characters a name has.
    #[must_use]
    pub fn with_length(mut self, length: RangeInclusive<usize>) -> Self {
        self.length = length;
        self
    }

    /// Sets which characters a name may have, and how to say that to people. It cannot allow more
    /// than a [`Handle`] admits.
    #[must_use]
    pub fn with_characters(
        mut self,
        allowed: impl Fn(char) -> bool + Send + Sync + 'static,
        in_words: impl Into<String>,
    ) -> Self {
        self.allowed = Arc::new(allowed);
        self.allowed_in_words = in_words.into();
        self
    }

    /// Sets which spellings mean the same account.
    #[must_use]
    pub fn with_case(mut self, case: NameCase) -> Self {
        self.case = case;
        self
    }

    /// Adds a rule that the other settings cannot express. It is given the name in its canonical
    /// spelling; its reason completes the sentence "the handle ...".
    #[must_use]
    pub fn with_check<E: Into<String>>(
        mut self,
        check: impl Fn(&str) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        self.check = Arc::new(move |name| check(name).map_err(Into::into));
        self
    }

    /// Sets which names are the platform's own ids of accounts. An id is kept as it is: its case
    /// counts, and the rules for names do not apply to it. A name with `@` in front is never an id.
    #[must_use]
    pub fn with_ids(mut self, is_id: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.is_id = Arc::new(is_id);
        self
    }

    /// Sets the hosts of the platform's addresses, in small letters and without `www.` and `m.`,
    /// which are understood in front of each.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how the path of a profile's address names the account.
    ///
    /// The function is given the path's segments, percent-decoded and without empty ones, and returns the
    /// segment that holds the name, with or without `@`; or a reason that completes the sentence
    /// "the handle ..." and says what to paste instead.
    #[must_use]
    pub fn with_profile_path<E: Into<String>>(
        mut self,
        profile_path: impl for<'a> Fn(&[&'a str]) -> Result<&'a str, E> + Send + Sync + 'static,
    ) -> Self {
        self.profile_path = Arc::new(move |segments| profile_path(segments).map_err(Into::into));
        self
    }

    /// Accepts addresses on every host that is no other platform's, for a platform that lives on many.
    ///
    /// The function is given the host, in small letters, and the path's segments as for
    /// [`with_profile_path`](Self::with_profile_path), and returns the whole name, or a reason. Nothing of the
    /// host is checked: it may be empty, and it may have a user name or a port. Of several such platforms the
    /// first one is taken, unless the platform is given.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::{Platform, PlatformRules, Platforms};
    ///
    /// let mastodon = PlatformRules::new(Platform::new("mastodon")?)
    ///     .with_characters(|c| c.is_ascii_alphanumeric() || "_.-@".contains(c), "a name such as ada@host")
    ///     .with_any_host(|host, segments| match segments {
    ///         [name] if name.starts_with('@') => Ok(format!("{name}@{host}")),
    ///         _ => Err("is an address, but not that of a profile: paste host/@NAME"),
    ///     });
    /// let platforms = Platforms::default().with(mastodon);
    /// let target = platforms.target(None, "https://mastodon.social/@Alice")?;
    /// assert_eq!(target, platforms.target(Some("mastodon"), "@alice@mastodon.social")?);
    /// # Ok::<(), report_pipeline::InvalidTarget>(())
    /// ```
    #[must_use]
    pub fn with_any_host<E: Into<String>>(
        mut self,
        name_of: impl Fn(&str, &[&str]) -> Result<String, E> + Send + Sync + 'static,
    ) -> Self {
        let name_of =
            move |host: &str, segments: &[&str]| name_of(host, segments).map_err(Into::into);
        self.any_host = Some(Arc::new(name_of));
        self
    }

    /// The platform that these are the rules of.
    #[must_use]
    pub const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Brings a name, with or without `@`, to its canonical spelling and checks it.
    ///
    /// A canonical name passes unchanged.
    ///
    /// # Errors
    /// [`InvalidTarget`] if the platform has no such names.
    pub fn handle(&self, name: &str) -> Result<Handle, InvalidTarget> {
        if (self.is_id)(name) {
            return Handle::canonical(name);
        }
        let name = name.strip_prefix('@').unwrap_or(name);
        // Otherwise a canonical name would not pass unchanged.
        if name.starts_with('@') {
            return Err(InvalidTarget::handle("begins with more than one '@'"));
        }
        let handle = Handle::canonical(&self.case.fold(name))?;
        let name = handle.as_str();
        if !name.chars().all(&*self.allowed) {
            return Err(InvalidTarget::handle(format!(
                "has a character that {} does not allow: use {}",
                self.platform, self.allowed_in_words
            )));
        }
        if !self.length.contains(&name.chars().count()) {
            let (least, most) = (self.length.start(), self.length.end());
            return Err(InvalidTarget::handle(format!(
                "must have {least} to {most} characters on {}",
                self.platform
            )));
        }
        (self.check)(name).map_err(InvalidTarget::handle)?;
        Ok(handle)
    }

    /// Whether the platform's addresses live on this host, given in small letters.
    pub(super) fn lives_on(&self, host: &str) -> bool {
        let bare = ["www.", "m."]
            .into_iter()
            .find_map(|prefix| host.strip_prefix(prefix))
            .unwrap_or(host);
        self.hosts.iter().any(|own| own == bare || own == host)
    }

    /// Whether a host, given in small letters, is a part of one of the platform's hosts.
    pub(super) fn is_below(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| {
            host.strip_suffix(own.as_str())
                .is_some_and(|part| part.ends_with('.') && is_plain_name(part))
        })
    }

    /// Whether the platform's addresses may live on any host.
    pub(super) fn takes_any_host(&self) -> bool {
        self.any_host.is_some()
    }

    /// The handle that a profile's address names, on a host of the platform or on any that it takes.
    pub(super) fn handle_at(&self, host: &str, segments: &[&str]) -> Result<Handle, InvalidTarget> {
        match &self.any_host {
            Some(name_of) if !self.lives_on(host) => {
                let name = name_of(host, segments).map_err(InvalidTarget::handle)?;
                self.handle(&name)
            }
            _ => {
                let name = (self.profile_path)(segments).map_err(InvalidTarget::handle)?;
                self.handle(name)
            }
        }
    }
}

impl fmt::Debug for PlatformRules {
    // Functions have nothing to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformRules")
            .field("platform", &self.platform)
            .field("length", &self.length)
            .field("allowed_in_words", &self.allowed_in_words)
            .field("case", &self.case)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

impl NameCase {
    /// The canonical spelling of a name: composed, and in small letters where case does not count.
    fn fold(self, name: &str) -> String {
        // Nearly every name: there is nothing to compose.
        if name.is_ascii() {
            return match self {
                Self::Sensitive => name.to_owned(),
                Self::Ascii | Self::Unicode => name.to_ascii_lowercase(),
            };
        }
        let composed = name.nfc();
        match self {
            Self::Sensitive => composed.collect(),
            Self::Ascii => composed.map(|c| c.to_ascii_lowercase()).collect(),
            // Letter by letter, because `str::to_lowercase` makes a sigma depend on its position. Small
            // letters may compose with a mark where the capital did not, so NFC comes once more.
            Self::Unicode => composed
                .flat_map(char::to_lowercase)
                .map(|c| if c == 'ς' { 'σ' } else { c })
                .nfc()
                .collect(),
        }
    }
}

fn is_plain_name(part: &str) -> bool {
    part.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
}

fn at_name_or_name<'a>(segments: &[&'a str]) -> Result<&'a str, String> {
    match segments {
        [name] => Ok(name),
        [name, ..] if name.starts_with('@') => Ok(name),
        _ => Err(
            "is an address, but not that of a profile: paste the profile's address or its name"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_twice_is_folding_once_for_every_letter() {
        for c in (char::MIN..=char::MAX).filter(|c| c.is_alphanumeric()) {
            // With a mark behind it, since folding can make the two compose.
            for name in [c.to_string(), format!("{c}\u{307}"), format!("{c}\u{345}")] {
                let once = NameCase::Unicode.fold(&name);
                assert_eq!(NameCase::Unicode.fold(&once), once, "{name:?}");
            }
        }
    }

    #[test]
    fn letters_of_either_case_fold_to_the_same() {
        for (upper, lower) in [("ÉCLAIR", "éclair"), ("МОСКВА", "москва"), ("ΟΔΟΣ", "οδος")]
        {
            assert_eq!(NameCase::Unicode.fold(upper), NameCase::Unicode.fold(lower));
        }
        assert_eq!(NameCase::Ascii.fold("NaSa"), "nasa");
        assert_eq!(NameCase::Sensitive.fold("NaSa"), "NaSa");
    }

    #[test]
    fn a_platform_cannot_allow_more_than_a_handle_admits() {
        let lax = PlatformRules::new(Platform::INSTAGRAM).with_characters(|_| true, "anything");
        for name in ["a\nb", "a\u{202e}b", " a"] {
            assert!(lax.handle(name).is_err(), "{name:?}");
        }
        assert_eq!(lax.handle("A:b/c?d=e").unwrap().as_str(), "a:b/c?d=e");
    }
}
