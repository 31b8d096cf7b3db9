//! Lines of bounded length, with their places in the file.

use std::io::{self, BufRead, Read};
use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads lines one after the other into one buffer that never holds more than the greatest length.
pub(in super::super) struct Lines<R> {
    reader: R,
    max: usize,
    buffer: Vec<u8>,
    offset: u64,
    number: u64,
}

/// One line of the file, without its end and without a byte-order mark.
pub(in super::super) struct Line<'a> {
    /// Counted from 1.
    pub(in super::super) number: u64,
    /// Where the text begins in the file, in bytes.
    pub(in super::super) offset: u64,
    /// The text; `None` if it is over the greatest length.
    pub(in super::super) text: Option<&'a [u8]>,
}

impl<R: BufRead> Lines<R> {
    /// Reads lines of up to `max` bytes, line end not counted. Longer ones are passed over
    /// and never held as a whole.
    pub(in super::super) const fn new(reader: R, max: usize) -> Self {
        Self {
            reader,
            max,
            buffer: Vec::new(),
            offset: 0,
            number: 0,
        }
    }

    /// The next line, or `None` at the end of the file.
    pub(in super::super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let limit = self.max as u64 + 1;
        let read = Read::take(&mut self.reader, limit).read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        let start = self.offset;
        self.offset += read as u64;
        self.number += 1;
        let ended = self.buffer.last() == Some(&b'\n');
        let too_long = !ended && read > self.max;
        if too_long {
            self.offset += self.reader.skip_until(b'\n')? as u64;
        }
        let text = trimmed(&self.buffer, self.number == 1);
        Ok(Some(Line {
            number: self.number,
            offset: start + text.start as u64,
            text: (!too_long).then(|| &self.buffer[text]),
        }))
    }
}

/// Where the text of a line is, without blanks at its ends and without a byte-order mark.
fn trimmed(line: &[u8], first: bool) -> Range<usize> {
    let mark = if first && line.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let after_mark = &line[mark..];
    let start = mark + (after_mark.len() - after_mark.trim_ascii_start().len());
    start..start + after_mark.trim_ascii().len()
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn all(file: &[u8], max: usize) -> Vec<(u64, u64, Option<Vec<u8>>)> {
        let mut lines = Lines::new(file, max);
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("a slice can be read") {
            found.push((line.number, line.offset, line.text.map(<[u8]>::to_vec)));
        }
        found
    }

    #[test]
    fn a_line_of_the_greatest_length_is_read_and_a_longer_one_is_not() {
        let found = all(b"1234\n12345\r\n123456\n12345", 5);
        let texts: Vec<_> = found.iter().map(|line| line.2.as_deref()).collect();
        // The carriage return counts: it is only known to end the line once it has been read.
        assert_eq!(texts, [Some(&b"1234"[..]), None, None, Some(b"12345")]);
        let places: Vec<_> = found.iter().map(|line| (line.0, line.1)).collect();
        assert_eq!(places, [(1, 0), (2, 5), (3, 12), (4, 19)]);
    }

    #[test]
    fn a_huge_line_is_passed_over_without_being_held() {
        let huge = io::repeat(b'x').take(64 << 20);
        let file = BufReader::new(huge.chain(&b"\nnext"[..]));
        let mut lines = Lines::new(file, 1000);
        assert!(lines.next().unwrap().unwrap().text.is_none());
        assert_eq!(lines.next().unwrap().unwrap().text, Some(&b"next"[..]));
        assert!(lines.buffer.capacity() <= 4096);
    }

    #[test]
    fn only_the_first_line_may_begin_with_a_byte_order_mark() {
        let found = all(b"\xef\xbb\xbfa\n\xef\xbb\xbfb", 100);
        assert_eq!(found[0], (1, 3, Some(b"a".to_vec())));
        assert_eq!(found[1], (2, 5, Some(b"\xef\xbb\xbfb".to_vec())));
    }

    proptest! {
        #[test]
        fn the_text_of_a_line_stands_at_its_place(
            file in proptest::collection::vec(
                prop_oneof![Just(b'\n'), Just(b'\r'), Just(b' '), any::<u8>()],
                0..200,
            ),
            max in 1_usize..30,
        ) {
            for (_, offset, text) in all(&file, max) {
                if let Some(text) = text {
                    let start = usize::try_from(offset).unwrap();
                    prop_assert!(text.len() <= max);
                    prop_assert_eq!(&file[start..start + text.len()], &text[..]);
                }
            }
        }

        #[test]
        fn every_line_is_counted(file in "[a\n]{0,60}", max in 1_usize..8) {
            prop_assert_eq!(all(file.as_bytes(), max).len(), file.lines().count());
        }
    }
}
