//! What a transaction knows of jobs, so that it need not ask the database again.
//!
//! One that is behind a network reads in its first round trip what its verbs [name](super::wants), and every change of a
//! job is entered here as well as there. Whatever is not known is asked for.

use std::collections::{HashMap, HashSet, VecDeque};

use super::columns::{Column, NUMBER};
use super::{Row, Value};
use crate::account::Target;
use crate::job::{JobId, Scope, Status};
use crate::store::ClaimToken;
use crate::store::timestamp::Timestamp;

/// A place in an index: when something is due, and the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    pub(super) due: Timestamp,
    pub(super) number: i64,
}

/// Platform, handle and scope: what one job owns.
pub(super) type Key = [String; 3];

/// What somebody wants to know: `None` is not known here.
pub(super) type Answer<T> = Option<T>;

/// The beginning of an index, as far as it was read.
#[derive(Debug, Default)]
struct Front {
    heads: VecDeque<Head>,
    /// Whether there is nothing behind it.
    is_all: bool,
}

impl Front {
    fn read(heads: impl Iterator<Item = Head>, limit: usize) -> Self {
        let mut heads: Vec<Head> = heads.collect();
        // The index is by the time alone where that is enough.
        heads.sort_unstable();
        Self {
            is_all: heads.len() < limit,
            heads: heads.into(),
        }
    }

    fn first(&self) -> Answer<Option<Head>> {
        match self.heads.front() {
            Some(head) => Some(Some(*head)),
            None => self.is_all.then_some(None),
        }
    }

    fn moved(&mut self, before: Option<Head>, after: Option<Head>) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.heads.retain(|head| *head != before);
        }
        if let Some(after) = after {
            let place = self.heads.partition_point(|head| *head < after);
            // What would be last may have others before it that were not read.
            if place < self.heads.len() || self.is_all {
                self.heads.insert(place, after);
            }
        }
    }
}

/// The first of what is due, of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// A lease that ends.
    Lease,
    /// What a failed job has left.
    Kept,
    /// An ended job.
    Expiry,
}

impl Due {
    pub(super) const ALL: [Self; 3] = [Self::Lease, Self::Kept, Self::Expiry];

    /// Where a job is in this index.
    fn head(self, row: &Row) -> Option<Head> {
        let column = match self {
            Self::Lease => is(row, Status::Processing).then_some(Column::lease_until as usize),
            Self::Kept => Some(Column::kept_until as usize),
            Self::Expiry => Some(Column::expires as usize),
        };
        Some(Head {
            due: row.time(column?)?,
            number: row.integer(NUMBER)?,
        })
    }
}

/// What a transaction knows. One that remembers nothing asks every time.
#[derive(Debug, Default)]
pub(in crate::store) struct Known {
    remembers: bool,
    rows: HashMap<i64, Row>,
    /// The jobs of ids; `None` is none.
    ids: HashMap<String, Option<i64>>,
    /// The owners of targets in their scopes.
    owners: HashMap<Key, Option<i64>>,
    /// Tokens under which no job is held.
    idle_tokens: HashSet<String>,
    due: [Option<Front>; 3],
    queues: HashMap<String, Front>,
    /// Whether a queue that is not among those is empty.
    has_all_queues: bool,
}

impl Known {
    /// Remembers nothing.
    #[cfg(feature = "sqlite")]
    pub(in crate::store) fn nothing() -> Self {
        Self::default()
    }

    /// Begins with nothing and remembers what it is told.
    pub(super) fn remembering() -> Self {
        Self {
            remembers: true,
            ..Self::default()
        }
    }

    /// Adds what was read later, before anything was written.
    pub(in crate::store) fn add(&mut self, other: Self) {
        self.remembers |= other.remembers;
        self.rows.extend(other.rows);
        self.ids.extend(other.ids);
        self.owners.extend(other.owners);
        self.idle_tokens.extend(other.idle_tokens);
        for (front, other) in self.due.iter_mut().zip(other.due) {
            if front.is_none() {
                *front = other;
            }
        }
    }

    pub(super) fn by_number(&self, number: i64) -> Answer<Row> {
        self.rows.get(&number).cloned()
    }

    pub(super) fn by_id(&self, id: JobId) -> Answer<Option<Row>> {
        if self.ids.is_empty() {
            return None;
        }
        self.of(*self.ids.get(&id.to_string())?)
    }

    pub(super) fn owner(&self, target: &Target, scope: &Scope) -> Answer<Option<Row>> {
        if self.owners.is_empty() {
            return None;
        }
        self.of(*self.owners.get(&key(target, scope))?)
    }

    fn of(&self, number: Option<i64>) -> Answer<Option<Row>> {
        match number {
            None => Some(None),
            Some(number) => self.by_number(number).map(Some),
        }
    }

    pub(super) fn is_idle(&self, token: ClaimToken) -> bool {
        self.idle_tokens
            .contains(&token.as_uuid().simple().to_string())
    }

    pub(super) fn first(&self, due: Due) -> Answer<Option<Head>> {
        self.due[due as usize].as_ref()?.first()
    }

    pub(super) fn head_of_queue(&self, platform: &str) -> Answer<Option<Head>> {
        match self.queues.get(platform) {
            Some(queue) => queue.first(),
            None => self.has_all_queues.then_some(None),
        }
    }

    /// A job was made, changed or removed.
    ///
    /// Its row after that is made only for one that remembers.
    pub(super) fn moved(&mut self, before: Option<&Row>, after: impl FnOnce() -> Option<Row>) {
        if !self.remembers {
            return;
        }
        let after = after();
        for due in Due::ALL {
            if let Some(front) = &mut self.due[due as usize] {
                let head = |row| due.head(row);
                front.moved(before.and_then(head), after.as_ref().and_then(head));
            }
        }
        for (row, is_after) in [(before, false), (after.as_ref(), true)] {
            let Some(row) = row else { continue };
            if let (true, Some(platform), Some(head)) = (
                is(row, Status::Pending),
                row.text(Column::platform as usize),
                queue_head(row),
            ) {
                let has_all = self.has_all_queues;
                let queue = self.queues.entry(platform.to_owned());
                let queue = queue.or_insert_with(|| Front {
                    heads: VecDeque::new(),
                    is_all: has_all,
                });
                if is_after {
                    queue.moved(None, Some(head));
                } else {
                    queue.moved(Some(head), None);
                }
            }
        }
        if let Some(row) = before {
            self.left(row);
        }
        if let Some(row) = after {
            self.learn(row);
        }
    }

    /// A job's row is not what it was.
    fn left(&mut self, row: &Row) {
        let Some(number) = row.integer(NUMBER) else {
            return;
        };
        self.rows.remove(&number);
        if let Some(id) = row.text(Column::job_id as usize) {
            self.ids.insert(id.to_owned(), None);
        }
        if let Some(key) = owned_key(row)
            && let Some(owner) = self.owners.get_mut(&key)
            && *owner == Some(number)
        {
            *owner = None;
        }
    }

    /// The beginning of every index was read, each up to its limit: rows of the index, a time and a number.
    pub(super) fn learn_fronts(&mut self, rows: &[Row], limit: impl Fn(Due) -> usize) {
        for due in Due::ALL {
            let heads = rows.iter().filter_map(|row| {
                (row.integer(0)? == due as i64).then_some(Head {
                    due: row.time(1)?,
                    number: row.integer(2)?,
                })
            });
            self.due[due as usize] = Some(Front::read(heads, limit(due)));
        }
    }

    /// The jobs of these ids were read.
    pub(super) fn learn_ids(&mut self, ids: Vec<String>, rows: Vec<Row>) {
        for id in ids {
            self.ids.entry(id).or_insert(None);
        }
        self.learn_all(rows);
    }

    /// The owners of these keys were read.
    pub(super) fn learn_owners(&mut self, keys: Vec<Key>, rows: Vec<Row>) {
        for key in keys {
            self.owners.entry(key).or_insert(None);
        }
        self.learn_all(rows);
    }

    /// The jobs that these tokens hold were read.
    pub(super) fn learn_tokens(&mut self, tokens: Vec<String>, rows: Vec<Row>) {
        self.idle_tokens.extend(tokens);
        self.learn_all(rows);
    }

    /// The first jobs of every queue were read, up to a limit of each.
    pub(super) fn learn_queues(&mut self, rows: Vec<Row>, limit: usize) {
        let mut queues: HashMap<String, Vec<Head>> = HashMap::new();
        for row in rows {
            if let (Some(platform), Some(head)) =
                (row.text(Column::platform as usize), queue_head(&row))
            {
                queues.entry(platform.to_owned()).or_default().push(head);
                self.learn(row);
            }
        }
        let fronts = queues
            .into_iter()
            .map(|(platform, heads)| (platform, Front::read(heads.into_iter(), limit)));
        self.queues = fronts.collect();
        self.has_all_queues = true;
    }

    fn learn_all(&mut self, rows: Vec<Row>) {
        for row in rows {
            self.learn(row);
        }
    }

    /// Enters a row that was read or written.
    pub(super) fn learn(&mut self, row: Row) {
        if !self.remembers {
            return;
        }
        let Some(number) = row.integer(NUMBER) else {
            return;
        };
        if let Some(id) = row.text(Column::job_id as usize) {
            self.ids.insert(id.to_owned(), Some(number));
        }
        if let Some(key) = owned_key(&row) {
            self.owners.insert(key, Some(number));
        }
        if let Some(token) = row.text(Column::token as usize) {
            self.idle_tokens.remove(token);
        }
        self.rows.insert(number, row);
    }

    /// A job has lost its key to a newer one.
    pub(super) fn lost_key(&mut self, number: i64) {
        if let Some(row) = self.rows.get_mut(&number) {
            if let Some(key) = owned_key(row) {
                self.owners.insert(key, None);
            }
            row.0[Column::owns_key as usize] = Value::Integer(0);
        }
    }

    /// A job was changed by somebody who does not say how.
    pub(in crate::store) fn forget(&mut self, id: JobId) {
        if let Some(Some(number)) = self.ids.remove(&id.to_string()) {
            self.rows.remove(&number);
            self.owners.retain(|_, owner| *owner != Some(number));
        }
    }
}

fn is(row: &Row, status: Status) -> bool {
    row.text(Column::status as usize) == Some(status.as_str())
}

fn queue_head(row: &Row) -> Option<Head> {
    Some(Head {
        due: row.time(Column::due as usize)?,
        number: row.integer(NUMBER)?,
    })
}

pub(super) fn key(target: &Target, scope: &Scope) -> Key {
    [
        target.platform.as_str().to_owned(),
        target.handle.as_str().to_owned(),
        scope.as_str().to_owned(),
    ]
}

/// The key that a row's job owns.
fn owned_key(row: &Row) -> Option<Key> {
    if row.integer(Column::owns_key as usize) != Some(1) {
        return None;
    }
    let text = |column: Column| row.text(column as usize).map(str::to_owned);
    Some([
        text(Column::platform)?,
        text(Column::handle)?,
        text(Column::scope)?,
    ])
}
