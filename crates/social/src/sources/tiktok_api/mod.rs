//! Answers of `TikTok`'s API v2 (Display and Research): users, videos, comments. Shared by the
//! archive, which reads saved answers, and by live scrapers.

mod comments;
mod user;
mod videos;

use super::Format;
use crate::values::Object;

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "TikTok API videos",
        recognise: |object| data_has(object, "videos"),
        read: videos::read,
    },
    Format {
        name: "TikTok API comments",
        recognise: |object| data_has(object, "comments"),
        read: comments::read,
    },
    Format {
        name: "TikTok API user",
        recognise: |object| {
            ["user", "follower_count", "display_name", "video_count"]
                .iter()
                .any(|key| data_has(object, key))
        },
        read: user::read,
    },
];

/// The data of an answer; only answers have the member `error`, which is `ok` on success.
fn data_has(object: &Object<'_>, key: &str) -> bool {
    object.has("error")
        && object.is_object("data")
        && object.object("data").is_some_and(|data| data.has(key))
}

/// Which of the two APIs has answered: Research counts ids as numbers above 2^53.
fn source(object: &Object<'_>) -> &'static str {
    let research = object.has("username") || object.has("video_id") || object.has("region_code");
    if research {
        "TikTok Research API"
    } else {
        "TikTok API"
    }
}

/// An answer that says what went wrong.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    let code = failure(object)?;
    let data_is_there = object.is_object("data")
        && object
            .object("data")
            .is_some_and(|data| data.keys().next().is_some());
    match code {
        Some(code) => Some(format!("an error answer of the TikTok API ({code})")),
        // A damaged code beside data costs the code, not the data.
        None if data_is_there => None,
        None => Some("an error answer of the TikTok API".to_owned()),
    }
}

/// The code of an error answer, or `Some(None)` if it cannot be read; `None` if it is no error answer.
#[expect(clippy::option_option, reason = "both say something of their own")]
pub(crate) fn failure(object: &Object<'_>) -> Option<Option<String>> {
    if !object.is_object("error") {
        return None;
    }
    let error = object.object("error")?;
    if !error.has("log_id") {
        return None;
    }
    let code = error.word("code")?;
    if code == "ok" {
        return None;
    }
    let is_code = !code.is_empty()
        && code.len() <= 40
        && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    Some(is_code.then_some(code))
}
