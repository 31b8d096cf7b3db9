//! The field of a record that only the store reads: values in `MessagePack`, as the scripts write them.

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Own {
    None,
    Number(u64),
    Text(Vec<u8>),
}

/// The places of the values that Rust reads, as `record.lua` has them.
pub(super) const VERSION: usize = 0;
pub(super) const FENCE: usize = 1;
pub(super) const ATTEMPT: usize = 2;
pub(super) const RETENTION: usize = 8;
pub(super) const FAILURES: usize = 17;
pub(super) const CRASHES: usize = 18;
pub(super) const CANCEL_REQUESTED: usize = 19;

/// The places of texts: the token, how the claim was settled, the version of the program, the token of a
/// delivery, and what names the target in keys.
const TEXTS: [usize; 5] = [3, 4, 13, 30, 31];
/// How many values this build knows.
const KNOWN: usize = 32;

/// Reads all values. `None` if there is anything but whole numbers from 0 on, and texts where they should be.
pub(super) fn read(mut packed: &[u8]) -> Option<Vec<Own>> {
    let mut values = Vec::with_capacity(16);
    while let Some((&kind, rest)) = packed.split_first() {
        packed = rest;
        values.push(match kind {
            0xc0 => Own::None,
            0..=0x7f => Own::Number(kind.into()),
            0xcc..=0xcf => Own::Number(number(&mut packed, 1 << (kind - 0xcc))?),
            0xa0..=0xbf => text(&mut packed, (kind & 0x1f).into())?,
            0xd9..=0xdb => {
                let length = number(&mut packed, 1 << (kind - 0xd9))?;
                text(&mut packed, length)?
            }
            // What a newer build may have appended.
            _ if values.len() >= KNOWN => break,
            _ => return None,
        });
    }
    let is_sound = |(place, value): (usize, &Own)| match value {
        Own::None => true,
        Own::Number(_) => !TEXTS.contains(&place),
        Own::Text(_) => TEXTS.contains(&place),
    };
    let mut known = values.iter().take(KNOWN).enumerate();
    known.all(is_sound).then_some(values)
}

fn number(packed: &mut &[u8], bytes: usize) -> Option<u64> {
    let (number, rest) = packed.split_at_checked(bytes)?;
    *packed = rest;
    Some(
        number
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)),
    )
}

fn text(packed: &mut &[u8], length: u64) -> Option<Own> {
    let (text, rest) = packed.split_at_checked(usize::try_from(length).ok()?)?;
    *packed = rest;
    Some(Own::Text(text.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_scripts_write() {
        let packed = [
            &[0x07, 0xcc, 0xff, 0xcd, 1, 2, 0xa2][..],
            b"ab",
            &[0xc0, 0xcf, 0, 6, 0x44, 0xde, 0, 0, 0, 1],
            &[0xce, 0, 1, 0, 0],
            &[0xc0; 6],
            &[0xd9, 33],
            &[b'x'; 33],
        ]
        .concat();
        let expected = [
            Own::Number(7),
            Own::Number(255),
            Own::Number(258),
            Own::Text(b"ab".to_vec()),
            Own::None,
            Own::Number(0x0006_44de_0000_0001),
            Own::Number(0x1_0000),
            Own::None,
            Own::None,
            Own::None,
            Own::None,
            Own::None,
            Own::None,
            Own::Text(vec![b'x'; 33]),
        ];
        assert_eq!(read(&packed).unwrap(), expected);
    }

    #[test]
    fn what_is_cut_short_or_not_where_it_should_be_cannot_be_read() {
        for packed in [
            &[0xcd, 1][..],
            &[0xd9],
            &[0xd9, 2, b'x'],
            &[0xa3, b'x'],
            &[0xff],
            &[0xcb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x90],
            // A number where the token stands, and a text for the version.
            b"seven",
            &[0xa1, b'x'],
        ] {
            assert_eq!(read(packed), None, "{packed:?}");
        }
        assert_eq!(read(&[]), Some(Vec::new()));
    }
}
