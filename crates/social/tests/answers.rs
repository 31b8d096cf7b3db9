//! Accounts that answer hate beside accounts that write it: whoever answers is never the worse one, also if a text or two
//! of theirs are misread. Every text here is made up.

mod kit;

use proptest::prelude::*;
use proptest::sample::subsequence;
use report_pipeline_social::{Advice, Report, Snapshot};

use kit::kinds::{Decided, captions, posts};
use kit::{clean_creator, comments_of, stable_report};

/// What is meant, without a doubt. It also stands for an answer that is misread.
const HATE: [&str; 12] = [
    "Refugees are parasites and we feed them",
    "Muslims should be deported, all of them",
    "I cannot stand gay people, they disgust me",
    "Women are inferior and always were",
    "Jews control us and should be expelled",
    "Never trust a muslim",
    "Black people are too stupid to vote",
    "There is no place for immigrants in this town",
    "Gypsies are vermin",
    "Trans people are freaks",
    "Kill all the gays",
    "All migrants are rapists and thieves",
];

/// Answers as people write them: with figures, with a story, with anger, with the other's words.
const ANSWERS: [&str; 14] = [
    "Most refugees would go home tomorrow if there was a home to go to",
    "Calling people vermin is how it starts, and you know how it ended",
    "Women have been flying fighter jets since before you were born",
    "Immigrants founded half of the firms that you order from",
    "Muslims and Christians have shared this street for sixty years",
    "Terrorism has no religion. Most victims of terrorists are Muslims",
    "Jews were four of my teachers, and the fifth was a thief. So what does it prove?",
    "Where is your evidence? The police statistics say the opposite",
    "A gay couple pulled my son out of the river. Think about that",
    "It is not true that migrants get more money than pensioners",
    "Sexual violence is a crime whoever commits it, also the neighbour with the nice car",
    "Racism did not build this country, people did",
    "Nobody chooses whom to love, but you choose what to post",
    "The Roma family next door feeds my cat when I am away, and you call them dirty",
];

const HARMLESS: [&str; 3] = [
    "A quiet morning walk along the lake with the dog and a flask of tea",
    "New shelves in the workshop, oak this time",
    "Soup for twelve, and no onions left in the house",
];

/// An account without a fault but for its captions.
fn with(texts: &[&str]) -> Snapshot {
    let mut snapshot = clean_creator();
    posts(&mut snapshot).truncate(texts.len());
    comments_of(&mut snapshot).truncate(20);
    captions(&mut snapshot, texts);
    snapshot
}

fn report(texts: &[&str]) -> Report {
    stable_report(&with(texts))
}

/// A choice from a list, of any size within the bounds.
fn some(of: &'static [&'static str], least: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(of, least..=of.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn who_answers_never_ends_below_who_hates(
        answers in some(&ANSWERS, 4),
        misread in prop::option::of(prop::sample::select(&HATE[..])),
        hate in some(&HATE, 3),
    ) {
        let mut texts = answers.clone();
        texts.extend(misread);
        let (answering, hating) = (report(&texts), report(&hate));
        let (safety, other) = (&answering.brand_safety, &hating.brand_safety);
        prop_assert!(safety.range.high >= other.range.high, "{:?} and {:?}", safety.range, other.range);
        prop_assert!(safety.range.high >= 100.0, "{texts:?}: {:?}", safety.range);
        prop_assert_eq!(&safety.flags, &[""; 0]);
        prop_assert!(safety.score.is_none_or(|score| score >= 40.0), "{:?}", safety.score);
        // Hate is found all the same.
        prop_assert_eq!(&other.flags, &["hate_in_captions"]);
        prop_assert!(other.range.high < 60.0, "{:?}", other.range);
    }

    #[test]
    fn hate_in_place_of_an_answer_never_raises_the_upper_end(
        answers in some(&ANSWERS, 3),
        hate in some(&HATE, 0),
        more in prop::sample::select(&HATE[..]),
        harmless in some(&HARMLESS, 0),
    ) {
        let before = [&answers[..], &hate[..], &harmless[..]].concat();
        let mut after = before.clone();
        after[0] = more;
        let (before, after) = (report(&before).brand_safety, report(&after).brand_safety);
        // Within a point: deep in what is weak, a lesser find that was written over weighed a little.
        prop_assert!(after.range.high <= before.range.high + 1.0, "{:?} to {:?}", before.range, after.range);
    }

    #[test]
    fn hate_is_never_recommended_whatever_stands_beside_it(
        answers in some(&ANSWERS, 0),
        hate in some(&HATE, 2),
        harmless in some(&HARMLESS, 1),
    ) {
        let report = report(&[&answers[..], &hate[..], &harmless[..]].concat());
        prop_assert_ne!(report.decision().advice, Advice::Sponsor);
        prop_assert!(report.brand_safety.score.is_none_or(|score| score < 60.0));
        let facts = &report.decision().facts;
        prop_assert!(facts.iter().any(|fact| fact.pillar == "brand_safety" && !fact.evidence_links.is_empty()));
    }
}

#[test]
fn what_is_not_judged_says_how_many_captions_are_left_to_a_person() {
    let texts = [
        HATE[0],
        HATE[3],
        "Muslims and Christians have shared this street for sixty years",
        "Women have been flying fighter jets since before you were born",
        HARMLESS[0],
    ];
    let safety = report(&texts).brand_safety;
    assert_eq!(safety.score, None);
    let reason = safety.reason.expect("a reason");
    assert!(reason.contains("in 2 of 5 captions"), "{reason}");
}

#[test]
fn crimes_that_are_spoken_of_beside_groups_are_nobody_s_own() {
    let texts = [
        "Most terrorists have never read the book that they shout about",
        "Women are told to carry a whistle. Tell men not to rape",
        "The murder of a teacher is no reason to beat up refugees",
        "Abortion is a matter for the woman who is pregnant",
        "Muslims were the first who condemned it",
    ];
    let safety = report(&texts).brand_safety;
    assert!(safety.range.high >= 100.0, "{:?}", safety.range);
    assert_eq!(safety.flags, [""; 0]);
    // What an account offers is its own whatever else it speaks of.
    let offers = [
        "Buy cocaine from me, fast and cheap",
        "Fresh crystal meth, message me",
        "Women deserve better parties",
        "Muslims welcome, too",
        "Weed for sale, refugees get a discount",
    ];
    let safety = report(&offers).brand_safety;
    assert!(safety.range.high < 60.0, "{:?}", safety.range);
}
