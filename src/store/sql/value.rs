//! Values as they go into statements and come out of rows.

use std::borrow::Cow;
use std::fmt::Display;

use bytes::Bytes;

use crate::store::timestamp::Timestamp;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Bytes(Bytes),
    /// Several texts at once. Only for databases that have arrays.
    Texts(Vec<String>),
}

impl<'a> Value<'a> {
    pub(super) const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    pub(super) fn written(what: &impl Display) -> Self {
        Self::Text(Cow::Owned(what.to_string()))
    }

    pub(super) fn bytes(bytes: &Bytes) -> Self {
        Self::Bytes(bytes.clone())
    }

    /// A number, cut to what a column holds.
    pub(super) fn number(number: impl TryInto<i64>) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    pub(super) fn time(time: Timestamp) -> Self {
        Self::number(time.0)
    }

    /// The same, kept for longer.
    pub(in crate::store) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Texts(texts) => Value::Texts(texts),
        }
    }

    /// `NULL` for what is not there.
    pub(super) fn or_null<T>(value: Option<T>, with: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, with)
    }
}

/// A row, in the order of the columns that were asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Row(pub(in crate::store) Vec<Value<'static>>);

impl Row {
    /// Keeps these values.
    pub(super) fn of(values: &[Value<'_>]) -> Self {
        let values = values.iter().cloned();
        Self(values.map(Value::into_owned).collect())
    }

    pub(super) fn value(&self, column: usize) -> &Value<'static> {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    /// The whole number of a column; `None` if there is none.
    pub(super) fn integer(&self, column: usize) -> Option<i64> {
        integer_of(&self.0, column)
    }

    /// A number that is not below zero; 0 if there is none.
    pub(super) fn number(&self, column: usize) -> u64 {
        let number = self.integer(column).unwrap_or(0);
        u64::try_from(number).unwrap_or(0)
    }

    pub(super) fn time(&self, column: usize) -> Option<Timestamp> {
        time_of(&self.0, column)
    }

    pub(super) fn text(&self, column: usize) -> Option<&str> {
        text_of(&self.0, column)
    }

    /// The bytes of a column, taken out.
    pub(super) fn take_bytes(&mut self, column: usize) -> Bytes {
        match self
            .0
            .get_mut(column)
            .map(|value| std::mem::replace(value, Value::Null))
        {
            Some(Value::Bytes(bytes)) => bytes,
            _ => Bytes::new(),
        }
    }
}

/// The whole number in a place of some values; `None` if there is none.
pub(super) fn integer_of(values: &[Value<'_>], place: usize) -> Option<i64> {
    match values.get(place) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

pub(super) fn time_of(values: &[Value<'_>], place: usize) -> Option<Timestamp> {
    integer_of(values, place).map(time)
}

pub(super) fn text_of<'v>(values: &'v [Value<'_>], place: usize) -> Option<&'v str> {
    match values.get(place) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// A time as a column holds it: what is beyond the last one is never.
pub(super) fn time(nanoseconds: i64) -> Timestamp {
    Timestamp(match nanoseconds {
        i64::MAX => u64::MAX,
        _ => u64::try_from(nanoseconds).unwrap_or(0),
    })
}
