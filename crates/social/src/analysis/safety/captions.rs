//! The captions of an account, and what was found in them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::stats::{float, ratio};
use super::super::text::Text;
use super::category::Category;
use super::reading::{TextReading, read};
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
        let readings: Vec<TextReading> = texts.iter().map(|text| read(text)).collect();
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

    /// How sure it is that the grave finds are meant, 0.0 to 1.0: beside many captions that quote or
    /// oppose such words, a find may be one more of those.
    pub(super) fn certainty(&self) -> f64 {
        let grave = |index: &&usize| {
            let find = self.readings[**index].find;
            find.is_some_and(|find| find.level >= Level::High)
        };
        match self.found.iter().filter(grave).count() as u64 {
            0 => 1.0,
            grave => ratio(grave, grave + self.unclear.len() as u64),
        }
    }

    /// How many captions words can decide, either way.
    pub(super) fn judged(&self) -> u64 {
        self.total() - self.unclear.len() as u64
    }

    /// How much of the captions that words can decide is spoilt, 0.0 to 1.0: each counts once, by its
    /// worst find.
    pub(super) fn harm(&self) -> f64 {
        let found = self.readings.iter().filter_map(|reading| reading.find);
        found.map(|find| find.level.harm()).sum::<f64>() / float(self.judged().max(1))
    }

    /// The category with the worst finds, then the most.
    pub(super) fn category(&self) -> Option<(Category, Level)> {
        let mut by_category: BTreeMap<Category, (Level, usize)> = BTreeMap::new();
        for index in &self.found {
            if let Some(find) = self.readings[*index].find {
                let entry = by_category.entry(find.category).or_insert((find.level, 0));
                entry.0 = entry.0.max(find.level);
                entry.1 += 1;
            }
        }
        by_category
            .into_iter()
            .max_by_key(|(category, (level, count))| (*level, *count, Reverse(*category)))
            .map(|(category, (level, _))| (category, level))
    }

    /// How many captions have a find of each category.
    pub(super) fn summary(&self) -> Vec<(&'static str, u64)> {
        let mut counts: BTreeMap<Category, u64> = BTreeMap::new();
        for find in self
            .found
            .iter()
            .filter_map(|index| self.readings[*index].find)
        {
            *counts.entry(find.category).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(category, count)| (category.as_str(), count))
            .collect()
    }
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
