//! The fitted weights as source of the library.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{fs, io};

use super::model::Model;

/// The character of a weight of zero, and the most steps to either side.
const ZERO: i32 = 81;
const STEPS: f64 = 45.0;
/// So many characters a line.
const WIDTH: usize = 96;

/// Writes the table of weights where the scorer reads it, and says where that is.
pub(crate) fn write(model: &Model) -> io::Result<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/analysis/spam/weights.rs");
    fs::write(&file, text(model))?;
    Ok(file)
}

fn text(model: &Model) -> String {
    // The few largest weights are cut off: they would leave too few steps for all the others.
    let mut sizes: Vec<f64> = model.runs.iter().map(|weight| weight.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let largest = sizes[sizes.len() * 998 / 1_000].max(1e-6);
    let scale = largest / STEPS;
    let mut text = HEAD.to_owned();
    let _ = writeln!(text, "pub(super) const BASE: f64 = {:.4};", model.base);
    let signs: Vec<String> = model.signs.iter().map(|w| format!("{w:.4}")).collect();
    let _ = writeln!(text, "/// Of the signs.");
    let _ = writeln!(
        text,
        "pub(super) const SIGNS: [f64; {}] = [{}];",
        signs.len(),
        signs.join(", ")
    );
    let _ = writeln!(text, "/// What one step of a run's weight is worth.");
    let _ = writeln!(text, "pub(super) const SCALE: f64 = {scale:.4};");
    let _ = writeln!(
        text,
        "/// Of the runs of characters, in the order of their places."
    );
    let _ = write!(text, "pub(super) const GRAMS: &str = r\"");
    for (index, weight) in model.runs.iter().enumerate() {
        if index % WIDTH == 0 {
            text.push('\n');
        }
        text.push(character(*weight / scale));
    }
    text.push_str("\n\";\n");
    text
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the steps")]
fn character(steps: f64) -> char {
    let code = ZERO + steps.round().clamp(-STEPS, STEPS) as i32;
    u8::try_from(code).map_or('Q', char::from)
}

const HEAD: &str = "\
//! Weights of the scorer. Written by `cargo run --release -p report-pipeline-social --example fit_spam -- DATA --write`; do
//! not edit.
//!
//! Fitted on labelled texts of the UCI `YouTube` Spam Collection (T. C. Alberto, J. V. Lochter,
//! 2015, doi:10.24432/C58885, CC BY 4.0), `ScamSpot` (S. Erben, A. Waldis, EACL 2024, MIT), the
//! Indonesian gambling comments of gbennnn/judol-comment-classification (MIT), the Russian messages
//! of monalenka/telegram-spam-classifier-bot (MIT) and SMS of semnan-university-ai (MIT); against
//! ordinary tweets of cardiffnlp/xlm-t (Apache-2.0), t-davidson/hate-speech-and-offensive-language
//! (MIT) and surge-ai/toxicity (MIT).

/// The character that stands for a weight of zero.
pub(super) const ZERO: i8 = 81;
/// What every text starts with.
";
