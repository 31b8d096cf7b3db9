//! Comments under one's own media. Authors have a name at best, and replies often none.

use report_pipeline::Platform;

use super::super::set_time;
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, PostKey};
use crate::snapshot::Comment;
use crate::values::Object;

pub(super) fn read_list(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let post = media_id(object, ctx.file);
    let post = post.map(|id| PostKey::Graph(Platform::INSTAGRAM, id));
    let mut about = About {
        account: AccountKey::unknown(Platform::INSTAGRAM),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    for item in object.objects("data").into_iter().flatten() {
        let post = item
            .is_object("media")
            .then(|| item.object("media")?.id("id"))
            .flatten()
            .map(|id| PostKey::Graph(Platform::INSTAGRAM, id))
            .or_else(|| post.clone());
        let parent = comment(&item);
        let parent_id = parent.id.clone();
        about.comment(parent, post.clone());
        let replies = item.object("replies");
        let replies = replies.and_then(|replies| replies.objects("data"));
        for reply in replies.into_iter().flatten() {
            let mut reply = comment(&reply);
            if reply.parent_id.is_none() && !parent_id.is_empty() {
                reply.parent_id = Some(parent_id.clone());
            }
            about.comment(reply, post.clone());
        }
    }
}

/// The answer itself does not say under which media its comments stand. The address of the next or
/// previous page does; of it nothing but that number is read, because it carries the token too.
fn media_id(object: &Object<'_>, file: &str) -> Option<String> {
    let paging = object.is_object("paging").then(|| object.object("paging"));
    let address = paging
        .flatten()
        .and_then(|paging| paging.word("next").or_else(|| paging.word("previous")));
    let in_address = address.and_then(|address| {
        let path = address.split('?').next()?;
        let mut segments = path.rsplit('/');
        segments.find(|segment| *segment == "comments")?;
        segments.next().map(str::to_owned)
    });
    let is_number = |id: &str| id.len() >= 15 && id.bytes().all(|b| b.is_ascii_digit());
    in_address.filter(|id| is_number(id)).or_else(|| {
        let words = file
            .rsplit('/')
            .next()?
            .split(|c: char| !c.is_ascii_digit());
        words
            .into_iter()
            .find(|word| is_number(word))
            .map(str::to_owned)
    })
}

fn comment(item: &Object<'_>) -> Comment {
    let from = item
        .is_object("from")
        .then(|| item.object("from"))
        .flatten();
    let name = item.name("username");
    let mut comment = Comment {
        parent_id: item.id("parent_id"),
        author_id: from.as_ref().and_then(|from| from.id("id")),
        author_name: name.or_else(|| from.as_ref()?.name("username")),
        like_count: item.count("like_count"),
        ..Comment::new(
            item.id("id").unwrap_or_default(),
            item.text("text").unwrap_or_default(),
        )
    };
    set_time!(comment, item.when("timestamp", None));
    comment
}
