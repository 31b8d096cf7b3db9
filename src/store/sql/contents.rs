//! The large values of a job, in tables of their own.

use bytes::Bytes;

use super::columns::Column;
use super::jobs::Loaded;
use super::writes::{DROP_INPUT, DROP_OUTPUTS, PUT_OUTPUT, PUT_REPORT, Write};
use super::{Done, Driver, Session, Statement, Value};
use crate::job::Phase;
use crate::store::rules::Content;
use crate::store::{Checkpoints, ClaimedJob, Note, Saved};

impl<D: Driver> Session<'_, D> {
    /// Writes the large values that are new, and drops those that are gone.
    pub(super) async fn write_contents(&mut self, loaded: &Loaded) -> Done<(), D> {
        let number = loaded.stored.record.number;
        let had = |column: Column| loaded.row.integer(column as usize).is_some();
        let key = || vec![Value::number(number)];
        let record = &loaded.stored.record;
        if loaded.row.number(Column::input_bytes as usize) > 0 && record.input.is_empty() {
            self.driver.put(&DROP_INPUT, key()).await?;
        }
        match record.outputs.as_deref() {
            Some(outputs) => {
                for (phase, output) in [
                    ("Scraping", &outputs.scraping),
                    ("Analysis", &outputs.analysis),
                ] {
                    if let Some(output) = output.as_ref().and_then(Content::here) {
                        let values = vec![
                            Value::number(number),
                            Value::text(phase),
                            Value::bytes(output),
                        ];
                        self.driver.put(&PUT_OUTPUT, values).await?;
                    }
                }
            }
            None if (had(Column::scraping_bytes) || had(Column::analysis_bytes)) => {
                self.driver.put(&DROP_OUTPUTS, key()).await?;
            }
            None => {}
        }
        if had(Column::state_bytes) || had(Column::page_bytes) {
            let saved = record.saved.as_deref();
            let keeps_state = saved.is_some_and(|saved| is_apart(saved.state.as_ref()));
            let keeps_pages = saved.is_some_and(|saved| is_apart(saved.pages.first()));
            if had(Column::state_bytes) && !keeps_state {
                self.driver
                    .write("DELETE FROM saves WHERE number = $1 AND part = 0", &key())
                    .await?;
            }
            if had(Column::page_bytes) && !keeps_pages {
                self.driver
                    .write("DELETE FROM saves WHERE number = $1 AND part > 0", &key())
                    .await?;
            }
        }
        if let Some(saved) = record.saved.as_deref() {
            if let Some(state) = saved.state.as_ref().and_then(Content::here) {
                let sql = "INSERT INTO saves (number, part, value) VALUES ($1, 0, $2)";
                self.driver
                    .write(sql, &[Value::number(number), Value::bytes(state)])
                    .await?;
            }
            for page in saved.pages.iter().filter_map(Content::here) {
                let sql = "INSERT INTO saves (number, part, value) VALUES ($1, \
                           (SELECT coalesce(max(part), 0) + 1 FROM saves WHERE number = $1), $2)";
                self.driver
                    .write(sql, &[Value::number(number), Value::bytes(page)])
                    .await?;
            }
        }
        if let Some(report) = record.report.as_ref().and_then(Content::here) {
            self.put(&PUT_REPORT, number, report).await?;
        }
        let notes = record
            .notes
            .as_deref()
            .map_or(&[][..], |notes| &notes.undelivered);
        for known in &loaded.notes {
            if !notes.iter().any(|note| note.submit() == *known) {
                let sql = "DELETE FROM notes WHERE number = $1 AND submit = $2";
                self.driver
                    .write(sql, &[Value::number(number), Value::written(known)])
                    .await?;
            }
        }
        for note in notes {
            if !loaded.notes.contains(&note.submit()) {
                self.put_note(number, note).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn put(
        &mut self,
        write: &'static Write,
        number: u64,
        value: &Bytes,
    ) -> Done<(), D> {
        let values = vec![Value::number(number), Value::bytes(value)];
        self.driver.put(write, values).await
    }

    pub(super) async fn put_note(&mut self, number: u64, note: &Note) -> Done<(), D> {
        let sql = "INSERT INTO notes (number, part, submit, value) VALUES ($1, \
                   (SELECT coalesce(max(part), 0) + 1 FROM notes WHERE number = $1), $2, $3)";
        let values = [
            Value::number(number),
            Value::written(&note.submit()),
            Value::bytes(note.value()),
        ];
        self.driver.write(sql, &values).await?;
        Ok(())
    }

    /// Adds what is kept apart from the records of jobs: all of it is asked for at once.
    pub(super) async fn with_contents(
        &mut self,
        jobs: Vec<(ClaimedJob, Loaded)>,
    ) -> Done<Vec<ClaimedJob>, D> {
        let mut statements: Vec<Statement<'static>> = Vec::new();
        for (_, loaded) in &jobs {
            let record = loaded.record();
            for (is_there, sql) in [
                (!record.input.is_empty(), INPUT),
                (record.outputs.is_some(), OUTPUTS),
                (record.saved.is_some(), SAVES),
            ] {
                if is_there {
                    statements.push((sql.into(), vec![Value::number(record.number)]));
                }
            }
        }
        let mut rows = if statements.is_empty() {
            Vec::new().into_iter()
        } else {
            self.driver.all_rows(statements).await?.into_iter()
        };
        let mut all = Vec::with_capacity(jobs.len());
        for (mut claimed, loaded) in jobs {
            let record = loaded.record();
            if !record.input.is_empty()
                && let Some(mut row) = rows.next().and_then(|mut rows| rows.pop())
            {
                claimed = claimed.with_input(row.take_bytes(0));
            }
            // The rule cannot hand it out with an input that it does not see.
            claimed = claimed.with_trace(record.trace.as_deref().cloned());
            if record.outputs.is_some() {
                let mut outputs = Checkpoints::none();
                for mut row in rows.next().into_iter().flatten() {
                    if let Some(phase) = row.text(0).and_then(|name| name.parse::<Phase>().ok()) {
                        outputs = outputs.with(phase, row.take_bytes(1));
                    }
                }
                claimed = claimed.with_checkpoints(outputs);
            }
            if record.saved.is_some() {
                let mut saved = Saved::none();
                for mut row in rows.next().into_iter().flatten() {
                    let value = row.take_bytes(1);
                    saved = if row.integer(0) == Some(0) {
                        saved.with_state(value)
                    } else {
                        saved.with_page(value)
                    };
                }
                claimed = claimed.with_saved(saved);
            }
            all.push(claimed);
        }
        Ok(all)
    }
}

const INPUT: &str = "SELECT value FROM inputs WHERE number = $1";
const OUTPUTS: &str = "SELECT phase, value FROM outputs WHERE number = $1";
const SAVES: &str = "SELECT part, value FROM saves WHERE number = $1 ORDER BY part";

fn is_apart(content: Option<&Content>) -> bool {
    content.is_some_and(|content| content.here().is_none())
}
