//! The files of an archive.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How deep folders may lie in folders.
const MAX_FOLDERS: usize = 64;

/// By what a changed file is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Stamp {
    pub(in super::super) length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(in super::super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}

/// What lies in an archive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Found {
    /// Files, in the order of their names.
    pub(in super::super) files: Vec<(PathBuf, Stamp)>,
    /// What is not read, and why.
    pub(in super::super) refused: Vec<(PathBuf, &'static str)>,
}

/// Lists a file, or everything inside a folder and its folders. Links are never followed: they
/// could lead out of the folder, or in circles.
pub(in super::super) fn walk(root: &Path) -> Result<Found, (PathBuf, io::Error)> {
    let failed = |error| (root.to_owned(), error);
    let metadata = fs::metadata(root).map_err(failed)?;
    let mut found = Found::default();
    if metadata.is_dir() {
        folder(root, 0, &mut found)?;
        found.files.sort_by(|a, b| a.0.cmp(&b.0));
        found.refused.sort();
    } else if metadata.is_file() {
        found
            .files
            .push((root.to_owned(), Stamp::of(root).map_err(failed)?));
    } else {
        let error = io::Error::other("it is neither a file nor a folder");
        return Err(failed(error));
    }
    Ok(found)
}

fn folder(path: &Path, depth: usize, found: &mut Found) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (path.to_owned(), error);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(_) if depth > 0 => {
            found
                .refused
                .push((path.to_owned(), "is a folder that cannot be read"));
            return Ok(());
        }
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_symlink() {
            let why = "is a link, which could lead anywhere: copy the file itself into the folder";
            found.refused.push((path, why));
        } else if kind.is_dir() {
            if depth < MAX_FOLDERS {
                folder(&path, depth + 1, found)?;
            } else {
                found.refused.push((path, "lies more than 64 folders deep"));
            }
        } else if kind.is_file() {
            match Stamp::of(&path) {
                Ok(stamp) => found.files.push((path, stamp)),
                // It went away in this moment.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err((path, error)),
            }
        } else {
            found.refused.push((path, "is no regular file"));
        }
    }
    Ok(())
}
