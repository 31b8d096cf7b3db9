//! What opening an archive found.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// What opening an archive found. Shown with `{}` it is a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveSummary {
    /// The files, in the order of their names; also those that hold nothing of use.
    pub files: Vec<FileSummary>,
    /// Accounts that can be scraped.
    pub accounts: u64,
    /// Posts and comments that belong to no account: no file says whose they are.
    pub unattributed: u64,
}

/// What one file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileSummary {
    /// The file.
    pub path: PathBuf,
    /// What was recognised in it, such as `yt-dlp video`; empty if nothing was.
    pub formats: Vec<&'static str>,
    /// Accounts that it says something about, as far as it names them itself.
    pub accounts: u64,
    /// Posts.
    pub posts: u64,
    /// Comments.
    pub comments: u64,
    /// Values that could not be read. Each costs its field and nothing else.
    pub unreadable: u64,
    /// What was passed over, and why, and how often: the first
    /// [`MAX_REASONS`](Self::MAX_REASONS) reasons.
    pub skipped: Vec<(String, u64)>,
    /// How many objects were passed over.
    pub skipped_count: u64,
}

impl FileSummary {
    /// How many reasons for passing things over are named.
    pub const MAX_REASONS: usize = 20;

    pub(super) fn skip(&mut self, reason: String) {
        self.skipped_count += 1;
        if let Some((_, count)) = self.skipped.iter_mut().find(|(known, _)| *known == reason) {
            *count += 1;
        } else if self.skipped.len() < Self::MAX_REASONS {
            self.skipped.push((reason, 1));
        }
    }

    fn is_of_use(&self) -> bool {
        !self.formats.is_empty()
    }

    fn format(&self) -> String {
        match self.formats[..] {
            [] => "-".to_owned(),
            [one] => one.to_owned(),
            [first, ..] => format!("{first} and others"),
        }
    }

    /// What was passed over, in one line.
    fn reasons(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        if self.unreadable > 0 {
            words.push(format!("unreadable values: {}", self.unreadable));
        }
        for (reason, count) in self.skipped.iter().take(3) {
            words.push(match count {
                1 => reason.clone(),
                _ => format!("{reason} ({count} times)"),
            });
        }
        let named: u64 = self.skipped.iter().take(3).map(|(_, count)| count).sum();
        if self.skipped_count > named {
            words.push(format!("{} more passed over", self.skipped_count - named));
        }
        words.join("; ")
    }
}

impl ArchiveSummary {
    /// How many files are shown in a line of their own. Of more, those of one format share a line.
    const MAX_LINES: usize = 100;

    /// How many posts all files hold; the same post in two files counts twice.
    #[must_use]
    pub fn posts(&self) -> u64 {
        self.files.iter().map(|file| file.posts).sum()
    }

    /// How many comments all files hold, likewise.
    #[must_use]
    pub fn comments(&self) -> u64 {
        self.files.iter().map(|file| file.comments).sum()
    }

    /// How many values could not be read.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.files.iter().map(|file| file.unreadable).sum()
    }

    /// How many objects were passed over.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.files.iter().map(|file| file.skipped_count).sum()
    }

    /// The lines of the table.
    fn lines(&self) -> Vec<[String; 6]> {
        if self.files.len() <= Self::MAX_LINES {
            return self.files.iter().map(line).collect();
        }
        // Files of one format that went well share a line; what went wrong is named.
        let mut formats: BTreeMap<(String, String), (u64, FileSummary)> = BTreeMap::new();
        for file in &self.files {
            let key = (file.format(), kind_of_trouble(file));
            let (count, sum) = formats.entry(key).or_insert_with(|| (0, file.clone()));
            *count += 1;
            if *count > 1 {
                sum.accounts += file.accounts;
                sum.posts += file.posts;
                sum.comments += file.comments;
                sum.unreadable += file.unreadable;
                sum.skipped_count += file.skipped_count;
            }
        }
        let mut lines: Vec<[String; 6]> = formats
            .into_values()
            .map(|(count, sum)| {
                let mut line = line(&sum);
                if count > 1 {
                    line[0] = format!("{count} files, {} and others", line[0]);
                }
                line
            })
            .collect();
        let more = lines.len().saturating_sub(Self::MAX_LINES);
        if more > 0 {
            lines.truncate(Self::MAX_LINES);
            lines.push([
                format!("... and {more} more kinds"),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        lines
    }
}

fn line(file: &FileSummary) -> [String; 6] {
    let number = |count: u64| {
        if file.is_of_use() {
            count.to_string()
        } else {
            "-".to_owned()
        }
    };
    [
        file.path.display().to_string(),
        file.format(),
        number(file.accounts),
        number(file.posts),
        number(file.comments),
        file.reasons(),
    ]
}

/// What the lines of files have in common that may share one: the first reason, without numbers.
fn kind_of_trouble(file: &FileSummary) -> String {
    let first = file.skipped.first().map(|(reason, _)| reason.as_str());
    let first = first.unwrap_or(if file.unreadable > 0 {
        "unreadable"
    } else {
        ""
    });
    first.chars().filter(|c| !c.is_ascii_digit()).collect()
}

impl fmt::Display for ArchiveSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![
            [
                "file",
                "format",
                "accounts",
                "posts",
                "comments",
                "passed over, and why",
            ]
            .map(str::to_owned),
        ];
        lines.extend(self.lines());
        let widths: Vec<usize> = (0..5)
            .map(|column| {
                let lengths = lines.iter().map(|line| line[column].chars().count());
                lengths.max().unwrap_or_default()
            })
            .collect();
        for line in lines {
            let mut text = String::new();
            for (column, cell) in line.iter().enumerate() {
                let room = widths.get(column).copied().unwrap_or_default();
                let gap = " ".repeat(room.saturating_sub(cell.chars().count()));
                // Numbers stand at the right of their column.
                match column {
                    0 | 1 => text.extend([cell, gap.as_str(), "  "]),
                    2..=4 => text.extend([gap.as_str(), cell, "  "]),
                    _ => text.push_str(cell),
                }
            }
            writeln!(f, "{}", printable(text.trim_end()))?;
        }
        write!(
            f,
            "{}: {}, {}, {}",
            counted(self.files.len() as u64, "file"),
            counted(self.accounts, "account"),
            counted(self.posts(), "post"),
            counted(self.comments(), "comment"),
        )?;
        if self.unreadable() > 0 {
            let values = counted(self.unreadable(), "value");
            write!(f, "; {values} could not be read")?;
        }
        if self.unattributed > 0 {
            write!(
                f,
                "; {} of no account that a file names",
                match self.unattributed {
                    1 => "1 post or comment".to_owned(),
                    count => format!("{count} posts and comments"),
                }
            )?;
        }
        Ok(())
    }
}

/// A number with its noun.
fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// File names are written by strangers: nothing in them controls the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
