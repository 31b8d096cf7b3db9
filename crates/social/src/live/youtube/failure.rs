//! What the API's errors mean.

use chrono::{DateTime, Utc};
use chrono_tz::America::Los_Angeles;
use report_pipeline::PhaseError;

use super::super::http::Answer;
use super::super::reading::not_understood;
use super::super::wait::until_midnight;
use crate::sources::youtube_failure;
use crate::values::{Faults, Object};

pub(super) const API: &str = "the YouTube API";

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) about: About,
    pub(super) error: PhaseError,
}

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Everything: this account, this key, or the API as a whole.
    All,
    /// Comments, which are switched off.
    CommentsOff,
    /// The thing that was asked for: it is not there, or not for everybody.
    Thing,
    /// The request, for no reason that can be known; documented as worth one more try.
    Oddly,
}

/// Says what an error answer means; `None` if it is none.
pub(super) fn refusal(answer: &Answer, now: DateTime<Utc>) -> Option<Refusal> {
    let faults = Faults::default();
    let reasons = Object::document(&answer.body, &faults).map(|object| youtube_failure(&object));
    let Some(reasons) = reasons else {
        // JSON by its type, but cut off or no object.
        return Some(all(not_understood(API)));
    };
    let status = answer.status.as_u16();
    let reasons = match reasons {
        Some(reasons) => reasons,
        None if answer.status.is_success() => return None,
        None => Vec::new(),
    };
    Some(judge(status, &reasons, answer, now))
}

fn judge(status: u16, reasons: &[String], answer: &Answer, now: DateTime<Utc>) -> Refusal {
    let has = |names: &[&str]| reasons.iter().any(|reason| names.contains(&&**reason));
    let named = reasons.first().map_or("no reason", String::as_str);
    if has(&["quotaExceeded", "dailyLimitExceeded"]) {
        let wait = until_midnight(Los_Angeles, now);
        return all(PhaseError::quota_exhausted(
            "this service has used up its quota of the YouTube API for today: it begins anew at \
             midnight Pacific time",
            wait,
        ));
    }
    if status == 429
        || has(&[
            "rateLimitExceeded",
            "userRateLimitExceeded",
            "RATE_LIMIT_EXCEEDED",
        ])
    {
        return all(PhaseError::rate_limited(
            "the YouTube API limits our requests",
            answer.wait(),
        ));
    }
    if status >= 500 {
        return all(PhaseError::transient(format!(
            "{API} has a fault at the moment ({status}, {named})"
        ))
        .with_retry_after(answer.wait()));
    }
    if has(&KEY) || has(&PROJECT) || status == 401 {
        let advice = if has(&PROJECT) {
            "enable the YouTube Data API v3 in the key's project"
        } else {
            "check the key, its expiry, and the addresses and APIs that it is restricted to"
        };
        return all(PhaseError::permanent(format!(
            "{API} refuses the key of this service ({named}); its operator must {advice}"
        )));
    }
    if has(&["commentsDisabled"]) {
        let error = PhaseError::permanent("the comments are switched off");
        return Refusal {
            about: About::CommentsOff,
            error,
        };
    }
    if has(&["processingFailure"]) {
        let error = PhaseError::transient(format!("{API} could not process a request"));
        return Refusal {
            about: About::Oddly,
            error,
        };
    }
    let is_thing = reasons.iter().any(|reason| is_of_thing(reason));
    if status == 404 || is_thing || (status == 403 && has(&["forbidden"])) {
        let error = PhaseError::account_unavailable(
            "the channel does not exist on YouTube, or is not open to everybody",
        );
        return Refusal {
            about: About::Thing,
            error,
        };
    }
    all(PhaseError::permanent(format!(
        "{API} refuses a request of this service ({status}, {named})"
    )))
}

fn all(error: PhaseError) -> Refusal {
    Refusal {
        about: About::All,
        error,
    }
}

/// Whether the thing that was asked for is not there or closed: `videoNotFound`,
/// `playlistItemsNotAccessible`, `channelSuspended`, a page that is no longer there.
fn is_of_thing(reason: &str) -> bool {
    [
        "NotFound",
        "NotAccessible",
        "Forbidden",
        "Suspended",
        "Closed",
    ]
    .iter()
    .any(|end| reason.ends_with(end))
        || reason == "invalidPageToken"
}

/// Reasons that name the key, in the old spelling and the new one.
const KEY: [&str; 10] = [
    "keyInvalid",
    "keyExpired",
    "ipRefererBlocked",
    "API_KEY_INVALID",
    "API_KEY_EXPIRED",
    "API_KEY_SERVICE_BLOCKED",
    "API_KEY_HTTP_REFERRER_BLOCKED",
    "API_KEY_IP_ADDRESS_BLOCKED",
    "API_KEY_ANDROID_APP_BLOCKED",
    "API_KEY_IOS_APP_BLOCKED",
];

/// Reasons that name the project of the key.
const PROJECT: [&str; 4] = [
    "accessNotConfigured",
    "SERVICE_DISABLED",
    "CONSUMER_SUSPENDED",
    "CONSUMER_INVALID",
];
