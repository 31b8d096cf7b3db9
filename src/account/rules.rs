//! What a platform allows in a handle, and where its profiles live.

use std::ops::RangeInclusive;

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
/// | [`length`](Self::with_length) | 1 to 100 characters |
/// | [`characters`](Self::with_characters) | ASCII letters, digits, `.`, `_` and `-` |
/// | [`case`](Self::with_case) | [`NameCase::Ascii`] |
/// | [`check`](Self::with_check) | nothing more |
/// | [`ids`](Self::with_ids) | none: every name is a handle |
/// | [`hosts`](Self::with_hosts) | none: addresses are not understood |
/// | [`profile_path`](Self::with_profile_path) | `/@NAME`, with or without more after it, and `/NAME` |
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
#[derive(Debug, Clone)]
pub struct PlatformRules {
    platform: Platform,
    length: RangeInclusive<usize>,
    allowed: fn(char) -> bool,
    allowed_in_words: &'static str,
    case: NameCase,
    check: fn(&str) -> Result<(), &'static str>,
    is_id: fn(&str) -> bool,
    hosts: Vec<&'static str>,
    profile_path: ProfilePath,
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

/// Finds the name in the path of a profile's address.
///
/// It is given the path's segments, percent-decoded and without empty ones, and returns the segment
/// that holds the name, with or without `@`; or a reason that completes the sentence
/// "the handle ..." and says what to paste instead.
pub type ProfilePath = for<'a> fn(&[&'a str]) -> Result<&'a str, &'static str>;

impl PlatformRules {
    /// Rules for a platform, with the defaults.
    #[must_use]
    pub const fn new(platform: Platform) -> Self {
        Self {
            platform,
            length: 1..=Handle::MAX_CHARS,
            allowed: |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'),
            allowed_in_words: "letters from a to z, digits, '.', '_' and '-'",
            case: NameCase::Ascii,
            check: |_| Ok(()),
            is_id: |_| false,
            hosts: Vec::new(),
            profile_path: at_name_or_name,
        }
    }

    /// Sets how many characters a name has.
    #[must_use]
    pub const fn with_length(mut self, length: RangeInclusive<usize>) -> Self {
        self.length = length;
        self
    }

    /// Sets which characters a name may have, and how to say that to people. It cannot allow more
    /// than a [`Handle`] admits.
    #[must_use]
    pub const fn with_characters(
        mut self,
        allowed: fn(char) -> bool,
        in_words: &'static str,
    ) -> Self {
        self.allowed = allowed;
        self.allowed_in_words = in_words;
        self
    }

    /// Sets which spellings mean the same account.
    #[must_use]
    pub const fn with_case(mut self, case: NameCase) -> Self {
        self.case = case;
        self
    }

    /// Adds a rule that the other settings cannot express. It is given the name in its canonical
    /// spelling; its reason completes the sentence "the handle ...".
    #[must_use]
    pub const fn with_check(mut self, check: fn(&str) -> Result<(), &'static str>) -> Self {
        self.check = check;
        self
    }

    /// Sets which names are the platform's own ids of accounts. An id is kept as it is: its case
    /// counts, and the rules for names do not apply to it. A name with `@` in front is never an id.
    #[must_use]
    pub const fn with_ids(mut self, is_id: fn(&str) -> bool) -> Self {
        self.is_id = is_id;
        self
    }

    /// Sets the hosts of the platform's addresses, in small letters and without `www.` and `m.`,
    /// which are understood in front of each.
    #[must_use]
    pub fn with_hosts(mut self, hosts: impl IntoIterator<Item = &'static str>) -> Self {
        self.hosts = hosts.into_iter().collect();
        self
    }

    /// Sets how the path of a profile's address names the account.
    #[must_use]
    pub const fn with_profile_path(mut self, profile_path: ProfilePath) -> Self {
        self.profile_path = profile_path;
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
        let handle = Handle::canonical(&self.case.fold(name))?;
        let name = handle.as_str();
        if !name.chars().all(self.allowed) {
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
        self.hosts.contains(&bare) || self.hosts.contains(&host)
    }

    /// Whether a host, given in small letters, is a part of one of the platform's hosts.
    pub(super) fn is_below(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| {
            host.strip_suffix(own)
                .is_some_and(|part| part.ends_with('.') && is_plain_name(part))
        })
    }

    /// The handle that the path of a profile's address names.
    pub(super) fn handle_in_path(&self, segments: &[&str]) -> Result<Handle, InvalidTarget> {
        let name = (self.profile_path)(segments).map_err(InvalidTarget::handle)?;
        self.handle(name)
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

fn at_name_or_name<'a>(segments: &[&'a str]) -> Result<&'a str, &'static str> {
    match segments {
        [name] => Ok(name),
        [name, ..] if name.starts_with('@') => Ok(name),
        _ => {
            Err("is an address, but not that of a profile: paste the profile's address or its name")
        }
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
        assert!(lax.handle("a:b").is_err());
    }
}
