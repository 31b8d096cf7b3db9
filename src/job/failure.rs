//! Why an attempt, or a whole job, failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::names::named;

/// Why an attempt or a job failed, as it is stored and shown.
///
/// It carries a sentence for people and a kind for programs, never a payload: stores keep it, and
/// the HTTP service shows it. In JSON it is `{"kind": "transient", "message": "..."}`; a message
/// that is read is bounded as by [`new`](Self::new).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Unchecked")]
pub struct Failure {
    kind: FailureKind,
    message: Box<str>,
}

// What is read goes through the constructor, so that no source of a failure gets around its bounds.
#[derive(Deserialize)]
struct Unchecked {
    kind: FailureKind,
    message: String,
}

impl From<Unchecked> for Failure {
    fn from(read: Unchecked) -> Self {
        Self::new(read.kind, read.message)
    }
}

impl Failure {
    /// The maximum length of a message, in bytes. A longer one is cut and ends with `...`.
    pub const MAX_MESSAGE: usize = 1024;

    /// Makes a failure. The message becomes one line of at most [`MAX_MESSAGE`](Self::MAX_MESSAGE)
    /// bytes: control characters become blanks, and the rest is cut off.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl AsRef<str>) -> Self {
        Self {
            kind,
            message: one_bounded_line(message.as_ref()),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The reason in words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

fn one_bounded_line(message: &str) -> Box<str> {
    const CUT: &str = "...";
    let end = if message.len() <= Failure::MAX_MESSAGE {
        message.len()
    } else {
        let most = Failure::MAX_MESSAGE - CUT.len();
        (0..=most)
            .rev()
            .find(|end| message.is_char_boundary(*end))
            .unwrap_or(0)
    };
    let mut line: String = message[..end]
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if end < message.len() {
        line.push_str(CUT);
    }
    line.into_boxed_str()
}

/// What kind of failure ended an attempt or a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// A temporary fault: the next attempt may succeed.
    Transient,
    /// The platform asked to come back later. Such attempts do not count as failed ones.
    RateLimited,
    /// The platform's quota is used up until after the job's deadline.
    QuotaExhausted,
    /// Trying again cannot help.
    Permanent,
    /// There is no such account, or it is private.
    AccountUnavailable,
    /// The phase did not end within its time.
    TimedOut,
    /// The phase panicked.
    Panicked,
    /// The job lost too many leases: its workers crashed or stalled.
    Crashed,
    /// The job's own deadline passed.
    DeadlineExceeded,
    /// Somebody cancelled the job.
    Cancelled,
    /// A checkpoint or the report is over the store's size limit.
    TooLarge,
    /// A kind that this version of the library does not know, because a newer one has written it. Every
    /// unknown name reads as this kind; what is in the store stays as it is.
    #[serde(other)]
    Other,
}

named!(FailureKind, "failure kind" {
    Transient => "transient",
    RateLimited => "rate_limited",
    QuotaExhausted => "quota_exhausted",
    Permanent => "permanent",
    AccountUnavailable => "account_unavailable",
    TimedOut => "timed_out",
    Panicked => "panicked",
    Crashed => "crashed",
    DeadlineExceeded => "deadline_exceeded",
    Cancelled => "cancelled",
    TooLarge => "too_large",
    Other => "other",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_characters() {
        let failure = Failure::new(FailureKind::Transient, "ä".repeat(2000));
        assert!(failure.message().len() <= Failure::MAX_MESSAGE);
        assert!(failure.message().ends_with("ä..."));
    }

    #[test]
    fn messages_are_one_line() {
        let failure = Failure::new(FailureKind::Permanent, "first\r\nsecond\u{0}");
        assert_eq!(failure.message(), "first  second ");
    }

    #[test]
    fn a_kind_of_a_newer_version_reads_as_a_general_one() {
        let json = serde_json::json!({"kind": "evaporated", "message": "gone"});
        let read: Failure = serde_json::from_value(json).unwrap();
        assert_eq!(read, Failure::new(FailureKind::Other, "gone"));
    }

    #[test]
    fn what_is_read_is_bounded_as_what_is_made() {
        let message = format!("first\nsecond{}", "x".repeat(5000));
        let made = Failure::new(FailureKind::Permanent, &message);
        let json = serde_json::json!({"kind": "permanent", "message": message});
        let read: Failure = serde_json::from_value(json).unwrap();
        assert_eq!(read, made);
        assert!(read.message().len() <= Failure::MAX_MESSAGE);
        let again = serde_json::to_string(&made).unwrap();
        assert_eq!(serde_json::from_str::<Failure>(&again).unwrap(), made);
    }
}
