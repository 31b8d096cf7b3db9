//! The platforms a service knows, and how it reads what people type.

use std::borrow::Cow;

use super::address::Address;
use super::{InvalidTarget, Platform, PlatformRules, Target};

/// The platforms a service knows. The first one is taken when nothing else names one.
///
/// The default is Instagram, `TikTok` and `YouTube`.
#[derive(Debug, Clone)]
pub struct Platforms {
    first: PlatformRules,
    others: Vec<PlatformRules>,
}

impl Platforms {
    /// The greatest length of an input, in bytes. Longer ones are refused unread.
    pub const MAX_INPUT: usize = 512;

    /// One platform and no other.
    #[must_use]
    pub const fn only(rules: PlatformRules) -> Self {
        Self {
            first: rules,
            others: Vec::new(),
        }
    }

    /// Adds a platform, or replaces the rules of one that is known already.
    #[must_use]
    pub fn with(mut self, rules: PlatformRules) -> Self {
        let known = std::iter::once(&mut self.first)
            .chain(&mut self.others)
            .find(|known| known.platform() == rules.platform());
        match known {
            Some(known) => *known = rules,
            None => self.others.push(rules),
        }
        self
    }

    /// The rules of every known platform, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &PlatformRules> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The rules of one platform, if it is known.
    #[must_use]
    pub fn rules(&self, platform: &Platform) -> Option<&PlatformRules> {
        self.iter().find(|rules| rules.platform() == platform)
    }

    /// Reads what a person typed or pasted: a name, with or without `@`, or a profile's address.
    ///
    /// Blanks around it are dropped. An input with a slash is an address: its scheme, `www.` or
    /// `m.`, query, fragment and trailing slash do not matter, its host must be a known
    /// platform's. Without `platform` the address says which one is meant, and of a bare name it
    /// is the first one known.
    ///
    /// # Errors
    /// [`InvalidTarget`] if the platform is not known, if the input is no name there and no
    /// address of a profile, or if an address belongs to another platform than the given one.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::Platforms;
    ///
    /// let platforms = Platforms::default();
    /// let target = platforms.target(None, "https://www.tiktok.com/@NASA?lang=en")?;
    /// assert_eq!(target, platforms.target(Some("tiktok"), " @nasa ")?);
    /// assert_eq!(target.to_string(), "tiktok/@nasa");
    /// # Ok::<(), report_pipeline::InvalidTarget>(())
    /// ```
    pub fn target(&self, platform: Option<&str>, input: &str) -> Result<Target, InvalidTarget> {
        if input.len() > Self::MAX_INPUT {
            return Err(InvalidTarget::handle(format!(
                "is longer than {} bytes: give a name or a profile's address",
                Self::MAX_INPUT
            )));
        }
        let given = platform.map(|name| self.named(name)).transpose()?;
        let input = input.trim();
        let (rules, handle) = match Address::parse(input)? {
            None => {
                let rules = given.unwrap_or(&self.first);
                let as_host = in_small_letters(input);
                if let Some(host) = self.iter().find(|rules| rules.lives_on(&as_host)) {
                    return Err(InvalidTarget::handle(format!(
                        "is the address of {} itself: paste a profile's address or its name",
                        host.platform()
                    )));
                }
                (rules, rules.handle(input)?)
            }
            Some(address) => {
                let rules = self.at_host(given, &address.host)?;
                if let Some(given) = given.filter(|given| given.platform() != rules.platform()) {
                    return Err(InvalidTarget::handle(format!(
                        "is an address on {}, but the platform given is {}: \
                         correct one of them or leave the platform out",
                        rules.platform(),
                        given.platform()
                    )));
                }
                let segments: Vec<&str> = address.segments.iter().map(Cow::as_ref).collect();
                (rules, rules.handle_at(&address.host, &segments)?)
            }
        };
        Ok(Target::new(rules.platform().clone(), handle))
    }

    fn named(&self, name: &str) -> Result<&PlatformRules, InvalidTarget> {
        self.iter()
            .find(|rules| rules.platform().as_str().eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| {
                InvalidTarget::platform(format!("is not known: use one of {}", self.names()))
            })
    }

    fn at_host<'a>(
        &'a self,
        given: Option<&'a PlatformRules>,
        host: &str,
    ) -> Result<&'a PlatformRules, InvalidTarget> {
        if let Some(rules) = self.iter().find(|rules| rules.lives_on(host)) {
            return Ok(rules);
        }
        let mut several = given.into_iter().chain(self.iter());
        if let Some(rules) = several.find(|rules| rules.takes_any_host())
            && !self.iter().any(|rules| rules.is_below(host))
        {
            return Ok(rules);
        }
        if let Some((bare, port)) = host.split_once(':')
            && self.iter().any(|rules| rules.lives_on(bare))
            && port.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(InvalidTarget::handle(format!(
                "is an address with a port (:{port}): paste it without"
            )));
        }
        if let Some(platform) = self.iter().find(|rules| rules.is_below(host)) {
            return Err(InvalidTarget::handle(format!(
                "is an address on {host}, where no profiles of {} are: \
                 paste the one on its main site or the name itself",
                platform.platform()
            )));
        }
        Err(InvalidTarget::handle(format!(
            "is an address of none of the known platforms ({}): \
                     paste a profile's address there or the name itself",
            self.names()
        )))
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.iter().map(|rules| rules.platform().as_str()).collect();
        names.join(", ")
    }
}

/// The input in lower case; borrowed if it is already.
fn in_small_letters(input: &str) -> Cow<'_, str> {
    let is_small = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    if input.bytes().all(is_small) {
        input.into()
    } else {
        input.to_lowercase().into()
    }
}

impl Default for Platforms {
    fn default() -> Self {
        Self::only(PlatformRules::instagram())
            .with(PlatformRules::tiktok())
            .with(PlatformRules::youtube())
    }
}
