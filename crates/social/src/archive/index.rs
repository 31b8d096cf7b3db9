//! Where each account's record stands.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::lines::Lines;
use super::{ArchiveError, ArchiveScraper, BrokenLine, record};
use report_pipeline::Target;

/// What opening an archive found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveSummary {
    /// Files read.
    pub files: usize,
    /// Lines read, blank ones included.
    pub lines: u64,
    /// Accounts that can be scraped.
    pub accounts: usize,
    /// Records that a later record of the same account stands in for.
    pub replaced: u64,
    /// Lines that are no usable record. They were passed over.
    pub broken: u64,
    /// The first broken lines, at most [`MAX_DETAILS`](Self::MAX_DETAILS).
    pub first_broken: Vec<BrokenLine>,
}

impl ArchiveSummary {
    /// How many broken lines are named.
    pub const MAX_DETAILS: usize = 20;
}

/// The places of all records. It holds names and places, never records.
pub(super) struct Index {
    files: Vec<PathBuf>,
    records: HashMap<Target, Location>,
    summary: ArchiveSummary,
}

/// The place of one record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Location {
    offset: u64,
    line: u64,
    file: u32,
    length: u32,
}

// A location can address every line that is read.
const _: () = assert!(ArchiveScraper::MAX_LINE <= u32::MAX as usize);

impl Index {
    /// Goes through all files once.
    pub(super) fn build(path: &Path) -> Result<Self, ArchiveError> {
        let mut index = Self {
            files: files(path)?,
            records: HashMap::new(),
            summary: ArchiveSummary::default(),
        };
        for number in 0..index.files.len() {
            index
                .add_file(number)
                .map_err(|source| unreadable(&index.files[number], source))?;
        }
        index.summary.files = index.files.len();
        index.summary.accounts = index.records.len();
        if index.records.is_empty() {
            return Err(ArchiveError::Empty {
                path: path.to_owned(),
                broken: index.summary.broken,
                first: index.summary.first_broken.into_iter().next(),
            });
        }
        index.records.shrink_to_fit();
        Ok(index)
    }

    pub(super) const fn summary(&self) -> &ArchiveSummary {
        &self.summary
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = &Target> {
        self.records.keys()
    }

    pub(super) fn locate(&self, target: &Target) -> Option<Location> {
        self.records.get(target).copied()
    }

    /// Reads the bytes of one record. They end too early if the file has become shorter.
    pub(super) fn read(&self, location: Location) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.file(location))?;
        file.seek(SeekFrom::Start(location.offset))?;
        let mut record = Vec::with_capacity(location.length as usize);
        file.take(location.length.into()).read_to_end(&mut record)?;
        Ok(record)
    }

    /// The record's place in words, for the log.
    pub(super) fn place(&self, location: Location) -> String {
        let file = self.file(location).display();
        format!(
            "line {} of {file} when the archive was opened",
            location.line
        )
    }

    fn file(&self, location: Location) -> &Path {
        &self.files[location.file as usize]
    }

    fn add_file(&mut self, number: usize) -> io::Result<()> {
        let reader = BufReader::with_capacity(64 * 1024, File::open(&self.files[number])?);
        let mut lines = Lines::new(reader, ArchiveScraper::MAX_LINE);
        while let Some(line) = lines.next()? {
            self.summary.lines += 1;
            let Some(text) = line.text else {
                self.add_broken(number, line.number, "is longer than 16 MiB".to_owned());
                continue;
            };
            if text.is_empty() {
                continue;
            }
            match record::target(text) {
                Ok(target) => {
                    let location = Location {
                        offset: line.offset,
                        line: line.number,
                        file: u32::try_from(number).expect("a folder has fewer files"),
                        length: u32::try_from(text.len()).expect("lines are bounded"),
                    };
                    let earlier = self.records.insert(target, location);
                    self.summary.replaced += u64::from(earlier.is_some());
                }
                Err(reason) => self.add_broken(number, line.number, reason),
            }
        }
        Ok(())
    }

    fn add_broken(&mut self, file: usize, line: u64, reason: String) {
        self.summary.broken += 1;
        if self.summary.first_broken.len() < ArchiveSummary::MAX_DETAILS {
            self.summary.first_broken.push(BrokenLine {
                file: self.files[file].clone(),
                line,
                reason,
            });
        }
    }
}

/// The archive's files in the order in which they are read.
fn files(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let metadata = fs::metadata(path).map_err(|source| unreadable(path, source))?;
    if metadata.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    // Anything that is neither, such as a pipe, fails here with a word from the system.
    let entries = fs::read_dir(path).map_err(|source| unreadable(path, source))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|source| unreadable(path, source))?.path();
        let named = file
            .extension()
            .is_some_and(|name| name.eq_ignore_ascii_case("jsonl"));
        // A pipe or a device would be read for ever. A link that leads nowhere is an error.
        if named
            && fs::metadata(&file)
                .map_err(|source| unreadable(&file, source))?
                .is_file()
        {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(ArchiveError::NoFiles {
            path: path.to_owned(),
        });
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, source: io::Error) -> ArchiveError {
    ArchiveError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_index_of_50_000_records_holds_names_and_places_only() {
        let filler = "word ".repeat(100);
        let lines: String = (0..50_000)
            .map(|number| {
                format!(
                    r#"{{"platform":"instagram","handle":"a{number}","profile":{{"bio":"{filler}"}}}}"#
                ) + "\n"
            })
            .collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(lines.as_bytes()).unwrap();
        let size = lines.len();

        let index = Index::build(file.path()).unwrap();

        assert_eq!(index.records.len(), 50_000);
        // All that grows with the archive: the table, and one counted name per account (two
        // counters and the text).
        let table = index.records.capacity() * size_of::<(Target, Location)>();
        let names: usize = index
            .targets()
            .map(|target| 2 * size_of::<usize>() + target.handle.as_str().len())
            .sum();
        assert!(size_of::<Location>() <= 24);
        assert!(table + names < size / 4, "{table} + {names} of {size}");
        assert!(index.summary.first_broken.is_empty());
    }

    #[test]
    fn many_broken_lines_are_counted_but_only_the_first_are_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for _ in 0..1000 {
            writeln!(file, "{{").unwrap();
        }
        writeln!(file, r#"{{"platform":"tiktok","handle":"a"}}"#).unwrap();

        let index = Index::build(file.path()).unwrap();

        assert_eq!(index.summary().broken, 1000);
        assert_eq!(
            index.summary().first_broken.len(),
            ArchiveSummary::MAX_DETAILS
        );
    }
}
