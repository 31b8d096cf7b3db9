//! How a file is laid out, told from its beginning.

use super::super::super::sources::is_table_header;

/// How much of a file is looked at to tell its layout, in bytes.
pub(in super::super) const SNIFFED: usize = 64 << 10;

/// How the objects of a file are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Layout {
    /// JSON values: one document, several, or a list of them.
    Values,
    /// One JSON object in each line. One broken line costs no other.
    Lines,
    /// A table with a line of column names.
    Table { separator: u8 },
}

/// What the beginning of a file says.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Sniffed {
    Layout(Layout),
    /// Something without accounts: the end of the sentence "this is ...".
    Named(&'static str),
}

/// Looks at the beginning of a file. A name that promises lines is believed only where the content
/// does not say otherwise.
pub(in super::super) fn sniff(head: &[u8], named_lines: bool) -> Sniffed {
    if let Some(name) = binary(head) {
        return Sniffed::Named(name);
    }
    let text = head.trim_ascii_start();
    match text.first() {
        // Blanks without end are for the parser to go through.
        None if head.len() >= SNIFFED => Sniffed::Layout(Layout::Values),
        None => Sniffed::Named("empty"),
        Some(b'[') => match text[1..].trim_ascii_start().first() {
            Some(b']') => {
                Sniffed::Named("an empty list: nothing was found, or the account is private")
            }
            _ => Sniffed::Layout(Layout::Values),
        },
        Some(b'{') if named_lines && !is_opened_only(text) => Sniffed::Layout(Layout::Lines),
        Some(b'{') if is_lines(text) => Sniffed::Layout(Layout::Lines),
        Some(b'{') => Sniffed::Layout(Layout::Values),
        Some(b'<') => Sniffed::Named(markup(text)),
        Some(_) if named_lines => Sniffed::Layout(Layout::Lines),
        Some(_) => match separator(text) {
            Some(separator) => Sniffed::Layout(Layout::Table { separator }),
            None => Sniffed::Named("a text of no known format"),
        },
    }
}

/// Whether the first line is but the bracket of a document that goes on in the next lines.
fn is_opened_only(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default().trim_ascii();
    let second = lines.next().unwrap_or_default().trim_ascii_start();
    first == b"{" && second.starts_with(b"\"")
}

/// Whether the first line is an object of its own, and another one follows.
fn is_lines(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let second = lines.find(|line| !line.is_empty());
    first.ends_with(b"}") && second.is_some_and(|line| line.starts_with(b"{"))
}

fn binary(head: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"PK\x03\x04") {
        return Some("a zip archive: unpack it first");
    }
    if starts(b"7z\xbc\xaf\x27\x1c")
        || starts(b"Rar!")
        || starts(b"\x28\xb5\x2f\xfd")
        || starts(b"BZh")
    {
        return Some("packed in a way that is not read: unpack it, or pack it as gzip or xz");
    }
    if starts(b"\x1f\x8b") || starts(b"\xfd7zXZ\0") {
        return Some("packed twice: unpack it once");
    }
    if starts(b"%PDF") {
        return Some("a PDF document");
    }
    let is_video = head.get(4..8) == Some(b"ftyp") || starts(b"\x1aE\xdf\xa3");
    if is_video
        || starts(b"\xff\xd8\xff")
        || starts(b"\x89PNG")
        || starts(b"GIF8")
        || starts(b"RIFF")
    {
        return Some("a picture or a video");
    }
    if starts(b"SQLite format 3\0") {
        return Some("a database of SQLite");
    }
    // A text in a JSON document may have any character in it.
    let is_json = matches!(head.trim_ascii_start().first(), Some(b'{' | b'['));
    (!is_json && head.contains(&0)).then_some("a binary file")
}

fn markup(text: &[u8]) -> &'static str {
    let start = text[..text.len().min(15)].to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        "a web page (HTML), a login page perhaps, and no data"
    } else {
        "a file of XML or HTML, which is not read"
    }
}

/// What separates the columns of a table with names of accounts; `None` if there are none.
fn separator(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = String::from_utf8_lossy(line);
    [b',', b';', b'\t'].into_iter().find(|separator| {
        let columns: Vec<String> = line
            .split(char::from(*separator))
            .map(|column| column.trim().trim_matches('"').to_owned())
            .collect();
        columns.len() > 1 && is_known(&columns)
    })
}

fn is_known(columns: &[String]) -> bool {
    const EXPORTED: [&str; 10] = [
        "shortCode",
        "ownerUsername",
        "webVideoUrl",
        "authorMeta.name",
        "videoWebUrl",
        "cid",
        "channelName",
        "channelUrl",
        "postUrl",
        "username",
    ];
    is_table_header(columns)
        || columns
            .iter()
            .any(|column| EXPORTED.contains(&column.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_told_from_the_content() {
        let lines = Sniffed::Layout(Layout::Lines);
        let values = Sniffed::Layout(Layout::Values);
        assert_eq!(sniff(b"{\"a\":1}\n{\"b\":2}\n", false), lines);
        assert_eq!(sniff(b"{\"a\":1}\n", false), values);
        assert_eq!(sniff(b"{\"a\":1}\n", true), lines);
        assert_eq!(sniff(b"{\n  \"a\": 1\n}", true), values);
        assert_eq!(sniff(b"{\"a\":\n{\"b\":2}", true), lines);
        assert_eq!(sniff(b" \n[{\"a\":1}]", true), values);
        assert_eq!(sniff(b"plain words", true), lines);
        let table = |separator| Sniffed::Layout(Layout::Table { separator });
        assert_eq!(sniff(b"username,followers\na,1", false), table(b','));
        assert_eq!(
            sniff(b"\"Username\";\"Followers\"\r\na;1", false),
            table(b';')
        );
        assert_eq!(sniff(b"id\tshortCode\tx\n", false), table(b'\t'));
    }

    #[test]
    fn what_holds_no_accounts_is_named() {
        for (head, word) in [
            (&b""[..], "empty"),
            (b" \n\t ", "empty"),
            (b"[ ]", "empty list"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"<?xml version=\"1.0\"?>", "XML"),
            (b"PK\x03\x04....", "zip"),
            (b"\x89PNG\r\n", "picture"),
            (b"....ftypisom", "video"),
            (b"\x1f\x8b\x08", "packed twice"),
            (b"a\0b", "binary"),
            (b"Just a caption, with a comma", "text"),
        ] {
            let Sniffed::Named(name) = sniff(head, false) else {
                panic!("{head:?}");
            };
            assert!(name.contains(word), "{name}");
        }
    }
}
