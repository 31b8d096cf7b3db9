//! By what a fact belongs to an account.

use report_pipeline::{Handle, NameCase, Platform, PlatformRules, Platforms};

/// The names by which a fact belongs to an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AccountKey {
    pub(crate) platform: Platform,
    /// The canonical handle, as the platform's rules fold it.
    pub(crate) handle: Option<Handle>,
    pub(crate) ids: Vec<AccountId>,
}

/// An id that the platform gave an account. It stays when the handle changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AccountId {
    pub(crate) kind: IdKind,
    pub(crate) value: String,
}

/// Which of a platform's numberings an id is from. Two ids of one kind are two accounts; two ids of
/// different kinds may be the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum IdKind {
    /// The public one: a channel id, or the number in web addresses and tools.
    Public,
    /// The one that Instagram's Graph API uses.
    Graph,
    /// The one that `TikTok` gives each application.
    Open,
}

impl AccountKey {
    pub(crate) const fn unknown(platform: Platform) -> Self {
        Self {
            platform,
            handle: None,
            ids: Vec::new(),
        }
    }

    pub(crate) fn with_handle(mut self, handle: Option<Handle>) -> Self {
        self.handle = handle.or(self.handle);
        self
    }

    pub(crate) fn with_id(mut self, kind: IdKind, id: Option<String>) -> Self {
        self.ids.extend(id.map(|value| AccountId { kind, value }));
        self
    }

    pub(crate) const fn is_unknown(&self) -> bool {
        self.handle.is_none() && self.ids.is_empty()
    }
}

/// Folds names by the rules of their platform, the same as those that people type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a>(pub(crate) &'a Platforms);

/// Letters and marks of any script, digits, and what stands in names beside them.
fn is_in_names(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

impl Names<'_> {
    /// The canonical form of a name, with or without `@`; `None` if it can be no handle.
    ///
    /// Archives may hold names that the platform does not allow, such as made-up ones: those are
    /// folded as on a platform without rules.
    pub(crate) fn handle(self, platform: &Platform, name: &str) -> Option<Handle> {
        let name = name.trim();
        let by_rules = self
            .0
            .rules(platform)
            .and_then(|rules| rules.handle(name).ok());
        by_rules.or_else(|| {
            PlatformRules::new(platform.clone())
                .with_case(NameCase::Unicode)
                .with_characters(is_in_names, "anything")
                .handle(name)
                .ok()
        })
    }

    /// The handle in a profile's address, and the id where the address has one instead.
    pub(crate) fn in_address(self, address: &str) -> Option<(Platform, Handle)> {
        let target = self.0.target(None, address).ok()?;
        Some((target.platform, target.handle))
    }
}

/// Whether a text is a channel's id on `YouTube`: `UC` and 22 more characters.
pub(crate) fn is_channel_id(text: &str) -> bool {
    text.len() == 24
        && text.starts_with("UC")
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}
