//! Which language texts are in, as far as English phrase lists must know.
//!
//! English running text has about every fourth word from a short list of frequent ones; in other
//! languages it is at most every twentieth, because words that others use too (`a`, `in`, `me`,
//! `was`) are not on the list.

use std::sync::LazyLock;

use super::bounded::{hash, mix};
use super::safety_lexicon::ENGLISH;
use super::stats::{Point, curve, float};
use super::text::{Text, TokenKind};

/// About how many words are looked at: of more, a fixed sample of the texts.
const ENOUGH_WORDS: usize = 2_000;
/// The share of readable words below which the lists say nothing.
const MIN_COVERED: f64 = 0.2;
/// How much of a text can be judged, over its share of frequent words.
const COVERED: &[Point] = &[(0.04, 0.0), (0.14, 1.0)];
/// A text alone is too short to tell, so each is taken together with this many words of the mean
/// of all the texts; and all of them with as many words that are just English enough.
const PRIOR_WORDS: f64 = 10.0;

/// The hashes of the frequent words, sorted.
static FREQUENT: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut hashes: Vec<u64> = ENGLISH.iter().map(|word| hash(word.as_bytes())).collect();
    hashes.sort_unstable();
    hashes
});

/// How much of some texts the lists can judge.
#[derive(Debug)]
pub(super) struct Language {
    words: u64,
    /// 0.0 to 1.0.
    pub(super) covered: f64,
}

/// What is counted in a text.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    words: u64,
    frequent: u64,
    letters: u64,
    latin: u64,
}

impl Language {
    pub(super) fn of(texts: &[&Text]) -> Self {
        let all: usize = texts.iter().map(|text| text.count(TokenKind::Word)).sum();
        // Chosen by a hash, so that no regular order of the texts can hide half of them.
        let one_in = (all / ENOUGH_WORDS + 1) as u64;
        let tallies: Vec<Tally> = (0u64..)
            .zip(texts)
            .filter(|(index, _)| mix(*index).is_multiple_of(one_in))
            .map(|(_, text)| Tally::of(text))
            .collect();
        let words = tallies.iter().map(|tally| tally.words).sum();
        let frequent = tallies.iter().map(|tally| tally.frequent).sum();
        let mean = smoothed(frequent, words, COVERED[1].0);
        let letters = tallies.iter().map(|tally| tally.letters).sum();
        let readable: f64 = tallies
            .iter()
            .map(|tally| {
                let share = smoothed(tally.frequent, tally.words, mean);
                float(tally.latin) * curve(COVERED, share)
            })
            .sum();
        Self {
            words: all as u64,
            covered: readable / float(u64::max(letters, 1)),
        }
    }

    pub(super) fn check(&self, what: &str) -> Result<(), String> {
        if self.words == 0 {
            Err(format!("there are no words in the {what} to judge"))
        } else if self.covered < MIN_COVERED {
            Err(format!(
                "the {what} are in a language or script that the phrase lists do not cover"
            ))
        } else {
            Ok(())
        }
    }
}

impl Tally {
    fn of(text: &Text) -> Self {
        let mut tally = Self::default();
        let frequent: &[u64] = &FREQUENT;
        let words = text.tokens().iter();
        for token in words.filter(|token| token.kind == TokenKind::Word) {
            tally.words += 1;
            tally.frequent += u64::from(frequent.binary_search(&token.hash).is_ok());
            let word = text.str(*token);
            if word.is_ascii() {
                let letters = word.bytes().filter(u8::is_ascii_alphabetic).count() as u64;
                tally.letters += letters;
                tally.latin += letters;
                continue;
            }
            for c in word.chars().filter(|c| c.is_alphabetic()) {
                tally.letters += 1;
                tally.latin += u64::from(is_latin(c));
            }
        }
        tally
    }
}

/// A share, drawn towards `usual` as if [`PRIOR_WORDS`] more words had it.
fn smoothed(part: u64, whole: u64, usual: f64) -> f64 {
    (float(part) + usual * PRIOR_WORDS) / (float(whole) + PRIOR_WORDS)
}

const fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(texts: &[&str]) -> f64 {
        let texts: Vec<Text> = texts.iter().map(|text| Text::read(text)).collect();
        Language::of(&texts.iter().collect::<Vec<_>>()).covered
    }

    const ENGLISH_POST: &str = "Today we went to the beach with the whole family and I loved the \
        place, even though it was windy. The kids did not want to go home, so in the end we had \
        some ice cream before we left";
    const FOREIGN_POSTS: [&str; 8] = [
        "Hoy fuimos a la playa con toda la familia y me encantó el lugar, aunque hacía mucho \
         viento. Los niños no querían volver a casa y al final comimos un helado antes de salir",
        "Hoje fomos à praia com a família e eu adorei o lugar, apesar do vento. As crianças não \
         queriam voltar para casa e no fim comemos um sorvete antes de sair",
        "Aujourd'hui on est allés à la plage avec toute la famille et on a adoré, même si il y \
         avait du vent. Les enfants ne voulaient pas rentrer et on a mangé une glace",
        "Heute waren wir mit der ganzen Familie am Strand, es war so schön, auch wenn es windig \
         war. Die Kinder wollten nicht nach Hause, am Ende haben wir noch ein Eis gegessen",
        "Vandaag zijn we met de hele familie naar het strand geweest, het was zo mooi ook al was \
         er veel wind. De kinderen wilden niet naar huis en aten op het eind nog een ijsje",
        "Idag var vi på stranden med hela familjen och jag älskade platsen även om det blåste, \
         barnen ville inte åka hem och till slut åt vi en glass innan vi for",
        "hari ini kami pergi ke pantai bersama keluarga dan saya sangat suka tempat itu walaupun \
         anginnya kencang, anak anak tidak mau pulang dan akhirnya kami makan es krim",
        "Сегодня мы всей семьёй были на пляже, и мне очень понравилось, хотя дул сильный ветер",
    ];

    #[test]
    fn english_is_covered_and_other_languages_are_not() {
        assert!(covered(&[ENGLISH_POST]) > 0.99);
        assert!(covered(&["the quick brown fox is here"]) > 0.99);
        for foreign in FOREIGN_POSTS {
            let covered = covered(&[foreign]);
            assert!(covered < MIN_COVERED, "{covered}: {foreign}");
        }
    }

    #[test]
    fn a_mixture_is_covered_by_about_its_english_part() {
        for foreign in FOREIGN_POSTS {
            let covered = covered(&[ENGLISH_POST, foreign, ENGLISH_POST, foreign]);
            assert!((0.3..0.75).contains(&covered), "{covered}: {foreign}");
        }
    }

    #[test]
    fn a_few_words_are_given_the_benefit_of_the_doubt() {
        assert!((0.3..0.9).contains(&covered(&["Golden hour, Lisbon"])));
        assert!(covered(&[ENGLISH_POST, "Golden hour, Lisbon"]) > 0.99);
    }

    #[test]
    fn of_many_texts_a_part_tells_as_much_as_all() {
        let many: Vec<&str> = [ENGLISH_POST, FOREIGN_POSTS[0]]
            .into_iter()
            .cycle()
            .take(1_000)
            .collect();
        assert!((0.3..0.75).contains(&covered(&many)));
    }

    #[test]
    fn without_words_there_is_nothing_to_judge() {
        let emoji = Text::read("\u{1f525}\u{1f525}");
        assert!(Language::of(&[&emoji]).check("captions").is_err());
    }
}
