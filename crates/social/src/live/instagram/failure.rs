//! What the Graph API's errors mean.

use std::time::Duration;

use report_pipeline::PhaseError;

use super::super::http::Answer;
use super::super::reading::not_understood;
use super::usage::regained;
use crate::sources::{GRAPH_NO_SUCH_USER, graph_failure};
use crate::values::{Faults, Object};

pub(super) const API: &str = "the Instagram API";

/// How long the limit of a whole application is waited for where nothing says how long: it is counted
/// over an hour.
const APPLICATION: Duration = Duration::from_secs(60 * 60);

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Whether it may be about one of the fields that were asked for.
    pub(super) about_fields: bool,
    pub(super) error: PhaseError,
}

/// Says what an error answer means; `None` if it is none.
pub(super) fn refusal(answer: &Answer, handle: &str) -> Option<Refusal> {
    let faults = Faults::default();
    let Some(object) = Object::document(&answer.body, &faults) else {
        return Some(whole(not_understood(API)));
    };
    let failure = graph_failure(&object);
    if failure.is_none() && answer.status.is_success() {
        return None;
    }
    let status = answer.status.as_u16();
    let (code, subcode, passes) = failure.map_or((None, None, false), |failure| {
        (failure.code, failure.subcode, failure.is_transient)
    });
    let named = match (code, subcode) {
        (Some(code), Some(subcode)) => format!("code {code}, subcode {subcode}"),
        (Some(code), None) => format!("code {code}"),
        _ => format!("{status}"),
    };
    let wait = || regained(&answer.headers).or_else(|| answer.wait());
    Some(match code {
        Some(100 | 110) if subcode == Some(GRAPH_NO_SUCH_USER) => {
            whole(PhaseError::account_unavailable(format!(
                "Instagram shows no professional account @{handle}: either there is none of that \
                 name, or it is private, personal or limited by age, which this API does not tell \
                 apart"
            )))
        }
        Some(4 | 17 | 32 | 613 | 80_002) => whole(PhaseError::rate_limited(
            "the Instagram API limits our requests",
            wait(),
        )),
        Some(341) => whole(PhaseError::quota_exhausted(
            "this service has reached the limit of its Instagram application",
            wait().unwrap_or(APPLICATION),
        )),
        Some(102 | 190) => whole(PhaseError::permanent(format!(
            "{API} does not accept the token of this service ({named}): it has run out or was \
             withdrawn, and the operator must make a new one"
        ))),
        Some(10 | 200..=299) => whole(PhaseError::permanent(format!(
            "{API} wants more rights than the token of this service has ({named}): it needs \
             instagram_basic, instagram_manage_insights and pages_read_engagement"
        ))),
        Some(368) => whole(PhaseError::permanent(format!(
            "{API} has blocked this service for breaking a rule ({named}): its operator must look \
             into the app's dashboard before anything else is asked"
        ))),
        Some(1 | 2) => whole(passing(&named, answer)),
        _ if status == 429 => whole(PhaseError::rate_limited(
            "the Instagram API limits our requests",
            wait(),
        )),
        _ if status >= 500 || passes => whole(passing(&named, answer)),
        code => Refusal {
            about_fields: code == Some(100),
            error: PhaseError::permanent(format!(
                "{API} refuses a request of this service ({named})"
            )),
        },
    })
}

fn whole(error: PhaseError) -> Refusal {
    Refusal {
        about_fields: false,
        error,
    }
}

fn passing(named: &str, answer: &Answer) -> PhaseError {
    PhaseError::transient(format!("{API} has a fault at the moment ({named})"))
        .with_retry_after(answer.wait())
}
