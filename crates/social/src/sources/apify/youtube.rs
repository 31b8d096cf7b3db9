//! `YouTube`: videos, each with its channel's profile, and comments.

use report_pipeline::Platform;

use super::super::{set_time, titled, without_at, without_hash};
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, IdKind, PostKey, is_channel_id};
use crate::snapshot::{Comment, Post, PostKind, Profile};
use crate::values::Object;

pub(super) fn read_video(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let mut about = About {
        account: account(object, ctx),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    about.profile(profile(object));
    let url = object.word("url");
    let id = object
        .id("id")
        .or_else(|| video_in(url.as_deref()?).map(str::to_owned));
    // An item of a channel without videos has no video.
    if id.is_some() || object.has("title") {
        about.post(post(object, ctx), id.map(key).into_iter().collect());
    }
}

pub(super) fn read_comment(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let mut about = About {
        account: AccountKey::unknown(Platform::YOUTUBE),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    let id = object
        .id("videoId")
        .or_else(|| video_in(&object.word("pageUrl")?).map(str::to_owned));
    about.comment(comment(object, ctx), id.map(key));
}

fn key(id: String) -> PostKey {
    PostKey::Public(Platform::YOUTUBE, id)
}

fn account(object: &Object<'_>, ctx: &Context<'_>) -> AccountKey {
    let platform = Platform::YOUTUBE;
    let address = ["channelUrl", "fromYTUrl", "inputChannelUrl"]
        .iter()
        .find_map(|field| ctx.names.in_address(&object.word(field)?))
        .map(|(_, handle)| handle);
    let (id_in_address, handle_in_address) = match address {
        Some(name) if is_channel_id(name.as_str()) => (Some(name.as_str().to_owned()), None),
        name => (None, name),
    };
    let named = object
        .name("channelUsername")
        .filter(|name| !is_channel_id(name))
        .and_then(|name| ctx.names.handle(&platform, &name));
    AccountKey::unknown(platform)
        .with_handle(handle_in_address.or(named))
        .with_id(
            IdKind::Public,
            object
                .id("channelId")
                .filter(|id| is_channel_id(id))
                .or(id_in_address),
        )
}

/// The id in an address such as `https://www.youtube.com/watch?v=ID` or `/shorts/ID`.
fn video_in(address: &str) -> Option<&str> {
    let after = ["v=", "/shorts/", "/live/", "youtu.be/"]
        .iter()
        .find_map(|mark| address.split_once(mark))?
        .1;
    after
        .split(['&', '?', '#', '/'])
        .next()
        .filter(|id| !id.is_empty())
}

fn profile(object: &Object<'_>) -> Profile {
    let followers = object.counted("numberOfSubscribers");
    let links = object
        .names_in("channelDescriptionLinks", "url")
        .filter(|links| !links.is_empty());
    Profile {
        platform_id: object.id("channelId"),
        display_name: object.name("channelName"),
        bio: object.text("channelDescription"),
        follower_count: followers.map(|count| count.value),
        follower_count_rounded: followers
            .map(|count| !count.exact || count.value >= 1000)
            .filter(|rounded| *rounded),
        post_count: object.count("channelTotalVideos"),
        total_view_count: object.count("channelTotalViews"),
        created_at: object
            .when("channelJoinedDate", None)
            .and_then(crate::values::When::day),
        country: object.name("channelLocation"),
        is_verified: object.flag("isChannelVerified"),
        has_url: links.as_ref().map(|_| true),
        links,
        ..Profile::default()
    }
}

fn post(object: &Object<'_>, ctx: &Context<'_>) -> Post {
    let url = object.name("url");
    let is_short = url.as_deref().is_some_and(|url| url.contains("/shorts/"));
    let kind = match object.word("type").as_deref() {
        Some("stream" | "live") => PostKind::Live,
        Some("shorts" | "short") => PostKind::Short,
        _ if is_short => PostKind::Short,
        _ => PostKind::Video,
    };
    let (like_count, hidden) = object.likes("likes");
    let limits = [object.flag("isMembersOnly"), object.flag("isAgeRestricted")];
    let hashtags = object.texts("hashtags").map(without_hash);
    let mut post = Post {
        caption: titled(object.text("title"), object.text("text")),
        kind: Some(kind),
        like_count,
        likes_hidden: hidden.then_some(true),
        comment_count: object.count("commentsCount"),
        view_count: object.count("viewCount"),
        is_video: Some(true),
        duration_seconds: duration(object),
        comments_disabled: object.flag("commentsTurnedOff"),
        collaborators: object
            .names_in("collaborators", "name")
            .filter(|names| !names.is_empty()),
        is_sponsored: object.flag("isPaidContent"),
        is_restricted: limits.into_iter().flatten().reduce(|a, b| a || b),
        hashtag_count: hashtags.as_ref().map(|tags| tags.len() as u64),
        hashtags,
        has_location: object
            .has("location")
            .then(|| object.name("location").is_some()),
        url,
        ..Post::default()
    };
    set_time!(post, object.when("date", ctx.captured_at));
    post
}

/// `HH:MM:SS` or `M:SS`, or a number of seconds.
fn duration(object: &Object<'_>) -> Option<f64> {
    if !object.is_text("duration") {
        return object.seconds("duration");
    }
    let text = object.name("duration")?;
    let mut seconds = 0.0;
    for part in text.split(':') {
        let Ok(part) = part.parse::<u32>() else {
            return object.fault("duration", "is not a length such as 1:02:03");
        };
        seconds = seconds * 60.0 + f64::from(part);
    }
    Some(seconds)
}

fn comment(object: &Object<'_>, ctx: &Context<'_>) -> Comment {
    let mut comment = Comment {
        parent_id: object.id("replyToCid"),
        author_id: object.id("authorId"),
        author_name: object.name("author").map(without_at),
        is_by_owner: object.flag("authorIsChannelOwner"),
        like_count: object.count("voteCount"),
        is_liked_by_owner: object.flag("hasCreatorHeart"),
        reply_count: object.count("replyCount"),
        ..Comment::new(
            object.id("cid").unwrap_or_default(),
            object.text("comment").unwrap_or_default(),
        )
    };
    // The page shows words only.
    let when = object.when("publishedTimeText", ctx.captured_at);
    set_time!(comment, when.map(crate::values::When::estimated));
    comment
}
