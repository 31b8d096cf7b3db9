//! Videos.

use report_pipeline::Platform;

use super::super::{set_time, without_hash};
use super::source;
use crate::facts::{About, AccountKey, Context, Emit, PostKey};
use crate::snapshot::{Post, PostKind};
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let videos = object
        .object("data")
        .and_then(|data| data.objects("videos"));
    for video in videos.into_iter().flatten() {
        let platform = Platform::TIKTOK;
        let by_name = video
            .name("username")
            .and_then(|name| ctx.names.handle(&platform, &name));
        let handle = by_name.or_else(|| {
            let address = video.word("share_url")?;
            let named = ctx.names.in_address(&address);
            named
                .filter(|(named, _)| *named == platform)
                .map(|(_, handle)| handle)
        });
        let mut about = About {
            account: AccountKey::unknown(platform).with_handle(handle),
            captured_at: ctx.captured_at,
            source: source(&video),
            emit,
        };
        about.post(post(&video), video.id("id").map(key).into_iter().collect());
    }
}

pub(super) fn key(id: String) -> PostKey {
    PostKey::Public(Platform::TIKTOK, id)
}

fn post(video: &Object<'_>) -> Post {
    let hashtags = video.texts("hashtag_names").map(without_hash);
    let url = video.name("share_url");
    let mut post = Post {
        // What stands behind the `?` tells who shared it.
        url: url.map(|url| url.split('?').next().unwrap_or_default().to_owned()),
        caption: video
            .text("video_description")
            .or_else(|| video.text("title")),
        kind: Some(PostKind::Short),
        like_count: video.count("like_count"),
        comment_count: video.count("comment_count"),
        share_count: video.count("share_count"),
        save_count: video.count("favorites_count"),
        view_count: video.count("view_count"),
        is_video: Some(true),
        duration_seconds: video
            .seconds("duration")
            .or_else(|| video.seconds("video_duration")),
        hashtag_count: hashtags.as_ref().map(|tags| tags.len() as u64),
        hashtags,
        ..Post::default()
    };
    set_time!(post, video.when("create_time", None));
    post
}
