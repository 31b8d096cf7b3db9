//! The rules of the platforms that are built in.
//!
//! Where sources on a rule differ the milder one is taken: a name that does not exist costs one
//! request, a name that is refused wrongly can never be reported on.

use super::Platform;
use super::rules::{NameCase, PlatformRules};

impl PlatformRules {
    /// Instagram: 1 to 30 ASCII letters, digits, `.` and `_`; dots stand alone, inside the name.
    ///
    /// Addresses: `instagram.com/NAME`, with or without a tab or a post after the name,
    /// `/stories/NAME`, and the same on `instagr.am`. Sources: Instagram's help, and the checks of
    /// several clients.
    #[must_use]
    pub fn instagram() -> Self {
        Self::new(Platform::INSTAGRAM)
            .with_length(1..=30)
            .with_characters(is_ascii_name, ASCII_NAME)
            .with_check(|name| {
                if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
                    return Err("must not begin or end with '.' or have two in a row on instagram");
                }
                if INSTAGRAM_PAGES.contains(&name) {
                    return Err("is a page of instagram itself, not an account");
                }
                Ok(())
            })
            .with_hosts(["instagram.com", "instagr.am"])
            .with_profile_path(|segments| match segments {
                ["stories" | "_u", name, ..] => Ok(name),
                [page, ..] if !INSTAGRAM_PAGES.contains(page) => Ok(page),
                _ => Err("is an address on instagram, but not that of a profile: \
                     paste instagram.com/NAME or the name itself"),
            })
    }

    /// `TikTok`: 2 to 24 ASCII letters, digits, `.` and `_`; no dot at the end.
    ///
    /// Addresses: `tiktok.com/@NAME`, with or without a video after it. Short links, such as
    /// `vm.tiktok.com/CODE`, are refused: only the network knows what they name. Sources:
    /// `TikTok`'s help, and secondary pages.
    #[must_use]
    pub fn tiktok() -> Self {
        Self::new(Platform::TIKTOK)
            .with_length(2..=24)
            .with_characters(is_ascii_name, ASCII_NAME)
            .with_check(|name| {
                if name.ends_with('.') {
                    return Err("must not end with '.' on tiktok");
                }
                Ok(())
            })
            .with_hosts(["tiktok.com", "vm.tiktok.com", "vt.tiktok.com"])
            .with_profile_path(|segments| match segments {
                [name, ..] if name.starts_with('@') => Ok(name),
                _ => Err(
                    "is an address on tiktok that does not show the name (a short link, perhaps): \
                     open it and paste tiktok.com/@NAME, or the name itself",
                ),
            })
    }

    /// `YouTube`: 3 to 30 letters and digits of any script, `.`, `_`, `-` and the middle dot.
    ///
    /// Addresses: `youtube.com/@NAME`, with or without a tab after it. The older forms
    /// `/channel/ID`, `/c/NAME` and `/user/NAME` are refused: an id is no handle (and its case
    /// counts), and the other names belong to lists of their own, in which the same name may be
    /// somebody else's. Only the platform can translate them. A channel id given bare, without an
    /// address, cannot be told from a handle and is taken for one. Source: `YouTube`'s help,
    /// "Handles overview".
    #[must_use]
    pub fn youtube() -> Self {
        Self::new(Platform::YOUTUBE)
            .with_length(3..=30)
            // Nearly all of what a handle admits is letters, digits and their marks.
            .with_characters(
                |_| true,
                "letters, digits, '.', '_', '-' and the middle dot",
            )
            .with_case(NameCase::Unicode)
            .with_hosts(["youtube.com", "youtu.be"])
            .with_profile_path(|segments| match segments {
                [name, ..] if name.starts_with('@') => Ok(name),
                ["channel" | "c" | "user", ..] => {
                    Err("is a channel's address without its handle: \
                     open the channel and paste its @handle")
                }
                _ => Err("is an address on youtube, but not that of a channel: \
                     paste youtube.com/@NAME or the @handle itself"),
            })
    }
}

const ASCII_NAME: &str = "letters from a to z, digits, '.' and '_'";

const fn is_ascii_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_')
}

/// First segments of Instagram addresses that are pages, so that no account can have these names.
const INSTAGRAM_PAGES: [&str; 18] = [
    "_n",
    "_u",
    "about",
    "accounts",
    "api",
    "challenge",
    "direct",
    "directory",
    "explore",
    "legal",
    "oauth",
    "p",
    "reel",
    "reels",
    "s",
    "share",
    "stories",
    "tv",
];
