//! Hashes random ids by their own bits.

use std::hash::{BuildHasherDefault, Hasher};

/// For keys that are random already, a [`JobId`](crate::job::JobId) or a
/// [`ClaimToken`](crate::store::ClaimToken): a multiplication instead of the general hash, which took a tenth
/// of a job's time.
///
/// The general hash keeps strangers from choosing keys that collide. Nobody but the program that calls the
/// store chooses these: the HTTP service makes the id of every job itself, and a stranger's id is only looked
/// up. A program that does choose its ids, such as numbers in sequence, still gets an even spread; only one
/// that looked for collisions on purpose would slow down its own store. Names of accounts come from strangers
/// and keep the general hash.
#[derive(Debug, Default)]
pub(super) struct OwnBits(u64);

pub(super) type ByOwnBits = BuildHasherDefault<OwnBits>;

/// An odd number without a pattern: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for OwnBits {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        debug_assert!(rest.is_empty(), "ids have 16 bytes");
        for word in words {
            let word = self.0 ^ u64::from_le_bytes(*word);
            // Both halves of the product: a table takes a place from the low bits and a tag from the high ones.
            let high = (u128::from(word) * u128::from(SPREAD)) >> 64;
            self.0 = word.wrapping_mul(SPREAD) ^ (high as u64);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use uuid::Uuid;

    use super::*;
    use crate::job::JobId;

    /// The fullest of 4,096 places that 4,096 ids take, and how many tags there are.
    fn spread(ids: impl Iterator<Item = Uuid>) -> (usize, usize) {
        let mut places = vec![0; 4096];
        let mut tags = HashSet::new();
        for id in ids.take(4096) {
            let hash = ByOwnBits::default().hash_one(JobId::from_uuid(id));
            places[(hash & 4095) as usize] += 1;
            tags.insert(hash >> 57);
        }
        (places.into_iter().max().unwrap_or(0), tags.len())
    }

    #[test]
    fn random_and_numbered_ids_are_spread_evenly() {
        let low = spread((0..).map(Uuid::from_u128));
        let high = spread((0..).map(|n: u128| Uuid::from_u128(n << 100)));
        let random = spread(std::iter::repeat_with(Uuid::new_v4));
        for (fullest, tags) in [low, high, random] {
            assert!(fullest <= 16, "{fullest}");
            assert!(tags > 64, "{tags}");
        }
    }
}
