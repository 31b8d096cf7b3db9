//! Tables that people make themselves: one account a row.
//!
//! There is no standard for them. Columns are known by the usual words for what they hold, and the
//! platform by a column, an address, or the table's own name.

use report_pipeline::Platform;

use super::Format;
use crate::facts::{About, AccountKey, Context, Emit, Item};
use crate::snapshot::Profile;
use crate::values::Object;

pub(super) const FORMATS: &[Format] = &[Format {
    name: "table of profiles",
    recognise: |object| {
        let has = |words: &[&str]| column(object, words).is_some();
        (has(HANDLE) || has(ADDRESS))
            && (has(FOLLOWERS) || has(FOLLOWING) || has(POSTS) || has(BIO))
    },
    read,
}];

const HANDLE: &[&str] = &[
    "handle",
    "username",
    "user",
    "user_name",
    "account",
    "profile",
    "screen_name",
];
const ADDRESS: &[&str] = &["url", "profile_url", "link", "account_url"];
const PLATFORM: &[&str] = &["platform", "network", "channel"];
const FOLLOWERS: &[&str] = &[
    "followers",
    "follower_count",
    "followers_count",
    "fans",
    "subscribers",
    "subscriber_count",
];
const FOLLOWING: &[&str] = &[
    "following",
    "following_count",
    "follows",
    "follows_count",
    "followings",
];
const POSTS: &[&str] = &[
    "posts",
    "post_count",
    "posts_count",
    "media_count",
    "videos",
    "video_count",
];
const BIO: &[&str] = &["bio", "biography", "description"];
const NAME: &[&str] = &["name", "full_name", "display_name", "fullname"];
const VERIFIED: &[&str] = &["is_verified", "verified"];
const PRIVATE: &[&str] = &["is_private", "private"];
const COUNTRY: &[&str] = &["country"];
const CATEGORY: &[&str] = &["category", "niche"];

/// Whether a line of column names is that of a table with accounts.
pub(crate) fn is_header(columns: &[String]) -> bool {
    let columns: Vec<String> = columns.iter().map(|column| folded(column)).collect();
    [HANDLE, ADDRESS].iter().any(|words| {
        columns
            .iter()
            .any(|column| words.contains(&column.as_str()))
    })
}

fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let text = |words: &[&str]| column(object, words).and_then(|key| object.name(&key));
    let count = |words: &[&str]| column(object, words).and_then(|key| object.counted(&key));
    let flag = |words: &[&str]| column(object, words).and_then(|key| object.flag(&key));
    let address = text(ADDRESS).and_then(|address| ctx.names.in_address(&address));
    let handle = text(HANDLE);
    let platform = text(PLATFORM)
        .and_then(|name| Platform::new(&name.to_lowercase()).ok())
        .or_else(|| address.as_ref().map(|(platform, _)| platform.clone()))
        .or_else(|| named_in(ctx.file));
    let Some(platform) = platform else {
        object.fault::<()>(
            "platform",
            "is missing: add a column of that name, or name the file after the platform",
        );
        return;
    };
    let by_name = handle.and_then(|name| ctx.names.handle(&platform, &name));
    let handle = by_name.or_else(|| address.map(|(_, handle)| handle));
    let account = AccountKey::unknown(platform).with_handle(handle);
    if account.is_unknown() {
        object.fault::<()>("handle", "is missing or cannot be used");
        return;
    }
    let followers = count(FOLLOWERS);
    let value = |words| count(words).map(|count| count.value);
    let profile = Profile {
        display_name: text(NAME),
        bio: text(BIO),
        follower_count: followers.map(|count| count.value),
        follower_count_rounded: followers.is_some_and(|count| !count.exact).then_some(true),
        following_count: value(FOLLOWING),
        post_count: value(POSTS),
        country: text(COUNTRY),
        category: text(CATEGORY),
        is_private: flag(PRIVATE),
        is_verified: flag(VERIFIED),
        ..Profile::default()
    };
    let mut about = About {
        account,
        captured_at: ctx.captured_at,
        source: "table",
        emit,
    };
    about.say(Item::Profile(Box::new(profile)));
}

/// The column that one of the words names.
fn column(object: &Object<'_>, words: &[&str]) -> Option<String> {
    words.iter().find_map(|word| {
        let mut keys = object.keys();
        keys.find(|key| folded(key) == **word).map(str::to_owned)
    })
}

fn folded(column: &str) -> String {
    column.trim().to_lowercase().replace([' ', '-'], "_")
}

/// The platform that a file is named after.
fn named_in(file: &str) -> Option<Platform> {
    let file = file.to_lowercase();
    let mut named = [Platform::INSTAGRAM, Platform::TIKTOK, Platform::YOUTUBE]
        .into_iter()
        .filter(|platform| file.contains(platform.as_str()));
    match (named.next(), named.next()) {
        (Some(platform), None) => Some(platform),
        _ => None,
    }
}
