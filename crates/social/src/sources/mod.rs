//! The formats that are understood, a folder each.
//!
//! A reader turns one JSON object (a document, an item of a list, a line, a row of a table) into
//! facts. Which reader it is for is told by the object's fields, never by a file's name.

mod apify;
mod foreign;
mod graph;
mod instaloader;
mod native;
mod table;
mod tiktok_api;
mod youtube_api;
mod ytdlp;

#[cfg(feature = "live")]
pub(crate) use self::graph::{NO_SUCH_USER as GRAPH_NO_SUCH_USER, failure as graph_failure};
pub(crate) use self::native::problem as record_problem;
pub(crate) use self::table::is_header as is_table_header;
#[cfg(feature = "live")]
pub(crate) use self::tiktok_api::failure as tiktok_failure;
#[cfg(feature = "live")]
pub(crate) use self::youtube_api::failure as youtube_failure;
use crate::facts::{Context, Emit};
use crate::values::Object;

/// A format, and its reader.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    /// What it is called in a table: the tool, and what is in it.
    pub(crate) name: &'static str,
    /// Whether an object looks like it.
    recognise: fn(&Object<'_>) -> bool,
    pub(crate) read: fn(&Object<'_>, &Context<'_>, &mut Emit<'_>),
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What an object is.
#[derive(Debug)]
pub(crate) enum Recognised {
    /// Data of a known format.
    Data(Format),
    /// Something known that holds no account's data: the end of the sentence "this is ...".
    Named(String),
    /// Nothing known.
    Unknown,
}

/// The formats, in the order in which they are tried. The tools' own come first: a file of theirs
/// stays theirs if somebody adds a `platform` and a `handle` to it.
const FORMATS: &[&[Format]] = &[
    ytdlp::FORMATS,
    instaloader::FORMATS,
    youtube_api::FORMATS,
    tiktok_api::FORMATS,
    graph::FORMATS,
    apify::FORMATS,
    native::FORMATS,
];

/// Says what an object is.
pub(crate) fn recognise(object: &Object<'_>) -> Recognised {
    let named = foreign::name(object)
        .or_else(|| youtube_api::error(object))
        .or_else(|| graph::error(object))
        .or_else(|| tiktok_api::error(object))
        .or_else(|| instaloader::other_node(object));
    if let Some(named) = named {
        return Recognised::Named(named);
    }
    let known = FORMATS
        .iter()
        .flat_map(|formats| formats.iter())
        .find(|format| (format.recognise)(object));
    match known {
        Some(format) => Recognised::Data(*format),
        None => apify::error(object).map_or(Recognised::Unknown, Recognised::Named),
    }
}

/// Says what a row of a table is: an export of a known tool, or a table that somebody made.
pub(crate) fn recognise_row(object: &Object<'_>) -> Recognised {
    let exported = apify::FORMATS
        .iter()
        .find(|format| (format.recognise)(object));
    if let Some(format) = exported {
        return Recognised::Data(*format);
    }
    match table::FORMATS
        .iter()
        .find(|format| (format.recognise)(object))
    {
        Some(format) => Recognised::Data(*format),
        None => apify::error(object).map_or(Recognised::Unknown, Recognised::Named),
    }
}

/// Title and description as one text.
fn titled(title: Option<String>, description: Option<String>) -> Option<String> {
    match (title, description) {
        (Some(title), Some(text)) if !text.is_empty() && text != title => {
            Some(format!("{title}\n{text}"))
        }
        (Some(text), _) | (None, Some(text)) => Some(text),
        (None, None) => None,
    }
}

/// Puts the time into the fitting one of a post's or comment's two fields.
macro_rules! set_time {
    ($item:expr, $when:expr) => {
        if let Some(when) = $when {
            $item.timestamp = when.exact();
            $item.approximate_time = when.rough();
        }
    };
}
use set_time;

/// A name without `@` in front.
fn without_at(name: String) -> String {
    match name.strip_prefix('@') {
        Some(bare) => bare.to_owned(),
        None => name,
    }
}

/// Hashtags without `#`.
fn without_hash(tags: Vec<String>) -> Vec<String> {
    tags.into_iter()
        .map(|tag| tag.trim_start_matches('#').to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}
