//! One JSON object, read field by field.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::count::{self, Count, Counted};
use super::time::{self, When};
use super::unknown::says_unknown;
use super::{Fault, Faults};

/// The most bytes of a text that are kept.
pub(crate) const MAX_TEXT_BYTES: usize = 20_000;
/// The longest id and the longest name, in bytes.
const MAX_ID_BYTES: usize = 256;
/// The most texts of a list, such as hashtags, that are kept.
const MAX_LIST: usize = 100;

/// A JSON object. Each field is decoded when it is asked for; those that nobody asks for are
/// ignored, however deep or odd they are.
///
/// A field that is absent or `null` is unknown. One that cannot be read is unknown too, and a
/// [`Fault`].
#[derive(Debug)]
pub(crate) struct Object<'a> {
    values: BTreeMap<String, &'a RawValue>,
    place: Place,
    faults: &'a Faults,
}

/// Which object of a document it is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Document,
    Member(&'static str),
    Item(&'static str, usize),
}

impl<'a> Object<'a> {
    /// Reads a whole JSON value; `None` if it is not an object.
    pub(crate) fn document(json: &'a str, faults: &'a Faults) -> Option<Self> {
        Self::of(json, Place::Document, faults)
    }

    fn of(json: &'a str, place: Place, faults: &'a Faults) -> Option<Self> {
        let values = serde_json::from_str(json).ok()?;
        Some(Self {
            values,
            place,
            faults,
        })
    }

    /// The same object once more.
    pub(crate) fn itself(&self) -> Self {
        Self {
            values: self.values.clone(),
            place: self.place,
            faults: self.faults,
        }
    }

    /// Whether the field is there, even if it is `null`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whether the field is there and `null`.
    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.values
            .get(key)
            .is_some_and(|json| json.get() == "null")
    }

    /// Whether the field is there, and a list.
    pub(crate) fn is_list(&self, key: &str) -> bool {
        self.value(key).is_some_and(|json| json.starts_with('['))
    }

    /// Whether the field is there, and an object.
    pub(crate) fn is_object(&self, key: &str) -> bool {
        self.value(key).is_some_and(|json| json.starts_with('{'))
    }

    /// Whether the field is there, and a text.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.value(key).is_some_and(|json| json.starts_with('"'))
    }

    /// The field as text, if it is one; nothing else is a fault here. For recognising formats.
    pub(crate) fn word(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.value(key)?).ok()
    }

    /// The names of the fields.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// An object inside this one.
    pub(crate) fn object(&self, key: &'static str) -> Option<Object<'a>> {
        let object = Object::of(self.value(key)?, Place::Member(key), self.faults);
        if object.is_none() {
            self.fault::<()>(key, "is not an object");
        }
        object
    }

    /// The objects of a list. One at a time: an object's fields take many times the room of its
    /// text.
    pub(crate) fn objects(
        &self,
        key: &'static str,
    ) -> Option<impl Iterator<Item = Object<'a>> + use<'a>> {
        let items = self.items(key)?;
        let faults = self.faults;
        Some(items.into_iter().enumerate().filter_map(move |(at, json)| {
            let place = Place::Item(key, at);
            let object = Object::of(json.get(), place, faults);
            // A tool that got nothing for an item writes `null`.
            if object.is_none() && json.get() != "null" {
                faults.add(Fault::new(format!("{key}[{at}]"), "is not an object"));
            }
            object
        }))
    }

    fn items(&self, key: &str) -> Option<Vec<&'a RawValue>> {
        let items = serde_json::from_str(self.value(key)?).ok();
        if items.is_none() {
            self.fault::<()>(key, "is not a list");
        }
        items
    }

    /// A text. Blank ones are kept; only the start of a very long one is.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let mut text: String = self.read(key, "is not a text")?;
        text.truncate(clip(&text, MAX_TEXT_BYTES).len());
        Some(text)
    }

    /// A short text that says something: not blank, and not a word for "unknown".
    pub(crate) fn name(&self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        let name = text.trim();
        (!says_unknown(name)).then(|| clip(name, MAX_ID_BYTES).to_owned())
    }

    /// An id: a text, or a whole number, of which every digit is kept.
    pub(crate) fn id(&self, key: &str) -> Option<String> {
        let id = match self.value(key)? {
            json if json.bytes().all(|b| b.is_ascii_digit()) => Some(json.to_owned()),
            json => serde_json::from_str::<String>(json).ok(),
        };
        let id = id.map(|id| id.trim().to_owned());
        match id {
            Some(id) if id.len() <= MAX_ID_BYTES => (!says_unknown(&id)).then_some(id),
            _ => self.fault(key, "is not an id: a short text or a whole number"),
        }
    }

    /// An id that is a number on its platform, such as those of Instagram's accounts.
    pub(crate) fn number_id(&self, key: &str) -> Option<String> {
        let id = self.id(key)?;
        let is_number = id.len() <= 20 && id.bytes().all(|b| b.is_ascii_digit());
        if is_number && id.bytes().any(|b| b != b'0') {
            return Some(id);
        }
        self.fault(key, "is not an id: a whole number of up to 20 digits")
    }

    /// True or false; also as text or as 1 and 0, as tables have it.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        const PROBLEM: &str = "is neither true nor false";
        let json = self.value(key)?;
        let text = match json {
            "true" | "1" => return Some(true),
            "false" | "0" => return Some(false),
            _ => self.read::<String>(key, PROBLEM)?,
        };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            other if says_unknown(other) => None,
            _ => self.fault(key, PROBLEM),
        }
    }

    /// A count, exact or rounded. -1 is a fault here; see [`likes`](Self::likes).
    pub(crate) fn counted(&self, key: &str) -> Option<Count> {
        match self.any_count(key)? {
            Counted::Known(count) => Some(count),
            Counted::Unknown => None,
            Counted::MinusOne => self.fault(key, NO_COUNT),
        }
    }

    /// A count.
    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        self.counted(key).map(|count| count.value)
    }

    /// A count, or that it is hidden (-1).
    pub(crate) fn likes(&self, key: &str) -> (Option<u64>, bool) {
        match self.any_count(key) {
            Some(Counted::Known(count)) => (Some(count.value), false),
            Some(Counted::MinusOne) => (None, true),
            Some(Counted::Unknown) | None => (None, false),
        }
    }

    fn any_count(&self, key: &str) -> Option<Counted> {
        let json = self.value(key)?;
        let count = if json.starts_with('"') {
            serde_json::from_str::<String>(json)
                .ok()
                .and_then(|text| count::from_text(&text))
        } else {
            count::from_number(json)
        };
        if count.is_none() {
            return self.fault(key, NO_COUNT);
        }
        count
    }

    /// A number of seconds, not negative.
    pub(crate) fn seconds(&self, key: &str) -> Option<f64> {
        self.number(key, "is not a length in seconds", 0.0..=1e9)
    }

    /// A number from 0.
    pub(crate) fn ratio(&self, key: &str) -> Option<f64> {
        self.number(
            key,
            "is not a number from 0, null if unknown",
            0.0..=f64::MAX,
        )
    }

    /// A number from 0.0 to 1.0.
    pub(crate) fn fraction(&self, key: &str) -> Option<f64> {
        self.number(
            key,
            "is not a number from 0 to 1, null if unknown",
            0.0..=1.0,
        )
    }

    fn number(
        &self,
        key: &str,
        problem: &'static str,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<f64> {
        let json = self.value(key)?;
        let number = if json.starts_with('"') {
            let text: String = self.read(key, problem)?;
            if says_unknown(text.trim()) {
                return None;
            }
            text.trim().parse::<f64>().ok()
        } else {
            json.parse::<f64>().ok()
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.fault(key, problem),
        }
    }

    /// A time with its precision. Words such as "3 weeks ago" are counted back from `captured_at`.
    pub(crate) fn when(&self, key: &str, captured_at: Option<DateTime<Utc>>) -> Option<When> {
        let json = self.value(key)?;
        let when = if json.starts_with('"') {
            serde_json::from_str::<String>(json)
                .ok()
                .map_or(Err(time::NotATime), |text| {
                    time::from_text(&text, captured_at)
                })
        } else {
            time::from_number(json)
        };
        when.unwrap_or_else(|time::NotATime| {
            self.fault(key, "is not a time such as 2024-05-01T12:00:00Z")
        })
    }

    /// An exact time.
    pub(crate) fn time(&self, key: &str) -> Option<DateTime<Utc>> {
        self.when(key, None)?.exact()
    }

    /// A list of short texts. Those that are none are left out, and a fault.
    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for json in self.items(key)?.into_iter().take(MAX_LIST) {
            match serde_json::from_str::<String>(json.get()) {
                Ok(text) => texts.push(clip(text.trim(), MAX_ID_BYTES).to_owned()),
                Err(_) => {
                    self.fault::<()>(key, "has items that are not texts");
                }
            }
        }
        texts.retain(|text| !text.is_empty());
        Some(texts)
    }

    /// One field of each object of a list, as short texts. Items may also be the texts themselves.
    pub(crate) fn names_in(&self, key: &'static str, field: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for json in self.items(key)?.into_iter().take(MAX_LIST) {
            let name = match Object::of(json.get(), Place::Member(key), self.faults) {
                Some(item) => item.name(field),
                None => match serde_json::from_str::<String>(json.get()) {
                    Ok(text) => Some(clip(text.trim(), MAX_ID_BYTES).to_owned()),
                    Err(_) => self.fault(key, "has items that are neither objects nor texts"),
                },
            };
            names.extend(name);
        }
        Some(names)
    }

    fn read<T: Deserialize<'a>>(&self, key: &str, problem: &'static str) -> Option<T> {
        let value = serde_json::from_str(self.value(key)?).ok();
        if value.is_none() {
            return self.fault(key, problem);
        }
        value
    }

    fn value(&self, key: &str) -> Option<&'a str> {
        let json = self.values.get(key)?.get();
        (json != "null").then_some(json)
    }

    /// Notes a fault, and returns that the value is unknown.
    pub(crate) fn fault<T>(&self, key: &str, problem: &'static str) -> Option<T> {
        let field = match self.place {
            Place::Document => key.to_owned(),
            Place::Member(member) => format!("{member}.{key}"),
            Place::Item(list, at) => format!("{list}[{at}].{key}"),
        };
        self.faults.add(Fault::new(field, problem));
        None
    }
}

const NO_COUNT: &str = "is not a count: a whole number from 0 to 10^15, null if unknown";

/// The start of a text, cut between two characters.
pub(crate) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_costs_its_field_and_is_named() {
        let faults = Faults::default();
        let json = r#"{"likes":"many","views":"48,211","gone":null,"id":7400000000000000001,"deep":[[[{}]]],
            "tags":["a",5," "],"items":[{"n":1},7,{"n":-1}],"flag":"True","at":"2025-09-15T10:00:00+0000"}"#;
        let object = Object::document(json, &faults).unwrap();
        assert_eq!(object.count("likes"), None);
        assert_eq!(object.count("views"), Some(48_211));
        assert_eq!(object.count("gone"), None);
        assert_eq!(object.count("absent"), None);
        assert_eq!(object.id("id").as_deref(), Some("7400000000000000001"));
        assert_eq!(object.text("deep"), None);
        assert_eq!(object.texts("tags"), Some(vec!["a".to_owned()]));
        let counts: Vec<_> = object
            .objects("items")
            .unwrap()
            .map(|item| item.count("n"))
            .collect();
        assert_eq!(counts, [Some(1), None]);
        assert_eq!(object.flag("flag"), Some(true));
        assert!(object.time("at").is_some());
        let named: Vec<String> = faults.take().iter().map(Fault::to_string).collect();
        let fields: Vec<&str> = named
            .iter()
            .map(|fault| fault.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(fields, ["likes", "deep", "tags", "items[1]", "items[2].n"]);
        assert!(faults.take().is_empty());
    }

    #[test]
    fn a_value_ten_thousand_deep_costs_nothing_else() {
        let faults = Faults::default();
        let json = format!(
            r#"{{"a":{}{},"b":1}}"#,
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        let object = Object::document(&json, &faults).unwrap();
        assert_eq!((object.count("a"), object.count("b")), (None, Some(1)));
    }

    #[test]
    fn minus_one_likes_are_hidden_and_any_other_minus_one_is_a_fault() {
        let faults = Faults::default();
        let object = Object::document(r#"{"a":-1,"b":"-1","c":5}"#, &faults).unwrap();
        assert_eq!(object.likes("a"), (None, true));
        assert_eq!(object.likes("b"), (None, true));
        assert_eq!(object.likes("c"), (Some(5), false));
        assert!(faults.take().is_empty());
        assert_eq!(object.count("a"), None);
        assert_eq!(faults.take().len(), 1);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let faults = Faults::default();
        let json = format!(r#"{{"t":"{}"}}"#, "é".repeat(MAX_TEXT_BYTES));
        let object = Object::document(&json, &faults).unwrap();
        assert_eq!(object.text("t").unwrap().len(), MAX_TEXT_BYTES);
        assert_eq!(object.id("t"), None);
    }
}
