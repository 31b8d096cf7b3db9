//! Answers of the `YouTube` Data API v3: channels, playlist items, videos, comment threads and
//! comments. Shared by the archive, which reads saved answers, and by live scrapers.

mod channels;
mod comments;
mod duration;
mod html;
mod videos;

use super::Format;
use crate::facts::{Context, Emit};
use crate::values::Object;

const SOURCE: &str = "YouTube Data API";

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "YouTube API channels",
        recognise: |object| is_kind(object, "channel"),
        read: |object, ctx, emit| each(object, ctx, emit, channels::read),
    },
    Format {
        name: "YouTube API videos",
        recognise: |object| is_kind(object, "video"),
        read: |object, ctx, emit| each(object, ctx, emit, videos::read),
    },
    Format {
        name: "YouTube API playlist items",
        recognise: |object| is_kind(object, "playlistItem"),
        read: |object, ctx, emit| each(object, ctx, emit, videos::read_playlist_item),
    },
    Format {
        name: "YouTube API comment threads",
        recognise: |object| is_kind(object, "commentThread"),
        read: |object, ctx, emit| {
            each(object, ctx, emit, comments::read_thread);
        },
    },
    Format {
        name: "YouTube API comments",
        recognise: |object| is_kind(object, "comment"),
        read: |object, ctx, emit| each(object, ctx, emit, comments::read),
    },
];

/// Whether it is a resource of this kind, or a list of them. Where the kind itself is damaged, the
/// first item tells.
fn is_kind(object: &Object<'_>, resource: &str) -> bool {
    let is = |kind: &str| {
        let kind = kind.strip_prefix("youtube#");
        kind.is_some_and(|kind| {
            kind == resource || kind.strip_suffix("ListResponse") == Some(resource)
        })
    };
    match object.word("kind") {
        Some(kind) if kind.starts_with("youtube#") => is(&kind),
        _ if object.has("kind") && object.is_list("items") => object
            .objects("items")
            .and_then(|mut items| items.find_map(|item| item.word("kind")))
            .is_some_and(|kind| is(&kind)),
        _ => false,
    }
}

fn each(
    object: &Object<'_>,
    ctx: &Context<'_>,
    emit: &mut Emit<'_>,
    read: fn(&Object<'_>, &Context<'_>, &mut Emit<'_>),
) {
    if !object.has("items") && object.has("snippet") {
        return read(object, ctx, emit);
    }
    for item in object.objects("items").into_iter().flatten() {
        read(&item, ctx, emit);
    }
}

/// An answer that says what went wrong, or that there is nothing.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    if object.word("kind").as_deref() == Some("youtube#channelListResponse") && !object.has("items")
    {
        return Some("an answer of the YouTube API that knows no such channel".to_owned());
    }
    Some(match failure(object)?.first() {
        Some(reason) => format!("an error answer of the YouTube API ({reason})"),
        None => "an error answer of the YouTube API".to_owned(),
    })
}

/// The reasons that an error answer names, the most telling one first; `None` if it is no error
/// answer. Its messages are left alone: they may name an account.
pub(crate) fn failure(object: &Object<'_>) -> Option<Vec<String>> {
    if !object.is_object("error") {
        return None;
    }
    let error = object.object("error")?;
    if !error.has("errors") && !error.has("details") {
        return None;
    }
    // New answers say "badRequest" in `errors` and what it is about in `details`.
    let lists = ["details", "errors"].into_iter();
    let items = lists.filter_map(|list| error.is_list(list).then(|| error.objects(list))?);
    let reasons = items.flatten().filter_map(|item| item.word("reason"));
    let is_code = |reason: &String| {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        reason.len() <= 60 && reason.bytes().all(is_word)
    };
    Some(reasons.filter(is_code).collect())
}
