//! Brand safety: what stands in the captions, in the profile, and under the posts.

mod captions;
mod category;
mod certainty;
mod context;
mod hate;
mod hate_words;
mod measures;
mod object;
mod phrases;
mod predicate;
mod reading;
mod sentence;
mod slurs;
mod stance;
mod terms;
#[cfg(test)]
mod tests;

use self::captions::Captions;
pub(super) use self::captions::caption;
use self::category::Category;
pub(super) use self::category::Find;
use self::measures::{
    CAPTIONS, COMMENTS, WORST, caption_risk, comment_risk, profile_risk, worst_caption,
};
use self::reading::read;
use super::bounded::BoundedSnapshot;
use super::language::Language;
use super::opinion::Opinions;
use super::sentences;
use super::signals::{Spec, Weighed, reaching_up};
use super::stats::ratio;
use super::text::{Text, clip};
use super::token::TokenKind;
use super::vault::Vault;
use crate::level::Level;
use crate::pillar::{Pillar, Signal};
use crate::snapshot::Post;

/// The fewest captions with words for a score, or the fewest words in all.
const LEAST_CAPTIONS: u64 = 3;
const LEAST_WORDS: u64 = 30;
/// More unclear captions than this share need a person to read them.
const FEW_UNCLEAR: f64 = 0.1;

/// How risky a text is for a brand that stands beside it: 0.0 for harmless to 1.0 for what no brand
/// may stand beside, 0.3 for what words alone cannot decide. English; only the first 2,000 bytes are
/// read.
///
/// # Example
/// ```
/// use report_pipeline_social::text_risk;
///
/// assert_eq!(text_risk("New rifle skins in the update, which one do you like"), 0.0);
/// assert!(text_risk("All immigrants are vermin") > 0.5);
/// assert!(text_risk("Calling immigrants vermin is racist and wrong") < 0.5);
/// ```
#[must_use]
pub fn text_risk(text: &str) -> f64 {
    read(&Text::read(clip(text, super::MAX_TEXT_BYTES))).risk()
}

/// For each comment the find that a brand minds under a post, if there is one: swearing and talk of
/// beer are everywhere.
pub(super) fn grave_finds(comments: &[Text]) -> Vec<Option<Find>> {
    let grave =
        |find: &Find| find.level >= Level::High && find.category != Category::SpamAndMalware;
    comments
        .iter()
        .map(|text| {
            let has_words = text.count(TokenKind::Word) > 0;
            has_words.then(|| read(text).find.filter(grave)).flatten()
        })
        .collect()
}

pub(super) fn score(
    bounded: &BoundedSnapshot<'_>,
    captions: &[Option<Text>],
    comments: &[Text],
    finds: &[Option<Find>],
    is_spam: &[bool],
    opinions: &Opinions,
    vault: &mut Vault,
) -> Pillar {
    let posts = bounded.posts().iter().zip(captions);
    let captioned: Vec<(&Post, &Text)> = posts
        .filter_map(|(post, caption)| Some((post, caption.as_ref()?)))
        .filter(|(_, text)| !text.tokens().is_empty())
        .collect();
    let posts: Vec<&Post> = captioned.iter().map(|(post, _)| *post).collect();
    let texts: Vec<&Text> = captioned.iter().map(|(_, text)| *text).collect();
    let captions = Captions::of(&texts);
    let judged = |captions: &Captions, vault: &mut Vault| {
        judged(
            bounded, captions, &posts, &texts, comments, finds, is_spam, opinions, vault,
        )
    };
    let mut pillar = judged(&captions, vault);
    // What was found may be misread: the range reaches to where it would be at best.
    if let Some(at_best) = captions.at_best() {
        let high = judged(&at_best, vault).range.high;
        pillar.range.high = high.max(pillar.score.unwrap_or_default());
        if let Some(interval) = &mut pillar.interval {
            interval.high = pillar.range.high;
        }
    }
    pillar
}

/// The pillar as the captions are read.
#[expect(clippy::too_many_arguments, reason = "what was read, each once")]
fn judged(
    bounded: &BoundedSnapshot<'_>,
    captions: &Captions,
    posts: &[&Post],
    texts: &[&Text],
    comments: &[Text],
    finds: &[Option<Find>],
    is_spam: &[bool],
    opinions: &Opinions,
    vault: &mut Vault,
) -> Pillar {
    let language = Language::of(texts);
    let unread = language.check("captions").err();
    // What was found counts in every language: in full, however little else could be read.
    let found = |spec: &Spec, signal: Signal| {
        let of_full = ratio(captions.total(), spec.full_sample).min(1.0);
        let (clears, is_find) = (signal.reliability, !captions.found.is_empty());
        signal.reaching(clears, if is_find { of_full } else { clears })
    };
    let spoken = comments
        .iter()
        .filter(|text| text.count(TokenKind::Word) > 0);
    let of_comments = ratio(spoken.count() as u64, COMMENTS.full_sample);
    let signals = vec![
        found(
            &CAPTIONS,
            caption_risk(captions, &language, posts, opinions, vault),
        ),
        found(&WORST, worst_caption(captions, &language, posts, vault)),
        Weighed::from(profile_risk(bounded, vault)),
        // What others write may accuse an account and does not clear it.
        comment_risk(bounded, comments, finds, is_spam, vault).only_accusing(of_comments),
    ];
    let words: usize = texts.iter().map(|text| text.count(TokenKind::Word)).sum();
    let enough = captions.total() >= LEAST_CAPTIONS || words as u64 >= LEAST_WORDS;
    let judged = unread.is_none() && enough && captions.is_decided();
    let reason = match unread {
        Some(why) => Some(sentences::captions_unread(&why)),
        // What was found and may be misread is undecided, too.
        None if !captions.is_decided() => Some(sentences::unclear_captions(
            (captions.unclear.len() + captions.grave_posts().count()) as u64,
            captions.total(),
        )),
        None if enough && captions.unclear_share() > FEW_UNCLEAR => Some(
            sentences::unclear_captions(captions.unclear.len() as u64, captions.total()),
        ),
        None if enough && captions.is_alone() => Some(sentences::ALONE_CAPTION.to_owned()),
        None if !enough => Some(sentences::too_few(captions.total(), "caption", 3)),
        None if language.covered < 0.8 => Some(sentences::half_read_captions(language.covered)),
        None => None,
    };
    // A few harmless captions rule out no harmless account, and captions that words cannot decide reach as far:
    // whoever is understood must not end below whoever is not.
    reaching_up(signals, judged, reason)
}
