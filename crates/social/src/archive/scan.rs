//! What one file says about which accounts, and where.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::input::{Columns, Layout, SNIFFED, Sniffed, Stamp, is_packed, open, sniff, too_large};
use super::summary::FileSummary;
use super::units::{self, Step, Units, Verdict};
use crate::facts::{AccountKey, Context, Fact, Item, Names, PostKey};
use crate::values::Faults;

/// How long a run of objects of one owner may become, in bytes.
const MAX_RUN: u64 = 1 << 20;

/// What one file says about which accounts, and where. It holds names and places, never data.
#[derive(Debug)]
pub(super) struct FileScan {
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
    pub(super) place: FilePlace,
    pub(super) layout: Layout,
    /// Whether it has to be read from its beginning to reach a place inside.
    pub(super) packed: bool,
    pub(super) columns: Option<Columns>,
    /// Every name of an account that the file has, with the newest capture.
    pub(super) accounts: Vec<(AccountKey, Option<DateTime<Utc>>)>,
    /// Whose a post is, by the hash of its key.
    pub(super) posts: Vec<(u64, u32)>,
    /// Keys of one post whose owner the file does not name.
    pub(super) aliases: Vec<(u64, u64)>,
    pub(super) runs: Vec<Run>,
    pub(super) summary: FileSummary,
}

/// What a file's name says.
#[derive(Debug, Clone)]
pub(super) struct FilePlace {
    /// The path inside the archive, without the endings that name a format.
    pub(super) stem: String,
    pub(super) captured_at: Option<DateTime<Utc>>,
}

/// Objects that follow each other and have the same owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) owner: Owner,
    /// How many facts it holds.
    pub(super) facts: u32,
}

/// By what a run belongs to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// An index into the scan's accounts.
    Account(u32),
    /// The hash of a post's key: some file says whose the post is.
    Post(u64),
}

/// Hashes keys of posts: the same in all files of one process.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyHasher(RandomState);

impl KeyHasher {
    pub(super) fn of(&self, key: &PostKey) -> u64 {
        self.0.hash_one(key)
    }
}

/// What a name's endings say is not asked: only that they go.
const ENDINGS: [&str; 8] = [
    ".xz", ".gz", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".info",
];

impl FilePlace {
    fn of(root: &Path, path: &Path) -> Self {
        let inside = path.strip_prefix(root).ok();
        let inside = inside.filter(|inside| !inside.as_os_str().is_empty());
        let name = inside.unwrap_or_else(|| path.file_name().map_or(path, Path::new));
        let mut stem = name.to_string_lossy().replace('\\', "/");
        while let Some(shorter) = ENDINGS.iter().find_map(|ending| {
            let cut = stem.len().checked_sub(ending.len())?;
            stem.get(cut..)?
                .eq_ignore_ascii_case(ending)
                .then(|| stem[..cut].to_owned())
        }) {
            stem = shorter;
        }
        let captured_at = time_in(&stem);
        Self { stem, captured_at }
    }
}

/// The time in the name of an Apify data set, `dataset_NAME_2025-09-15_10-00-00-000`. Other names
/// may have dates too, but those of posts.
fn time_in(stem: &str) -> Option<DateTime<Utc>> {
    let name = stem.rsplit('/').next()?.strip_prefix("dataset_")?;
    (0..name.len())
        .filter_map(|at| name.get(at..at + 19))
        .find_map(|part| NaiveDateTime::parse_from_str(part, "%Y-%m-%d_%H-%M-%S").ok())
        .map(|time| time.and_utc())
}

/// Goes through a file once. An error is one of the file as a whole.
pub(super) fn scan(
    root: &Path,
    path: &Path,
    stamp: Stamp,
    names: Names<'_>,
    hasher: &KeyHasher,
) -> io::Result<FileScan> {
    let mut scan = FileScan {
        path: path.to_owned(),
        stamp,
        place: FilePlace::of(root, path),
        layout: Layout::Values,
        packed: false,
        columns: None,
        accounts: Vec::new(),
        posts: Vec::new(),
        aliases: Vec::new(),
        runs: Vec::new(),
        summary: FileSummary {
            path: path
                .strip_prefix(root)
                .map_or(path, |inside| {
                    if inside.as_os_str().is_empty() {
                        path
                    } else {
                        inside
                    }
                })
                .to_owned(),
            ..FileSummary::default()
        },
    };
    let result = Scanner::new(&mut scan, names, hasher).all();
    match result {
        Ok(()) => {}
        Err(error) if too_large(&error) => {
            scan.summary
                .skip("it unpacks to more than 200 times its size, and is refused".to_owned());
        }
        Err(error) if is_of_content(&error) => {
            scan.summary.skip(format!("the rest is damaged: {error}"));
        }
        Err(error) => return Err(error),
    }
    scan.summary.accounts = count_accounts(&scan.accounts);
    scan.runs.shrink_to_fit();
    Ok(scan)
}

/// Whether reading failed for what is in the file, and not for the disk.
fn is_of_content(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Other
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::OutOfMemory
            | io::ErrorKind::Unsupported
    ) && error.raw_os_error().is_none()
}

/// One account may be named by its handle in one place and by its id in another.
fn count_accounts(accounts: &[(AccountKey, Option<DateTime<Utc>>)]) -> u64 {
    let handles: BTreeSet<_> = accounts
        .iter()
        .filter_map(|(key, _)| Some((&key.platform, key.handle.as_ref()?)))
        .collect();
    let with_handle: BTreeSet<&str> = accounts
        .iter()
        .filter(|(key, _)| key.handle.is_some())
        .flat_map(|(key, _)| key.ids.iter().map(|id| id.value.as_str()))
        .collect();
    let by_id_only: BTreeSet<&str> = accounts
        .iter()
        .filter(|(key, _)| key.handle.is_none())
        .filter_map(|(key, _)| key.ids.first().map(|id| id.value.as_str()))
        .filter(|id| !with_handle.contains(id))
        .collect();
    (handles.len() + by_id_only.len()) as u64
}

struct Scanner<'a> {
    scan: &'a mut FileScan,
    names: Names<'a>,
    hasher: &'a KeyHasher,
    known: HashMap<AccountKey, u32>,
    faults: Faults,
}

impl<'a> Scanner<'a> {
    fn new(scan: &'a mut FileScan, names: Names<'a>, hasher: &'a KeyHasher) -> Self {
        Self {
            scan,
            names,
            hasher,
            known: HashMap::new(),
            faults: Faults::default(),
        }
    }

    fn all(&mut self) -> io::Result<()> {
        let path = self.scan.path.clone();
        self.scan.packed = is_packed(&path)?;
        let mut head = Vec::new();
        open(&path, 0)?
            .take(SNIFFED as u64)
            .read_to_end(&mut head)?;
        let named_lines = [".jsonl", ".ndjson"]
            .iter()
            .any(|ending| path.to_string_lossy().to_ascii_lowercase().contains(ending));
        match sniff(&head, named_lines) {
            Sniffed::Layout(layout) => self.scan.layout = layout,
            Sniffed::Named(name) => {
                self.scan.summary.skip(format!("this is {name}"));
                return Ok(());
            }
        }
        let mut units = Units::open(&path, &self.scan.layout, None, 0)?;
        self.scan.columns = units.columns().cloned();
        let mut is_alone = true;
        while let Some(step) = units.next()? {
            match step {
                Step::Unit(unit) => {
                    let verdict = self.unit(&unit);
                    let place = format!("{} {}", units.noun(), unit.number);
                    self.judge(verdict, &place, is_alone && unit.number == 1);
                    is_alone = false;
                }
                Step::Broken { number, reason } => {
                    let noun = units.noun();
                    self.scan.summary.skip(format!("{noun} {number} {reason}"));
                    is_alone = false;
                }
                Step::Lost(reason) => {
                    self.scan.summary.skip(format!("the file {reason}"));
                    break;
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, verdict: Verdict, place: &str, is_first: bool) {
        let summary = &mut self.scan.summary;
        match verdict {
            Verdict::Read(format) => {
                if !summary.formats.contains(&format.name) {
                    summary.formats.push(format.name);
                }
            }
            // What is known for what it is needs no place.
            Verdict::Named(name) => summary.skip(format!("this is {name}")),
            Verdict::Refused(reason) if is_first && self.scan.layout == Layout::Values => {
                summary.skip(format!("it {reason}"));
            }
            Verdict::Refused(reason) => summary.skip(format!("{place} {reason}")),
        }
    }

    fn unit(&mut self, unit: &units::Unit) -> Verdict {
        let place = self.scan.place.clone();
        let layout = self.scan.layout.clone();
        let faults = std::mem::take(&mut self.faults);
        let ctx = Context {
            names: self.names,
            captured_at: place.captured_at,
            file: &place.stem,
            faults: &faults,
        };
        let mut owners: Vec<(Owner, u32)> = Vec::new();
        let mut orphans = 0_u64;
        let verdict = units::read(&unit.json, &layout, &ctx, &mut |fact| {
            self.scan.summary.unreadable += faults.take().len() as u64;
            match self.owner(&fact) {
                Some(owner) => match owners.iter_mut().rev().find(|(known, _)| *known == owner) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => owners.push((owner, 1)),
                },
                None => orphans += 1,
            }
        });
        self.scan.summary.unreadable += faults.take().len() as u64;
        if orphans > 0 {
            self.scan
                .summary
                .skip("it does not say which account it is about".to_owned());
        }
        self.add_runs(unit, owners);
        verdict
    }

    /// Notes what a fact says about who is who, and returns to whom it belongs.
    fn owner(&mut self, fact: &Fact) -> Option<Owner> {
        match &fact.item {
            Item::Post(..) => self.scan.summary.posts += 1,
            Item::Comment(..) => self.scan.summary.comments += 1,
            _ => {}
        }
        let account = (!fact.account.is_unknown()).then(|| self.account(fact));
        if let Item::Post(_, keys) = &fact.item {
            let hashes: Vec<u64> = keys.iter().map(|key| self.hasher.of(key)).collect();
            if let Some(account) = account {
                self.scan
                    .posts
                    .extend(hashes.iter().map(|hash| (*hash, account)));
            } else if let Some((first, others)) = hashes.split_first() {
                self.scan
                    .aliases
                    .extend(others.iter().map(|other| (*first, *other)));
            }
        }
        account.map(Owner::Account).or_else(|| {
            let key = match &fact.item {
                Item::Post(_, keys) => keys.first(),
                Item::Comment(_, key) => key.as_ref(),
                _ => None,
            }?;
            Some(Owner::Post(self.hasher.of(key)))
        })
    }

    fn account(&mut self, fact: &Fact) -> u32 {
        if let Some(known) = self.known.get(&fact.account) {
            let newest = &mut self.scan.accounts[*known as usize].1;
            *newest = (*newest).max(fact.captured_at);
            return *known;
        }
        let number = u32::try_from(self.scan.accounts.len()).expect("a file has fewer accounts");
        self.scan
            .accounts
            .push((fact.account.clone(), fact.captured_at));
        self.known.insert(fact.account.clone(), number);
        number
    }

    fn add_runs(&mut self, unit: &units::Unit, owners: Vec<(Owner, u32)>) {
        if let ([(owner, facts)], Some(last)) = (&owners[..], self.scan.runs.last_mut())
            && last.owner == *owner
            && unit.end - last.start <= MAX_RUN
        {
            last.end = unit.end;
            last.facts = last.facts.saturating_add(*facts);
            return;
        }
        self.scan
            .runs
            .extend(owners.into_iter().map(|(owner, facts)| Run {
                start: unit.start,
                end: unit.end,
                owner,
                facts,
            }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_a_data_sets_name_is_that_of_its_capture() {
        let place = |path: &str| FilePlace::of(Path::new("/a"), Path::new(path));
        let dated = place("/a/x/dataset_instagram-scraper_2025-09-15_10-00-00-000.json");
        assert_eq!(dated.captured_at, "2025-09-15T10:00:00Z".parse().ok());
        let post = place("/a/x/2025-09-15_10-00-00_UTC.json.xz");
        assert_eq!(post.captured_at, None);
        assert_eq!(post.stem, "x/2025-09-15_10-00-00_UTC");
        assert_eq!(place("/a/v.info.json").stem, "v");
        assert_eq!(place("/a").stem, "a");
    }

    #[test]
    fn an_index_holds_places_of_runs_and_never_data() {
        let filler = "word ".repeat(20);
        let comments: Vec<String> = (0..50_000)
            .map(|number| {
                format!(
                    r#"{{"cid":"{number}","videoWebUrl":"https://www.tiktok.com/@ada/video/1","text":"{filler}"}}"#
                )
            })
            .collect();
        let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        std::fs::write(file.path(), format!("[{}]", comments.join(",\n"))).unwrap();
        let platforms = report_pipeline::Platforms::default();
        let stamp = Stamp::of(file.path()).unwrap();
        let names = Names(&platforms);

        let scan = scan(
            file.path(),
            file.path(),
            stamp,
            names,
            &KeyHasher::default(),
        )
        .unwrap();

        assert_eq!(scan.summary.comments, 50_000);
        assert_eq!(scan.accounts.len(), 1);
        let least = usize::try_from(stamp.length / MAX_RUN).unwrap();
        assert!(scan.runs.len() <= least + 2, "{} runs", scan.runs.len());
        assert!(size_of::<Run>() <= 40);
    }
}
