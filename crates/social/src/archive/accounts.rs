//! Which names are one account.
//!
//! An id is an account for good; a handle may change hands. So a handle belongs to the id that it
//! was seen with last, and two ids of one numbering are two accounts, unless one of them is a slip.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use report_pipeline::{Handle, Platform, Target};

use crate::facts::{AccountId, AccountKey, IdKind};
use crate::join::Identity;

type Seen = Option<DateTime<Utc>>;

/// The accounts of an archive, each a number.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_handle: HashMap<(Platform, Handle), u32>,
    by_id: HashMap<(Platform, AccountId), u32>,
    /// For each account, how it is called best.
    targets: Vec<Option<Target>>,
}

impl Accounts {
    /// Finds out which keys mean the same account.
    pub(super) fn of<'a>(keys: impl Iterator<Item = &'a (AccountKey, Seen)>) -> Self {
        let mut sets = Sets::default();
        let mut handles: BTreeMap<(Platform, Handle), (usize, BTreeMap<IdKind, Last>)> =
            BTreeMap::new();
        let mut ids: HashMap<(Platform, AccountId), usize> = HashMap::new();
        let mut claims = Vec::new();
        let mut handles_of: HashMap<usize, BTreeSet<Handle>> = HashMap::new();
        for (order, (key, seen)) in keys.enumerate() {
            let of_key: Vec<usize> = key
                .ids
                .iter()
                .map(|id| {
                    *ids.entry((key.platform.clone(), id.clone()))
                        .or_insert_with(|| sets.add())
                })
                .collect();
            // Numbers of different numberings in one place are the same account's.
            for pair in of_key.windows(2) {
                sets.unite(pair[0], pair[1]);
            }
            let Some(handle) = &key.handle else {
                continue;
            };
            let (_, last) = handles
                .entry((key.platform.clone(), handle.clone()))
                .or_insert_with(|| (sets.add(), BTreeMap::new()));
            for (id, node) in key.ids.iter().zip(of_key) {
                claims.push(((key.platform.clone(), handle.clone()), node, id.kind, *seen));
                handles_of.entry(node).or_default().insert(handle.clone());
                let now = Last {
                    seen: *seen,
                    order,
                    node,
                };
                let newest = last.entry(id.kind).or_insert(now);
                if (now.seen, now.order) >= (newest.seen, newest.order) {
                    *newest = now;
                }
            }
        }
        for (node, last) in handles.values() {
            for owner in last.values() {
                sets.unite(*node, owner.node);
            }
        }
        // Two ids with one handle at the same time: one of them is a slip, unless another account
        // has it.
        for (handle, id, kind, seen) in claims {
            let (node, last) = &handles[&handle];
            let is_only_here = handles_of
                .get(&id)
                .is_some_and(|handles| handles.len() == 1);
            if is_only_here && last.get(&kind).is_some_and(|owner| owner.seen == seen) {
                sets.unite(*node, id);
            }
        }
        Self::numbered(sets, handles, ids)
    }

    fn numbered(
        mut sets: Sets,
        handles: BTreeMap<(Platform, Handle), (usize, BTreeMap<IdKind, Last>)>,
        ids: HashMap<(Platform, AccountId), usize>,
    ) -> Self {
        let mut accounts = Self::default();
        let mut numbers: HashMap<usize, u32> = HashMap::new();
        let mut newest: HashMap<u32, (Seen, usize)> = HashMap::new();
        for ((platform, handle), (node, last)) in handles {
            let number = accounts.number(&mut numbers, sets.root(node));
            // Of several handles the one that was seen last is the account's now.
            let seen = last.values().map(|last| (last.seen, last.order)).max();
            let seen = seen.unwrap_or_default();
            if newest.get(&number).is_none_or(|known| *known <= seen) {
                newest.insert(number, seen);
                let target = Target::new(platform.clone(), handle.clone());
                accounts.targets[number as usize] = Some(target);
            }
            accounts.by_handle.insert((platform, handle), number);
        }
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_by(|a, b| {
            (&a.0.0, a.0.1.kind, &a.0.1.value).cmp(&(&b.0.0, b.0.1.kind, &b.0.1.value))
        });
        for ((platform, id), node) in ids {
            let number = accounts.number(&mut numbers, sets.root(node));
            let target = &mut accounts.targets[number as usize];
            if target.is_none() {
                *target = Handle::canonical(&id.value)
                    .ok()
                    .map(|handle| Target::new(platform.clone(), handle));
            }
            accounts.by_id.insert((platform, id), number);
        }
        accounts
    }

    fn number(&mut self, numbers: &mut HashMap<usize, u32>, root: usize) -> u32 {
        *numbers.entry(root).or_insert_with(|| {
            self.targets.push(None);
            u32::try_from(self.targets.len() - 1).expect("there are fewer accounts")
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.targets.len()
    }

    /// One target for each account, in no particular order.
    pub(super) fn targets(&self) -> Vec<Target> {
        self.targets.iter().flatten().cloned().collect()
    }

    /// The account that a fact's key means. An id is believed before a handle.
    pub(super) fn find(&self, key: &AccountKey) -> Option<u32> {
        let by_id = key
            .ids
            .iter()
            .find_map(|id| self.by_id.get(&(key.platform.clone(), id.clone())));
        let found = by_id.or_else(|| {
            let handle = key.handle.as_ref()?;
            self.by_handle.get(&(key.platform.clone(), handle.clone()))
        });
        found.copied()
    }

    /// The account that somebody asks for, by handle or by id.
    pub(super) fn locate(&self, target: &Target) -> Option<u32> {
        let platform = &target.platform;
        let by_handle = self
            .by_handle
            .get(&(platform.clone(), target.handle.clone()));
        let found = by_handle.or_else(|| {
            [IdKind::Public, IdKind::Graph, IdKind::Open]
                .iter()
                .find_map(|kind| {
                    let id = AccountId {
                        kind: *kind,
                        value: target.handle.as_str().to_owned(),
                    };
                    self.by_id.get(&(platform.clone(), id))
                })
        });
        found.copied()
    }

    /// All names of an account.
    pub(super) fn identity(&self, account: u32) -> Identity {
        let handles = self
            .by_handle
            .iter()
            .filter(|(_, number)| **number == account);
        let ids = self.by_id.iter().filter(|(_, number)| **number == account);
        Identity {
            handles: handles.map(|((_, handle), _)| handle.clone()).collect(),
            ids: ids.map(|((_, id), _)| id.value.clone()).collect(),
        }
    }
}

/// With which id a handle was seen last.
#[derive(Debug, Clone, Copy)]
struct Last {
    seen: Seen,
    order: usize,
    node: usize,
}

/// Sets of nodes that are one.
#[derive(Debug, Default)]
struct Sets(Vec<usize>);

impl Sets {
    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[other] = one;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(handle: Option<&str>, id: Option<&str>, day: u32) -> (AccountKey, Seen) {
        let handle = handle.map(|name| Handle::canonical(name).unwrap());
        let key = AccountKey::unknown(Platform::TIKTOK)
            .with_handle(handle)
            .with_id(IdKind::Public, id.map(str::to_owned));
        (key, format!("2025-01-{day:02}T00:00:00Z").parse().ok())
    }

    fn locate(accounts: &Accounts, name: &str) -> Option<u32> {
        let handle = Handle::canonical(name).unwrap();
        accounts.locate(&Target::new(Platform::TIKTOK, handle))
    }

    #[test]
    fn a_renamed_account_is_one_and_is_called_by_its_newest_name() {
        let keys = [
            key(Some("old"), Some("1"), 1),
            key(Some("new"), Some("1"), 2),
            key(Some("new"), None, 3),
        ];
        let accounts = Accounts::of(keys.iter());
        assert_eq!(accounts.len(), 1);
        for name in ["old", "new", "1"] {
            assert_eq!(locate(&accounts, name), Some(0), "{name}");
        }
        assert_eq!(accounts.targets()[0].handle.as_str(), "new");
    }

    #[test]
    fn a_name_that_changed_hands_belongs_to_the_one_who_had_it_last() {
        let keys = [
            key(Some("name"), Some("1"), 1),
            key(Some("name"), Some("2"), 5),
            key(None, Some("1"), 9),
        ];
        let accounts = Accounts::of(keys.iter());
        assert_eq!(accounts.len(), 2);
        assert_eq!(locate(&accounts, "name"), locate(&accounts, "2"));
        assert_ne!(locate(&accounts, "1"), locate(&accounts, "2"));
        assert_eq!(accounts.find(&keys[0].0), locate(&accounts, "1"));
    }

    #[test]
    fn an_id_that_is_a_slip_does_not_split_the_account() {
        let keys = [
            key(Some("name"), Some("1"), 3),
            key(Some("name"), Some("999"), 3),
        ];
        assert_eq!(Accounts::of(keys.iter()).len(), 1);
        // The same slip in two accounts does not make them one.
        let keys = [
            key(Some("one"), Some("1"), 3),
            key(Some("one"), Some("999"), 3),
            key(Some("two"), Some("2"), 3),
            key(Some("two"), Some("999"), 3),
            key(Some("one"), Some("1"), 4),
            key(Some("two"), Some("2"), 4),
        ];
        let accounts = Accounts::of(keys.iter());
        assert_ne!(locate(&accounts, "one"), locate(&accounts, "two"));
    }

    #[test]
    fn numbers_of_different_numberings_can_be_one_account() {
        let mut keys = vec![key(Some("name"), Some("59"), 1)];
        let graph = AccountKey::unknown(Platform::TIKTOK)
            .with_handle(Handle::canonical("name").ok())
            .with_id(IdKind::Graph, Some("178".to_owned()));
        keys.push((graph, None));
        let accounts = Accounts::of(keys.iter());
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts.identity(0).ids.len(), 2);
    }
}
