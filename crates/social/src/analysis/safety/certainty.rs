//! How sure it is that what was found in the captions is meant, and what follows from it: what stands, what it bounds, of
//! what the account is accused, and what the captions are at best.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::stats::{float, ratio, wilson};
use super::captions::Captions;
use super::category::{Category, Find};
use crate::level::Level;

/// More unclear captions than this share leave the account to a person, and so do few captions of which
/// half may be unclear (the upper end of the 95 % interval).
const MOST_UNCLEAR: f64 = 1.0 / 3.0;
const HALF: f64 = 0.5;

/// From so many captions that may answer hate for each grave one on, one or two finds say nothing. Of texts that
/// oppose hate some fifteen are unclear for one that is found, of hateful ones some two are found for one that
/// is unclear; at one and a half both are about as likely.
const UNDECIDED: f64 = 1.5;
/// From so many grave captions on, and from so large a share (the lower end of its 95 % interval), they are
/// no mistake.
const HABIT: u64 = 3;
const SHARE_OF_HABIT: f64 = 0.02;
/// With more such captions beside each grave one, a habit may be that of somebody who mostly answers hate. Beyond that
/// it stands if so many are grave, and so large a part of what is said of groups (the lower end again) ...
const MOST_BESIDE: f64 = 2.5;
const MANY: (u64, f64) = (5, 0.1);
/// ... and is so sure if so many are of the floor, and so large a part.
const UNMISTAKABLE: (u64, f64) = (3, 0.05);
const DOUBTED: f64 = 0.6;
/// From this share of captions on that speak of groups of people, these are what the account speaks of.
const OF_GROUPS: f64 = 1.0 / 3.0;
/// The most harm that a single grave caption says of all: it may be misread.
const HARM_ALONE: f64 = 0.15;
/// From this harm on finds below the grave ones are an accusation, too: two fifths of the captions swear.
const FREQUENT: f64 = 0.1;

impl Captions {
    /// How sure it is that the finds are meant, 0.0 to 1.0.
    pub(super) fn certainty(&self) -> f64 {
        let grave: Vec<Find> = self.grave().collect();
        if grave.is_empty() {
            // Swear words among what cannot be decided may be others' words, too.
            return f64::from(u8::from(!self.is_unclear()));
        }
        self.certainty_of(&grave)
    }

    /// How sure it is that some grave finds are meant. Who answers hate speaks of the same groups in the same words, and
    /// now and then is misread. So what counts is how much of what is said of groups was found: a find or two among
    /// answers say nothing, a habit stands.
    fn certainty_of(&self, grave: &[Find]) -> f64 {
        let count = grave.len() as u64;
        let answers = self.answers(grave);
        let beside = ratio(answers, count.max(1));
        let is_habit = count >= HABIT && self.is_share(count);
        if grave.iter().any(|find| find.is_fixed) || is_habit && beside <= MOST_BESIDE {
            return 1.0;
        }
        if is_habit {
            let is_many = |found: u64, (least, share): (u64, f64)| {
                found >= least && wilson(found, count + answers).low > share
            };
            let floor = grave.iter().filter(|find| find.level == Level::Floor);
            return if is_many(count, MANY) {
                1.0
            } else if is_many(floor.count() as u64, UNMISTAKABLE) {
                DOUBTED
            } else {
                0.0
            };
        }
        if self.is_of_groups() && beside > 0.0 {
            return 0.0;
        }
        (1.0 - beside / UNDECIDED).max(0.0)
    }

    /// Whether so many captions are part of a habit, whatever else the account writes.
    fn is_share(&self, captions: u64) -> bool {
        wilson(captions, self.total()).low > SHARE_OF_HABIT
    }

    /// How many captions may answer some grave finds: those that cannot be decided, and beside finds of hate those that
    /// speak of groups of people at all.
    fn answers(&self, grave: &[Find]) -> u64 {
        let is_hate = grave.iter().all(|find| find.category == Category::Hate);
        let answers = self.readings.iter().filter(|reading| {
            let is_grave = reading.find.is_some_and(|find| find.level >= Level::High);
            !is_grave && (reading.unclear || is_hate && reading.of_groups)
        });
        answers.count() as u64
    }

    /// Whether the account speaks of groups of people again and again.
    fn is_of_groups(&self) -> bool {
        let of_groups = self.readings.iter().filter(|r| r.of_groups).count() as u64;
        of_groups >= 2 && ratio(of_groups, self.total()) >= OF_GROUPS
    }

    /// Whether crimes and the like are only spoken of: where groups of people are, and no hate is sure.
    fn spares_topics(&self) -> bool {
        let hate: Vec<Find> = self
            .finds()
            .filter(|find| find.level >= Level::High && find.category == Category::Hate)
            .collect();
        self.is_of_groups() && (hate.len() < 2 || self.certainty_of(&hate) <= 0.0)
    }

    /// The finds that stand, the worst first: what an account on groups of people only speaks of is not its own.
    fn standing(&self) -> impl Iterator<Item = Find> {
        let is_spared = self.spares_topics();
        self.finds()
            .filter(move |find| !is_spared || !is_topic(*find))
    }

    fn grave(&self) -> impl Iterator<Item = Find> {
        self.standing().filter(|find| find.level >= Level::High)
    }

    fn has_fixed(&self) -> bool {
        self.grave().any(|find| find.is_fixed)
    }

    /// Whether there is but one grave caption, and it may be misread.
    pub(super) fn is_alone(&self) -> bool {
        self.grave().count() == 1 && !self.has_fixed()
    }

    /// Whether no more stands than a find of any level, or two that are not grave: they may be misread.
    fn is_few(&self) -> bool {
        let mut finds = self.standing();
        match (finds.next(), finds.next(), finds.next()) {
            (None, ..) => true,
            (Some(_), None, _) => !self.has_fixed(),
            (Some(worst), Some(_), None) => worst.level < Level::High,
            _ => false,
        }
    }

    /// How sure it is that the account is bounded: neither a find or two nor a single grave one bound anything, see
    /// [`at_best`](Self::at_best).
    pub(super) fn bound(&self) -> f64 {
        if self.is_few() || self.is_alone() {
            0.0
        } else {
            self.certainty()
        }
    }

    /// The captions at best, where finds may be misread; `None` if all of it stands. What is only spoken of is left
    /// out, see [`standing`](Self::standing), and so are grave finds among answers. Any other grave find that is alone
    /// counts as medium. What is then no more than a find or two counts as harmless.
    pub(super) fn at_best(&self) -> Option<Self> {
        let mut readings = self.readings.clone();
        let (is_of_groups, is_bound) = (self.is_of_groups(), self.bound() > 0.0);
        let is_spared = self.spares_topics();
        for find in readings.iter_mut().map(|reading| &mut reading.find) {
            match find {
                Some(topic) if is_spared && is_topic(*topic) => *find = None,
                Some(grave) if is_bound || grave.level < Level::High => {}
                Some(_) if is_of_groups => *find = None,
                Some(alone) if self.is_alone() => alone.level = Level::Medium,
                _ => {}
            }
        }
        if Self::from(readings.clone()).is_few() {
            for reading in &mut readings {
                reading.find = None;
            }
        }
        (readings != self.readings).then(|| Self::from(readings))
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
        let grave: Vec<Find> = grave.collect();
        let count = grave.len() as u64;
        let is_fixed = grave.iter().any(|find| find.is_fixed);
        let is_repeated = count >= 2 && self.is_share(count);
        let of_category = self.standing().filter(|find| find.category == category);
        let is_frequent =
            count == 0 && of_category.count() >= 2 && self.standing_harm() >= FREQUENT;
        let bound = self.bound();
        let beside = ratio(self.answers(&grave), count.max(1));
        let is_sure = bound >= 1.0 || bound > 0.0 && beside <= MOST_BESIDE;
        is_sure && (is_fixed || is_repeated || is_frequent)
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

    /// How much of the captions that words can decide is spoilt, 0.0 to 1.0: each counts once, by its
    /// worst find.
    pub(super) fn harm(&self) -> f64 {
        let harm = self.finds().map(|find| find.level.harm()).sum::<f64>();
        let harm = harm / float(self.judged().max(1));
        if self.is_alone() && self.found.len() == 1 {
            harm.min(HARM_ALONE)
        } else {
            harm
        }
    }

    /// The same of what stands, with which an accusation must do.
    fn standing_harm(&self) -> f64 {
        let harm = self.standing().map(|find| find.level.harm()).sum::<f64>();
        harm / float(self.judged().max(1))
    }

    /// The category with the worst finds that stand, then the most.
    pub(super) fn category(&self) -> Option<Category> {
        let mut by_category: BTreeMap<Category, (Level, usize)> = BTreeMap::new();
        for find in self.standing() {
            let entry = by_category.entry(find.category).or_insert((find.level, 0));
            entry.0 = entry.0.max(find.level);
            entry.1 += 1;
        }
        by_category
            .into_iter()
            .max_by_key(|(category, (level, count))| (*level, *count, Reverse(*category)))
            .map(|(category, _)| category)
    }
}

/// Whether it may be what an account on groups of people only speaks of: others' crimes, not its own offers, and what
/// few brands mind.
fn is_topic(find: Find) -> bool {
    use Category::{Crime, DeathAndInjury, SocialIssues, Terrorism};
    let is_of_others = matches!(
        find.category,
        Crime | Terrorism | DeathAndInjury | SocialIssues
    );
    find.level == Level::Low || is_of_others && !find.is_fixed
}
