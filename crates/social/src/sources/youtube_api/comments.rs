//! Comment threads, with up to five replies each, and single comments.

use report_pipeline::Platform;

use super::super::{set_time, without_at};
use super::{SOURCE, html, videos};
use crate::facts::{About, AccountKey, Context, Emit, IdKind};
use crate::snapshot::Comment;
use crate::values::Object;

pub(super) fn read_thread(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let Some(snippet) = object.object("snippet") else {
        return;
    };
    let place = Place {
        channel: snippet.id("channelId"),
        video: snippet.id("videoId"),
    };
    if let Some(top) = snippet.object("topLevelComment") {
        say(
            &top,
            &place,
            None,
            snippet.count("totalReplyCount"),
            ctx,
            emit,
        );
    }
    let replies = object.object("replies");
    let replies = replies.and_then(|replies| replies.objects("comments"));
    let thread = object.id("id");
    for reply in replies.into_iter().flatten() {
        say(&reply, &place, thread.as_ref(), None, ctx, emit);
    }
}

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let nowhere = Place {
        channel: None,
        video: None,
    };
    say(object, &nowhere, None, None, ctx, emit);
}

/// Where a comment stands, if its thread says so.
struct Place {
    channel: Option<String>,
    video: Option<String>,
}

fn say(
    object: &Object<'_>,
    place: &Place,
    thread: Option<&String>,
    replies: Option<u64>,
    ctx: &Context<'_>,
    emit: &mut Emit<'_>,
) {
    let Some(snippet) = object.object("snippet") else {
        return;
    };
    let channel = place.channel.clone().or_else(|| snippet.id("channelId"));
    let video = place.video.clone().or_else(|| snippet.id("videoId"));
    let author = snippet.object("authorChannelId");
    let mut comment = Comment {
        parent_id: snippet.id("parentId").or_else(|| thread.cloned()),
        author_id: author.and_then(|author| author.id("value")),
        author_name: snippet.name("authorDisplayName").map(without_at),
        like_count: snippet.count("likeCount"),
        reply_count: replies,
        ..Comment::new(object.id("id").unwrap_or_default(), text(&snippet))
    };
    set_time!(comment, snippet.when("publishedAt", None));
    let mut about = About {
        account: AccountKey::unknown(Platform::YOUTUBE).with_id(IdKind::Public, channel),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    about.comment(comment, video.map(videos::key));
}

/// `textOriginal` is plain but is given to the author alone in places; `textDisplay` is HTML unless
/// plain text was asked for.
fn text(snippet: &Object<'_>) -> String {
    match snippet.text("textOriginal") {
        Some(text) if !text.is_empty() => text,
        _ => html::plain(&snippet.text("textDisplay").unwrap_or_default()),
    }
}
