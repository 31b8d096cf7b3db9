//! Laying a newer thing over an older one, field by field.

use crate::snapshot::{Comment, Post, PostKind, Profile};

/// Fills the fields that are unknown in `$newer` from `$older`.
macro_rules! fill {
    ($newer:ident, $older:ident, $($field:ident),+ $(,)?) => {
        $(if $newer.$field.is_none() { $newer.$field = $older.$field; })+
    };
}

pub(super) fn profile(older: Profile, mut newer: Profile) -> Profile {
    // Whether a count is rounded is said of that count.
    if newer.follower_count.is_none() {
        newer.follower_count_rounded = older.follower_count_rounded;
    }
    // A count that is hidden now is not the one of last year.
    if newer.follower_count_hidden != Some(true) {
        fill!(newer, older, follower_count);
    }
    // Without a link now, those of last year are gone.
    if newer.has_url != Some(false) {
        fill!(newer, older, links);
    }
    fill!(
        newer,
        older,
        has_url,
        platform_id,
        display_name,
        bio,
        bio_length,
        follower_count_hidden,
        following_count,
        post_count,
        total_like_count,
        total_view_count,
        created_at,
        country,
        category,
        account_type,
        has_profile_picture,
        is_private,
        is_verified,
        username_length,
        username_digit_count,
        username_trailing_digit_count,
        username_separator_count,
        has_highlight_reels,
        tagged_count,
    );
    newer
}

pub(super) fn post(older: Post, mut newer: Post) -> Post {
    if newer.id.is_empty() {
        newer.id = older.id;
    }
    match (newer.like_count, newer.likes_hidden) {
        (_, Some(true)) => {}
        (Some(_), hidden) => newer.likes_hidden = hidden,
        (None, _) => {
            newer.like_count = older.like_count;
            newer.likes_hidden = newer.likes_hidden.or(older.likes_hidden);
        }
    }
    if newer.view_count.is_none() && newer.comment_count.is_none() {
        newer.counts_rounded = older.counts_rounded;
    }
    newer.comment_count_at_least = newer
        .comment_count_at_least
        .max(older.comment_count_at_least);
    // "Short" says more than "video".
    let says_more = matches!(older.kind, Some(PostKind::Short | PostKind::Live));
    if newer.kind == Some(PostKind::Video) && says_more {
        newer.kind = older.kind;
    }
    fill!(
        newer,
        older,
        url,
        caption,
        timestamp,
        approximate_time,
        kind,
        comment_count,
        share_count,
        save_count,
        view_count,
        play_count,
        is_video,
        duration_seconds,
        language,
        is_pinned,
        comments_disabled,
        is_sponsored,
        sponsors,
        collaborators,
        is_made_for_kids,
        is_synthetic,
        is_restricted,
        hashtag_count,
        hashtags,
        mentions,
        has_location,
    );
    if newer.timestamp.is_some() {
        newer.approximate_time = None;
    }
    if newer.comment_count.is_some() {
        newer.comment_count_at_least = None;
    }
    newer
}

pub(super) fn comment(older: Comment, mut newer: Comment) -> Comment {
    if newer.text.is_empty() {
        newer.text = older.text;
    }
    fill!(
        newer,
        older,
        post_id,
        parent_id,
        author_id,
        author_name,
        is_by_owner,
        author_is_verified,
        timestamp,
        approximate_time,
        like_count,
        is_liked_by_owner,
        reply_count,
        is_pinned,
    );
    if newer.timestamp.is_some() {
        newer.approximate_time = None;
    }
    newer
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    /// An object in which every field of the model has a value, and the same with none.
    fn full<T: serde::Serialize + serde::de::DeserializeOwned>(
        json: &str,
    ) -> (T, Map<String, Value>) {
        let full: T = serde_json::from_str(json).unwrap();
        let Value::Object(map) = serde_json::to_value(&full).unwrap() else {
            panic!("an object");
        };
        (full, map)
    }

    #[test]
    fn no_field_of_an_older_profile_is_lost() {
        let json = r#"{"platform_id":"1","display_name":"n","bio":"b","bio_length":1,"follower_count":2,
            "follower_count_rounded":true,"follower_count_hidden":false,"following_count":3,"post_count":4,
            "total_like_count":5,"total_view_count":6,"created_at":"2020-01-01T00:00:00Z","country":"US",
            "category":"c","account_type":"business","has_profile_picture":true,"is_private":false,
            "is_verified":true,"has_url":true,"links":["l"],"username_length":7,"username_digit_count":8,
            "username_trailing_digit_count":9,"username_separator_count":10,"has_highlight_reels":true,
            "tagged_count":11}"#;
        let (older, fields) = full::<Profile>(json);
        assert_eq!(fields.len(), 26);
        assert_eq!(profile(older.clone(), Profile::default()), older);
        assert_eq!(profile(Profile::default(), older.clone()), older);
    }

    #[test]
    fn no_field_of_an_older_post_is_lost() {
        let json = r#"{"id":"p","url":"u","caption":"c","timestamp":"2020-01-01T00:00:00Z","kind":"photo",
            "like_count":1,"likes_hidden":false,"comment_count":2,"share_count":3,"save_count":4,"view_count":5,
            "play_count":6,"counts_rounded":false,"is_video":false,"duration_seconds":1.5,"language":"en",
            "is_pinned":true,"comments_disabled":false,"is_sponsored":true,"sponsors":["s"],"collaborators":["c"],
            "is_made_for_kids":false,"is_synthetic":false,"is_restricted":false,"hashtag_count":7,
            "hashtags":["h"],"mentions":["m"],"has_location":true}"#;
        let (older, fields) = full::<Post>(json);
        assert_eq!(fields.len(), 28);
        assert_eq!(post(older.clone(), Post::default()), older);
        assert_eq!(post(Post::default(), older.clone()), older);
    }

    #[test]
    fn no_field_of_an_older_comment_is_lost() {
        let json = r#"{"id":"c","post_id":"p","parent_id":"q","author_id":"a","author_name":"n","is_by_owner":false,
            "author_is_verified":true,"text":"t","timestamp":"2020-01-01T00:00:00Z","like_count":1,
            "is_liked_by_owner":true,"reply_count":2,"is_pinned":true}"#;
        let (older, fields) = full::<Comment>(json);
        assert_eq!(fields.len(), 13);
        assert_eq!(comment(older.clone(), Comment::new("c", "")), older);
        assert_eq!(comment(Comment::new("c", ""), older.clone()), older);
    }

    #[test]
    fn what_is_hidden_now_is_not_what_was_shown_earlier() {
        let mut older = Post::new("p");
        older.like_count = Some(5);
        older.likes_hidden = Some(false);
        let mut newer = Post::new("p");
        newer.likes_hidden = Some(true);
        let merged = post(older.clone(), newer.clone());
        assert_eq!((merged.like_count, merged.likes_hidden), (None, Some(true)));
        let merged = post(newer, older);
        assert_eq!(
            (merged.like_count, merged.likes_hidden),
            (Some(5), Some(false))
        );
    }
}
