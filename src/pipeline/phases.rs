//! The three phases of a pipeline.

/// A scraper, an analyzer and an assembler, shared by all workers.
pub(super) struct Phases<S, A, M> {
    pub(super) scraper: S,
    pub(super) analyzer: A,
    pub(super) assembler: M,
}
