//! Fits the weights of the spam scorer, and measures how well such weights do on texts that they
//! were not fitted on.
//!
//! ```sh
//! cargo run --release -p report-pipeline-social --example fit_spam -- DATA            # measure only
//! cargo run --release -p report-pipeline-social --example fit_spam -- DATA --write    # and write the library's table
//! ```
//! `DATA` is a folder as for the example `evaluate`, with labelled texts in its folder `texts`; only
//! sets whose licence allows it are used. Held out means: the texts are cut into three parts by
//! video, page or template, and each part is judged by weights fitted on the other two.
//!
//! To measure a whole report on held-out sections, fit without them, then look only at them:
//!
//! ```sh
//! cargo run --release -p report-pipeline-social --example fit_spam -- DATA --without HANDLE,HANDLE --write
//! cargo run --release -p report-pipeline-social --example evaluate -- DATA --only HANDLE,HANDLE
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
#[path = "evaluate/texts.rs"]
mod texts;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use report_pipeline_social::SPAM_THRESHOLD;

use self::corpus::{Example, PARTS, examples};
use self::metrics::{Decisions, auc, share};
use self::model::Model;
use self::table::{Table, figure};

/// Fits the weights of the spam scorer.
#[derive(Parser)]
struct Options {
    /// The folder with the labelled records, and labelled texts in its folder `texts`.
    data: PathBuf,
    /// Write the weights to the library's source.
    #[arg(long)]
    write: bool,
    /// Fit without the videos or pages of these handles, separated by commas.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
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
    let sets = records::read_folder(&options.data).await?;
    let texts = texts::read_folder(&options.data.join("texts"))?;
    let all = examples(&sets, &texts);
    if !all.iter().any(|example| example.spam) {
        return Err(format!(
            "{} has no labelled comments that may be fitted on",
            options.data.display()
        ));
    }
    let used: Vec<&Example> = all
        .iter()
        .filter(|example| !options.without.contains(&example.group))
        .collect();
    let model = Model::fit(&used);
    println!("{} of {} texts used", used.len(), all.len());
    if options.without.is_empty() {
        measure(&all, &model).print();
    }
    if options.write {
        let file = source::write(&model).map_err(|e| format!("nothing was written: {e}"))?;
        println!("written: {}", file.display());
    }
    Ok(())
}

/// How the weights do on what they were fitted on, and on what they were not.
fn measure(all: &[Example], model: &Model) -> Table {
    let mut table = Table::new(
        "Texts, 1 point or more counting as spam",
        &[
            "set",
            "weights",
            "texts",
            "AUC",
            "precision",
            "recall",
            "F1",
            "false alarms",
        ],
    );
    let without: Vec<Model> = (0..PARTS)
        .map(|part| {
            let others: Vec<&Example> = all.iter().filter(|e| e.part != part).collect();
            Model::fit(&others)
        })
        .collect();
    let sets: BTreeSet<&str> = all.iter().map(|example| example.set.as_str()).collect();
    for set in &sets {
        let mut row = |what: &str, score: &dyn Fn(&Example) -> f64| {
            let scored: Vec<(f64, bool)> = all
                .iter()
                .filter(|example| example.set == *set)
                .map(|example| (score(example), example.spam))
                .collect();
            let found = Decisions::count(scored.iter().map(|(s, l)| (*s >= SPAM_THRESHOLD, *l)));
            let honest = scored.iter().filter(|(_, spam)| !spam).count();
            table.row(vec![
                (*set).to_owned(),
                what.to_owned(),
                scored.len().to_string(),
                figure(auc(&scored)),
                figure(found.precision().filter(|_| honest < scored.len())),
                figure(found.recall()),
                figure(found.f1().filter(|_| honest < scored.len())),
                figure(share(found.false_alarms, honest)),
            ]);
        };
        row("lists and marks alone", &|e| e.points);
        row("in-sample", &|e| model.score(e));
        row("held out", &|e| without[e.part].score(e));
    }
    table
}
