//! What the tests of this crate share: where the repository is, and how its files are read.
//!
//! The tests look at the repository itself: who may use whom, what each feature pulls in, which
//! test keeps which guarantee.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the repository's root folder.
///
/// # Panics
///
/// Panics when this crate was moved out of `crates/`.
#[must_use]
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = crates.and_then(Path::parent);
    root.expect("this crate is two folders below the root")
        .to_owned()
}

/// Returns the text of a file, with forward slashes in its path from the root.
///
/// # Panics
///
/// Panics when the file is missing or is not UTF-8.
#[must_use]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
