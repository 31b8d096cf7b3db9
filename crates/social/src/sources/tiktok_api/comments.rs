//! Comments, which the Research API gives without authors.

use report_pipeline::Platform;

use super::super::set_time;
use super::{source, videos};
use crate::facts::{About, AccountKey, Context, Emit};
use crate::snapshot::Comment;
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let comments = object
        .object("data")
        .and_then(|data| data.objects("comments"));
    for item in comments.into_iter().flatten() {
        let video = item.id("video_id");
        let mut comment = Comment {
            // Of a comment directly under the video, the parent is the video.
            parent_id: item
                .id("parent_comment_id")
                .filter(|id| Some(id) != video.as_ref()),
            like_count: item.count("like_count"),
            reply_count: item.count("reply_count"),
            ..Comment::new(
                item.id("id").unwrap_or_default(),
                item.text("text").unwrap_or_default(),
            )
        };
        set_time!(comment, item.when("create_time", None));
        let mut about = About {
            account: AccountKey::unknown(Platform::TIKTOK),
            captured_at: ctx.captured_at,
            source: source(&item),
            emit,
        };
        about.comment(comment, video.map(videos::key));
    }
}
