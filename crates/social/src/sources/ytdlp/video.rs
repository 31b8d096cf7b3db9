//! One video.

use report_pipeline::Platform;

use super::super::{set_time, titled};
use super::{SOURCE, account, comments, platform};
use crate::facts::{About, AccountKey, Context, Emit, Item, PostKey, instagram_post};
use crate::snapshot::{Post, PostKind, Profile};
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    if let Some(platform) = platform(object) {
        read_of(object, &AccountKey::unknown(platform), ctx, emit);
    }
}

/// Reads a video that belongs to `owner` unless it says something else.
pub(super) fn read_of(
    object: &Object<'_>,
    owner: &AccountKey,
    ctx: &Context<'_>,
    emit: &mut Emit<'_>,
) {
    let platform = &owner.platform;
    let own = account::of(object, platform, ctx);
    let is_own = !own.is_unknown();
    let mut about = About {
        account: if is_own { own } else { owner.clone() },
        captured_at: object.time("epoch").or(ctx.captured_at),
        source: SOURCE,
        emit,
    };
    if is_own {
        about.profile(profile(object, platform, &about.account));
    }
    let keys = keys(object, platform);
    let key = keys.iter().min().cloned();
    about.post(post(object, platform), keys);
    if object.is_list("comments") {
        about.say(Item::CommentsRead { order: None });
        comments::read(object, platform, key.as_ref(), &mut about);
    }
}

fn profile(object: &Object<'_>, platform: &Platform, account: &AccountKey) -> Profile {
    let is_youtube = *platform == Platform::YOUTUBE;
    let followers = object.count("channel_follower_count");
    let shown = if *platform == Platform::INSTAGRAM {
        "uploader"
    } else {
        "channel"
    };
    Profile {
        platform_id: account.ids.first().map(|id| id.value.clone()),
        display_name: object.name(shown),
        follower_count: followers,
        follower_count_rounded: (is_youtube && followers >= Some(1000)).then_some(true),
        is_verified: object.flag("channel_is_verified"),
        ..Profile::default()
    }
}

fn keys(object: &Object<'_>, platform: &Platform) -> Vec<PostKey> {
    let id = object
        .id("id")
        .or_else(|| object.id("display_id"))
        .or_else(|| id_in(&object.word("webpage_url").or_else(|| object.word("url"))?));
    let Some(id) = id else {
        return Vec::new();
    };
    if *platform == Platform::INSTAGRAM {
        return instagram_post(Some(id), None, None);
    }
    vec![PostKey::Public(platform.clone(), id)]
}

/// The id in a video's address.
fn id_in(address: &str) -> Option<String> {
    let marks = ["watch?v=", "/shorts/", "/video/", "/reel/", "/p/"];
    let after = marks.iter().find_map(|mark| address.split_once(mark))?.1;
    let id = after.split(['&', '?', '#', '/']).next()?;
    (!id.is_empty()).then(|| id.to_owned())
}

fn post(object: &Object<'_>, platform: &Platform) -> Post {
    let is_youtube = *platform == Platform::YOUTUBE;
    let url = object.name("webpage_url").or_else(|| object.name("url"));
    let description = object.text("description");
    let caption = if is_youtube {
        titled(object.text("title"), description)
    } else {
        description.or_else(|| object.text("title"))
    };
    let view_count = object.count("view_count");
    let is_flat = object.has("ie_key") && !object.has("extractor_key");
    let mut post = Post {
        caption,
        kind: Some(kind(object, platform, url.as_deref())),
        like_count: object.count("like_count"),
        // A page that shows views and no likes hides them.
        likes_hidden: (view_count.is_some() && object.is_null("like_count")).then_some(true),
        view_count,
        share_count: object.count("repost_count"),
        save_count: object.count("save_count"),
        duration_seconds: object.seconds("duration"),
        language: object.name("language"),
        is_video: Some(true),
        is_restricted: is_restricted(object),
        counts_rounded: (is_flat && view_count >= Some(1000)).then_some(true),
        url,
        ..Post::default()
    };
    let exact = object.when("timestamp", None);
    set_time!(post, exact.or_else(|| object.when("upload_date", None)));
    set_comment_count(&mut post, object, is_youtube);
    post
}

/// Of `YouTube`, with comments, `comment_count` is how many were fetched, and without them it is
/// rounded above 1,000. Both `null`: comments are switched off.
fn set_comment_count(post: &mut Post, object: &Object<'_>, is_youtube: bool) {
    let count = object.count("comment_count");
    if object.is_null("comments") && object.is_null("comment_count") {
        post.comments_disabled = Some(true);
    } else if is_youtube && object.is_list("comments") {
        post.comments_disabled = (count > Some(0)).then_some(false);
        post.comment_count_at_least = count;
    } else {
        post.comment_count = count;
        if is_youtube && count >= Some(1000) {
            post.counts_rounded = Some(true);
        }
    }
}

fn kind(object: &Object<'_>, platform: &Platform, url: Option<&str>) -> PostKind {
    let in_url = |part: &str| url.is_some_and(|url| url.contains(part));
    let was_live = matches!(
        object.word("live_status").as_deref(),
        Some("is_live" | "was_live" | "post_live" | "is_upcoming")
    );
    if was_live {
        PostKind::Live
    } else if *platform == Platform::TIKTOK
        || in_url("/shorts/")
        || in_url("/reel")
        || object.word("media_type").as_deref() == Some("short")
    {
        PostKind::Short
    } else {
        PostKind::Video
    }
}

fn is_restricted(object: &Object<'_>) -> Option<bool> {
    if object.count("age_limit") >= Some(18) {
        return Some(true);
    }
    match object.name("availability")?.as_str() {
        "subscriber_only" | "premium_only" | "needs_auth" | "private" => Some(true),
        "public" | "unlisted" => Some(false),
        _ => None,
    }
}
