//! Instagram: details of a profile, posts, comments.

use report_pipeline::Platform;

use super::super::{set_time, without_hash};
use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, IdKind, Item, PostKey, instagram_post};
use crate::snapshot::{AccountType, Comment, Post, PostKind, Profile};
use crate::values::Object;

/// The details of a profile hold its newest twelve posts.
const POSTS_IN_DETAILS: u64 = 12;

pub(super) fn read_details(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let account = account(object, "username", "id", ctx);
    let mut about = about(account.clone(), ctx, emit);
    about.profile(profile(object));
    if object.is_list("latestPosts") {
        about.say(Item::PostsRead {
            limit: Some(POSTS_IN_DETAILS),
        });
    }
    for post in object.objects("latestPosts").into_iter().flatten() {
        read_post_of(&post, &account, ctx, about.emit);
    }
}

pub(super) fn read_post(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let owner = AccountKey::unknown(Platform::INSTAGRAM);
    read_post_of(object, &owner, ctx, emit);
}

/// The post's own owner decides: posts that others published together with an account stand among
/// the account's.
fn read_post_of(object: &Object<'_>, outer: &AccountKey, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let own = account(object, "ownerUsername", "ownerId", ctx);
    let is_own = !own.is_unknown();
    let mut about = about(if is_own { own } else { outer.clone() }, ctx, emit);
    if is_own {
        about.profile(Profile {
            platform_id: object.number_id("ownerId"),
            display_name: object.name("ownerFullName"),
            ..Profile::default()
        });
    }
    let keys = post_keys(object);
    let key = keys.iter().min().cloned();
    about.post(post(object), keys);
    if object.is_list("latestComments") {
        // In tables the preview may be cut down to its text, which is no comment to count.
        let preview = object.objects("latestComments").into_iter().flatten();
        for comment in preview.filter(|comment| comment.has("id")) {
            read_comment_of(&comment, key.as_ref(), &mut about);
        }
    }
}

pub(super) fn read_comment(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let url = object.name("postUrl").or_else(|| object.name("commentUrl"));
    let keys = instagram_post(None, url.as_deref(), object.id("postId"));
    let mut about = about(AccountKey::unknown(Platform::INSTAGRAM), ctx, emit);
    read_comment_of(object, keys.iter().min(), &mut about);
}

fn read_comment_of(object: &Object<'_>, post: Option<&PostKey>, about: &mut About<'_, '_>) {
    let parent = comment(object);
    let parent_id = parent.id.clone();
    about.comment(parent, post.cloned());
    for reply in object.objects("replies").into_iter().flatten() {
        let mut reply = comment(&reply);
        reply.parent_id = (!parent_id.is_empty()).then(|| parent_id.clone());
        about.comment(reply, post.cloned());
    }
}

fn about<'e, 'f>(account: AccountKey, ctx: &Context<'_>, emit: &'e mut Emit<'f>) -> About<'e, 'f> {
    About {
        account,
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    }
}

fn account(
    object: &Object<'_>,
    name: &'static str,
    id: &'static str,
    ctx: &Context<'_>,
) -> AccountKey {
    let platform = Platform::INSTAGRAM;
    let handle = object
        .name(name)
        .and_then(|name| ctx.names.handle(&platform, &name));
    let key = AccountKey::unknown(platform)
        .with_handle(handle)
        .with_id(IdKind::Public, object.number_id(id));
    if key.is_unknown() && name == "username" {
        let named = ["url", "inputUrl"]
            .iter()
            .find_map(|field| ctx.names.in_address(&object.word(field)?));
        return key.with_handle(named.map(|(_, handle)| handle));
    }
    key
}

fn profile(object: &Object<'_>) -> Profile {
    let url = object
        .has("externalUrl")
        .then(|| object.name("externalUrl"));
    let links = object
        .names_in("externalUrls", "url")
        .or_else(|| url.clone().map(|url| url.into_iter().collect()));
    // The actor puts the text "None," in front of some categories.
    let category = object.name("businessCategoryName").map(|category| {
        let bare = category.strip_prefix("None,").unwrap_or(&category);
        bare.to_owned()
    });
    let is_business = object.flag("isBusinessAccount");
    Profile {
        platform_id: object.number_id("id"),
        display_name: object.name("fullName"),
        bio: object.text("biography"),
        follower_count: object.count("followersCount"),
        following_count: object.count("followsCount"),
        post_count: object.count("postsCount"),
        category: category.filter(|category| !category.is_empty()),
        account_type: is_business.and_then(|yes| yes.then_some(AccountType::Business)),
        is_private: object.flag("private"),
        is_verified: object.flag("verified"),
        has_url: url.map(|url| url.is_some()),
        links: links.filter(|links| !links.is_empty()),
        has_highlight_reels: object.count("highlightReelCount").map(|count| count > 0),
        ..Profile::default()
    }
}

fn post_keys(object: &Object<'_>) -> Vec<PostKey> {
    let url = object.name("url");
    instagram_post(object.id("shortCode"), url.as_deref(), object.id("id"))
}

fn post(object: &Object<'_>) -> Post {
    let (like_count, hidden) = object.likes("likesCount");
    let kind = match object.word("type").as_deref() {
        _ if object.word("productType").as_deref() == Some("clips") => Some(PostKind::Short),
        Some("Image") => Some(PostKind::Photo),
        Some("Video") => Some(PostKind::Video),
        Some("Sidecar") => Some(PostKind::Album),
        _ => None,
    };
    let sponsored = [object.flag("isSponsored"), object.flag("paidPartnership")];
    let hashtags = object.texts("hashtags").map(without_hash);
    let mut post = Post {
        url: object.name("url"),
        caption: object.text("caption"),
        kind,
        like_count,
        likes_hidden: if hidden {
            Some(true)
        } else {
            like_count.map(|_| false)
        },
        comment_count: object.count("commentsCount"),
        view_count: object.count("videoViewCount"),
        play_count: object.count("videoPlayCount"),
        is_video: kind.map(|kind| matches!(kind, PostKind::Video | PostKind::Short)),
        duration_seconds: object.seconds("videoDuration"),
        is_pinned: object.flag("isPinned"),
        comments_disabled: object
            .flag("isCommentsDisabled")
            .or_else(|| object.flag("commentsDisabled")),
        is_sponsored: sponsored.into_iter().flatten().reduce(|a, b| a || b),
        collaborators: object
            .names_in("coauthorProducers", "username")
            .filter(|names| !names.is_empty()),
        hashtag_count: hashtags.as_ref().map(|tags| tags.len() as u64),
        hashtags,
        mentions: object.texts("mentions"),
        has_location: object.name("locationName").map(|_| true),
        ..Post::default()
    };
    set_time!(post, object.when("timestamp", None));
    post
}

fn comment(object: &Object<'_>) -> Comment {
    let owner = object.object("owner");
    let author_name = object.name("ownerUsername");
    let mut comment = Comment {
        author_id: owner.as_ref().and_then(|owner| owner.id("id")),
        author_name: author_name.or_else(|| owner.as_ref()?.name("username")),
        author_is_verified: owner.as_ref().and_then(|owner| owner.flag("is_verified")),
        like_count: object.likes("likesCount").0,
        reply_count: object.count("repliesCount"),
        ..Comment::new(
            object.id("id").unwrap_or_default(),
            object.text("text").unwrap_or_default(),
        )
    };
    set_time!(comment, object.when("timestamp", None));
    comment
}
