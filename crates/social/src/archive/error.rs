//! Why an archive cannot be opened.

use std::io;
use std::path::PathBuf;

use super::ArchiveSummary;

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
    /// The folder holds no file at all.
    #[error("the folder {} has no file: put the archive's files into it", .path.display())]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
    /// No file says anything about an account.
    #[error(
        "the archive {} has no account: it takes files of yt-dlp, Instaloader and Apify, answers \
         of the platforms' APIs, and JSON objects with `platform` and `handle`\n{summary}",
        .path.display()
    )]
    Empty {
        /// The file or folder.
        path: PathBuf,
        /// What was found instead.
        summary: Box<ArchiveSummary>,
    },
}
