//! Why an attempt, or a whole job, failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::names::named;

/// The reason of a failed attempt or a failed job, as it is stored and shown.
///
/// It carries a sentence for people and a kind for programs, never a payload: stores keep it,
/// status answers print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    kind: FailureKind,
    message: Box<str>,
}

impl Failure {
    /// The longest message that is kept, in bytes; a longer one is cut and ends with `...`.
    pub const MAX_MESSAGE: usize = 1024;

    /// Names a failure. Control characters in the message become blanks, so that it stays one line.
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
    /// A passing fault: the next attempt may succeed.
    Transient,
    /// The platform asked to come back later. Such attempts do not count as failed ones.
    RateLimited,
    /// Trying again cannot help.
    Permanent,
    /// The phase did not end within its time.
    TimedOut,
    /// The phase panicked.
    Panicked,
    /// The job's workers vanished too often without a word.
    Crashed,
    /// The job's own deadline passed.
    DeadlineExceeded,
    /// Somebody cancelled the job.
    Cancelled,
    /// A checkpoint or the report is over the store's size limit.
    TooLarge,
}

named!(FailureKind, "failure kind" {
    Transient => "transient",
    RateLimited => "rate_limited",
    Permanent => "permanent",
    TimedOut => "timed_out",
    Panicked => "panicked",
    Crashed => "crashed",
    DeadlineExceeded => "deadline_exceeded",
    Cancelled => "cancelled",
    TooLarge => "too_large",
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
}
