//! What one text says that brands mind.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::phrases::Hit;
use super::super::text::Text;
use super::super::token::TokenKind;
use super::category::{Category, Find, Reading};
use super::context::{cleared, is_news, is_offer};
use super::hate;
use super::phrases::{HELP, HELP_OFFERS, Meaning, NEGATIONS, NO_NEGATIONS, PHRASES, in_hashtags};
use crate::level::Level;

/// What was found in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextReading {
    /// The worst find.
    pub(crate) find: Option<Find>,
    /// Whether it says something that words alone cannot decide.
    pub(crate) unclear: bool,
    /// Whether it speaks of groups of people, well or ill.
    pub(crate) of_groups: bool,
}

impl TextReading {
    /// 0.0 for harmless to 1.0 for what no brand may stand beside; 0.3 for unclear.
    pub(crate) fn risk(self) -> f64 {
        let found = self.find.map_or(0.0, |find| find.level.harm());
        if self.unclear { found.max(0.3) } else { found }
    }

    /// The worse of two readings of a text.
    fn or(self, other: Self) -> Self {
        Self {
            find: self.find.max(other.find),
            unclear: self.unclear || other.unclear,
            of_groups: self.of_groups || other.of_groups,
        }
    }
}

/// Reads a text, and a disguised one twice.
pub(super) fn read(text: &Text) -> TextReading {
    read_among(text, &[])
}

/// Reads a text of an account whose field gives the words of some categories another sense, as long as they are not
/// grave.
pub(super) fn read_among(text: &Text, usual: &[Category]) -> TextReading {
    let plain = of(text, usual);
    text.undisguised()
        .map_or(plain, |read| plain.or(of(read, usual)))
}

fn of(text: &Text, usual: &[Category]) -> TextReading {
    let said = hate::read(text);
    let hate = said.reading;
    let mut of_text: Option<Vec<_>> = None;
    let mut found = TextReading {
        find: match hate {
            Reading::Meant(find) => Some(find),
            _ => None,
        },
        unclear: hate == Reading::Unclear,
        of_groups: said.of_groups,
    };
    for hit in PHRASES.find(text) {
        let Some((category, mut level)) = hit.meaning else {
            continue;
        };
        // What words cannot decide about a group is undecided with every word in it: "rape" and a swear word
        // may be quoted, too.
        let spoken_against = || category == Category::Obscenity && hate::is_spoken_against(text);
        let undecided = level < Level::High && (hate == Reading::Unclear || spoken_against());
        let rejected = || {
            let tokens = hit.start..hit.start + hit.length;
            hate::rejects(text, &tokens, level == Level::Floor)
                || level < Level::Floor && is_denied(text, hit.start)
        };
        if undecided || category == Category::Hate && rejected() {
            found.unclear = true;
            continue;
        }
        // A negation says nothing where the phrase itself is the offence.
        let cleared = of_text.get_or_insert_with(|| cleared(text));
        let mut here = cleared.iter().filter(|(of, _)| *of == category);
        let elsewhere = here.any(|(_, levels)| levels.contains(&level))
            || level < Level::High && usual.contains(&category) && !is_offer(text);
        if level < Level::Floor && (elsewhere || is_negated(text, &hit)) {
            continue;
        }
        if level < Level::Floor && is_help(text, &hit) {
            level = Level::Low;
        }
        if level == Level::High && is_news(text, category) {
            level = Level::Medium;
        }
        found.find = found.find.max(Some(Find {
            level,
            category,
            is_fixed: level == Level::Floor,
        }));
    }
    found.find = found.find.max(in_tags(text));
    found
}

/// Phrases of high and floor level, written as one word.
static TAGS: LazyLock<BTreeMap<String, (Category, Level)>> =
    LazyLock::new(|| in_hashtags().collect());

fn in_tags(text: &Text) -> Option<Find> {
    let tags = text
        .tokens()
        .iter()
        .filter(|t| t.kind == TokenKind::Hashtag);
    tags.filter_map(|token| {
        let tag: String = text
            .str(*token)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        let (category, level) = TAGS.get(&tag)?;
        Some(Find {
            level: *level,
            category: *category,
            is_fixed: *level == Level::Floor,
        })
    })
    .max()
}

/// Whether one of the three words before a hit, in the same clause, takes it back.
fn is_negated<T>(text: &Text, hit: &Hit<T>) -> bool {
    let negation = (hit.start.saturating_sub(3)..hit.start)
        .rev()
        .take_while(|index| text.is_joined_to_next(*index))
        .find(|index| NEGATIONS.contains(&word(text, *index)));
    // What begins with the word before is looked at too: "cant stop" is no "stop".
    negation.is_some_and(|index| {
        let around = [Some(index), index.checked_sub(1), index.checked_sub(2)];
        !around
            .into_iter()
            .flatten()
            .any(|start| is_no_negation(text, start, index))
    })
}

/// Whether one of the eight words before a place, in the same sentence, is a negation.
fn is_denied(text: &Text, start: usize) -> bool {
    (start.saturating_sub(8)..start)
        .rev()
        .take_while(|index| !text.ends_sentence(*index))
        .any(|index| matches!(word(text, index), "not" | "never" | "no" | "arent" | "isnt"))
}

/// Whether the phrase that starts at one word is no negation, and reaches another word.
fn is_no_negation(text: &Text, start: usize, reaches: usize) -> bool {
    NO_NEGATIONS.iter().any(|phrase| {
        let length = phrase.split(' ').count();
        start + length > reaches
            && phrase
                .split(' ')
                .zip(start..)
                .all(|(part, index)| index < text.tokens().len() && word(text, index) == part)
    })
}

fn word(text: &Text, index: usize) -> &str {
    text.str(text.tokens()[index])
}

/// Whether a phrase about suicide or self-harm stands in the name of a help against it, or beside an offer of one.
fn is_help(text: &Text, hit: &Hit<Meaning>) -> bool {
    let end = text.tokens().len().min(hit.start + hit.length + 3);
    matches!(word(text, hit.start), "suicide" | "self")
        && ((hit.start + 1..end).any(|index| HELP.contains(&word(text, index)))
            || HELP_OFFERS.find(text).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&'static str> {
        let find = read(&Text::read(text)).find?;
        Some(find.category.as_str())
    }

    #[test]
    fn harmless_words_that_contain_listed_ones_are_no_hits() {
        for text in [
            "Highlights: begun classes in Scunthorpe, assassin's creed, grapes",
            "New rifle skins in the update",
            "The striker killed it in the second half, what a shot",
            "Nude lipstick swatches for every skin",
            "The doctor changed the dose after the overdose scare",
            "How to get high ground in the last round",
            "Killer heels and a glue gun",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("a handgun in my drawer"), Some("arms"));
        assert_eq!(found("a line of cocaine"), Some("drugs"));
    }

    #[test]
    fn a_negation_shortly_before_cancels_a_hit() {
        assert_eq!(found("Say no to cocaine. Stop gang violence"), None);
        assert_eq!(found("not today but later maybe cocaine"), Some("drugs"));
    }

    #[test]
    fn what_only_sounds_like_a_negation_cancels_nothing() {
        for text in [
            "not gonna lie cocaine is my life",
            "no joke, cocaine",
            "I cant stop doing cocaine",
            "never say no to cocaine",
            "never without my cocaine",
            "why not. Cocaine!",
            "no, cocaine",
            "not now\ncocaine",
        ] {
            assert_eq!(found(text), Some("drugs"), "{text}");
        }
        for text in [
            "we do not sell cocaine",
            "no drugs no cocaine",
            "anti-cocaine",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn hashtags_are_read_as_the_words_they_are_made_of() {
        for text in ["good morning #whitepower", "#HeilHitler", "#1488"] {
            assert_eq!(found(text), Some("hate"), "{text}");
        }
        assert_eq!(found("#sunset #powerlifting"), None);
    }

    #[test]
    fn a_salute_is_meant_whatever_is_said_beside_it() {
        let remarks = [
            "{}, that is all I have to say",
            "{}. Enough said.",
            "{} to all who think like me",
            "I just want to say {}",
            "Good morning and {} from the gym",
            "{}, as my grandfather used to say",
            "{}, I do not care what anybody thinks",
            "They took our jobs, {}",
            "Thanks a lot, {}",
            "One man, one people, {}",
            "I stand for {}",
            "Burn the synagogue, {}",
        ];
        let told = [
            "He shouted {} at my mother",
            "In school they greeted with {} every morning",
            "A man with a {} tattoo got on the bus",
            "They sing {} in the stadium every week",
            "I saw stickers with {} at the station",
            "{} was shouted across the square",
            "Nobody should say {} for fun",
            "Whoever says {} at our table may leave",
            "The slogan {} came up in the sixties",
            "{} is a racist slogan",
            "On the wall of the museum: {}",
            "Those numbers stand for {}",
            "The comments under my last video: {}",
        ];
        assert_eq!(found("My new tattoo: white power"), Some("hate"));
        for number in ["In 1488 he sailed around the Cape", "Bus 1488 was late"] {
            assert_eq!(found(number), None, "{number}");
        }
        for phrase in ["heil hitler", "sieg heil", "white power"] {
            let text = |form: &str| Text::read(&form.replace("{}", phrase));
            for form in remarks {
                let find = read(&text(form)).find;
                assert!(find.is_some_and(|find| find.is_fixed), "{form} {phrase}");
            }
            for form in told {
                let reading = read(&text(form));
                assert!(reading.find.is_none() && reading.unclear, "{form} {phrase}");
            }
        }
    }

    #[test]
    fn hate_takes_a_target_and_a_predicate() {
        for text in [
            "All immigrants are vermin",
            "I hate gay people so much",
            "Muslims should be deported right now",
            "We have to get rid of the jews",
            "Women belong in the kitchen and nowhere else",
            "No refugees allowed in this town",
            "They are not people, they are animals",
            "Send them back where they came from, they breed like rats",
            "disgusting trans people everywhere",
            "Hitler did nothing wrong and you know it",
            "imm1grants are verm1n",
            "My street is full of refugees. They are parasites",
            "I cannot stand gay people",
            "trans people disgust me",
            "Muslims should be expelled, all of them",
            "black people are not worth our time",
            "I think women are inferior",
            "Why are immigrants always so filthy",
            "gay people will never be equal to us",
            "Never trust a muslim",
            "There is no place for refugees in this town",
            "Muslims should not be allowed to vote",
            "Somebody should hurt all immigrants",
            "Better off without immigrants",
            "No muslim should be allowed to vote",
            "Nobody wants immigrants here",
            "The only good muslim is a dead muslim",
            "I wish all gays would die",
            "Send all the muslims back",
            "Women are only good for sex",
            "Lets hunt some refugees tonight",
            "We should gas all gypsies",
            "#ihateallwomen",
            "killallmuslims",
            "Ihateallwomen",
            "muslmis are veermin and muslims are vremin",
        ] {
            assert_eq!(found(text), Some("hate"), "{text}");
        }
    }

    #[test]
    fn what_opposes_quotes_or_reclaims_hate_is_not_hate() {
        for text in [
            "Saying that immigrants are vermin is racist and wrong",
            "\"Women belong in the kitchen\"? It is 2026, what ignorance",
            "Nobody should hate gay people",
            "Muslims are not terrorists",
            "We love our black neighbours",
            "I am proud to be a lesbian",
            "There was a chink in the armour",
            "A black dress and a jewish wedding",
            "I hate mondays and I could kill for a coffee",
            "Women deserve equal pay",
            "Anyone who says that refugees are parasites has never met one",
            "I am sick of women being talked over",
            "People who hate gay people are the problem",
            "Women are not less than men",
            "Muslims arent terrorists",
            "They attacked two refugees at the station last night",
            "Women do not deserve to be hated",
            "Hating women is not right",
            "Such jokes about refugees being vermin are disgusting",
            "It is sick to call refugees vermin",
            "You cannot just call refugees vermin",
            "Women should never be hurt",
            "Everyone who hates women should be punished",
            "If you think that about immigrants you are disgusting",
            "Women are in no way less human than men",
            "The money went to the back of the black box",
            "Do you have any evidence that refugees are a burden?",
            "Why would you want to get rid of foreigners?",
            "Girls are taught that they are worthless",
            "The notion that immigrants are parasites has no basis",
            "Posters that say 'all muslims are terrorists' have no place in our school",
            "The murder of women concerns all of us",
            "Rape and violence against women must end",
            "I hate to break it to you, but women are smart",
            "Refugees are not a drain, they contribute a lot",
            "In many countries gay people are not allowed to marry",
            "It is a failed policy to deport refugees",
            "Why do you associate muslims with rape",
            "It is not true that immigrants are subhuman",
            "Skinheads marched past the mosque while muslims prayed. The racists shouted. They have no place in our town",
            "Hate against foreigners grows",
            "Most refugees would go home tomorrow if there was a home to go to",
            "Women dont deserve abuse",
            "Women dont belong in the kitchen, they belong wherever they want",
            "Imagine hating gay people in this century",
            "I am sick of hearing that women cannot drive",
            "I hate how women are treated in this industry",
            "Women are weak? Tell that to my mother who raised four of us",
            "One of them shouted kill the jews and the police did nothing",
            "According to him all women are whores",
            "In his eyes immigrants are animals",
            "For the nazis disabled people were a burden",
            "Far from being a burden, immigrants pay more taxes",
            "Hardly any immigrant is a thief",
            "What kind of monster would kill a trans person?",
            "Plans to deport immigrants were stopped by a judge",
            "The urge to kill a muslim is something for a doctor",
            "Terrorists hate women who learn",
            "The word nigger should not be in anybodys mouth",
            "I read that a black man thinks this sauce is trash",
            "The way some pathetic women write to themselves",
            "White supremacists are deranged and black people are their victims",
            "My truck needs a new tranny",
            "Los ojos negros",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
