//! What is counted over all jobs, so that no call has to count rows.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Column;
use super::record::Stored;
use super::schema::{SCHEMA, schema_message};
use super::{Done, Driver, Row, Value};
use crate::job::{JobId, Status};
use crate::store::StoreError;
use crate::store::pause::PlatformPause;
use crate::store::timestamp::Timestamp;

/// Counts over all jobs and the state of the platforms. A transaction reads it at its beginning and writes at its
/// end what has changed; every change of a job goes through [`moved`](Self::moved), so it cannot drift from the
/// rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::store) struct Tally {
    pub(super) counts: Counts,
    pub(super) platforms: BTreeMap<String, PlatformRow>,
    touched: BTreeSet<String>,
    /// By how much the number of waiting jobs of a scope has changed.
    scopes: BTreeMap<String, i64>,
    /// What was read of that.
    read: Counts,
    read_platforms: BTreeMap<String, PlatformRow>,
}

/// Reads the row of `meta` with every row of `platforms`, or alone if there is none.
const SELECT: &str = "SELECT schema, min_reader, submitted, completed, failed, stored_bytes, kept_bytes, undelivered, \
     damaged, platform, pending, processing, paused_until, quota, limits, counted, probe \
     FROM meta LEFT JOIN platforms ON 1 = 1";
/// The column of the platform there.
const PLATFORM: usize = 9;

/// The row of `meta`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) submitted: u64,
    pub(super) completed: u64,
    pub(super) failed: u64,
    pub(super) stored_bytes: u64,
    /// Bytes of what failed jobs have left, which are among the stored ones.
    pub(super) kept_bytes: u64,
    pub(super) undelivered: u64,
    pub(super) damaged: u64,
}

/// A row of `platforms`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PlatformRow {
    pub(super) pending: u64,
    pub(super) processing: u64,
    pub(super) pause: PlatformPause,
}

impl PlatformRow {
    pub(super) const fn has_jobs(&self) -> bool {
        self.pending > 0 || self.processing > 0
    }
}

/// What is counted of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    status: Option<Status>,
    bytes: u64,
    kept_bytes: u64,
    has_notes_due: bool,
}

impl Counted {
    pub(super) fn of(stored: &Stored) -> Self {
        Self {
            status: Some(stored.record.job.status),
            bytes: stored.record.stored_bytes(),
            kept_bytes: stored.record.kept_bytes(),
            has_notes_due: stored.record.notes_due().is_some(),
        }
    }

    /// What was counted of a row that cannot be read as a job.
    pub(super) fn of_damaged(row: &Row) -> Self {
        let number = |column: Column| row.number(column as usize);
        let outputs = number(Column::scraping_bytes) + number(Column::analysis_bytes);
        let saved = number(Column::state_bytes) + number(Column::page_bytes);
        let left = number(Column::input_bytes) + outputs;
        let is_kept = row.integer(Column::kept_until as usize).is_some();
        Self {
            status: row
                .text(Column::status as usize)
                .and_then(|name| name.parse().ok()),
            bytes: left + saved + number(Column::report_bytes) + number(Column::note_bytes),
            kept_bytes: if is_kept { left } else { 0 },
            has_notes_due: row.integer(Column::notes_due as usize).is_some(),
        }
    }
}

/// A job, as far as its platform and its scope are concerned.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) id: Option<JobId>,
    pub(super) platform: &'a str,
    pub(super) scope: &'a str,
}

impl Tally {
    pub(in crate::store) async fn load<D: Driver>(driver: &mut D) -> Done<Self, D> {
        let rows = driver.rows(SELECT, &[]).await?;
        Ok(Self::read(&rows)?)
    }

    /// What reads it, and more of the same moment: expressions, whose values stand at [`MORE`](Self::MORE).
    #[cfg(feature = "postgres")]
    pub(in crate::store) fn statement_with(more: &str) -> String {
        SELECT.replace(" FROM ", &format!(", {more} FROM "))
    }

    /// The column of the first of these expressions.
    #[cfg(feature = "postgres")]
    pub(in crate::store) const MORE: usize = PLATFORM + 8;

    /// Makes it of the rows of its statement: one for each platform, and all with the same counts.
    pub(in crate::store) fn read(rows: &[Row]) -> Result<Self, StoreError> {
        let row = rows.first().ok_or_else(lost)?;
        check_schema(row)?;
        let counts = Counts {
            submitted: row.number(2),
            completed: row.number(3),
            failed: row.number(4),
            stored_bytes: row.number(5),
            kept_bytes: row.number(6),
            undelivered: row.number(7),
            damaged: row.number(8),
        };
        let platforms: BTreeMap<_, _> = rows.iter().filter_map(read_platform).collect();
        Ok(Self {
            counts,
            read: counts,
            read_platforms: platforms.clone(),
            platforms,
            ..Self::default()
        })
    }

    /// Whether the counts have changed, so that their row will be another one.
    pub(in crate::store) fn has_counted(&self) -> bool {
        self.counts != self.read
    }

    /// Writes what has changed.
    pub(in crate::store) async fn save<D: Driver>(&mut self, driver: &mut D) -> Done<(), D> {
        if self.has_counted() {
            let counts = self.counts;
            let values = [
                counts.submitted,
                counts.completed,
                counts.failed,
                counts.stored_bytes,
                counts.kept_bytes,
                counts.undelivered,
                counts.damaged,
            ];
            let sql = "UPDATE meta SET submitted = $1, completed = $2, failed = $3, stored_bytes = $4, \
                       kept_bytes = $5, undelivered = $6, damaged = $7";
            driver.write(sql, &values.map(Value::number)).await?;
            self.read = counts;
        }
        for name in std::mem::take(&mut self.touched) {
            let (row, was) = (self.platforms.get(&name), self.read_platforms.get(&name));
            if row == was {
                continue;
            }
            if let Some(row) = row {
                write_platform(driver, &name, row).await?;
            } else {
                let sql = "DELETE FROM platforms WHERE platform = $1";
                driver.write(sql, &[Value::text(&name)]).await?;
            }
        }
        self.read_platforms.clone_from(&self.platforms);
        for (scope, change) in std::mem::take(&mut self.scopes) {
            if change != 0 {
                let sql = "INSERT INTO scopes (scope, pending) VALUES ($1, $2) \
                           ON CONFLICT (scope) DO UPDATE SET pending = scopes.pending + excluded.pending";
                let values = [Value::text(&scope), Value::Integer(change)];
                driver.write(sql, &values).await?;
                let sql = "DELETE FROM scopes WHERE scope = $1 AND pending <= 0";
                driver.write(sql, &[Value::text(&scope)]).await?;
            }
        }
        Ok(())
    }

    /// How many jobs of a scope wait.
    pub(super) async fn waiting_in<D: Driver>(&self, scope: &str, driver: &mut D) -> Done<u64, D> {
        let sql = "SELECT pending FROM scopes WHERE scope = $1";
        let rows = driver.rows(sql, &[Value::text(scope)]).await?;
        let kept = rows.first().map_or(0, |row| row.number(0));
        let change = self.scopes.get(scope).copied().unwrap_or(0);
        Ok(kept.saturating_add_signed(change))
    }

    /// A job has changed; `None` is outside the store.
    pub(super) fn moved(
        &mut self,
        place: Place<'_>,
        before: Option<Counted>,
        after: Option<Counted>,
    ) {
        if before == after {
            return;
        }
        let counts = &mut self.counts;
        let add = |number: &mut u64, plus: u64, minus: u64| {
            *number = (*number + plus).saturating_sub(minus);
        };
        let of = |part: fn(&Counted) -> u64| {
            (
                after.as_ref().map_or(0, part),
                before.as_ref().map_or(0, part),
            )
        };
        for (number, (plus, minus)) in [
            (&mut counts.completed, of(|job| is(job, Status::Completed))),
            (&mut counts.failed, of(|job| is(job, Status::Failed))),
            (&mut counts.stored_bytes, of(|job| job.bytes)),
            (&mut counts.kept_bytes, of(|job| job.kept_bytes)),
            (
                &mut counts.undelivered,
                of(|job| u64::from(job.has_notes_due)),
            ),
        ] {
            add(number, plus, minus);
        }
        let status = |job: Option<Counted>| job.and_then(|job| job.status);
        if status(before) == status(after) {
            return;
        }
        let (waits, waited) = of(|job| is(job, Status::Pending));
        let (is_held, was_held) = of(|job| is(job, Status::Processing));
        if waits == waited && is_held == was_held {
            return;
        }
        if waits != waited && !place.scope.is_empty() {
            let change = self.scopes.entry(place.scope.to_owned()).or_default();
            *change += if waits > waited { 1 } else { -1 };
        }
        let row = self.platform(place.platform);
        add(&mut row.pending, waits, waited);
        add(&mut row.processing, is_held, was_held);
        if let Some(id) = place.id {
            if is_held > was_held {
                row.pause.claimed(id);
            } else if was_held > is_held {
                row.pause.let_go(id);
            }
        }
        self.drop_if_idle(place.platform);
    }

    /// A platform's row, to be changed.
    pub(super) fn platform(&mut self, name: &str) -> &mut PlatformRow {
        if !self.touched.contains(name) {
            self.touched.insert(name.to_owned());
        }
        if !self.platforms.contains_key(name) {
            self.platforms
                .insert(name.to_owned(), PlatformRow::default());
        }
        self.platforms
            .get_mut(name)
            .expect("it was there, or put in")
    }

    /// Forgets a platform without jobs and without a pause.
    pub(super) fn drop_if_idle(&mut self, name: &str) {
        if self
            .platforms
            .get(name)
            .is_some_and(|row| !row.has_jobs() && row.pause == PlatformPause::default())
        {
            self.platforms.remove(name);
        }
    }

    /// Forgets the platforms that have no jobs and whose pause is over.
    pub(super) fn forget_idle(&mut self, now: Timestamp) {
        let idle = |row: &PlatformRow| !row.has_jobs() && row.pause.paused_until(now).is_none();
        let names = self.platforms.iter().filter(|(_, row)| idle(row));
        let names: Vec<String> = names.map(|(name, _)| name.clone()).collect();
        for name in names {
            self.platforms.remove(&name);
            self.touched.insert(name);
        }
    }
}

/// The name of a platform that has jobs or a pause, and what is kept of it.
fn read_platform(row: &Row) -> Option<(String, PlatformRow)> {
    let at = |column| PLATFORM + column;
    let count = |column| u32::try_from(row.number(at(column))).unwrap_or(u32::MAX);
    let pause = PlatformPause {
        until: row.time(at(3)),
        quota: row.number(at(4)) == 1,
        limits: count(5),
        counted: count(6),
        probe: row.text(at(7)).and_then(|id| id.parse().ok()),
    };
    let platform = PlatformRow {
        pending: row.number(at(1)),
        processing: row.number(at(2)),
        pause,
    };
    Some((row.text(at(0))?.to_owned(), platform))
}

async fn write_platform<D: Driver>(driver: &mut D, name: &str, row: &PlatformRow) -> Done<(), D> {
    let sql = "INSERT INTO platforms (platform, pending, processing, paused_until, quota, limits, counted, probe) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (platform) DO UPDATE SET \
               pending = excluded.pending, processing = excluded.processing, paused_until = excluded.paused_until, \
               quota = excluded.quota, limits = excluded.limits, counted = excluded.counted, \
               probe = excluded.probe";
    let values = [
        Value::text(name),
        Value::number(row.pending),
        Value::number(row.processing),
        Value::or_null(row.pause.until, Value::time),
        Value::number(row.pause.quota),
        Value::number(row.pause.limits),
        Value::number(row.pause.counted),
        Value::or_null(row.pause.probe, |id| Value::written(&id)),
    ];
    driver.write(sql, &values).await?;
    Ok(())
}

/// Refuses tables that only a newer build can read: others may have migrated them since they were opened.
fn check_schema(row: &Row) -> Result<(), StoreError> {
    let (found, needed) = (row.number(0), row.number(1));
    if needed > u64::from(SCHEMA) {
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let message = schema_message(number(found), number(needed));
        return Err(StoreError::unavailable(message));
    }
    Ok(())
}

fn lost() -> StoreError {
    StoreError::unavailable("the row of the table meta is gone: restore the database from a backup")
}

fn is(job: &Counted, status: Status) -> u64 {
    u64::from(job.status == Some(status))
}
