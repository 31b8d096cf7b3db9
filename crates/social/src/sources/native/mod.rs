//! Records of our own: one account each, with the fields of the model.
//!
//! The fields are asked for one by one, so what a record knows beyond them, its labels above all,
//! has no way into a snapshot.

mod items;
mod profile;

use report_pipeline::Platform;

use super::Format;
use crate::facts::{About, AccountKey, Context, Emit, IdKind, Item, PostKey, instagram_post};
use crate::snapshot::Aggregates;
use crate::values::Object;

pub(super) const FORMATS: &[Format] = &[Format {
    name: "record",
    recognise: |object| object.has("platform") && object.has("handle"),
    read,
}];

/// What is wrong with an object that only lacks the account's name: the end of the sentence "this
/// record ...".
pub(crate) fn problem(object: &Object<'_>, ctx: &Context<'_>) -> Option<&'static str> {
    let Some(platform) = object.word("platform") else {
        return Some("has a `platform` that is not a text");
    };
    if Platform::new(&platform.to_lowercase()).is_err() {
        return Some("has a `platform` that cannot be used: give a name such as instagram");
    }
    if account(object, ctx).is_none_or(|account| account.is_unknown()) {
        return Some("has a `handle` that cannot be used: give the account's name as a text");
    }
    None
}

fn account(object: &Object<'_>, ctx: &Context<'_>) -> Option<AccountKey> {
    let platform = Platform::new(&object.word("platform")?.to_lowercase()).ok()?;
    let name = object.word("handle")?;
    if ctx.names.is_id(&platform, &name) {
        let id = Some(name.trim().to_owned());
        return Some(AccountKey::unknown(platform).with_id(IdKind::Public, id));
    }
    let handle = ctx.names.handle(&platform, &name);
    let id = object
        .is_object("profile")
        .then(|| object.object("profile")?.id("platform_id"))
        .flatten();
    Some(
        AccountKey::unknown(platform)
            .with_handle(handle)
            .with_id(IdKind::Public, id),
    )
}

fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let Some(account) = account(object, ctx).filter(|account| !account.is_unknown()) else {
        return;
    };
    let captured_at = object
        .time("captured_at")
        .or_else(|| object.time("scraped_at"))
        .or(ctx.captured_at);
    let platform = account.platform.clone();
    let mut about = About {
        account,
        captured_at,
        source: "record",
        emit,
    };
    if let Some(source) = object.text("source") {
        about.say(Item::Origin(source));
    }
    // Said even if it is empty: the record itself shows that the account exists.
    let profile = object
        .object("profile")
        .map(|profile| profile::read(&profile));
    about.say(Item::Profile(Box::new(profile.unwrap_or_default())));
    if object.is_list("posts") {
        about.say(Item::PostsRead { limit: None });
    }
    for post in object.objects("posts").into_iter().flatten() {
        let post = items::post(&post);
        let keys = post_keys(&platform, &post.id, post.url.as_deref());
        about.say(Item::Post(Box::new(post), keys));
    }
    if object.is_list("comments") {
        about.say(Item::CommentsRead { order: None });
    }
    for comment in object.objects("comments").into_iter().flatten() {
        let post = comment.id("post_id").map(|id| post_key(&platform, id));
        about.comment(items::comment(&comment), post);
    }
    if let Some(averages) = object.object("aggregates") {
        about.say(Item::Aggregates(Box::new(aggregates(&averages))));
    }
}

fn post_keys(platform: &Platform, id: &str, url: Option<&str>) -> Vec<PostKey> {
    let mut keys = Vec::new();
    if *platform == Platform::INSTAGRAM {
        keys = instagram_post(None, url, None);
    }
    keys.extend((!id.is_empty()).then(|| post_key(platform, id.to_owned())));
    keys
}

/// A record may name an Instagram post by its number, where other files know its shortcode.
fn post_key(platform: &Platform, id: String) -> PostKey {
    let is_number = id.len() >= 15 && id.bytes().all(|b| b.is_ascii_digit());
    if *platform == Platform::INSTAGRAM && is_number {
        return PostKey::Media(platform.clone(), id);
    }
    PostKey::Public(platform.clone(), id)
}

fn aggregates(object: &Object<'_>) -> Aggregates {
    Aggregates {
        mean_likes_per_follower: object.ratio("mean_likes_per_follower"),
        mean_comments_per_follower: object.ratio("mean_comments_per_follower"),
        mean_comments_per_post: object.ratio("mean_comments_per_post"),
        mean_hashtags_per_post: object.ratio("mean_hashtags_per_post"),
        like_comment_ratio: object.ratio("like_comment_ratio"),
        upload_interval_hours: object.ratio("upload_interval_hours"),
        comments_disabled_fraction: object.fraction("comments_disabled_fraction"),
        has_location_fraction: object.fraction("has_location_fraction"),
    }
}
