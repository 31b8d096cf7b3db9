//! The public surface of each published package, kept as a text in `crates/checks/surface`: a change
//! of it is seen in review.
//!
//! `BLESS=1 cargo test --package checks --test surface` writes the texts anew.

use std::fs;

use checks::{published, root, surface};

#[test]
fn the_public_surface_is_the_one_that_was_reviewed() {
    let mut changed = Vec::new();
    for package in published() {
        let Some(library) = package.library() else {
            continue;
        };
        let listing = format!(
            "// What {} exports, with all features. Written by\n\
             // `BLESS=1 cargo test --package checks --test surface`; do not edit.\n\n{}",
            package.name,
            surface::listing(&library)
        );
        let path = root().join(format!("crates/checks/surface/{}.txt", package.name));
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &listing).expect("the folder is there");
        } else if kept != listing {
            changed.push(format!(
                "{}:\n{}",
                package.name,
                difference(&kept, &listing)
            ));
        }
    }
    assert!(
        changed.is_empty(),
        "the public surface has changed. If that is meant, run `BLESS=1 cargo test --package checks \
         --test surface` and commit what it writes; and is it in CHANGELOG.md?\n{}",
        changed.join("\n")
    );
}

/// The lines that are only in one of both, in their order there.
fn difference(kept: &str, found: &str) -> String {
    let only = |mark: char, one: &str, other: &str| -> Vec<String> {
        let other: Vec<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| !other.contains(line));
        lines.map(|line| format!("{mark} {line}")).collect()
    };
    let lines = [only('-', kept, found), only('+', found, kept)].concat();
    if lines.is_empty() {
        "  the same lines in another order".to_owned()
    } else {
        lines.join("\n")
    }
}
