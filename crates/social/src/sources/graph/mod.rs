//! Answers of Instagram's Graph API: profiles (Business Discovery or one's own), media, comments.
//! Shared by the archive, which reads saved answers, and by live scrapers.

mod comments;
mod media;
mod user;

use super::Format;
use crate::values::Object;

const SOURCE: &str = "Instagram Graph API";

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "Instagram Graph profile",
        recognise: |object| object.has("business_discovery") || is_user(object),
        read: user::read,
    },
    Format {
        name: "Instagram Graph media",
        recognise: |object| is_list_of(object, is_media),
        read: media::read_list,
    },
    Format {
        name: "Instagram Graph comments",
        recognise: |object| is_list_of(object, is_comment),
        read: comments::read_list,
    },
];

fn is_user(object: &Object<'_>) -> bool {
    object.has("username")
        && ["followers_count", "follows_count", "media_count"]
            .iter()
            .any(|key| object.has(key))
}

fn is_list_of(object: &Object<'_>, is: fn(&Object<'_>) -> bool) -> bool {
    object.is_list("data")
        && object
            .objects("data")
            .is_some_and(|mut items| items.any(|item| is(&item)))
}

fn is_media(item: &Object<'_>) -> bool {
    item.has("id")
        && (item.has("media_type") || item.has("permalink") || item.has("comments_count"))
}

fn is_comment(item: &Object<'_>) -> bool {
    item.has("id") && item.has("text") && (item.has("timestamp") || item.has("username"))
}

/// An answer that says what went wrong.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    let failure = failure(object)?;
    Some(match failure.code {
        Some(_) if failure.subcode == Some(NO_SUCH_USER) => {
            "an error answer of the Instagram Graph API: no such account, or not a professional one"
                .to_owned()
        }
        Some(code) => format!("an error answer of the Instagram Graph API (code {code})"),
        None => "an error answer of the Instagram Graph API".to_owned(),
    })
}

/// The subcode for a user who does not exist or has no professional account.
pub(crate) const NO_SUCH_USER: u64 = 2_207_013;

/// What an error answer says. Its message is left alone: it is in the language of whoever asked,
/// and may name an account or hold a part of a token.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Option<u64>,
    pub(crate) subcode: Option<u64>,
    /// Whether it says itself that it may pass.
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "for live scrapers"))]
    pub(crate) is_transient: bool,
}

/// What an error answer says; `None` if it is none.
pub(crate) fn failure(object: &Object<'_>) -> Option<Failure> {
    if !object.is_object("error") {
        return None;
    }
    let error = object.object("error")?;
    let is_of_graph = error.has("fbtrace_id") || (error.has("type") && error.has("code"));
    if !is_of_graph {
        return None;
    }
    let number = |key: &str| error.id(key)?.parse().ok();
    Some(Failure {
        code: number("code"),
        subcode: number("error_subcode"),
        is_transient: error.flag("is_transient") == Some(true),
    })
}
