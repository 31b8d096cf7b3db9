//! The comments inside a video's file.

use report_pipeline::Platform;

use super::super::{set_time, without_at};
use crate::facts::{About, PostKey};
use crate::snapshot::Comment;
use crate::values::Object;

pub(super) fn read(
    video: &Object<'_>,
    platform: &Platform,
    post: Option<&PostKey>,
    about: &mut About<'_, '_>,
) {
    let Some(comments) = video.objects("comments") else {
        return;
    };
    for object in comments {
        about.comment(comment(&object, platform, about.captured_at), post.cloned());
    }
}

fn comment(
    object: &Object<'_>,
    platform: &Platform,
    captured_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Comment {
    let id = object.id("id").unwrap_or_default();
    let is_youtube = *platform == Platform::YOUTUBE;
    // A reply's id begins with its parent's.
    let in_id = is_youtube.then(|| id.split_once('.')).flatten();
    let parent_id = object
        .id("parent")
        .or_else(|| in_id.map(|(parent, _)| parent.to_owned()))
        .filter(|parent| parent != "root");
    let mut comment = Comment {
        parent_id,
        author_id: object.id("author_id"),
        author_name: object.name("author").map(without_at),
        is_by_owner: object.flag("author_is_uploader"),
        author_is_verified: object.flag("author_is_verified"),
        like_count: object.count("like_count"),
        is_liked_by_owner: object.flag("is_favorited"),
        is_pinned: object.flag("is_pinned"),
        ..Comment::new(id, object.text("text").unwrap_or_default())
    };
    let when = object
        .when("timestamp", None)
        .or_else(|| object.when("_time_text", captured_at));
    // YouTube shows "3 weeks ago", and the tool writes that as seconds.
    set_time!(
        comment,
        when.map(|when| if is_youtube { when.estimated() } else { when })
    );
    comment
}
