//! Every sentence, rendered with the figures at which sentences go wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::DateTime;
use report_pipeline::{Handle, Platform, Target};

use super::*;
use crate::analysis::float;
use crate::decision::Advice;
use crate::insights::{Insights, LanguageShare, Named};
use crate::level::Level;
use crate::pillar::Interval;
use crate::snapshot::{Origin, Snapshot};

const COUNTS: [u64; 6] = [0, 1, 2, 11, 1_000, 12_345_678];
const SHARES: [f64; 8] = [0.0, 0.000_04, 0.004, 0.014, 0.28, 0.5, 1.0, 37.0];

/// A name and what it renders to.
type Rendered = Vec<(&'static str, String)>;

fn constants(out: &mut Rendered) {
    for text in [
        COMMENTS_NOT_READ,
        NO_BUSY_POST,
        NO_TIMED_POST,
        NO_REGULARS,
        ALL_RATIOS_EQUAL,
        FEW_LIKES,
        WRONG_JUDGE,
        NO_FOLLOWING_AND_FOLLOWERS,
        NO_FOLLOWING_AND_POSTS,
        NO_REAL_NAME,
        NO_PICTURE_KNOWN,
        PICTURE[0],
        PICTURE[1],
        NO_BIO,
        NO_POST_COUNT,
        VERIFIED,
        NOT_VERIFIED,
        NO_HASHTAGS,
        NO_BENCHMARK,
        NO_FOLLOWER_COUNT,
        NO_FOLLOWERS,
        NO_POSTS,
        NO_RATE,
        NO_LAST_POST,
        NO_COUNTS,
        NO_ACTIVITY,
        NO_SPONSORSHIP,
        NO_GROWTH,
        SMALL_SAMPLE,
        SIMULATED_STATE,
        SIMULATED_BANNER,
        PRIVATE_BANNER,
    ] {
        out.push(("constant", text.to_owned()));
    }
    out.extend(
        LIMITATIONS
            .iter()
            .map(|text| ("constant", (*text).to_owned())),
    );
}

fn of_one_count(n: u64, out: &mut Rendered) {
    out.extend([
        ("counted", counted(n, "post")),
        ("some", some(n, "post")),
        ("needed", needed(20)),
        ("too_few", too_few(n, "comment", 20)),
        ("too_few_long", too_few_long(n, 20)),
        ("too_few_words", too_few_words(n, 200)),
        ("too_few_counted", too_few_counted(n, 10)),
        ("too_few_liked", too_few_liked(n, 10)),
        ("name_digits", name_digits(n)),
        ("bio", bio(n)),
        ("posts", posts(n)),
        ("too_few_gaps", too_few_gaps(n)),
        ("too_few_times", too_few_times(n)),
        ("silence", silence(n)),
        ("shown_median", shown_median("comments_per_like", 0.02, n)),
        ("no_ranking", no_ranking(n, 6)),
        ("no_reach", no_reach(n)),
        ("dormant_banner", dormant_banner(n)),
        ("few_posts_banner", few_posts_banner(n, 12)),
        (
            "too_few_rates",
            too_few_rates(n, 5, "view", (n == 1).then_some(LIKES_HIDDEN)),
        ),
    ]);
}

fn of_two_counts(part: u64, whole: u64, out: &mut Rendered) {
    out.extend([
        ("part", super::part(part, whole, "post")),
        ("spam_share", spam_share(part, whole)),
        ("copies", copies(part, whole, 1)),
        ("generic", generic(part, whole)),
        ("bursts", bursts(part, whole)),
        ("outliers", outliers(part, whole)),
        ("unclear_captions", unclear_captions(part, whole)),
        ("comment_risk", comment_risk(part, whole)),
        ("blocked_banner", blocked_banner(part, whole)),
        ("sample_banner", sample_banner(part, whole)),
        (
            "other_languages_banner",
            other_languages_banner(&[("Turkish", part)], whole),
        ),
        (
            "other_languages_banner",
            other_languages_banner(&[("Turkish", part), ("Dutch", 1)], whole),
        ),
        ("ratio", ratio(part, whole, "follower")),
        ("no_ratio", no_ratio(part, whole, "post")),
        ("caption_risk", caption_risk(whole, &[], part)),
        (
            "caption_risk",
            caption_risk(whole, &[("drugs", part), ("death_and_injury", 1)], part),
        ),
        (
            "sponsorship",
            sponsorship(whole, Some(part), part, Some(0.8)),
        ),
        ("sponsorship", sponsorship(whole, None, part, None)),
        ("pod", pod(part.min(40), whole.max(6), part, whole)),
        ("praise", praise(part.clamp(1, 12), part, whole)),
        (
            "judge_source",
            judge_source("Sage", part, Some(0.1), whole, Some(0.0)),
        ),
    ]);
    for (wordless, spam) in [(part, 0), (0, part), (0, 0)] {
        let share = float(whole - wordless - spam) / float(whole.max(1));
        out.push(("unheard_audience", unheard_audience(whole, wordless, spam)));
        out.push(("half_heard_audience", half_heard_audience(share)));
    }
}

fn of_figures(share: f64, out: &mut Rendered) {
    let interval = Interval {
        low: share * 80.0,
        high: share * 140.0,
    };
    let names = |count: usize| -> Vec<Named> {
        (0..count)
            .map(|n| Named {
                name: format!("tag{n}"),
                posts: 2,
            })
            .collect()
    };
    let language = |share| {
        vec![LanguageShare {
            language: "English".to_owned(),
            share,
            texts: 3,
        }]
    };
    out.extend([
        ("percent", percent(share)),
        ("little_known", little_known(share.min(1.0))),
        ("with_opinion", with_opinion("so it is", share, "Sage")),
        ("diversity", diversity(50, share)),
        ("uniqueness", uniqueness(1, share)),
        ("uniqueness", uniqueness(7, share)),
        ("spread", spread(share, 24)),
        ("regularity", regularity(40, share.min(1.0) * 2.0 - 1.0)),
        ("hours", hours(share)),
        ("hashtags", hashtags(share)),
        ("mean_hashtags", mean_hashtags(share)),
        ("rate", rate(1, "follower", share, 0.01, 0.05)),
        ("mean_rate", mean_rate(share, 0.01, 0.05)),
        ("plausibility", plausibility(share, share)),
        ("half_read_captions", half_read_captions(share)),
        ("unsure_banner", unsure_banner(share.min(0.14), 0.15)),
        ("reach", reach(12, share * 100.0, interval)),
        ("ranking", ranking(12, 1.0 + share, share.min(1.0))),
        ("activity", activity(30, Some(3), Some(share), Some(share))),
        ("activity", activity(1, None, None, Some(-share.min(1.0)))),
        (
            "languages",
            languages((true, &language(share.min(1.0)), 4), (true, &[], 0)),
        ),
        ("languages", languages((false, &[], 0), (false, &[], 0))),
        ("topics", topics(3, &names(2), &names(1))),
        ("topics", topics(1, &names(0), &names(4))),
        ("topics", topics(0, &[], &[])),
        ("growth", growth(2, 30, 1, Some(share))),
        ("growth", growth(3, 1, -40, None)),
        ("times", times(share)),
    ]);
}

fn of_words(out: &mut Rendered) {
    let time = DateTime::from_timestamp(1_760_000_000, 0);
    out.extend([
        (
            "failed_judge",
            failed_judge("Sage", &late_judge(Duration::from_millis(1_500))),
        ),
        ("late_judge", late_judge(Duration::from_secs(2))),
        ("no_words", no_words("captions")),
        ("uncovered_language", uncovered_language("comments")),
        ("captions_unread", captions_unread(&no_words("captions"))),
        ("worst", worst(None)),
        ("profile_risk", profile_risk(None)),
        ("quoted_profile", quoted_profile("Tea and birds")),
        ("no_score_state", no_score_state("full")),
        ("too_little", too_little(&[NO_RATE], 0)),
        ("too_little", too_little(&[NO_BIO, NO_RATE], 1)),
        ("too_little", too_little(&[NO_BIO, NO_RATE], 5)),
        ("robust_state", robust_state("full")),
        ("partial_state", partial_state("archival")),
        ("fragile_state", fragile_state("text_only")),
        ("archive_banner", archive_banner(Some("x"), time)),
        ("archive_banner", archive_banner(None, None)),
        (
            "missing_banner",
            missing_banner(&["posts", "comments", "the profile"]),
        ),
        ("unscored_banner", unscored_banner(&["true_engagement"])),
        ("problem_banner", problem_banner("a page is missing")),
        ("tied", tied("ada", "bob")),
        (
            "other_platforms",
            other_platforms(&["tiktok".to_owned(), "youtube".to_owned()]),
        ),
        (
            "other_versions",
            other_versions(&["v2.1".to_owned(), "v3.0".to_owned()]),
        ),
        ("listed", listed(&["a", "b", "c"])),
        ("spoken", spoken("drugs_in_captions")),
        ("number", number(1_234)),
        ("plural", plural(2, "reply")),
        ("are", are(1).to_owned()),
        ("have", have(2).to_owned()),
    ]);
    for level in [Level::Low, Level::Medium, Level::High, Level::Floor] {
        out.push(("worst", worst(Some(("hate", level)))));
        out.push(("profile_risk", profile_risk(Some(("drugs", level)))));
    }
    let lists: [&[&str]; 3] = [&[], &["brand_safety"], &["true_engagement", "brand_safety"]];
    for advice in [Advice::Sponsor, Advice::LookCloser, Advice::Avoid] {
        for names in lists {
            let weak = if names.is_empty() {
                &["brand_safety"][..]
            } else {
                names
            };
            for flags in [
                &[][..],
                &["dormant"],
                &["dormant", "engagement_pod", "a", "b"],
            ] {
                let reasons = Reasons {
                    weak,
                    weak_at_best: names,
                    unknown: names,
                    low: names,
                    middling: names,
                    bounded: &[("spam_share", "audience_authenticity")][..names.len().min(1)],
                    flags,
                    unread: !names.is_empty(),
                };
                out.push(("summary", summary(advice, false, &reasons)));
                out.push(("summary", summary(advice, true, &reasons)));
            }
        }
    }
    let target = Target::new(
        Platform::INSTAGRAM,
        Handle::canonical("ada").expect("valid"),
    );
    let nothing = Snapshot::new(target, Origin::Live);
    out.extend(
        questions(&nothing, [None; 3], &Insights::default())
            .into_iter()
            .map(|text| ("questions", text)),
    );
}

fn all() -> Rendered {
    let mut out = Vec::new();
    constants(&mut out);
    for n in COUNTS {
        of_one_count(n, &mut out);
        for whole in COUNTS.into_iter().filter(|whole| *whole >= n) {
            of_two_counts(n, whole, &mut out);
        }
    }
    for share in SHARES {
        of_figures(share, &mut out);
    }
    of_words(&mut out);
    out
}

/// What is wrong with a sentence, if anything.
fn fault(name: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() && name != "listed" {
        return Some("it is empty".to_owned());
    }
    for broken in [
        "  ", " ,", " .", "..", ",,", "NaN", "inf ", "-0 %", "{", "}",
    ] {
        if text.contains(broken) {
            return Some(format!("{broken:?}"));
        }
    }
    let words: Vec<&str> = text
        .split([' ', ';', ':'])
        .filter(|word| !word.is_empty())
        .collect();
    let nouns = [
        "post", "comment", "author", "caption", "group", "digit", "day", "follower",
    ];
    for pair in words.windows(2) {
        let noun = pair[1].trim_end_matches(['.', ',']);
        let plural = noun
            .strip_suffix('s')
            .is_some_and(|stem| nouns.contains(&stem));
        let digits: String = pair[0].chars().filter(|c| *c != ',').collect();
        match digits.parse::<u64>() {
            Ok(1) if plural => return Some("a plural after 1".to_owned()),
            Ok(n) if n != 1 && nouns.contains(&noun) => {
                return Some(format!("a singular after {n}"));
            }
            _ => {}
        }
    }
    // What a reader stumbles over: a count of nothing, all of one, and verbs that do not agree.
    for wrong in [
        "none of 1 ",
        "all 1 ",
        "1 more have ",
        "are the least",
        "no post has a known time; ",
        "the one post have ",
        "all 2 ",
        "both posts has ",
        "none of 2 posts have ",
        "nothing is flagged, and there is a flag",
        "1 are ",
        "1 have ",
        "0 is ",
        "2 is ",
        "2 has ",
        "1 of 1 comments",
        "a an ",
    ] {
        if format!(" {text}").contains(&format!(" {wrong}")) {
            return Some(format!("{wrong:?}"));
        }
    }
    None
}

#[test]
fn no_sentence_has_a_wrong_plural_an_impossible_figure_or_a_hole() {
    let faults: BTreeSet<String> = all()
        .into_iter()
        .filter_map(|(name, text)| Some(format!("{}: {name}: {text}", fault(name, &text)?)))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_sentence_is_rendered_by_this_test() {
    let rendered: BTreeSet<&str> = all().into_iter().map(|(name, _)| name).collect();
    let sources = [
        include_str!("mod.rs"),
        include_str!("audience.rs"),
        include_str!("account.rs"),
        include_str!("engagement.rs"),
        include_str!("insights.rs"),
        include_str!("overall.rs"),
        include_str!("safety.rs"),
    ];
    for line in sources.iter().flat_map(|source| source.lines()) {
        let line = line.replace("const fn", "fn");
        if let Some(rest) = line.strip_prefix("pub(crate) fn ") {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            assert!(rendered.contains(name), "{name} is never rendered");
        }
    }
}

#[test]
fn nothing_one_and_all_are_said_in_words() {
    assert_eq!(
        [0, 1, 3].map(|found| bursts(found, 3)
            .split(" a minute")
            .next()
            .unwrap_or("")
            .to_owned()),
        [
            "none of 3 posts has",
            "1 of 3 posts has",
            "all 3 posts have"
        ]
    );
    assert_eq!(
        [0, 1, 2].map(|spam| spam_share(spam, 2)),
        [
            "none of 2 comments with words looks like spam or scams",
            "1 of 2 comments with words looks like spam or scams",
            "both comments with words look like spam or scams",
        ]
    );
    assert_eq!(
        no_reach(0),
        "no posts have known views, but at least 5 are needed"
    );
    assert_eq!(
        sponsorship(2, Some(2), 0, None),
        "both posts have the platform's label for paid posts"
    );
    assert_eq!(
        sponsorship(4, Some(0), 0, None),
        "none of 4 posts has the platform's label for paid posts, nor a mark such as #ad or a code"
    );
    assert_eq!(
        sponsorship(4, Some(1), 2, None),
        "1 of 4 posts has the platform's label for paid posts; 2 more have a mark such as #ad or a code"
    );
    let shares = |share| {
        [LanguageShare {
            language: "English".to_owned(),
            share,
            texts: 30,
        }]
    };
    assert_eq!(
        languages((true, &shares(1.0), 30), (true, &shares(0.97), 31)),
        "all 30 captions whose language can be told are English; \
         comments: English 97 % (of 31 comments whose language can be told)"
    );
    assert_eq!(
        unheard_audience(1, 1, 0),
        "too few comments can be judged: the only one has at most two words"
    );
}

#[test]
fn a_summary_names_what_it_rests_on() {
    let reasons = Reasons {
        bounded: &[("spam_share", "audience_authenticity")],
        flags: &["engagement_pod"],
        ..Reasons::default()
    };
    assert_eq!(
        summary(Advice::LookCloser, false, &reasons),
        "Look closer: spam share limits audience authenticity; there is a flag (engagement pod)."
    );
    let unscored = Reasons {
        weak_at_best: &["audience_authenticity"],
        flags: &["a", "b", "c", "d"],
        ..Reasons::default()
    };
    assert_eq!(
        summary(Advice::Avoid, false, &unscored),
        "Avoid: audience authenticity is weak at best; there are flags (a, b, c and 1 more)."
    );
}

#[test]
fn figures_are_as_exact_as_they_deserve() {
    for (share, shown) in [
        (0.0, "0 %"),
        (0.0042, "0.42 %"),
        (0.035, "3.5 %"),
        (0.41, "41 %"),
        (-0.000_001, "0.00 %"),
    ] {
        assert_eq!(percent(share), shown);
    }
    assert_eq!(number(1_234_567), "1,234,567");
    assert_eq!(
        [plural(1, "reply"), plural(2, "reply"), plural(2, "day")],
        ["reply", "replies", "days"]
    );
    assert_eq!([times(1.25), times(14.0)], ["1.2 times", "14 times"]);
}
