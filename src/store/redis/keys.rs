//! Texts of callers as parts of keys.

use std::fmt::Write;

use crate::account::Target;
use crate::job::Scope;

/// The part of the key of a target's owner that names target and scope: `{handle}:{platform}`, and
/// `:{scope}` if there is one.
///
/// Handle and scope are [escaped](push_escaped), and platforms have no character that would have to be, so
/// no two targets share a key.
pub(super) fn owner_key(target: &Target, scope: &Scope) -> String {
    let (handle, platform) = (target.handle.as_str(), target.platform.as_str());
    let mut key = String::with_capacity(handle.len() + platform.len() + 1);
    push_escaped(&mut key, handle);
    key.push(':');
    key.push_str(platform);
    if !scope.is_none() {
        key.push(':');
        push_escaped(&mut key, scope.as_str());
    }
    key
}

/// Appends a text in which every ASCII character but letters, digits, `.`, `_` and `-` is written as `%XX`.
///
/// Two texts that differ are written differently. What structures a key (`:`) and what a cluster looks for
/// in one (`{` and `}`) is always escaped.
fn push_escaped(key: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') || !c.is_ascii() {
            key.push(c);
        } else {
            write!(key, "%{:02X}", u32::from(c)).expect("a string takes every text");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::{Handle, Platform, Platforms};

    fn escaped(text: &str) -> String {
        let mut key = String::new();
        push_escaped(&mut key, text);
        key
    }

    /// Reads `%XX` back. That it can is what makes the escaping injective.
    fn unescaped(key: &str) -> String {
        let mut text = String::new();
        let mut rest = key;
        while let Some((before, after)) = rest.split_once('%') {
            text.push_str(before);
            let byte = u8::from_str_radix(&after[..2], 16).unwrap();
            text.push(char::from(byte));
            rest = &after[2..];
        }
        text + rest
    }

    #[test]
    fn handles_of_the_built_in_platforms_keep_their_keys() {
        let platforms = Platforms::default();
        for (platform, name) in [
            ("instagram", "nasa.gov_x"),
            ("tiktok", "a.b_c"),
            ("youtube", "łódź-日本·語"),
            ("youtube", "UCX6OQ3DkcsbYNE6H8uQQuVA"),
        ] {
            let target = platforms.target(Some(platform), name).unwrap();
            let plain = format!("{}:{}", target.handle, target.platform);
            assert_eq!(owner_key(&target, &Scope::NONE), plain);
        }
    }

    #[test]
    fn a_scope_is_a_part_of_its_own() {
        let handle = Handle::canonical("nasa").unwrap();
        let target = Target::new(Platform::TIKTOK, handle);
        let scope = Scope::new("a:b {c}%").unwrap();
        assert_eq!(owner_key(&target, &scope), "nasa:tiktok:a%3Ab%20%7Bc%7D%25");
    }

    proptest! {
        #[test]
        fn every_text_can_be_read_back_and_holds_nothing_structural(text in "\\PC*|[ -~]*") {
            let key = escaped(&text);
            let structural = [':', '{', '}', '/', '@', ' ', '*', '?', '['];
            prop_assert!(!key.contains(structural));
            prop_assert_eq!(unescaped(&key), text);
        }
    }
}
