//! Which language texts are in, as far as English phrase lists must know.

use super::safety_lexicon::ENGLISH;
use super::stats::ratio;
use super::text::Text;

/// How many words are looked at to tell which language they are.
const ENOUGH_WORDS: usize = 5_000;
/// The share of readable words below which the lists say nothing.
const MIN_COVERED: f64 = 0.2;

/// How much of some texts the lists can judge.
#[derive(Debug)]
pub(super) struct Language {
    words: u64,
    /// 0.0 to 1.0.
    pub(super) covered: f64,
}

impl Language {
    pub(super) fn of(texts: &[&Text]) -> Self {
        let (mut letters, mut latin, mut words, mut english) = (0u64, 0u64, 0u64, 0u64);
        for word in texts
            .iter()
            .flat_map(|text| text.words())
            .take(ENOUGH_WORDS)
        {
            words += 1;
            english += u64::from(word.len() <= 5 && ENGLISH.binary_search(&word).is_ok());
            if word.is_ascii() {
                let count = word.bytes().filter(u8::is_ascii_alphabetic).count() as u64;
                letters += count;
                latin += count;
                continue;
            }
            for c in word.chars().filter(|c| c.is_alphabetic()) {
                letters += 1;
                latin += u64::from(is_latin(c));
            }
        }
        let script = ratio(latin, letters);
        // In English running text about every third word is one of the frequent ones; captions
        // of tags and names have fewer. Far below that, Latin letters are another language.
        let foreign =
            (words >= 50 && ratio(english, words) < 0.04) || (words >= 15 && english == 0);
        Self {
            words,
            // Too little for a grade: that nothing was found in it says next to nothing.
            covered: if foreign { script * 0.25 } else { script },
        }
    }

    pub(super) fn is_readable(&self) -> bool {
        self.words > 0 && self.covered >= MIN_COVERED
    }

    pub(super) fn check(&self, what: &str) -> Result<(), String> {
        if self.words == 0 {
            Err(format!("there are no words in {what} to judge"))
        } else if self.covered < MIN_COVERED {
            Err(format!(
                "the {what} are in a script that the phrase lists do not cover"
            ))
        } else {
            Ok(())
        }
    }
}

const fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frequent_words_are_sorted_for_searching() {
        assert!(ENGLISH.is_sorted());
    }

    #[test]
    fn scripts_and_languages_outside_the_lists_are_recognised() {
        let covered = |text: &str| Language::of(&[&Text::read(text)]).covered;
        assert!(covered("the quick brown fox is here") > 0.99);
        assert!(covered("Привет, как дела сегодня") < 0.01);
        let german = "heute war ein schöner tag und wir haben sehr viel gelacht ".repeat(6);
        assert!(covered(&german) < 0.6);
        assert!(
            Language::of(&[&Text::read("🔥🔥")])
                .check("captions")
                .is_err()
        );
    }
}
