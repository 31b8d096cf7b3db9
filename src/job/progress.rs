//! The progress of a job: its phase and its percentage.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::names::named;

/// One of the three steps every job goes through, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Phase {
    /// Reading the account: 0 to 30 percent.
    Scraping,
    /// Analysing what was read: 30 to 90 percent.
    Analysis,
    /// Assembling the report: 90 to 100 percent.
    Finalizing,
}

impl Phase {
    /// The phase that follows, if any.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Scraping => Some(Self::Analysis),
            Self::Analysis => Some(Self::Finalizing),
            Self::Finalizing => None,
        }
    }

    /// The progress of a job that has just entered this phase.
    #[must_use]
    pub const fn start(self) -> Progress {
        match self {
            Self::Scraping => Progress(0),
            Self::Analysis => Progress(30),
            Self::Finalizing => Progress(90),
        }
    }

    const fn end(self) -> Progress {
        match self.next() {
            Some(next) => next.start(),
            None => Progress::COMPLETE,
        }
    }
}

named!(Phase, "phase" {
    Scraping => "Scraping",
    Analysis => "Analysis",
    Finalizing => "Finalizing",
});

/// How much of a job is done, in whole percent, 0 to 100.
///
/// Only a completed job has 100; whatever the last phase reports, a running job shows at most 99. Stores never let a job's progress fall, so it is monotonic over retries and
/// changes of worker.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "u8", into = "u8")]
pub struct Progress(u8);

impl Progress {
    /// Nothing is done yet.
    pub const ZERO: Self = Self(0);
    /// The job is completed.
    pub const COMPLETE: Self = Self(100);

    /// Progress from a percentage; more than 100 counts as 100.
    #[must_use]
    pub const fn from_percent(percent: u8) -> Self {
        if percent > 100 {
            Self(100)
        } else {
            Self(percent)
        }
    }

    /// The progress of a job that has done `fraction` (0.0 to 1.0) of `phase`.
    ///
    /// The phases weigh 30, 60 and 10 percent. A fraction outside the range is brought into it,
    /// and one that is not a number counts as 0.
    #[must_use]
    pub fn within(phase: Phase, fraction: f64) -> Self {
        let (start, end) = (phase.start().0, phase.end().0);
        let fraction = if fraction.is_nan() {
            0.0
        } else {
            fraction.clamp(0.0, 1.0)
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the product lies between 0 and 60"
        )]
        let done = (f64::from(end - start) * fraction) as u8;
        Self((start + done).min(Self::COMPLETE.0 - 1))
    }

    /// The percentage, 0 to 100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }
}

impl From<u8> for Progress {
    fn from(percent: u8) -> Self {
        Self::from_percent(percent)
    }
}

impl From<Progress> for u8 {
    fn from(progress: Progress) -> Self {
        progress.0
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_weigh_30_60_10() {
        assert_eq!(Progress::within(Phase::Scraping, 0.0).percent(), 0);
        assert_eq!(Progress::within(Phase::Scraping, 0.5).percent(), 15);
        assert_eq!(Progress::within(Phase::Scraping, 1.0).percent(), 30);
        assert_eq!(Progress::within(Phase::Analysis, 0.5).percent(), 60);
        assert_eq!(Progress::within(Phase::Analysis, 1.0).percent(), 90);
        assert_eq!(Progress::within(Phase::Finalizing, 0.5).percent(), 95);
    }

    #[test]
    fn only_completed_jobs_have_100_percent() {
        assert_eq!(Progress::within(Phase::Finalizing, 1.0).percent(), 99);
    }

    #[test]
    fn odd_fractions_are_brought_into_range() {
        for &phase in Phase::ALL {
            assert_eq!(Progress::within(phase, f64::NAN), phase.start());
            assert_eq!(Progress::within(phase, -3.0), phase.start());
            assert_eq!(Progress::within(phase, f64::NEG_INFINITY), phase.start());
            assert_eq!(
                Progress::within(phase, f64::INFINITY),
                Progress::within(phase, 1.0)
            );
        }
        assert_eq!(Progress::from_percent(250), Progress::COMPLETE);
    }
}
