//! Whose video it is. The tool puts the handle into another field for each platform.

use report_pipeline::Platform;

use crate::facts::{AccountKey, Context, IdKind, is_channel_id};
use crate::values::Object;

/// The account that a video or channel names.
pub(super) fn of(object: &Object<'_>, platform: &Platform, ctx: &Context<'_>) -> AccountKey {
    let key = AccountKey::unknown(platform.clone());
    let handle = |field: &str| ctx.names.handle(platform, &object.name(field)?);
    let mut key = match platform.as_str() {
        "youtube" => {
            // Old files have a channel id or a legacy name there, neither of which is a handle.
            let handle = object
                .name("uploader_id")
                .filter(|name| name.starts_with('@'))
                .and_then(|name| ctx.names.handle(platform, &name));
            let id = object.id("channel_id").filter(|id| is_channel_id(id));
            key.with_handle(handle).with_id(IdKind::Public, id)
        }
        "tiktok" => key
            .with_handle(handle("uploader"))
            .with_id(IdKind::Public, object.number_id("uploader_id")),
        _ => key
            .with_handle(handle("channel"))
            .with_id(IdKind::Public, object.number_id("uploader_id")),
    };
    if key.handle.is_none() || key.ids.is_empty() {
        add_addresses(&mut key, object, ctx);
    }
    key
}

/// Addresses name the account where the other fields do not.
fn add_addresses(key: &mut AccountKey, object: &Object<'_>, ctx: &Context<'_>) {
    for field in ["uploader_url", "channel_url", "webpage_url", "url"] {
        let Some((platform, named)) = object
            .word(field)
            .and_then(|url| ctx.names.in_address(&url))
        else {
            continue;
        };
        if platform != key.platform {
            continue;
        }
        if platform == Platform::YOUTUBE && is_channel_id(named.as_str()) {
            if key.ids.is_empty() {
                *key = key
                    .clone()
                    .with_id(IdKind::Public, Some(named.as_str().to_owned()));
            }
        } else if key.handle.is_none() && !named.as_str().starts_with("ms4wljabaaaa") {
            // TikTok's channel addresses have an internal id in the place of the name.
            key.handle = Some(named);
        }
    }
}
