//! The tables of guarantees name only tests that exist.

use std::fs;
use std::path::Path;

use checks::{files, root};

#[test]
fn every_test_that_a_table_of_guarantees_names_exists() {
    let mut named = 0;
    for folder in ["docs", "crates"] {
        for (page, text) in files(&root().join(folder), "md") {
            if page.contains("guarantees") {
                let member = page.split_once('/').filter(|_| folder == "crates");
                let member = member.map(|(member, _)| Path::new(folder).join(member));
                named += check(&text, &member.unwrap_or_default());
            }
        }
    }
    assert!(
        named > 50,
        "only {named} tests were found: has the page's form changed?"
    );
}

/// Checks each row of a page, and returns how many tests were named. A file stands before its tests,
/// with its path from the root, or else from the `tests` of the page's own package.
fn check(page: &str, package: &Path) -> usize {
    let mut named = 0;
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let tests = row.rsplit('|').nth(1).expect("a row has cells");
        let mut file = None;
        for word in tests.split('`').skip(1).step_by(2) {
            if Path::new(word)
                .extension()
                .is_some_and(|found| found == "rs")
            {
                let places = [
                    root().join(word),
                    root().join(package).join("tests").join(word),
                ];
                let text = places.iter().find_map(|path| fs::read_to_string(path).ok());
                file = Some(text.unwrap_or_else(|| panic!("there is no {word}: {row}")));
            } else {
                let file = file.as_ref().expect("the file is named before its tests");
                let is_there = file.contains(&format!("fn {word}("));
                assert!(is_there, "there is no test {word}: {row}");
                named += 1;
            }
        }
    }
    named
}
