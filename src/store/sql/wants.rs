//! What the verbs of a transaction name, so that it is all read in one round trip.

use std::sync::LazyLock;

use super::columns::{self, KNOWN};
use super::due::{Due, Head};
use super::known::{Key, Known, key};
use super::{Row, Statement, Value};
use crate::job::JobId;
use crate::store::{ClaimRequest, NewJob};

/// How many jobs of each queue are read at most.
const HEADS: usize = 128;
/// How many leases that end first are read.
const LEASES: usize = 32;

/// What the verbs of a transaction name.
#[derive(Debug, Default)]
pub(in crate::store) struct Wants {
    /// The ids of jobs.
    pub(in crate::store) ids: Vec<JobId>,
    /// The ids of submits, which may be known under other names.
    pub(in crate::store) submits: Vec<JobId>,
    targets: Vec<Key>,
    tokens: Vec<String>,
    /// How many jobs are wanted in all.
    claims: usize,
}

/// What was asked for, in the order of the statements.
#[derive(Debug)]
enum Asked {
    Fronts,
    Ids(Vec<String>),
    Owners(Vec<Key>),
    Tokens(Vec<String>),
    Heads(usize),
}

impl Wants {
    pub(in crate::store) fn job(&mut self, id: JobId) {
        self.ids.push(id);
    }

    pub(in crate::store) fn submit(&mut self, new: &NewJob) {
        self.ids.push(new.id);
        self.submits.push(new.id);
        self.targets.push(key(&new.target, &new.scope));
        self.ids.extend(new.continued());
    }

    pub(in crate::store) fn claim(&mut self, request: &ClaimRequest) {
        self.tokens
            .push(request.token.as_uuid().simple().to_string());
        self.claims += request.max;
    }

    fn asked(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        if !self.submits.is_empty() || !self.tokens.is_empty() {
            asked.push(Asked::Fronts);
        }
        if !self.ids.is_empty() {
            let ids = self.ids.iter().map(ToString::to_string);
            asked.push(Asked::Ids(ids.collect()));
        }
        if !self.targets.is_empty() {
            asked.push(Asked::Owners(self.targets.clone()));
        }
        if !self.tokens.is_empty() {
            asked.push(Asked::Tokens(self.tokens.clone()));
        }
        if self.claims > 0 {
            asked.push(Asked::Heads(self.claims.min(HEADS)));
        }
        asked
    }

    /// What reads it: one statement for everything of a kind.
    pub(in crate::store) fn statements(&self) -> Vec<Statement<'static>> {
        let statement = |asked: Asked| match asked {
            Asked::Fronts => ((&**FRONTS).into(), Vec::new()),
            Asked::Ids(ids) => ((&**OF_IDS).into(), vec![Value::Texts(ids)]),
            Asked::Owners(keys) => {
                let part = |place: usize| keys.iter().map(|key| key[place].clone()).collect();
                let values = [part(0), part(1), part(2)].map(Value::Texts);
                ((&**OWNERS).into(), values.into())
            }
            Asked::Tokens(tokens) => ((&**HELD_BY_ANY).into(), vec![Value::Texts(tokens)]),
            Asked::Heads(limit) => ((&**HEADS_OF_QUEUES).into(), vec![Value::number(limit)]),
        };
        self.asked().into_iter().map(statement).collect()
    }

    /// Makes what is known of the rows of these statements.
    pub(in crate::store) fn known(&self, rows: Vec<Vec<Row>>) -> Known {
        let mut known = Known::default();
        for (asked, rows) in self.asked().into_iter().zip(rows) {
            match asked {
                Asked::Fronts => {
                    for due in Due::ALL {
                        let of_it = rows.iter().filter(|row| row.integer(0) == Some(due as i64));
                        let places = of_it.filter_map(|row| Head::read(row, 1));
                        known.learn_due(due, places, limit(due));
                    }
                }
                Asked::Ids(ids) => known.learn_ids(ids, rows),
                Asked::Owners(keys) => known.learn_owners(keys, rows),
                Asked::Tokens(tokens) => known.learn_tokens(tokens, rows),
                Asked::Heads(limit) => known.learn_queues(rows, limit),
            }
        }
        known
    }
}

static OF_IDS: LazyLock<String> = LazyLock::new(|| columns::all_where(columns::OF_IDS));
static HELD_BY_ANY: LazyLock<String> = LazyLock::new(|| columns::all_where(columns::HELD_BY_ANY));

/// Reads the first jobs of every queue. Only for databases that have `LATERAL`.
static HEADS_OF_QUEUES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM platforms CROSS JOIN LATERAL (SELECT * FROM jobs WHERE status = 'pending' \
         AND platform = platforms.platform AND {} ORDER BY due, number LIMIT $1) AS found WHERE platforms.pending > 0",
        found(),
        *KNOWN
    )
});

/// Reads the owners of targets in their scopes. Each is looked up by itself, whatever the planner knows of the tables.
static OWNERS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM (SELECT unnest($1::text[]) AS platform, unnest($2::text[]) AS handle, \
         unnest($3::text[]) AS scope) AS asked CROSS JOIN LATERAL (SELECT * FROM jobs \
         WHERE platform = asked.platform AND handle = asked.handle AND scope = asked.scope AND owns_key = 1 \
         LIMIT 1) AS found",
        found()
    )
});

fn found() -> String {
    let all = columns::COLUMNS.iter();
    let all: Vec<String> = all.map(|column| format!("found.{column}")).collect();
    all.join(", ")
}

/// Reads the beginning of each index by time: which one it is, the times and the numbers.
static FRONTS: LazyLock<String> = LazyLock::new(|| {
    let front = |due: Due| {
        let kind = format!("{}::bigint, ", due as u8);
        format!("({})", due.choose(&kind, limit(due)))
    };
    Due::ALL.map(front).join(" UNION ALL ")
});

/// How many places of an index are read.
const fn limit(due: Due) -> usize {
    match due {
        Due::Lease => LEASES,
        Due::Kept | Due::Expiry => 1,
    }
}

/// Every statement for many jobs that chooses rows, for a test that none of them reads more than it needs.
#[cfg(test)]
pub(in crate::store) fn choosing() -> Vec<String> {
    let all = [&OF_IDS, &OWNERS, &HELD_BY_ANY, &HEADS_OF_QUEUES, &FRONTS];
    let mut all: Vec<String> = all.map(|sql| sql.to_string()).into();
    all.extend(super::writes::choosing());
    all
}
