//! `HateCheck` (Röttger et al., ACL 2021): a public suite of templated texts, by what each tests. It is
//! run and never fitted on.

use std::collections::BTreeMap;
use std::path::Path;

use report_pipeline_social::text_risk;
use serde::Deserialize;

use super::answers;
use super::labelled_texts::{HARMFUL, is_unclear};
use super::metrics::{auc, share};
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

/// The texts by what they test, and accounts made up of those that hate and of those that answer hate.
pub(crate) async fn tables(cases: &[Case]) -> Result<[Table; 3], String> {
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
    let mut whole = Table::new("HateCheck: the whole", &["figure", "value", "target"]);
    let mut hold = |name: &str, value: Option<f64>, target: Target| {
        whole.row(vec![name.to_owned(), figure(value), target.verdict(value)]);
    };
    hold("AUC of the texts", auc(&scored), Target::AtLeast(0.65));
    hold(
        "counter-speech found",
        share(flagged, counter.len()),
        Target::AtMost(0.1),
    );
    let texts = |which: fn(&Case) -> bool| -> Vec<&str> {
        let of = cases.iter().filter(|case| which(case));
        of.map(|case| case.text.as_str()).collect()
    };
    let (hate, answers) = (texts(Case::is_hateful), texts(Case::is_counter));
    let accounts = answers::compare("HateCheck", &hate, &answers).await?;
    Ok([by_text, whole, accounts])
}

impl Case {
    fn is_hateful(&self) -> bool {
        self.label == "hateful"
    }

    fn is_counter(&self) -> bool {
        COUNTER.contains(&self.functionality.as_str())
    }
}
