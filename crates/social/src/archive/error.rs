//! Why an archive, or a line of it, cannot be read.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why [`ArchiveScraper::open`](super::ArchiveScraper::open) failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The path, or a file in the folder, cannot be read.
    #[error(
        "cannot read {}: check that it is a file or a folder and that this user may read it",
        .path.display()
    )]
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder holds no file to read.
    #[error("the folder {} has no .jsonl file: put the archive's files directly into it", .path.display())]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
    /// No line is a record of an account.
    #[error(
        "the archive {} has no account ({broken} broken lines): \
         each line must be a JSON object with `platform` and `handle`",
        .path.display()
    )]
    Empty {
        /// The file or folder.
        path: PathBuf,
        /// How many lines were broken. The other lines were blank.
        broken: u64,
        /// The first broken line, if there was one.
        #[source]
        first: Option<BrokenLine>,
    },
}

/// A line that is no usable record. It is named by its place; its text is not quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenLine {
    /// The file.
    pub file: PathBuf,
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong, as the end of the sentence "the line ...".
    pub reason: String,
}

impl fmt::Display for BrokenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, reason } = self;
        write!(f, "line {line} of {} {reason}", file.display())
    }
}

impl std::error::Error for BrokenLine {}
