//! `TikTok`: videos, each with its author's profile, and comments.

use report_pipeline::Platform;

use super::super::{set_time, without_hash};
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, IdKind, PostKey};
use crate::snapshot::{Comment, Post, PostKind, Profile};
use crate::values::Object;

pub(super) fn read_video(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let platform = Platform::TIKTOK;
    let author = object.object("authorMeta");
    let handle = author
        .as_ref()
        .and_then(|author| ctx.names.handle(&platform, &author.name("name")?));
    let id = author.as_ref().and_then(|author| author.number_id("id"));
    let address = object.name("webVideoUrl");
    let account = match handle {
        Some(handle) => AccountKey::unknown(platform).with_handle(Some(handle)),
        None => account_in(address.as_deref(), ctx),
    };
    let mut about = About {
        account: account.with_id(IdKind::Public, id),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    if let Some(author) = &author {
        about.profile(profile(author));
    }
    let id = object
        .id("id")
        .or_else(|| video_in(address.as_deref()?).map(str::to_owned));
    about.post(post(object), id.map(key).into_iter().collect());
}

pub(super) fn read_comment(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let addresses = ["videoWebUrl", "submittedVideoUrl", "input"].map(|field| object.word(field));
    let address = addresses
        .iter()
        .flatten()
        .find(|address| video_in(address).is_some());
    let mut about = About {
        account: account_in(address.map(String::as_str), ctx),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    let post = address.and_then(|address| video_in(address));
    about.comment(comment(object), post.map(|id| key(id.to_owned())));
}

fn key(id: String) -> PostKey {
    PostKey::Public(Platform::TIKTOK, id)
}

fn account_in(address: Option<&str>, ctx: &Context<'_>) -> AccountKey {
    let named = address.and_then(|address| ctx.names.in_address(address));
    let handle = named.filter(|(platform, _)| *platform == Platform::TIKTOK);
    AccountKey::unknown(Platform::TIKTOK).with_handle(handle.map(|(_, handle)| handle))
}

/// The number in `https://www.tiktok.com/@name/video/NUMBER`, or of a slide show.
fn video_in(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next()?;
    let mut segments = path.split('/');
    segments.find(|segment| matches!(*segment, "video" | "photo"))?;
    segments.next().filter(|id| !id.is_empty())
}

fn profile(author: &Object<'_>) -> Profile {
    let link = author.has("bioLink").then(|| {
        if author.is_object("bioLink") {
            author.object("bioLink")?.name("link")
        } else {
            author.name("bioLink")
        }
    });
    Profile {
        platform_id: author.number_id("id"),
        display_name: author.name("nickName"),
        bio: author.text("signature"),
        follower_count: author.count("fans"),
        following_count: author.count("following"),
        post_count: author.count("video"),
        total_like_count: author.count("heart"),
        country: author.name("region"),
        is_private: author.flag("privateAccount"),
        is_verified: author.flag("verified"),
        has_url: link.as_ref().map(Option::is_some),
        links: link.flatten().map(|link| vec![link]),
        ..Profile::default()
    }
}

fn post(object: &Object<'_>) -> Post {
    let is_slideshow = object.flag("isSlideshow");
    let sponsored = [object.flag("isAd"), object.flag("isSponsored")];
    let hashtags = object.names_in("hashtags", "name").map(without_hash);
    let (like_count, hidden) = object.likes("diggCount");
    let mut post = Post {
        url: object.name("webVideoUrl"),
        caption: object.text("text"),
        kind: Some(if is_slideshow == Some(true) {
            PostKind::Album
        } else {
            PostKind::Short
        }),
        like_count,
        likes_hidden: hidden.then_some(true),
        comment_count: object.count("commentCount"),
        share_count: object.count("shareCount"),
        save_count: object.count("collectCount"),
        view_count: object.count("playCount"),
        is_video: is_slideshow.map(|slides| !slides).or(Some(true)),
        duration_seconds: object
            .object("videoMeta")
            .and_then(|meta| meta.seconds("duration")),
        language: object
            .name("textLanguage")
            .filter(|language| language != "un"),
        is_pinned: object.flag("isPinned"),
        is_sponsored: sponsored.into_iter().flatten().reduce(|a, b| a || b),
        hashtag_count: hashtags.as_ref().map(|tags| tags.len() as u64),
        hashtags,
        mentions: object
            .texts("mentions")
            .map(|names| names.into_iter().map(super::super::without_at).collect()),
        ..Post::default()
    };
    let when = object.when("createTimeISO", None);
    set_time!(post, when.or_else(|| object.when("createTime", None)));
    post
}

fn comment(object: &Object<'_>) -> Comment {
    let mut comment = Comment {
        parent_id: object.id("repliesToId"),
        author_id: object.id("uid"),
        author_name: object.name("uniqueId"),
        like_count: object.count("diggCount"),
        is_liked_by_owner: object.flag("likedByAuthor"),
        reply_count: object.count("replyCommentTotal"),
        is_pinned: object.flag("pinnedByAuthor"),
        ..Comment::new(
            object.id("cid").unwrap_or_default(),
            object.text("text").unwrap_or_default(),
        )
    };
    let when = object.when("createTimeISO", None);
    set_time!(comment, when.or_else(|| object.when("createTime", None)));
    comment
}
