//! UTF-16, which `PowerShell` writes.

use std::io::{self, BufRead, Read};

/// Which half of a character comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Utf16 {
    LittleEndian,
    BigEndian,
}

impl Utf16 {
    /// What a byte-order mark at the start says.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xfe, ..] => Some(Self::LittleEndian),
            [0xfe, 0xff, ..] => Some(Self::BigEndian),
            _ => None,
        }
    }

    /// Reads it as UTF-8, without the mark. Half of a surrogate pair becomes U+FFFD.
    pub(super) fn decode<R: BufRead + Send>(self, reader: R) -> impl Read + Send {
        Decoder {
            units: Units {
                reader,
                order: self,
            },
            ready: Vec::new(),
            given: 0,
            waiting: None,
            ended: false,
        }
    }
}

struct Decoder<R> {
    units: Units<R>,
    /// UTF-8 that is ready, and how much of it was given away.
    ready: Vec<u8>,
    given: usize,
    /// The first half of a pair.
    waiting: Option<u16>,
    ended: bool,
}

struct Units<R> {
    reader: R,
    order: Utf16,
}

impl<R: Read> Units<R> {
    fn next(&mut self) -> io::Result<Option<u16>> {
        let mut pair = [0; 2];
        for at in 0..2 {
            if self.reader.read(&mut pair[at..=at])? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(match self.order {
            Utf16::LittleEndian => u16::from_le_bytes(pair),
            Utf16::BigEndian => u16::from_be_bytes(pair),
        }))
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.refill()?;
        }
        let ready = &self.ready[self.given..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.given += count;
        Ok(count)
    }
}

impl<R: BufRead> Decoder<R> {
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while !self.ended && self.ready.len() < 8 << 10 {
            let unit = self.units.next()?;
            self.ended = unit.is_none();
            let units: Vec<u16> = self.waiting.take().into_iter().chain(unit).collect();
            let first_half = matches!(units[..], [0xd800..=0xdbff]);
            if first_half && !self.ended {
                self.waiting = Some(units[0]);
                continue;
            }
            let mut units = units;
            // A first half that is followed by another one waits no longer, but that one does.
            if let [_, second @ 0xd800..=0xdbff] = units[..] {
                self.waiting = Some(second);
                units.pop();
            }
            for c in char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)) {
                if c != '\u{feff}' {
                    let mut bytes = [0; 4];
                    self.ready
                        .extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(units: &[u16], order: Utf16) -> String {
        let bytes: Vec<u8> = units
            .iter()
            .flat_map(|unit| match order {
                Utf16::LittleEndian => unit.to_le_bytes(),
                Utf16::BigEndian => unit.to_be_bytes(),
            })
            .collect();
        let mut text = String::new();
        order
            .decode(&bytes[..])
            .read_to_string(&mut text)
            .expect("it is UTF-8");
        text
    }

    proptest! {
        #[test]
        fn texts_come_out_as_they_went_in(text in "[^\u{feff}]{0,40}", big: bool) {
            let order = if big { Utf16::BigEndian } else { Utf16::LittleEndian };
            let mut units = vec![0xfeff];
            units.extend(text.encode_utf16());
            prop_assert_eq!(decoded(&units, order), text);
        }

        #[test]
        fn any_units_become_what_the_standard_library_makes_of_them(
            units in proptest::collection::vec(prop_oneof![0xd7f0_u16..0xe010, any::<u16>()], 0..20)
        ) {
            let expected = String::from_utf16_lossy(&units).replace('\u{feff}', "");
            prop_assert_eq!(decoded(&units, Utf16::LittleEndian), expected);
        }
    }
}
