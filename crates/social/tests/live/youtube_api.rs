//! A `YouTube` Data API that answers what the real one answers, from a channel in memory.
//!
//! It refuses parameters, values and fields that the API does not have, see `youtube_document.rs`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::mask;
use super::server::{Reply, Seen, Server};
use super::youtube_document::{check, is_field};

pub(crate) const KEY: &str = "zz-key-of-a-test-0123456789";
pub(crate) const CHANNEL: &str = "UCzzSampleChannel0000001";
const UPLOADS: &str = "UUzzSampleChannel0000001";

/// A video of the channel.
#[derive(Debug, Clone)]
pub(crate) struct Video {
    pub(crate) id: String,
    /// Private: it stands in the list of uploads and nowhere else.
    pub(crate) is_private: bool,
    /// `None` if they are switched off.
    pub(crate) comments: Option<u32>,
    /// Replies to the first comment.
    pub(crate) replies: u32,
}

impl Video {
    pub(crate) fn new(number: u32) -> Self {
        Self {
            id: format!("zzVid{number:06}"),
            is_private: false,
            comments: Some(3),
            replies: 0,
        }
    }
}

/// What the fake has and does.
#[derive(Default)]
struct State {
    videos: Vec<Video>,
    /// What is answered instead, by the path: as often as it stands there.
    instead: HashMap<&'static str, Vec<Reply>>,
    /// The units that are left, if they are counted.
    quota: Option<u32>,
}

#[derive(Clone)]
pub(crate) struct FakeYouTube {
    pub(crate) server: Server,
    state: Arc<Mutex<State>>,
}

impl FakeYouTube {
    pub(crate) async fn start(videos: Vec<Video>) -> Self {
        let state = Arc::new(Mutex::new(State {
            videos,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let server = Server::start(move |seen| answer(&mut shared.lock().unwrap(), seen)).await;
        Self { server, state }
    }

    pub(crate) fn base(&self) -> String {
        format!("{}/youtube/v3", self.server.base())
    }

    /// Sends these in place of the next answers to a path such as `videos`.
    pub(crate) fn instead(&self, path: &'static str, replies: impl IntoIterator<Item = Reply>) {
        let mut state = self.state.lock().unwrap();
        let waiting = state.instead.entry(path).or_default();
        waiting.extend(replies);
    }

    /// Sets how many units are left of the project's quota.
    pub(crate) fn set_quota(&self, units: Option<u32>) {
        self.state.lock().unwrap().quota = units;
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        let path = format!("/youtube/v3/{path}");
        self.server
            .seen()
            .iter()
            .filter(|seen| seen.path == path)
            .count()
    }

    pub(crate) fn units(&self) -> usize {
        self.server.seen().len()
    }
}

/// An error answer of the old style.
pub(crate) fn error(status: u16, domain: &str, reason: &str) -> Reply {
    let message = format!("The request was refused: <code>{reason}</code> {KEY}");
    Reply::Json(
        status,
        json!({"error": {"code": status, "message": message, "errors": [
            {"message": message, "domain": domain, "reason": reason}]}}),
    )
}

/// An error answer of the new style.
pub(crate) fn new_error(status: u16, name: &str, old: &str, reason: &str) -> Reply {
    Reply::Json(
        status,
        json!({"error": {"code": status, "message": format!("no: {KEY}"), "status": name,
            "errors": [{"message": "no", "domain": "global", "reason": old}],
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
                "domain": "googleapis.com", "metadata": {"service": "youtube.googleapis.com"}}]}}),
    )
}

fn answer(state: &mut State, seen: &Seen) -> Reply {
    let Some(path) = seen.path.strip_prefix("/youtube/v3/") else {
        return error(404, "global", "notFound");
    };
    if let Some(waiting) = state.instead.get_mut(path)
        && !waiting.is_empty()
    {
        return waiting.remove(0);
    }
    if seen.method != "GET" || seen.header("x-goog-api-key") != Some(KEY) {
        return new_error(400, "INVALID_ARGUMENT", "badRequest", "API_KEY_INVALID");
    }
    if let Err(problem) = check(path, seen) {
        return Reply::Json(
            400,
            json!({"error": {"code": 400, "message": problem,
            "errors": [{"message": problem, "domain": "youtube.parameter",
                "reason": "invalidParameter"}]}}),
        );
    }
    if let Some(quota) = &mut state.quota {
        if *quota == 0 {
            return error(403, "youtube.quota", "quotaExceeded");
        }
        *quota -= 1;
    }
    let full = match path {
        "channels" => channels(state, seen),
        "playlistItems" => playlist(state, seen),
        "videos" => videos(state, seen),
        "commentThreads" => match threads(state, seen) {
            Ok(answer) => answer,
            Err(reply) => return reply,
        },
        "comments" => replies(seen),
        _ => return error(404, "global", "notFound"),
    };
    let parts = seen.parameter("part").unwrap_or_default();
    let parts: Vec<&str> = parts.split(',').collect();
    let full = only_parts(full, &parts);
    match seen.parameter("fields") {
        Some(fields) => {
            let is_known = |field: &str| is_field(path, field);
            match mask::apply(fields, &full, &is_known) {
                Ok(answer) => Reply::Json(200, answer),
                Err(problem) => Reply::Json(
                    400,
                    json!({"error": {"code": 400, "message": problem,
                    "errors": [{"message": problem, "domain": "global",
                        "reason": "invalidParameter", "location": "fields"}]}}),
                ),
            }
        }
        None => Reply::Json(200, full),
    }
}

/// The parts of a resource that were not asked for are left out.
fn only_parts(mut answer: Value, parts: &[&str]) -> Value {
    let items = answer.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        let fields = item.as_object_mut().unwrap();
        fields.retain(|name, _| {
            matches!(name.as_str(), "kind" | "etag" | "id") || parts.contains(&name.as_str())
        });
    }
    answer
}

fn channels(state: &State, seen: &Seen) -> Value {
    let asked = |name: &str| seen.parameter(name);
    let is_it = asked("forHandle") == Some("@zz_sample_baker")
        || asked("id") == Some(CHANNEL)
        || asked("forUsername") == Some("zzoldname");
    let count = state
        .videos
        .iter()
        .filter(|video| !video.is_private)
        .count();
    let mut answer = json!({"kind": "youtube#channelListResponse", "etag": "zz1",
        "pageInfo": {"totalResults": u32::from(is_it), "resultsPerPage": 5}});
    if is_it {
        answer["items"] = json!([{"kind": "youtube#channel", "etag": "zz2", "id": CHANNEL,
            "snippet": {"title": "ZZ Sample Baker", "description": "Bread, mostly.",
                "customUrl": "@zz_sample_baker", "publishedAt": "2019-03-18T09:30:00.123456Z",
                "thumbnails": {"default": {"url": "https://img.example/o.jpg"}},
                "localized": {"title": "ZZ Sample Baker", "description": "Bread, mostly."},
                "country": "US"},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": UPLOADS}},
            "statistics": {"viewCount": "1710167", "subscriberCount": "25600",
                "hiddenSubscriberCount": false, "videoCount": count.to_string()},
            "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Food"]}}]);
    }
    answer
}

/// One page of a list, and the token of the next one.
fn page<T: Clone>(items: &[T], seen: &Seen, usual: usize) -> (Vec<T>, Option<String>) {
    let count = seen
        .parameter("maxResults")
        .map_or(usual, |count| count.parse().unwrap());
    let start = seen.parameter("pageToken").map_or(0, |token| {
        token
            .strip_prefix("zzPage=")
            .expect("a token of ours")
            .parse()
            .unwrap()
    });
    let end = items.len().min(start + count);
    let next = (end < items.len()).then(|| format!("zzPage={end}"));
    (items[start.min(end)..end].to_vec(), next)
}

fn list(kind: &str, items: &[Value], next: Option<String>) -> Value {
    let mut answer = json!({"kind": format!("youtube#{kind}ListResponse"), "etag": "zz3",
        "items": items, "pageInfo": {"totalResults": 1000, "resultsPerPage": 5}});
    if let Some(next) = next {
        answer["nextPageToken"] = json!(next);
    }
    answer
}

fn playlist(state: &State, seen: &Seen) -> Value {
    assert_eq!(seen.parameter("playlistId"), Some(UPLOADS));
    let (videos, next) = page(&state.videos, seen, 5);
    let items = videos.iter().map(|video| {
        let mut details = json!({"videoId": video.id});
        if !video.is_private {
            details["videoPublishedAt"] = json!("2025-09-15T10:00:00Z");
        }
        json!({"kind": "youtube#playlistItem", "etag": "zz4", "id": "VVV", "contentDetails": details})
    });
    list("playlistItem", &items.collect::<Vec<_>>(), next)
}

fn videos(state: &State, seen: &Seen) -> Value {
    let ids: Vec<&str> = seen.parameter("id").unwrap().split(',').collect();
    assert!(ids.len() <= 50, "{} ids", ids.len());
    let found = state
        .videos
        .iter()
        .filter(|video| ids.contains(&&*video.id) && !video.is_private);
    let items = found.map(|video| {
        let mut statistics = json!({"viewCount": "48211", "likeCount": "1873", "favoriteCount": "0"});
        if let Some(count) = video.comments {
            statistics["commentCount"] = json!((count + video.replies).to_string());
        }
        json!({"kind": "youtube#video", "etag": "zz7", "id": video.id,
            "snippet": {"publishedAt": "2025-09-15T10:00:00Z", "channelId": CHANNEL,
                "title": "Rye bread in one hour", "description": "Today: rye.",
                "channelTitle": "ZZ Sample Baker", "tags": ["bread"], "categoryId": "26",
                "liveBroadcastContent": "none", "defaultAudioLanguage": "en"},
            "contentDetails": {"duration": "PT10M12S", "dimension": "2d", "contentRating": {}},
            "status": {"uploadStatus": "processed", "privacyStatus": "public", "madeForKids": false},
            "statistics": statistics,
            "paidProductPlacementDetails": {"hasPaidProductPlacement": true}})
    });
    list("video", &items.collect::<Vec<_>>(), None)
}

fn comment(id: &str, author: u32, text: &str) -> Value {
    json!({"kind": "youtube#comment", "etag": "e", "id": id, "snippet": {
        "textDisplay": text, "textOriginal": text,
        "authorDisplayName": format!("@zz_viewer_{author}"),
        "authorProfileImageUrl": "https://img.example/v.jpg",
        "authorChannelUrl": "http://www.youtube.com/@zz",
        "authorChannelId": {"value": format!("UCzzViewer{author:014}")},
        "canRate": true, "viewerRating": "none", "likeCount": 12,
        "publishedAt": "2025-09-15T12:00:00Z", "updatedAt": "2025-09-15T12:00:00Z"}})
}

fn reply(parent: &str, number: u32) -> Value {
    let mut reply = comment(
        &format!("{parent}.r{number}"),
        500 + number,
        "Let it rest longer!",
    );
    reply["snippet"]["parentId"] = json!(parent);
    if number == 0 {
        reply["snippet"]["authorDisplayName"] = json!("@zz_sample_baker");
        reply["snippet"]["authorChannelId"] = json!({"value": CHANNEL});
    }
    reply
}

fn threads(state: &State, seen: &Seen) -> Result<Value, Reply> {
    let id = seen.parameter("videoId").unwrap();
    let video = state.videos.iter().find(|video| video.id == id);
    let video = video.ok_or_else(|| error(404, "youtube.commentThread", "videoNotFound"))?;
    let Some(count) = video.comments else {
        return Err(error(403, "youtube.commentThread", "commentsDisabled"));
    };
    let numbers: Vec<u32> = (0..count).collect();
    let (numbers, next) = page(&numbers, seen, 20);
    let items = numbers.iter().map(|number| {
        let thread = format!("Ugzz_{id}_{number}");
        let replies = if *number == 0 { video.replies } else { 0 };
        let mut top = comment(
            &thread,
            *number,
            &format!("Mine came out flat, try {number}"),
        );
        top["snippet"]["channelId"] = json!(CHANNEL);
        top["snippet"]["videoId"] = json!(id);
        let mut item = json!({"kind": "youtube#commentThread", "etag": "zzb", "id": thread,
            "snippet": {"channelId": CHANNEL, "videoId": id, "topLevelComment": top,
                "canReply": true, "totalReplyCount": replies, "isPublic": true}});
        if replies > 0 {
            // The newest few.
            let given: Vec<Value> = (0..replies)
                .rev()
                .take(5)
                .map(|number| reply(&thread, number))
                .collect();
            item["replies"] = json!({"comments": given});
        }
        item
    });
    Ok(list("commentThread", &items.collect::<Vec<_>>(), next))
}

fn replies(seen: &Seen) -> Value {
    let parent = seen.parameter("parentId").unwrap();
    // Every comment that has replies has as many as the tests say: 130.
    let numbers: Vec<u32> = (0..130).collect();
    let (numbers, next) = page(&numbers, seen, 20);
    let items: Vec<Value> = numbers
        .iter()
        .map(|number| reply(parent, *number))
        .collect();
    list("comment", &items, next)
}
