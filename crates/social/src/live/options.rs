//! How much of an account is read.

use crate::snapshot::SectionOrder;

/// How much of an account is read, and what that may cost.
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

impl Default for LiveOptions {
    fn default() -> Self {
        Self::new()
    }
}
