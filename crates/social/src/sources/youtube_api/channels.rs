//! Channels.

use report_pipeline::Platform;

use super::SOURCE;
use crate::facts::{About, AccountKey, Context, Emit, IdKind};
use crate::snapshot::Profile;
use crate::values::Object;

pub(super) fn read(object: &Object<'_>, ctx: &Context<'_>, emit: &mut Emit<'_>) {
    let platform = Platform::YOUTUBE;
    let snippet = object.object("snippet");
    let handle = snippet
        .as_ref()
        .and_then(|snippet| snippet.name("customUrl"))
        // Without `@` it is a name of an older kind, which may be somebody else's handle.
        .filter(|name| name.starts_with('@'))
        .and_then(|name| ctx.names.handle(&platform, &name));
    let id = object.id("id");
    let mut about = About {
        account: AccountKey::unknown(platform)
            .with_handle(handle)
            .with_id(IdKind::Public, id.clone()),
        captured_at: ctx.captured_at,
        source: SOURCE,
        emit,
    };
    let mut profile = Profile {
        platform_id: id,
        ..Profile::default()
    };
    if let Some(snippet) = snippet {
        profile.display_name = snippet.name("title");
        profile.bio = snippet.text("description");
        profile.created_at = snippet.time("publishedAt");
        profile.country = snippet.name("country");
    }
    if let Some(statistics) = object.object("statistics") {
        let hidden = statistics.flag("hiddenSubscriberCount");
        profile.follower_count_hidden = hidden;
        if hidden != Some(true) {
            profile.follower_count = statistics.count("subscriberCount");
            // Three digits are significant.
            let rounded = profile.follower_count >= Some(1000);
            profile.follower_count_rounded = rounded.then_some(true);
        }
        profile.post_count = statistics.count("videoCount");
        profile.total_view_count = statistics.count("viewCount");
    }
    if let Some(topics) = object.object("topicDetails") {
        profile.category = topics.texts("topicCategories").and_then(|topics| {
            let topic = topics.first()?.rsplit('/').next()?;
            Some(topic.replace('_', " "))
        });
    }
    about.profile(profile);
}
