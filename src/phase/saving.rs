//! Partial state of a phase: what is saved now, and what earlier attempts have saved.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::warn;

use super::{PhaseError, read_back};
use crate::job::Phase;

/// What the earlier attempts at a phase have saved; see
/// [`PhaseContext::saved`](super::PhaseContext::saved).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedState<S, P> {
    /// The state that was saved last, if any.
    pub state: Option<S>,
    /// The pages, in the order in which they were pushed.
    pub pages: Vec<P>,
}

/// Keeps partial state of one attempt's phases. The worker that runs them implements it, so that phases
/// need not know where it is kept.
#[async_trait]
pub(crate) trait StateKeeper: Send + Sync {
    /// Keeps a value for the attempts after this one. It is no error if it cannot.
    ///
    /// `begin` is called once it is this value's turn; if it returns true, everything that was kept
    /// before is dropped.
    async fn keep(&self, phase: Phase, value: SavedValue, begin: &(dyn Fn() -> bool + Sync));
}

/// A value in JSON.
pub(crate) enum SavedValue {
    /// Replaces the state.
    State(Bytes),
    /// Is appended to the pages.
    Page(Bytes),
}

/// What earlier attempts have saved of a phase, in JSON.
#[derive(Default)]
pub(crate) struct SavedJson {
    pub(crate) state: Option<Bytes>,
    pub(crate) pages: Vec<Bytes>,
}

/// The saved state of one phase in one attempt.
pub(super) struct Saving {
    earlier: SavedJson,
    begun: Mutex<Begun>,
}

/// How this attempt's saves follow those of earlier attempts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// Nothing was saved yet, and nobody has asked for what earlier attempts have saved: the first save
    /// drops it, or else pages would be there twice.
    Unread,
    /// The phase knows what earlier attempts have saved, and has saved nothing yet.
    Read,
    /// The phase goes on where the last attempt stopped.
    Continued,
    /// The phase has begun anew.
    Afresh,
}

impl Saving {
    pub(super) fn new(earlier: SavedJson) -> Self {
        Self {
            earlier,
            begun: Mutex::new(Begun::Unread),
        }
    }

    /// Returns what earlier attempts have saved: nothing, if this one has begun anew.
    pub(super) fn read<S, P>(&self, phase: Phase) -> SavedState<S, P>
    where
        S: DeserializeOwned,
        P: DeserializeOwned,
    {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if *begun != Begun::Afresh {
            match self.earlier.parse() {
                Ok(saved) => {
                    if *begun == Begun::Unread {
                        *begun = Begun::Read;
                    }
                    return saved;
                }
                // Another version of the program may have written it. The place only: an error of the
                // type may quote the value.
                Err(error) => {
                    let (line, column) = (error.line(), error.column());
                    warn!(%phase, line, column, "saved state unreadable; the phase begins anew");
                    if *begun == Begun::Read {
                        *begun = Begun::Unread;
                    }
                }
            }
        }
        SavedState {
            state: None,
            pages: Vec::new(),
        }
    }

    /// Begins to save, and returns whether what earlier attempts have saved is to be dropped.
    pub(super) fn begin(&self) -> bool {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        *begun = match *begun {
            Begun::Unread => {
                *begun = Begun::Afresh;
                return true;
            }
            Begun::Read => Begun::Continued,
            begun => begun,
        };
        false
    }
}

impl SavedJson {
    fn parse<S: DeserializeOwned, P: DeserializeOwned>(
        &self,
    ) -> serde_json::Result<SavedState<S, P>> {
        let state = self.state.as_deref().map(serde_json::from_slice);
        let pages = self.pages.iter().map(|page| serde_json::from_slice(page));
        Ok(SavedState {
            state: state.transpose()?,
            pages: pages.collect::<Result<_, _>>()?,
        })
    }
}

/// Writes a value that is to be saved as JSON.
pub(super) fn encode<T>(phase: Phase, what: &str, value: &T) -> Result<Bytes, PhaseError>
where
    T: Serialize + DeserializeOwned,
{
    let json = serde_json::to_vec(value).map_err(|error| {
        let message = format!("a {what} of phase {phase} cannot be written as JSON");
        PhaseError::permanent(message).with_source(error)
    })?;
    // At the first attempt already, and at no cost in release builds.
    if cfg!(debug_assertions) {
        read_back::<T>(&json).map_err(|reason| {
            let message = format!("a {what} of phase {phase} does not survive its JSON: {reason}");
            PhaseError::permanent(message)
        })?;
    }
    Ok(json.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saving(state: Option<&'static str>, pages: &[&'static str]) -> Saving {
        let json = |text: &'static str| Bytes::from_static(text.as_bytes());
        Saving::new(SavedJson {
            state: state.map(json),
            pages: pages.iter().map(|page| json(page)).collect(),
        })
    }

    #[test]
    fn a_phase_that_reads_goes_on_and_another_begins_anew() {
        let reads = saving(Some("7"), &["1", "2"]);
        let saved = reads.read::<u32, u32>(Phase::Scraping);
        assert_eq!((saved.state, saved.pages), (Some(7), vec![1, 2]));
        assert!(!reads.begin());

        // Types that do not fit are of a phase that begins anew, also after others that did.
        let changes = saving(Some("7"), &["1"]);
        _ = changes.read::<u32, u32>(Phase::Scraping);
        let other = changes.read::<String, u32>(Phase::Scraping);
        assert!(other.state.is_none() && other.pages.is_empty());
        assert!(changes.begin());

        let ignores = saving(Some("7"), &["1"]);
        assert!(ignores.begin());
        assert!(!ignores.begin(), "what it has saved itself stays");
        let saved = ignores.read::<u32, u32>(Phase::Scraping);
        assert_eq!((saved.state, saved.pages), (None, Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_dropped_with_all_that_belongs_to_it() {
        for (state, pages) in [(Some("7"), ["1", "x"]), (Some("x"), ["1", "2"])] {
            let saving = saving(state, &pages);
            let saved = saving.read::<u32, u32>(Phase::Scraping);
            assert_eq!((saved.state, saved.pages), (None, Vec::new()));
            assert!(saving.begin());
        }
    }

    #[test]
    fn a_value_that_is_not_the_same_again_is_refused() {
        let refused = encode(Phase::Analysis, "page", &f64::NAN).unwrap_err();
        assert!(!refused.is_retryable());
        let message = refused.to_string();
        assert!(message.contains("a page of phase Analysis"), "{message}");
        assert_eq!(encode(Phase::Analysis, "page", &1.5).unwrap(), "1.5");
    }
}
