//! Media.

use report_pipeline::Platform;

use super::super::set_time;
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, IdKind, PostKey, instagram_post};
use crate::snapshot::{Post, PostKind};
use crate::values::Object;

pub(super) fn read_list(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    for item in object.objects("data").into_iter().flatten() {
        let platform = Platform::INSTAGRAM;
        let owner = item
            .is_object("owner")
            .then(|| item.object("owner"))
            .flatten();
        let name = item
            .name("username")
            .or_else(|| owner.as_ref()?.name("username"));
        let handle = name.and_then(|name| ctx.names.handle(&platform, &name));
        let mut about = About {
            account: AccountKey::unknown(platform)
                .with_handle(handle)
                .with_id(IdKind::Graph, owner.and_then(|owner| owner.id("id"))),
            captured_at: ctx.captured_at,
            source: SOURCE,
            emit,
        };
        read(&item, &mut about);
    }
}

pub(super) fn read(item: &Object<'_>, about: &mut About<'_, '_>) {
    let address = item.name("permalink");
    let mut keys = instagram_post(item.id("shortcode"), address.as_deref(), None);
    let id = item.id("id");
    keys.extend(id.map(|id| PostKey::Graph(Platform::INSTAGRAM, id)));
    about.post(post(item), keys);
}

fn post(item: &Object<'_>) -> Post {
    let kind = match (
        item.word("media_product_type").as_deref(),
        item.word("media_type").as_deref(),
    ) {
        (Some("REELS"), _) => Some(PostKind::Short),
        (Some("STORY"), _) => Some(PostKind::Story),
        (_, Some("IMAGE")) => Some(PostKind::Photo),
        (_, Some("VIDEO")) => Some(PostKind::Video),
        (_, Some("CAROUSEL_ALBUM")) => Some(PostKind::Album),
        _ => None,
    };
    let has_counts = item.has("like_count") || item.has("comments_count");
    let is_enabled = item.flag("is_comment_enabled");
    let mut post = Post {
        url: item.name("permalink"),
        caption: item.text("caption"),
        kind,
        like_count: item.count("like_count"),
        // Where counts were asked for, one that is not there is hidden.
        likes_hidden: has_counts.then(|| !item.has("like_count")),
        comment_count: item.count("comments_count"),
        view_count: item.count("view_count"),
        is_video: kind.map(|kind| matches!(kind, PostKind::Video | PostKind::Short)),
        comments_disabled: is_enabled.map(|enabled| !enabled),
        ..Post::default()
    };
    set_time!(post, item.when("timestamp", None));
    post
}
