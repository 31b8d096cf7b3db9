//! Things that people keep beside their data, named for what they are.

use crate::values::Object;

/// What an object is, if it is known to hold nothing that can be read.
pub(super) fn name(object: &Object<'_>) -> Option<String> {
    let has = |key: &str| object.has(key);
    let any = |prefix: &str| object.keys().any(|key| key.starts_with(prefix));
    let named = if has("string_list_data") || any("relationships_") || has("label_values") {
        "part of an Instagram own-data export, which holds none of what a report is made of"
    } else if has("media") && !has("id") && has_creation_times(object) {
        "the posts of an Instagram own-data export, which have no counts"
    } else if has("Profile")
        && ["Your Activity", "Activity", "Post", "Video", "Comment"]
            .iter()
            .any(|key| has(key))
    {
        "a TikTok own-data export, which holds none of what a report is made of"
    } else if has("log") && object.is_object("log") {
        "a HAR recording of a browser"
    } else if has("cookies") || (has("domain") && has("expirationDate")) {
        "a list of cookies: keep it away from an archive"
    } else {
        return None;
    };
    Some(named.to_owned())
}

fn has_creation_times(object: &Object<'_>) -> bool {
    object.has("creation_timestamp")
        || object
            .is_list("media")
            .then(|| object.objects("media"))
            .flatten()
            .is_some_and(|mut media| media.any(|item| item.has("creation_timestamp")))
}
