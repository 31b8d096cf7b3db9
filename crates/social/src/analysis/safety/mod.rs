//! Brand safety: what stands in the captions, in the profile, and under the posts.

mod captions;
mod category;
mod certainty;
mod context;
mod hate;
mod hate_words;
mod object;
mod phrases;
mod predicate;
mod reading;
mod sentence;
mod slurs;
mod stance;
mod terms;

use std::cmp::Reverse;

use self::captions::Captions;
pub(super) use self::captions::caption;
use self::category::Category;
pub(super) use self::category::Find;
use self::reading::read;
use super::bounded::BoundedSnapshot;
use super::language::Language;
use super::opinion::Opinions;
use super::sentences;
use super::signals::{Spec, Weighed, reaching_up};
use super::stats::{ratio, rounded};
use super::text::{Text, clip};
use super::token::TokenKind;
use super::vault::Vault;
use crate::level::Level;
use crate::pillar::{Direction, Interval, Pillar, Signal};
use crate::snapshot::Post;

const CAPTIONS: Spec = Spec {
    name: "caption_risk",
    weight: 4.0,
    direction: Direction::LowerIsBetter,
    full_sample: 12,
    curve: &[
        (0.0, 100.0),
        (0.02, 88.0),
        (0.05, 75.0),
        (0.15, 40.0),
        (0.30, 20.0),
        (0.60, 7.0),
        (1.0, 0.0),
    ],
};

/// Over the level of the worst caption: nothing, low, medium, high, floor.
const WORST: Spec = Spec {
    name: "worst_caption",
    weight: 3.0,
    direction: Direction::LowerIsBetter,
    full_sample: 6,
    curve: &[
        (0.0, 100.0),
        (1.0, 95.0),
        (2.0, 75.0),
        (3.0, 45.0),
        (4.0, 0.0),
    ],
};

/// The same over the description.
const PROFILE: Spec = Spec {
    name: "profile_text_risk",
    weight: 1.0,
    full_sample: 1,
    ..WORST
};

const COMMENTS: Spec = Spec {
    name: "comment_risk",
    weight: 2.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[
        (0.0, 100.0),
        (0.02, 85.0),
        (0.05, 60.0),
        (0.2, 25.0),
        (0.5, 0.0),
    ],
};

/// How far the pillar may be above a signal.
const MARGIN: f64 = 15.0;
/// The fewest captions with words for a score, or the fewest words in all.
const LEAST_CAPTIONS: u64 = 3;
const LEAST_WORDS: u64 = 30;
/// More unclear captions than this share need a person to read them.
const FEW_UNCLEAR: f64 = 0.1;
/// The most pieces of evidence per signal.
const CITED: usize = 3;

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

fn caption_risk(
    captions: &Captions,
    language: &Language,
    posts: &[&Post],
    opinions: &Opinions,
    vault: &mut Vault,
) -> Signal {
    // What was found counts in every language; only silence needs one that is covered.
    if captions.found.is_empty()
        && let Err(why) = language.check("captions")
    {
        return CAPTIONS.unknown(why);
    }
    let harm = captions.harm();
    let unclear = captions.unclear.len() as u64;
    let meaning = sentences::caption_risk(captions.total(), &captions.summary(), unclear);
    let mut signal = CAPTIONS
        .measured(harm, captions.total(), &meaning)
        .covering(language.covered * (1.0 - captions.unclear_share()));
    if let Some((share, judge)) = opinions.harm_share() {
        if share > harm {
            let between = f64::midpoint(harm, share);
            signal.score = Some(rounded(super::stats::curve(CAPTIONS.curve, between), 1));
        }
        signal.interval = Some(Interval {
            low: rounded(harm.min(share), 4),
            high: rounded(harm.max(share), 4),
        });
        signal.explanation = sentences::with_opinion(&signal.explanation, share, &judge);
    }
    signal = signal.bounding(5.0, ratio(captions.total(), 6).min(1.0) * captions.bound());
    let unclear = captions.unclear.iter().take(CITED);
    signal = signal.citing(unclear.map(|index| vault.post(posts[*index])).collect());
    let Some(category) = captions
        .category()
        .filter(|category| captions.accuses(*category))
    else {
        let grave = captions.grave_posts().take(CITED);
        return signal.citing(grave.map(|index| vault.post(posts[index])).collect());
    };
    let mut evidence = vec![vault.statistic(CAPTIONS.name, &meaning)];
    let of_category = captions.found.iter().filter(|index| {
        let find = captions.readings[**index].find;
        find.is_some_and(|find| find.category == category)
    });
    evidence.extend(
        of_category
            .take(CITED)
            .map(|index| vault.post(posts[*index])),
    );
    signal.flagged(&format!("{}_in_captions", category.as_str()), evidence)
}

fn worst_caption(
    captions: &Captions,
    language: &Language,
    posts: &[&Post],
    vault: &mut Vault,
) -> Signal {
    if captions.found.is_empty()
        && let Err(why) = language.check("captions")
    {
        return WORST.unknown(why);
    }
    let find = captions
        .found
        .first()
        .and_then(|index| captions.readings[*index].find);
    let signal = WORST
        .measured(
            step(captions.worst()),
            captions.total(),
            sentences::worst(find.map(|f| (f.category.as_str(), f.level))),
        )
        .covering(language.covered)
        .bounding(MARGIN, captions.bound());
    let cited = captions
        .found
        .iter()
        .take(1)
        .map(|index| vault.post(posts[*index]));
    let cited = cited.collect();
    signal.citing(cited)
}

fn profile_risk(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let profile = &bounded.profile;
    let texts = [&profile.display_name, &profile.bio];
    let text: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    if profile.bio.is_none() {
        return PROFILE.unknown(sentences::NO_BIO);
    }
    let find = read(&Text::read(&text.join("\n"))).find;
    let meaning = sentences::profile_risk(find.map(|f| (f.category.as_str(), f.level)));
    let signal = PROFILE
        .measured(step(find.map(|f| f.level)), 1, &meaning)
        .bounding(
            MARGIN,
            match find {
                // One text alone may be misread.
                Some(find) if !find.is_fixed => 0.6,
                _ => 1.0,
            },
        );
    match find {
        Some(find) if find.level >= Level::High => {
            let quoted = sentences::quoted_profile(&text.join(" / "));
            let evidence = vec![vault.statistic(PROFILE.name, &quoted)];
            signal.flagged(&format!("{}_in_profile", find.category.as_str()), evidence)
        }
        _ => signal,
    }
}

/// What others write may accuse an account, and the accusation is of a share: one rude comment
/// among many is everywhere.
fn comment_risk(
    bounded: &BoundedSnapshot<'_>,
    comments: &[Text],
    finds: &[Option<Find>],
    is_spam: &[bool],
    vault: &mut Vault,
) -> Signal {
    // Spam is charged to the audience.
    let others: Vec<usize> = (0..comments.len())
        .filter(|index| !is_spam[*index] && comments[*index].count(TokenKind::Word) > 0)
        .collect();
    let mut found: Vec<(Find, usize)> = others
        .iter()
        .filter_map(|index| Some((finds[*index]?, *index)))
        .collect();
    let texts: Vec<&Text> = others.iter().map(|index| &comments[*index]).collect();
    let language = Language::of(&texts);
    let what = if is_spam.contains(&true) {
        "comments beside the spam"
    } else {
        "comments"
    };
    if found.is_empty()
        && let Err(why) = language.check(what)
    {
        return COMMENTS.unknown(why);
    }
    found.sort_by_key(|(find, index)| (Reverse(*find), *index));
    let (hits, total) = (found.len() as u64, others.len() as u64);
    let meaning = sentences::comment_risk(hits, total);
    // Spam is no part of the share, but it was read: more of it makes no find less certain.
    let spoken = comments
        .iter()
        .filter(|text| text.count(TokenKind::Word) > 0);
    let signal = COMMENTS
        .share(hits, total, &meaning)
        .covering(language.covered)
        .bounding(35.0, ratio(spoken.count() as u64, 40));
    let is_sure = signal.interval.is_some_and(|bounds| bounds.low > 0.03);
    if found.is_empty() || !is_sure && !signal.decides() {
        return signal;
    }
    let category = found[0].0.category.as_str();
    let mut evidence = vec![vault.statistic(COMMENTS.name, &meaning)];
    for (_, index) in found.iter().take(CITED) {
        evidence.push(vault.comment(&bounded.comments()[*index], bounded));
    }
    let flag = format!("{category}_in_comments");
    signal
        .citing(evidence)
        .raising(is_sure.then_some(flag.as_str()))
}

fn step(level: Option<Level>) -> f64 {
    match level {
        None => 0.0,
        Some(Level::Low) => 1.0,
        Some(Level::Medium) => 2.0,
        Some(Level::High) => 3.0,
        Some(Level::Floor) => 4.0,
    }
}
