//! The job that owns each target.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::map::{ShardKey, ShardedMap};
use super::own_bits::ByOwnBits;
use crate::account::Target;
use crate::job::{JobId, Scope};

/// The job that owns each target in its scope.
///
/// The texts are in the jobs, so they are not kept here once more, only their hash: whoever looks for an owner
/// looks at the job. Two targets that have the same hash, of 64 bits and with a secret that no stranger knows,
/// are as good as never met; what clashes with an owner is kept with its texts.
pub(super) struct Owners<S = RandomState> {
    hasher: S,
    by_hash: ShardedMap<OwnerHash, JobId>,
    clashing: HashMap<(Target, Scope), JobId>,
}

/// The hash of a target in a scope.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnerHash(u64);

impl Hash for OwnerHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

impl ShardKey for OwnerHash {
    type Hash = ByOwnBits;

    fn shard(&self) -> u8 {
        self.0.to_le_bytes()[0]
    }
}

impl<S: BuildHasher + Default> Owners<S> {
    pub(super) fn new() -> Self {
        Self {
            hasher: S::default(),
            by_hash: ShardedMap::new(),
            clashing: HashMap::new(),
        }
    }

    /// The owner of a target in a scope. `is_for` says whether a job is one for it.
    pub(super) fn get(
        &self,
        hash: OwnerHash,
        (target, scope): (&Target, &Scope),
        is_for: impl FnOnce(JobId) -> bool,
    ) -> Option<JobId> {
        let owner = self.by_hash.get(&hash).copied();
        owner
            .filter(|owner| is_for(*owner))
            .or_else(|| self.among_the_clashing(target, scope))
    }

    /// Makes a job the owner, in place of another one.
    pub(super) fn insert(
        &mut self,
        hash: OwnerHash,
        (target, scope): (&Target, &Scope),
        id: JobId,
        is_for: impl FnOnce(JobId) -> bool,
    ) {
        match self.by_hash.get(&hash) {
            Some(owner) if !is_for(*owner) => {
                self.clashing.insert((target.clone(), scope.clone()), id);
            }
            _ => {
                self.by_hash.insert(hash, id);
                if !self.clashing.is_empty() {
                    self.clashing.remove(&(target.clone(), scope.clone()));
                }
            }
        }
    }

    /// Ends the ownership of a job. Does nothing if another one owns the target by now.
    pub(super) fn remove(&mut self, target: &Target, scope: &Scope, id: JobId) {
        let hash = self.hash(target, scope);
        if self.by_hash.get(&hash) == Some(&id) {
            self.by_hash.remove(&hash);
        } else if self.among_the_clashing(target, scope) == Some(id) {
            self.clashing.remove(&(target.clone(), scope.clone()));
        }
    }

    fn among_the_clashing(&self, target: &Target, scope: &Scope) -> Option<JobId> {
        if self.clashing.is_empty() {
            return None;
        }
        let key = (target.clone(), scope.clone());
        self.clashing.get(&key).copied()
    }

    /// Of the texts one after the other. What usually stands between them costs as much as they do; without it
    /// only texts that are cut elsewhere clash, of which there are few for each key.
    pub(super) fn hash(&self, target: &Target, scope: &Scope) -> OwnerHash {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(target.handle.as_str().as_bytes());
        hasher.write(target.platform.as_str().as_bytes());
        if !scope.is_none() {
            hasher.write(scope.as_str().as_bytes());
        }
        OwnerHash(hasher.finish())
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
        let mut owners = Owners::<S>::new();
        let mut plain = HashMap::new();
        // The target of every job, as the store has it.
        let mut jobs: Vec<(JobId, u8)> = Vec::new();
        for &(n, insert) in steps {
            if insert {
                let id = JobId::random();
                jobs.push((id, n));
                let is_for = |id| jobs.contains(&(id, n));
                let hash = owners.hash(&target(n), &Scope::NONE);
                owners.insert(hash, (&target(n), &Scope::NONE), id, is_for);
                plain.insert(n, id);
            } else if let Some(at) = jobs.iter().position(|(_, of)| *of == n) {
                // The oldest first: it may own its target no longer.
                let (id, _) = jobs.remove(at);
                owners.remove(&target(n), &Scope::NONE, id);
                if plain.get(&n) == Some(&id) {
                    plain.remove(&n);
                }
            }
            for n in 0..4 {
                let is_for = |id| jobs.contains(&(id, n));
                let hash = owners.hash(&target(n), &Scope::NONE);
                let owner = owners.get(hash, (&target(n), &Scope::NONE), is_for);
                assert_eq!(owner, plain.get(&n).copied(), "{n}");
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
        let mut owners = Owners::<RandomState>::new();
        let scope = Scope::new("tenant").unwrap();
        let id = JobId::random();
        let (within, without) = ((&target(1), &scope), (&target(1), &Scope::NONE));
        let hash = |(target, scope)| owners.hash(target, scope);
        let (hash_within, hash_without) = (hash(within), hash(without));
        owners.insert(hash_within, within, id, |_| false);
        assert_eq!(owners.get(hash_without, without, |_| true), None);
        assert_eq!(owners.get(hash_within, within, |_| true), Some(id));
    }
}
