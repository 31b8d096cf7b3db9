//! Reading one account of an archive.

use std::io;
use std::ops::Range;

use report_pipeline::{PhaseContext, PhaseError};

use super::index::Index;
use super::input::Stamp;
use super::scan::{FileScan, Run};
use super::units::{self, Step, Units};
use crate::facts::{Context, Fact, Item, Names};
use crate::join::Joiner;
use crate::values::Faults;

/// Up to so many bytes are read through rather than jumped over.
const NEAR: u64 = 1 << 20;

/// Reads every run of the account again and hands the facts to the joiner. `share` is the part of
/// the phase that this is.
pub(super) fn account(
    index: &Index,
    account: u32,
    ctx: &PhaseContext,
    share: Range<f64>,
    joiner: &mut Joiner,
) -> Result<(), PhaseError> {
    let runs = index.runs(account);
    let mut done = 0.0;
    for file_runs in runs.chunk_by(|a, b| a.0 == b.0) {
        if ctx.is_cancelled() {
            return Err(PhaseError::transient(
                "reading the archive was asked to stop",
            ));
        }
        let file = &index.files[file_runs[0].0 as usize];
        let runs: Vec<Run> = file_runs
            .iter()
            .map(|(_, number)| file.runs[*number as usize])
            .collect();
        read_runs(index, file, &runs, account, joiner).map_err(|error| {
            PhaseError::transient("the archive cannot be read at the moment").with_source(error)
        })?;
        // What was read is of the file that was indexed, or of none at all.
        if Stamp::of(&file.path).ok() != Some(file.stamp) {
            return Err(PhaseError::transient("the archive is being changed"));
        }
        done += as_float(file_runs.len());
        let part = done / as_float(index.runs(account).len().max(1));
        ctx.progress(share.start + (share.end - share.start) * part);
    }
    Ok(())
}

/// Reads runs of one file, in their order. Several can be parts of one object.
fn read_runs(
    index: &Index,
    file: &FileScan,
    runs: &[Run],
    account: u32,
    joiner: &mut Joiner,
) -> io::Result<()> {
    let faults = Faults::default();
    let ctx = Context {
        names: Names(&index.platforms),
        captured_at: file.place.captured_at,
        file: &file.place.stem,
        faults: &faults,
    };
    let mut read_to = 0;
    let mut open: Option<Units> = None;
    for run in runs {
        // One object can belong to the account in two ways.
        if run.start < read_to {
            continue;
        }
        let is_near = file.packed || run.start - read_to <= NEAR;
        let mut units = match open.take() {
            Some(units) if is_near => units,
            _ => Units::open(&file.path, &file.layout, file.columns.as_ref(), run.start)?,
        };
        while read_to < run.end {
            let unit = match units.next()? {
                Some(Step::Unit(unit)) => unit,
                Some(Step::Broken { .. }) => continue,
                Some(Step::Lost(_)) | None => break,
            };
            read_to = unit.end;
            // It lies between two runs.
            if unit.start < run.start {
                continue;
            }
            let mut was_ours = false;
            units::read(&unit.json, &file.layout, &ctx, &mut |fact| {
                let faults = faults.take();
                was_ours = is_ours(index, account, &fact);
                if was_ours {
                    joiner.add(fact, faults);
                }
            });
            let rest = faults.take();
            if was_ours {
                joiner.add_faults(rest);
            }
        }
        open = Some(units);
    }
    Ok(())
}

fn is_ours(index: &Index, account: u32, fact: &Fact) -> bool {
    let post = match &fact.item {
        Item::Post(_, keys) => keys.first(),
        Item::Comment(_, key) => key.as_ref(),
        _ => None,
    };
    index.owner(&fact.account, post) == Some(account)
}

#[expect(clippy::cast_precision_loss, reason = "for a bar of progress")]
const fn as_float(count: usize) -> f64 {
    count as f64
}
