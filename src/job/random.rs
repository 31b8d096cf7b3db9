//! Random numbers that nobody can guess.

use std::cell::RefCell;

use uuid::{Builder, Uuid};

/// As many as 32 ids take.
const BLOCK: usize = 32 * 16;

/// Random bytes of the operating system that have not been used yet.
struct Block {
    bytes: [u8; BLOCK],
    used: usize,
}

thread_local! {
    static UNUSED: RefCell<Block> = const {
        RefCell::new(Block {
            bytes: [0; BLOCK],
            used: BLOCK,
        })
    };
}

/// Returns a random (version 4) UUID that is fit for a capability.
///
/// Its bits are the operating system's own, as those of [`Uuid::new_v4`] are; asking for those of 32 at once
/// spares a system call for each. What has been used is wiped, so nothing in memory tells an id that was given
/// out. A process that is forked without `exec` would repeat what its parent has left, but it has no runtime of
/// tokio either.
///
/// # Panics
/// If the operating system has no random numbers.
pub(crate) fn random_uuid() -> Uuid {
    UNUSED.with_borrow_mut(|block| {
        if block.used == BLOCK {
            getrandom::fill(&mut block.bytes).expect("the operating system has random numbers");
            block.used = 0;
        }
        let (next, _) = block.bytes[block.used..]
            .split_first_chunk_mut::<16>()
            .expect("a block holds whole ids");
        block.used += next.len();
        Builder::from_random_bytes(std::mem::take(next)).into_uuid()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_id_comes_twice_on_any_thread() {
        let draw = || {
            (0..1_000)
                .map(|_| random_uuid())
                .inspect(|id| assert_eq!(id.get_version_num(), 4))
                .collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let drawn = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        assert_eq!(drawn.collect::<HashSet<_>>().len(), 4_000);
    }

    #[test]
    fn what_was_used_is_wiped() {
        let id = random_uuid();
        UNUSED.with_borrow(|block| {
            assert!(block.used > 0 && block.bytes[..block.used].iter().all(|b| *b == 0));
            assert!(!id.is_nil());
        });
    }
}
