//! Every link and path in the documentation leads somewhere.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use checks::{files, root};

/// Folders at the root that a path in backticks may begin with.
const FOLDERS: [&str; 7] = [
    "src/",
    "tests/",
    "examples/",
    "benches/",
    "crates/",
    "docs/",
    "fuzz/",
];

#[test]
fn every_relative_link_leads_to_a_file_and_its_heading() {
    let mut broken = Vec::new();
    let mut count = 0;
    for (page, text) in pages() {
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = page.parent().expect("a page is in a folder");
            let Some(file) = (if path.is_empty() {
                Some(page.clone())
            } else {
                normal(&folder.join(path))
            }) else {
                broken.push(format!(
                    "{}: {link} leads out of the repository",
                    page.display()
                ));
                continue;
            };
            let target = root().join(&file);
            if !target.exists() {
                broken.push(format!(
                    "{}: {link}: there is no {}",
                    page.display(),
                    file.display()
                ));
            } else if !anchor.is_empty() {
                let text = std::fs::read_to_string(&target).unwrap_or_default();
                if !anchors(&text).contains(anchor) {
                    broken.push(format!(
                        "{}: {link}: there is no such heading",
                        page.display()
                    ));
                }
            }
        }
    }
    assert!(count > 40, "only {count} links were found");
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn every_path_in_backticks_exists() {
    let mut broken = Vec::new();
    let mut count = 0;
    for (page, text) in pages() {
        for path in paths(&text) {
            count += 1;
            // Pages of a member may speak of the member's own folders.
            let member = page.components().take(2).collect::<PathBuf>();
            let folders = [PathBuf::new(), member];
            if !folders
                .iter()
                .any(|folder| root().join(folder).join(&path).exists())
            {
                broken.push(format!("{}: there is no {path}", page.display()));
            }
        }
    }
    assert!(count > 30, "only {count} paths were found");
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// The pages of the repository, by their paths from the root.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    let entries = std::fs::read_dir(root()).expect("the root is readable");
    for entry in entries {
        let path = entry.expect("the root is readable").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(&path).expect("the page is readable");
            pages.push((PathBuf::from(path.file_name().expect("it is a file")), text));
        }
    }
    for folder in ["docs", "src", "crates", "fuzz"] {
        let found = files(&root().join(folder), "md").into_iter();
        pages.extend(found.map(|(path, text)| (Path::new(folder).join(path), text)));
    }
    // What the fuzzer's build leaves behind.
    pages.retain(|(path, _)| !path.components().any(|part| part.as_os_str() == "target"));
    pages
}

/// Where the links of a page lead, outside code: `](...)`, `[name]: ...`, `href="..."` and `src="..."`.
fn links(text: &str) -> Vec<String> {
    let prose = without_code(text);
    let mut links = Vec::new();
    for (start, end) in [("](", ')'), ("href=\"", '"'), ("src=\"", '"')] {
        for part in prose.split(start).skip(1) {
            links.extend(part.split(end).next().map(str::to_owned));
        }
    }
    let named = prose.lines().filter(|line| line.starts_with('['));
    links.extend(named.filter_map(|line| Some(line.split_once("]: ")?.1.trim().to_owned())));
    // Links of Rust's documentation lead to items, which rustdoc checks itself.
    links.retain(|link| {
        !link.contains("::") && (link.contains(['.', '/', '#']) || link.starts_with("LICENSE"))
    });
    links
}

/// The paths in backticks that begin with a folder of ours.
fn paths(text: &str) -> Vec<String> {
    let lines = outside_fences(text);
    let words = lines
        .iter()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    words
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| !word.contains(['*', '<', '{', ' ']))
        .map(str::to_owned)
        .collect()
}

/// The anchors of a page's headings, as code hosts make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = outside_fences(text)
        .into_iter()
        .filter(|line| line.starts_with('#'));
    let mut anchors = BTreeSet::new();
    for heading in headings {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        // The second of two equal headings gets a number.
        let mut name = anchor.clone();
        let mut number = 0;
        while !anchors.insert(name) {
            number += 1;
            name = format!("{anchor}-{number}");
        }
    }
    anchors
}

fn without_code(text: &str) -> String {
    let lines = outside_fences(text);
    let lines = lines.iter().map(|line| {
        // The name of a link may be code; what stands in backticks alone is none.
        let parts: Vec<&str> = line.split('`').step_by(2).collect();
        parts.join("`")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn outside_fences(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect()
}

/// The path without `.` and `..`; none when it leads out of the root.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if !normal.pop() => return None,
            Component::ParentDir | Component::CurDir => {}
            other => normal.push(other),
        }
    }
    Some(normal)
}

#[test]
fn links_paths_and_headings_are_found() {
    let text = "# A page of `code`, and more\n\
                See [one](a.md), [`two`](../b.md#part) and <img src=\"c.png\">; `src/x.rs` and `let a = b;`.\n\
                ```rust\nlet x = [a](b.md); // `src/y.rs`\n# not a heading\n```\n\
                `[no](link.md)` [item](crate::Item) [web](https://example.org/a.md) [a name]\n\n\
                [a name]: d.md\n## Part\n## Part\n";
    assert_eq!(
        links(text),
        [
            "a.md",
            "../b.md#part",
            "https://example.org/a.md",
            "c.png",
            "d.md"
        ]
    );
    assert_eq!(paths(text), ["src/x.rs"]);
    let anchors: Vec<String> = anchors(text).into_iter().collect();
    assert_eq!(anchors, ["a-page-of-code-and-more", "part", "part-1"]);
    assert_eq!(normal(Path::new("docs/../a/./b.md")), Some("a/b.md".into()));
    assert_eq!(normal(Path::new("docs/../../a.md")), None);
}
