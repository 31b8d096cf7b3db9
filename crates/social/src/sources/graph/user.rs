//! A profile, with its media where they were asked for.

use report_pipeline::Platform;

use super::{SOURCE, media};
use crate::facts::{About, AccountKey, Context, Emit, IdKind, Item};
use crate::snapshot::Profile;
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    if object.has("business_discovery") {
        if let Some(user) = object.object("business_discovery") {
            read_user(&user, ctx, emit);
        }
    } else {
        read_user(object, ctx, emit);
    }
}

fn read_user(user: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let platform = Platform::INSTAGRAM;
    let handle = user
        .name("username")
        .and_then(|name| ctx.names.handle(&platform, &name));
    let account = AccountKey::unknown(platform)
        .with_handle(handle)
        .with_id(IdKind::Graph, user.id("id"));
    let mut about = About {
        account,
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    about.profile(profile(user));
    if let Some(list) = user.object("media") {
        about.say(Item::PostsRead { limit: None });
        for item in list.objects("data").into_iter().flatten() {
            media::read(&item, &mut about);
        }
    }
}

fn profile(user: &Object<'_>) -> Profile {
    let website = user.has("website").then(|| user.name("website"));
    Profile {
        // Its own id is of another numbering than the one that tools and addresses use.
        platform_id: None,
        display_name: user.name("name"),
        bio: user.text("biography"),
        follower_count: user.count("followers_count"),
        following_count: user.count("follows_count"),
        post_count: user.count("media_count"),
        has_profile_picture: user.name("profile_picture_url").map(|_| true),
        has_url: website.as_ref().map(Option::is_some),
        links: website.flatten().map(|url| vec![url]),
        ..Profile::default()
    }
}
