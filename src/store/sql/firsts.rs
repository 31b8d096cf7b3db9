//! What comes first in an index: it is read some at a time, and remembered.

use std::sync::LazyLock;

use super::due::{Due, Head, choose_of_queue};
use super::{Done, Driver, Session, Value};

/// How many places are read at a time.
const STEP: usize = 16;

/// One for each of [`Due::ALL`].
static DUE: LazyLock<[String; 3]> = LazyLock::new(|| Due::ALL.map(|due| due.choose("", STEP)));
static OF_QUEUE: LazyLock<String> = LazyLock::new(|| choose_of_queue(STEP));

impl<D: Driver> Session<'_, D> {
    /// The first of what is due by an index, by now or later.
    pub(super) async fn next(&mut self, due: Due) -> Done<Option<Head>, D> {
        if let Some(first) = self.known.first(due) {
            return Ok(first);
        }
        let rows = self.driver.rows(&DUE[due as usize], &[]).await?;
        let places = rows.iter().filter_map(|row| Head::read(row, 0));
        self.known.learn_due(due, places.clone(), STEP);
        Ok(places.min())
    }

    /// The first job of a platform's queue, due or not.
    pub(super) async fn next_of_queue(&mut self, platform: &str) -> Done<Option<Head>, D> {
        if let Some(first) = self.known.first_of_queue(platform) {
            return Ok(first);
        }
        let rows = self
            .driver
            .rows(&OF_QUEUE, &[Value::text(platform)])
            .await?;
        let places = rows.iter().filter_map(|row| Head::read(row, 0));
        self.known.learn_queue(platform, places.clone(), STEP);
        Ok(places.min())
    }
}

/// The statements of this file.
#[cfg(test)]
pub(super) fn choosing() -> Vec<String> {
    let mut all = DUE.to_vec();
    all.push(OF_QUEUE.clone());
    all
}
