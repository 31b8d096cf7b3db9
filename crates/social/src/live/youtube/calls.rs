//! The calls of the API: their parameters, and the fields that are asked for.
//!
//! The masks leave out what no reader reads. A mask must name `kind`, by which answers are recognised.

use super::super::address::path;
use crate::snapshot::SectionOrder;

/// By what a channel is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum ChannelBy<'a> {
    Handle(&'a str),
    Id(&'a str),
    OldName(&'a str),
}

pub(super) fn channel(by: ChannelBy<'_>) -> String {
    let (name, value) = match by {
        ChannelBy::Handle(handle) => ("forHandle", format!("@{handle}")),
        ChannelBy::Id(id) => ("id", id.to_owned()),
        ChannelBy::OldName(name) => ("forUsername", name.to_owned()),
    };
    path(
        "/channels",
        &[
            ("part", "snippet,statistics,contentDetails,topicDetails"),
            (name, &value),
            (
                "fields",
                "kind,items(kind,id,snippet(title,description,customUrl,publishedAt,country),\
                 statistics(viewCount,subscriberCount,hiddenSubscriberCount,videoCount),\
                 contentDetails(relatedPlaylists(uploads)),topicDetails(topicCategories))",
            ),
        ],
    )
}

/// The next page of a list; `token` is the one that the page before named.
pub(super) fn uploads(playlist: &str, count: u32, token: Option<&str>) -> String {
    let count = count.to_string();
    let mut parameters = vec![
        ("part", "contentDetails"),
        ("playlistId", playlist),
        ("maxResults", &count),
        (
            "fields",
            "kind,nextPageToken,items(kind,contentDetails(videoId,videoPublishedAt))",
        ),
    ];
    parameters.extend(token.map(|token| ("pageToken", token)));
    path("/playlistItems", &parameters)
}

/// The most videos that one call takes.
pub(super) const VIDEOS: usize = 50;

pub(super) fn videos(ids: &[String]) -> String {
    path(
        "/videos",
        &[
            (
                "part",
                "snippet,contentDetails,statistics,status,liveStreamingDetails,\
                 paidProductPlacementDetails",
            ),
            ("id", &ids.join(",")),
            (
                "fields",
                "kind,items(kind,id,snippet(channelId,title,description,publishedAt,\
                 defaultAudioLanguage,defaultLanguage,liveBroadcastContent),\
                 contentDetails(duration,contentRating(ytRating)),\
                 statistics(viewCount,likeCount,commentCount),\
                 status(madeForKids,containsSyntheticMedia),\
                 liveStreamingDetails(actualStartTime,scheduledStartTime),\
                 paidProductPlacementDetails(hasPaidProductPlacement))",
            ),
        ],
    )
}

/// The most comments of a page.
pub(super) const COMMENTS: u32 = 100;

pub(super) fn threads(
    video: &str,
    count: u32,
    order: SectionOrder,
    with_replies: bool,
    token: Option<&str>,
) -> String {
    let count = count.to_string();
    let order = match order {
        SectionOrder::Newest => "time",
        SectionOrder::Top => "relevance",
    };
    let (part, replies) = if with_replies {
        (
            "snippet,replies",
            ",replies(comments(kind,id,snippet(textOriginal,textDisplay,authorDisplayName,\
             authorChannelId(value),likeCount,publishedAt,parentId)))",
        )
    } else {
        ("snippet", "")
    };
    let fields = format!(
        "kind,nextPageToken,items(kind,id,snippet(channelId,videoId,totalReplyCount,\
         topLevelComment(kind,id,snippet(textOriginal,textDisplay,authorDisplayName,\
         authorChannelId(value),likeCount,publishedAt))){replies})"
    );
    let mut parameters = vec![
        ("part", part),
        ("videoId", video),
        ("maxResults", &count),
        ("order", order),
        ("textFormat", "plainText"),
        ("fields", &fields),
    ];
    parameters.extend(token.map(|token| ("pageToken", token)));
    path("/commentThreads", &parameters)
}

pub(super) fn replies(comment: &str, count: u32, token: Option<&str>) -> String {
    let count = count.to_string();
    let mut parameters = vec![
        ("part", "snippet"),
        ("parentId", comment),
        ("maxResults", &count),
        ("textFormat", "plainText"),
        (
            "fields",
            "kind,nextPageToken,items(kind,id,snippet(textOriginal,textDisplay,authorDisplayName,\
             authorChannelId(value),likeCount,publishedAt,parentId))",
        ),
    ];
    parameters.extend(token.map(|token| ("pageToken", token)));
    path("/comments", &parameters)
}
