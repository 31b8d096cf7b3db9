//! What the `YouTube` Data API has, as its discovery document says: parameters, parts and fields.
//!
//! Made by hand from revision 20261104; `discovery.py` compares it with the document itself.

use super::server::Seen;

/// The parameters that each path takes, as far as an API key may use them.
const PARAMETERS: [(&str, &[&str]); 5] = [
    (
        "channels",
        &[
            "part",
            "forHandle",
            "forUsername",
            "id",
            "maxResults",
            "pageToken",
            "hl",
        ],
    ),
    (
        "playlistItems",
        &[
            "part",
            "id",
            "playlistId",
            "videoId",
            "maxResults",
            "pageToken",
        ],
    ),
    (
        "videos",
        &[
            "part",
            "id",
            "chart",
            "hl",
            "maxResults",
            "pageToken",
            "regionCode",
        ],
    ),
    (
        "commentThreads",
        &[
            "part",
            "id",
            "videoId",
            "channelId",
            "allThreadsRelatedToChannelId",
            "maxResults",
            "order",
            "pageToken",
            "searchTerms",
            "textFormat",
            "moderationStatus",
        ],
    ),
    (
        "comments",
        &[
            "part",
            "id",
            "parentId",
            "maxResults",
            "pageToken",
            "textFormat",
        ],
    ),
];

/// The parts of each resource that an API key may read.
const PARTS: [(&str, &[&str]); 5] = [
    (
        "channels",
        &[
            "snippet",
            "statistics",
            "contentDetails",
            "topicDetails",
            "status",
        ],
    ),
    ("playlistItems", &["snippet", "contentDetails", "status"]),
    (
        "videos",
        &[
            "snippet",
            "statistics",
            "contentDetails",
            "status",
            "liveStreamingDetails",
            "paidProductPlacementDetails",
            "topicDetails",
        ],
    ),
    ("commentThreads", &["snippet", "replies"]),
    ("comments", &["snippet"]),
];

/// Refuses a request that the API would refuse.
pub(crate) fn check(path: &str, seen: &Seen) -> Result<(), String> {
    let known = |lists: &[(&'static str, &'static [&'static str])]| {
        let list = lists.iter().find(|(name, _)| *name == path);
        list.map_or(&[][..], |(_, names)| *names)
    };
    for (name, value) in &seen.query {
        let is_fine = match name.as_str() {
            "fields" => true,
            "part" => value.split(',').all(|part| known(&PARTS).contains(&part)),
            "maxResults" => {
                let most = if path.starts_with("comment") { 100 } else { 50 };
                value
                    .parse()
                    .is_ok_and(|count: u32| (1..=most).contains(&count))
            }
            "order" => ["time", "relevance"].contains(&value.as_str()),
            "textFormat" => ["plainText", "html"].contains(&value.as_str()),
            name => known(&PARAMETERS).contains(&name),
        };
        if !is_fine {
            return Err(format!("{path} has no {name}={value}"));
        }
    }
    let filters = [
        "forHandle",
        "forUsername",
        "id",
        "playlistId",
        "videoId",
        "parentId",
    ];
    let given = filters
        .iter()
        .filter(|filter| seen.parameter(filter).is_some())
        .count();
    if given != 1 || seen.parameter("part").is_none() {
        return Err(format!("{path} needs `part` and one filter"));
    }
    Ok(())
}

const COMMENT: [&str; 13] = [
    "kind",
    "etag",
    "id",
    "snippet",
    "snippet/textOriginal",
    "snippet/textDisplay",
    "snippet/authorDisplayName",
    "snippet/authorChannelId",
    "snippet/authorChannelId/value",
    "snippet/likeCount",
    "snippet/publishedAt",
    "snippet/parentId",
    "snippet/videoId",
];

/// The fields of the answers that a mask may name.
pub(crate) fn is_field(path: &str, field: &str) -> bool {
    if ["kind", "etag", "nextPageToken", "items", "pageInfo"].contains(&field) {
        return true;
    }
    let Some(field) = field.strip_prefix("items/") else {
        return false;
    };
    let of_comment = |field: &str| COMMENT.contains(&field);
    match path {
        "comments" => of_comment(field),
        "commentThreads" => {
            let inside = |prefix: &str| field.strip_prefix(prefix).is_some_and(of_comment);
            [
                "kind",
                "etag",
                "id",
                "snippet",
                "snippet/channelId",
                "snippet/videoId",
                "snippet/totalReplyCount",
                "snippet/topLevelComment",
                "replies",
                "replies/comments",
            ]
            .contains(&field)
                || inside("snippet/topLevelComment/")
                || inside("replies/comments/")
        }
        "channels" => [
            "kind",
            "id",
            "snippet",
            "snippet/title",
            "snippet/description",
            "snippet/customUrl",
            "snippet/publishedAt",
            "snippet/country",
            "statistics",
            "statistics/viewCount",
            "statistics/subscriberCount",
            "statistics/hiddenSubscriberCount",
            "statistics/videoCount",
            "contentDetails",
            "contentDetails/relatedPlaylists",
            "contentDetails/relatedPlaylists/uploads",
            "topicDetails",
            "topicDetails/topicCategories",
        ]
        .contains(&field),
        "playlistItems" => [
            "kind",
            "contentDetails",
            "contentDetails/videoId",
            "contentDetails/videoPublishedAt",
        ]
        .contains(&field),
        "videos" => [
            "kind",
            "id",
            "snippet",
            "snippet/channelId",
            "snippet/title",
            "snippet/description",
            "snippet/publishedAt",
            "snippet/defaultAudioLanguage",
            "snippet/defaultLanguage",
            "snippet/liveBroadcastContent",
            "contentDetails",
            "contentDetails/duration",
            "contentDetails/contentRating",
            "contentDetails/contentRating/ytRating",
            "statistics",
            "statistics/viewCount",
            "statistics/likeCount",
            "statistics/commentCount",
            "status",
            "status/madeForKids",
            "status/containsSyntheticMedia",
            "liveStreamingDetails",
            "liveStreamingDetails/actualStartTime",
            "liveStreamingDetails/scheduledStartTime",
            "paidProductPlacementDetails",
            "paidProductPlacementDetails/hasPaidProductPlacement",
        ]
        .contains(&field),
        _ => false,
    }
}
