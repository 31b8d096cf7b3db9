//! Labelled texts: one JSON object a line, with `text` and `label`.

#![allow(dead_code, reason = "each example uses a part")]

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// The texts of one file.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) texts: Vec<Text>,
}

/// One text.
#[derive(Debug, Deserialize)]
#[allow(
    clippy::struct_field_names,
    reason = "the name of the field in the records"
)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// 1 for spam, offensive or unsafe texts; `None` if unlabelled.
    #[serde(default)]
    pub(crate) label: Option<u8>,
    /// A finer class.
    #[serde(default)]
    pub(crate) meta: Option<String>,
}

/// Reads every `.jsonl` file of a folder, in the order of their names. A folder that does not exist
/// has none.
///
/// # Errors
/// A sentence for the reader if a file cannot be used.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Texts>, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    let mut sets = Vec::new();
    for file in files {
        let failed = |why: String| format!("{} cannot be used: {why}", file.display());
        let content = fs::read_to_string(&file).map_err(|error| failed(error.to_string()))?;
        let mut texts = Vec::new();
        for (number, line) in (1..).zip(content.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let text = serde_json::from_str(line)
                .map_err(|error| failed(format!("line {number}: {error}")))?;
            texts.push(text);
        }
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        sets.push(Texts {
            name: name.into_owned(),
            texts,
        });
    }
    Ok(sets)
}
