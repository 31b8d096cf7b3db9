//! The rows of a job that every job writes: one at a time, or those of many jobs in one statement.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::Value;
use super::columns::{self, CHANGING, COLUMNS, Column, KINDS, Kind, NUMBER};

/// A statement that writes a row of a job, and the one that writes many.
#[derive(Debug)]
pub(in crate::store) struct Write {
    pub(in crate::store) table: &'static str,
    /// Writes one. Its parameters are the values of a row.
    pub(in crate::store) one: String,
    /// Writes many: each parameter is an array of what the rows have in that place. Only for databases that have
    /// arrays.
    pub(in crate::store) many: String,
    /// What the parameters are.
    pub(in crate::store) kinds: Cow<'static, [Kind]>,
    /// Which of them is the number of the job.
    pub(in crate::store) number: usize,
}

/// A new job: all columns.
pub(super) static INSERT_JOB: LazyLock<Write> = LazyLock::new(|| {
    let columns: Vec<_> = COLUMNS.iter().copied().zip(KINDS.iter().copied()).collect();
    insert("jobs", &columns, NUMBER, "")
});

pub(super) static PUT_INPUT: LazyLock<Write> = LazyLock::new(|| {
    insert(
        "inputs",
        &[("number", Kind::Integer), ("value", Kind::Bytes)],
        0,
        "",
    )
});

pub(super) static PUT_REPORT: LazyLock<Write> = LazyLock::new(|| {
    insert(
        "reports",
        &[("number", Kind::Integer), ("value", Kind::Bytes)],
        0,
        "",
    )
});

pub(super) static PUT_OUTPUT: LazyLock<Write> = LazyLock::new(|| {
    let columns = [
        ("number", Kind::Integer),
        ("phase", Kind::Text),
        ("value", Kind::Bytes),
    ];
    let again = " ON CONFLICT (number, phase) DO UPDATE SET value = excluded.value";
    insert("outputs", &columns, 0, again)
});

pub(super) static DROP_INPUT: LazyLock<Write> = LazyLock::new(|| delete("inputs"));
pub(super) static DROP_OUTPUTS: LazyLock<Write> = LazyLock::new(|| delete("outputs"));

/// The columns that change while a job goes its way. None of them is part of a key that another job may take over, so
/// changes of many jobs can be written in any order.
const ON_ITS_WAY: &[Column] = &[
    Column::status,
    Column::phase,
    Column::progress,
    Column::version,
    Column::updated_at,
    Column::completed_at,
    Column::expires_at,
    Column::next_attempt_at,
    Column::attempt,
    Column::failures,
    Column::crashes,
    Column::expires,
    Column::ended,
    Column::lease_until,
    Column::fence,
    Column::token,
    Column::program,
    Column::settled,
    Column::limits_seen,
    Column::saves,
    Column::input_bytes,
    Column::scraping_bytes,
    Column::analysis_bytes,
    Column::state_bytes,
    Column::page_bytes,
    Column::report_bytes,
    Column::number,
];

/// Those columns of a job that is there. A column that keeps its value costs no index anything.
pub(in crate::store) static MOVE_ON: LazyLock<Write> = LazyLock::new(|| {
    let columns: Vec<_> = ON_ITS_WAY
        .iter()
        .map(|column| (COLUMNS[*column as usize], KINDS[*column as usize]))
        .collect();
    let changes = |value: &dyn Fn(usize, &str) -> String| {
        let changing = columns[..columns.len() - 1].iter().enumerate();
        changing
            .map(|(place, (name, _))| format!("{name} = {}", value(place + 1, name)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Write {
        table: "jobs",
        one: format!(
            "UPDATE jobs SET {} WHERE number = ${}",
            changes(&|place, _| format!("${place}")),
            columns.len()
        ),
        many: format!(
            "UPDATE jobs SET {} FROM (SELECT {}) AS new WHERE jobs.number = new.number",
            changes(&|_, name| format!("new.{name}")),
            rows(&columns)
        ),
        kinds: columns.iter().map(|(_, kind)| *kind).collect(),
        number: columns.len() - 1,
    }
});

/// The values of [`MOVE_ON`], if nothing else has changed.
pub(in crate::store) enum Change<'a> {
    Nothing,
    OnItsWay(Vec<Value<'a>>),
    /// A statement of its own, with its parameters.
    Other(String, Vec<Value<'a>>),
}

/// Says what a change of a row is, by the values of all columns before and after.
pub(in crate::store) fn change<'a>(
    before: &[Value<'static>],
    mut after: Vec<Value<'a>>,
) -> Change<'a> {
    let has_changed = |column: usize| before.get(column) != after.get(column);
    let is_on_its_way = |column: usize| ON_ITS_WAY.iter().any(|known| *known as usize == column);
    let mut changed = (0..CHANGING).filter(|column| has_changed(*column));
    if !changed.all(is_on_its_way) {
        return columns::update(before, after)
            .map_or(Change::Nothing, |(sql, values)| Change::Other(sql, values));
    }
    if !(0..CHANGING).any(has_changed) {
        return Change::Nothing;
    }
    let values = ON_ITS_WAY
        .iter()
        .map(|column| std::mem::replace(&mut after[*column as usize], Value::Null));
    Change::OnItsWay(values.collect())
}

fn insert(table: &'static str, columns: &[(&str, Kind)], number: usize, end: &str) -> Write {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let places: Vec<String> = (1..=columns.len())
        .map(|place| format!("${place}"))
        .collect();
    Write {
        table,
        one: format!(
            "INSERT INTO {table} ({names}) VALUES ({}){end}",
            places.join(", ")
        ),
        many: format!(
            "INSERT INTO {table} ({names}) SELECT {}{end}",
            rows(columns)
        ),
        kinds: columns.iter().map(|(_, kind)| *kind).collect(),
        number,
    }
}

fn delete(table: &'static str) -> Write {
    Write {
        table,
        one: format!("DELETE FROM {table} WHERE number = $1"),
        many: format!("DELETE FROM {table} WHERE number = ANY ($1::bigint[])"),
        kinds: Cow::Borrowed(&[Kind::Integer]),
        number: 0,
    }
}

/// Makes rows of arrays, which are the parameters.
fn rows(columns: &[(&str, Kind)]) -> String {
    let all = columns.iter().zip(1..).map(|((name, kind), place)| {
        let kind = match kind {
            Kind::Integer => "bigint",
            Kind::Text => "text",
            Kind::Bytes => "bytea",
        };
        format!("unnest(${place}::{kind}[]) AS {name}")
    });
    all.collect::<Vec<_>>().join(", ")
}

/// The statements for many that choose rows.
#[cfg(test)]
pub(super) fn choosing() -> Vec<String> {
    let all: [&Write; 3] = [&MOVE_ON, &DROP_INPUT, &DROP_OUTPUTS];
    all.map(|write| write.many.clone()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_written_with_others_if_it_concerns_no_key() {
        let before = vec![Value::Integer(1); COLUMNS.len()];
        let with = |column: Column| {
            let mut after = before.clone();
            after[column as usize] = Value::Integer(2);
            change(&before, after)
        };
        assert!(matches!(change(&before, before.clone()), Change::Nothing));
        let Change::OnItsWay(values) = with(Column::progress) else {
            panic!("it is written by itself");
        };
        let progress = ON_ITS_WAY
            .iter()
            .position(|column| matches!(column, Column::progress));
        for (place, value) in values.iter().enumerate() {
            let number = if Some(place) == progress { 2 } else { 1 };
            assert_eq!(*value, Value::Integer(number));
        }
        for column in [Column::owns_key, Column::due, Column::kept_until] {
            let Change::Other(sql, values) = with(column) else {
                panic!("{column:?} is written with others");
            };
            let expected = format!(
                "UPDATE jobs SET {} = $1 WHERE number = $2",
                COLUMNS[column as usize]
            );
            assert_eq!(
                (sql, values),
                (expected, vec![Value::Integer(2), Value::Integer(1)])
            );
        }
    }
}
