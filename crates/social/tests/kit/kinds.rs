//! Kinds of accounts, each a change of the clean creator, and what its report must show.

use report_pipeline_social::{Advice, Pillar, Post, Report, Snapshot};

use super::{clean_creator, comments_of, stable_report};

/// A kind of account, what its report must show, how it comes about, and whether it does.
pub(crate) type Kind = (
    &'static str,
    &'static str,
    fn(&mut Snapshot),
    fn(&Report) -> bool,
);

pub(crate) fn posts(snapshot: &mut Snapshot) -> &mut Vec<Post> {
    snapshot.posts.as_mut().expect("an account has posts")
}

/// Gives the comments other texts: those of the first list, but of a hundred so many of the second.
pub(crate) fn written(snapshot: &mut Snapshot, honest: &[&str], percent: usize, bad: &[&str]) {
    for (i, comment) in comments_of(snapshot).iter_mut().enumerate() {
        // Spread over all posts.
        let is_bad = (i * 37 + 11) % 100 < percent;
        if is_bad {
            comment.text = format!("{} {}", bad[i % bad.len()], ENDS[i * 7 % ENDS.len()]);
        } else if !honest.is_empty() {
            comment.text = mixed(honest, i);
        }
    }
}

/// A comment put together from parts of others, so that hardly any two are alike.
pub(crate) fn mixed(from: &[&str], i: usize) -> String {
    let mut random = fastrand::Rng::with_seed(i as u64);
    let parts: Vec<String> = (0..3)
        .map(|_| {
            let text = from[random.usize(..from.len())];
            // Where there are no blanks, between any two characters.
            let units: Vec<&str> = if text.contains(' ') {
                text.split_inclusive(' ').collect()
            } else {
                text.split_inclusive(|_| true).collect()
            };
            let first = random.usize(..units.len() / 2);
            let last = random.usize(units.len() / 2..units.len());
            units[first..=last].concat()
        })
        .collect();
    parts.join(" ")
}

pub(crate) fn captions(snapshot: &mut Snapshot, texts: &[&str]) {
    for (i, post) in posts(snapshot).iter_mut().enumerate() {
        post.caption = Some(texts[i % texts.len()].to_owned());
    }
}

/// The same, for every third post only.
pub(crate) fn some_captions(snapshot: &mut Snapshot, texts: &[&str]) {
    for (i, post) in posts(snapshot).iter_mut().enumerate() {
        if i % 3 == 0 {
            post.caption = Some(texts[i / 3 % texts.len()].to_owned());
        }
    }
}

pub(crate) fn audience_at_most(report: &Report, most: f64) -> bool {
    let audience = &report.audience_authenticity;
    audience.score.is_none_or(|score| score <= most)
}

pub(crate) fn is_safe(report: &Report) -> bool {
    report.brand_safety.score >= Some(80.0) && report.brand_safety.flags.is_empty()
}

/// What a good audience is, or one that nothing can be said of.
pub(crate) fn is_spared(pillar: &Pillar) -> bool {
    pillar.score.is_none_or(|score| score >= 60.0) && pillar.flags.is_empty()
}

pub(crate) fn is_bad_whole(report: &Report) -> bool {
    report.score.is_none_or(|score| score < 60.0) && report.decision().advice != Advice::Sponsor
}

pub(crate) trait Decided {
    fn decision(&self) -> &report_pipeline_social::Decision;
}

impl Decided for Report {
    fn decision(&self) -> &report_pipeline_social::Decision {
        self.decision.as_ref().expect("a new report has a decision")
    }
}

pub(crate) const ENDS: [&str; 8] = [
    "",
    "!!",
    "\u{1f525}",
    "now",
    "\u{1f64f}",
    "ok",
    "today",
    "\u{2764}",
];

pub(crate) const ENGLISH: [&str; 14] = [
    "I could look at this all day",
    "we went there with the kids last year",
    "which lens did you use for this",
    "the light on the second one is so good",
    "my grandmother had a kettle just like that",
    "how long did it take you to walk up there",
    "this made me want to go outside again",
    "the colours remind me of home",
    "you should write a book about it",
    "it rained all week here so thank you for this",
    "what is the name of the bird on the left",
    "I tried your recipe and it was great",
    "that is the best thing I have seen today",
    "are you going back there in the autumn",
];

/// Makes the report on each kind and holds it to what it must show.
pub(crate) fn all_show_what_they_must(kinds: &[Kind]) {
    let mut failures = Vec::new();
    for (name, must, change, holds) in kinds {
        let mut snapshot = clean_creator();
        change(&mut snapshot);
        let report = stable_report(&snapshot);
        let score = |pillar: &Pillar| pillar.score.map_or("-".to_owned(), |s| format!("{s}"));
        let shown = format!(
            "{name}: {:?}, whole {:?} {:?}, engagement {}, audience {}, safety {} to {}, account {}, flags {:?}",
            report.decision().advice,
            report.score,
            report.grade,
            score(&report.true_engagement),
            score(&report.audience_authenticity),
            score(&report.brand_safety),
            report.brand_safety.range.high,
            score(&report.account_authenticity),
            report.flags,
        );
        println!("{shown}");
        if !holds(&report) {
            failures.push(format!("must show: {must}. {shown}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
