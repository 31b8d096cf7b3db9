//! Labelled records: snapshots as the archive scraper reads them, and what they really are.

#![allow(dead_code, reason = "each example uses a part")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use report_pipeline::{Phase, PhaseContext, Scraper};
use report_pipeline_social::{ArchiveScraper, Snapshot};
use serde::Deserialize;
use serde_json::Value;

/// The records of one file.
#[derive(Debug)]
pub(crate) struct Set {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) records: Vec<Record>,
}

/// One account or comment section.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) snapshot: Snapshot,
    /// Where the record says it is from.
    pub(crate) source: String,
    /// What the account is labelled as, such as `fake`, and whether it is that.
    pub(crate) label: Option<(String, bool)>,
    /// The same for each of the snapshot's comments, in its order.
    pub(crate) comment_labels: Vec<Option<(String, bool)>>,
}

#[derive(Deserialize)]
struct Labels {
    handle: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    label: HashMap<String, Value>,
    #[serde(default)]
    comments: Vec<CommentLabels>,
}

#[derive(Deserialize)]
struct CommentLabels {
    id: String,
    #[serde(default)]
    label: HashMap<String, Value>,
}

/// Reads every `.jsonl` file of a folder, each as one set, in the order of their names.
///
/// # Errors
/// A sentence for the reader if the folder or a part of it cannot be used: a figure measured on
/// half of a set would pass for one measured on the whole.
pub(crate) async fn read_folder(folder: &Path) -> Result<Vec<Set>, String> {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("{} cannot be read as a folder: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "{} has no .jsonl files: name the folder with the labelled records",
            folder.display()
        ));
    }
    let mut sets = Vec::new();
    for file in files {
        sets.push(read_file(&file).await?);
    }
    Ok(sets)
}

/// Reads one file as a set.
///
/// # Errors
/// As [`read_folder`].
pub(crate) async fn read_file(file: &Path) -> Result<Set, String> {
    let failed = |why: String| format!("{} cannot be used: {why}", file.display());
    // One archive per file: the same handle in two files is two records.
    let archive = ArchiveScraper::open(file).map_err(|error| failed(error.to_string()))?;
    let summary = archive.summary();
    let mut passed_over = summary.files.iter().flat_map(|file| &file.skipped);
    if let Some((reason, _)) = passed_over.next() {
        return Err(failed(reason.clone()));
    }
    let mut labels = HashMap::new();
    let content = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    for line in content.trim_start_matches('\u{feff}').lines() {
        if line.trim().is_empty() {
            continue;
        }
        let found: Labels = serde_json::from_str(line)
            .map_err(|error| failed(format!("a record's labels cannot be read: {error}")))?;
        labels.insert(found.handle.to_lowercase(), found);
    }
    let mut targets = archive.targets();
    targets.sort_by(|a, b| a.handle.as_str().cmp(b.handle.as_str()));
    let mut records = Vec::new();
    for target in targets {
        let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
        let snapshot = archive
            .scrape(&target, &ctx)
            .await
            .map_err(|error| failed(error.to_string()))?;
        if let Some(labels) = labels.get(target.handle.as_str()) {
            records.push(record(snapshot, labels));
        }
    }
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Set {
        name: name.into_owned(),
        records,
    })
}

fn record(snapshot: Snapshot, labels: &Labels) -> Record {
    let of_comments: HashMap<&str, _> = labels
        .comments
        .iter()
        .map(|comment| (comment.id.as_str(), yes_or_no(&comment.label)))
        .collect();
    let comments = snapshot.comments.as_deref().unwrap_or_default();
    let comment_labels = comments
        .iter()
        .map(|comment| of_comments.get(comment.id.as_str()).cloned().flatten())
        .collect();
    Record {
        source: labels.source.clone(),
        label: yes_or_no(&labels.label),
        comment_labels,
        snapshot,
    }
}

/// The one label that is yes or no; tallies and unknowns are passed over.
fn yes_or_no(labels: &HashMap<String, Value>) -> Option<(String, bool)> {
    let mut known = labels
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_bool()?)));
    known.next()
}
