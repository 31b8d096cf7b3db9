//! Which accounts an archive has, and where everything about each of them stands.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use report_pipeline::{Platforms, Target};

use super::ArchiveError;
use super::accounts::Accounts;
use super::input::{Stamp, walk};
use super::scan::{FileScan, KeyHasher, Owner, scan};
use super::summary::{ArchiveSummary, FileSummary};
use crate::facts::{AccountKey, Names, PostKey};
use crate::join::Identity;

/// How often reading a large archive is told to the log.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// Which accounts an archive has, and where everything about each of them stands. It holds names
/// and places, never data.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) root: PathBuf,
    pub(super) platforms: Platforms,
    pub(super) hasher: KeyHasher,
    pub(super) files: Vec<Arc<FileScan>>,
    /// The files that could not be read, and when they were tried.
    unreadable: Vec<(PathBuf, Stamp)>,
    accounts: Accounts,
    posts: HashMap<u64, u32>,
    /// For each account, where its facts are: files and runs in them, in order.
    runs: Vec<Vec<(u32, u32)>>,
    pub(super) summary: Arc<ArchiveSummary>,
}

impl Index {
    /// Goes through all files; of those that `earlier` knows only through the changed ones.
    pub(super) fn build(
        root: &Path,
        platforms: &Platforms,
        earlier: Option<&Self>,
    ) -> Result<Self, ArchiveError> {
        let found =
            walk(root).map_err(|(path, source)| ArchiveError::Unreadable { path, source })?;
        if found.files.is_empty() && found.refused.is_empty() {
            return Err(ArchiveError::NoFiles {
                path: root.to_owned(),
            });
        }
        let hasher = earlier
            .map(|index| index.hasher.clone())
            .unwrap_or_default();
        let known: HashMap<&Path, &Arc<FileScan>> = earlier
            .iter()
            .flat_map(|index| &index.files)
            .map(|file| (file.path.as_path(), file))
            .collect();
        let names = Names(platforms);
        let mut files = Vec::with_capacity(found.files.len());
        let mut unreadable = Vec::new();
        let mut others = Vec::new();
        let mut teller = Teller::new(&found.files);
        for (path, stamp) in &found.files {
            match known.get(path.as_path()) {
                Some(file) if file.stamp == *stamp => files.push(Arc::clone(file)),
                _ => match scan(root, path, *stamp, names, &hasher) {
                    Ok(file) => files.push(Arc::new(file)),
                    // In a folder, one bad file is named and the others are read.
                    Err(error) if path != root => {
                        unreadable.push((path.clone(), *stamp));
                        others.push(refused(root, path, &cannot_be_read(&error)));
                    }
                    Err(source) => {
                        let path = path.clone();
                        return Err(ArchiveError::Unreadable { path, source });
                    }
                },
            }
            teller.tell(stamp.length);
        }
        others.extend(
            found
                .refused
                .iter()
                .map(|(path, why)| refused(root, path, why)),
        );
        Ok(Self::merge(
            root, platforms, hasher, files, unreadable, others,
        ))
    }

    fn merge(
        root: &Path,
        platforms: &Platforms,
        hasher: KeyHasher,
        files: Vec<Arc<FileScan>>,
        unreadable: Vec<(PathBuf, Stamp)>,
        others: Vec<FileSummary>,
    ) -> Self {
        let keys = files.iter().flat_map(|file| &file.accounts);
        let accounts = Accounts::of(keys);
        let posts = owners_of_posts(&files, &accounts);
        let mut runs: Vec<Vec<(u32, u32)>> = vec![Vec::new(); accounts.len()];
        let mut unattributed = 0;
        for (file, scan) in (0_u32..).zip(&files) {
            for (number, run) in (0_u32..).zip(&scan.runs) {
                let account = match run.owner {
                    Owner::Account(key) => accounts.find(&scan.accounts[key as usize].0),
                    Owner::Post(hash) => posts.get(&hash).copied(),
                };
                match account {
                    Some(account) => runs[account as usize].push((file, number)),
                    None => unattributed += u64::from(run.facts),
                }
            }
        }
        let mut summaries: Vec<FileSummary> =
            files.iter().map(|file| file.summary.clone()).collect();
        summaries.extend(others);
        summaries.sort_by(|a, b| a.path.cmp(&b.path));
        let summary = ArchiveSummary {
            files: summaries,
            accounts: accounts.len() as u64,
            unattributed,
        };
        Self {
            root: root.to_owned(),
            platforms: platforms.clone(),
            hasher,
            files,
            unreadable,
            accounts,
            posts,
            runs,
            summary: Arc::new(summary),
        }
    }

    /// Whether the files are still those that were read.
    pub(super) fn is_current(&self) -> io::Result<bool> {
        let found = walk(&self.root).map_err(|(_, error)| error)?;
        let now: BTreeMap<&Path, Stamp> = found
            .files
            .iter()
            .map(|(path, stamp)| (path.as_path(), *stamp))
            .collect();
        let then: BTreeMap<&Path, Stamp> = self
            .files
            .iter()
            .map(|file| (file.path.as_path(), file.stamp))
            .chain(
                self.unreadable
                    .iter()
                    .map(|(path, stamp)| (path.as_path(), *stamp)),
            )
            .collect();
        Ok(now == then)
    }

    /// One target for each account.
    pub(super) fn targets(&self) -> Vec<Target> {
        self.accounts.targets()
    }

    /// Finds an account by its handle, or by its id.
    pub(super) fn locate(&self, target: &Target) -> Option<u32> {
        self.accounts.locate(target)
    }

    pub(super) fn identity(&self, account: u32) -> Identity {
        self.accounts.identity(account)
    }

    pub(super) fn runs(&self, account: u32) -> &[(u32, u32)] {
        &self.runs[account as usize]
    }

    /// Whose a fact is.
    pub(super) fn owner(&self, key: &AccountKey, post: Option<&PostKey>) -> Option<u32> {
        if !key.is_unknown() {
            return self.accounts.find(key);
        }
        self.posts.get(&self.hasher.of(post?)).copied()
    }
}

/// Whose each post is, by the hashes of its keys.
fn owners_of_posts(files: &[Arc<FileScan>], accounts: &Accounts) -> HashMap<u64, u32> {
    let mut owners = HashMap::new();
    for file in files {
        for (hash, key) in &file.posts {
            if let Some(account) = accounts.find(&file.accounts[*key as usize].0) {
                owners.insert(*hash, account);
            }
        }
    }
    // A file without owners may show that two keys are one post. One pass carries an owner over one
    // such file; more than a few in a row do not happen.
    for _ in 0..3 {
        let mut changed = false;
        for (one, other) in files.iter().flat_map(|file| &file.aliases) {
            for (known, unknown) in [(one, other), (other, one)] {
                if let Some(owner) = owners.get(known).copied()
                    && !owners.contains_key(unknown)
                {
                    owners.insert(*unknown, owner);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    owners
}

fn refused(root: &Path, path: &Path, why: &str) -> FileSummary {
    let mut summary = FileSummary {
        path: path.strip_prefix(root).unwrap_or(path).to_owned(),
        ..FileSummary::default()
    };
    summary.skip(why.to_owned());
    summary
}

fn cannot_be_read(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}

/// Tells the log how far reading is, if it takes long.
struct Teller {
    total: u64,
    read: u64,
    told: Instant,
}

impl Teller {
    fn new(files: &[(PathBuf, Stamp)]) -> Self {
        Self {
            total: files.iter().map(|(_, stamp)| stamp.length).sum(),
            read: 0,
            told: Instant::now(),
        }
    }

    fn tell(&mut self, bytes: u64) {
        self.read += bytes;
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            let percent = self.read.saturating_mul(100) / self.total.max(1);
            tracing::info!(
                percent,
                bytes = self.read,
                of = self.total,
                "reading the archive"
            );
        }
    }
}
