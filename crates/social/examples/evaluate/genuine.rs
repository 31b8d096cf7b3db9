//! How often an account is flagged whose comments, captions or description are genuine texts.
//!
//! There are few open sets of whole accounts with their texts. Where there is none, the genuine texts
//! of a set are cut into accounts: put into an order from a fixed seed, and each used once, so that no
//! two accounts share a text. Comments stay with their video or page.

use std::collections::BTreeMap;

use fastrand::Rng;
use report_pipeline_social::{Comment, Snapshot};

use super::made_up::account;
use super::metrics::wilson_high;
use super::records::Set;
use super::reports::report;
use super::sections::SEED;
use super::table::{Table, figure};
use super::texts::{Text, Texts};

/// Of how many texts an account is made.
const COMMENTS: usize = 40;
const CAPTIONS: usize = 12;
/// From so many accounts on a flag is held to its bound.
const ENOUGH: usize = 300;
/// The most false alarms, as a share.
const BOUND: f64 = 0.01;

/// Which texts of a set are genuine; the first whose start fits.
struct Source {
    /// How the set's name begins.
    name: &'static str,
    /// The class of genuine texts, if the set has classes.
    class: Option<&'static str>,
    /// What language or kind it counts as.
    sample: &'static str,
    uses: &'static [Use],
}

/// Texts that somebody picked because they have listed words are no sample of genuine accounts: they are
/// shown, and held to nothing.
const PICKED: &str = "English texts with listed words";

/// What genuine texts stand in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Comments,
    Captions,
    Description,
}

const SOURCES: [Source; 7] = [
    Source {
        name: "judol",
        class: None,
        sample: "Indonesian comments",
        uses: &[Use::Comments],
    },
    Source {
        name: "telegram_ru",
        class: None,
        sample: "Russian messages",
        uses: &[Use::Comments],
    },
    Source {
        name: "sms",
        class: None,
        sample: "English messages",
        uses: &[Use::Comments],
    },
    Source {
        name: "davidson",
        class: Some("neither"),
        sample: PICKED,
        uses: &[Use::Comments, Use::Captions, Use::Description],
    },
    Source {
        name: "surge",
        class: None,
        sample: "English texts",
        uses: &[Use::Comments, Use::Captions, Use::Description],
    },
    Source {
        name: "tweets_en",
        class: None,
        sample: "English texts",
        uses: &[Use::Comments, Use::Captions, Use::Description],
    },
    Source {
        name: "tweets",
        class: None,
        sample: "texts in seven languages",
        uses: &[Use::Comments, Use::Captions, Use::Description],
    },
];

/// The accounts of each sample, in one order.
type Samples = BTreeMap<(Use, &'static str), Vec<Snapshot>>;

/// A line for each sample and flag that was raised in it, and one for the flags that were not.
pub(crate) async fn table(sets: &[Set], texts: &[Texts]) -> Result<Table, String> {
    let mut samples = Samples::new();
    for set in texts {
        let mut known = SOURCES.iter();
        if let Some(source) = known.find(|source| set.name.starts_with(source.name)) {
            cut(set, source, &mut samples)?;
        }
    }
    for set in sets {
        sections(set, &mut samples)?;
    }
    let mut table = Table::new(
        &format!(
            "Flags on accounts of genuine texts, {COMMENTS} comments or {CAPTIONS} captions each (seed {SEED}; \
             upper end of the 95 % Wilson interval)"
        ),
        &[
            "texts", "as", "flag", "accounts", "raised", "share", "at most", "target",
        ],
    );
    for ((used, sample), accounts) in &samples {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for account in accounts {
            let report = report(account).await.map_err(|error| error.to_string())?;
            // Nothing but the texts is made up to be looked at.
            let pillar = match used {
                Use::Comments => [&report.audience_authenticity, &report.brand_safety],
                _ => [&report.brand_safety, &report.brand_safety],
            };
            let mut flags: Vec<&String> = pillar.iter().flat_map(|p| &p.flags).collect();
            flags.dedup();
            for flag in flags {
                *counts.entry(flag.clone()).or_default() += 1;
            }
        }
        counts.insert("any other".to_owned(), 0);
        for (flag, raised) in counts {
            let n = accounts.len();
            #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
            let share = raised as f64 / n as f64;
            table.row(vec![
                (*sample).to_owned(),
                used.name().to_owned(),
                flag,
                n.to_string(),
                raised.to_string(),
                figure(Some(share)),
                format!("{:.4}", wilson_high(raised, n)),
                match n {
                    _ if n < ENOUGH || *sample == PICKED => "-".to_owned(),
                    _ if share <= BOUND => format!("<= {BOUND:.2} met"),
                    _ => format!("<= {BOUND:.2} NOT MET"),
                },
            ]);
        }
    }
    Ok(table)
}

impl Use {
    const fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Captions => "captions",
            Self::Description => "description",
        }
    }

    const fn size(self) -> usize {
        match self {
            Self::Comments => COMMENTS,
            Self::Captions => CAPTIONS,
            Self::Description => 1,
        }
    }
}

/// Cuts the genuine texts of a set into accounts.
fn cut(set: &Texts, source: &Source, samples: &mut Samples) -> Result<(), String> {
    let is_genuine = |text: &&Text| match source.class {
        Some(class) => text.meta.as_deref() == Some(class),
        None => text.label != Some(1),
    };
    let mut genuine: Vec<&str> = set
        .texts
        .iter()
        .filter(is_genuine)
        .map(|text| text.text.as_str())
        .collect();
    Rng::with_seed(SEED).shuffle(&mut genuine);
    for used in source.uses {
        let of = samples.entry((*used, source.sample)).or_default();
        for group in genuine.chunks_exact(used.size()) {
            of.push(match used {
                Use::Comments => account([], comments(group.iter().copied()))?,
                Use::Captions => account(group.iter().copied(), Vec::new())?,
                Use::Description => {
                    let mut snapshot = account([], Vec::new())?;
                    snapshot.profile.bio = group.first().map(|text| (*text).to_owned());
                    snapshot
                }
            });
        }
    }
    Ok(())
}

/// Cuts the genuine comments of each video or page into sections.
fn sections(set: &Set, samples: &mut Samples) -> Result<(), String> {
    for record in &set.records {
        let read = record.snapshot.comments.iter().flatten();
        let genuine = read
            .zip(&record.comment_labels)
            .filter(|(_, label)| label.as_ref().is_some_and(|(_, bad)| !bad));
        let mut genuine: Vec<Comment> = genuine.map(|(comment, _)| comment.clone()).collect();
        Rng::with_seed(SEED).shuffle(&mut genuine);
        for group in genuine.chunks_exact(COMMENTS) {
            let sample = (Use::Comments, "comments under one video or page");
            let section = account([], group.to_vec())?;
            samples.entry(sample).or_default().push(section);
        }
    }
    Ok(())
}

fn comments<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Comment> {
    texts
        .zip(1..)
        .map(|(text, number)| Comment::new(format!("c{number}"), text))
        .collect()
}
