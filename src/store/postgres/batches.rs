//! Rows that wait until they are written together.

use std::collections::HashSet;

use super::parameter::Parameter;
use crate::store::sql::{Value, Write};

/// How many bytes of large values may wait. The protocol has no room for more than a billion in one statement.
const BYTES: usize = 4 << 20;

/// Rows of one kind.
#[derive(Debug)]
pub(super) struct Batch {
    write: &'static Write,
    rows: Vec<Vec<Value<'static>>>,
}

/// The rows that wait, in the order in which their kinds came first.
///
/// No two of them are of the same job in the same table, and they share no other key, so the order of the others does
/// not matter.
#[derive(Debug, Default)]
pub(super) struct Batches {
    all: Vec<Batch>,
    taken: HashSet<(&'static str, i64)>,
    bytes: usize,
}

impl Batches {
    /// Adds a row. It is given back if those that wait have to be written first.
    pub(super) fn add(
        &mut self,
        write: &'static Write,
        row: Vec<Value<'static>>,
    ) -> Result<(), Vec<Value<'static>>> {
        let number = match row.get(write.number) {
            Some(Value::Integer(number)) => *number,
            _ => 0,
        };
        let bytes = row.iter().map(size).sum::<usize>();
        let is_full = !self.all.is_empty() && self.bytes.saturating_add(bytes) > BYTES;
        if is_full || !self.taken.insert((write.table, number)) {
            return Err(row);
        }
        self.bytes = self.bytes.saturating_add(bytes);
        match self
            .all
            .iter_mut()
            .find(|batch| std::ptr::eq(batch.write, write))
        {
            Some(batch) => batch.rows.push(row),
            None => self.all.push(Batch {
                write,
                rows: vec![row],
            }),
        }
        Ok(())
    }

    /// Takes them all out.
    pub(super) fn take(&mut self) -> Vec<Batch> {
        self.taken.clear();
        self.bytes = 0;
        std::mem::take(&mut self.all)
    }
}

impl Batch {
    /// What writes these rows.
    pub(super) fn statement(mut self) -> (&'static str, Vec<Parameter>) {
        if self.rows.len() == 1 {
            let row = self.rows.pop().unwrap_or_default();
            return (
                &self.write.one,
                row.into_iter().map(Parameter::One).collect(),
            );
        }
        let mut columns: Vec<Vec<Value<'static>>> = Vec::new();
        columns.resize_with(self.write.kinds.len(), || {
            Vec::with_capacity(self.rows.len())
        });
        for row in self.rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        let columns = columns.into_iter().zip(self.write.kinds.iter());
        let columns = columns.map(|(values, kind)| Parameter::of_many(*kind, values));
        (&self.write.many, columns.collect())
    }
}

fn size(value: &Value<'_>) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Text(_) | Value::Texts(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::store::sql::MOVE_ON;

    fn row(number: i64, bytes: usize) -> Vec<Value<'static>> {
        let mut row = vec![Value::Null; MOVE_ON.kinds.len()];
        row[0] = Value::Bytes(Bytes::from(vec![7; bytes]));
        row[MOVE_ON.number] = Value::Integer(number);
        row
    }

    #[test]
    fn one_statement_writes_no_job_twice() {
        let mut batches = Batches::default();
        batches.add(&MOVE_ON, row(1, 0)).unwrap();
        batches.add(&MOVE_ON, row(2, 0)).unwrap();
        let back = batches.add(&MOVE_ON, row(1, 0)).unwrap_err();
        let [batch] = &mut batches.take()[..] else {
            panic!("two rows of one kind are one batch");
        };
        assert_eq!(batch.rows.len(), 2);
        batches.add(&MOVE_ON, back).unwrap();
        let (sql, parameters) = batches.take().remove(0).statement();
        assert_eq!(
            (sql, parameters.len()),
            (&*MOVE_ON.one, MOVE_ON.kinds.len())
        );
    }

    #[test]
    fn large_values_do_not_wait_for_more_than_the_protocol_can_carry() {
        let mut batches = Batches::default();
        batches.add(&MOVE_ON, row(1, 2 * BYTES)).unwrap();
        batches.add(&MOVE_ON, row(2, 1)).unwrap_err();
        batches.take();
        batches.add(&MOVE_ON, row(2, BYTES)).unwrap();
    }
}
