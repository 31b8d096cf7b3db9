//! What the API's errors mean.

use chrono::{DateTime, Utc};
use report_pipeline::PhaseError;

use super::super::http::Answer;
use super::super::reading::not_understood;
use super::super::wait::until_midnight;
use crate::sources::tiktok_failure;
use crate::values::{Faults, Object};

pub(super) const API: &str = "the TikTok API";

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Whether the token has run out, so that a fresh one may help.
    pub(super) about_token: bool,
    pub(super) error: PhaseError,
}

/// Says what an error answer means; `None` if it is none.
pub(super) fn refusal(answer: &Answer, handle: &str, now: DateTime<Utc>) -> Option<Refusal> {
    let faults = Faults::default();
    let Some(object) = Object::document(&answer.body, &faults) else {
        return Some(whole(not_understood(API)));
    };
    let failure = tiktok_failure(&object);
    if failure.is_none() && answer.status.is_success() {
        return None;
    }
    let status = answer.status.as_u16();
    let code = failure.flatten().unwrap_or_else(|| status.to_string());
    Some(match code.as_str() {
        "access_token_invalid" => Refusal {
            about_token: true,
            error: consent_is_over(handle),
        },
        "scope_not_authorized" | "scope_permission_missed" => {
            whole(PhaseError::permanent(format!(
                "@{handle} has not agreed to all that a report needs ({code}): user.info.basic, \
                 user.info.profile, user.info.stats and video.list"
            )))
        }
        "daily_quota_limit_exceeded" => whole(PhaseError::quota_exhausted(
            "this service has used up its quota of the TikTok API for today: it begins anew at \
             midnight UTC",
            until_midnight(chrono_tz::UTC, now),
        )),
        // The same status stands for both limits, so the code comes first.
        "rate_limit_exceeded" => whole(limited(answer)),
        _ if status == 429 => whole(limited(answer)),
        "internal_error" => whole(passing(&code, answer)),
        _ if status >= 500 => whole(passing(&code, answer)),
        _ => whole(PhaseError::permanent(format!(
            "{API} refuses a request of this service ({code})"
        ))),
    })
}

/// The creator's consent has run out or was withdrawn.
pub(super) fn consent_is_over(handle: &str) -> PhaseError {
    PhaseError::account_unavailable(format!(
        "the consent of @{handle} has run out or was withdrawn: they must connect their TikTok \
         account to this service again"
    ))
}

fn limited(answer: &Answer) -> PhaseError {
    PhaseError::rate_limited("the TikTok API limits our requests", answer.wait())
}

fn passing(code: &str, answer: &Answer) -> PhaseError {
    PhaseError::transient(format!("{API} has a fault at the moment ({code})"))
        .with_retry_after(answer.wait())
}

fn whole(error: PhaseError) -> Refusal {
    Refusal {
        about_token: false,
        error,
    }
}
