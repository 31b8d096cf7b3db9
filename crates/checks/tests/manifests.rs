//! What is published can be found, read, used and passed on: links, licence texts, compiler version.

use std::fs;

use checks::{Package, metadata, published, read, root};

const LICENCE_TEXTS: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

#[test]
fn every_published_package_says_where_it_comes_from_and_what_it_is() {
    for package in published() {
        for field in [
            "description",
            "documentation",
            "license",
            "readme",
            "repository",
        ] {
            let is_there = package.metadata[field].is_string();
            assert!(is_there, "{} has no {field}", package.name);
        }
        for field in ["categories", "keywords"] {
            let values = package.metadata[field].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&values), "{}: {field}", package.name);
        }
        let readme = package.metadata["readme"].as_str().expect("it has one");
        assert!(
            file(&package, readme).is_some(),
            "{}: {readme}",
            package.name
        );
    }
}

#[test]
fn every_published_package_has_one_repository() {
    let packages = published();
    let repositories = packages
        .iter()
        .map(|package| &package.metadata["repository"]);
    for repository in repositories {
        assert_eq!(repository, &packages[0].metadata["repository"]);
    }
}

#[test]
fn every_published_package_contains_its_licence_texts() {
    for package in published() {
        for name in LICENCE_TEXTS {
            assert_eq!(
                file(&package, name).as_deref(),
                Some(read(name).as_str()),
                "{}{name} is not the text at the root",
                package.folder
            );
        }
    }
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_we_promise() {
    let metadata = metadata(&["--all-features"]);
    let packages = metadata["packages"].as_array().expect("it lists packages");
    let ours = published();
    let promised = ours
        .iter()
        .map(|package| version(&package.metadata["rust_version"]));
    let promised = promised.min().flatten().expect("each has a rust-version");
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| version(&package["rust_version"]) > Some(promised.clone()))
        .map(|package| format!("{} needs {}", package["name"], package["rust_version"]))
        .collect();
    assert!(
        newer.is_empty(),
        "Rust {promised:?} is promised: {newer:#?}"
    );
}

fn file(package: &Package, name: &str) -> Option<String> {
    fs::read_to_string(root().join(&package.folder).join(name)).ok()
}

/// The numbers of a version, without zeros at the end.
fn version(value: &serde_json::Value) -> Option<Vec<u32>> {
    let text = value.as_str()?.trim_end_matches(".0");
    let numbers = text
        .split('.')
        .map(|number| number.parse().expect("it is a number"));
    Some(numbers.collect())
}
