//! Tolerant reading of single values.
//!
//! Tools write the same thing in many ways: a count as a number, as text with separators, or as
//! "25.6K"; a time as RFC 3339, in Unix seconds, or in words. There is one reader for each kind of
//! value. A value that cannot be read is a [`Fault`]: it costs its field and nothing else.

mod count;
mod faults;
mod object;
mod repair;
mod time;
mod time_words;
mod unknown;

pub(crate) use self::faults::{Fault, Faults};
pub(crate) use self::object::{Object, clip};
pub(crate) use self::repair::repair;
pub(crate) use self::time::When;
