//! Bytes that are kept and never read.

use std::fmt;

use bytes::Bytes;

/// Bytes that only the caller's program understands. `Debug` shows how many there are and nothing of
/// them: they are payload.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Opaque(pub(super) Bytes);

impl Opaque {
    pub(super) const EMPTY: Self = Self(Bytes::new());
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}
