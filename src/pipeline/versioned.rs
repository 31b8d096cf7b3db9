//! What a program keeps between attempts, marked with its version.

use bytes::Bytes;

use crate::store::ProgramVersion;

/// No JSON begins so. What is marked cannot be read without its mark being taken off first.
const MARK: &str = "#";
/// Ends a mark: no version has control characters.
const END: &str = "\n";

/// Marks JSON with the version of the program, if it has one.
pub(super) fn mark(version: Option<&ProgramVersion>, json: Bytes) -> Bytes {
    match version {
        Some(version) => [
            MARK.as_bytes(),
            version.as_str().as_bytes(),
            END.as_bytes(),
            &json,
        ]
        .concat()
        .into(),
        None => json,
    }
}

/// Returns the JSON that this version of the program has marked. What another one has left becomes
/// something that is no JSON: whoever reads it does what is right for what cannot be read.
pub(super) fn unmark(version: Option<&ProgramVersion>, kept: &Bytes) -> Bytes {
    let Some(version) = version else {
        // With somebody's mark it is no JSON.
        return kept.clone();
    };
    let json = kept
        .strip_prefix(MARK.as_bytes())
        .and_then(|rest| rest.strip_prefix(version.as_str().as_bytes()))
        .and_then(|rest| rest.strip_prefix(END.as_bytes()));
    json.map_or(Bytes::from_static(MARK.as_bytes()), |json| {
        kept.slice_ref(json)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_version_reads_what_was_kept() {
        let versions = [None, Some("1"), Some("10"), Some("2")];
        let versions = versions.map(|name| name.map(|name| ProgramVersion::new(name).unwrap()));
        for json in ["7", "\"text\"", "{\"a\":[1]}", "null"] {
            for writer in &versions {
                let kept = mark(writer.as_ref(), Bytes::from_static(json.as_bytes()));
                for reader in &versions {
                    let read = unmark(reader.as_ref(), &kept);
                    if writer == reader {
                        assert_eq!(read, json);
                    } else {
                        let read = serde_json::from_slice::<serde_json::Value>(&read);
                        assert!(read.is_err(), "{writer:?} {reader:?} {json}");
                    }
                }
            }
        }
    }
}
