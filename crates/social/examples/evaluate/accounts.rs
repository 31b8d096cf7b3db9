//! Account authenticity against accounts of which it is known what they are.

use report_pipeline::PhaseError;
use report_pipeline_social::Snapshot;

use super::metrics::{Decisions, auc, share};
use super::records::{Record, Set};
use super::reports::report;
use super::table::{Table, figure};
use super::targets::{Target, Targets, known};

/// Below this score the report calls the account mixed or weak: it is taken for fake.
const WEAK: f64 = 60.0;
/// Below this one it advises against it.
const VERY_WEAK: f64 = 40.0;

/// The tables for fake accounts and for genuine ones.
pub(crate) struct Accounts {
    fake: Table,
    genuine: Table,
}

impl Accounts {
    pub(crate) fn new() -> Self {
        Self {
            fake: Table::new(
                "Account authenticity: labelled accounts (found = scored under 60)",
                &[
                    "set",
                    "accounts",
                    "positive",
                    "scored",
                    "AUC",
                    "target",
                    "precision",
                    "recall",
                    "F1",
                ],
            ),
            genuine: Table::new(
                "Account authenticity: accounts that are all genuine",
                &[
                    "set", "accounts", "scored", "under 60", "under 40", "target",
                ],
            ),
        }
    }

    /// Measures a set whose records are labelled; others are passed over.
    pub(crate) async fn measure(&mut self, set: &Set) -> Result<(), PhaseError> {
        let labelled: Vec<(&Record, bool)> = set
            .records
            .iter()
            .filter_map(|record| Some((record, record.label.as_ref()?.1)))
            .collect();
        let Some((first, _)) = labelled.first() else {
            return Ok(());
        };
        let targets = known(&first.source).map(|known| &known.targets);
        if labelled.iter().any(|(_, positive)| *positive) {
            let target = match targets {
                Some(Targets::Accounts { auc }) => *auc,
                _ => None,
            };
            self.compare(&set.name, &labelled, target, |_| {}).await?;
            // Where the classes differ in size, size alone would tell them apart.
            if first
                .label
                .as_ref()
                .is_some_and(|(name, _)| name == "automated")
            {
                let name = format!("{} (sizes unknown)", set.name);
                self.compare(&name, &labelled, None, without_sizes).await?;
            }
            return Ok(());
        }
        let (mut low, mut weak) = (0, 0);
        let mut scored = 0;
        for (record, _) in &labelled {
            let score = report(&record.snapshot).await?.account_authenticity.score;
            scored += usize::from(score.is_some());
            low += usize::from(score.is_some_and(|score| score < WEAK));
            weak += usize::from(score.is_some_and(|score| score < VERY_WEAK));
        }
        let (mixed, found) = (share(low, scored), share(weak, scored));
        let verdict = match targets {
            Some(Targets::Genuine { scored_low }) => scored_low.verdict(found),
            _ => "-".to_owned(),
        };
        self.genuine.row(vec![
            set.name.clone(),
            labelled.len().to_string(),
            scored.to_string(),
            figure(mixed),
            figure(found),
            verdict,
        ]);
        Ok(())
    }

    async fn compare(
        &mut self,
        name: &str,
        labelled: &[(&Record, bool)],
        target: Option<Target>,
        change: fn(&mut Snapshot),
    ) -> Result<(), PhaseError> {
        let mut scores = Vec::new();
        for (record, positive) in labelled {
            let mut snapshot = record.snapshot.clone();
            change(&mut snapshot);
            if let Some(score) = report(&snapshot).await?.account_authenticity.score {
                scores.push((score, *positive));
            }
        }
        // A low score speaks for a positive.
        let turned: Vec<(f64, bool)> = scores.iter().map(|(s, label)| (-s, *label)).collect();
        let area = auc(&turned);
        let found = Decisions::count(scores.iter().map(|(s, label)| (*s < WEAK, *label)));
        self.fake.row(vec![
            name.to_owned(),
            labelled.len().to_string(),
            labelled.iter().filter(|(_, l)| *l).count().to_string(),
            scores.len().to_string(),
            figure(area),
            target.map_or_else(|| "-".to_owned(), |target| target.verdict(area)),
            figure(found.precision()),
            figure(found.recall()),
            figure(found.f1()),
        ]);
        Ok(())
    }

    pub(crate) fn print(&self) {
        self.fake.print();
        self.genuine.print();
    }
}

/// Leaves out every count that grows with the account.
fn without_sizes(snapshot: &mut Snapshot) {
    let profile = &mut snapshot.profile;
    profile.follower_count = None;
    profile.following_count = None;
    profile.post_count = None;
    profile.tagged_count = None;
}
