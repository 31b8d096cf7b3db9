//! The four signals of brand safety: the captions, the worst of them, the description, and the comments.

use std::cmp::Reverse;

use super::super::bounded::BoundedSnapshot;
use super::super::language::Language;
use super::super::opinion::Opinions;
use super::super::sentences;
use super::super::signals::Spec;
use super::super::stats::{curve, ratio, rounded};
use super::super::text::Text;
use super::super::token::TokenKind;
use super::super::vault::Vault;
use super::captions::Captions;
use super::category::Find;
use super::reading::read;
use crate::level::Level;
use crate::pillar::{Direction, Interval, Signal};
use crate::snapshot::Post;

pub(super) const CAPTIONS: Spec = Spec {
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
pub(super) const WORST: Spec = Spec {
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

pub(super) const COMMENTS: Spec = Spec {
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
/// The most pieces of evidence per signal.
const CITED: usize = 3;

pub(super) fn caption_risk(
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
            signal.score = Some(rounded(curve(CAPTIONS.curve, between), 1));
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

pub(super) fn worst_caption(
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

pub(super) fn profile_risk(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
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
pub(super) fn comment_risk(
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
