//! Files of Instaloader: posts, profiles, and comments beside the post's file.

mod comments;
mod post;
mod profile;

use report_pipeline::Platform;

use super::Format;
use crate::facts::{AccountKey, Context, IdKind};
use crate::values::Object;

const SOURCE: &str = "Instaloader";

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "Instaloader post",
        recognise: |object| {
            node_type(object).as_deref() == Some("Post")
                || is_bare_post(object)
                || is_wrapped(object, is_bare_post)
        },
        read: |object, ctx, emit| {
            if let Some(node) = node(object) {
                post::read(&node, ctx, emit);
            }
        },
    },
    Format {
        name: "Instaloader profile",
        recognise: |object| {
            node_type(object).as_deref() == Some("Profile")
                || is_bare_profile(object)
                || is_wrapped(object, is_bare_profile)
        },
        read: |object, ctx, emit| {
            if let Some(node) = node(object) {
                profile::read(&node, ctx, emit);
            }
        },
    },
    Format {
        name: "Instaloader comments",
        recognise: |object| {
            object.has("created_at")
                && object.has("text")
                && (object.has("answers") || object.has("likes_count") || object.has("owner"))
        },
        read: comments::read,
    },
];

/// Other things that the tool keeps in the same format.
pub(super) fn other_node(object: &Object<'_>) -> Option<String> {
    let what = match node_type(object)?.as_str() {
        "Post" | "Profile" => return None,
        "FrozenNodeIterator" => "a resume file of Instaloader: a bookmark in a download, no data",
        "StoryItem" => "an Instaloader story, which has no counts and no comments",
        "Hashtag" => "an Instaloader hashtag, which is no account",
        _ => "an Instaloader file of a kind that holds no post and no profile",
    };
    Some(what.to_owned())
}

fn node_type(object: &Object<'_>) -> Option<String> {
    if !object.is_object("instaloader") {
        return None;
    }
    object.object("instaloader")?.word("node_type")
}

/// The record inside. Version 3 wrote it without anything around it.
fn node<'a>(object: &Object<'a>) -> Option<Object<'a>> {
    if object.has("node") {
        object.object("node")
    } else {
        object.itself()
    }
}

/// A node of a version, or a damaged file, that does not name its type.
fn is_wrapped(object: &Object<'_>, is: fn(&Object<'_>) -> bool) -> bool {
    object.has("instaloader")
        && node_type(object).is_none()
        && object.is_object("node")
        && object.object("node").is_some_and(|node| is(&node))
}

fn is_bare_post(object: &Object<'_>) -> bool {
    object.has("shortcode") && (object.has("owner") || object.has("display_url"))
}

fn is_bare_profile(object: &Object<'_>) -> bool {
    object.has("edge_followed_by") && object.has("username")
}

/// The account that an `owner`, `user` or profile object names.
fn account(owner: &Object<'_>, ctx: &Context<'_>) -> AccountKey {
    let platform = Platform::INSTAGRAM;
    let handle = owner
        .name("username")
        .and_then(|name| ctx.names.handle(&platform, &name));
    AccountKey::unknown(platform).with_handle(handle).with_id(
        IdKind::Public,
        owner.number_id("pk").or_else(|| owner.number_id("id")),
    )
}

/// `{"edge_followed_by": {"count": 5}}`
fn edge_count(object: &Object<'_>, key: &'static str) -> Option<u64> {
    object.object(key)?.count("count")
}
