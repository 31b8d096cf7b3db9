//! What the verbs of a transaction name, so that it is all read in one round trip.

use super::columns::{self, KNOWN};
use super::known::{Due, Key, Known, key};
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
    Due(Due, usize),
    Id(String),
    Owner(Key),
    Token(String),
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
        if !self.submits.is_empty() {
            asked.extend([Due::Kept, Due::Expiry].map(|due| Asked::Due(due, front(due).1)));
        }
        if !self.tokens.is_empty() {
            asked.push(Asked::Due(Due::Lease, front(Due::Lease).1));
        }
        asked.extend(self.ids.iter().map(|id| Asked::Id(id.to_string())));
        asked.extend(self.targets.iter().cloned().map(Asked::Owner));
        asked.extend(self.tokens.iter().cloned().map(Asked::Token));
        if self.claims > 0 {
            asked.push(Asked::Heads(self.claims.min(HEADS)));
        }
        asked
    }

    /// What reads it.
    pub(in crate::store) fn statements(&self) -> Vec<Statement<'static>> {
        let text = |text: String| Value::Text(text.into());
        let statement = |asked: Asked| match asked {
            Asked::Due(due, _) => (front(due).0.into(), Vec::new()),
            Asked::Id(id) => (columns::all_where("job_id = $1").into(), vec![text(id)]),
            Asked::Owner(key) => (
                columns::all_where(columns::OWNER).into(),
                key.map(text).into(),
            ),
            Asked::Token(token) => (
                columns::all_where(columns::HELD_BY).into(),
                vec![text(token)],
            ),
            Asked::Heads(limit) => (heads().into(), vec![Value::number(limit)]),
        };
        self.asked().into_iter().map(statement).collect()
    }

    /// Makes what is known of the rows of these statements.
    pub(in crate::store) fn known(&self, rows: Vec<Vec<Row>>) -> Known {
        let mut known = Known::remembering();
        for (asked, rows) in self.asked().into_iter().zip(rows) {
            match asked {
                Asked::Due(due, limit) => known.learn_front(due, &rows, limit),
                Asked::Id(id) => known.learn_id(id, rows),
                Asked::Owner(key) => known.learn_owner(key, rows),
                Asked::Token(token) => known.learn_token(token, rows),
                Asked::Heads(limit) => known.learn_queues(rows, limit),
            }
        }
        known
    }
}

/// Reads the first jobs of every queue. Only for databases that have `LATERAL`.
fn heads() -> String {
    let all: Vec<String> = columns::COLUMNS
        .iter()
        .map(|column| format!("head.{column}"))
        .collect();
    format!(
        "SELECT {} FROM platforms CROSS JOIN LATERAL (SELECT * FROM jobs WHERE status = 'pending' \
         AND platform = platforms.platform AND {} ORDER BY due, number LIMIT $1) AS head WHERE platforms.pending > 0",
        all.join(", "),
        *KNOWN
    )
}

/// What reads the beginning of an index, the times and the numbers, and how many of them.
fn front(due: Due) -> (String, usize) {
    match due {
        Due::Lease => (columns::first_lease(LEASES), LEASES),
        Due::Kept => (first("kept_until", "kept_until IS NOT NULL"), 1),
        Due::Expiry => (
            first(
                "expires",
                "expires IS NOT NULL AND status IN ('completed', 'failed')",
            ),
            1,
        ),
    }
}

fn first(column: &str, condition: &str) -> String {
    format!(
        "SELECT {column}, number FROM jobs WHERE {condition} AND {} ORDER BY {column} LIMIT 1",
        *KNOWN
    )
}
