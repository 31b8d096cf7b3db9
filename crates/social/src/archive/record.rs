//! One record of an archive: whose it is, and what it holds.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::fields::{BrokenField, Fields, Place};
use crate::snapshot::{Aggregates, Comment, Origin, Post, Profile, Snapshot};
use report_pipeline::{Handle, Platform, Target};

/// Finds out whose record a line is. The whole line is checked to be JSON, but nothing except the
/// account's name is decoded. An error completes the sentence "the line ...".
pub(super) fn target(line: &[u8]) -> Result<Target, String> {
    #[derive(Deserialize)]
    struct Key<'a> {
        #[serde(borrow)]
        platform: Option<&'a RawValue>,
        #[serde(borrow)]
        handle: Option<&'a RawValue>,
    }

    let line = str::from_utf8(line).map_err(|_| "is not UTF-8")?;
    // Asked for here because a list of the right length would pass for the key's fields.
    if !line.starts_with('{') {
        return Err("is not a JSON object".to_owned());
    }
    // The parser's own words are not passed on: they may quote the record.
    let key: Key<'_> = serde_json::from_str(line).map_err(|error| match error.classify() {
        Category::Data => "names `platform` or `handle` twice".to_owned(),
        _ => format!("is not JSON (column {})", error.column()),
    })?;
    let text = |field: &str, json: Option<&RawValue>| {
        let json = json.ok_or_else(|| format!("has no `{field}`"))?;
        serde_json::from_str::<String>(json.get())
            .map(|text| text.to_lowercase())
            .map_err(|_| format!("has a `{field}` that is not a text"))
    };
    let platform = Platform::new(&text("platform", key.platform)?);
    let handle = Handle::canonical(&text("handle", key.handle)?);
    let unusable = |error: report_pipeline::InvalidTarget| format!("cannot be used: {error}");
    Ok(Target::new(
        platform.map_err(unusable)?,
        handle.map_err(unusable)?,
    ))
}

/// Decodes the record of `target`.
///
/// The fields are asked for one by one, so what the archive knows beyond them, its labels above
/// all, has no way into the snapshot.
pub(super) fn decode(line: &str, target: Target) -> Result<Snapshot, BrokenField> {
    let record = Fields::of(Place::Record, line)?;
    let captured_at = match record.time("captured_at")? {
        None => record.time("scraped_at")?,
        known => known,
    };
    let origin = Origin::Archive {
        source: record.text("source")?,
    };
    Ok(Snapshot {
        captured_at,
        profile: match record.object("profile")? {
            Some(fields) => profile(&fields)?,
            None => Profile::default(),
        },
        posts: record.objects("posts", post)?.map(newest_first),
        comments: record.objects("comments", comment)?.map(|mut comments| {
            keep_first(&mut comments, |comment| &comment.id);
            comments
        }),
        aggregates: match record.object("aggregates")? {
            Some(fields) => Some(aggregates(&fields)?),
            None => None,
        },
        ..Snapshot::new(target, origin)
    })
}

/// Posts without a time come last, in the archive's order.
fn newest_first(mut posts: Vec<Post>) -> Vec<Post> {
    keep_first(&mut posts, |post| &post.id);
    posts.sort_by_key(|post| Reverse(post.timestamp));
    posts
}

fn keep_first<T>(items: &mut Vec<T>, id: fn(&T) -> &String) {
    let mut seen = HashSet::with_capacity(items.len());
    items.retain(|item| seen.insert(id(item).clone()));
}

fn profile(fields: &Fields<'_>) -> Result<Profile, BrokenField> {
    Ok(Profile {
        display_name: fields.text("display_name")?,
        bio: fields.text("bio")?,
        bio_length: fields.count("bio_length")?,
        follower_count: fields.count("follower_count")?,
        following_count: fields.count("following_count")?,
        post_count: fields.count("post_count")?,
        has_profile_picture: fields.flag("has_profile_picture")?,
        is_private: fields.flag("is_private")?,
        is_verified: fields.flag("is_verified")?,
        has_url: fields.flag("has_url")?,
        username_length: fields.count("username_length")?,
        username_digit_count: fields.count("username_digit_count")?,
        username_trailing_digit_count: fields.count("username_trailing_digit_count")?,
        username_separator_count: fields.count("username_separator_count")?,
        has_highlight_reels: fields.flag("has_highlight_reels")?,
        tagged_count: fields.count("tagged_count")?,
        ..Profile::default()
    })
}

fn post(fields: &Fields<'_>) -> Result<Post, BrokenField> {
    Ok(Post {
        id: fields.required_text("id")?,
        url: fields.text("url")?,
        caption: fields.text("caption")?,
        timestamp: fields.time("timestamp")?,
        like_count: fields.count("like_count")?,
        comment_count: fields.count("comment_count")?,
        share_count: fields.count("share_count")?,
        view_count: fields.count("view_count")?,
        is_video: fields.flag("is_video")?,
        is_pinned: fields.flag("is_pinned")?,
        comments_disabled: fields.flag("comments_disabled")?,
        hashtag_count: fields.count("hashtag_count")?,
        has_location: fields.flag("has_location")?,
        ..Post::default()
    })
}

fn comment(fields: &Fields<'_>) -> Result<Comment, BrokenField> {
    Ok(Comment {
        id: fields.required_text("id")?,
        post_id: fields.text("post_id")?,
        author_id: fields.text("author_id")?,
        text: fields.required_text("text")?,
        timestamp: fields.time("timestamp")?,
        like_count: fields.count("like_count")?,
        reply_count: fields.count("reply_count")?,
        is_pinned: fields.flag("is_pinned")?,
        ..Comment::default()
    })
}

fn aggregates(fields: &Fields<'_>) -> Result<Aggregates, BrokenField> {
    Ok(Aggregates {
        mean_likes_per_follower: fields.ratio("mean_likes_per_follower")?,
        mean_comments_per_follower: fields.ratio("mean_comments_per_follower")?,
        mean_comments_per_post: fields.ratio("mean_comments_per_post")?,
        mean_hashtags_per_post: fields.ratio("mean_hashtags_per_post")?,
        like_comment_ratio: fields.ratio("like_comment_ratio")?,
        upload_interval_hours: fields.ratio("upload_interval_hours")?,
        comments_disabled_fraction: fields.fraction("comments_disabled_fraction")?,
        has_location_fraction: fields.fraction("has_location_fraction")?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECORD: &str = r#"{"platform":"tiktok","handle":"ada","profile":{"bio":"\ud83d\ude42","post_count":1},"posts":[{"id":"p","timestamp":"2024-05-01T12:00:00Z","like_count":2}],"comments":[{"id":"c","text":"t"}],"aggregates":{"has_location_fraction":0.5}}"#;

    proptest! {
        // What is stored may be damaged anywhere; then a record is refused, or is still one.
        #[test]
        fn a_damaged_record_never_panics(
            damage in proptest::collection::vec((0..RECORD.len(), any::<u8>()), 1..4),
        ) {
            let mut line = RECORD.as_bytes().to_vec();
            for (at, byte) in damage {
                line[at] = byte;
            }
            if let Ok(target) = target(&line) {
                let line = str::from_utf8(&line).expect("the target was read from text");
                if let Ok(snapshot) = decode(line, target.clone()) {
                    prop_assert_eq!(snapshot.target, target);
                }
            }
        }

        #[test]
        fn counts_are_believed_up_to_the_greatest_and_no_further(count in prop_oneof![any::<i64>(), -3_i64..=3, 999_999_999_999_997_i64..=1_000_000_000_000_003]) {
            let line = format!(r#"{{"platform":"tiktok","handle":"ada","profile":{{"post_count":{count}}}}}"#);
            let decoded = decode(&line, target(line.as_bytes()).unwrap());
            let believed = u64::try_from(count).ok().filter(|count| *count <= 1_000_000_000_000_000);
            prop_assert_eq!(decoded.ok().and_then(|snapshot| snapshot.profile.post_count), believed);
        }
    }
}
