//! Which language texts are in, as far as lists and fitted weights must know.
//!
//! Running text has about every fourth word from a short list of its language's most frequent ones;
//! of another language's list it has at most every twentieth, because words that others use too
//! (`a`, `in`, `me`, `was`) are on none. Naming one of seventy languages (see the report's section
//! on languages) takes a library and a hundred times as long; here the question is only whether a
//! text can be judged, and it is asked of every comment.

use std::sync::LazyLock;

use super::letter::is_letter;
use super::stats::{Point, curve, float, ratio};
use super::text::Text;
use super::token::TokenKind;
use super::word_table::WordTable;
use crate::hash::{fnv_1a as hash, mix};
use crate::sentences;

/// About how many words are looked at: of more, a fixed sample of the texts.
const ENOUGH_WORDS: usize = 2_000;
/// The share of readable words below which the lists say nothing.
const MIN_COVERED: f64 = 0.2;
/// How much of a text can be judged, over its share of frequent words.
const COVERED: &[Point] = &[(0.04, 0.0), (0.14, 1.0)];
/// A text alone is too short to tell, so each is taken together with this many words of the mean
/// of all the texts; and all of them with as many words that are just English enough.
const PRIOR_WORDS: f64 = 10.0;
/// How much an honest comment in Indonesian or Russian counts as cleared: the share of spam that
/// the scorer finds there when it was not fitted on the like of it.
const OTHERS_COVERED: f64 = 0.8;

const ENGLISH: &str = "about all and are because been but can do dont from get great have how if \
    im it its just know love more my not of one our out really she that the their there these they \
    think this up we were what when who will with would you your be so";
const INDONESIAN: &str = "yang yg di dan ini itu ada aja saja gak ga nggak ngga tidak tdk bisa udah \
    sudah udh kalo kalau juga untuk dari dengan sama banget bang kak apa lagi mau aku saya kamu \
    orang buat jadi banyak pas ke karena karna cuma bikin emang dia kita mereka akan lebih semoga";
const RUSSIAN: &str = "и в не на что я с как это но по к у же вы за бы так от мне было вот нет еще \
    или из все он мы ты да для если меня есть очень когда только там уже";

/// Which of the lists a word is on, the first as bit 0.
static FREQUENT: LazyLock<WordTable> = LazyLock::new(|| {
    let lists = [(1, ENGLISH), (2, INDONESIAN), (4, RUSSIAN)];
    let words = lists.iter().flat_map(|(bit, words)| {
        let words = words.split_whitespace();
        words.map(|word| (hash(word.as_bytes()), *bit))
    });
    WordTable::new(words)
});

/// How much of some texts can be judged.
#[derive(Debug)]
pub(super) struct Language {
    words: u64,
    /// By the English lists, 0.0 to 1.0.
    pub(super) covered: f64,
}

/// How many comments the spam scorer can clear, each told apart by its own words and the usual share of
/// frequent ones among all of them.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    texts: Vec<Tally>,
    /// The sum of the texts' shares of each language's frequent words.
    shares: [f64; 3],
    unknown: u64,
}

impl Coverage {
    pub(super) fn add(&mut self, tally: Tally) {
        self.tell(tally);
        self.texts.push(tally);
    }

    /// A text that is not counted and still tells which language is usual.
    pub(super) fn add_beside(&mut self, tally: Tally) {
        self.tell(tally);
        self.unknown += 1;
    }

    fn tell(&mut self, tally: Tally) {
        for (sum, frequent) in self.shares.iter_mut().zip(tally.frequent) {
            *sum += ratio(frequent, tally.words);
        }
    }

    /// A text that nothing clears: it makes none of the languages more usual.
    pub(super) const fn add_unknown(&mut self) {
        self.unknown += 1;
    }

    /// About how many of the texts the scorer can clear.
    pub(super) fn by_scorer(&self) -> f64 {
        let texts = float(self.texts.len() as u64 + self.unknown);
        // As if one text more were just English enough, and in no other language.
        let usual = [COVERED[1].0, COVERED[0].0, COVERED[0].0];
        let means: [f64; 3] = std::array::from_fn(|language| {
            (self.shares[language] + usual[language]) / (texts + 1.0)
        });
        let of = |tally: &Tally| {
            let [en, id, ru] = tally.likely(means);
            let latin = f64::max(en, OTHERS_COVERED * id) * float(tally.latin);
            let sum = latin + OTHERS_COVERED * ru * float(tally.cyrillic);
            sum / float(tally.letters.max(1))
        };
        self.texts.iter().map(of).sum()
    }
}

/// Whether a text of some length has so many words that English alone has that it is in no other
/// language.
pub(super) fn is_plainly_english(text: &Text) -> bool {
    let tally = Tally::of(text);
    let share = ratio(tally.frequent[0], tally.words);
    tally.latin == tally.letters && tally.latin >= 16 && tally.frequent[0] >= 2 && share >= 0.2
}

/// What is counted in a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    words: u64,
    /// Frequent words of each language.
    frequent: [u64; 3],
    letters: u64,
    latin: u64,
    cyrillic: u64,
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
        let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
        let words = sum(|tally| tally.words);
        let mean = smoothed(sum(|t| t.frequent[0]), words, COVERED[1].0);
        let english: f64 = tallies
            .iter()
            .map(|tally| {
                float(tally.latin) * curve(COVERED, smoothed(tally.frequent[0], tally.words, mean))
            })
            .sum();
        let letters = float(sum(|tally| tally.letters).max(1));
        Self {
            words: all as u64,
            covered: english / letters,
        }
    }

    pub(super) fn check(&self, what: &str) -> Result<(), String> {
        if self.words == 0 {
            Err(sentences::no_words(what))
        } else if self.covered < MIN_COVERED {
            Err(sentences::uncovered_language(what))
        } else {
            Ok(())
        }
    }
}

impl Tally {
    /// How likely the text is in each language, given the usual shares of frequent words.
    fn likely(&self, usual: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|language| {
            let share = smoothed(self.frequent[language], self.words, usual[language]);
            curve(COVERED, share)
        })
    }

    pub(super) fn of(text: &Text) -> Self {
        let mut tally = Self::default();
        let frequent: &WordTable = &FREQUENT;
        let words = text.tokens().iter();
        for token in words.filter(|token| token.kind == TokenKind::Word) {
            tally.words += 1;
            let lists = frequent.lists(token.hash);
            let is = |language: u32| u64::from(lists >> language & 1 == 1);
            if let Some(letters) = token.ascii_letters {
                tally.frequent[0] += is(0);
                tally.frequent[1] += is(1);
                tally.letters += u64::from(letters);
                tally.latin += u64::from(letters);
                continue;
            }
            tally.frequent[2] += is(2);
            let word = text.str(*token);
            for c in word.chars().filter(|c| is_letter(*c)) {
                tally.letters += 1;
                tally.latin += u64::from(is_latin(c));
                tally.cyrillic += u64::from(matches!(c, '\u{400}'..='\u{52f}'));
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
    fn the_scorer_can_clear_three_languages() {
        let by_scorer = |text: &str| {
            let mut coverage = Coverage::default();
            coverage.add(Tally::of(&Text::read(text)));
            coverage.by_scorer()
        };
        assert!(by_scorer(ENGLISH_POST) > 0.99);
        assert!(by_scorer(FOREIGN_POSTS[6]) > 0.5, "Indonesian");
        assert!(by_scorer(FOREIGN_POSTS[7]) > 0.5, "Russian");
        for foreign in &FOREIGN_POSTS[..6] {
            assert!(by_scorer(foreign) < MIN_COVERED, "{foreign}");
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
