//! The JSON objects of a file one after the other, however the file is laid out.

use std::io;
use std::path::Path;

use super::input::{Columns, Layout, Lines, MAX_UNIT, Piece, Rows, Stream, Values, open};
use crate::facts::{Context, Emit};
use crate::sources::{Format, Recognised, recognise, recognise_row, record_problem};
use crate::values::{Object, repair};

/// The objects of a file.
pub(super) struct Units {
    source: Source,
    /// Where reading began.
    base: u64,
    number: u64,
}

enum Source {
    Values(Values<Stream>),
    Lines(Lines<Stream>),
    Rows(Box<Rows<Stream>>, Columns),
}

/// What was found next.
pub(super) enum Step {
    Unit(Unit),
    /// Something that cannot be used: which one, and the end of the sentence "it ...".
    Broken {
        number: u64,
        reason: &'static str,
    },
    /// Something behind which nothing can be found any more: the end of "the file ...".
    Lost(&'static str),
}

/// One object, and its place in the file's text.
pub(super) struct Unit {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Counted from 1.
    pub(super) number: u64,
    pub(super) json: String,
}

/// What an object is.
pub(super) enum Verdict {
    /// It was read.
    Read(Format),
    /// It is known, and holds nothing: the end of "this is ...".
    Named(String),
    /// It cannot be used: the end of "it ...".
    Refused(&'static str),
}

impl Units {
    /// Begins at `offset`. `columns` are those of a table, where they are known already.
    pub(super) fn open(
        path: &Path,
        layout: &Layout,
        columns: Option<&Columns>,
        offset: u64,
    ) -> io::Result<Self> {
        let stream = open(path, offset)?;
        let source = match layout {
            Layout::Values => Source::Values(Values::new(stream, MAX_UNIT, offset)),
            Layout::Lines => Source::Lines(Lines::new(stream, MAX_UNIT)),
            Layout::Table { separator } => {
                let mut rows = Box::new(Rows::new(stream, *separator));
                let columns = match columns {
                    Some(columns) => columns.clone(),
                    None => rows.columns()?.unwrap_or_default(),
                };
                Source::Rows(rows, columns)
            }
        };
        Ok(Self {
            source,
            base: offset,
            number: 0,
        })
    }

    /// The columns of a table.
    pub(super) fn columns(&self) -> Option<&Columns> {
        match &self.source {
            Source::Rows(_, columns) => Some(columns),
            _ => None,
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Step>> {
        self.number += 1;
        let number = self.number;
        match &mut self.source {
            Source::Values(values) => Ok(values.next()?.map(|piece| match piece {
                Piece::Value { offset } => Step::Unit(Unit {
                    start: offset,
                    end: offset + values.value.len() as u64,
                    number,
                    json: text(std::mem::take(&mut values.value)),
                }),
                Piece::TooLong => Step::Broken {
                    number,
                    reason: TOO_LONG,
                },
                Piece::Broken(reason) => Step::Lost(reason),
            })),
            Source::Lines(lines) => loop {
                let Some(line) = lines.next()? else {
                    return Ok(None);
                };
                let number = line.number;
                let Some(bytes) = line.text else {
                    let reason = TOO_LONG;
                    return Ok(Some(Step::Broken { number, reason }));
                };
                if !bytes.is_empty() {
                    let start = self.base + line.offset;
                    return Ok(Some(Step::Unit(Unit {
                        start,
                        end: start + bytes.len() as u64,
                        number,
                        json: text(bytes.to_vec()),
                    })));
                }
            },
            Source::Rows(rows, columns) => Ok(rows.next()?.map(|row| {
                Step::Unit(Unit {
                    start: self.base + row.start,
                    end: self.base + row.end,
                    number,
                    json: rows.json(columns),
                })
            })),
        }
    }

    /// What one object of the file is called.
    pub(super) const fn noun(&self) -> &'static str {
        match self.source {
            Source::Values(_) => "item",
            Source::Lines(_) => "line",
            Source::Rows(..) => "row",
        }
    }
}

const TOO_LONG: &str = "is longer than 128 MiB";

/// Reads one object: recognises it and hands its facts on.
pub(super) fn read(json: &str, layout: &Layout, ctx: &Context<'_>, emit: &mut Emit<'_>) -> Verdict {
    let Some(object) = Object::document(json, ctx.faults) else {
        return Verdict::Refused(if json.starts_with(['{', '[']) {
            "is not JSON, or is no object"
        } else {
            "is not a JSON object"
        });
    };
    let recognised = match layout {
        Layout::Table { .. } => recognise_row(&object),
        Layout::Values | Layout::Lines => recognise(&object),
    };
    // What recognising stumbled over, reading stumbles over again.
    ctx.faults.take();
    match recognised {
        Recognised::Data(format) => {
            if format.name == "record"
                && let Some(problem) = record_problem(&object, ctx)
            {
                ctx.faults.take();
                return Verdict::Refused(problem);
            }
            (format.read)(&object, ctx, emit);
            Verdict::Read(format)
        }
        Recognised::Named(name) => Verdict::Named(name),
        Recognised::Unknown => Verdict::Refused(unknown(&object)),
    }
}

fn unknown(object: &Object<'_>) -> &'static str {
    match (object.has("platform"), object.has("handle")) {
        (true, false) => "has no `handle`",
        (false, true) => "has no `platform`",
        _ => "is of no known format",
    }
}

/// What stands in the file, mended where it is nearly right.
fn text(mut bytes: Vec<u8>) -> String {
    repair(&mut bytes);
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
