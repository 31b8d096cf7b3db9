//! What fits: a fixed sample of more.
//!
//! A snapshot is kept as JSON between the phases, and stores limit its size (16 MiB by default). The
//! sample depends on the items' ids alone: the same items give the same sample, in whatever order
//! they were read and whatever else was read beside them.

use serde::Serialize;

/// The most comments that a snapshot holds.
pub(super) const MAX_COMMENTS: usize = 20_000;
/// The most bytes of JSON that comments may take.
pub(super) const COMMENT_BYTES: usize = 8 << 20;
/// The most bytes of JSON that posts may take.
pub(super) const POST_BYTES: usize = 4 << 20;

/// FNV-1a, spread over all bits: the same on every machine and in every release.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// An id for an item that has none that can be read. It depends on what the item says, so that the
/// same item read twice is one.
pub(super) fn derived_id(item: &impl Serialize) -> String {
    let json = serde_json::to_vec(item).expect("the model can be written as JSON");
    format!("unnamed-{:016x}", fingerprint(&json))
}

/// How many of the items, from the first on, fit into so many bytes of JSON.
pub(super) fn fitting<'a, T: Serialize + 'a>(
    items: impl IntoIterator<Item = &'a T>,
    bytes: usize,
) -> usize {
    let mut left = bytes;
    let mut fitting = 0;
    for item in items {
        let json = serde_json::to_vec(item).expect("the model can be written as JSON");
        // One more for the comma.
        let Some(rest) = left.checked_sub(json.len() + 1) else {
            break;
        };
        left = rest;
        fitting += 1;
    }
    fitting
}
