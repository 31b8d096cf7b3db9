//! What opening an archive finds, and refuses.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use report_pipeline_social::{ArchiveError, ArchiveScraper};

use super::{Archive, followers, record, scrape};

#[tokio::test]
async fn line_ends_blank_lines_and_a_byte_order_mark_do_not_matter() {
    let (one, two) = (record("one", 1), record("two", 2));
    let (_archive, path) = Archive::file(format!("\u{feff}{one}\r\n\r\n  \n\t{two} \r\n\n"));

    let scraper = ArchiveScraper::open(path).unwrap();

    assert_eq!(scraper.summary().broken, 0);
    assert_eq!(scraper.summary().lines, 5);
    assert_eq!(scraper.summary().accounts, 2);
    assert_eq!(followers(&scraper, "one").await, Some(1));
    assert_eq!(followers(&scraper, "two").await, Some(2));
}

#[tokio::test]
async fn broken_lines_are_named_and_the_others_still_count() {
    let broken: [(&[u8], &str); 11] = [
        (b"{\"platform\":", "is not JSON (column"),
        (b"plain words", "is not a JSON object"),
        (br#"["instagram","ada"]"#, "is not a JSON object"),
        (br#"{"platform":"instagram"}"#, "has no `handle`"),
        (br#"{"platform":null,"handle":"ada"}"#, "has no `platform`"),
        (
            br#"{"platform":"instagram","handle":5}"#,
            "has a `handle` that is not a text",
        ),
        (
            br#"{"platform":"instagram","handle":"two words"}"#,
            "cannot be used: the handle",
        ),
        (
            br#"{"platform":"Insta gram","handle":"ada"}"#,
            "cannot be used: the platform",
        ),
        (
            br#"{"platform":"instagram","handle":"ada","handle":"bob"}"#,
            "twice",
        ),
        (
            b"{\"platform\":\"instagram\",\"handle\":\"ada\",\"x\":\"\xff\"}",
            "is not UTF-8",
        ),
        (
            br#"{"platform":"instagram","handle":"ada"} {}"#,
            "is not JSON (column",
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
    assert_eq!((summary.broken, summary.accounts), (11, 1));
    assert_eq!(summary.first_broken.len(), broken.len());
    for (at, (line, (_, reason))) in summary.first_broken.iter().zip(broken).enumerate() {
        assert_eq!(line.line, 2 * at as u64 + 1);
        assert_eq!(line.file, path);
        assert!(line.reason.contains(reason), "{line}");
    }
    assert_eq!(followers(&scraper, "good").await, Some(1));
}

#[tokio::test]
async fn a_line_over_the_greatest_length_is_passed_over_and_the_next_one_found() {
    let mut file = record("before", 1).into_bytes();
    file.extend_from_slice(b"\n{\"platform\":\"instagram\",\"handle\":\"huge\",\"x\":\"");
    file.resize(file.len() + ArchiveScraper::MAX_LINE, b'x');
    file.extend_from_slice(b"\"}\n");
    file.extend_from_slice(record("after", 3).as_bytes());
    let (_archive, path) = Archive::file(file);

    let scraper = ArchiveScraper::open(path).unwrap();

    let summary = scraper.summary();
    assert_eq!((summary.lines, summary.accounts, summary.broken), (3, 2, 1));
    assert_eq!(summary.first_broken[0].line, 2);
    assert_eq!(summary.first_broken[0].reason, "is longer than 16 MiB");
    assert_eq!(followers(&scraper, "after").await, Some(3));
    assert!(scrape(&scraper, "huge").await.is_err());
}

#[tokio::test]
async fn the_later_record_of_an_account_counts_by_file_name_and_line() {
    let late = format!("{}\n{}\n", record("ada", 3), record("ADA", 4));
    let archive = Archive::of(&[
        ("b.jsonl", late.as_bytes()),
        ("a.jsonl", record("ada", 1).as_bytes()),
        ("c.jsonl", record("bob", 5).as_bytes()),
        ("z.json", record("ada", 9).as_bytes()),
    ]);
    fs::create_dir(archive.path().join("sub.jsonl")).unwrap();
    fs::write(archive.path().join("sub.jsonl/z.jsonl"), record("ada", 9)).unwrap();

    let scraper = ArchiveScraper::open(archive.path()).unwrap();

    let summary = scraper.summary();
    assert_eq!(
        (summary.files, summary.accounts, summary.replaced),
        (3, 2, 2)
    );
    assert_eq!(followers(&scraper, "ada").await, Some(4));
    assert_eq!(followers(&scraper, "bob").await, Some(5));
}

#[test]
fn an_archive_without_accounts_is_refused_with_the_first_reason() {
    let (_archive, path) = Archive::file("\n{}\n{}\n");
    let error = ArchiveScraper::open(&path).unwrap_err();
    assert!(
        matches!(error, ArchiveError::Empty { broken: 2, .. }),
        "{error:?}"
    );
    let reason = error
        .source()
        .expect("a broken line is the reason")
        .to_string();
    assert!(
        reason.starts_with("line 2 of ") && reason.ends_with("has no `platform`"),
        "{reason}"
    );

    let (_archive, path) = Archive::file("");
    let error = ArchiveScraper::open(&path).unwrap_err();
    assert!(
        matches!(error, ArchiveError::Empty { broken: 0, .. }),
        "{error:?}"
    );
    assert!(error.source().is_none());
}

#[test]
fn a_path_without_an_archive_is_refused_with_what_to_do() {
    let folder = Archive::of(&[("notes.txt", b"no archive")]);
    let error = ArchiveScraper::open(folder.path()).unwrap_err();
    assert!(matches!(error, ArchiveError::NoFiles { .. }), "{error:?}");
    assert!(error.to_string().contains("has no .jsonl file"), "{error}");

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

#[test]
fn opening_warns_once_if_records_are_not_used_and_else_not_at_all() {
    let log_of = |content: String| {
        let (_archive, path) = Archive::file(content);
        let log = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&log);
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || Log(Arc::clone(&writer)))
            .finish();
        tracing::subscriber::with_default(subscriber, || ArchiveScraper::open(path).unwrap());
        let log = log.lock().unwrap().clone();
        String::from_utf8(log).unwrap()
    };
    let ada = record("ada", 1);

    let log = log_of(format!("{ada}\nSECRET\n{{\n{ada}\n"));
    assert_eq!(log.lines().count(), 1, "{log}");
    for word in ["WARN", "broken=2", "replaced=1", "line 2 of "] {
        assert!(log.contains(word), "{word} in {log}");
    }
    assert!(!log.contains("SECRET"), "{log}");
    assert_eq!(log_of(ada), "");
}

#[test]
fn debug_shows_counts_and_no_accounts() {
    let (_archive, path) = Archive::file(record("ada", 1));
    let shown = format!("{:?}", ArchiveScraper::open(path).unwrap());
    assert!(shown.contains("accounts: 1"), "{shown}");
    assert!(!shown.contains("ada"), "{shown}");
}

/// Where the log of a test goes.
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no test panics while it writes")
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
