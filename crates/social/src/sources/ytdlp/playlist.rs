//! Channels and playlists: a list of videos, each in full or as a mere link.

use report_pipeline::Platform;

use super::{SOURCE, account, is_playlist, platform, video};
use crate::facts::{About, AccountKey, Context, Emit, Item, is_channel_id};
use crate::snapshot::Profile;
use crate::values::Object;

/// How deep lists may lie in lists: a channel has tabs, and a tab has videos.
const MAX_NESTING: u8 = 4;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    if let Some(platform) = platform(object) {
        let owner = AccountKey::unknown(platform);
        read_list(object, &owner, ctx, emit, MAX_NESTING);
    }
}

fn read_list(
    object: &Object<'_>,
    outer: &AccountKey,
    ctx: &Context<'_>,
    emit: &mut Emit<'_>,
    nesting: u8,
) {
    let captured_at = object.time("epoch").or(ctx.captured_at);
    let own = account::of(object, &outer.platform, ctx);
    let owner = if own.is_unknown() || !is_whole_channel(object, &own) {
        outer.clone()
    } else {
        own
    };
    if !owner.is_unknown() {
        let mut about = About {
            account: owner.clone(),
            captured_at,
            source: SOURCE,
            emit,
        };
        about.profile(profile(object, &owner));
        about.say(Item::PostsRead { limit: None });
    }
    let ctx = &Context {
        captured_at,
        ..*ctx
    };
    for entry in object.objects("entries").into_iter().flatten() {
        if !is_playlist(&entry) {
            video::read_of(&entry, &owner, ctx, emit);
        } else if nesting > 0 {
            read_list(&entry, &owner, ctx, emit, nesting - 1);
        }
    }
}

/// Whether the list is a channel's own, so that entries without an owner are the channel's. A
/// playlist that somebody put together has videos of others in it.
fn is_whole_channel(object: &Object<'_>, own: &AccountKey) -> bool {
    if own.platform != Platform::YOUTUBE {
        return true;
    }
    let id = object.word("id").unwrap_or_default();
    let url = object.word("webpage_url").unwrap_or_default();
    is_channel_id(&id)
        || id.starts_with('@')
        || own.ids.iter().any(|own| own.value == id)
        || ["/@", "/channel/", "/c/", "/user/"]
            .iter()
            .any(|part| url.contains(part))
}

fn profile(object: &Object<'_>, owner: &AccountKey) -> Profile {
    let followers = object.count("channel_follower_count");
    let rounded = owner.platform == Platform::YOUTUBE && followers >= Some(1000);
    Profile {
        platform_id: owner.ids.first().map(|id| id.value.clone()),
        display_name: object.name("channel"),
        bio: object.text("description"),
        follower_count: followers,
        follower_count_rounded: rounded.then_some(true),
        is_verified: object.flag("channel_is_verified"),
        ..Profile::default()
    }
}
