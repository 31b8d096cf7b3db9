//! Reading tokens: the paths and words of a piece of code, without comments, strings and numbers.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Returns every path of two or more names in the code, in the order in which they stand there. The
/// names of a group are joined to what stands before it: `a::{b, c::d}` are `a::b` and `a::c::d`. A
/// glob import ends in `*`.
#[must_use]
pub fn paths(code: TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    collect(code, &[], &mut found);
    found.retain(|path| path.len() > 1);
    found
}

/// Returns the code as words with single spaces, in which paths stand without any: `tokio::net :: `
/// never, `tokio::net` always. Literals are left out, and so are comments, which are no tokens, or
/// literals of attributes.
#[must_use]
pub fn words(code: TokenStream) -> String {
    let mut words = String::from(" ");
    write_words(code, &mut words);
    words
}

/// Returns whether a word, or path, stands in what [`words`] returned, also as the beginning or end of
/// a longer path.
#[must_use]
pub fn contains(words: &str, word: &str) -> bool {
    words.match_indices(word).any(|(at, _)| {
        !words[..at].ends_with(is_name) && !words[at + word.len()..].starts_with(is_name)
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn write_words(code: TokenStream, words: &mut String) {
    for token in code {
        match token {
            TokenTree::Ident(name) => {
                if !words.ends_with("::") {
                    words.push(' ');
                }
                words.push_str(&name.to_string());
            }
            TokenTree::Punct(mark) if mark.as_char() == ':' => words.push(':'),
            TokenTree::Punct(_) | TokenTree::Literal(_) => words.push(' '),
            TokenTree::Group(group) => {
                words.push(' ');
                write_words(group.stream(), words);
                words.push(' ');
            }
        }
    }
}

fn collect(code: TokenStream, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut rest = &tokens[..];
    // Names behind `<T>::` or a leading `::` go on from something that is no module of ours.
    let mut continues = false;
    while let [token, after @ ..] = rest {
        if let Some(behind) = behind_colons(rest) {
            (rest, continues) = (behind, true);
            continue;
        }
        rest = after;
        match token {
            // `a::{b as c}`: the new name is no path.
            TokenTree::Ident(name) if name == "as" && !prefix.is_empty() => {
                rest = rest.get(1..).unwrap_or_default();
            }
            TokenTree::Ident(name) => {
                let path = [prefix, &[name.to_string()]].concat();
                let before = found.len();
                rest = follow(rest, path, found);
                if continues {
                    found.truncate(before);
                }
            }
            TokenTree::Punct(mark) if mark.as_char() == '*' && !prefix.is_empty() => {
                found.push([prefix, &["*".to_owned()]].concat());
            }
            TokenTree::Group(group) => collect(group.stream(), &[], found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        continues = false;
    }
}

/// Collects a path of which the first name was read, and returns what is behind it.
fn follow<'a>(
    mut rest: &'a [TokenTree],
    mut path: Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> &'a [TokenTree] {
    while let Some([next, after @ ..]) = behind_colons(rest) {
        match next {
            TokenTree::Ident(name) => path.push(name.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == '*' => path.push("*".to_owned()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                collect(group.stream(), &path, found);
                return after;
            }
            // `Vec::<T>::new`: what follows is no module.
            _ => break,
        }
        rest = after;
    }
    found.push(path);
    rest
}

fn behind_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
    match tokens {
        [first, second, rest @ ..] if is_colon(first) && is_colon(second) => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths_of(code: &str) -> Vec<String> {
        let tokens = code.parse().expect("it is Rust");
        paths(tokens).iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        for (code, expected) in [
            ("use crate::a::B;", &["crate::a::B"][..]),
            (
                "use super::{a::{B, C}, d};",
                &["super::a::B", "super::a::C", "super::d"],
            ),
            ("use super::*;", &["super::*"]),
            ("use super::{a::*, b as c};", &["super::a::*", "super::b"]),
            ("fn f(x: u8) { x as a::B }", &["a::B"]),
            (
                "fn f(x: a::X) -> Vec<b::Y> { c::d(e::F { g: h::I }) }",
                &["a::X", "b::Y", "c::d", "e::F", "h::I"],
            ),
            (
                "fn f() { format!(\"{}\", super::a::b()) }",
                &["super::a::b"],
            ),
            (
                "impl a::T for b::S { type O = c::P; }",
                &["a::T", "b::S", "c::P"],
            ),
            ("fn f() { Vec::<a::B>::new() }", &["a::B"]),
            ("fn f() { <T as a::B>::c::d() }", &["a::B"]),
            ("fn f() { ::std::mem::take(x) }", &[]),
            ("fn f<'a>(x: &'a str) { match x { y => z } }", &[]),
            ("/// [`a::B`]\nconst C: &str = \"a::b\";", &[]),
        ] {
            assert_eq!(paths_of(code), expected, "{code}");
        }
    }

    #[test]
    fn words_are_found_as_whole_words_and_in_paths() {
        let code =
            "/// tokio\nfn f() { std::fs::read(\"redis\"); let hyper_like = MemoryStore::new(); }";
        let words = words(code.parse().expect("it is Rust"));
        for word in ["std::fs", "fs::read", "MemoryStore", "MemoryStore::new"] {
            assert!(contains(&words, word), "{word} in {words}");
        }
        for word in ["tokio", "redis", "hyper", "Memory", "fs::re"] {
            assert!(!contains(&words, word), "{word} in {words}");
        }
    }
}
