//! What the tests of this crate share: where the repository is, which packages it publishes, and
//! what their sources declare, use and export.
//!
//! The tests look at the repository itself: who may use whom, what each feature pulls in, what is
//! public, which test keeps which guarantee, whether links lead somewhere.

// Trees of `syn` have `Debug` only with a feature that makes it much slower to build.
#![allow(missing_debug_implementations)]

mod expand;
pub mod imports;
pub mod modules;
pub mod surface;
pub mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use self::modules::Library;

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

/// Returns the text of a file, by its path from the root.
///
/// # Panics
///
/// Panics when the file is missing or is not UTF-8.
#[must_use]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the text of each file with the given extension below a folder, by its path from there,
/// with forward slashes.
///
/// # Panics
///
/// Panics when a folder or file cannot be read.
#[must_use]
pub fn files(folder: &Path, extension: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).expect("the folder is readable") {
            let path = entry.expect("the folder is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let inside = path.strip_prefix(folder).expect("it was found below");
                let name = inside.to_str().expect("file names are UTF-8");
                let text = fs::read_to_string(&path).expect("the file is readable");
                files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    files
}

/// A package of the workspace that is meant for the registry.
#[derive(Debug)]
pub struct Package {
    /// Its name in the registry.
    pub name: String,
    /// Its folder from the root, with a slash at its end; empty for the root itself.
    pub folder: String,
    /// All that `cargo metadata` says of it.
    pub metadata: Value,
}

impl Package {
    /// Returns the library in this package, if it has one.
    #[must_use]
    pub fn library(&self) -> Option<Library> {
        let sources = files(&root().join(&self.folder).join("src"), "rs");
        let has_library = sources.contains_key("lib.rs");
        has_library.then(|| Library::parse(&self.name, &sources))
    }
}

/// Returns the packages of the workspace that are published, by name.
///
/// # Panics
///
/// Panics when `cargo metadata` fails.
#[must_use]
pub fn published() -> Vec<Package> {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("it lists packages");
    let mut published: Vec<Package> = packages
        .iter()
        .filter(|package| package["publish"].is_null())
        .map(package)
        .collect();
    published.sort_by(|a, b| a.name.cmp(&b.name));
    published
}

fn package(metadata: &Value) -> Package {
    let text = |field: &str| metadata[field].as_str().expect("it is a text").to_owned();
    let manifest = PathBuf::from(text("manifest_path"));
    // Both without symbolic links, or neither would begin with the other.
    let canonical = |path: &Path| path.canonicalize().expect("the folder exists");
    let folder = canonical(manifest.parent().expect("a manifest is in a folder"));
    let inside = folder.strip_prefix(canonical(&root()));
    let inside = inside.expect("members are below the root").to_str();
    let inside = inside.expect("folder names are UTF-8").replace('\\', "/");
    Package {
        name: text("name"),
        folder: if inside.is_empty() {
            inside
        } else {
            inside + "/"
        },
        metadata: metadata.clone(),
    }
}

/// Returns what `cargo metadata` says of the workspace, as it is built on this machine. It fetches what
/// nobody has built here yet.
///
/// # Panics
///
/// Panics when cargo fails.
#[must_use]
pub fn metadata(options: &[&str]) -> Value {
    let output = ask_cargo(&[&["--offline"], options].concat());
    let output = if output.status.success() {
        output
    } else {
        ask_cargo(options)
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {errors}");
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn ask_cargo(options: &[&str]) -> Output {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", env!("BUILT_FOR")])
        .args(options)
        .output()
        .expect("cargo runs")
}
