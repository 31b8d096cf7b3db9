//! The job that owns each target.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::MutexGuard;

use super::own_bits::ByOwnBits;
use super::sharded::{Sharded, remove};
use crate::account::Target;
use crate::job::Scope;

/// The job that owns each target in its scope, by its number.
///
/// The texts are in the jobs, so they are not kept here once more, only their hash: whoever looks for an owner
/// looks at the job. Two targets that have the same hash, of 64 bits and with a secret that no stranger knows,
/// are as good as never met; what clashes with an owner is kept with its texts.
///
/// A job stays here until it is removed or another one takes its place, also when it has failed and owns nothing
/// more: that, too, is what whoever looks at the job sees.
pub(super) struct Owners<S = RandomState> {
    hasher: S,
    parts: Sharded<OwnersPart>,
}

/// The hash of a target in a scope.
#[derive(Clone, Copy, PartialEq, Eq)]
struct OwnerHash(u64);

impl Hash for OwnerHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// The targets that share a lock.
#[derive(Default)]
struct OwnersPart {
    by_hash: HashMap<OwnerHash, u64, ByOwnBits>,
    clashing: HashMap<(Target, Scope), u64>,
}

/// The owner of one target in a scope. Until it is dropped nobody else can look for it or change it.
pub(super) struct OwnerOf<'a> {
    part: MutexGuard<'a, OwnersPart>,
    hash: OwnerHash,
}

impl<S: BuildHasher + Default> Owners<S> {
    pub(super) fn new() -> Self {
        Self {
            hasher: S::default(),
            parts: Sharded::new(),
        }
    }

    /// Takes the lock of a target in a scope.
    pub(super) fn lock(&self, target: &Target, scope: &Scope) -> OwnerOf<'_> {
        let hash = self.hash(target, scope);
        let part = self.parts.lock(hash.0.to_le_bytes()[0]);
        OwnerOf { part, hash }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        (0..=255).all(|part| {
            let part = self.parts.lock(part);
            part.by_hash.is_empty() && part.clashing.is_empty()
        })
    }

    /// Of the texts one after the other. What usually stands between them costs as much as they do; without it
    /// only texts that are cut elsewhere clash, of which there are few for each key.
    fn hash(&self, target: &Target, scope: &Scope) -> OwnerHash {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(target.handle.as_str().as_bytes());
        hasher.write(target.platform.as_str().as_bytes());
        if !scope.is_none() {
            hasher.write(scope.as_str().as_bytes());
        }
        OwnerHash(hasher.finish())
    }
}

impl OwnerOf<'_> {
    /// The job with this hash. It may be one for another target.
    pub(super) fn by_hash(&self) -> Option<u64> {
        self.part.by_hash.get(&self.hash).copied()
    }

    /// The job for this target, if one with the same hash was there before it.
    pub(super) fn clashing(&self, target: &Target, scope: &Scope) -> Option<u64> {
        if self.part.clashing.is_empty() {
            return None;
        }
        let key = (target.clone(), scope.clone());
        self.part.clashing.get(&key).copied()
    }

    /// Makes a job the owner, in place of another one. `clashes` says whether the job [`by_hash`](Self::by_hash) is
    /// one for another target.
    pub(super) fn set(&mut self, target: &Target, scope: &Scope, number: u64, clashes: bool) {
        let part = &mut *self.part;
        if clashes {
            let key = (target.clone(), scope.clone());
            part.clashing.insert(key, number);
            return;
        }
        part.by_hash.insert(self.hash, number);
        if !part.clashing.is_empty() {
            part.clashing.remove(&(target.clone(), scope.clone()));
        }
    }

    /// Forgets a job that was removed. Does nothing if another one owns the target by now.
    pub(super) fn forget(&mut self, target: &Target, scope: &Scope, number: u64) {
        if self.by_hash() == Some(number) {
            remove(&mut self.part.by_hash, &self.hash);
        } else if self.clashing(target, scope) == Some(number) {
            self.part.clashing.remove(&(target.clone(), scope.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasherDefault;

    use proptest::prelude::*;

    use super::*;
    use crate::account::{Handle, Platform};

    /// Every target clashes with every other one.
    #[derive(Default)]
    struct Same;

    impl Hasher for Same {
        fn write(&mut self, _: &[u8]) {}
        fn finish(&self) -> u64 {
            7
        }
    }

    fn target(n: u8) -> Target {
        let handle = Handle::canonical(&format!("user{n}")).unwrap();
        Target::new(Platform::INSTAGRAM, handle)
    }

    fn owns_as_a_plain_map_does<S: BuildHasher + Default>(steps: &[(u8, bool)]) {
        let owners = Owners::<S>::new();
        let mut plain = HashMap::new();
        // The number and the target of every job, as the store has them.
        let mut jobs: Vec<(u64, u8)> = Vec::new();
        for (number, &(n, insert)) in (0..).zip(steps) {
            let mut owner = owners.lock(&target(n), &Scope::NONE);
            if insert {
                let is_other = |other: u64| jobs.iter().any(|job| job.0 == other && job.1 != n);
                let clashes = owner.by_hash().is_some_and(is_other);
                owner.set(&target(n), &Scope::NONE, number, clashes);
                jobs.push((number, n));
                plain.insert(n, number);
            } else if let Some(at) = jobs.iter().position(|(_, of)| *of == n) {
                // The oldest first: it may own its target no longer.
                let (number, _) = jobs.remove(at);
                owner.forget(&target(n), &Scope::NONE, number);
                if plain.get(&n) == Some(&number) {
                    plain.remove(&n);
                }
            }
            drop(owner);
            for n in 0..4 {
                let owner = owners.lock(&target(n), &Scope::NONE);
                let found = owner.by_hash().filter(|other| jobs.contains(&(*other, n)));
                let found = found.or_else(|| owner.clashing(&target(n), &Scope::NONE));
                assert_eq!(found, plain.get(&n).copied(), "{n}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_newest_job_owns_a_target_whatever_clashes(
            steps in prop::collection::vec((0..4_u8, any::<bool>()), 1..40),
        ) {
            owns_as_a_plain_map_does::<RandomState>(&steps);
            owns_as_a_plain_map_does::<BuildHasherDefault<Same>>(&steps);
        }
    }

    #[test]
    fn a_scope_keeps_a_target_apart() {
        let owners = Owners::<RandomState>::new();
        let scope = Scope::new("tenant").unwrap();
        let lock = |scope| owners.lock(&target(1), scope);
        lock(&scope).set(&target(1), &scope, 3, false);
        assert_eq!(lock(&Scope::NONE).by_hash(), None);
        assert_eq!(lock(&scope).by_hash(), Some(3));
    }
}
