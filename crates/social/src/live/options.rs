//! How much of an account is read.

use report_pipeline::PhaseError;
use serde::Deserialize;

use crate::snapshot::SectionOrder;

/// How much of an account is read, and what that may cost.
///
/// A submit may ask for less in its [input](report_pipeline::NewJob::with_input), a JSON object such as
/// `{"posts": 10, "comments_per_post": 50, "replies_per_comment": 0, "comment_order": "top"}`. All of it
/// may be left out, other fields are ignored, and what is more than these options allow is cut to them.
///
/// # Example
/// ```
/// use report_pipeline_social::LiveOptions;
///
/// let options = LiveOptions::new().with_posts(50).with_comments_per_post(200).with_budget(300);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveOptions {
    pub(super) posts: u32,
    pub(super) comments_per_post: u32,
    pub(super) replies_per_comment: u32,
    pub(super) comment_order: SectionOrder,
    pub(super) budget: u32,
}

impl LiveOptions {
    /// The defaults: 30 posts, the 100 newest comments of each, no replies, 100 units.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            posts: 30,
            comments_per_post: 100,
            replies_per_comment: 0,
            comment_order: SectionOrder::Newest,
            budget: 100,
        }
    }

    /// Sets how many posts are read at most, newest first.
    #[must_use]
    pub const fn with_posts(mut self, posts: u32) -> Self {
        self.posts = posts;
        self
    }

    /// Sets how many comments are read under each post at most, replies not counted. With 0 none are
    /// read.
    #[must_use]
    pub const fn with_comments_per_post(mut self, comments: u32) -> Self {
        self.comments_per_post = comments;
        self
    }

    /// Sets how many replies to each comment are read. The first few come with the comment; more cost
    /// one unit for each comment that has more, and for each hundred of them.
    #[must_use]
    pub const fn with_replies_per_comment(mut self, replies: u32) -> Self {
        self.replies_per_comment = replies;
        self
    }

    /// Sets whether the newest comments are read or those that the platform ranks highest.
    #[must_use]
    pub const fn with_comment_order(mut self, order: SectionOrder) -> Self {
        self.comment_order = order;
        self
    }

    /// Sets how many units of `YouTube`'s quota one report may cost: each request costs one, and a
    /// project has 10,000 a day unless it was given more.
    ///
    /// Profile and posts come first. When the budget is used up, the report is made from what was
    /// read, and says so.
    #[must_use]
    pub const fn with_budget(mut self, units: u32) -> Self {
        self.budget = units;
        self
    }
}

/// What a submit asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wishes {
    posts: Option<u32>,
    comments_per_post: Option<u32>,
    replies_per_comment: Option<u32>,
    comment_order: Option<SectionOrder>,
}

impl LiveOptions {
    /// The options of one submit.
    ///
    /// # Errors
    /// Permanent if the input is there and none of these objects.
    pub(super) fn of_submit(&self, input: &[u8]) -> Result<Self, PhaseError> {
        if input.is_empty() {
            return Ok(self.clone());
        }
        // A list would be read as the fields in their order.
        let is_object = input.trim_ascii_start().starts_with(b"{");
        let wishes = serde_json::from_slice(input).ok().filter(|_| is_object);
        let Some(wishes): Option<Wishes> = wishes else {
            return Err(PhaseError::permanent(
                "the options of the submit must be an object in which `posts`, \
                 `comments_per_post` and `replies_per_comment` are whole numbers and \
                 `comment_order` is \"newest\" or \"top\"",
            ));
        };
        let at_most = |wish: Option<u32>, limit: u32| wish.map_or(limit, |wish| wish.min(limit));
        Ok(Self {
            posts: at_most(wishes.posts, self.posts),
            comments_per_post: at_most(wishes.comments_per_post, self.comments_per_post),
            replies_per_comment: at_most(wishes.replies_per_comment, self.replies_per_comment),
            comment_order: wishes.comment_order.unwrap_or(self.comment_order),
            budget: self.budget,
        })
    }
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submit_may_ask_for_less_and_never_for_more() {
        let options = LiveOptions::new().with_replies_per_comment(5);
        let of = |input: &str| options.of_submit(input.as_bytes()).unwrap();
        assert_eq!(of(""), options);
        assert_eq!(of("{}"), options);
        assert_eq!(of(r#"{"posts":null,"colour":"red"}"#), options);
        assert_eq!(of(r#"{"posts":5}"#), options.clone().with_posts(5));
        assert_eq!(
            of(r#"{"posts":5000,"comments_per_post":4000000000}"#),
            options
        );
        let less = r#"{"comments_per_post":0,"replies_per_comment":1,"comment_order":"top"}"#;
        let expected = options
            .clone()
            .with_comments_per_post(0)
            .with_replies_per_comment(1)
            .with_comment_order(SectionOrder::Top);
        assert_eq!(of(less), expected);
    }

    #[test]
    fn options_that_cannot_be_read_are_refused_and_not_repeated() {
        for odd in [
            "posts",
            "5",
            "[5]",
            r#"{"posts":-1}"#,
            r#"{"posts":"many"}"#,
            r#"{"comment_order":"best"}"#,
        ] {
            let refused = LiveOptions::new().of_submit(odd.as_bytes()).unwrap_err();
            assert!(!refused.is_retryable(), "{odd}");
            assert!(
                refused.to_string().contains("`comments_per_post`"),
                "{refused}"
            );
            assert!(!refused.to_string().contains("many"), "{refused}");
        }
    }
}
