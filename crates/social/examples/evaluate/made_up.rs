//! Accounts made up of texts.

use chrono::{DateTime, TimeDelta};
use report_pipeline::{Handle, Platform, Target};
use report_pipeline_social::{Comment, Origin, Post, Snapshot};

/// An account with these captions, one a post, and these comments. Nothing else about it is known.
pub(crate) fn account<'a>(
    captions: impl IntoIterator<Item = &'a str>,
    comments: Vec<Comment>,
) -> Result<Snapshot, String> {
    let handle = Handle::canonical("somebody").map_err(|error| error.to_string())?;
    let mut snapshot = Snapshot::new(Target::new(Platform::INSTAGRAM, handle), Origin::Live);
    snapshot.captured_at = DateTime::from_timestamp(1_760_000_000, 0);
    let posts = captions.into_iter().zip(1..).map(|(caption, day)| {
        let mut post = Post::new(format!("p{day}"));
        post.caption = Some(caption.to_owned());
        post.timestamp = snapshot.captured_at.map(|at| at - TimeDelta::days(3 * day));
        post
    });
    let posts: Vec<Post> = posts.collect();
    snapshot.posts = (!posts.is_empty()).then_some(posts);
    snapshot.comments = (!comments.is_empty()).then_some(comments);
    Ok(snapshot)
}
