//! Videos, and the items of a channel's list of uploads.

use report_pipeline::Platform;

use super::super::{set_time, titled};
use super::{SOURCE, duration};
use crate::facts::{About, AccountKey, Context, Emit, IdKind, PostKey};
use crate::snapshot::{Post, PostKind};
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let snippet = object.object("snippet");
    let channel = snippet.as_ref().and_then(|snippet| snippet.id("channelId"));
    let id = object.id("id");
    let mut about = about(channel, ctx, emit);
    let mut post = Post {
        url: id.as_ref().map(|id| address(id)),
        kind: Some(PostKind::Video),
        is_video: Some(true),
        ..Post::default()
    };
    if let Some(snippet) = &snippet {
        post.caption = titled(snippet.text("title"), snippet.text("description"));
        post.language = snippet
            .name("defaultAudioLanguage")
            .or_else(|| snippet.name("defaultLanguage"));
        set_time!(post, snippet.when("publishedAt", None));
        if matches!(
            snippet.word("liveBroadcastContent").as_deref(),
            Some("live" | "upcoming")
        ) {
            post.kind = Some(PostKind::Live);
        }
    }
    if object.is_object("liveStreamingDetails") {
        post.kind = Some(PostKind::Live);
    }
    if let Some(details) = object.object("contentDetails") {
        post.duration_seconds = duration::seconds(&details, "duration");
        let rating = details.object("contentRating");
        let is_adult = rating
            .is_some_and(|rating| rating.word("ytRating").as_deref() == Some("ytAgeRestricted"));
        post.is_restricted = is_adult.then_some(true);
    }
    if let Some(status) = object.object("status") {
        post.is_made_for_kids = status.flag("madeForKids");
        post.is_synthetic = status.flag("containsSyntheticMedia");
    }
    if let Some(statistics) = object.object("statistics") {
        counts(&mut post, &statistics);
    }
    if let Some(placement) = object.object("paidProductPlacementDetails") {
        post.is_sponsored = placement.flag("hasPaidProductPlacement");
    }
    if let Some(partner) = object.object("brandPartner") {
        let name = partner
            .name("channelHandle")
            .or_else(|| partner.id("channelId"));
        post.is_sponsored = name.as_ref().map(|_| true).or(post.is_sponsored);
        post.sponsors = name.map(|name| vec![super::super::without_at(name)]);
    }
    about.post(post, id.map(key).into_iter().collect());
}

/// A count that is not there is hidden, or its subject is switched off.
fn counts(post: &mut Post, statistics: &Object<'_>) {
    post.view_count = statistics.count("viewCount");
    post.like_count = statistics.count("likeCount");
    post.likes_hidden = Some(!statistics.has("likeCount"));
    post.comment_count = statistics.count("commentCount");
    post.comments_disabled = Some(!statistics.has("commentCount"));
}

/// Says of a video no more than that it is there, and since when.
pub(super) fn read_playlist_item(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let snippet = object.object("snippet");
    let details = object.object("contentDetails");
    let id = details
        .as_ref()
        .and_then(|details| details.id("videoId"))
        .or_else(|| snippet.as_ref()?.object("resourceId")?.id("videoId"));
    // The list's own channel says nothing: somebody else's video may be in it.
    let channel = snippet
        .as_ref()
        .and_then(|snippet| snippet.id("videoOwnerChannelId"));
    let Some(id) = id else {
        return;
    };
    let mut post = Post {
        url: Some(address(&id)),
        caption: snippet
            .as_ref()
            .and_then(|snippet| titled(snippet.text("title"), snippet.text("description"))),
        is_video: Some(true),
        ..Post::default()
    };
    // Absent on private and deleted videos.
    set_time!(
        post,
        details.and_then(|details| details.when("videoPublishedAt", None))
    );
    about(channel, ctx, emit).post(post, vec![key(id)]);
}

fn about<'e, 'f>(
    channel: Option<String>,
    ctx: &Context<'_>,
    emit: &'e mut Emit<'f>,
) -> About<'e, 'f> {
    About {
        account: AccountKey::unknown(Platform::YOUTUBE).with_id(IdKind::Public, channel),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    }
}

pub(super) fn key(id: String) -> PostKey {
    PostKey::Public(Platform::YOUTUBE, id)
}

fn address(id: &str) -> String {
    format!("https://www.youtube.com/watch?v={id}")
}
