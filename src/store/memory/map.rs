//! A hash map that never stops to move all of its entries.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use super::own_bits::ByOwnBits;
use crate::job::JobId;

// One for each value of a byte.
const SHARDS: usize = 256;

/// A hash map in many small parts.
///
/// One large map moves every entry when it grows: tens of milliseconds at a million entries, spent
/// under the store's lock. A part of 256 moves a few thousand.
pub(super) struct ShardedMap<K: ShardKey, V>(Vec<HashMap<K, V, K::Hash>>);

/// A key that spreads itself evenly over 256 shards.
pub(super) trait ShardKey: Hash + Eq {
    /// How it is hashed within a shard.
    type Hash: BuildHasher + Default;

    fn shard(&self) -> u8;
}

impl ShardKey for JobId {
    type Hash = ByOwnBits;

    fn shard(&self) -> u8 {
        // The last byte of a random UUID is random.
        self.as_uuid().as_bytes()[15]
    }
}

impl<K: ShardKey, V> ShardedMap<K, V> {
    pub(super) fn new() -> Self {
        Self((0..SHARDS).map(|_| HashMap::default()).collect())
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0[usize::from(key.shard())].get(key)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0[usize::from(key.shard())].get_mut(key)
    }

    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0[usize::from(key.shard())].insert(key, value)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let shard = &mut self.0[usize::from(key.shard())];
        let value = shard.remove(key);
        // Gives memory back after a wave of jobs has gone. Late, when little is left to move: the
        // shards empty at the same pace, so many of them come to this point in one sweep.
        if shard.len() * 64 < shard.capacity() && shard.capacity() > 64 {
            shard.shrink_to(shard.len() * 2);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<JobId> {
        std::iter::repeat_with(JobId::random)
            .take(100_000)
            .collect()
    }

    #[test]
    fn finds_what_was_put_in_until_it_is_taken_out() {
        let mut map = ShardedMap::new();
        let ids = ids();
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(map.insert(*id, n), None);
        }
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(map.get(id), Some(&n));
            assert_eq!(map.remove(id), Some(n));
            assert_eq!(map.get(id), None);
        }
    }

    #[test]
    fn no_shard_is_much_fuller_than_the_others() {
        let mut map = ShardedMap::new();
        for id in ids() {
            map.insert(id, 0);
        }
        let fullest = map.0.iter().map(HashMap::len).max().unwrap();
        assert!(fullest < 4 * 100_000 / SHARDS, "{fullest}");
    }

    #[test]
    fn gives_memory_back() {
        let mut map = ShardedMap::new();
        let capacity =
            |map: &ShardedMap<JobId, u8>| map.0.iter().map(HashMap::capacity).sum::<usize>();
        let ids = ids();
        for id in &ids {
            map.insert(*id, 0);
        }
        let full = capacity(&map);
        for id in &ids {
            map.remove(id);
        }
        assert!(capacity(&map) < full / 4);
    }
}
