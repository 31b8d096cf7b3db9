//! What a submit asks for beside its target: the object `options` of the body.

use std::fmt::{self, Write};

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::job::Scope;

/// A JSON object in its canonical form: without blanks, members in the order of their names' bytes. So
/// whoever means the same options sends the same bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Options(Option<Bytes>);

impl fmt::Debug for Options {
    // The size only: options are payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Options({} bytes)", self.json().len())
    }
}

impl Options {
    /// Reads an object. `None` if it is another JSON value.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        let options: Map<String, Value> = serde_json::from_str(raw.get()).ok()?;
        if options.is_empty() {
            return Some(Self::default());
        }
        let mut json = String::with_capacity(raw.get().len());
        write_object(&mut json, &options);
        Some(Self(Some(json.into())))
    }

    /// The object as JSON.
    pub(super) fn json(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(b"{}")
    }

    /// What the phases read without a hook: the object, or nothing if it has no members.
    pub(super) fn into_input(self) -> Bytes {
        self.0.unwrap_or_default()
    }

    /// What keeps a job with these options apart from one with others: a hash, so that nobody can make
    /// options which get the report of others.
    pub(super) fn scope(&self) -> Scope {
        let Some(json) = &self.0 else {
            return Scope::NONE;
        };
        let mut name = "options-".to_owned();
        for byte in Sha256::digest(json) {
            write!(name, "{byte:02x}").expect("a string takes every text");
        }
        Scope::new(&name).expect("72 letters, digits and a hyphen are a scope")
    }
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => write_object(out, members),
        Value::Array(values) => {
            write_all(out, ['[', ']'], values, write_value);
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

// The order of a map depends on a feature of the parser that any crate of a program may turn on.
fn write_object(out: &mut String, members: &Map<String, Value>) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_unstable_by_key(|(name, _)| name.as_bytes());
    write_all(out, ['{', '}'], &members, |out, (name, value)| {
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write_value(out, value);
    });
}

fn write_all<T>(out: &mut String, brackets: [char; 2], all: &[T], write: impl Fn(&mut String, &T)) {
    out.push(brackets[0]);
    for (index, one) in all.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, one);
    }
    out.push(brackets[1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(json: &str) -> Option<Options> {
        Options::read(&RawValue::from_string(json.to_owned()).unwrap())
    }

    #[test]
    fn the_same_options_are_the_same_bytes_and_the_same_scope() {
        let one = options(r#" {"b": [1, {"z":null,"a":"\u00e9\n"}], "a" : true} "#).unwrap();
        let same = options(r#"{"a":true,"b":[1,{"a":"é\n","z":null}]}"#).unwrap();
        assert_eq!(one, same);
        assert_eq!(
            one.json(),
            r#"{"a":true,"b":[1,{"a":"é\n","z":null}]}"#.as_bytes()
        );
        assert_eq!(one.scope(), same.scope());
        let other = options(r#"{"a":true,"b":[1,{"a":"é\n","z":0}]}"#).unwrap();
        assert_ne!(other.scope(), one.scope());
    }

    #[test]
    fn the_scope_is_the_documented_hash() {
        let scope = options(r#"{"depth": 3}"#).unwrap().scope();
        // printf '{"depth":3}' | sha256sum
        assert_eq!(
            scope.as_str(),
            "options-1f5095ec7a7c8833ceafa42acb546b9b253d949e73902c2f7c88aae1a567234e"
        );
    }

    #[test]
    fn no_options_are_no_scope_and_no_input() {
        let none = options(" { } ").unwrap();
        assert_eq!(none, Options::default());
        assert_eq!((none.scope(), none.json()), (Scope::NONE, &b"{}"[..]));
        assert!(none.into_input().is_empty());
    }

    #[test]
    fn debug_shows_the_size_and_nothing_of_the_options() {
        let secret = options(r#"{"key":"secret"}"#).unwrap();
        assert_eq!(format!("{secret:?}"), "Options(16 bytes)");
    }

    #[test]
    fn only_an_object_is_options() {
        for other in ["[]", "\"a\"", "3", "true", "null"] {
            assert_eq!(options(other), None, "{other}");
        }
    }
}
