//! What people type and paste, and which account it means.

use proptest::prelude::*;
use report_pipeline::{
    Handle, InvalidTarget, NameCase, Platform, PlatformRules, Platforms, Target,
};

fn read(platform: Option<&str>, input: &str) -> Result<String, InvalidTarget> {
    let target = Platforms::default().target(platform, input)?;
    Ok(target.to_string())
}

#[track_caller]
fn refused(platform: Option<&str>, input: &str) -> InvalidTarget {
    read(platform, input).expect_err(input)
}

#[test]
fn names_are_read_by_the_rules_of_their_platform() {
    for (platform, input, expected) in [
        (None, "nasa", "instagram/@nasa"),
        (None, " \t@NASA\n", "instagram/@nasa"),
        (Some(" Instagram "), "a", "instagram/@a"),
        (Some("instagram"), "nasa.gov_1", "instagram/@nasa.gov_1"),
        (Some("tiktok"), ".dots..inside", "tiktok/@.dots..inside"),
        (Some("youtube"), "@Łódź-TV", "youtube/@łódź-tv"),
        (Some("youtube"), "a\u{b7}b", "youtube/@a\u{b7}b"),
        (Some("youtube"), "Cafe\u{301}", "youtube/@café"),
        (Some("youtube"), "नमस्ते", "youtube/@नमस्ते"),
    ] {
        assert_eq!(read(platform, input).as_deref(), Ok(expected), "{input}");
    }
    let thirty = "a".repeat(30);
    assert!(read(None, &thirty).is_ok() && read(Some("youtube"), &thirty).is_ok());
    assert!(read(Some("tiktok"), &"a".repeat(24)).is_ok());
}

#[test]
fn names_that_the_platform_does_not_allow_are_refused() {
    for (platform, input) in [
        ("instagram", ""),
        ("instagram", "@"),
        ("instagram", "@@nasa"),
        ("instagram", "na sa"),
        ("instagram", "café"),
        ("instagram", "a-b"),
        ("instagram", ".nasa"),
        ("instagram", "nasa."),
        ("instagram", "na..sa"),
        ("instagram", "explore"),
        ("instagram", "nasa\u{200b}"),
        ("instagram", "nasa:1"),
        ("tiktok", "a"),
        ("tiktok", "nasa."),
        ("tiktok", "nasa-1"),
        ("youtube", "ab"),
        ("youtube", "na\u{202e}sa"),
        ("youtube", "na{sa}"),
    ] {
        assert_eq!(refused(Some(platform), input).field(), "handle");
    }
    refused(Some("instagram"), &"a".repeat(31));
    refused(Some("tiktok"), &"a".repeat(25));
    refused(Some("youtube"), &"日".repeat(31));
}

#[test]
fn profile_addresses_name_the_platform_and_the_account() {
    for (input, expected) in [
        ("https://www.instagram.com/NASA/", "instagram/@nasa"),
        ("instagram.com/nasa?igsh=abc/def", "instagram/@nasa"),
        ("http://m.instagram.com/nasa/reels#top", "instagram/@nasa"),
        ("INSTAGRAM.COM/nasa", "instagram/@nasa"),
        ("instagr.am/nasa", "instagram/@nasa"),
        ("instagram.com/nasa/p/C0dE/", "instagram/@nasa"),
        ("instagram.com/stories/nasa/123", "instagram/@nasa"),
        ("instagram.com/_u/nasa", "instagram/@nasa"),
        ("tiktok.com/@nasa", "tiktok/@nasa"),
        ("https://www.tiktok.com/@nasa/video/123?x=1", "tiktok/@nasa"),
        ("youtube.com/@NASA", "youtube/@nasa"),
        ("https://m.youtube.com/@nasa/videos", "youtube/@nasa"),
        ("youtube.com/%40nasa", "youtube/@nasa"),
        (
            "youtube.com/@%E6%97%A5%E6%9C%AC%E8%AA%9E",
            "youtube/@日本語",
        ),
    ] {
        assert_eq!(read(None, input).as_deref(), Ok(expected), "{input}");
    }
}

#[test]
fn other_addresses_are_refused_with_what_to_paste_instead() {
    for input in [
        "instagram.com/p/C0dE",
        "instagram.com/reel/C0dE/",
        "instagram.com/tv/C0dE",
        "instagram.com/explore/tags/space",
        "instagram.com/accounts/login",
        "instagram.com/direct/inbox",
        "instagram.com/P/C0dE",
        "instagram.com/",
        "https://instagram.com",
        "vm.tiktok.com/ZMabc/",
        "vt.tiktok.com/ZSabc",
        "tiktok.com/t/ZTabc",
        "tiktok.com/tag/space",
        "tiktok.com/music/song-1",
        "tiktok.com/nasa",
        "youtu.be/dQw4w9WgXcQ",
        "youtube.com/watch?v=dQw4w9WgXcQ",
        "youtube.com/shorts/dQw4w9WgXcQ",
        "youtube.com/playlist?list=PL1",
        "youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmyl",
        "youtube.com/channel/nasa",
        "youtube.com/c/nasa",
        "youtube.com/user/nasatelevision",
    ] {
        let reason = refused(None, input).to_string();
        let says_what_to_do = ["paste", "is a page of"]
            .iter()
            .any(|word| reason.contains(word));
        assert!(says_what_to_do, "{input}: {reason}");
    }
}

#[test]
fn pages_of_a_platform_never_become_reports_on_strangers() {
    for input in [
        "instagram.com/stories/highlights/17900000000000001/",
        "instagram.com/popular/space/",
        "instagram.com/web/search",
        "instagram.com/ar/123",
        "instagram.com/graphql/query",
        "instagram.com/qr",
        "instagram.com/nametag",
        "instagram.com/terms/",
        "instagram.com/Privacy/policy",
        "instagram.com/session/login",
        "instagram.com/emails/settings",
        "instagram.com/lite",
        "instagram.com/topics/space",
        "instagram.com/invites/contact",
        "instagram.com/guide/title/123",
        "instagram.com/tags/space",
        "instagram.com/id/25025320",
        "instagram.com/nasa/what-is-this",
        "instagram.com/nasa/25025320",
        "tiktok.com/@nasa/what-is-this/1",
        "youtube.com/@nasa/what-is-this",
        "youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ/what-is-this",
        "youtube.com/feed/subscriptions",
    ] {
        let reason = refused(None, input).to_string();
        assert!(reason.contains("paste"), "{input}: {reason}");
    }
    for (input, expected) in [
        ("instagram.com/nasa/tagged/", "instagram/@nasa"),
        ("instagram.com/nasa/reel/C0dE/", "instagram/@nasa"),
        ("instagram.com/nasa/Followers", "instagram/@nasa"),
        ("tiktok.com/@nasa/photo/123", "tiktok/@nasa"),
        ("tiktok.com/@nasa/live", "tiktok/@nasa"),
        ("youtube.com/@nasa/streams?view=1", "youtube/@nasa"),
    ] {
        assert_eq!(read(None, input).as_deref(), Ok(expected), "{input}");
    }
    // Somebody may have such a name: nobody can tell, so it is refused as an address only.
    assert!(read(Some("instagram"), "popular").is_ok());
}

#[test]
fn a_channel_may_be_named_by_its_id_and_its_case_counts() {
    let id = "UCLA_DiR1FfKNvjuUpBHmylQ";
    for input in [
        id.to_owned(),
        format!(" {id} "),
        format!("https://www.youtube.com/channel/{id}"),
        format!("youtube.com/channel/{id}/videos?x=1"),
    ] {
        let target = read(Some("youtube"), &input).unwrap();
        assert_eq!(target, format!("youtube/@{id}"), "{input}");
    }
    // With `@`, in small letters or of another length it is a handle like any other.
    for (input, expected) in [
        (format!("@{id}"), id.to_lowercase()),
        (id.to_lowercase(), id.to_lowercase()),
        ("UCLA".to_owned(), "ucla".to_owned()),
    ] {
        let target = read(Some("youtube"), &input).unwrap();
        assert_eq!(target, format!("youtube/@{expected}"), "{input}");
    }
}

#[test]
fn what_is_pasted_with_something_around_it_is_refused_for_the_true_reason() {
    for (input, reason) in [
        (
            "Look at @nasa! https://www.instagram.com/nasa?igsh=1",
            "text around the address",
        ),
        (
            "<https://www.instagram.com/nasa>",
            "a bracket or a quote around",
        ),
        (
            "\"https://www.instagram.com/nasa\"",
            "a bracket or a quote around",
        ),
        ("instagram.com", "the address of instagram itself"),
        ("WWW.YouTube.com", "the address of youtube itself"),
        ("https://instagram.com/", "not that of a profile"),
        (
            "https://music.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ",
            "on music.youtube.com, where no profiles of youtube are",
        ),
        ("https://instagram.com:8443/nasa", "with a port (:8443)"),
        ("youtube.com/@%ED%A0%BD", "a part of a character"),
        ("youtube.com/@%E", "a broken %-escape"),
    ] {
        let said = refused(None, input).to_string();
        assert!(said.contains(reason), "{input}: {said}");
    }
}

#[test]
fn only_the_platforms_own_hosts_are_believed() {
    for input in [
        "evil-instagram.com/nasa",
        "instagram.com.evil.example/nasa",
        "instagram.com@evil.example/nasa",
        "nasa@instagram.com/nasa",
        "www.m.instagram.com.example/nasa",
        "evil@x.instagram.com/nasa",
        "instagram.com:x/nasa",
        "https://evil.example/instagram.com/nasa",
        "example.com/nasa",
        "@nasa/reels",
        "/nasa",
        "//",
    ] {
        let reason = refused(None, input).to_string();
        assert!(reason.contains("instagram, tiktok, youtube"), "{reason}");
    }
    refused(None, "ftp://instagram.com/nasa");
}

#[test]
fn an_address_must_agree_with_the_platform_that_is_given() {
    assert!(read(Some("tiktok"), "tiktok.com/@nasa").is_ok());
    let reason = refused(Some("instagram"), "tiktok.com/@nasa").to_string();
    assert!(
        reason.contains("tiktok") && reason.contains("instagram"),
        "{reason}"
    );
}

#[test]
fn an_unknown_platform_is_answered_with_the_known_ones() {
    for platform in ["myspace", "", "insta gram"] {
        let error = refused(Some(platform), "nasa");
        assert_eq!(error.field(), "platform");
        assert!(
            error.reason().contains("instagram, tiktok, youtube"),
            "{error}"
        );
    }
}

#[test]
fn long_inputs_are_refused() {
    let blanks = " ".repeat(Platforms::MAX_INPUT - 4);
    assert!(read(None, &format!("{blanks}nasa")).is_ok());
    refused(None, &format!("{blanks} nasa"));
}

fn bluebird() -> PlatformRules {
    PlatformRules::new(Platform::new("bluebird").expect("a valid name"))
        .with_case(NameCase::Sensitive)
        .with_hosts(["bluebird.example"])
        .with_profile_path(|segments| match segments {
            ["people", name] => Ok(name),
            _ => Err("is not under /people"),
        })
}

#[test]
fn a_platform_of_ones_own_is_added_without_touching_the_others() {
    let platforms = Platforms::default().with(bluebird());
    let target = platforms
        .target(None, "https://www.bluebird.example/people/Ada")
        .unwrap();
    assert_eq!(target.to_string(), "bluebird/@Ada");
    assert_eq!(platforms.target(Some("bluebird"), "Ada"), Ok(target));
    let error = platforms.target(None, "bluebird.example/Ada").unwrap_err();
    assert_eq!(error.to_string(), "the handle is not under /people");
    assert_eq!(
        platforms.target(None, "nasa").unwrap().platform,
        Platform::INSTAGRAM
    );
    assert_eq!(platforms.iter().count(), 4);
}

#[test]
fn a_platform_added_again_is_replaced() {
    let platforms = Platforms::default().with(PlatformRules::instagram().with_length(5..=30));
    assert_eq!(platforms.iter().count(), 3);
    assert!(platforms.target(None, "nasa").is_err());
}

#[test]
fn one_platform_alone_is_what_bare_names_mean() {
    let platforms = Platforms::only(bluebird());
    assert_eq!(
        platforms.target(None, "Ada").unwrap().to_string(),
        "bluebird/@Ada"
    );
    assert!(platforms.target(Some("instagram"), "nasa").is_err());
}

/// Inputs that are close to what people type: a few parts, in any order.
fn inputs() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[a-zA-Z0-9._]{1,8}",
        2 => "\\PC{1,6}",
        1 => any::<String>(),
        3 => proptest::sample::select(vec![
            "/", "//", "@", "https://", "www.", "m.", "instagram.com", "tiktok.com", "youtube.com",
            "?", "#", "%", "%40", "%2f", ":", "channel", "p", " ", ".", "\u{301}", "\u{200b}", "ς",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// A known platform, with a name that is likely to be valid there.
fn named() -> impl Strategy<Value = (Platform, String)> {
    prop_oneof![
        (Just(Platform::INSTAGRAM), "[a-zA-Z0-9._]{1,32}"),
        (Just(Platform::TIKTOK), "[a-zA-Z0-9._]{1,26}"),
        (
            Just(Platform::YOUTUBE),
            "[\\p{L}\\p{M}\\p{N}._\u{b7}-]{2,31}"
        ),
    ]
}

fn valid() -> impl Strategy<Value = (Platform, String, Target)> {
    named().prop_filter_map("a valid name", |(platform, name)| {
        let target = Platforms::default()
            .target(Some(platform.as_str()), &name)
            .ok()?;
        Some((platform, name, target))
    })
}

fn percent_encoded(name: &str) -> String {
    let escapes: Vec<String> = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    escapes.concat()
}

proptest! {
    #[test]
    fn no_input_panics(input in inputs(), platform: Option<String>) {
        let platforms = Platforms::default();
        let _ = platforms.target(platform.as_deref(), &input);
        for rules in platforms.iter() {
            let read = platforms.target(Some(rules.platform().as_str()), &input);
            if let Ok(target) = read {
                prop_assert_eq!(&target.platform, rules.platform());
            }
        }
    }

    #[test]
    fn a_canonical_handle_means_itself((platform, _, target) in valid()) {
        let handle = target.handle.as_str();
        let again = Platforms::default().target(Some(platform.as_str()), handle);
        prop_assert_eq!(again.as_ref(), Ok(&target));
        prop_assert_eq!(Handle::canonical(handle), Ok(target.handle.clone()));
    }

    #[test]
    fn an_address_means_the_same_as_the_name((platform, name, target) in valid()) {
        let addresses = match platform.as_str() {
            "instagram" => ["https://www.instagram.com/NAME/", "instagram.com/NAME?hl=en"],
            "tiktok" => ["https://www.tiktok.com/@NAME", "m.tiktok.com/@NAME/video/1"],
            _ => ["https://www.youtube.com/@NAME", "youtube.com/@NAME/shorts"],
        };
        for address in addresses {
            for name in [&name, &percent_encoded(&name)] {
                let pasted = address.replace("NAME", name);
                let read = Platforms::default().target(None, &pasted);
                prop_assert_eq!(read.as_ref(), Ok(&target));
            }
        }
    }

    #[test]
    fn case_and_at_signs_do_not_matter((platform, name, target) in valid()) {
        for name in [name.to_lowercase(), name.to_ascii_uppercase(), format!(" @{name} ")] {
            let read = Platforms::default().target(Some(platform.as_str()), &name);
            prop_assert_eq!(read.as_ref(), Ok(&target));
        }
    }

    #[test]
    fn handles_hold_nothing_with_a_meaning_in_keys_and_addresses(input in inputs()) {
        for platform in ["instagram", "tiktok", "youtube"] {
            if let Ok(target) = Platforms::default().target(Some(platform), &input) {
                let forbidden = |c: char| {
                    c.is_whitespace() || c.is_control() || ":/{}@%?#\u{200b}\u{202e}".contains(c)
                };
                prop_assert!(!target.handle.as_str().contains(forbidden));
            }
        }
    }
}

#[test]
fn rules_come_from_configuration_and_a_platform_may_be_anywhere() {
    // What a file would say.
    let (name, hosts, banned) = (
        "forum",
        vec!["forum.example".to_owned()],
        "admin".to_owned(),
    );
    let forum = PlatformRules::new(Platform::new(name).unwrap())
        .with_hosts(hosts)
        .with_check(move |name| {
            if name == banned {
                return Err(format!("must not be {banned:?}"));
            }
            Ok(())
        });
    let mastodon = PlatformRules::new(Platform::new("mastodon").unwrap())
        .with_characters(
            |c| c.is_ascii_alphanumeric() || "._-@".contains(c),
            "name@host",
        )
        .with_any_host(|host, segments| match segments {
            [name] if name.starts_with('@') => Ok(format!("{name}@{host}")),
            _ => Err("is an address, but not that of a profile"),
        });
    let platforms = Platforms::only(forum).with(mastodon);
    let read = |platform, input| {
        platforms
            .target(platform, input)
            .map(|target| target.to_string())
    };
    let alice = Ok("mastodon/@alice@mastodon.social".to_owned());
    assert_eq!(read(None, "https://mastodon.social/@Alice"), alice);
    assert_eq!(read(Some("mastodon"), "@alice@mastodon.social"), alice);
    assert_eq!(
        read(None, "https://forum.example/@ada"),
        Ok("forum/@ada".to_owned())
    );
    for (platform, input) in [
        (None, "https://mastodon.social/about"),
        (None, "https://sub.forum.example/@ada"),
        (None, "admin"),
        (Some("mastodon"), "@@alice"),
        (Some("mastodon"), "https://forum.example/@ada"),
    ] {
        assert!(read(platform, input).is_err(), "{platform:?} {input}");
    }
}
