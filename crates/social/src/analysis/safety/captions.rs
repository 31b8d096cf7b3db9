//! The captions of an account, and what was found in them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::stats::{float, ratio, wilson};
use super::super::text::Text;
use super::category::{Category, Find};
use super::reading::{TextReading, read};
use crate::level::Level;
use crate::snapshot::Post;

/// More unclear captions than this share leave the account to a person, and so do few captions of which
/// half may be unclear (the upper end of the 95 % interval).
const MOST_UNCLEAR: f64 = 1.0 / 3.0;
const HALF: f64 = 0.5;

/// From so many unclear captions for each grave one on, one or two finds say nothing. Of texts that
/// oppose hate ten and more are unclear for one that is found, of hateful ones three are found for one that
/// is unclear; at one and a half both are about as likely.
const UNDECIDED: f64 = 1.5;
/// From so many grave captions on, and from so large a share (the lower end of its 95 % interval), they are
/// no mistake: about one in a hundred texts that answer hate is misread.
const HABIT: u64 = 3;
/// With more unclear captions beside each than this, a habit is as sure as a single find: somebody may be
/// misread who mostly answers hate.
const MOST_BESIDE: f64 = 2.5;
const SHARE_OF_HABIT: f64 = 0.02;
/// How sure a habit is beside more of them.
const DOUBTED: f64 = 0.6;
/// The most harm that a single grave caption says of all: it may be misread.
const HARM_ALONE: f64 = 0.15;
/// From this harm on finds below the grave ones are an accusation, too: two fifths of the captions swear.
const FREQUENT: f64 = 0.1;

/// What was found in the captions.
pub(super) struct Captions {
    pub(super) readings: Vec<TextReading>,
    /// The indices of those with a find, the worst first.
    pub(super) found: Vec<usize>,
    pub(super) unclear: Vec<usize>,
}

impl Captions {
    pub(super) fn of(texts: &[&Text]) -> Self {
        Self::from(texts.iter().map(|text| read(text)).collect())
    }

    fn from(readings: Vec<TextReading>) -> Self {
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

    /// The captions at best, if a find may be misread: a single find as if it were harmless, and a single
    /// grave one beside others as if it were no worse than medium. `None` if nothing was found, or it stands.
    pub(super) fn at_best(&self) -> Option<Self> {
        let worst = *self.found.first()?;
        if !self.is_single() && !self.is_alone() {
            return None;
        }
        let mut readings = self.readings.clone();
        if self.is_single() {
            readings[worst] = TextReading::default();
        } else if let Some(find) = &mut readings[worst].find {
            find.level = Level::Medium;
        }
        Some(Self::from(readings))
    }

    pub(super) fn total(&self) -> u64 {
        self.readings.len() as u64
    }

    pub(super) fn unclear_share(&self) -> f64 {
        ratio(self.unclear.len() as u64, self.total())
    }

    fn grave(&self) -> impl Iterator<Item = Find> {
        let finds = self.found.iter();
        let finds = finds.filter_map(|index| self.readings[*index].find);
        finds.filter(|find| find.level >= Level::High)
    }

    /// Whether so many captions are part of a habit, whatever else the account writes.
    fn is_share(&self, captions: u64) -> bool {
        wilson(captions, self.total()).low > SHARE_OF_HABIT
    }

    /// How sure it is that the finds are meant, 0.0 to 1.0. Who opposes hate names it: of such
    /// captions most are unclear, and one or two finds among them were not understood. Three and
    /// more bound the account however many unclear captions stand beside them: else hate could hide there.
    pub(super) fn certainty(&self) -> f64 {
        let grave = self.grave().count() as u64;
        if grave == 0 {
            // Swear words among what cannot be decided may be others' words, too.
            return f64::from(u8::from(!self.is_unclear()));
        }
        let beside = ratio(self.unclear.len() as u64, grave);
        let is_habit = grave >= HABIT && self.is_share(grave);
        if self.has_fixed() || is_habit && beside <= MOST_BESIDE {
            return 1.0;
        }
        if is_habit {
            return DOUBTED;
        }
        (1.0 - beside / UNDECIDED).max(0.0)
    }

    /// How sure it is that the account is bounded: a single find bounds nothing, and neither does a single
    /// grave one, see [`at_best`](Self::at_best).
    pub(super) fn bound(&self) -> f64 {
        if self.is_single() || self.is_alone() {
            0.0
        } else {
            self.certainty()
        }
    }

    /// Whether there is but one find, of any level, and it may be misread.
    fn is_single(&self) -> bool {
        self.found.len() == 1 && !self.has_fixed()
    }

    /// Whether there is but one grave caption, and it may be misread.
    pub(super) fn is_alone(&self) -> bool {
        self.grave().count() == 1 && !self.has_fixed()
    }

    fn has_fixed(&self) -> bool {
        self.grave().any(|find| find.is_fixed)
    }

    /// The worst level, as far as it is sure: one caption alone may be misread.
    pub(super) fn worst(&self) -> Option<Level> {
        let worst = self
            .found
            .first()
            .and_then(|index| self.readings[*index].find);
        let most = if self.is_alone() {
            Level::High
        } else {
            Level::Floor
        };
        worst.map(|find| find.level.min(most))
    }

    /// Whether to accuse the account of a category, of which some captions are grave: of fixed phrases at once,
    /// else of two captions or more that are no accident, and never of what may have been quoted.
    pub(super) fn accuses(&self, category: Category) -> bool {
        let grave = self.grave().filter(|find| find.category == category);
        let (count, fixed) = grave.fold((0, false), |(count, fixed), find| {
            (count + 1, fixed || find.is_fixed)
        });
        let is_repeated = count >= 2 && self.is_share(count);
        let is_frequent = count == 0 && self.found.len() >= 2 && self.harm() >= FREQUENT;
        let beside = ratio(self.unclear.len() as u64, count.max(1));
        let is_sure = self.certainty() > 0.0 && beside <= MOST_BESIDE;
        is_sure && (fixed || is_repeated || is_frequent)
    }

    /// Whether words can tell for what the account stands.
    pub(super) fn is_decided(&self) -> bool {
        let doubted = self.unclear.len() as u64 + u64::from(self.is_alone());
        ratio(doubted, self.total()) <= MOST_UNCLEAR && !self.is_unclear() && self.certainty() > 0.0
    }

    /// Whether too much of it is unclear for words to tell.
    fn is_unclear(&self) -> bool {
        let unclear = self.unclear.len() as u64;
        self.unclear_share() > MOST_UNCLEAR
            || unclear > 0 && wilson(unclear, self.total()).high > HALF
    }

    /// How many captions words can decide, either way.
    pub(super) fn judged(&self) -> u64 {
        self.total() - self.unclear.len() as u64
    }

    /// How much of the captions that words can decide is spoilt, 0.0 to 1.0: each counts once, by its
    /// worst find.
    pub(super) fn harm(&self) -> f64 {
        let found = self.readings.iter().filter_map(|reading| reading.find);
        let harm = found.map(|find| find.level.harm()).sum::<f64>() / float(self.judged().max(1));
        if self.is_alone() && self.found.len() == 1 {
            harm.min(HARM_ALONE)
        } else {
            harm
        }
    }

    /// The category with the worst finds, then the most.
    pub(super) fn category(&self) -> Option<Category> {
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
            .map(|(category, _)| category)
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
