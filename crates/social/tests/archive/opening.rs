//! What opening an archive finds, and refuses.

use std::fs;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use report_pipeline_social::{ArchiveError, ArchiveScraper, FileSummary};

use super::{Archive, followers, record, scrape};

#[tokio::test]
async fn line_ends_blank_lines_and_a_byte_order_mark_do_not_matter() {
    let (one, two) = (record("one", 1), record("two", 2));
    let (_archive, path) = Archive::file(format!("\u{feff}{one}\r\n\r\n  \n\t{two} \r\n\n"));

    let scraper = ArchiveScraper::open(path).unwrap();

    assert_eq!(scraper.summary().skipped(), 0);
    assert_eq!(scraper.summary().accounts, 2);
    assert_eq!(followers(&scraper, "one").await, Some(1));
    assert_eq!(followers(&scraper, "two").await, Some(2));
}

#[tokio::test]
async fn broken_lines_are_named_and_the_others_still_count() {
    let broken: [(&[u8], &str); 9] = [
        (b"{\"platform\":", "is not JSON"),
        (b"plain words", "is not a JSON object"),
        (br#"["instagram","ada"]"#, "is no object"),
        (br#"{"platform":"instagram"}"#, "has no `handle`"),
        (br#"{"platform":null,"handle":"ada"}"#, "has a `platform`"),
        (
            br#"{"platform":"instagram","handle":5}"#,
            "has a `handle` that cannot be used",
        ),
        (
            br#"{"platform":"instagram","handle":"two words"}"#,
            "has a `handle` that cannot be used",
        ),
        (
            br#"{"platform":"Insta gram","handle":"ada"}"#,
            "has a `platform` that cannot be used",
        ),
        (
            br#"{"platform":"instagram","handle":"ada"} {}"#,
            "is not JSON",
        ),
    ];
    let mut file = Vec::new();
    for (line, _) in broken {
        file.extend_from_slice(line);
        file.extend_from_slice(format!("\n{}\n", record("good", 1)).as_bytes());
    }
    let (_archive, path) = Archive::file(file);

    let scraper = ArchiveScraper::open(&path).unwrap();

    let summary = scraper.summary();
    assert_eq!((summary.skipped(), summary.accounts), (9, 1));
    let skipped = &summary.files[0].skipped;
    assert_eq!(skipped.len(), broken.len());
    for (at, ((skipped, count), (_, reason))) in skipped.iter().zip(broken).enumerate() {
        assert_eq!(*count, 1);
        assert!(
            skipped.starts_with(&format!("line {} ", 2 * at + 1)),
            "{skipped}"
        );
        assert!(skipped.contains(reason), "{skipped}");
    }
    assert_eq!(followers(&scraper, "good").await, Some(1));
}

#[tokio::test]
async fn the_newest_capture_of_an_account_wins_whichever_file_it_is_in() {
    let dated = |handle: &str, followers: u64, day: &str| {
        record(handle, followers).replace(
            "\"handle\"",
            &format!("\"captured_at\":\"2024-05-{day}T00:00:00Z\",\"handle\""),
        )
    };
    let late = format!("{}\n{}\n", record("bob", 3), record("BOB", 4));
    let archive = Archive::of(&[
        ("b.jsonl", late.as_bytes()),
        ("a.jsonl", record("bob", 1).as_bytes()),
        ("c.jsonl", dated("ada", 5, "09").as_bytes()),
        ("d.json", dated("ADA", 6, "02").as_bytes()),
    ]);
    fs::create_dir_all(archive.path().join("sub/sub")).unwrap();
    fs::write(archive.path().join("sub/sub/z.txt"), dated("ada", 7, "05")).unwrap();

    let scraper = ArchiveScraper::open(archive.path()).unwrap();

    let summary = scraper.summary();
    assert_eq!((summary.files.len(), summary.accounts), (5, 2));
    // Without a time: the later file, and in it the later line.
    assert_eq!(followers(&scraper, "bob").await, Some(4));
    let ada = scrape(&scraper, "ada").await.unwrap();
    assert_eq!(ada.profile.follower_count, Some(5));
    // The earlier captures are kept.
    let history: Vec<_> = ada.history.iter().map(|at| at.follower_count).collect();
    assert_eq!(history, [Some(6), Some(7)]);
}

#[test]
fn an_archive_without_accounts_is_refused_with_what_it_is_instead() {
    let (_archive, path) = Archive::file("\n{}\n{}\n");
    let error = ArchiveScraper::open(&path).unwrap_err();
    assert!(matches!(error, ArchiveError::Empty { .. }), "{error:?}");
    let reason = error.to_string();
    assert!(reason.contains("line 2 is of no known format"), "{reason}");

    for (content, reason) in [
        (&b""[..], "this is empty"),
        (b"[]", "an empty list"),
        (
            b"<!DOCTYPE html><html><title>Login</title>",
            "a web page (HTML), a login page",
        ),
        (
            br#"{"instaloader":{"node_type":"FrozenNodeIterator"},"node":{}}"#,
            "a resume file of Instaloader",
        ),
        (
            br#"{"error":{"code":403,"errors":[{"reason":"quotaExceeded"}]}}"#,
            "an error answer of the YouTube API (quotaExceeded)",
        ),
        (
            br#"{"error":{"type":"OAuthException","code":190,"fbtrace_id":"A"}}"#,
            "an error answer of the Instagram Graph API (code 190)",
        ),
        (
            br#"{"data":{},"error":{"code":"rate_limit_exceeded","log_id":"1"}}"#,
            "an error answer of the TikTok API (rate_limit_exceeded)",
        ),
        (
            br#"[{"url":"https://x.example","error":"profile_unavailable"}]"#,
            "an error item of a data set (profile_unavailable)",
        ),
        (
            br#"{"kind":"youtube#channelListResponse","pageInfo":{}}"#,
            "knows no such channel",
        ),
        (
            br#"[{"string_list_data":[{"value":"a"}]}]"#,
            "an Instagram own-data export",
        ),
        (
            br#"[{"media":[{"creation_timestamp":5}]}]"#,
            "an Instagram own-data export",
        ),
        (
            br#"{"Profile":{},"Your Activity":{}}"#,
            "a TikTok own-data export",
        ),
        (b"PK\x03\x04", "a zip archive"),
        (br#"{"platform":"instagram","handle":"#, "is cut off"),
    ] {
        let archive = Archive::of(&[("file.json", content)]);
        let error = ArchiveScraper::open(archive.path())
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

#[test]
fn a_path_without_an_archive_is_refused_with_what_to_do() {
    let folder = Archive::of(&[]);
    let error = ArchiveScraper::open(folder.path()).unwrap_err();
    assert!(matches!(error, ArchiveError::NoFiles { .. }), "{error:?}");
    assert!(error.to_string().contains("has no file: put"), "{error}");

    let missing = folder.path().join("missing.jsonl");
    let error = ArchiveScraper::open(&missing).unwrap_err();
    assert!(
        matches!(error, ArchiveError::Unreadable { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("missing.jsonl: check"),
        "{error}"
    );
}

#[tokio::test]
async fn packed_files_and_utf_16_are_read() {
    let gz = |content: &[u8]| {
        let mut writer = GzEncoder::new(Vec::new(), Compression::default());
        io::Write::write_all(&mut writer, content).unwrap();
        writer.finish().unwrap()
    };
    let xz = |content: &[u8]| {
        let options = lzma_rust2::XzOptions::with_preset(1);
        let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        io::Write::write_all(&mut writer, content).unwrap();
        writer.finish().unwrap()
    };
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let two = format!("{}\n{}\n", record("gz1", 1), record("gz2", 2));
    let archive = Archive::of(&[
        ("a.jsonl.gz", &gz(two.as_bytes())),
        // The name says nothing.
        ("b.json", &xz(record("xz", 3).as_bytes())),
        ("c.json", &utf16(&record("wide", 4))),
        ("d.gz", &gz(&utf16(&record("both", 5)))),
    ]);
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    for (handle, count) in [("gz1", 1), ("gz2", 2), ("xz", 3), ("wide", 4), ("both", 5)] {
        assert_eq!(followers(&scraper, handle).await, Some(count), "{handle}");
    }
}

#[tokio::test]
async fn bombs_links_and_endless_brackets_are_refused_by_name() {
    let archive = Archive::of(&[("good.json", record("good", 1).as_bytes())]);
    #[cfg(unix)]
    let outside = Archive::of(&[("secret.json", record("secret", 9).as_bytes())]);
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..70 {
        io::Write::write_all(&mut writer, &blanks).unwrap();
    }
    fs::write(archive.path().join("bomb.gz"), writer.finish().unwrap()).unwrap();
    fs::write(
        archive.path().join("cut.gz"),
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1][..],
    )
    .unwrap();
    fs::write(
        archive.path().join("deep.json"),
        "[".repeat(200_000).replacen('[', "{\"a\":[", 1),
    )
    .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(outside.path(), archive.path().join("folder")).unwrap();
        symlink(
            outside.path().join("secret.json"),
            archive.path().join("link.json"),
        )
        .unwrap();
    }

    let scraper = ArchiveScraper::open(archive.path()).unwrap();

    let summary = scraper.summary();
    let reason = |name: &str| {
        let file = summary.files.iter().find(|file| file.path.ends_with(name));
        file.map(|file| file.skipped[0].0.clone()).expect(name)
    };
    assert!(
        reason("bomb.gz").contains("200 times its size"),
        "{}",
        reason("bomb.gz")
    );
    assert!(reason("cut.gz").contains("damaged"), "{}", reason("cut.gz"));
    assert!(
        reason("deep.json").contains("100,000 levels"),
        "{}",
        reason("deep.json")
    );
    if cfg!(unix) {
        assert!(reason("folder").contains("is a link"));
        assert!(reason("link.json").contains("is a link"));
    }
    assert_eq!(summary.accounts, 1);
    assert_eq!(followers(&scraper, "good").await, Some(1));
    assert!(scrape(&scraper, "secret").await.is_err());
}

#[test]
fn the_table_shows_each_file_with_what_it_holds() {
    let odd = r#"{"platform":"instagram","handle":"ada","profile":{"follower_count":"many"},"posts":[{"id":"1"},{"id":"2"}],"comments":[{"id":"c","text":"t"}]}"#;
    let archive = Archive::of(&[
        ("one.json", odd.as_bytes()),
        ("login\u{1b}[31m.html", b"<html>"),
    ]);
    let table = ArchiveScraper::open(archive.path())
        .unwrap()
        .summary()
        .to_string();
    let line = |start: &str| {
        let line = table.lines().find(|line| line.starts_with(start));
        let words: Vec<String> = line
            .expect(start)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        words.join(" ")
    };
    assert_eq!(
        line("file"),
        "file format accounts posts comments passed over, and why"
    );
    assert_eq!(
        line("one.json"),
        "one.json record 1 2 1 unreadable values: 1"
    );
    assert!(line("login").contains("this is a web page"), "{table}");
    assert!(!table.contains('\u{1b}'), "{table}");
    assert!(
        table.ends_with("2 files: 1 account, 2 posts, 1 comment; 1 value could not be read"),
        "{table}"
    );
}

#[test]
fn many_files_of_one_format_share_a_line() {
    let archive = Archive::of(&[("bad.json", b"<html>")]);
    for number in 0..200 {
        let path = archive.path().join(format!("r{number:03}.json"));
        fs::write(path, record(&format!("a{number}"), 1)).unwrap();
    }
    let table = ArchiveScraper::open(archive.path())
        .unwrap()
        .summary()
        .to_string();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains("200 files, r000.json and others"), "{table}");
}

#[test]
fn many_broken_lines_are_counted_but_only_the_first_are_named() {
    let lines = "{\n".repeat(1000) + &record("a", 1);
    let (_archive, path) = Archive::file(lines);
    let summary = ArchiveScraper::open(path).unwrap().summary();
    assert_eq!(summary.skipped(), 1000);
    assert_eq!(summary.files[0].skipped.len(), FileSummary::MAX_REASONS);
}

#[test]
fn debug_shows_counts_and_no_accounts() {
    let (_archive, path) = Archive::file(record("ada", 1));
    let shown = format!("{:?}", ArchiveScraper::open(path).unwrap());
    assert!(shown.contains("accounts: 1"), "{shown}");
    assert!(!shown.contains("ada"), "{shown}");
}
