//! What `deny.toml` says of licences, versions and sources, held without `cargo deny`. Advisories need
//! its database, and crates of other platforms are not fetched here: both are left to it.

use std::collections::{BTreeMap, BTreeSet};

use checks::{metadata, published, read};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml::Table;

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let deny: Table = read("deny.toml").parse().expect("it is TOML");
    let allowed: BTreeSet<&str> = texts(&deny["licenses"]["allow"]).collect();
    let dependencies = dependencies();
    assert!(
        dependencies.len() > 50,
        "only {} were found",
        dependencies.len()
    );
    for package in &dependencies {
        let name = &package["name"];
        let licence = package["license"].as_str();
        let licence = licence.unwrap_or_else(|| panic!("{name} has no licence"));
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{name}: {licence}: {error}"));
        let is_allowed = expression.evaluate(|required| {
            let id = required.license.id();
            id.is_some_and(|id| allowed.contains(id.name))
        });
        assert!(
            is_allowed,
            "{name} has the licence {licence}: deny.toml does not allow it"
        );
    }
}

#[test]
fn every_allowed_licence_is_needed() {
    let deny: Table = read("deny.toml").parse().expect("it is TOML");
    let dependencies = dependencies();
    let licences = dependencies
        .iter()
        .filter_map(|package| package["license"].as_str());
    let found: Vec<&str> = licences.collect();
    for allowed in texts(&deny["licenses"]["allow"]) {
        let is_needed = found.iter().any(|licence| licence.contains(allowed));
        assert!(is_needed, "nothing has the licence {allowed} any more");
    }
}

#[test]
fn no_dependency_comes_in_two_versions() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let deny: Table = read("deny.toml").parse().expect("it is TOML");
    let skipped = deny["bans"]["skip"].as_array().expect("it is a list");
    let mut unused: BTreeSet<&str> = skipped
        .iter()
        .map(|skip| skip["crate"].as_str().expect("it names a crate"))
        .collect();
    for package in dependencies() {
        let text = |key: &str| package[key].as_str().expect("it is a text").to_owned();
        let (name, version) = (text("name"), text("version"));
        let is_skipped = |skip: &str| {
            skip.split_once('@').is_some_and(|(skipped, line)| {
                skipped == name && version.starts_with(&format!("{line}."))
            })
        };
        let skip = skipped.iter().filter_map(|skip| skip["crate"].as_str());
        if let Some(skip) = skip.into_iter().find(|skip| is_skipped(skip)) {
            unused.remove(skip);
            continue;
        }
        versions.entry(name).or_default().insert(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    assert!(versions.is_empty(), "{versions:#?}");
    assert!(unused.is_empty(), "deny.toml skips in vain: {unused:?}");
}

#[test]
fn every_dependency_comes_from_the_public_registry() {
    let deny: Table = read("deny.toml").parse().expect("it is TOML");
    let allowed: Vec<&str> = texts(&deny["sources"]["allow-registry"]).collect();
    for package in dependencies() {
        if let Some(source) = package["source"].as_str() {
            let is_allowed = source
                .strip_prefix("registry+")
                .is_some_and(|registry| allowed.contains(&registry));
            assert!(is_allowed, "{} comes from {source}", package["name"]);
        }
    }
}

fn texts(list: &toml::Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().expect("it is a list");
    list.iter()
        .map(|value| value.as_str().expect("it is a text"))
}

/// All that the published packages are built from, themselves included.
fn dependencies() -> Vec<Value> {
    let metadata = metadata(&["--all-features"]);
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let published = published();
    let mut waiting: Vec<&str> = packages
        .iter()
        .filter(|(_, package)| {
            let name = package["name"].as_str();
            package["source"].is_null() && published.iter().any(|ours| Some(&*ours.name) == name)
        })
        .map(|(id, _)| *id)
        .collect();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let needed = nodes[id]["deps"].as_array().expect("it lists them");
            let needed = needed.iter().filter(|needed| is_built_in(needed));
            waiting.extend(needed.filter_map(|needed| needed["pkg"].as_str()));
        }
    }
    found.iter().map(|id| packages[id].clone()).collect()
}

/// Whether a dependency is more than one of tests, examples and benches.
fn is_built_in(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().expect("it lists them");
    kinds.iter().any(|kind| kind["kind"] != "dev")
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    let list = list.as_array().expect("it is a list").iter();
    list.filter_map(|entry| Some((entry["id"].as_str()?, entry)))
        .collect()
}
