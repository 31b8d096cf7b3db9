//! Accounts of five captions: who is understood never ends below who is not, what is worse is never better, and
//! hate in two of five is shown to a person. Every text here is made up.

mod kit;

use report_pipeline_social::{Advice, Report, Snapshot};

use kit::kinds::{Decided, captions, posts};
use kit::{clean_creator, comments_of, stable_report};

/// From harmless to what no brand may stand beside; each level is worse than the one before.
const WORSE: [&str; 5] = [
    "A quiet morning walk along the lake with the dog and a flask of tea",
    "We opened a bottle of beer with the neighbours and it was a lovely evening",
    "The robbery at our shop took ten minutes and the evening was ruined",
    "I hate gay people and I want them out of this street",
    "Heil Hitler and a good morning to all of you, dear friends",
];

const UNCLEAR: &str =
    "\"All refugees are criminals\" is what he shouted at my mother at the station";

/// Two by two: what it says of a group, or wishes it.
const HATE: [&str; 10] = [
    "Refugees are parasites and we feed them",
    "Muslims should be deported, all of them",
    "I cannot stand gay people, they disgust me",
    "Women are inferior and always were",
    "Jews control us and should be expelled",
    "Never trust a muslim",
    "Black people are too stupid to vote",
    "There is no place for immigrants in this town",
    "Trans people are freaks",
    "Somebody should burn down the homes of these filthy migrants",
];

/// An account without a fault but for its five captions.
fn with(texts: [&str; 5]) -> Snapshot {
    let mut snapshot = clean_creator();
    posts(&mut snapshot).truncate(5);
    comments_of(&mut snapshot).truncate(20);
    captions(&mut snapshot, &texts);
    snapshot
}

fn high(texts: [&str; 5]) -> f64 {
    stable_report(&with(texts)).brand_safety.range.high
}

#[test]
fn who_is_understood_never_ends_below_who_is_not() {
    let harmless = WORSE[0];
    let not_understood = [UNCLEAR, harmless, harmless, harmless, harmless];
    assert!(high(not_understood) >= 100.0);
    assert!(high([harmless; 5]) >= 100.0);
    for single in &WORSE[1..4] {
        let texts = [single, harmless, harmless, harmless, harmless];
        assert!(
            high(texts) >= 100.0,
            "a single find may be misread: {single}"
        );
    }
    let fixed = [WORSE[4], harmless, harmless, harmless, harmless];
    assert!(high(fixed) < 40.0, "a fixed phrase has one meaning");
}

#[test]
fn a_worse_caption_never_raises_the_upper_end() {
    let at = |levels: [usize; 5]| high(levels.map(|level| WORSE[level]));
    let mut failures = Vec::new();
    for number in 0..5usize.pow(5) {
        let levels: [usize; 5] = [1, 5, 25, 125, 625].map(|unit| number / unit % 5);
        // Their order says nothing, so one of each order will do.
        if !levels.is_sorted() {
            continue;
        }
        let before = at(levels);
        for place in 0..5 {
            let mut worse = levels;
            worse[place] += 1;
            if worse[place] < 5 && at(worse) > before + 0.11 {
                failures.push(format!("{levels:?} {before}, {worse:?} {}", at(worse)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn two_captions_of_hate_in_five_are_shown_to_a_person() {
    let cites = |report: &Report, text: &str| {
        let facts = report.decision().facts.iter();
        let safety = facts.filter(|fact| fact.pillar == "brand_safety");
        let mut cited = safety.flat_map(|fact| &fact.evidence_links);
        cited.any(|id| {
            let mut vault = report.evidence_vault.iter();
            vault.any(|e| e.evidence_id == *id && e.excerpt.contains(text))
        })
    };
    for (one, first) in HATE.iter().enumerate() {
        for second in &HATE[one + 1..] {
            for beside in [WORSE[0], WORSE[1], UNCLEAR] {
                let report = stable_report(&with([first, WORSE[0], second, WORSE[0], beside]));
                let safety = &report.brand_safety;
                let what = format!("{first} / {second} / {beside}: {safety:?}");
                assert_ne!(report.decision().advice, Advice::Sponsor, "{what}");
                assert!(safety.score.is_none_or(|score| score < 60.0), "{what}");
                assert!(cites(&report, first) && cites(&report, second), "{what}");
            }
        }
    }
}
