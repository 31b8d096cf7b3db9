//! Maps in many parts, each under a lock of its own.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard};

/// How many parts there are: one for each value of a byte.
const PARTS: usize = 256;

/// Something in 256 parts, each under a lock of its own, for what has to look at one part only.
///
/// Two threads rarely want the same part. And a part is small: one large map would move every entry when it grows,
/// which takes tens of milliseconds at a million entries.
pub(super) struct Sharded<T>(Box<[Mutex<T>]>);

impl<T: Default> Sharded<T> {
    pub(super) fn new() -> Self {
        Self((0..PARTS).map(|_| Mutex::default()).collect())
    }

    /// Takes the lock of a part.
    pub(super) fn lock(&self, part: u8) -> MutexGuard<'_, T> {
        self.0[usize::from(part)]
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

/// Takes an entry out of a part, and gives memory back after a wave of jobs has gone. Late, when little is left to
/// move: the parts empty at the same pace, so many of them come to this point in one sweep.
pub(super) fn remove<K: Hash + Eq, V, S: BuildHasher>(map: &mut HashMap<K, V, S>, key: &K) {
    map.remove(key);
    if map.len() * 64 < map.capacity() && map.capacity() > 64 {
        map.shrink_to(map.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_memory_back() {
        let mut map: HashMap<u32, u32> = (0..100_000).map(|n| (n, n)).collect();
        let full = map.capacity();
        for n in 0..100_000 {
            assert_eq!(map.len(), 100_000 - n as usize);
            remove(&mut map, &n);
        }
        assert!(map.capacity() < full / 64);
    }
}
