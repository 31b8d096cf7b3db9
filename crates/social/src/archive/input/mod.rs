//! From files to JSON objects: unpacking, splitting, recognising.

mod layout;
mod lines;
mod open;
mod rows;
mod utf16;
mod values;
mod walk;

pub(super) use self::layout::{Layout, SNIFFED, Sniffed, sniff};
pub(super) use self::lines::Lines;
pub(super) use self::open::{Stream, is_packed, open, too_large};
pub(super) use self::rows::{Columns, Rows};
pub(super) use self::values::{Piece, Values};
pub(super) use self::walk::{Stamp, walk};

/// The longest JSON object and the longest row, in bytes. A video's file with 100,000 comments has
/// half of that.
pub(super) const MAX_UNIT: usize = 128 << 20;
/// The deepest nesting that is gone along with. What lies deeper than a few levels is never decoded,
/// so this only stops files that are nothing but brackets.
pub(super) const MAX_DEPTH: usize = 100_000;
