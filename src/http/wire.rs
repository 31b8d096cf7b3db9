//! The JSON of responses.

use std::cell::RefCell;

use bytes::Bytes;
use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Timelike, Utc,
};
use serde::Serialize;

use crate::job::{Job, JobId, Status};
use crate::store::JobCounts;

/// Encodes a job's status.
///
/// Written member by member, because statuses are most of the traffic and the general serializer
/// scans every name for characters to escape.
///
/// It is written into a buffer that each thread keeps, of some kilobytes at most, and copied: a buffer with spare room would
/// cost `Bytes` one more allocation.
pub(super) fn status(job: &Job) -> Bytes {
    thread_local! {
        static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    WRITTEN.with_borrow_mut(|out| {
        out.clear();
        put_status(out, job);
        Bytes::copy_from_slice(out)
    })
}

fn put_status(out: &mut Vec<u8>, job: &Job) {
    // A completed job may have had failed attempts; they no longer matter to its reader.
    let error_message = job
        .error_message()
        .filter(|_| job.status != Status::Completed);
    put_id(out, "{\"job_id\":\"", job.id);
    put(out, "\",\"status\":\"", job.status.as_str());
    put(out, "\",\"phase\":\"", job.phase.as_str());
    put_value(out, "\",\"percent\":", &job.progress.percent());
    let mut times = Times::new();
    times.put(out, ",\"created_at\":\"", job.created_at);
    times.put(out, "\",\"updated_at\":\"", job.updated_at);
    if let Some(at) = job.completed_at {
        times.put(out, "\",\"completed_at\":\"", at);
    }
    if let Some(at) = job.expires_at {
        times.put(out, "\",\"expires_at\":\"", at);
    }
    if let Some(at) = job.next_attempt_at {
        times.put(out, "\",\"next_attempt_at\":\"", at);
    }
    out.push(b'"');
    if job.attempt > 0 {
        put_value(out, ",\"attempt\":", &job.attempt);
    }
    if let Some(message) = error_message {
        put_value(out, ",\"error_message\":", message);
    }
    out.push(b'}');
}

/// Encodes the response to a submit.
pub(super) fn accepted(id: JobId) -> Vec<u8> {
    let mut out = Vec::with_capacity(69);
    put_id(&mut out, "{\"job_id\":\"", id);
    put(&mut out, "\",\"status\":\"", "accepted\"}");
    debug_assert_eq!(out.len(), out.capacity());
    out
}

/// Encodes the id of a job that there is not.
pub(super) fn job_id(id: JobId) -> Vec<u8> {
    let mut out = Vec::with_capacity(49);
    put_id(&mut out, "{\"job_id\":\"", id);
    out.extend_from_slice(b"\"}");
    debug_assert_eq!(out.len(), out.capacity());
    out
}

/// The response of a service that is ready.
pub(super) const READY: &[u8] = br#"{"status":"ready"}"#;

/// Encodes the response to a health check that succeeded.
/// `refusal` says why new jobs are refused, if they are.
pub(super) fn healthy(jobs: JobCounts, refusal: Option<String>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Health {
        status: &'static str,
        store: &'static str,
        accepting: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        jobs: Counts,
    }
    #[derive(Serialize)]
    struct Counts {
        pending: u64,
        processing: u64,
        completed: u64,
        failed: u64,
    }
    let body = Health {
        status: "ok",
        store: "ok",
        accepting: refusal.is_none(),
        reason: refusal,
        jobs: Counts {
            pending: jobs.pending,
            processing: jobs.processing,
            completed: jobs.completed,
            failed: jobs.failed,
        },
    };
    serde_json::to_vec(&body).expect("strings and numbers are always encodable")
}

fn put(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn put_id(out: &mut Vec<u8>, name: &str, id: JobId) {
    put(
        out,
        name,
        id.as_uuid().hyphenated().encode_lower(&mut [0; 36]),
    );
}

/// Writes a value that may need escaping, or a number.
fn put_value<T: Serialize + ?Sized>(out: &mut Vec<u8>, name: &str, value: &T) {
    out.extend_from_slice(name.as_bytes());
    serde_json::to_writer(out, value)
        .expect("strings and numbers are always encodable, and memory takes every write");
}

/// Writes instants as ISO 8601 in UTC with milliseconds: `2026-11-22T03:02:09.123Z`.
///
/// The times of a job are mostly of one day, and some are the same. The date takes longest to work out, so that is done once
/// for a day.
struct Times {
    last: Option<NaiveDateTime>,
    text: [u8; 24],
}

impl Times {
    const fn new() -> Self {
        let text = *b"0000-00-00T00:00:00.000Z";
        Self { last: None, text }
    }

    fn put(&mut self, out: &mut Vec<u8>, name: &str, time: DateTime<Utc>) {
        // `time` itself would apply its offset anew for every field.
        let time = time.naive_utc();
        if self.last != Some(time) {
            if self.last.map(|last| last.date()) != Some(time.date()) && !self.set_date(time.date())
            {
                // A year of more than four digits.
                let text = time.and_utc().to_rfc3339_opts(SecondsFormat::Millis, true);
                return put(out, name, &text);
            }
            self.set_time_of_day(time.time());
            self.last = Some(time);
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&self.text);
    }

    fn set_date(&mut self, date: NaiveDate) -> bool {
        let Some(year) = u32::try_from(date.year()).ok().filter(|y| *y <= 9999) else {
            return false;
        };
        self.set(0, year / 100);
        self.set(2, year % 100);
        self.set(5, date.month());
        self.set(8, date.day());
        true
    }

    fn set_time_of_day(&mut self, time: NaiveTime) {
        let second = time.num_seconds_from_midnight();
        // A leap second counts its milliseconds up to 1999; it reads as the last of its second.
        let millis = (time.nanosecond() / 1_000_000).min(999);
        self.set(11, second / 3600);
        self.set(14, second / 60 % 60);
        self.set(17, second % 60);
        self.set(20, millis / 10);
        self.text[22] = b'0' + (millis % 10) as u8;
    }

    /// Sets the two digits from a place on to a number below 100.
    const fn set(&mut self, place: usize, number: u32) {
        self.text[place] = b'0' + (number / 10 % 10) as u8;
        self.text[place + 1] = b'0' + (number % 10) as u8;
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::http::status_body::StatusBody;
    use crate::job::{Failure, FailureKind, Phase, Progress};

    fn job() -> Job {
        let target = Target::new(Platform::default(), Handle::canonical("nasa").unwrap());
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 3, 2, 9).unwrap();
        Job::submitted(JobId::random(), target, now)
    }

    fn value(content: &[u8]) -> Value {
        serde_json::from_slice(content).unwrap()
    }

    #[test]
    fn a_new_job_shows_only_what_applies() {
        let job = job();
        assert_eq!(
            value(&status(&job)),
            json!({
                "job_id": job.id.to_string(),
                "status": "pending",
                "phase": "Scraping",
                "percent": 0,
                "created_at": "2026-11-22T03:02:09.000Z",
                "updated_at": "2026-11-22T03:02:09.000Z",
            })
        );
    }

    #[test]
    fn a_waiting_retry_shows_why_and_when() {
        let mut job = job();
        job.attempt = 2;
        job.phase = Phase::Analysis;
        job.progress = Progress::from_percent(42);
        job.failure = Some(Failure::new(FailureKind::Transient, "said \"no\""));
        job.next_attempt_at = Some(job.updated_at + TimeDelta::milliseconds(1_500));
        let body = value(&status(&job));
        assert_eq!(body["phase"], "Analysis");
        assert_eq!(body["percent"], 42);
        assert_eq!(body["attempt"], 2);
        assert_eq!(body["error_message"], "said \"no\"");
        assert_eq!(body["next_attempt_at"], "2026-11-22T03:02:10.500Z");
    }

    #[test]
    fn a_completed_job_shows_no_old_error() {
        let mut job = job();
        job.status = Status::Completed;
        job.completed_at = Some(job.updated_at);
        job.failure = Some(Failure::new(FailureKind::Transient, "once"));
        let body = value(&status(&job));
        assert_eq!(body.get("error_message"), None);
        assert_eq!(body["completed_at"], "2026-11-22T03:02:09.000Z");
    }

    fn jobs() -> impl Strategy<Value = Job> {
        let times = prop::array::uniform4(prop::option::of(0..4_000_000_000_000_i64));
        let at = |ms: i64| DateTime::from_timestamp_millis(ms).unwrap();
        (
            prop::sample::select(Status::ALL),
            prop::sample::select(Phase::ALL),
            times,
            prop::option::of((prop::sample::select(FailureKind::ALL), ".{0,20}")),
            (0..3_u32, 0..=100_u8, any::<bool>()),
        )
            .prop_map(
                move |(status, phase, times, failure, (attempt, percent, scoped))| {
                    let mut job = job();
                    (job.status, job.phase, job.attempt) = (status, phase, attempt);
                    job.progress = Progress::from_percent(percent);
                    job.updated_at = times[0].map_or(job.updated_at, at);
                    job.completed_at = times[1].map(at);
                    job.expires_at = times[2].map(at);
                    job.next_attempt_at = times[3].map(at);
                    job.failure = failure.map(|(kind, message)| Failure::new(kind, message));
                    if scoped {
                        job.scope = crate::job::Scope::new("tenant").unwrap();
                    }
                    job
                },
            )
    }

    proptest! {
        #[test]
        fn a_status_is_its_value_and_part_of_what_a_job_serializes(job in jobs()) {
            let status = value(&status(&job));
            prop_assert_eq!(&status, &serde_json::to_value(StatusBody::new(&job)).unwrap());
            let job = serde_json::to_value(&job).unwrap();
            for (name, member) in status.as_object().unwrap() {
                prop_assert_eq!(member, &job[name], "{}", name);
            }
        }

        #[test]
        fn times_are_written_as_the_general_formatter_would(
            times in prop::collection::vec((any_time(), prop::option::of(-100_000..100_000_i64)), 1..4),
        ) {
            let mut writer = Times::new();
            for (time, near) in times {
                // Itself, another time, maybe near the last, and itself again.
                let other = near.map_or(time, |seconds| time + TimeDelta::seconds(seconds));
                for time in [time, other, other, time] {
                    let mut written = Vec::new();
                    writer.put(&mut written, "", time);
                    let general = time.to_rfc3339_opts(SecondsFormat::Millis, true);
                    prop_assert_eq!(String::from_utf8(written).unwrap(), general);
                }
            }
        }
    }

    /// Of all years with four digits, and of some before and after.
    fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
        let seconds = prop_oneof![
            9 => -62_167_219_200_i64..253_402_300_800,
            1 => -62_170_000_000_i64..-62_160_000_000,
            1 => 253_402_000_000_i64..253_500_000_000,
        ];
        (seconds, 0..1_000_000_000_u32)
            .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
    }
}
