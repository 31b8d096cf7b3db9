//! Fits the weights that plain words have in the spam scorer, and measures how well such weights
//! do on comments that they were not fitted on.
//!
//! ```sh
//! cargo run --release --example fit_spam -- DATA            # measure only
//! cargo run --release --example fit_spam -- DATA --write    # and write the library's table
//! ```
//! `DATA` is a folder as for the example `evaluate`; only sets whose licence allows it are used.
//! To measure a whole report on held-out sections, fit without them, then look only at them:
//!
//! ```sh
//! cargo run --release --example fit_spam -- DATA --without HANDLE,HANDLE --write
//! cargo run --release --example evaluate -- DATA --only HANDLE,HANDLE
//! ```

#[path = "fit_spam/corpus.rs"]
mod corpus;
#[path = "fit_spam/logistic.rs"]
mod logistic;
#[path = "evaluate/metrics.rs"]
mod metrics;
#[path = "fit_spam/model.rs"]
mod model;
#[path = "evaluate/records.rs"]
mod records;
#[path = "fit_spam/source.rs"]
mod source;
#[path = "evaluate/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use report_pipeline_social::{SPAM_THRESHOLD, spam_inputs};

use self::corpus::{Example, examples, phrases_only_in};
use self::metrics::{Decisions, auc};
use self::model::Model;
use self::table::{Table, figure};

/// Fits the spam scorer's word weights.
#[derive(Parser)]
struct Options {
    /// The folder with the labelled records.
    data: PathBuf,
    /// Sections (videos, pages) to leave out of the fit, separated by commas.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// Write the weights into the library.
    #[arg(long)]
    write: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    let all = examples(&records::read_folder(&options.data).await?);
    if all.is_empty() {
        return Err(format!(
            "{} has no labelled comments that may be fitted on",
            options.data.display()
        ));
    }
    let used: Vec<&Example> = all
        .iter()
        .filter(|example| !options.without.contains(&example.section))
        .collect();
    let model = Model::fit(&used);
    println!(
        "{} of {} comments used, {} words, base {:.3} points",
        used.len(),
        all.len(),
        model.words.len(),
        model.base
    );
    if options.without.is_empty() {
        measure(&all, &model).print();
    }
    if options.write {
        let file = source::write(&model).map_err(|e| format!("nothing was written: {e}"))?;
        println!("written: {}", file.display());
    }
    Ok(())
}

/// How the lists and the weights do, from the easiest test to the hardest.
fn measure(all: &[Example], model: &Model) -> Table {
    let mut table = Table::new(
        "Comments, 1 point or more counting as spam",
        &["set", "weights", "AUC", "precision", "recall", "F1"],
    );
    let sets: BTreeSet<&str> = all.iter().map(|example| example.set.as_str()).collect();
    for set in &sets {
        let mut row = |what: &str, scores: &dyn Fn(&Example) -> f64| {
            let scored: Vec<(f64, bool)> = all
                .iter()
                .filter(|example| example.set == *set)
                .map(|example| (scores(example), example.spam))
                .collect();
            let found = Decisions::count(scored.iter().map(|(s, l)| (*s >= SPAM_THRESHOLD, *l)));
            table.row(vec![
                (*set).to_owned(),
                what.to_owned(),
                figure(auc(&scored)),
                figure(found.precision()),
                figure(found.recall()),
                figure(found.f1()),
            ]);
        };
        row("none: lists and marks only", &|e| e.points);
        row("in-sample", &|e| model.score(e, e.points));

        let elsewhere: Vec<&Example> = all.iter().filter(|e| e.set != *set).collect();
        if !elsewhere.is_empty() {
            let foreign = Model::fit(&elsewhere);
            row("fitted on the other sets", &|e| foreign.score(e, e.points));
        }
        let held_out = HeldOut::of(all, set);
        row("held out: fitted without the section", &|e| {
            held_out.score(e, e.points)
        });
        row("the same, and no phrase known only from it", &|e| {
            held_out.score(e, held_out.points_without_own_phrases(e))
        });
        row("none, and no phrase known only from the section", &|e| {
            held_out.points_without_own_phrases(e)
        });
    }
    table
}

/// For each section of a set, what is known without it.
struct HeldOut {
    sections: Vec<(String, Model, BTreeSet<&'static str>)>,
}

impl HeldOut {
    fn of(all: &[Example], set: &str) -> Self {
        let of_set = all.iter().filter(|example| example.set == set);
        let names: BTreeSet<&str> = of_set.map(|example| example.section.as_str()).collect();
        let sections = names
            .into_iter()
            .map(|name| {
                let others: Vec<&Example> = all.iter().filter(|e| e.section != name).collect();
                let own = phrases_only_in(name, all);
                (name.to_owned(), Model::fit(&others), own)
            })
            .collect();
        Self { sections }
    }

    fn section(&self, example: &Example) -> &(String, Model, BTreeSet<&'static str>) {
        let mut sections = self.sections.iter();
        sections
            .find(|(name, ..)| *name == example.section)
            .expect("every section of the set was held out once")
    }

    fn score(&self, example: &Example, points: f64) -> f64 {
        self.section(example).1.score(example, points)
    }

    /// A list that was made with the comments in view may hold what only one section says.
    fn points_without_own_phrases(&self, example: &Example) -> f64 {
        let own = &self.section(example).2;
        spam_inputs(&example.text, &|phrase| own.contains(phrase)).points
    }
}
