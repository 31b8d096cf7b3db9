//! How well the heuristics do on labelled data: one table per question, targets beside figures.
//!
//! ```sh
//! cargo run --release -p report-pipeline-social --example evaluate -- DATA
//! ```
//! `DATA` is a folder of `.jsonl` files in the archive's format (see `ArchiveScraper`), whose
//! records or comments carry a label, such as `"label": {"fake": true}`. Each file is a set. A folder
//! `texts` in it may hold labelled texts, one `{"text": ..., "label": 0 or 1}` a line. `--cases` names
//! a file of invented accounts with a known answer, `--hatecheck` the table of `HateCheck`'s English
//! cases, `--answers` a table of hateful texts and answers to them. What is measured is what users get: every record goes through scraper, analyzer and assembler, and
//! labels are looked at only afterwards. The same folder gives the same tables.
//!
//! Whether a figure is in-sample depends on the data: the scorer's lists and weights were made with
//! some sets in view, which `docs/methodology.md` names.

#[path = "evaluate/accounts.rs"]
mod accounts;
#[path = "evaluate/answers.rs"]
mod answers;
#[path = "evaluate/cases.rs"]
mod cases;
#[path = "evaluate/comments.rs"]
mod comments;
#[path = "evaluate/flags.rs"]
mod flags;
#[path = "evaluate/genuine.rs"]
mod genuine;
#[path = "evaluate/hatecheck.rs"]
mod hatecheck;
#[path = "evaluate/labelled_texts.rs"]
mod labelled_texts;
#[path = "evaluate/made_up.rs"]
mod made_up;
#[path = "evaluate/metrics.rs"]
mod metrics;
#[path = "evaluate/records.rs"]
mod records;
#[path = "evaluate/reports.rs"]
mod reports;
#[path = "evaluate/sections.rs"]
mod sections;
#[path = "evaluate/table.rs"]
mod table;
#[path = "evaluate/targets.rs"]
mod targets;
#[path = "evaluate/texts.rs"]
mod texts;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use report_pipeline_social::METHODOLOGY_VERSION;

use self::accounts::Accounts;
use self::flags::Flags;
use self::labelled_texts::LabelledTexts;
use self::records::Set;

/// Measures the reference domain on labelled data.
#[derive(Parser)]
struct Options {
    /// The folder with the labelled records.
    data: PathBuf,
    /// Only the records of these handles, separated by commas: data that was held out of a fit.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How many sections to mix for each share of spam.
    #[arg(long, default_value_t = 200)]
    draws: usize,
    /// Invented accounts with a known answer, one a line.
    #[arg(long)]
    cases: Option<PathBuf>,
    /// The English test cases of `HateCheck`, as published (CSV).
    #[arg(long)]
    hatecheck: Option<PathBuf>,
    /// Hateful texts and answers to them, as Multi-Target CONAN publishes them (CSV).
    #[arg(long)]
    answers: Option<PathBuf>,
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
    let mut sets = records::read_folder(&options.data).await?;
    if !options.only.is_empty() {
        for set in &mut sets {
            let is_asked_for = |handle: &str| options.only.iter().any(|only| only == handle);
            set.records
                .retain(|record| is_asked_for(record.snapshot.target.handle.as_str()));
        }
    }
    sets.retain(|set| !set.records.is_empty());
    let texts = texts::read_folder(&options.data.join("texts"))?;
    let is_labelled = |set: &Set| {
        let mut records = set.records.iter();
        records.any(|r| r.label.is_some() || r.comment_labels.iter().any(Option::is_some))
    };
    if !sets.iter().any(is_labelled) && texts.is_empty() {
        return Err(format!(
            "{} has no labelled records to measure on",
            options.data.display()
        ));
    }
    println!("methodology {METHODOLOGY_VERSION}");

    let mut of_comments = comments::table();
    let mut of_sections = sections::table();
    let mut of_accounts = Accounts::new();
    let mut of_flags = Flags::new();
    let mut of_texts = LabelledTexts::new();
    if options.only.is_empty() {
        for set in &texts {
            of_texts.measure(set);
        }
    }
    let mut notes = Vec::new();
    for set in &sets {
        let failed = |error| format!("{} cannot be measured: {error}", set.name);
        comments::measure(set, &mut of_comments);
        notes.extend(
            sections::measure(set, options.draws, &mut of_sections)
                .await
                .map_err(failed)?,
        );
        of_accounts.measure(set).await.map_err(failed)?;
        of_flags.measure(set).await.map_err(failed)?;
    }
    of_comments.print();
    of_texts.print();
    of_sections.print();
    of_accounts.print();
    of_flags.print();
    let ordinary = if options.only.is_empty() {
        &texts[..]
    } else {
        &[]
    };
    genuine::table(&sets, ordinary).await?.print();
    if let Some(file) = &options.hatecheck {
        for table in hatecheck::tables(&hatecheck::read(file)?).await? {
            table.print();
        }
    }
    if let Some(file) = &options.answers {
        answers::table(&answers::read(file)?).await?.print();
    }
    if let Some(file) = &options.cases {
        let cases = cases::table(&records::read_file(file).await?).await;
        cases
            .map_err(|error| format!("the cases cannot be measured: {error}"))?
            .print();
    }

    let missing = targets::KNOWN.iter().filter(|known| {
        let mut sources = sets.iter().filter_map(|set| set.records.first());
        !sources.any(|record| {
            targets::known(&record.source).is_some_and(|found| found.source == known.source)
        })
    });
    notes.extend(missing.map(|known| format!("{}: no such set here", known.what)));
    if !notes.is_empty() {
        println!("\nNot measured");
        for note in notes {
            println!("  {note}");
        }
    }
    Ok(())
}
