//! The examples `evaluate` and `fit_spam` as somebody with labelled data uses them, and the
//! figures they are made of. Every record here is made up.

#[path = "../examples/evaluate/metrics.rs"]
mod metrics;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use metrics::{Decisions, auc, mean, spearman};

fn near(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-9)
}

#[test]
fn precision_recall_and_f1_match_a_count_by_hand() {
    let pairs = [
        (true, true),
        (true, true),
        (true, false),
        (false, true),
        (false, false),
    ];
    let found = Decisions::count(pairs);
    assert_eq!((found.hits, found.false_alarms, found.misses), (2, 1, 1));
    assert!(near(found.precision(), 2.0 / 3.0));
    assert!(near(found.recall(), 2.0 / 3.0));
    assert!(near(found.f1(), 2.0 / 3.0));
    assert_eq!(Decisions::count([(false, false)]).f1(), None);
}

#[test]
fn the_area_counts_pairs_and_halves_ties() {
    assert!(near(auc(&[(0.9, true), (0.8, true), (0.1, false)]), 1.0));
    assert!(near(auc(&[(0.1, true), (0.9, false)]), 0.0));
    assert!(near(auc(&[(0.5, true), (0.5, false)]), 0.5));
    // Of four pairs two are won, one is tied and one is lost.
    let scored = [(3.0, true), (1.0, true), (1.0, false), (2.0, false)];
    assert!(near(auc(&scored), 2.5 / 4.0));
    assert_eq!(auc(&[(1.0, true)]), None);
}

#[test]
fn rank_correlation_looks_at_order_alone() {
    let falling: Vec<(f64, f64)> = [(1.0, 100.0), (2.0, 99.0), (3.0, 5.0), (4.0, 4.9)].into();
    assert!(near(spearman(&falling), -1.0));
    // The textbook's 1 - 6 d^2 / (n (n^2 - 1)) with d^2 = 2 and n = 4.
    let swapped = [(1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (4.0, 4.0)];
    assert!(near(spearman(&swapped), 0.8));
    assert_eq!(spearman(&[(1.0, 2.0), (2.0, 2.0)]), None);
    assert!(near(mean(&[1.0, 2.0, 6.0]), 3.0));
}

/// Two accounts with labels, and three sections of a set that weights may be fitted on.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let accounts = [
        r#"{"platform":"instagram","handle":"real_one","source":"srf-test","profile":{"follower_count":900,"following_count":300,"post_count":120,"has_profile_picture":true},"label":{"fake":false}}"#,
        r#"{"platform":"instagram","handle":"fake_one","source":"srf-test","profile":{"follower_count":3,"following_count":4000,"post_count":0,"has_profile_picture":false},"label":{"fake":true}}"#,
    ];
    fs::write(folder.path().join("accounts.jsonl"), accounts.join("\n")).expect("room");
    let mut sections = String::new();
    for section in 0..6 {
        let comments: Vec<String> = (0..60)
            .map(|i| {
                let spam = i % 2 == 0;
                let text = if spam {
                    format!("subscribe to my channel please {section} {i}")
                } else {
                    honest(section * 60 + i)
                };
                format!(r#"{{"id":"{section}-{i}","text":"{text}","label":{{"spam":{spam}}}}}"#)
            })
            .collect();
        let _ = writeln!(
            sections,
            r#"{{"platform":"youtube","handle":"section_{section}","source":"uci-youtube-spam-test","comments":[{}]}}"#,
            comments.join(",")
        );
    }
    fs::write(folder.path().join("comments.jsonl"), sections).expect("room");
    folder
}

/// A comment of its own words: sections of copies would be judged as copies.
fn honest(i: usize) -> String {
    const WORDS: &str = "the and we you it is was this that my your of on in with for so lovely \
        morning river birds walk hill light tea garden path wind rain cloud friend photo colour \
        quiet gentle early bright heron robin kettle boots forest meadow bridge winter summer about \
        autumn spring evening weekend story camera lens trail summit valley lake shore have from";
    let all: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = fastrand::Rng::with_seed(i as u64);
    let chosen: Vec<&str> = (0..10).map(|_| all[random.usize(..all.len())]).collect();
    chosen.join(" ")
}

#[test]
fn evaluate_measures_each_set_of_a_folder_and_names_what_is_missing() {
    let folder = folder();
    let run = |more: &[&str]| run("evaluate", folder.path(), more);
    let all = run(&["--draws", "10"]);
    let table = output(&all);
    assert!(all.status.success(), "{table}");
    let row = |name: &str, cell: &str| {
        let mut lines = table.lines();
        assert!(
            lines.any(|line| line.trim_start().starts_with(name) && line.contains(cell)),
            "no {name} with {cell} in {table}"
        );
    };
    // Every comment is told right; sections and accounts are ordered as they should be.
    row(
        "comments",
        "360   180  1.000      1.000   1.000  1.000  >= 0.95 met",
    );
    row("comments", "-1.000  <= -0.95 met  1.000  >= 0.98 met");
    row("accounts", "1.000  >= 0.92 met");
    row("Instagram scam comments", "no such set here");
    assert_eq!(
        table,
        output(&run(&["--draws", "10"])),
        "the same folder, another table"
    );

    let only = output(&run(&["--only", "section_1"]));
    assert!(
        only.contains("60    30") && only.contains("too few to mix"),
        "{only}"
    );
}

#[test]
fn evaluate_refuses_what_it_cannot_measure_on() {
    let empty = tempfile::tempdir().expect("a folder");
    for (folder, why) in [
        (empty.path().join("nowhere"), "cannot be read as a folder"),
        (empty.path().to_owned(), "has no .jsonl files"),
    ] {
        refused(&folder, why);
    }
    let file = empty.path().join("a.jsonl");
    fs::write(&file, r#"{"platform":"youtube","handle":"unlabelled"}"#).expect("room");
    refused(empty.path(), "no labelled records");
    fs::write(
        &file,
        "{\"platform\":\"youtube\",\"handle\":\"x_y\"}\nbroken",
    )
    .expect("room");
    refused(empty.path(), "line 2");
}

#[test]
fn fit_spam_holds_sections_out_and_writes_nothing_unasked() {
    let folder = folder();
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analysis/spam/weights.rs");
    let before = fs::read(&weights).expect("the table");
    let fitted = run("fit_spam", folder.path(), &[]);
    let table = output(&fitted);
    assert!(fitted.status.success(), "{table}");
    assert!(table.contains("360 of 360 texts used"), "{table}");
    assert!(table.contains("held out"), "{table}");
    let part = output(&run(
        "fit_spam",
        folder.path(),
        &["--without", "section_0,section_1"],
    ));
    assert!(part.contains("240 of 360 texts used"), "{part}");
    assert_eq!(before, fs::read(&weights).expect("the table"));
}

fn refused(folder: &Path, why: &str) {
    let refused = run("evaluate", folder, &[]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && error.contains(why), "{error}");
}

fn output(run: &Output) -> String {
    String::from_utf8_lossy(&run.stdout).into_owned()
}

fn run(example: &str, folder: &Path, more: &[&str]) -> Output {
    // Cargo builds the examples for `cargo test`, next to the folder this test runs from.
    let test = std::env::current_exe().expect("a path");
    let profile: PathBuf = test.ancestors().nth(2).expect("target/PROFILE").to_owned();
    Command::new(profile.join("examples").join(example))
        .arg(folder)
        .args(more)
        .output()
        .unwrap_or_else(|error| panic!("{example} does not start: {error}"))
}
