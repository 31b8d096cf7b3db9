//! The `profile` of a record.

use crate::snapshot::{AccountType, Profile};
use crate::values::{Object, When};

pub(super) fn read(object: &Object<'_>) -> Profile {
    let followers = object.counted("follower_count");
    let rounded = followers.is_some_and(|count| !count.exact).then_some(true);
    Profile {
        platform_id: object.id("platform_id"),
        display_name: object.text("display_name"),
        bio: object.text("bio"),
        bio_length: object.count("bio_length"),
        follower_count: followers.map(|count| count.value),
        follower_count_rounded: object.flag("follower_count_rounded").or(rounded),
        follower_count_hidden: object.flag("follower_count_hidden"),
        following_count: object.count("following_count"),
        post_count: object.count("post_count"),
        total_like_count: object.count("total_like_count"),
        total_view_count: object.count("total_view_count"),
        created_at: object.when("created_at", None).and_then(When::day),
        country: object.name("country"),
        category: object.name("category"),
        account_type: account_type(object),
        has_profile_picture: object.flag("has_profile_picture"),
        is_private: object.flag("is_private"),
        is_verified: object.flag("is_verified"),
        has_url: object.flag("has_url"),
        links: object.texts("links"),
        username_length: object.count("username_length"),
        username_digit_count: object.count("username_digit_count"),
        username_trailing_digit_count: object.count("username_trailing_digit_count"),
        username_separator_count: object.count("username_separator_count"),
        has_highlight_reels: object.flag("has_highlight_reels"),
        tagged_count: object.count("tagged_count"),
    }
}

fn account_type(object: &Object<'_>) -> Option<AccountType> {
    match object.name("account_type")?.as_str() {
        "personal" => Some(AccountType::Personal),
        "business" => Some(AccountType::Business),
        "creator" => Some(AccountType::Creator),
        _ => object.fault("account_type", "is none of personal, business and creator"),
    }
}
