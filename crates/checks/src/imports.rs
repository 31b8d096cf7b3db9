//! Which file uses which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use quote::ToTokens;
use syn::{Item, Visibility};

use crate::modules::{Library, Module, Place};
use crate::tokens;

/// One use of what another module declares.
#[derive(Clone, Debug)]
pub struct Use {
    /// The module that uses it.
    pub from: Vec<String>,
    /// The file of that module, from the folder of sources.
    pub file: String,
    /// The path as it is written there.
    pub written: String,
    /// What it leads to.
    pub to: Place,
    /// Whether it only hands a name on, as `pub use` does.
    pub is_reexport: bool,
}

/// Returns every use of one module by another. What a path leads through, such as a re-export in
/// `mod.rs`, is not used by it.
#[must_use]
pub fn uses(library: &Library) -> Vec<Use> {
    let mut uses = Vec::new();
    for module in library.modules() {
        for item in &module.items {
            let is_reexport =
                matches!(item, Item::Use(item) if !matches!(item.vis, Visibility::Inherited));
            for path in tokens::paths(item.to_token_stream()) {
                let to = library.resolve(module, &path);
                uses.extend(to.filter(|to| to.module != module.path).map(|to| Use {
                    from: module.path.clone(),
                    file: module.file.clone(),
                    written: path.join("::"),
                    to,
                    is_reexport,
                }));
            }
        }
    }
    uses
}

/// Returns a description of each circle among the files of one folder, a folder below counting as one
/// file.
///
/// The folder's own file, `mod.rs`, takes no part: it is the face of the others, which it composes,
/// and may hold what they share.
#[must_use]
pub fn circles(library: &Library) -> Vec<String> {
    let uses = uses(library);
    let modules = library.modules();
    let circles = modules
        .iter()
        .flat_map(|parent| circles_below(parent, &uses));
    circles.collect()
}

fn circles_below(parent: &Module, uses: &[Use]) -> Vec<String> {
    // Who uses whom among the children, and the first use that shows it.
    let mut edges = Edges::new();
    for used in uses.iter().filter(|used| !used.is_reexport) {
        let from = used.from.strip_prefix(&parent.path[..]);
        let to = used.to.module.strip_prefix(&parent.path[..]);
        if let (Some([from, ..]), Some([to, ..])) = (from, to)
            && from != to
        {
            edges.entry(from).or_default().entry(to).or_insert(used);
        }
    }
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for start in edges.keys() {
        if let Some(circle) = shortest_circle(start, &edges) {
            let files: BTreeSet<_> = circle.iter().map(|(from, _)| *from).collect();
            if seen.insert(files) {
                circles.push(describe(parent, &circle));
            }
        }
    }
    circles
}

type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Use>>;

/// One step of a circle: the file that it leaves, and the use that leads on.
type Step<'a> = (&'a str, &'a Use);

/// The steps of the shortest way from a file back to itself.
fn shortest_circle<'a>(start: &'a str, edges: &Edges<'a>) -> Option<Vec<Step<'a>>> {
    let mut ways = VecDeque::from([(start, Vec::new())]);
    let mut visited = BTreeSet::new();
    while let Some((at, way)) = ways.pop_front() {
        for (to, used) in edges.get(at).into_iter().flatten() {
            let mut way: Vec<Step<'_>> = way.clone();
            way.push((at, *used));
            if *to == start {
                return Some(way);
            }
            if visited.insert(*to) {
                ways.push_back((*to, way));
            }
        }
    }
    None
}

fn describe(parent: &Module, circle: &[Step<'_>]) -> String {
    let (first, _) = circle[0];
    let names = circle.iter().map(|(from, _)| *from).chain([first]);
    let names: Vec<&str> = names.collect();
    let mut lines = vec![format!(
        "{}/ has a circle: {}",
        parent.path.join("/"),
        names.join(" -> ")
    )];
    lines.extend(
        circle
            .iter()
            .map(|(_, used)| format!("    {} uses {}", used.file, used.written)),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(files: &[(&str, &str)]) -> Library {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).into(), (*text).into()));
        Library::parse("sample", &files.collect())
    }

    fn circles_of(files: &[(&str, &str)]) -> String {
        circles(&library(files)).join("\n")
    }

    #[test]
    fn a_circle_of_siblings_is_named_with_both_imports() {
        let found = circles_of(&[
            ("lib.rs", "mod room;"),
            (
                "room/mod.rs",
                "mod line; mod pool; pub use self::pool::Pool;",
            ),
            ("room/line.rs", "use super::Pool; pub struct Line;"),
            (
                "room/pool.rs",
                "pub struct Pool; fn f() { super::line::Line; }",
            ),
        ]);
        assert_eq!(
            found,
            "room/ has a circle: line -> pool -> line\n    \
             room/line.rs uses super::Pool\n    \
             room/pool.rs uses super::line::Line"
        );
    }

    #[test]
    fn a_circle_is_seen_through_re_exports_folders_and_macros() {
        for files in [
            // Through a re-export of the folder's own file.
            &[
                (
                    "lib.rs",
                    "mod a; mod b; pub use self::a::A; use crate::b::B;",
                ),
                ("a.rs", "use crate::B; pub struct A;"),
                ("b.rs", "use crate::A; pub struct B;"),
            ][..],
            // From a file deeper in a folder, and in a macro's arguments.
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a/mod.rs", "mod inner;"),
                (
                    "a/inner.rs",
                    "fn f() { println!(\"{}\", super::super::b::NAME) }",
                ),
                ("b.rs", "pub const NAME: &str = crate::a::X;"),
            ],
            // Through a name that a glob brings in.
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::*; pub fn a() { Kind::new(); }"),
                (
                    "b.rs",
                    "pub struct Kind; impl Kind { pub fn new() { crate::a::a() } }",
                ),
            ],
            // Three files.
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "use crate::b::B; pub struct A;"),
                ("b.rs", "use crate::c::C; pub struct B;"),
                ("c.rs", "use crate::a::A; pub struct C;"),
            ],
        ] {
            assert!(!circles_of(files).is_empty(), "{files:?}");
        }
    }

    #[test]
    fn what_points_one_way_is_no_circle() {
        for files in [
            // Re-exports, documentation, tests and names of other crates do not count.
            &[
                ("lib.rs", "mod a; mod b; pub use self::a::A;"),
                (
                    "a.rs",
                    "//! [`crate::b::B`]\nuse crate::b::B; pub struct A;",
                ),
                (
                    "b.rs",
                    "use other::a::A; pub struct B;\n#[cfg(test)] mod tests { use crate::A; }",
                ),
            ][..],
            // A folder's own file holds what its parts share, and composes them.
            &[
                ("lib.rs", "mod a;"),
                ("a/mod.rs", "mod b; pub struct A(b::B);"),
                ("a/b.rs", "use super::A; pub struct B;"),
            ],
        ] {
            assert_eq!(circles_of(files), "", "{files:?}");
        }
    }
}
