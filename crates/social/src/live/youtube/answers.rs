//! What the scan itself needs of an answer: ids, counts and the next page. Everything else is for the
//! shared readers.

use crate::values::{Faults, Object};

/// A channel, as far as it says where to go on.
#[derive(Debug, PartialEq)]
pub(super) struct Channel {
    pub(super) id: Option<String>,
    /// Its handle, with `@`.
    pub(super) handle: Option<String>,
    /// The list of its uploads.
    pub(super) uploads: Option<String>,
}

/// A page of ids.
#[derive(Debug, PartialEq)]
pub(super) struct Ids {
    pub(super) ids: Vec<String>,
    pub(super) next: Option<String>,
}

/// A video and how many comments it has; `None` if they are switched off.
#[derive(Debug, PartialEq)]
pub(super) struct Video {
    pub(super) id: String,
    pub(super) comments: Option<u64>,
}

/// A page of comments.
#[derive(Debug, PartialEq)]
pub(super) struct Threads {
    pub(super) threads: Vec<Thread>,
    pub(super) next: Option<String>,
}

/// A comment, how many replies it has, and how many came with it.
#[derive(Debug, PartialEq)]
pub(super) struct Thread {
    pub(super) id: String,
    pub(super) replies: u64,
    pub(super) given: u64,
}

/// The first channel of an answer; `None` if it has none.
pub(super) fn channel(body: &str) -> Option<Channel> {
    with_items(body, |item| {
        let snippet = item.object("snippet");
        let details = item.object("contentDetails");
        let lists = details.and_then(|details| details.object("relatedPlaylists"));
        Channel {
            id: item.id("id"),
            handle: snippet.and_then(|snippet| snippet.name("customUrl")),
            uploads: lists.and_then(|lists| lists.id("uploads")),
        }
    })
    .into_iter()
    .next()
}

pub(super) fn uploads(body: &str) -> Ids {
    let ids = with_items(body, |item| item.object("contentDetails")?.id("videoId"));
    Ids {
        ids: ids.into_iter().flatten().collect(),
        next: next(body),
    }
}

pub(super) fn videos(body: &str) -> Vec<Video> {
    let videos = with_items(body, |item| {
        let statistics = item.object("statistics");
        Some(Video {
            id: item.id("id")?,
            comments: statistics.and_then(|statistics| statistics.count("commentCount")),
        })
    });
    videos.into_iter().flatten().collect()
}

pub(super) fn threads(body: &str) -> Threads {
    let threads = with_items(body, |item| {
        let snippet = item.object("snippet");
        let replies = snippet.and_then(|snippet| snippet.count("totalReplyCount"));
        let given = item.object("replies");
        let given = given.and_then(|given| Some(given.objects("comments")?.count()));
        Some(Thread {
            id: item.id("id")?,
            replies: replies.unwrap_or(0),
            given: given.unwrap_or(0) as u64,
        })
    });
    Threads {
        threads: threads.into_iter().flatten().collect(),
        next: next(body),
    }
}

/// How many comments are on a page of replies, and the next page.
pub(super) fn replies(body: &str) -> (u64, Option<String>) {
    (with_items(body, |_| ()).len() as u64, next(body))
}

fn with_items<T>(body: &str, read: impl Fn(Object<'_>) -> T) -> Vec<T> {
    let faults = Faults::default();
    let object = Object::document(body, &faults);
    let items = object.and_then(|object| object.objects("items"));
    items.into_iter().flatten().map(read).collect()
}

fn next(body: &str) -> Option<String> {
    let faults = Faults::default();
    Object::document(body, &faults)?.word("nextPageToken")
}
