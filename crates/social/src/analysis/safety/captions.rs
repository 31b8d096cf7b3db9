//! The captions of an account, and what was found in them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::stats::{float, ratio};
use super::super::text::Text;
use super::category::{Category, Find};
use super::reading::{TextReading, read};
use crate::level::Level;
use crate::snapshot::Post;

/// More unclear captions than this share leave the account to a person.
const MOST_UNCLEAR: f64 = 1.0 / 3.0;

/// From so many unclear captions for each hateful one on, the account's finds say nothing. Of texts that
/// oppose hate about ten are unclear for one that is found, of hateful ones three are found for one that
/// is unclear; at one and a half both are about as likely.
const UNDECIDED: f64 = 1.5;

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

    /// How sure it is that the finds are meant, 0.0 to 1.0. Who opposes hate names it: of such
    /// captions most are unclear, and a find among them is one that was not understood.
    pub(super) fn certainty(&self) -> f64 {
        let finds = self
            .found
            .iter()
            .filter_map(|index| self.readings[*index].find);
        let grave: Vec<Find> = finds.filter(|find| find.level >= Level::High).collect();
        if grave.iter().any(|find| find.category != Category::Hate) {
            return 1.0;
        }
        if grave.is_empty() {
            // Swear words among what cannot be decided may be others' words, too.
            return f64::from(u8::from(self.unclear_share() <= MOST_UNCLEAR));
        }
        let (hateful, unclear) = (grave.len() as u64, self.unclear.len() as u64);
        (1.0 - ratio(unclear, hateful) / UNDECIDED).max(0.0)
    }

    /// Whether words can tell for what the account stands.
    pub(super) fn is_decided(&self) -> bool {
        self.unclear_share() <= MOST_UNCLEAR && self.certainty() > 0.0
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
