//! Reading Rust source just well enough to see which modules it names.

use std::collections::{BTreeMap, BTreeSet};

/// The code of a file: without its test module, which stands last, and with a blank for every
/// comment, string and character.
pub(crate) fn without_tests_and_text(source: &str) -> String {
    let end = source
        .find("#[cfg(test)]\nmod tests {")
        .unwrap_or(source.len());
    let mut code = String::with_capacity(end);
    let mut rest = &source[..end];
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest)
            .or_else(|| {
                if ends_in_name(&code) {
                    None
                } else {
                    raw_string(rest)
                }
            })
            .or_else(|| string(rest))
            .or_else(|| character(rest));
        match skipped {
            Some(_) => code.push(' '),
            None => code.push(first),
        }
        rest = &rest[skipped.unwrap_or(first.len_utf8())..];
    }
    code
}

/// The names right below the crate's root that code goes through: by `crate::`, or by as many
/// `super::` as lead there from the file.
pub(crate) fn used_modules(code: &str, depth: usize) -> BTreeSet<String> {
    let to_root = "super::".repeat(depth);
    let mut used = BTreeSet::new();
    for root in ["crate::", to_root.as_str()] {
        for (at, _) in code.match_indices(root) {
            // Part of a longer chain or word, such as `self::super::` or `my_crate::`.
            if ends_in_name(&code[..at]) || code[..at].ends_with("super::") {
                continue;
            }
            used.extend(first_names(&code[at + root.len()..]));
        }
    }
    used
}

/// Which module each name at the crate's root comes from, read from `pub use self::...` lines.
pub(crate) fn reexports(lib: &str) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    for item in lib.split("pub use self::").skip(1) {
        let path = item.split(';').next().unwrap_or_default();
        if let Some((module, names)) = path.split_once("::") {
            let names = names
                .split(|c: char| !is_name(c))
                .filter(|name| !name.is_empty());
            modules.extend(names.map(|name| (name.to_owned(), module.to_owned())));
        }
    }
    modules
}

pub(crate) fn contains_word(code: &str, word: &str) -> bool {
    code.match_indices(word)
        .any(|(at, _)| !ends_in_name(&code[..at]) && !code[at + word.len()..].starts_with(is_name))
}

/// The first name of a path, or of each path in a `{...}` group.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![first_name(path)];
    };
    let mut names = Vec::new();
    let (mut nesting, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => nesting += 1,
            '}' if nesting > 0 => nesting -= 1,
            ',' | '}' if nesting == 0 => {
                names.push(first_name(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> String {
    let end = path.find(|c| !is_name(c)).unwrap_or(path.len());
    if path.starts_with('*') {
        "*".to_owned()
    } else {
        path[..end].to_owned()
    }
}

fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.starts_with("/*")
        .then(|| text.find("*/").map_or(text.len(), |end| end + 2))
}

fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)? + end.len();
    Some(text.len() - body.len() + length)
}

fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    let body = text.strip_prefix('"')?;
    let end = body.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    Some(1 + end + 1)
}

/// A character such as `'"'` or `'\''`, as opposed to a lifetime.
fn character(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    let first = body.chars().next()?;
    let shortest = if first == '\\' { 2 } else { first.len_utf8() };
    let end = body.get(shortest..)?.find('\'')?;
    (first == '\\' || end == 0).then_some(1 + shortest + end + 1)
}

fn ends_in_name(code: &str) -> bool {
    code.ends_with(is_name)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
