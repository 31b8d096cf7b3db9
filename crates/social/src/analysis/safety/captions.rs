//! The captions of an account, and what was found in them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::stats::ratio;
use super::super::text::Text;
use super::category::{Category, Find};
use super::context::cleared;
use super::reading::{TextReading, read, read_among};
use crate::level::Level;
use crate::snapshot::Post;

/// What was found in the captions.
pub(super) struct Captions {
    pub(super) readings: Vec<TextReading>,
    /// The indices of those with a find, the worst first.
    pub(super) found: Vec<usize>,
    pub(super) unclear: Vec<usize>,
}

impl Captions {
    pub(super) fn of(texts: &[&Text]) -> Self {
        let mut readings: Vec<TextReading> = texts.iter().map(|text| read(text)).collect();
        let is_lesser = |find: Find| find.level < Level::High;
        let mut lesser = readings
            .iter_mut()
            .zip(texts)
            .filter(|(reading, _)| reading.find.is_some_and(is_lesser))
            .peekable();
        // Few accounts have such finds, and only those are asked for their field.
        if lesser.peek().is_some() {
            let usual = usual(texts);
            for (reading, text) in lesser {
                *reading = read_among(text, &usual);
            }
        }
        Self::from(readings)
    }

    pub(super) fn from(readings: Vec<TextReading>) -> Self {
        let mut found: Vec<usize> = (0..readings.len())
            .filter(|index| readings[*index].find.is_some())
            .collect();
        found.sort_by_key(|index| (Reverse(readings[*index].find), *index));
        let unclear = (0..readings.len())
            .filter(|index| readings[*index].unclear && readings[*index].find.is_none())
            .collect();
        Self {
            readings,
            found,
            unclear,
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.readings.len() as u64
    }

    pub(super) fn unclear_share(&self) -> f64 {
        ratio(self.unclear.len() as u64, self.total())
    }

    pub(super) fn finds(&self) -> impl Iterator<Item = Find> {
        let found = self.found.iter();
        found.filter_map(|index| self.readings[*index].find)
    }

    /// Which captions have a grave find, the worst first.
    pub(super) fn grave_posts(&self) -> impl Iterator<Item = usize> {
        let is_grave = |find: Find| find.level >= Level::High;
        let found = self.found.iter().copied();
        found.filter(move |index| self.readings[*index].find.is_some_and(is_grave))
    }

    /// How many captions words can decide, either way.
    pub(super) fn judged(&self) -> u64 {
        self.total() - self.unclear.len() as u64
    }

    /// How many captions have a find of each category.
    pub(super) fn summary(&self) -> Vec<(&'static str, u64)> {
        let mut counts: BTreeMap<Category, u64> = BTreeMap::new();
        for find in self.finds() {
            *counts.entry(find.category).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(category, count)| (category.as_str(), count))
            .collect()
    }
}

/// The categories whose words mean something else in every other caption, and so in the captions between: what a marksman
/// says of a rifle need not name the sport each time.
fn usual(texts: &[&Text]) -> Vec<Category> {
    let mut counts: BTreeMap<Category, usize> = BTreeMap::new();
    for text in texts {
        let of_text = cleared(text).into_iter().map(|(category, _)| category);
        let of_text: BTreeSet<Category> = of_text.collect();
        for category in of_text {
            *counts.entry(category).or_default() += 1;
        }
    }
    let is_usual = |count: usize| count >= 2 && 2 * count >= texts.len();
    let usual = counts.into_iter().filter(|(_, count)| is_usual(*count));
    usual.map(|(category, _)| category).collect()
}

/// A post's caption together with the hashtags that its source lists apart.
pub(in super::super) fn caption(post: &Post) -> Option<Text> {
    let tags = post.hashtags.iter().flatten();
    let tags: Vec<String> = tags
        .map(|tag| format!("#{}", tag.trim_start_matches('#')))
        .collect();
    match (&post.caption, tags.is_empty()) {
        (None, true) => None,
        (Some(caption), true) => Some(Text::read(caption)),
        (caption, false) => {
            let caption = caption.as_deref().unwrap_or_default();
            let missing = tags.iter().filter(|tag| !caption.contains(tag.as_str()));
            let tags: Vec<&str> = missing.map(String::as_str).collect();
            Some(Text::read(&format!("{caption}\n{}", tags.join(" "))))
        }
    }
}
