//! The rules of the platforms that are built in.
//!
//! Where sources on a rule differ the milder one is taken: a name that does not exist costs one
//! request, a name that is refused wrongly can never be reported on.

use unicode_normalization::char::is_combining_mark;

use super::Platform;
use super::rules::{NameCase, PlatformRules};

impl PlatformRules {
    /// Instagram: 1 to 30 ASCII letters, digits, `.` and `_`; dots stand alone, inside the name.
    ///
    /// Addresses: `instagram.com/NAME`, with or without a known tab or a post after the name,
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
            .with_profile_path(|segments| {
                const OTHER: &str = "is an address on instagram, but not that of a profile: \
                     paste instagram.com/NAME or the name itself";
                let is = |names: &[&str], segment: &str| {
                    names.iter().any(|name| name.eq_ignore_ascii_case(segment))
                };
                match segments {
                    // A highlight is found by its number; whose it is the address does not say.
                    ["stories", "highlights", ..] => Err(OTHER),
                    ["stories" | "_u", name, ..] => Ok(name),
                    [page, ..]
                        if is(&INSTAGRAM_PAGES, page) || is(&INSTAGRAM_OTHER_PAGES, page) =>
                    {
                        Err(OTHER)
                    }
                    [name] => Ok(name),
                    [name, tab, ..] if is(&INSTAGRAM_TABS, tab) => Ok(name),
                    _ => Err(OTHER),
                }
            })
    }

    /// `TikTok`: 2 to 24 ASCII letters, digits, `.` and `_`; no dot at the end.
    ///
    /// Addresses: `tiktok.com/@NAME`, with or without a known tab or a video after it. Short links, such as
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
                [name] if name.starts_with('@') => Ok(name),
                [name, tab, ..] if name.starts_with('@') && TIKTOK_TABS.contains(tab) => Ok(name),
                [name, ..] if name.starts_with('@') => {
                    Err("is an address on tiktok, but not that of a profile: \
                     paste tiktok.com/@NAME or the name itself")
                }
                _ => Err(
                    "is an address on tiktok that does not show the name (a short link, perhaps): \
                     open it and paste tiktok.com/@NAME, or the name itself",
                ),
            })
    }

    /// `YouTube`: 3 to 30 letters and digits of any script, `.`, `_`, `-` and the middle dot.
    ///
    /// A channel's id, `UC` and 22 more letters, digits, `-` and `_`, stands for its channel too; its
    /// case counts. It keeps its own spelling: the id and the handle of one channel are two targets,
    /// because only the platform can translate one into the other.
    ///
    /// Addresses: `youtube.com/@NAME` and `youtube.com/channel/ID`, with or without a known tab after
    /// it. The older forms `/c/NAME` and `/user/NAME` are refused: their names belong to lists of
    /// their own, in which the same name may be somebody else's. Source: `YouTube`'s help, "Handles
    /// overview".
    #[must_use]
    pub fn youtube() -> Self {
        Self::new(Platform::YOUTUBE)
            .with_length(3..=30)
            .with_characters(
                is_name_of_any_script,
                "letters, digits, '.', '_', '-' and the middle dot",
            )
            .with_case(NameCase::Unicode)
            .with_ids(is_channel_id)
            .with_hosts(["youtube.com", "youtu.be"])
            .with_profile_path(|segments| match segments {
                [name] if name.starts_with('@') => Ok(name),
                [name, tab, ..] if name.starts_with('@') && YOUTUBE_TABS.contains(tab) => Ok(name),
                ["channel", id] if is_channel_id(id) => Ok(id),
                ["channel", id, tab, ..] if is_channel_id(id) && YOUTUBE_TABS.contains(tab) => {
                    Ok(id)
                }
                ["channel" | "c" | "user", ..] => {
                    Err("is a channel's address without its handle or id: \
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

/// Letters and digits of any script with their marks, which no handle begins with.
fn is_name_of_any_script(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '.' | '_' | '-' | '\u{b7}')
}

/// Whether a text is a channel's id on `YouTube`.
fn is_channel_id(text: &str) -> bool {
    text.len() == 24
        && text.starts_with("UC")
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
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

/// First segments that are pages too. Whether somebody has such a name nobody can tell, so only
/// addresses are refused for them.
const INSTAGRAM_OTHER_PAGES: [&str; 26] = [
    "ar",
    "blog",
    "download",
    "emails",
    "graphql",
    "guide",
    "guides",
    "help",
    "id",
    "invites",
    "lite",
    "locations",
    "login",
    "logout",
    "nametag",
    "popular",
    "press",
    "privacy",
    "qr",
    "session",
    "signup",
    "tags",
    "terms",
    "topics",
    "web",
    "your_activity",
];

/// What may stand behind the name in the address of a profile or of something of it.
const INSTAGRAM_TABS: [&str; 16] = [
    "channel",
    "embed",
    "feed",
    "followers",
    "following",
    "guide",
    "guides",
    "igtv",
    "live",
    "p",
    "profilecard",
    "reel",
    "reels",
    "reposts",
    "tagged",
    "tv",
];

/// The same on `TikTok`.
const TIKTOK_TABS: [&str; 11] = [
    "collection",
    "favorites",
    "followers",
    "following",
    "liked",
    "live",
    "photo",
    "playlist",
    "reposts",
    "series",
    "video",
];

/// The same on `YouTube`.
const YOUTUBE_TABS: [&str; 18] = [
    "about",
    "channels",
    "community",
    "courses",
    "featured",
    "home",
    "join",
    "live",
    "membership",
    "playlists",
    "podcasts",
    "posts",
    "releases",
    "search",
    "shorts",
    "store",
    "streams",
    "videos",
];
