//! What the library costs those who build it: the crates that each feature pulls in.
//!
//! Asks `cargo tree`, offline: everything it needs was fetched to build this test. What a crate
//! needs differs by operating system, so the sets here are those of Linux.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::process::Command;

/// The most crates that the default build may consist of, this one included.
const DEFAULT_BUILD: usize = 44;

/// The most crates that `cargo run --example server` may build, its own packages included.
const SERVER_EXAMPLE: usize = 114;

/// What each feature adds to the default build, and nothing else.
///
/// Cargo.lock keeps `idna_adapter` at 1.1.0: from 1.2 on it brings 18 crates of ICU, for host names
/// in the address of a Redis server. `cargo update --package idna_adapter --precise 1.1.0` restores it.
const ADDED: [(&str, &[&str]); 6] = [
    (
        "http",
        &[
            "atomic-waker",
            "block-buffer",
            "cpufeatures",
            "crypto-common",
            "digest",
            "http",
            "http-body",
            "http-body-util",
            "httparse",
            "hybrid-array",
            "hyper",
            "hyper-util",
            "mio",
            "sha2",
            "smallvec",
            "socket2",
            "tower-service",
            "typenum",
        ],
    ),
    ("metrics", &["metrics", "rapidhash", "rustversion"]),
    // Half of them are for the password of the connection.
    (
        "postgres",
        &[
            "base64",
            "block-buffer",
            "byteorder",
            "chacha20",
            "cmov",
            "const-oid",
            "cpufeatures",
            "crypto-common",
            "ctutils",
            "digest",
            "fallible-iterator",
            "hmac",
            "hybrid-array",
            "lock_api",
            "log",
            "md-5",
            "mio",
            "parking_lot",
            "parking_lot_core",
            "phf",
            "phf_shared",
            "postgres-protocol",
            "postgres-types",
            "rand",
            "rand_core",
            "scopeguard",
            "sha2",
            "siphasher",
            "smallvec",
            "socket2",
            "stringprep",
            "tokio-postgres",
            "typenum",
            "unicode-bidi",
            "unicode-properties",
            "whoami",
        ],
    ),
    (
        "redis",
        &[
            "arcstr",
            "async-lock",
            "combine",
            "event-listener",
            "event-listener-strategy",
            "form_urlencoded",
            "idna",
            "idna_adapter",
            "idna_mapping",
            "mio",
            "parking",
            "redis",
            "ryu",
            "sha1_smol",
            "smallvec",
            "socket2",
            "unicode-bidi",
            "unicode-joining-type",
            "url",
            "utf8_iter",
            "utf_types",
            "xxhash-rust",
        ],
    ),
    // SQLite itself is in `libsqlite3-sys`, as C: `cc` builds it, `pkg-config` and `vcpkg` only look for another.
    (
        "sqlite",
        &[
            "bitflags",
            "cc",
            "fallible-iterator",
            "fallible-streaming-iterator",
            "find-msvc-tools",
            "foldhash",
            "hashbrown",
            "hashlink",
            "libsqlite3-sys",
            "pkg-config",
            "rusqlite",
            "shlex",
            "smallvec",
            "vcpkg",
        ],
    ),
    ("testing", &["mio", "socket2"]),
];

/// The features that add TLS, each with the one that it adds it to.
const OVER_TLS: [(&str, &str); 2] = [("postgres-tls", "postgres"), ("redis-tls", "redis")];

/// The crates that TLS adds to either.
const TLS: [&str; 13] = [
    "cc",
    "find-msvc-tools",
    "openssl-probe",
    "ring",
    "rustls",
    "rustls-native-certs",
    "rustls-pki-types",
    "rustls-webpki",
    "shlex",
    "subtle",
    "tokio-rustls",
    "untrusted",
    "zeroize",
];

#[test]
fn the_default_build_stays_small() {
    let crates = names(&tree(""));
    assert!(
        (20..=DEFAULT_BUILD).contains(&crates.len()),
        "{} crates: {crates:?}",
        crates.len()
    );
}

#[test]
fn the_default_build_has_no_network_and_no_server() {
    let tree = tree("");
    let crates = names(&tree);
    for banned in [
        "hyper", "http", "redis", "mio", "socket2", "axum", "reqwest",
    ] {
        assert!(!crates.contains(banned), "{banned} is in the default build");
    }
    let tokio = features_of(&tree, "tokio");
    assert!(
        tokio.contains("rt"),
        "tokio's features were not read: {tokio:?}"
    );
    for banned in ["net", "fs", "process", "signal", "io-std", "full"] {
        assert!(
            !tokio.contains(banned),
            "tokio's {banned} is in the default build"
        );
    }
}

#[test]
fn each_feature_adds_what_it_says_and_nothing_else() {
    let base = names(&tree(""));
    for (feature, expected) in ADDED {
        let with_feature = names(&tree(feature));
        let added: Vec<&str> = with_feature.difference(&base).map(String::as_str).collect();
        assert_eq!(added, expected, "what the feature {feature} adds");
    }
    for (feature, plain) in OVER_TLS {
        let (secured, plain) = (names(&tree(feature)), names(&tree(plain)));
        let added: Vec<&str> = secured.difference(&plain).map(String::as_str).collect();
        assert_eq!(added, TLS, "what the feature {feature} adds");
    }
}

/// Every feature that is listed here.
fn listed_features() -> impl Iterator<Item = &'static str> {
    let plain = ADDED.iter().map(|(feature, _)| *feature);
    plain.chain(OVER_TLS.iter().map(|(feature, _)| *feature))
}

/// What a stranger waits for after `cargo run --release --example server`: docs/performance.md has
/// the times. Cargo builds all dev-dependencies of the example's package.
#[test]
fn the_server_example_builds_nothing_that_only_tests_need() {
    let options = ["--package", "report-pipeline-server-example"];
    let crates = names(&cargo_tree("normal,build,dev", &options));
    assert!(
        (80..=SERVER_EXAMPLE).contains(&crates.len()),
        "{} crates: {crates:?}",
        crates.len()
    );
    for banned in [
        // Drives browsers, draws bars, makes up input, routes: only tests and other programs do.
        "axum",
        "fantoccini",
        "indicatif",
        "proptest",
        "tempfile",
        "report-pipeline-test-support",
        // Whoever wants metrics runs report-server.
        "metrics",
        // A level for each target needs no regular expressions, and help needs no colours.
        "regex-automata",
        "regex-syntax",
        "anstream",
    ] {
        assert!(
            !crates.contains(banned),
            "{banned} is built for the server example"
        );
    }
}

/// Cargo builds a package once for all default members, with the features that any of them asks for.
#[test]
fn the_root_asks_for_no_feature_that_the_server_example_would_wait_for() {
    let mut options = Vec::new();
    for member in ["report-pipeline", "report-pipeline-server-example"] {
        options.extend(["--package", member]);
    }
    let tree = cargo_tree("normal,build,dev", &options);
    let features = features_of(&tree, "report-pipeline");
    let expected = ["default", "http", "metrics", "redis", "testing"];
    assert_eq!(features, BTreeSet::from(expected));
}

/// What the feature `live` of the social package adds, TLS included.
const LIVE: &[&str] = &[
    "atomic-waker",
    "base64",
    "cc",
    "chrono-tz",
    "find-msvc-tools",
    "http",
    "http-body",
    "http-body-util",
    "httparse",
    "hyper",
    "hyper-rustls",
    "hyper-util",
    "ipnet",
    "mio",
    "openssl-probe",
    "phf",
    "phf_shared",
    "ring",
    "rustls",
    "rustls-native-certs",
    "rustls-pki-types",
    "rustls-webpki",
    "shlex",
    "siphasher",
    "smallvec",
    "socket2",
    "subtle",
    "tokio-rustls",
    "tower-service",
    "try-lock",
    "untrusted",
    "want",
    "zeroize",
];

#[test]
fn live_scrapers_cost_nothing_where_they_are_not_wanted() {
    let social = |features: &str| {
        let options = [
            "--package",
            "report-pipeline-social",
            "--features",
            features,
        ];
        names(&cargo_tree("normal,build", &options))
    };
    let (without, with) = (social(""), social("live"));
    let added: Vec<&str> = with.difference(&without).map(String::as_str).collect();
    assert_eq!(added, LIVE, "what the feature live adds");
    for banned in ["hyper", "rustls", "ring", "http", "mio"] {
        assert!(!without.contains(banned), "{banned} is built without live");
    }
}

#[test]
fn every_feature_is_listed_here() {
    let manifest = checks::read("Cargo.toml");
    let features = manifest
        .split("\n[")
        .find_map(|section| section.strip_prefix("features]"))
        .expect("the manifest has features");
    let found: BTreeSet<&str> = features
        .lines()
        .filter(|line| !line.starts_with([' ', '#', ']']))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(found, listed_features().chain(["default"]).collect());
}

#[test]
fn no_crate_comes_in_two_versions() {
    let features: Vec<&str> = listed_features().collect();
    let tree = tree(&features.join(","));
    let versions: BTreeSet<&str> = tree
        .lines()
        .map(crate_and_version)
        // ring, for TLS, stays with the old one: deny.toml has it too.
        .filter(|version| !version.starts_with("getrandom v0.2."))
        // tokio-postgres stays with the old one, rusqlite has the new one.
        .filter(|version| !version.starts_with("fallible-iterator v0.2."))
        .collect();
    assert_eq!(versions.len(), names(&tree).len(), "{versions:#?}");
}

/// One line for each crate of the library with these features: its name, version and features.
fn tree(features: &str) -> String {
    let options = ["--package", "report-pipeline", "--no-default-features"];
    let options = [&options[..], &["--features", features]].concat();
    cargo_tree("normal,build", &options)
}

fn cargo_tree(edges: &str, options: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(checks::root())
        .args(["tree", "--offline", "--locked", "--edges", edges])
        .args(["--prefix", "none", "--format", "{p}|{f}"])
        .args(options)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree failed: {errors}");
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn crate_and_version(line: &str) -> &str {
    let end = line
        .match_indices([' ', '|'])
        .nth(1)
        .map_or(line.len(), |(at, _)| at);
    &line[..end]
}

fn features_of<'a>(tree: &'a str, name: &str) -> BTreeSet<&'a str> {
    let start = format!("{name} v");
    tree.lines()
        .filter(|line| line.starts_with(&start))
        .filter_map(|line| line.split_once('|'))
        .flat_map(|(_, features)| features.trim_end_matches(" (*)").split(','))
        .collect()
}
