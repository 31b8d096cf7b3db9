//! A post, in the old shape (GraphQL edges) or the new one (the platform's own record, with the old
//! keys added, in which missing counts became 0).

use super::super::set_time;
use super::{SOURCE, account, edge_count, profile};
use crate::facts::{About, AccountKey, Context, Emit, PostKey, instagram_post};
use crate::snapshot::{Post, PostKind};
use crate::values::Object;
use report_pipeline::Platform;

pub(super) fn read(node: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let owners = ["owner", "user"]
        .into_iter()
        .filter_map(|key| node.object(key));
    let owners: Vec<Object<'_>> = owners.collect();
    let known = owners
        .iter()
        .map(|owner| account(owner, ctx))
        .find(|account| !account.is_unknown());
    let mut about = About {
        account: known.unwrap_or(AccountKey::unknown(Platform::INSTAGRAM)),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    if !about.account.is_unknown() {
        for owner in &owners {
            about.profile(profile::profile(owner));
        }
    }
    let code = node.id("shortcode").or_else(|| node.id("code"));
    let number = node.id("pk").or_else(|| node.id("id"));
    let mut keys = instagram_post(code, None, number);
    if !ctx.file.is_empty() {
        keys.push(PostKey::File(ctx.file.to_owned()));
    }
    let named = keys.iter().any(|key| !matches!(key, PostKey::File(_)));
    if named {
        about.post(post(node), keys);
    } else {
        // A file's name joins comments to the post, but is no id of it.
        let post = post(node);
        about.say(crate::facts::Item::Post(Box::new(post), keys));
    }
}

fn post(node: &Object<'_>) -> Post {
    let (like_count, likes_hidden) = likes(node);
    let kind = kind(node);
    let is_video = node
        .flag("is_video")
        .or_else(|| kind.map(|kind| matches!(kind, PostKind::Video | PostKind::Short)));
    let sponsors = sponsors(node);
    let is_partnership = node.flag("is_paid_partnership");
    let is_sponsored = match &sponsors {
        Some(names) if !names.is_empty() => Some(true),
        Some(_) => Some(is_partnership == Some(true)),
        None => is_partnership,
    };
    let url = node.id("shortcode").or_else(|| node.id("code"));
    let mut post = Post {
        url: url.map(|code| format!("https://www.instagram.com/p/{code}/")),
        caption: caption(node),
        kind,
        like_count,
        likes_hidden,
        comment_count: node
            .count("comment_count")
            .or_else(|| edge_count(node, "edge_media_to_parent_comment"))
            .or_else(|| edge_count(node, "edge_media_to_comment")),
        view_count: first_count(node, &["view_count", "video_view_count"]),
        play_count: first_count(node, &["play_count", "video_play_count"]),
        is_video,
        duration_seconds: node.seconds("video_duration"),
        comments_disabled: node.flag("comments_disabled"),
        is_sponsored,
        sponsors: sponsors.filter(|names| !names.is_empty()),
        collaborators: node
            .names_in("coauthor_producers", "username")
            .filter(|names| !names.is_empty()),
        has_location: node.has("location").then(|| !node.is_null("location")),
        ..Post::default()
    };
    let times = ["taken_at", "taken_at_timestamp", "date"];
    set_time!(post, times.iter().find_map(|key| node.when(key, None)));
    post
}

/// The platform's own field is believed before the edge: where it is `null` the edge says 0.
fn likes(node: &Object<'_>) -> (Option<u64>, Option<bool>) {
    let said = node.flag("like_and_view_counts_disabled");
    let (count, minus_one) = if node.has("like_count") {
        node.likes("like_count")
    } else {
        ["edge_media_preview_like", "edge_liked_by"]
            .iter()
            .find_map(|key| Some(node.object(key)?.likes("count")))
            .unwrap_or_default()
    };
    if said == Some(true) || minus_one {
        return (None, Some(true));
    }
    let shown = count.is_some().then_some(false);
    (count, said.or(shown))
}

fn caption(node: &Object<'_>) -> Option<String> {
    if node.is_object("caption") {
        return node.object("caption")?.text("text");
    }
    if node.is_text("caption") {
        return node.text("caption");
    }
    let edges = node.object("edge_media_to_caption")?;
    let mut texts = edges.objects("edges")?;
    texts.find_map(|edge| edge.object("node")?.text("text"))
}

fn kind(node: &Object<'_>) -> Option<PostKind> {
    if node.word("product_type").as_deref() == Some("clips") {
        return Some(PostKind::Short);
    }
    match node.word("__typename").as_deref() {
        Some("GraphImage" | "XDTGraphImage") => return Some(PostKind::Photo),
        Some("GraphSidecar" | "XDTGraphSidecar") => return Some(PostKind::Album),
        Some("GraphVideo" | "XDTGraphVideo") => return Some(PostKind::Video),
        _ => {}
    }
    match node.count("media_type")? {
        1 => Some(PostKind::Photo),
        2 => Some(PostKind::Video),
        8 => Some(PostKind::Album),
        _ => node.fault("media_type", "is none of the known media types"),
    }
}

/// The sponsors that are declared; `Some` of none if the source says that there are none.
fn sponsors(node: &Object<'_>) -> Option<Vec<String>> {
    if node.is_list("sponsor_tags") {
        let tags = node.objects("sponsor_tags")?;
        let name = |tag: Object<'_>| {
            tag.name("username")
                .or_else(|| tag.object("sponsor")?.name("username"))
        };
        return Some(tags.filter_map(name).collect());
    }
    let edge = node.object("edge_media_to_sponsor_user")?;
    let edges = edge.objects("edges")?;
    let name = |edge: Object<'_>| edge.object("node")?.object("sponsor")?.name("username");
    Some(edges.filter_map(name).collect())
}

fn first_count(node: &Object<'_>, keys: &[&str]) -> Option<u64> {
    keys.iter().find_map(|key| node.count(key))
}
