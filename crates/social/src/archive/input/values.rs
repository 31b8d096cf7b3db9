//! JSON values one after the other, with their places in the file.

use std::io::{self, BufRead};

use super::MAX_DEPTH;

/// Finds JSON values in a stream: the items of a list, or values that follow each other. It looks at
/// brackets and quotes only; whether a value is JSON is for its parser to say.
pub(in super::super) struct Values<R> {
    reader: R,
    max: usize,
    at: u64,
    in_list: bool,
    /// The value that was found last.
    pub(in super::super) value: Vec<u8>,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Piece {
    /// A value, and where it begins.
    Value { offset: u64 },
    /// A value that is longer than the greatest length. It was passed over.
    TooLong,
    /// Something after which nothing can be found any more: the end of the sentence "the file ...".
    Broken(&'static str),
}

/// Where in a value the reader is.
#[derive(Default)]
struct Inside {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl<R: BufRead> Values<R> {
    /// Looks for values of up to `max` bytes from `at` on. A list at the very beginning is entered.
    pub(in super::super) const fn new(reader: R, max: usize, at: u64) -> Self {
        Self {
            reader,
            max,
            at,
            in_list: false,
            value: Vec::new(),
        }
    }

    /// The next value, or `None` at the end.
    pub(in super::super) fn next(&mut self) -> io::Result<Option<Piece>> {
        if self.value.capacity() > 16 << 20 {
            self.value = Vec::new();
        }
        self.value.clear();
        loop {
            match self.peek()? {
                None if self.in_list => {
                    return Ok(Some(Piece::Broken("is cut off: the list has no end")));
                }
                None => return Ok(None),
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => self.skip(1),
                Some(b'[') if !self.in_list => {
                    self.in_list = true;
                    self.skip(1);
                }
                Some(b']') if self.in_list => {
                    self.in_list = false;
                    self.skip(1);
                }
                Some(b']' | b'}' | b':') => {
                    return Ok(Some(Piece::Broken(
                        "is not JSON: it has a bracket too many",
                    )));
                }
                Some(_) => return self.value().map(Some),
            }
        }
    }

    fn value(&mut self) -> io::Result<Piece> {
        let offset = self.at;
        let mut inside = Inside::default();
        let mut length = 0_usize;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                let complete = inside.depth == 0 && !inside.in_text;
                return Ok(match (complete, length > self.max) {
                    (false, _) => Piece::Broken("is cut off: it ends in the middle of a value"),
                    (true, true) => Piece::TooLong,
                    (true, false) => Piece::Value { offset },
                });
            }
            let (taken, ended) = inside.go_on(buffer);
            if inside.depth > MAX_DEPTH {
                return Ok(Piece::Broken("is nested more than 100,000 levels deep"));
            }
            length += taken;
            if length <= self.max {
                self.value.extend_from_slice(&buffer[..taken]);
            } else {
                self.value = Vec::new();
            }
            self.skip(taken);
            if ended {
                return Ok(if length > self.max {
                    Piece::TooLong
                } else {
                    Piece::Value { offset }
                });
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn skip(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.at += bytes as u64;
    }
}

impl Inside {
    /// Goes through more bytes of the value. Returns how many are its own, and whether it has ended.
    fn go_on(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_text = false;
                        if self.depth == 0 {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                // The end of the list that a bare value stands in.
                b'}' | b']' if self.depth == 0 => return (at, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return (at, true),
                _ => {}
            }
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn all(file: &[u8], max: usize, buffer: usize) -> Vec<Result<(u64, String), Piece>> {
        let mut values = Values::new(BufReader::with_capacity(buffer, file), max, 0);
        let mut found = Vec::new();
        while let Some(piece) = values.next().expect("a slice can be read") {
            let is_broken = matches!(piece, Piece::Broken(_));
            found.push(match piece {
                Piece::Value { offset } => {
                    Ok((offset, String::from_utf8_lossy(&values.value).into_owned()))
                }
                other => Err(other),
            });
            if is_broken {
                break;
            }
        }
        found
    }

    fn texts(file: &str) -> Vec<String> {
        let found = all(file.as_bytes(), 1000, 3);
        found
            .into_iter()
            .map(|piece| piece.expect(file).1)
            .collect()
    }

    #[test]
    fn values_are_found_in_lists_and_after_each_other() {
        assert_eq!(
            texts(r#"[{"a":[1]}, {"b":"]}"},5 ,"x"]"#),
            [r#"{"a":[1]}"#, r#"{"b":"]}"}"#, "5", r#""x""#]
        );
        assert_eq!(texts("{\"a\":1}\n{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(texts("[1][2]"), ["1", "2"]);
        assert_eq!(texts(r#"{"a":"\"}"}"#), [r#"{"a":"\"}"}"#]);
        assert!(texts(" [ ] ").is_empty());
        assert!(texts("").is_empty());
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_said_and_the_next_one_found() {
        assert!(matches!(
            all(b"[{\"a\":1},{\"b", 9, 4)[1],
            Err(Piece::Broken(_))
        ));
        assert!(matches!(all(b"[{\"a\":1}", 9, 4)[1], Err(Piece::Broken(_))));
        assert!(matches!(all(b"{}}", 9, 4)[1], Err(Piece::Broken(_))));
        let found = all(b"[{\"long\":\"long\"},{\"a\":1}]", 8, 4);
        assert_eq!(found[0], Err(Piece::TooLong));
        assert_eq!(found[1], Ok((17, "{\"a\":1}".to_owned())));
    }

    #[test]
    fn brackets_without_end_are_refused() {
        let deep = "[".repeat(MAX_DEPTH + 10);
        let found = all(format!("{{\"a\":{deep}").as_bytes(), 1 << 20, 4096);
        assert_eq!(
            found,
            [Err(Piece::Broken(
                "is nested more than 100,000 levels deep"
            ))]
        );
    }

    proptest! {
        #[test]
        fn the_items_of_any_list_stand_at_their_places(
            texts in proptest::collection::vec(any::<String>(), 0..5), buffer in 1_usize..20,
        ) {
            let items: Vec<Value> = texts.iter().map(|text| json!({"t": [text], "n": 1})).collect();
            let file = serde_json::to_string_pretty(&items).unwrap();
            let found = all(file.as_bytes(), 10_000, buffer);
            prop_assert_eq!(found.len(), items.len());
            for (piece, item) in found.into_iter().zip(items) {
                let (offset, text) = piece.unwrap();
                prop_assert!(file[usize::try_from(offset).unwrap()..].starts_with(&text));
                prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), item);
            }
        }

        #[test]
        fn no_bytes_hang_or_panic(bytes in proptest::collection::vec(
            prop_oneof![Just(b'['), Just(b'{'), Just(b'"'), Just(b'\\'), Just(b']'), Just(b'}'), Just(b','), any::<u8>()], 0..60)) {
            let _ = all(&bytes, 10, 5);
        }
    }
}
