//! What the scripts reply.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use redis::Value;

use super::record::Record;
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::unreadable::Unreadable;
use crate::store::{
    Checkpoints, ClaimToken, ClaimedJob, Cursor, EndedJob, Fence, HeartbeatReply, JobCounts,
    JobPage, Lease, Note, PlatformStats, Saved, Stats, StoreError, SweepStats,
};

/// The reply of most verbs: a word, alone or with what belongs to it.
pub(super) struct Reply {
    pub(super) what: String,
    with: Value,
}

impl Reply {
    pub(super) fn read(value: Value) -> Result<Self, StoreError> {
        if let Value::BulkString(_) = value {
            let what = text(value).ok_or_else(not_understood)?;
            return Ok(Self {
                what,
                with: Value::Nil,
            });
        }
        let mut values = list(value)?.into_iter();
        let what = values.next().and_then(text).ok_or_else(not_understood)?;
        let with = values.next().unwrap_or(Value::Nil);
        Ok(Self { what, with })
    }

    /// The text that belongs to the word, if there is one.
    pub(super) fn text(self) -> String {
        text(self.with).unwrap_or_default()
    }

    /// The time that stands for the word.
    pub(super) fn time(&self) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(&self.what).ok()?;
        Some(time.to_utc())
    }

    /// The job that belongs to the word.
    pub(super) fn job(self) -> Result<Job, StoreError> {
        let record = Record::returned(self.with).ok_or_else(not_understood)?;
        let id = record.id().map_err(|_| not_understood())?;
        record.job(id).map_err(|unreadable| unreadable.of(id))
    }

    pub(super) fn signal(&self) -> Option<HeartbeatReply> {
        match self.what.as_str() {
            "continue" => Some(HeartbeatReply::Continue),
            "cancel" => Some(HeartbeatReply::Cancel),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> Option<Status> {
        self.what.parse().ok()
    }
}

/// The reply to a claim.
pub(super) struct Claims {
    pub(super) claimed: Vec<ClaimedJob>,
    /// How long until, without another event, there may be something to claim.
    pub(super) next: Option<Duration>,
    /// Records that the script has quarantined.
    pub(super) damaged: Vec<Quarantined>,
    /// Claimed records that a script can work with but Rust cannot.
    pub(super) unreadable: Vec<Quarantined>,
}

/// A damaged record.
pub(super) struct Quarantined {
    pub(super) id: String,
    pub(super) reason: String,
}

impl Claims {
    pub(super) fn read(value: Value, token: ClaimToken) -> Result<Self, StoreError> {
        let mut parts = list(value)?;
        // Those of plain jobs come apart: what they have in common, and five values of each.
        let plain = if parts.len() == 5 {
            parts.split_off(3)
        } else {
            vec![Value::Array(Vec::new()), Value::Array(Vec::new())]
        };
        let [jobs, next, damaged] = exactly(parts)?;
        let [common, plain] = exactly(plain)?;
        let (common, plain) = (list(common)?, list(plain)?);
        let mut jobs = list(jobs)?
            .into_iter()
            .map(list)
            .collect::<Result<Vec<_>, _>>()?;
        for job in plain.chunks(5) {
            let [platform, handle, created_at, id, left] = exactly(job.to_vec())?;
            let own = [platform, handle, created_at, id];
            let record = common.iter().cloned().chain(own).collect();
            jobs.push(vec![Value::Array(record), left]);
        }
        let (mut claimed, mut unreadable) = (Vec::new(), Vec::new());
        for mut job in jobs {
            if job.len() == 2 {
                let nothing = [Value::Nil, Value::Nil, Value::Nil];
                let nothing = nothing.into_iter();
                let nothing = nothing.chain([Value::Array(Vec::new()), Value::Int(0)]);
                job.splice(1..1, nothing);
            }
            let [record, input, scraping, analysis, saved, has_state, left] = exactly(job)?;
            let record = Record::returned(record).ok_or_else(not_understood)?;
            let id = record.id().map_err(|_| not_understood())?;
            match record.job(id).and_then(|job| Ok((job, record.fence()?))) {
                Ok((job, fence)) => {
                    let lease = Lease::new(id, Fence::from_number(fence), token);
                    let outputs = [(Phase::Scraping, scraping), (Phase::Analysis, analysis)];
                    let checkpoints = outputs
                        .into_iter()
                        .filter_map(|(phase, output)| Some((phase, blob(output)?)))
                        .fold(Checkpoints::none(), |kept, (phase, output)| {
                            kept.with(phase, output)
                        });
                    claimed.push(
                        ClaimedJob::new(job, lease)
                            .with_input(blob(input).unwrap_or_default())
                            .with_trace(record.trace())
                            .with_checkpoints(checkpoints)
                            .with_saved(read_saved(saved, number(&has_state) == Some(1))?)
                            .with_time_left(duration(&left)),
                    );
                }
                Err(Unreadable::Damaged(reason)) => unreadable.push(Quarantined {
                    id: id.to_string(),
                    reason,
                }),
                // The script hands none out.
                Err(Unreadable::Newer) => {}
            }
        }
        Ok(Self {
            claimed,
            next: duration(&next),
            damaged: quarantine(damaged)?,
            unreadable,
        })
    }
}

/// Reads a list of a state, which may not be one, and of pages.
fn read_saved(values: Value, has_state: bool) -> Result<Saved, StoreError> {
    let mut values = list(values)?.into_iter().filter_map(blob);
    let state = values.next().filter(|_| has_state);
    let saved = values.fold(Saved::none(), Saved::with_page);
    Ok(match state {
        Some(state) => saved.with_state(state),
        None => saved,
    })
}

/// Reads the jobs of these ids. One that cannot be read, by this build at least, is left out.
pub(super) fn jobs(ids: &[JobId], value: Value) -> Result<Vec<Option<Job>>, StoreError> {
    let values = list(value)?;
    if values.len() != ids.len() {
        return Err(not_understood());
    }
    let read = |(id, value): (&JobId, Value)| {
        let record = Record::read(value).ok().flatten()?;
        record.job(*id).ok()
    };
    Ok(ids.iter().zip(values).map(read).collect())
}

/// Reads a page of a list: where the next one begins, and the jobs that can be read.
pub(super) fn page(value: Value) -> Result<JobPage, StoreError> {
    let [next, found] = exactly(list(value)?)?;
    let next = Cursor::new(&text(next).ok_or_else(not_understood)?).ok();
    let (mut jobs, mut found) = (Vec::new(), list(found)?.into_iter());
    while let (Some(id), Some(record)) = (found.next(), found.next()) {
        let id = text(id).and_then(|id| id.parse().ok());
        let record = Record::read(record).ok().flatten();
        if let (Some(id), Some(record)) = (id, record)
            && let Ok(job) = record.job(id)
        {
            jobs.push(job);
        }
    }
    Ok(JobPage::new(jobs, next))
}

/// The reply to a claim of notes.
pub(super) struct EndedClaims {
    pub(super) claimed: Vec<EndedJob>,
    /// How long until, without another event, there may be something to claim.
    pub(super) next: Option<Duration>,
    /// Records that the script has quarantined.
    pub(super) damaged: Vec<Quarantined>,
    /// Records that a script can work with but Rust cannot.
    pub(super) unreadable: Vec<Quarantined>,
}

impl EndedClaims {
    pub(super) fn read(value: Value, token: ClaimToken) -> Result<Self, StoreError> {
        let [ended, next, damaged] = exactly(list(value)?)?;
        let mut claims = Self {
            claimed: Vec::new(),
            next: duration(&next),
            damaged: quarantine(damaged)?,
            unreadable: Vec::new(),
        };
        for ended in list(ended)? {
            let [record, delivery, notes] = exactly(list(ended)?)?;
            let record = Record::returned(record).ok_or_else(not_understood)?;
            let id = record.id().map_err(|_| not_understood())?;
            let notes = list(notes)?.into_iter().filter_map(blob).map(note);
            match record.job(id) {
                Ok(job) => {
                    let notes = notes.collect::<Option<_>>().ok_or_else(not_understood)?;
                    let delivery = count(&delivery)?;
                    claims
                        .claimed
                        .push(EndedJob::new(job, notes, delivery, token));
                }
                Err(Unreadable::Damaged(reason)) => claims.unreadable.push(Quarantined {
                    id: id.to_string(),
                    reason,
                }),
                // The script hands none out.
                Err(Unreadable::Newer) => {}
            }
        }
        Ok(claims)
    }
}

/// Reads a note: the id of its submit, 36 characters, and what follows.
fn note(mut entry: Bytes) -> Option<Note> {
    let value = (entry.len() >= 36).then(|| entry.split_off(36))?;
    let submit = std::str::from_utf8(&entry).ok()?.parse().ok()?;
    Some(Note::new(submit, value))
}

pub(super) fn swept(value: Value) -> Result<(SweepStats, Vec<Quarantined>), StoreError> {
    let [removed, requeued, failed, more, damaged] = exactly(list(value)?)?;
    let swept = SweepStats {
        removed: count(&removed)?,
        requeued: count(&requeued)?,
        failed: count(&failed)?,
        more: number(&more) == Some(1),
    };
    Ok((swept, quarantine(damaged)?))
}

pub(super) fn stats(value: Value) -> Result<Stats, StoreError> {
    let [
        completed,
        failed,
        bytes,
        damaged,
        undelivered,
        oldest,
        platforms,
    ] = exactly(list(value)?)?;
    let mut stats = Stats {
        jobs: JobCounts {
            completed: count(&completed)?,
            failed: count(&failed)?,
            ..JobCounts::default()
        },
        stored_bytes: count(&bytes)?,
        damaged: count(&damaged)?,
        undelivered: count(&undelivered)?,
        oldest_ready: duration(&oldest),
        ..Stats::default()
    };
    for platform in list(platforms)? {
        let [name, pending, processing, paused_for] = exactly(list(platform)?)?;
        let platform = PlatformStats {
            pending: count(&pending)?,
            processing: count(&processing)?,
            paused_for: duration(&paused_for),
        };
        stats.jobs.pending += platform.pending;
        stats.jobs.processing += platform.processing;
        let name = text(name).and_then(|name| Platform::new(&name).ok());
        if let Some(name) = name
            && platform != PlatformStats::default()
        {
            stats.platforms.insert(name, platform);
        }
    }
    Ok(stats)
}

/// A script's reply is not what this build expects.
pub(super) fn not_understood() -> StoreError {
    StoreError::unavailable(
        "the reply of Redis cannot be understood; use Redis or Valkey of version 7 or later",
    )
}

fn quarantine(value: Value) -> Result<Vec<Quarantined>, StoreError> {
    let mut texts = list(value)?.into_iter().filter_map(text);
    let mut all = Vec::new();
    while let (Some(id), Some(reason)) = (texts.next(), texts.next()) {
        all.push(Quarantined { id, reason });
    }
    Ok(all)
}

fn list(value: Value) -> Result<Vec<Value>, StoreError> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(not_understood()),
    }
}

fn exactly<const N: usize>(values: Vec<Value>) -> Result<[Value; N], StoreError> {
    values.try_into().map_err(|_| not_understood())
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        _ => None,
    }
}

fn blob(value: Value) -> Option<Bytes> {
    match value {
        Value::BulkString(bytes) => Some(bytes.into()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn count<T: TryFrom<i64>>(value: &Value) -> Result<T, StoreError> {
    number(value)
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(not_understood)
}

/// Microseconds; `None` for a negative number.
fn duration(value: &Value) -> Option<Duration> {
    number(value)
        .and_then(|number| u64::try_from(number).ok())
        .map(Duration::from_micros)
}
