//! Accounts that hate beside accounts that answer hate: whoever answers must never be the worse one.
//!
//! The captions are drawn from texts of either kind, from a fixed seed. Compared is the upper end of
//! the range, which is 100 where words cannot decide.

use std::path::Path;

use fastrand::Rng;
use report_pipeline_social::Report;
use serde::Deserialize;

use super::made_up::account;
use super::metrics::{share, wilson_high};
use super::reports::report;
use super::sections::SEED;
use super::table::{Table, figure};
use super::targets::Target;

/// How many accounts are made up of either kind.
const ACCOUNTS: usize = 300;
/// Of how many captions each.
const CAPTIONS: [usize; 5] = [5, 8, 12, 20, 30];

/// A text and an answer to it, as Multi-Target CONAN lists them.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    #[serde(rename = "HATE_SPEECH")]
    hate: String,
    #[serde(rename = "COUNTER_NARRATIVE")]
    answer: String,
}

/// Reads a table of hateful texts and answers to them.
///
/// # Errors
/// A sentence for the reader if it cannot be used.
pub(crate) fn read(file: &Path) -> Result<Vec<Exchange>, String> {
    let failed = |why: csv::Error| format!("{} cannot be used: {why}", file.display());
    let mut reader = csv::Reader::from_path(file).map_err(failed)?;
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(failed)
}

/// The table for the exchanges of a file.
pub(crate) async fn table(exchanges: &[Exchange]) -> Result<Table, String> {
    let hate: Vec<&str> = exchanges.iter().map(|e| e.hate.as_str()).collect();
    let answers: Vec<&str> = exchanges.iter().map(|e| e.answer.as_str()).collect();
    compare("CONAN", &hate, &answers).await
}

/// Compares accounts of hateful texts with accounts of answers to such.
pub(crate) async fn compare(name: &str, hate: &[&str], answers: &[&str]) -> Result<Table, String> {
    let mut table = Table::new(
        &format!(
            "{name}: {ACCOUNTS} accounts of hate and {ACCOUNTS} of answers to it, by captions (seed {SEED})"
        ),
        &[
            "captions",
            "answers below hate",
            "target",
            "of judged pairs",
            "answers flagged",
            "at most",
            "target",
            "answers weak",
            "hate good",
            "hate flagged",
            "hate not judged",
        ],
    );
    for captions in CAPTIONS {
        let mut random = Rng::with_seed(SEED);
        let hate = accounts(hate, captions, &mut random).await?;
        let answers = accounts(answers, captions, &mut random).await?;
        let below = |a: &Report, b: &Report| a.brand_safety.range.high < b.brand_safety.range.high;
        let is_judged = |r: &Report| r.brand_safety.score.is_some();
        let pairs = answers
            .iter()
            .flat_map(|a| hate.iter().map(move |b| (a, b)));
        let (mut wrong, mut judged, mut judged_wrong) = (0, 0, 0);
        for (a, b) in pairs {
            let (both, is_wrong) = (is_judged(a) && is_judged(b), below(a, b));
            wrong += usize::from(is_wrong);
            judged += usize::from(both);
            judged_wrong += usize::from(both && is_wrong);
        }
        let wrong = share(wrong, answers.len() * hate.len());
        let judged_wrong = share(judged_wrong, judged);
        let five = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |s| format!("{s:.5}"));
        let count = |of: &[Report], which: &dyn Fn(&Report) -> bool| {
            of.iter().filter(|report| which(report)).count()
        };
        let flagged = |r: &Report| !r.brand_safety.flags.is_empty();
        let accused = count(&answers, &flagged);
        let weak = count(&answers, &|r| {
            r.brand_safety.score.is_some_and(|s| s < 40.0)
        });
        let good = share(
            count(&hate, &|r| r.brand_safety.score >= Some(60.0)),
            hate.len(),
        );
        table.row(vec![
            captions.to_string(),
            five(wrong),
            Target::AtMost(0.0).verdict(wrong),
            five(judged_wrong),
            figure(share(accused, answers.len())),
            format!("{:.4}", wilson_high(accused, answers.len())),
            Target::AtMost(0.01).verdict(share(accused, answers.len())),
            figure(share(weak, answers.len())),
            figure(good),
            figure(share(count(&hate, &flagged), hate.len())),
            figure(share(
                count(&hate, &|r| r.brand_safety.score.is_none()),
                hate.len(),
            )),
        ]);
    }
    Ok(table)
}

/// Reports on accounts whose captions are drawn from some texts.
async fn accounts(
    texts: &[&str],
    captions: usize,
    random: &mut Rng,
) -> Result<Vec<Report>, String> {
    let mut reports = Vec::new();
    for _ in 0..ACCOUNTS {
        let chosen = random.choose_multiple(texts.iter().copied(), captions);
        let snapshot = account(chosen, Vec::new())?;
        reports.push(report(&snapshot).await.map_err(|error| error.to_string())?);
    }
    Ok(reports)
}
