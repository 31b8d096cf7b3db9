//! What a source says about accounts, one fact at a time.
//!
//! No file and no answer of an API holds a whole account. A reader of a format turns what it is
//! given into [`Fact`]s, each with the keys by which it belongs to an account and a post; joining
//! the facts of one account makes a snapshot. Readers know nothing of files or networks, so an
//! archive and a live scraper can share them.

mod account_key;
mod post_key;

use chrono::{DateTime, Utc};

pub(crate) use self::account_key::{AccountId, AccountKey, IdKind, Names, is_channel_id};
pub(crate) use self::post_key::{PostKey, instagram_post};
use crate::snapshot::{Aggregates, Comment, Post, Profile, SectionOrder};
use crate::values::Faults;

/// One thing that a source says about an account.
#[derive(Debug)]
pub(crate) struct Fact {
    /// Which account it is about. Of a comment this may be unknown where the post is known.
    pub(crate) account: AccountKey,
    /// When the source read it from the platform, if it says so.
    pub(crate) captured_at: Option<DateTime<Utc>>,
    /// The source's name, such as `yt-dlp`.
    pub(crate) source: &'static str,
    pub(crate) item: Item,
}

/// What a fact says.
#[derive(Debug)]
pub(crate) enum Item {
    /// What is known of the profile; the other fields are `None`.
    Profile(Box<Profile>),
    /// A post. The keys are all the names it is known by.
    Post(Box<Post>, Vec<PostKey>),
    /// A comment, and the post it stands under.
    Comment(Box<Comment>, Option<PostKey>),
    /// Averages over posts.
    Aggregates(Box<Aggregates>),
    /// The posts were read, even if there are none.
    PostsRead { limit: Option<u64> },
    /// The comments were read, even if there are none.
    CommentsRead { order: Option<SectionOrder> },
    /// What the source calls its own source.
    Origin(String),
}

/// What a reader needs to know beside the data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The rules by which names are folded.
    pub(crate) names: Names<'a>,
    /// When the data was read from the platform, where the data itself does not say.
    pub(crate) captured_at: Option<DateTime<Utc>>,
    /// The file's path inside the archive, without its endings; empty if there is no file.
    pub(crate) file: &'a str,
    /// Where faults go.
    pub(crate) faults: &'a Faults,
}

/// Where a reader hands its facts.
pub(crate) type Emit<'a> = dyn FnMut(Fact) + 'a;

/// Says several things about one account.
pub(crate) struct About<'e, 'f> {
    pub(crate) account: AccountKey,
    pub(crate) captured_at: Option<DateTime<Utc>>,
    pub(crate) source: &'static str,
    pub(crate) emit: &'e mut Emit<'f>,
}

impl About<'_, '_> {
    pub(crate) fn say(&mut self, item: Item) {
        (self.emit)(Fact {
            account: self.account.clone(),
            captured_at: self.captured_at,
            source: self.source,
            item,
        });
    }

    pub(crate) fn profile(&mut self, profile: Profile) {
        if profile != Profile::default() {
            self.say(Item::Profile(Box::new(profile)));
        }
    }

    /// Says a post. Its first key is its id, unless it has none.
    pub(crate) fn post(&mut self, mut post: Post, keys: Vec<PostKey>) {
        if let Some(best) = keys.iter().min() {
            best.id().clone_into(&mut post.id);
        }
        self.say(Item::Post(Box::new(post), keys));
    }

    pub(crate) fn comment(&mut self, comment: Comment, post: Option<PostKey>) {
        self.say(Item::Comment(Box::new(comment), post));
    }
}
