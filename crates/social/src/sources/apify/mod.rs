//! Data sets of Apify's actors: JSON lists, JSON Lines, and tables.

mod instagram;
mod tiktok;
mod youtube;

use super::Format;
use crate::values::Object;

const SOURCE: &str = "Apify";

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "Apify Instagram comments",
        recognise: |object| {
            object.has("text")
                && object.has("ownerUsername")
                && ["postUrl", "postId", "commentUrl"]
                    .iter()
                    .any(|key| object.has(key))
        },
        read: instagram::read_comment,
    },
    Format {
        name: "Apify Instagram posts",
        recognise: |object| {
            object.has("shortCode") && (object.has("ownerUsername") || object.has("ownerId"))
        },
        read: instagram::read_post,
    },
    Format {
        name: "Apify Instagram details",
        recognise: |object| {
            object.has("username")
                && [
                    "followersCount",
                    "postsCount",
                    "latestPosts",
                    "followsCount",
                ]
                .iter()
                .any(|key| object.has(key))
        },
        read: instagram::read_details,
    },
    Format {
        name: "Apify TikTok comments",
        recognise: |object| object.has("cid") && object.has("videoWebUrl"),
        read: tiktok::read_comment,
    },
    Format {
        name: "Apify TikTok videos",
        recognise: |object| object.has("webVideoUrl") || object.has("authorMeta"),
        read: tiktok::read_video,
    },
    Format {
        name: "Apify YouTube comments",
        recognise: |object| object.has("cid") && (object.has("voteCount") || object.has("comment")),
        read: youtube::read_comment,
    },
    Format {
        name: "Apify YouTube videos",
        recognise: |object| {
            (object.has("channelName") || object.has("channelUrl"))
                && (object.has("viewCount") || object.has("numberOfSubscribers"))
        },
        read: youtube::read_video,
    },
];

/// An item that only says why there is none.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    let code = object.word("error")?;
    let is_code = !code.is_empty()
        && code.len() <= 40
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    Some(if is_code {
        format!("an error item of a data set ({code})")
    } else {
        "an error item of a data set".to_owned()
    })
}
