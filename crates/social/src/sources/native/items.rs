//! The `posts` and `comments` of a record.

use super::super::{set_time, without_at, without_hash};
use crate::snapshot::{ApproximateTime, Comment, Post, PostKind, TimePrecision};
use crate::values::{Object, When};

pub(super) fn post(object: &Object<'_>) -> Post {
    let (like_count, hidden) = object.likes("like_count");
    let mut post = Post {
        id: object.id("id").unwrap_or_default(),
        url: object.text("url"),
        caption: object.text("caption"),
        kind: kind(object),
        like_count,
        likes_hidden: object.flag("likes_hidden").or(hidden.then_some(true)),
        comment_count: object.count("comment_count"),
        comment_count_at_least: object.count("comment_count_at_least"),
        share_count: object.count("share_count"),
        save_count: object.count("save_count"),
        view_count: object.count("view_count"),
        play_count: object.count("play_count"),
        counts_rounded: object.flag("counts_rounded"),
        is_video: object.flag("is_video"),
        duration_seconds: object.seconds("duration_seconds"),
        language: object.name("language"),
        is_pinned: object.flag("is_pinned"),
        comments_disabled: object.flag("comments_disabled"),
        is_sponsored: object.flag("is_sponsored"),
        sponsors: object.texts("sponsors"),
        collaborators: object.texts("collaborators"),
        is_made_for_kids: object.flag("is_made_for_kids"),
        is_synthetic: object.flag("is_synthetic"),
        is_restricted: object.flag("is_restricted"),
        hashtag_count: object.count("hashtag_count"),
        hashtags: object.texts("hashtags").map(without_hash),
        mentions: object.texts("mentions"),
        has_location: object.flag("has_location"),
        ..Post::default()
    };
    set_time!(
        post,
        object
            .when("timestamp", None)
            .or_else(|| approximate(object))
    );
    post
}

pub(super) fn comment(object: &Object<'_>) -> Comment {
    let id = object.id("id").unwrap_or_default();
    let mut comment = Comment {
        parent_id: object.id("parent_id"),
        author_id: object.id("author_id"),
        author_name: object.name("author_name").map(without_at),
        is_by_owner: object.flag("is_by_owner"),
        author_is_verified: object.flag("author_is_verified"),
        like_count: object.likes("like_count").0,
        is_liked_by_owner: object.flag("is_liked_by_owner"),
        reply_count: object.count("reply_count"),
        is_pinned: object.flag("is_pinned"),
        ..Comment::new(id, object.text("text").unwrap_or_default())
    };
    if !object.has("text") {
        object.fault::<()>("text", "is missing");
    }
    set_time!(
        comment,
        object
            .when("timestamp", None)
            .or_else(|| approximate(object))
    );
    comment
}

fn approximate(object: &Object<'_>) -> Option<When> {
    let time = object.object("approximate_time")?;
    let at = time.time("at")?;
    let precision = match time.word("precision").as_deref() {
        Some("day") => TimePrecision::Day,
        _ => TimePrecision::Estimate,
    };
    Some(When::Rough(ApproximateTime { at, precision }))
}

fn kind(object: &Object<'_>) -> Option<PostKind> {
    match object.name("kind")?.as_str() {
        "photo" => Some(PostKind::Photo),
        "album" => Some(PostKind::Album),
        "video" => Some(PostKind::Video),
        "short" => Some(PostKind::Short),
        "live" => Some(PostKind::Live),
        "story" => Some(PostKind::Story),
        _ => object.fault(
            "kind",
            "is none of photo, album, video, short, live and story",
        ),
    }
}
