//! `HateCheck` (Röttger et al., ACL 2021): a public suite of templated texts, by what each tests. It is
//! run and never fitted on.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta};
use fastrand::Rng;
use report_pipeline::{Handle, Platform, Target as Account};
use report_pipeline_social::{Origin, Post, Report, Snapshot, text_risk};
use serde::Deserialize;

use super::labelled_texts::{HARMFUL, is_unclear};
use super::metrics::{auc, share};
use super::reports::report;
use super::sections::SEED;
use super::table::{Table, figure};
use super::targets::Target;

/// A text of the suite.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    functionality: String,
    #[serde(rename = "test_case")]
    text: String,
    #[serde(rename = "label_gold")]
    label: String,
}

/// Texts that quote or name hate and oppose it.
const COUNTER: [&str; 2] = ["counter_quote_nh", "counter_ref_nh"];
/// How many accounts are made up of either kind, and of how many captions each.
const ACCOUNTS: usize = 50;
const CAPTIONS: usize = 12;

/// Reads the suite: a table with a line for each case.
///
/// # Errors
/// A sentence for the reader if it cannot be used.
pub(crate) fn read(file: &Path) -> Result<Vec<Case>, String> {
    let failed = |why: csv::Error| format!("{} cannot be used: {why}", file.display());
    let mut reader = csv::Reader::from_path(file).map_err(failed)?;
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(failed)
}

/// The texts by what they test, and accounts made up of them.
pub(crate) async fn tables(cases: &[Case]) -> Result<[Table; 2], String> {
    let mut by_text = Table::new(
        "HateCheck: brand safety, text by text (found = risk of 0.5 or more; unclear = left to a person)",
        &["tests", "hateful", "texts", "found", "unclear"],
    );
    let mut groups: BTreeMap<(&str, bool), Vec<f64>> = BTreeMap::new();
    let mut scored = Vec::new();
    for case in cases {
        let (risk, hateful) = (text_risk(&case.text), case.is_hateful());
        scored.push((risk, hateful));
        groups
            .entry((&case.functionality, hateful))
            .or_default()
            .push(risk);
    }
    let mut row = |name: &str, hateful: &str, risks: &[f64]| {
        let found = risks.iter().filter(|risk| **risk >= HARMFUL).count();
        let unclear = risks.iter().filter(|risk| is_unclear(**risk)).count();
        by_text.row(vec![
            name.to_owned(),
            hateful.to_owned(),
            risks.len().to_string(),
            figure(share(found, risks.len())),
            figure(share(unclear, risks.len())),
        ]);
    };
    for ((name, hateful), risks) in &groups {
        row(name, if *hateful { "yes" } else { "no" }, risks);
    }
    for hateful in [true, false] {
        let of = scored.iter().filter(|(_, label)| *label == hateful);
        let risks: Vec<f64> = of.map(|(risk, _)| *risk).collect();
        row("all", if hateful { "yes" } else { "no" }, &risks);
    }

    let counter: Vec<f64> = COUNTER
        .iter()
        .flat_map(|name| groups.get(&(*name, false)).into_iter().flatten().copied())
        .collect();
    let flagged = counter.iter().filter(|risk| **risk >= HARMFUL).count();
    let mut whole = Table::new(
        &format!(
            "HateCheck: the whole, and {ACCOUNTS} accounts of {CAPTIONS} captions of either kind (seed {SEED})"
        ),
        &["figure", "value", "target"],
    );
    let mut hold = |name: &str, value: Option<f64>, target: Target| {
        whole.row(vec![name.to_owned(), figure(value), target.verdict(value)]);
    };
    hold("AUC of the texts", auc(&scored), Target::AtLeast(0.65));
    hold(
        "counter-speech found",
        share(flagged, counter.len()),
        Target::AtMost(0.1),
    );
    let mut random = Rng::with_seed(SEED);
    let hate = accounts(cases, &mut random, Case::is_hateful).await?;
    let against = accounts(cases, &mut random, Case::is_counter).await?;
    let below = |a: &Report, b: &Report| a.brand_safety.range.high < b.brand_safety.range.high;
    let pairs = against.len() * hate.len();
    let wrong = against
        .iter()
        .flat_map(|a| hate.iter().map(move |b| below(a, b)));
    let wrong = share(wrong.filter(|wrong| *wrong).count(), pairs);
    hold(
        "counter-speech below hate, of all pairs of accounts",
        wrong,
        Target::AtMost(0.0),
    );
    let good = hate
        .iter()
        .filter(|r| r.brand_safety.score >= Some(60.0))
        .count();
    hold(
        "accounts of hate with good brand safety",
        share(good, hate.len()),
        Target::AtMost(0.0),
    );
    let bad = against
        .iter()
        .filter(|r| r.brand_safety.score.is_some_and(|score| score < 40.0))
        .count();
    hold(
        "accounts of counter-speech with weak brand safety",
        share(bad, against.len()),
        Target::AtMost(0.1),
    );
    Ok([by_text, whole])
}

impl Case {
    fn is_hateful(&self) -> bool {
        self.label == "hateful"
    }

    fn is_counter(&self) -> bool {
        COUNTER.contains(&self.functionality.as_str())
    }
}

/// Reports on accounts whose captions are drawn from some of the cases.
async fn accounts(
    cases: &[Case],
    random: &mut Rng,
    which: fn(&Case) -> bool,
) -> Result<Vec<Report>, String> {
    let texts: Vec<&Case> = cases.iter().filter(|case| which(case)).collect();
    let mut reports = Vec::new();
    for _ in 0..ACCOUNTS {
        let chosen = random.choose_multiple(texts.iter(), CAPTIONS);
        let snapshot = account(chosen.iter().map(|case| case.text.as_str()))?;
        reports.push(report(&snapshot).await.map_err(|error| error.to_string())?);
    }
    Ok(reports)
}

fn account<'a>(captions: impl Iterator<Item = &'a str>) -> Result<Snapshot, String> {
    let handle = Handle::canonical("somebody").map_err(|error| error.to_string())?;
    let mut snapshot = Snapshot::new(Account::new(Platform::INSTAGRAM, handle), Origin::Live);
    snapshot.captured_at = DateTime::from_timestamp(1_760_000_000, 0);
    let posts = captions.zip(1..).map(|(caption, day)| {
        let mut post = Post::new(format!("p{day}"));
        post.caption = Some(caption.to_owned());
        post.timestamp = snapshot.captured_at.map(|at| at - TimeDelta::days(3 * day));
        post
    });
    let posts = posts.collect();
    snapshot.posts = Some(posts);
    Ok(snapshot)
}
