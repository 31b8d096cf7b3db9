//! The fitted weights as source of the library.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{fs, io};

use super::model::Model;

/// Writes the table of weights where the scorer reads it, and says where that is.
pub(crate) fn write(model: &Model) -> io::Result<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/analysis/spam/weights.rs");
    fs::write(&file, text(model))?;
    Ok(file)
}

fn text(model: &Model) -> String {
    let mut text = HEAD.to_owned();
    let mut line = String::new();
    for (word, weight) in &model.words {
        let entry = format!("(\"{word}\", {}), ", thousandths(*weight));
        if line.len() + entry.len() > 92 {
            let _ = writeln!(text, "    {}", line.trim_end());
            line.clear();
        }
        line.push_str(&entry);
    }
    let _ = writeln!(text, "    {}\n];", line.trim_end());
    text.replace("{base}", &thousandths(model.base).to_string())
}

#[expect(clippy::cast_possible_truncation, reason = "weights are a few points")]
fn thousandths(weight: f64) -> i32 {
    (weight * 1_000.0).round() as i32
}

const HEAD: &str = "\
//! Weights of plain words. Written by `cargo run --release --example fit_spam -- DATA --write`; do
//! not edit.
//!
//! Fitted on labelled comments of the UCI `YouTube` Spam Collection (T. C. Alberto, J. V. Lochter,
//! 2015, doi:10.24432/C58885, CC BY 4.0) and of `ScamSpot` (S. Erben, A. Waldis, EACL 2024, MIT
//! licence, (c) 2023 Stefan Erben). Only words that are common to several videos or pages are here.

/// What every comment with words starts with, in thousandths of a point.
pub(super) const BASE: i32 = {base};

/// What each word adds, in thousandths of a point; sorted by word.
#[rustfmt::skip]
pub(super) const WEIGHTS: &[(&str, i32)] = &[
";
