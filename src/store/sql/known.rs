//! What is known of jobs, so that the database need not be asked again.
//!
//! What was read is entered here, and every change of a job here as well as there. One that is behind a network reads in
//! the first round trip of a transaction what its verbs [name](super::wants). One that can tell whether anybody else has
//! written goes on with what the transaction before has known. Whatever is not known is asked for.

use std::collections::{HashMap, HashSet};

use super::columns::{Column, NUMBER};
use super::due::{Due, Head, place_in_queue};
use super::front::{Answer, Front};
use super::value::{integer_of, text_of};
use super::{Row, Value};
use crate::account::Target;
use crate::job::{JobId, Scope, Status};
use crate::store::ClaimToken;

/// Platform, handle and scope: what one job owns.
pub(super) type Key = [String; 3];

/// What is known. At first that is nothing.
#[derive(Debug, Default)]
pub(in crate::store) struct Known {
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
    /// Jobs among the rows that have ended.
    ended: Vec<i64>,
}

impl Known {
    /// Adds what was read later, before anything was written.
    pub(in crate::store) fn add(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.ids.extend(other.ids);
        self.owners.extend(other.owners);
        self.idle_tokens.extend(other.idle_tokens);
        self.ended.extend(other.ended);
        for (front, other) in self.due.iter_mut().zip(other.due) {
            if front.is_none() {
                *front = other;
            }
        }
    }

    /// A transaction is over, and the next one goes on with this: what has ended is not remembered.
    #[cfg(feature = "sqlite")]
    pub(in crate::store) fn next_transaction(&mut self) {
        /// How many jobs and how many queues are remembered.
        const MOST: usize = 1_024;
        for number in std::mem::take(&mut self.ended) {
            if let Some((id, key)) = self.take_row(number) {
                self.ids.remove(&id);
                key.map(|key| self.owners.remove(&key));
            }
        }
        if self.rows.len().max(self.ids.len()).max(self.owners.len()) > MOST {
            self.rows.clear();
            self.ids.clear();
            self.owners.clear();
        }
        if self.queues.len() > MOST {
            self.queues.clear();
            self.has_all_queues = false;
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
        !self.idle_tokens.is_empty()
            && self
                .idle_tokens
                .contains(&token.as_uuid().simple().to_string())
    }

    pub(super) fn first(&self, due: Due) -> Answer<Option<Head>> {
        self.due[due as usize].as_ref()?.first()
    }

    pub(super) fn first_of_queue(&self, platform: &str) -> Answer<Option<Head>> {
        match self.queues.get(platform) {
            Some(queue) => queue.first(),
            None => self.has_all_queues.then_some(None),
        }
    }

    /// A job was made, changed or removed: the values of all columns before and after that.
    pub(super) fn moved(&mut self, before: Option<&Row>, after: Option<&[Value<'_>]>) {
        let before = before.map(|row| row.0.as_slice());
        for due in Due::ALL {
            if let Some(front) = &mut self.due[due as usize] {
                let place = |row| due.place(row);
                front.moved(before.and_then(place), after.and_then(place));
            }
        }
        let was = before.and_then(place_in_queue);
        let is = after.and_then(place_in_queue);
        if was != is {
            if let Some((platform, place)) = was {
                self.queue(platform).moved(Some(place), None);
            }
            if let Some((platform, place)) = is {
                self.queue(platform).moved(None, Some(place));
            }
        }
        let number = |row| integer_of(row, NUMBER);
        match (before.and_then(number), after) {
            (Some(number), Some(after)) if self.rows.contains_key(&number) => {
                self.change(number, after);
            }
            (Some(number), None) => {
                if let Some((id, key)) = self.take_row(number) {
                    self.ids.insert(id, None);
                    key.map(|key| self.owners.insert(key, None));
                }
            }
            (_, Some(after)) => self.learn(Row::of(after)),
            (None, None) => {}
        }
    }

    fn queue(&mut self, platform: &str) -> &mut Front {
        if !self.queues.contains_key(platform) {
            let unread = if self.has_all_queues {
                Front::empty()
            } else {
                Front::default()
            };
            self.queues.insert(platform.to_owned(), unread);
        }
        self.queues.get_mut(platform).expect("it is there")
    }

    /// Writes what has changed of a job that is among the rows.
    fn change(&mut self, number: i64, after: &[Value<'_>]) {
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        let is_owner = integer_of(after, Column::owns_key as usize) == Some(1);
        if row.integer(Column::owns_key as usize) == Some(1)
            && !is_owner
            && let Some(key) = owned_key(&row.0)
            && self.owners.get(&key) == Some(&Some(number))
        {
            self.owners.insert(key, None);
        }
        for (known, value) in row.0.iter_mut().zip(after) {
            if &*known != value {
                *known = value.clone().into_owned();
            }
        }
        self.look_at(number, after);
    }

    /// Notes what the row of a job says about more than that job.
    fn look_at(&mut self, number: i64, row: &[Value<'_>]) {
        if let Some(token) = text_of(row, Column::token as usize) {
            self.idle_tokens.remove(token);
        }
        let status = text_of(row, Column::status as usize).unwrap_or_default();
        if status.parse().is_ok_and(Status::is_terminal) {
            self.ended.push(number);
        }
    }

    /// Takes a job out of the rows, and returns its id and the key that it owns.
    fn take_row(&mut self, number: i64) -> Option<(String, Option<Key>)> {
        let row = self.rows.remove(&number)?;
        let id = row.text(Column::job_id as usize)?.to_owned();
        let key = owned_key(&row.0);
        Some((
            id,
            key.filter(|key| self.owners.get(key) == Some(&Some(number))),
        ))
    }

    /// The beginning of an index was read, up to a limit.
    pub(super) fn learn_due(&mut self, due: Due, places: impl Iterator<Item = Head>, limit: usize) {
        self.due[due as usize] = Some(Front::read(places, limit));
    }

    /// The beginning of a platform's queue was read, up to a limit.
    pub(super) fn learn_queue(
        &mut self,
        platform: &str,
        places: impl Iterator<Item = Head>,
        limit: usize,
    ) {
        *self.queue(platform) = Front::read(places, limit);
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
            if let Some((platform, place)) = place_in_queue(&row.0) {
                queues.entry(platform.to_owned()).or_default().push(place);
                self.learn(row);
            }
        }
        let fronts = queues
            .into_iter()
            .map(|(platform, places)| (platform, Front::read(places.into_iter(), limit)));
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
        let Some(number) = row.integer(NUMBER) else {
            return;
        };
        if let Some(id) = row.text(Column::job_id as usize) {
            self.ids.insert(id.to_owned(), Some(number));
        }
        if let Some(key) = owned_key(&row.0) {
            self.owners.insert(key, Some(number));
        }
        self.look_at(number, &row.0);
        self.rows.insert(number, row);
    }

    /// A job has lost its key to a newer one.
    pub(super) fn lost_key(&mut self, number: i64) {
        if let Some(row) = self.rows.get_mut(&number) {
            if let Some(key) = owned_key(&row.0) {
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

pub(super) fn key(target: &Target, scope: &Scope) -> Key {
    [
        target.platform.as_str().to_owned(),
        target.handle.as_str().to_owned(),
        scope.as_str().to_owned(),
    ]
}

/// The key that a row's job owns.
fn owned_key(row: &[Value<'_>]) -> Option<Key> {
    if integer_of(row, Column::owns_key as usize) != Some(1) {
        return None;
    }
    let text = |column: Column| text_of(row, column as usize).map(str::to_owned);
    Some([
        text(Column::platform)?,
        text(Column::handle)?,
        text(Column::scope)?,
    ])
}
