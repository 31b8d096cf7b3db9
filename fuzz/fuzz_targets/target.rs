//! Whatever handle or address is accepted is canonical, and what is refused is not repeated.
//!
//! `cargo +nightly fuzz run -O -s none target`. The rules are the built-in ones and those of a
//! platform that the input sets up. An accepted target reads back as itself from every way to
//! write it: bare, with `@` and blanks, as an address, with escapes.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use report_pipeline::{
    Handle, InvalidTarget, NameCase, Platform, PlatformRules, Platforms, Target,
};

#[derive(Debug, Arbitrary)]
struct Input {
    platform: Option<Text>,
    text: Text,
    own: Own,
}

/// The rules of a platform that nobody has thought of.
#[derive(Debug, Arbitrary)]
struct Own {
    least: u8,
    most: u8,
    characters: u8,
    case: u8,
}

/// Pieces of names and addresses, or anything.
#[derive(Debug)]
struct Text(String);

const PIECES: [&str; 40] = [
    "nasa",
    "NASA",
    "own",
    "instagram",
    "tiktok",
    "youtube",
    "instagram.com",
    "instagr.am",
    "www.",
    "m.",
    "tiktok.com",
    "vm.tiktok.com",
    "youtube.com",
    "own.example",
    "http",
    "https:",
    "//",
    "/",
    "@",
    "?",
    "#",
    ":",
    ".",
    "_",
    "-",
    "\u{b7}",
    "%",
    "%40",
    "%2F",
    "%c3%a9",
    "%00",
    "stories",
    "channel",
    " ",
    "\u{301}",
    "\u{307}",
    "I",
    "\u{3a3}",
    "\u{345}",
    "\u{202e}",
];

impl Arbitrary<'_> for Text {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let mut text = String::new();
        for _ in 0..u.int_in_range(0..=8)? {
            match u.int_in_range(0..=5)? {
                0 => text.push(u.arbitrary()?),
                1 => text.push_str(u.arbitrary()?),
                _ => text.push_str(u.choose(&PIECES)?),
            }
        }
        Ok(Self(text))
    }
}

impl Own {
    fn rules(&self) -> PlatformRules {
        let characters: [fn(char) -> bool; 3] = [
            |_| true,
            char::is_alphanumeric,
            |c| c.is_ascii_alphanumeric(),
        ];
        let cases = [NameCase::Sensitive, NameCase::Ascii, NameCase::Unicode];
        PlatformRules::new(Platform::new("own").expect("a name"))
            .with_length(self.least.into()..=self.most.into())
            .with_characters(characters[usize::from(self.characters) % 3], "some")
            .with_case(cases[usize::from(self.case) % 3])
            .with_hosts(["own.example"])
    }
}

fuzz_target!(|input: Input| {
    let platforms = Platforms::default().with(input.own.rules());
    let platform = input.platform.as_ref().map(|text| &*text.0);
    match platforms.target(platform, &input.text.0) {
        Ok(target) => {
            assert!(input.text.0.len() <= Platforms::MAX_INPUT);
            if target.platform.as_str() == "own" {
                let chars = target.handle.as_str().chars().count();
                assert!(chars >= input.own.least.into() && chars <= input.own.most.into());
            }
            assert_canonical(&platforms, &target);
        }
        Err(error) => assert_says_nothing(&error),
    }
    if let Err(error) = Platform::new(&input.text.0) {
        assert_says_nothing(&error);
    }
    // As a store reads it back.
    match Handle::canonical(&input.text.0) {
        Ok(handle) => assert_eq!(handle.as_str(), input.text.0),
        Err(error) => assert_says_nothing(&error),
    }
});

fn assert_canonical(platforms: &Platforms, target: &Target) {
    let name = target.handle.as_str();
    assert!((1..=Handle::MAX_CHARS).contains(&name.chars().count()));
    assert!(
        !name.contains(|c: char| c.is_control() || (c.is_whitespace() && c != ' ')),
        "{name:?}"
    );
    assert!(
        target.platform.as_str() == "own"
            || !name.contains(|c: char| c.is_ascii_punctuation() && !"._-".contains(c)),
        "{name:?}"
    );
    assert_eq!(Handle::canonical(name).as_ref(), Ok(&target.handle));
    let rules = platforms.rules(&target.platform).expect("a known platform");
    assert_eq!(rules.handle(name).as_ref(), Ok(&target.handle));

    let platform = target.platform.as_str();
    let given = Some(platform);
    let same = |platform: Option<&str>, text: &str| {
        assert_eq!(
            platforms.target(platform, text).as_ref(),
            Ok(target),
            "{text:?}"
        );
    };
    same(given, name);
    same(given, &format!("\t @{name}\n"));
    same(Some(&platform.to_ascii_uppercase()), name);
    let address = match platform {
        "own" => format!("own.example/@{name}"),
        "instagram" => format!("instagram.com/{name}"),
        "tiktok" => format!("tiktok.com/@{name}"),
        _ => format!("youtube.com/@{name}"),
    };
    same(None, &address);
    same(given, &format!("HTTPS://WWW.{address}/?x=/#/"));
    let (host, path) = address.split_once('/').expect("a path");
    // Every byte as an escape; only the longest names of own platforms have no room for it.
    let escaped: String = path.bytes().map(|b| format!("%{b:02x}")).collect();
    if host.len() + 1 + escaped.len() <= Platforms::MAX_INPUT {
        same(None, &format!("{host}/{escaped}"));
    }

    let json = serde_json::to_vec(target).expect("a target is JSON");
    assert_eq!(
        serde_json::from_slice::<Target>(&json).expect("what was written"),
        *target
    );
}

/// An error is a sentence of ours: nothing of what was typed stands in it.
fn assert_says_nothing(error: &InvalidTarget) {
    assert!(["handle", "platform"].contains(&error.field()));
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("the {} ", error.field())),
        "{text:?}"
    );
    assert!(
        text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()),
        "{text:?}"
    );
    assert!(text.len() < 250, "{text:?}");
}
