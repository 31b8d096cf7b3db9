//! A profile, alone or inside a post.

use super::{SOURCE, account, edge_count};
use crate::facts::{About, Context, Emit};
use crate::snapshot::{AccountType, Profile};
use crate::values::Object;

pub(super) fn read(node: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let mut about = About {
        account: account(node, ctx),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    about.profile(profile(node));
}

/// The post count is missing by nature: the tool drops it when it saves.
pub(super) fn profile(node: &Object<'_>) -> Profile {
    let url = node.has("external_url").then(|| node.name("external_url"));
    let is_business = node.flag("is_business_account");
    Profile {
        platform_id: node.number_id("pk").or_else(|| node.number_id("id")),
        display_name: node.name("full_name"),
        bio: node.text("biography"),
        follower_count: edge_count(node, "edge_followed_by"),
        following_count: edge_count(node, "edge_follow"),
        category: node
            .name("business_category_name")
            .or_else(|| node.name("category_name")),
        account_type: is_business.and_then(|yes| yes.then_some(AccountType::Business)),
        has_profile_picture: None,
        is_private: node.flag("is_private"),
        is_verified: node.flag("is_verified"),
        has_url: url.as_ref().map(Option::is_some),
        links: url.flatten().map(|url| vec![url]),
        has_highlight_reels: node.count("highlight_reel_count").map(|count| count > 0),
        ..Profile::default()
    }
}
