//! The facts beside a decision: what was found, what was not known, and never what says nothing.

mod kit;

use report_pipeline_social::{Report, Snapshot};

use kit::kinds::{Decided, ENGLISH, posts, written};
use kit::{clean_creator, comments_of, stable_report};

const SPANISH: [&str; 6] = [
    "qué lugar más bonito, quiero ir en primavera",
    "mi abuela tenía una tetera igual que esa",
    "nosotros fuimos el año pasado con los niños",
    "cómo se llama el pájaro de la izquierda",
    "el camino resbala mucho cuando llueve",
    "deberías escribir un libro sobre tus viajes",
];

fn texts<'a>(report: &'a Report, pillar: &str) -> Vec<&'a str> {
    let facts = report.decision().facts.iter();
    let of_pillar = facts.filter(|fact| fact.pillar == pillar);
    of_pillar.map(|fact| fact.text.as_str()).collect()
}

fn creator(change: impl Fn(&mut Snapshot)) -> Report {
    let mut snapshot = clean_creator();
    change(&mut snapshot);
    stable_report(&snapshot)
}

#[test]
fn copies_in_a_language_that_is_not_known_are_a_fact_beside_the_reason() {
    let report = creator(|s| {
        written(s, &SPANISH, 0, &[]);
        let adverts = [
            "la nueva colección de esta tienda vale mucho la pena",
            "por fin alguien que enseña cómo se hace de verdad",
        ];
        for (place, comment) in comments_of(s).iter_mut().enumerate() {
            if place % 3 == 0 {
                adverts[place / 3 % 2].clone_into(&mut comment.text);
            }
        }
    });
    assert_eq!(report.audience_authenticity.score, None);
    let facts = texts(&report, "audience_authenticity");
    let says = |words: &str| facts.iter().any(|fact| fact.contains(words));
    assert!(says("near-copies"), "{facts:?}");
    assert!(
        says("in a language that the scorer was not measured in"),
        "{facts:?}"
    );
}

#[test]
fn a_pillar_that_nothing_is_against_is_said_to_be_little_known() {
    let report = creator(|s| {
        written(s, &ENGLISH, 0, &[]);
        comments_of(s).truncate(12);
    });
    assert!(report.audience_authenticity.score < Some(60.0));
    let facts = texts(&report, "audience_authenticity");
    assert!(
        facts[0].starts_with("only 16 % of what would show it"),
        "{facts:?}"
    );
}

#[test]
fn two_finds_accuse_nobody_and_three_do() {
    for (spam, flags) in [(2, 0), (3, 1)] {
        let report = creator(|s| {
            written(s, &ENGLISH, 0, &[]);
            comments_of(s).truncate(5);
            for comment in comments_of(s).iter_mut().take(spam) {
                "check out my channel and subscribe please".clone_into(&mut comment.text);
            }
        });
        assert_eq!(
            report.audience_authenticity.flags.len(),
            flags,
            "{spam} of five"
        );
    }
}

#[test]
fn an_account_without_posts_is_told_from_one_whose_posts_were_not_read() {
    for (count, says) in [
        (Some(0), "the account has no posts"),
        (None, "no posts were read"),
    ] {
        let report = creator(|s| {
            s.posts = Some(Vec::new());
            s.profile.post_count = count;
        });
        let facts = texts(&report, "true_engagement");
        assert!(facts[0].ends_with(says), "{facts:?}");
    }
}

#[test]
fn a_rate_that_is_not_known_names_the_count_that_is_missing() {
    let report = creator(|s| {
        for post in posts(s) {
            post.like_count = None;
        }
    });
    let facts = texts(&report, "true_engagement");
    assert!(facts[0].ends_with("likes are not known"), "{facts:?}");
}
