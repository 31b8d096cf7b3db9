//! `.info.json` files of yt-dlp and youtube-dl: videos, channels and playlists.

mod account;
mod comments;
mod playlist;
mod video;

use report_pipeline::Platform;

use super::Format;
use crate::values::Object;

const SOURCE: &str = "yt-dlp";

pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "yt-dlp playlist",
        recognise: |object| is_of_tool(object) && is_playlist(object),
        read: playlist::read,
    },
    Format {
        name: "yt-dlp video",
        recognise: |object| is_of_tool(object) && !is_playlist(object),
        read: video::read,
    },
];

fn is_of_tool(object: &Object<'_>) -> bool {
    object.has("extractor_key") && object.has("id")
        || object.has("_type") && object.has("extractor")
}

fn is_playlist(object: &Object<'_>) -> bool {
    object.has("entries") || object.word("_type").as_deref() == Some("playlist")
}

/// The platform that a file is from: what the tool says, or else what its address says.
fn platform(object: &Object<'_>) -> Option<Platform> {
    let known = |name: &str| {
        let name = name.to_ascii_lowercase();
        [Platform::YOUTUBE, Platform::TIKTOK, Platform::INSTAGRAM]
            .into_iter()
            .find(|platform| name.contains(platform.as_str()))
    };
    [
        "extractor_key",
        "ie_key",
        "extractor",
        "webpage_url_domain",
        "webpage_url",
        "url",
    ]
    .iter()
    .find_map(|key| known(&object.word(key)?))
}
