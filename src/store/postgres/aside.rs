//! Rows of the inbox that the database refused to take over: they wait, so that nobody else has to.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::inbox::WAITING;
use crate::backoff::Backoff;
use crate::store::sql::{Statement, Value};

/// How long a row waits until it is tried again.
const PAUSE: Backoff = Backoff::new(Duration::from_secs(10))
    .with_cap(LONGEST)
    .with_min(Duration::from_secs(5));
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Which rows of the inbox a transaction takes over.
#[derive(Debug, Clone)]
pub(super) enum Takes {
    /// Those that wait, in order.
    Waiting,
    /// This one.
    Only(i64),
    /// None: it only names this one as damaged, for this reason.
    Damaged(i64, String),
    Nothing,
}

/// The rows that wait in this process.
#[derive(Debug, Default)]
pub(super) struct Aside(HashMap<i64, Row>);

#[derive(Debug)]
struct Row {
    failures: u32,
    until: Instant,
}

impl Aside {
    /// Sets a row aside, and returns for how long.
    pub(super) fn put(&mut self, number: i64) -> Duration {
        let now = Instant::now();
        // Others have taken over those that are asked for no more.
        self.0.retain(|_, row| row.until + LONGEST > now);
        let row = self.0.entry(number).or_insert(Row {
            failures: 0,
            until: now,
        });
        row.failures += 1;
        let pause = PAUSE.wait(row.failures);
        row.until = now + pause;
        pause
    }

    /// What reads the rows to take over.
    pub(super) fn statement(&self, takes: &Takes) -> Statement<'static> {
        let (condition, values) = match takes {
            Takes::Nothing => ("WHERE false", Vec::new()),
            Takes::Only(number) | Takes::Damaged(number, _) => {
                ("WHERE number = $1", vec![Value::Integer(*number)])
            }
            Takes::Waiting => match self.numbers() {
                None => ("", Vec::new()),
                Some(numbers) => (
                    "WHERE number <> ALL (string_to_array($1, ',')::bigint[])",
                    vec![Value::Text(numbers.into())],
                ),
            },
        };
        let sql = format!("{WAITING} {condition} ORDER BY number LIMIT 64");
        (sql.into(), values)
    }

    fn numbers(&self) -> Option<String> {
        let now = Instant::now();
        let waiting = self.0.iter().filter(|(_, row)| row.until > now);
        let numbers: Vec<String> = waiting.map(|(number, _)| number.to_string()).collect();
        (!numbers.is_empty()).then(|| numbers.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_row_is_left_out_until_its_pause_is_over() {
        let mut aside = Aside::default();
        let values = |aside: &Aside| aside.statement(&Takes::Waiting).1;
        for _ in 0..12 {
            assert_eq!(values(&aside), []);
            let pause = aside.put(7);
            assert_eq!(values(&aside), [Value::Text("7".into())]);
            tokio::time::sleep(pause).await;
        }
        aside.put(8);
        // Nobody asks for the first one any more.
        tokio::time::sleep(LONGEST).await;
        aside.put(9);
        assert_eq!(aside.0.len(), 2);
    }

    /// A pause is drawn, so it is the longest of many that grows.
    #[tokio::test(start_paused = true)]
    async fn the_pauses_of_a_row_grow_to_the_longest() {
        let mut aside = Aside::default();
        for failures in 1..=12 {
            let longest = PAUSE.longest(failures);
            let pauses: Vec<Duration> = (0..100).map(|number| aside.put(number)).collect();
            let possible = Duration::from_secs(5)..=longest;
            assert!(
                pauses.iter().all(|pause| possible.contains(pause)),
                "{pauses:?}"
            );
            assert!(pauses.iter().any(|pause| *pause > longest.mul_f64(0.7)));
        }
        assert_eq!(PAUSE.longest(12), LONGEST);
    }
}
