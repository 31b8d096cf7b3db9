//! What a phase saves while it runs: a state that is replaced, and pages that are appended.

use std::fmt;

use bytes::Bytes;

use crate::job::Phase;

/// A request to keep partial state of the phase that a job has reached.
///
/// | option | default |
/// |---|---|
/// | [`fresh`](Self::with_fresh) | what is saved already stays |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveRequest {
    phase: Phase,
    number: u32,
    change: Change,
    fresh: bool,
}

/// What becomes of the value that comes with a save.
#[derive(Clone, PartialEq, Eq)]
enum Change {
    State(Bytes),
    Page(Bytes),
}

impl SaveRequest {
    /// Replaces the state of `phase`. `number` is the number of this save under its lease, from 0: see
    /// [`number`](Self::number).
    #[must_use]
    pub const fn replace(phase: Phase, number: u32, state: Bytes) -> Self {
        Self {
            phase,
            number,
            change: Change::State(state),
            fresh: false,
        }
    }

    /// Appends a page to those of `phase`. `number` is the number of this save under its lease, from 0:
    /// see [`number`](Self::number).
    #[must_use]
    pub const fn append(phase: Phase, number: u32, page: Bytes) -> Self {
        Self {
            phase,
            number,
            change: Change::Page(page),
            fresh: false,
        }
    }

    /// Sets whether everything that is saved so far is dropped, in the same step.
    #[must_use]
    pub const fn with_fresh(mut self, fresh: bool) -> Self {
        self.fresh = fresh;
        self
    }

    /// The phase whose state it is.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The number of this save under its lease. Numbers rise, so a save whose number is not above that
    /// of the last one is a repetition, or was overtaken: it changes nothing.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The state or the page.
    #[must_use]
    pub const fn value(&self) -> &Bytes {
        match &self.change {
            Change::State(value) | Change::Page(value) => value,
        }
    }

    /// Whether the value is a page to append, and not a state to replace.
    #[must_use]
    pub const fn is_page(&self) -> bool {
        matches!(self.change, Change::Page(_))
    }

    /// Whether everything that is saved so far is dropped.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// The request with its value changed.
    pub(super) fn map_value(mut self, with: impl FnOnce(Bytes) -> Bytes) -> Self {
        self.change = match self.change {
            Change::State(state) => Change::State(with(state)),
            Change::Page(page) => Change::Page(with(page)),
        };
        self
    }
}

impl fmt::Debug for Change {
    // The size only: the value is payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(f, "State({} bytes)", state.len()),
            Self::Page(page) => write!(f, "Page({} bytes)", page.len()),
        }
    }
}

/// What the phase that a job has reached has saved.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Saved {
    state: Option<Bytes>,
    pages: Vec<Bytes>,
}

impl Saved {
    /// Nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            state: None,
            pages: Vec::new(),
        }
    }

    /// Sets the state.
    #[must_use]
    pub fn with_state(mut self, state: Bytes) -> Self {
        self.state = Some(state);
        self
    }

    /// Appends a page.
    #[must_use]
    pub fn with_page(mut self, page: Bytes) -> Self {
        self.pages.push(page);
        self
    }

    /// The state that was saved last, if any.
    #[must_use]
    pub const fn state(&self) -> Option<&Bytes> {
        self.state.as_ref()
    }

    /// The pages, in the order in which they were appended.
    #[must_use]
    pub fn pages(&self) -> &[Bytes] {
        &self.pages
    }

    /// The bytes of the state and of all pages together.
    #[must_use]
    pub fn size(&self) -> usize {
        let pages: usize = self.pages.iter().map(Bytes::len).sum();
        pages + self.state.as_ref().map_or(0, Bytes::len)
    }

    /// The size in bytes that there would be after a save, which a store compares with its limit.
    #[must_use]
    pub fn size_after(&self, request: &SaveRequest) -> usize {
        let kept = if request.is_fresh() {
            0
        } else if request.is_page() {
            self.size()
        } else {
            self.size() - self.state.as_ref().map_or(0, Bytes::len)
        };
        kept + request.value().len()
    }

    /// Carries a save out.
    pub fn apply(&mut self, request: SaveRequest) {
        if request.is_fresh() {
            *self = Self::none();
        }
        match request.change {
            Change::State(state) => self.state = Some(state),
            Change::Page(page) => self.pages.push(page),
        }
    }
}

impl fmt::Debug for Saved {
    // Sizes only: what is saved is payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved")
            .field("state_bytes", &self.state.as_ref().map(Bytes::len))
            .field("pages", &self.pages.len())
            .field("bytes", &self.size())
            .finish()
    }
}
