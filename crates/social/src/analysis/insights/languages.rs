//! In which languages the account and its audience write.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::super::bounded::BoundedSnapshot;
use super::super::language::{Language, is_plainly_english};
use super::super::letter::is_letter;
use super::super::stats::{ratio, rounded};
use super::super::text::Text;
use super::super::vault::Vault;
use crate::hash::mix;
use crate::insights::{LanguageShare, Languages};
use crate::sentences;

/// How many captions and comments are looked at: naming one takes some ten microseconds.
const MOST: usize = 60;
/// Shorter texts have no language that can be told.
const LEAST_LETTERS: usize = 16;
/// Languages with a smaller share are left out: of sixty texts, one is an accident.
const LEAST_SHARE: f64 = 0.03;

pub(super) fn of(
    bounded: &BoundedSnapshot<'_>,
    captions: &[Option<Text>],
    comments: &[Text],
    vault: &mut Vault,
) -> Languages {
    let captions = bounded
        .posts()
        .iter()
        .zip(captions)
        .filter_map(|(post, read)| Some((post.caption.as_deref()?, read.as_ref()?)));
    let comments = bounded.comments().iter().zip(comments);
    let comments = comments.map(|(comment, read)| (comment.text.as_str(), read));
    let any_caption = captions.clone().next().is_some();
    let (captions, captions_told) = shares(captions);
    let (comments, comments_told) = shares(comments);
    let explanation = sentences::languages(
        (any_caption, &captions, captions_told),
        (!bounded.comments().is_empty(), &comments, comments_told),
    );
    let evidence_links = if captions_told + comments_told > 0 {
        vec![vault.statistic("languages", &explanation)]
    } else {
        Vec::new()
    };
    Languages {
        captions,
        comments,
        captions_told,
        comments_told,
        explanation,
        evidence_links,
    }
}

/// The shares of the languages, and of how many texts they were told. A text comes with its reading.
fn shares<'a>(texts: impl Iterator<Item = (&'a str, &'a Text)>) -> (Vec<LanguageShare>, u64) {
    // By place and not by words, so that copies of one text do not fill the sample.
    let mut sample: Vec<(u64, (&str, &Text))> = (0u64..)
        .zip(texts.filter(|(text, _)| text.len() >= LEAST_LETTERS))
        .map(|(index, text)| (mix(index), text))
        .collect();
    if sample.len() > MOST {
        sample.select_nth_unstable_by_key(MOST, |(place, _)| *place);
        sample.truncate(MOST);
    }
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut told = 0;
    for (_, (text, read)) in sample {
        // Words that English alone has tell it as well as the library does, and at once.
        let english = is_plainly_english(read).then(|| Lang::Eng.eng_name());
        let named = english.or_else(|| name(text));
        // Where frequent English words cover half of it and the library names another language, it
        // cannot be told.
        let told_otherwise = |language: &&str| {
            *language == Lang::Eng.eng_name() || Language::of(&[read]).covered < 0.5
        };
        if let Some(language) = named.filter(told_otherwise) {
            *counts.entry(language).or_default() += 1;
            told += 1;
        }
    }
    let mut shares: Vec<LanguageShare> = counts
        .into_iter()
        .map(|(language, count)| LanguageShare {
            language: language.to_owned(),
            share: rounded(ratio(count, told), 3),
            texts: count,
        })
        .filter(|language| language.share >= LEAST_SHARE)
        .collect();
    shares.sort_by(|a, b| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| a.language.cmp(&b.language))
    });
    (shares, told)
}

/// The language of a text, if it can be told.
fn name(text: &str) -> Option<&'static str> {
    // Addresses, names and tags are in no language.
    let words: Vec<&str> = super::super::text::clip(text, 300)
        .split_whitespace()
        .filter(|word| !word.starts_with(['@', '#']) && !word.contains("://"))
        .collect();
    let text = words.join(" ");
    let letters = text.chars().filter(|c| is_letter(*c)).count();
    if letters < LEAST_LETTERS {
        return None;
    }
    let info = DETECTOR.detect(&text)?;
    (info.is_reliable() || info.confidence() >= 0.4 || letters >= 60)
        .then(|| info.lang().eng_name())
}

/// Told among the languages that are written most on the networks: short texts in Latin letters are
/// told better from thirty than from seventy.
static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![
        Lang::Eng,
        Lang::Spa,
        Lang::Por,
        Lang::Fra,
        Lang::Deu,
        Lang::Ita,
        Lang::Nld,
        Lang::Swe,
        Lang::Dan,
        Lang::Fin,
        Lang::Pol,
        Lang::Ces,
        Lang::Ron,
        Lang::Hun,
        Lang::Tur,
        Lang::Ind,
        Lang::Vie,
        Lang::Tgl,
        Lang::Rus,
        Lang::Ukr,
        Lang::Bul,
        Lang::Ell,
        Lang::Heb,
        Lang::Ara,
        Lang::Pes,
        Lang::Urd,
        Lang::Hin,
        Lang::Mar,
        Lang::Ben,
        Lang::Tam,
        Lang::Tel,
        Lang::Tha,
        Lang::Kor,
        Lang::Jpn,
        Lang::Cmn,
    ])
});
