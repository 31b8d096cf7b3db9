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

/// An answer that says what went wrong. Its message is not repeated: it may name an account or hold
/// a part of a token.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    if !object.is_object("error") {
        return None;
    }
    let error = object.object("error")?;
    if !error.has("fbtrace_id") && !(error.has("type") && error.has("code")) {
        return None;
    }
    let part = |key: &str| {
        error
            .id(key)
            .filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
    };
    Some(match (part("code"), part("error_subcode")) {
        (Some(_), Some(subcode)) if subcode == "2207013" => {
            "an error answer of the Instagram Graph API: no such account, or not a professional one"
                .to_owned()
        }
        (Some(code), _) => format!("an error answer of the Instagram Graph API (code {code})"),
        _ => "an error answer of the Instagram Graph API".to_owned(),
    })
}
