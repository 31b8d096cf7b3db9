//! A user. The Research API leaves the name out: whoever asked knew it.

use report_pipeline::Platform;

use super::source;
use crate::facts::{About, AccountKey, Context, Emit, IdKind};
use crate::snapshot::Profile;
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let Some(data) = object.object("data") else {
        return;
    };
    let inner = data.has("user").then(|| data.object("user"));
    let user = match inner {
        Some(Some(user)) => user,
        Some(None) => return,
        None => data,
    };
    let platform = Platform::TIKTOK;
    let handle = user
        .name("username")
        .and_then(|name| ctx.names.handle(&platform, &name));
    let mut about = About {
        account: AccountKey::unknown(platform)
            .with_handle(handle)
            .with_id(IdKind::Open, user.id("open_id")),
        captured_at: ctx.captured_at,
        source: source(&user),
        emit,
    };
    about.profile(profile(&user));
}

fn profile(user: &Object<'_>) -> Profile {
    let link = user.has("bio_url").then(|| user.name("bio_url"));
    Profile {
        display_name: user.name("display_name"),
        bio: user.text("bio_description"),
        follower_count: user.count("follower_count"),
        following_count: user.count("following_count"),
        post_count: user.count("video_count"),
        total_like_count: user.count("likes_count"),
        has_profile_picture: user.name("avatar_url").map(|_| true),
        is_verified: user.flag("is_verified"),
        has_url: link.as_ref().map(Option::is_some),
        links: link.flatten().map(|url| vec![url]),
        ..Profile::default()
    }
}
