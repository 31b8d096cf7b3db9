//! How often each flag is raised on accounts that are genuine.

use std::collections::BTreeMap;

use report_pipeline::PhaseError;

use super::metrics::wilson_high;
use super::records::Set;
use super::reports::report;
use super::table::{Table, figure};

/// From so many accounts on a flag is held to its bound.
const ENOUGH: usize = 300;
/// The most false alarms, as a share.
const BOUND: f64 = 0.01;

/// The table: one row for each flag and set.
pub(crate) struct Flags {
    table: Table,
    quiet: Vec<String>,
}

impl Flags {
    pub(crate) fn new() -> Self {
        Self {
            table: Table::new(
                "Flags on genuine accounts (upper end of the 95 % Wilson interval)",
                &[
                    "set", "flag", "accounts", "raised", "share", "at most", "target",
                ],
            ),
            quiet: Vec::new(),
        }
    }

    /// Measures the accounts of a set that are labelled as genuine.
    pub(crate) async fn measure(&mut self, set: &Set) -> Result<(), PhaseError> {
        let genuine = set.records.iter().filter(|record| {
            let label = record.label.as_ref();
            label.is_some_and(|(_, positive)| !positive)
        });
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut accounts = 0;
        for record in genuine {
            accounts += 1;
            for flag in report(&record.snapshot).await?.flags {
                *counts.entry(flag).or_default() += 1;
            }
        }
        if accounts == 0 {
            return Ok(());
        }
        if counts.is_empty() {
            self.quiet.push(format!(
                "{}: no flag on {accounts} accounts (at most {:.4})",
                set.name,
                wilson_high(0, accounts)
            ));
        }
        for (flag, raised) in counts {
            #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
            let share = raised as f64 / accounts as f64;
            let verdict = match accounts {
                n if n < ENOUGH => "-".to_owned(),
                _ if share <= BOUND => format!("<= {BOUND:.2} met"),
                _ => format!("<= {BOUND:.2} NOT MET"),
            };
            self.table.row(vec![
                set.name.clone(),
                flag,
                accounts.to_string(),
                raised.to_string(),
                figure(Some(share)),
                format!("{:.4}", wilson_high(raised, accounts)),
                verdict,
            ]);
        }
        Ok(())
    }

    pub(crate) fn print(&self) {
        self.table.print();
        for line in &self.quiet {
            println!("  {line}");
        }
    }
}
