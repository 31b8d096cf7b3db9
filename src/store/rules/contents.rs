//! What belongs to a job and is never read: its bytes, or only their number.

use bytes::Bytes;

use super::{Checkpoints, Saved};
use crate::job::Phase;
use crate::store::SaveRequest;

/// A value that is kept with a job. A store that keeps large values apart from its records leaves them
/// there while a rule is applied: the rules need no more than their size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Content {
    /// The bytes themselves.
    Here(Bytes),
    /// So many bytes, which the store keeps apart.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "sqlite")),
        expect(dead_code, reason = "only stores in SQL do")
    )]
    Apart(usize),
}

impl Content {
    pub(in crate::store) const EMPTY: Self = Self::Here(Bytes::new());

    pub(in crate::store) fn len(&self) -> usize {
        match self {
            Self::Here(bytes) => bytes.len(),
            Self::Apart(size) => *size,
        }
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, if they are here.
    pub(in crate::store) const fn here(&self) -> Option<&Bytes> {
        match self {
            Self::Here(bytes) => Some(bytes),
            Self::Apart(_) => None,
        }
    }
}

/// The outputs of the phases that a job has finished.
#[derive(Debug, Default)]
pub(in crate::store) struct Outputs {
    pub(in crate::store) scraping: Option<Content>,
    pub(in crate::store) analysis: Option<Content>,
}

impl Outputs {
    pub(super) const fn get(&self, phase: Phase) -> Option<&Content> {
        match phase {
            Phase::Scraping => self.scraping.as_ref(),
            Phase::Analysis => self.analysis.as_ref(),
            Phase::Finalizing => None,
        }
    }

    pub(super) fn set(&mut self, phase: Phase, output: Bytes) {
        match phase {
            Phase::Scraping => self.scraping = Some(Content::Here(output)),
            Phase::Analysis => self.analysis = Some(Content::Here(output)),
            Phase::Finalizing => {}
        }
    }

    pub(super) fn size(&self) -> usize {
        let outputs = [&self.scraping, &self.analysis];
        outputs.into_iter().flatten().map(Content::len).sum()
    }

    /// Those that are here, as a claim hands them out.
    pub(super) fn checkpoints(&self) -> Checkpoints {
        [Phase::Scraping, Phase::Analysis]
            .into_iter()
            .filter_map(|phase| Some((phase, self.get(phase)?.here()?.clone())))
            .fold(Checkpoints::none(), |all, (phase, output)| {
                all.with(phase, output)
            })
    }
}

/// What the present phase has saved.
#[derive(Debug, Default)]
pub(in crate::store) struct Saves {
    pub(in crate::store) state: Option<Content>,
    pub(in crate::store) pages: Vec<Content>,
}

impl Saves {
    pub(super) fn size(&self) -> usize {
        self.state.iter().chain(&self.pages).map(Content::len).sum()
    }

    /// As [`Saved::size_after`].
    pub(super) fn size_after(&self, request: &SaveRequest) -> usize {
        let kept = if request.is_fresh() {
            0
        } else if request.is_page() {
            self.size()
        } else {
            self.size() - self.state.as_ref().map_or(0, Content::len)
        };
        kept + request.value().len()
    }

    /// As [`Saved::apply`].
    pub(super) fn apply(&mut self, request: &SaveRequest) {
        if request.is_fresh() {
            *self = Self::default();
        }
        let value = Content::Here(request.value().clone());
        if request.is_page() {
            self.pages.push(value);
        } else {
            self.state = Some(value);
        }
    }

    /// What is here of it, as a claim hands it out.
    pub(super) fn saved(&self) -> Saved {
        let pages = self.pages.iter().filter_map(Content::here).cloned();
        let saved = pages.fold(Saved::none(), Saved::with_page);
        match self.state.as_ref().and_then(Content::here) {
            Some(state) => saved.with_state(state.clone()),
            None => saved,
        }
    }
}
