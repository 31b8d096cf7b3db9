//! Rows of a table, as JSON objects.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value};

/// The longest row, in bytes. A quote without end would swallow the whole file.
const MAX_ROW: u64 = 16 << 20;
/// The most columns.
const MAX_COLUMNS: usize = 5_000;
/// How deep a column's name may lead: `a/0/b/1/c`.
const MAX_STEPS: usize = 8;

/// The names of a table's columns, taken apart: `a/0/b` and `a.b` lead into lists and objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Columns(Vec<Vec<String>>);

/// Reads rows one after the other.
pub(in super::super) struct Rows<R> {
    reader: Reader<Guard<R>>,
    left: Rc<Cell<u64>>,
    row: ByteRecord,
    start: u64,
}

/// One row's place, relative to where reading began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Row {
    pub(in super::super) start: u64,
    pub(in super::super) end: u64,
}

impl<R: Read> Rows<R> {
    pub(in super::super) fn new(reader: R, separator: u8) -> Self {
        let left = Rc::new(Cell::new(MAX_ROW));
        let guard = Guard {
            inner: reader,
            left: Rc::clone(&left),
        };
        Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
                .from_reader(guard),
            left,
            row: ByteRecord::new(),
            start: 0,
        }
    }

    /// Reads the column names.
    pub(in super::super) fn columns(&mut self) -> io::Result<Option<Columns>> {
        if self.next()?.is_none() {
            return Ok(None);
        }
        let names = self.row.iter().take(MAX_COLUMNS).map(|name| {
            let name = String::from_utf8_lossy(name);
            let name = name.trim();
            let separator = if name.contains('/') { '/' } else { '.' };
            name.split(separator).map(str::to_owned).collect()
        });
        Ok(Some(Columns(names.collect())))
    }

    /// Goes to the next row.
    pub(in super::super) fn next(&mut self) -> io::Result<Option<Row>> {
        self.left.set(MAX_ROW);
        let found = self.reader.read_byte_record(&mut self.row);
        let found = found.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            _ => io::Error::other("the table cannot be read"),
        })?;
        let row = Row {
            start: self.start,
            end: self.reader.position().byte(),
        };
        self.start = row.end;
        Ok(found.then_some(row))
    }

    /// The row as a JSON object. Cells are texts; an empty one is unknown, and left out.
    pub(in super::super) fn json(&self, columns: &Columns) -> String {
        let mut object = Map::new();
        for (steps, cell) in columns.0.iter().zip(&self.row) {
            if !cell.is_empty() && steps.len() <= MAX_STEPS {
                let text = Value::from(String::from_utf8_lossy(cell));
                put(&mut object, steps, text);
            }
        }
        Value::Object(object).to_string()
    }
}

/// Puts a value where the steps lead. Where another column has put something else, it is left out.
fn put(object: &mut Map<String, Value>, steps: &[String], value: Value) {
    let Some((first, rest)) = steps.split_first() else {
        return;
    };
    let Some(next) = rest.first() else {
        object.entry(first.clone()).or_insert(value);
        return;
    };
    let is_list = next.bytes().all(|b| b.is_ascii_digit()) && !next.is_empty();
    let inner = object.entry(first.clone()).or_insert_with(|| {
        if is_list {
            Value::Array(Vec::new())
        } else {
            Value::Object(Map::new())
        }
    });
    match inner {
        Value::Object(inner) => put(inner, rest, value),
        Value::Array(items) => put_item(items, next, &rest[1..], value),
        _ => {}
    }
}

/// Columns of a list come in the order of their numbers; empty cells leave no hole.
fn put_item(items: &mut Vec<Value>, number: &str, rest: &[String], value: Value) {
    let Ok(number) = number.parse::<usize>() else {
        return;
    };
    if rest.is_empty() {
        items.push(value);
        return;
    }
    if number >= items.len() {
        items.push(Value::Object(Map::new()));
    }
    if let Some(Value::Object(inner)) = items.last_mut() {
        put(inner, rest, value);
    }
}

/// Gives no more bytes than one row may have.
struct Guard<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other(
                "a row is longer than 16 MiB: a quote has no end",
            ));
        }
        let read = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(table: &str) -> Vec<(Row, String)> {
        let mut rows = Rows::new(table.as_bytes(), b',');
        let columns = rows.columns().unwrap().expect("column names");
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            found.push((row, rows.json(&columns)));
        }
        found
    }

    #[test]
    fn names_of_columns_lead_into_lists_and_objects() {
        let table = "a,tags/0,tags/1,c/0/text,c/0/id,meta.name,x/1\n1,,two,hi,7,n,late\n";
        let found = all(table);
        assert_eq!(
            found[0].1,
            r#"{"a":"1","c":[{"id":"7","text":"hi"}],"meta":{"name":"n"},"tags":["two"],"x":["late"]}"#
        );
    }

    #[test]
    fn rows_stand_at_their_places_with_line_breaks_in_cells() {
        let table = "a,b\n1,\"two\nlines\"\n\n3,\"say \"\"x\"\"\"\n5\n";
        let found = all(table);
        let texts: Vec<&str> = found.iter().map(|(_, json)| json.as_str()).collect();
        assert_eq!(
            texts,
            [
                r#"{"a":"1","b":"two\nlines"}"#,
                r#"{"a":"3","b":"say \"x\""}"#,
                r#"{"a":"5"}"#
            ]
        );
        for (row, json) in found {
            let part =
                &table[usize::try_from(row.start).unwrap()..usize::try_from(row.end).unwrap()];
            let mut again = Rows::new(part.as_bytes(), b',');
            again.next().unwrap().expect("the row");
            let columns = Columns(vec![vec!["a".to_owned()], vec!["b".to_owned()]]);
            assert_eq!(again.json(&columns), json);
        }
    }

    #[test]
    fn a_quote_without_end_is_noticed() {
        let table = io::Cursor::new(b"a,b\n\"".to_vec()).chain(io::repeat(b'x'));
        let mut rows = Rows::new(table, b',');
        rows.columns().unwrap();
        assert!(rows.next().unwrap_err().to_string().contains("16 MiB"));
    }
}
