//! One JSON object of a record, read field by field.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The greatest count that is believed. No platform has counted that far.
pub(super) const MAX_COUNT: u64 = 1_000_000_000_000_000;

/// An object's fields. Each is decoded when it is asked for; those that nobody asks for are
/// ignored. A field that is `null` counts as absent.
pub(super) struct Fields<'a> {
    place: Place,
    values: BTreeMap<String, &'a RawValue>,
}

/// Which object of the record it is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Record,
    Member(&'static str),
    Item(&'static str, usize),
}

/// A field that does not hold what it should. It names the field, never the value.
#[derive(Debug, thiserror::Error)]
#[error("`{field}` {problem}")]
pub(super) struct BrokenField {
    field: String,
    problem: &'static str,
}

impl<'a> Fields<'a> {
    /// Reads the object itself: `json` is one whole JSON value.
    pub(super) fn of(place: Place, json: &'a str) -> Result<Self, BrokenField> {
        let values = serde_json::from_str(json).map_err(|_| BrokenField {
            field: place.to_string(),
            problem: "is not an object",
        })?;
        Ok(Self { place, values })
    }

    /// An object inside this one.
    pub(super) fn object(&self, key: &'static str) -> Result<Option<Fields<'a>>, BrokenField> {
        self.value(key)
            .map(|json| Fields::of(Place::Member(key), json))
            .transpose()
    }

    /// A list of objects inside this one, each decoded by `item`. One at a time: an object's
    /// fields take a hundred times the room of its text.
    pub(super) fn objects<T>(
        &self,
        key: &'static str,
        item: impl Fn(&Fields<'_>) -> Result<T, BrokenField>,
    ) -> Result<Option<Vec<T>>, BrokenField> {
        let Some(items) = self.read::<Vec<&RawValue>>(key, "is not a list")? else {
            return Ok(None);
        };
        items
            .into_iter()
            .enumerate()
            .map(|(at, json)| item(&Fields::of(Place::Item(key, at), json.get())?))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, BrokenField> {
        self.read(key, "is not a text")
    }

    pub(super) fn required_text(&self, key: &str) -> Result<String, BrokenField> {
        self.text(key)?
            .ok_or_else(|| self.broken(key, "is missing"))
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, BrokenField> {
        self.read(key, "is neither true nor false")
    }

    /// A whole number from 0 to [`MAX_COUNT`].
    pub(super) fn count(&self, key: &str) -> Result<Option<u64>, BrokenField> {
        const PROBLEM: &str = "is not a count: a whole number from 0 to 10^15, null if unknown";
        match self.read(key, PROBLEM)? {
            Some(count) if count > MAX_COUNT => Err(self.broken(key, PROBLEM)),
            count => Ok(count),
        }
    }

    /// A number that is not negative.
    pub(super) fn ratio(&self, key: &str) -> Result<Option<f64>, BrokenField> {
        const PROBLEM: &str = "is not a number from 0, null if unknown";
        match self.read(key, PROBLEM)? {
            Some(ratio) if ratio < 0.0 => Err(self.broken(key, PROBLEM)),
            ratio => Ok(ratio),
        }
    }

    /// A number from 0.0 to 1.0.
    pub(super) fn fraction(&self, key: &str) -> Result<Option<f64>, BrokenField> {
        const PROBLEM: &str = "is not a number from 0 to 1, null if unknown";
        match self.read(key, PROBLEM)? {
            Some(fraction) if !(0.0..=1.0).contains(&fraction) => Err(self.broken(key, PROBLEM)),
            fraction => Ok(fraction),
        }
    }

    /// A time as in RFC 3339.
    pub(super) fn time(&self, key: &str) -> Result<Option<DateTime<Utc>>, BrokenField> {
        const PROBLEM: &str = "is not a time such as 2024-05-01T12:00:00Z";
        self.read::<String>(key, PROBLEM)?
            .map(|text| {
                DateTime::parse_from_rfc3339(&text)
                    .map(|time| time.to_utc())
                    .map_err(|_| self.broken(key, PROBLEM))
            })
            .transpose()
    }

    fn read<T: Deserialize<'a>>(
        &self,
        key: &str,
        problem: &'static str,
    ) -> Result<Option<T>, BrokenField> {
        self.value(key)
            .map(|json| serde_json::from_str(json).map_err(|_| self.broken(key, problem)))
            .transpose()
    }

    fn value(&self, key: &str) -> Option<&'a str> {
        let json = self.values.get(key)?.get();
        (json != "null").then_some(json)
    }

    fn broken(&self, key: &str, problem: &'static str) -> BrokenField {
        let field = match self.place {
            Place::Record => key.to_owned(),
            place => format!("{place}.{key}"),
        };
        BrokenField { field, problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record => f.write_str("the record"),
            Self::Member(key) => f.write_str(key),
            Self::Item(key, at) => write!(f, "{key}[{at}]"),
        }
    }
}
