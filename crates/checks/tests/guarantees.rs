//! `docs/guarantees.md` names only tests that exist.

use std::fs;
use std::path::Path;

use checks::{read, root};

#[test]
fn every_test_that_the_documentation_names_exists() {
    let root = root();
    let table = read("docs/guarantees.md");
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with('|')) {
        let tests = row.rsplit('|').nth(1).expect("a row has cells");
        let mut file = None;
        for word in tests.split('`').skip(1).step_by(2) {
            if Path::new(word)
                .extension()
                .is_some_and(|extension| extension == "rs")
            {
                let from_root = ["src/", "crates/"];
                let is_full = from_root.iter().any(|start| word.starts_with(start));
                let folder = if is_full { "" } else { "tests" };
                let path = root.join(folder).join(word);
                file = Some(fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {word}")));
            } else {
                let file = file.as_ref().expect("the file is named before its tests");
                assert!(
                    file.contains(&format!("fn {word}(")),
                    "no test {word}: {row}"
                );
                named += 1;
            }
        }
    }
    assert!(
        named > 50,
        "only {named} tests were found: has the page's form changed?"
    );
}
