//! Which way every signal points, on generated accounts: more of what is bad is never better, a flag
//! makes no score, what is hidden never beats what was shown, and neither order nor repetition
//! matters. Every account and text here is made up.

mod kit;

use chrono::TimeDelta;
use proptest::prelude::*;
use report_pipeline::Platform;
use report_pipeline_social::{
    Comment, HeuristicAnalyzer, Interval, Pillar, Post, Report, Snapshot,
};

use kit::generated::{FOREIGN, HATE, SPAM, account, recipes};
use kit::{captured, empty, stable_report};

/// Something bad that is added to an account, and the pillar that it concerns.
type Worse = (&'static str, fn(&Report) -> &Pillar, fn(&mut Snapshot));

/// Something that is left out of an account.
type Hiding = (&'static str, fn(&mut Snapshot));

fn comments(snapshot: &mut Snapshot) -> &mut Vec<Comment> {
    snapshot.comments.as_mut().expect("an account has comments")
}

/// The comments that are neither spam nor emoji: what is bad already must not be made better.
fn honest(snapshot: &mut Snapshot) -> impl Iterator<Item = &mut Comment> {
    comments(snapshot).iter_mut().filter(|comment| {
        let is_spam = SPAM.iter().any(|spam| comment.text.starts_with(spam));
        !is_spam && !comment.text.starts_with('\u{1f525}')
    })
}

fn posts(snapshot: &mut Snapshot) -> &mut Vec<Post> {
    snapshot.posts.as_mut().expect("an account has posts")
}

/// How many comments count as spam.
fn spam_found(report: &Report) -> f64 {
    let signals = &report.audience_authenticity.signals;
    let share = signals.iter().find(|signal| signal.name == "spam_share");
    share.map_or(0.0, |share| {
        let among = f64::from(u32::try_from(share.sample_size).expect("some hundred"));
        (share.value.unwrap_or_default() * among).round()
    })
}

/// Adds comments of strangers.
fn add(snapshot: &mut Snapshot, count: usize, text: impl Fn(usize) -> String) {
    let under: Vec<Post> = posts(snapshot).clone();
    for i in 0..count {
        let post = &under[i % under.len()];
        let mut comment = Comment::new(format!("more{i}"), text(i));
        comment.post_id = Some(post.id.clone());
        comment.author_id = Some(format!("stranger{i}"));
        let after = TimeDelta::minutes(7 * i64::try_from(i).expect("small") + 3);
        comment.timestamp = post.timestamp.map(|at| at + after);
        comments(snapshot).push(comment);
    }
}

const WORSE: [Worse; 14] = [
    (
        "spam is added",
        |r| &r.audience_authenticity,
        |s| {
            add(s, 25, |i| format!("{} {i}", SPAM[i % 4]));
        },
    ),
    (
        "one comment of spam is added",
        |r| &r.audience_authenticity,
        |s| {
            add(s, 1, |i| SPAM[i].to_owned());
        },
    ),
    (
        "comments become spam",
        |r| &r.audience_authenticity,
        |s| {
            for (i, comment) in comments(s).iter_mut().enumerate() {
                if i % 4 == 0 {
                    comment.text = format!("{} {i}", SPAM[i / 4 % 4]);
                }
            }
        },
    ),
    (
        "emoji are added",
        |r| &r.audience_authenticity,
        |s| {
            add(s, 60, |_| "\u{1f525}\u{1f525}".to_owned());
        },
    ),
    (
        "comments are copied",
        |r| &r.audience_authenticity,
        |s| {
            for (i, comment) in honest(s).enumerate() {
                if i % 2 == 0 {
                    let copied = [
                        "this is by far the best account of the year",
                        "such lovely pictures and so much to learn from you",
                    ];
                    copied[i / 2 % 2].clone_into(&mut comment.text);
                }
            }
        },
    ),
    (
        "a few people write most of it",
        |r| &r.audience_authenticity,
        |s| {
            for (i, comment) in comments(s).iter_mut().enumerate() {
                if i % 10 < 7 {
                    comment.author_id = Some(format!("pod{}", i % 3));
                }
            }
        },
    ),
    (
        "a few people add words of praise under every post",
        |r| &r.audience_authenticity,
        |s| {
            let praise = ["so nice", "great", "wow", "love it \u{2764}"];
            let under = 6 * posts(s).len();
            let before = comments(s).len();
            add(s, under, |i| praise[i % 4].to_owned());
            let added = comments(s).iter_mut().skip(before).enumerate();
            for (i, comment) in added {
                comment.author_id = Some(format!("core{}", i % 7));
            }
        },
    ),
    (
        "captions become hateful",
        |r| &r.brand_safety,
        |s| {
            for post in posts(s).iter_mut().step_by(3) {
                post.caption = Some(HATE.to_owned());
            }
        },
    ),
    (
        "one caption becomes hateful",
        |r| &r.brand_safety,
        |s| {
            posts(s)[0].caption = Some(HATE.to_owned());
        },
    ),
    (
        "comments become hateful",
        |r| &r.brand_safety,
        |s| {
            for comment in honest(s).step_by(3) {
                HATE.clone_into(&mut comment.text);
            }
        },
    ),
    (
        "hateful comments are added",
        |r| &r.brand_safety,
        |s| {
            add(s, 25, |i| format!("{HATE} {i}"));
        },
    ),
    (
        "nothing was posted for years",
        |r| &r.true_engagement,
        |s| {
            s.captured_at = Some(captured() + TimeDelta::days(900));
        },
    ),
    (
        "followers are bought",
        |r| &r.true_engagement,
        |s| {
            s.profile.follower_count = s.profile.follower_count.map(|n| n * 40);
        },
    ),
    (
        "it follows everybody",
        |r| &r.account_authenticity,
        |s| {
            s.profile.following_count = s.profile.follower_count.map(|n| n * 30);
        },
    ),
];

fn high(range: Interval, score: Option<f64>, interval: Option<Interval>) -> (f64, f64) {
    // Without a score everything from 0 to 100 is possible.
    (
        score.unwrap_or(100.0),
        interval.map_or(range.high, |bounds| bounds.high),
    )
}

fn report(snapshot: &Snapshot) -> Report {
    stable_report(snapshot)
}

/// Two reports, of which the second is on a worse account.
fn assert_no_better(
    what: &str,
    before: &Report,
    after: &Report,
    of: fn(&Report) -> &Pillar,
) -> Result<(), TestCaseError> {
    // Pillars are rounded to a tenth, and the whole is made of rounded ones.
    const SLACK: f64 = 0.11;
    let (b, a) = (of(before), of(after));
    if let (Some(b), Some(a)) = (b.score, a.score) {
        prop_assert!(
            a <= b + SLACK,
            "{what}: the pillar's score rises from {b} to {a}"
        );
    }
    prop_assert!(
        b.score.is_none() || a.score.is_some(),
        "{what}: the pillar loses its score"
    );
    prop_assert!(
        a.range.high <= b.range.high + SLACK,
        "{what}: the pillar's upper end rises from {} to {}",
        b.range.high,
        a.range.high
    );
    let (before_score, before_high) = high(before.range, before.score, before.interval);
    let (after_score, after_high) = high(after.range, after.score, after.interval);
    prop_assert!(
        after_score <= before_score + SLACK,
        "{what}: the whole rises from {before_score} to {after_score}"
    );
    prop_assert!(
        after_high <= before_high + SLACK,
        "{what}: the upper end of the whole rises from {before_high} to {after_high}"
    );
    if let (Some(b), Some(a)) = (before.grade, after.grade) {
        prop_assert!(a >= b, "{what}: the letter rises from {b:?} to {a:?}");
    }
    Ok(())
}

/// Fewer cases than usual, because each makes dozens of reports. `PROPTEST_CASES=5000` looks for longer.
fn config() -> ProptestConfig {
    let few = ProptestConfig::with_cases(64);
    std::env::var_os("PROPTEST_CASES").map_or(few, |_| ProptestConfig::default())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn more_of_what_is_bad_is_never_better(recipe in recipes()) {
        let snapshot = account(&recipe);
        let before = report(&snapshot);
        for (what, of, change) in WORSE {
            let mut worse = snapshot.clone();
            change(&mut worse);
            let after = report(&worse);
            // A comment of random words may count as spam. Where such a one was written over, something bad
            // was taken away.
            if ["comments are copied", "comments become hateful"].contains(&what)
                && spam_found(&after) < spam_found(&before)
            {
                continue;
            }
            assert_no_better(what, &before, &after, of)?;
        }
    }

    #[test]
    fn what_cannot_be_judged_gets_no_score_from_its_flags(recipe in recipes()) {
        // Emoji and a language that nothing covers, with a handful of spam among them.
        let mut snapshot = account(&recipe);
        for (i, comment) in comments(&mut snapshot).iter_mut().enumerate() {
            comment.text = if i % 2 == 0 { "\u{1f525}".to_owned() } else { FOREIGN[i % 3].to_owned() };
        }
        let before = report(&snapshot);
        prop_assert_eq!(before.audience_authenticity.score, None);
        add(&mut snapshot, 5, |i| SPAM[i % 4].to_owned());
        let after = report(&snapshot);
        prop_assert_eq!(after.audience_authenticity.score, None);
        prop_assert_eq!((after.score, after.grade), (None, None));
        prop_assert!(after.audience_authenticity.range.high <= before.audience_authenticity.range.high);
        prop_assert!(after.range.high <= before.range.high);
    }

    #[test]
    fn what_is_hidden_never_beats_what_was_shown(recipe in recipes()) {
        let snapshot = account(&recipe);
        let shown = report(&snapshot);
        let hidings: [Hiding; 8] = [
            ("likes", |s| posts(s).iter_mut().for_each(|p| p.like_count = None)),
            ("likes, by a filler", |s| posts(s).iter_mut().for_each(|p| { p.like_count = Some(3); p.comment_count = Some(25); })),
            ("comments", |s| s.comments = None),
            ("comment texts", |s| comments(s).iter_mut().for_each(|c| c.text.clear())),
            ("captions", |s| posts(s).iter_mut().for_each(|p| p.caption = None)),
            ("followers", |s| s.profile.follower_count = None),
            ("posts", |s| s.posts = None),
            ("everything", |s| *s = empty(&Platform::INSTAGRAM)),
        ];
        for (what, hide) in hidings {
            let mut hidden = snapshot.clone();
            hide(&mut hidden);
            let hidden = report(&hidden);
            prop_assert_eq!((hidden.score, hidden.grade), (None, None), "{}", what);
            prop_assert!(hidden.range.low <= shown.range.low + 0.11, "{}: the low end rises", what);
        }
        // What is hidden of the profile leaves a pillar that is no better for it.
        let parts: [Hiding; 3] = [
            ("accounts followed", |s| s.profile.following_count = None),
            ("the description", |s| s.profile.bio = None),
            ("the picture", |s| s.profile.has_profile_picture = None),
        ];
        for (what, hide) in parts {
            let mut hidden = snapshot.clone();
            hide(&mut hidden);
            let hidden = report(&hidden);
            let (before, after) = (&shown.account_authenticity, &hidden.account_authenticity);
            prop_assert!(after.score <= before.score, "{what}: {:?} to {:?}", before.score, after.score);
        }
        // Without authors and times nothing is known of who they are: no better than shown, unless
        // what was shown was bad because of them.
        let mut hidden = snapshot.clone();
        for comment in comments(&mut hidden) {
            comment.author_id = None;
            comment.timestamp = None;
        }
        let hidden = report(&hidden);
        let (before, after) = (&shown.audience_authenticity, &hidden.audience_authenticity);
        if let (Some(score), Some(bounds)) = (after.score, before.interval) {
            prop_assert!(score <= bounds.high + 0.11, "authors: {score} over {bounds:?}");
        }
    }

    #[test]
    fn neither_order_nor_repetition_matters(recipe in recipes(), seed: u64) {
        let snapshot = account(&recipe);
        let mut other = snapshot.clone();
        let mut random = fastrand::Rng::with_seed(seed);
        let again: Vec<Comment> = comments(&mut other)
            .iter()
            .step_by(3)
            .map(|comment| {
                // Delivered twice, with a like more.
                let mut comment = comment.clone();
                comment.like_count = Some(1);
                comment
            })
            .collect();
        comments(&mut other).extend(again);
        random.shuffle(comments(&mut other));
        let first = posts(&mut other)[0].clone();
        posts(&mut other).push(first);
        random.shuffle(posts(&mut other));
        let analyzer = HeuristicAnalyzer::new();
        let (one, two) = (analyzer.examine(&snapshot), analyzer.examine(&other));
        prop_assert_eq!(one, two);
    }
}
