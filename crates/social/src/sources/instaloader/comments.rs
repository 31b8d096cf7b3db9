//! One comment of a `..._comments.json` file, with the answers to it.
//!
//! Nothing inside says under which post it stands: the file's name is that of the post's file.

use super::super::set_time;
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, PostKey};
use crate::snapshot::Comment;
use crate::values::Object;
use report_pipeline::Platform;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let post = ctx
        .file
        .strip_suffix("_comments")
        .map(|stem| PostKey::File(stem.to_owned()));
    let mut about = About {
        account: AccountKey::unknown(Platform::INSTAGRAM),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    let answers: Vec<Object<'_>> = object.objects("answers").into_iter().flatten().collect();
    let mut parent = comment(object);
    parent.reply_count = object.is_list("answers").then_some(answers.len() as u64);
    let parent_id = parent.id.clone();
    about.comment(parent, post.clone());
    for answer in &answers {
        let mut reply = comment(answer);
        reply.parent_id = (!parent_id.is_empty()).then(|| parent_id.clone());
        about.comment(reply, post.clone());
    }
}

fn comment(object: &Object<'_>) -> Comment {
    let owner = object.object("owner");
    let mut comment = Comment {
        author_id: owner.as_ref().and_then(|owner| owner.id("id")),
        author_name: owner.as_ref().and_then(|owner| owner.name("username")),
        author_is_verified: owner.as_ref().and_then(|owner| owner.flag("is_verified")),
        // The tool writes 0 where it was not told.
        like_count: object.count("likes_count").filter(|count| *count > 0),
        ..Comment::new(
            object.id("id").unwrap_or_default(),
            object.text("text").unwrap_or_default(),
        )
    };
    set_time!(comment, object.when("created_at", None));
    comment
}
