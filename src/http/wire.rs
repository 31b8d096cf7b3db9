//! The JSON of responses.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use serde::Serialize;

use crate::job::{Job, JobId, Status};
use crate::store::JobCounts;

/// Encodes a job's status.
///
/// Written member by member, because statuses are most of the traffic and the general serializer
/// scans every name for characters to escape.
pub(super) fn status(job: &Job) -> Vec<u8> {
    // A completed job may have had failed attempts; they no longer matter to its reader.
    let error_message = job
        .error_message()
        .filter(|_| job.status != Status::Completed);
    let mut out = Vec::with_capacity(320 + error_message.map_or(0, str::len));
    put_id(&mut out, "{\"job_id\":\"", job.id);
    put(&mut out, "\",\"status\":\"", job.status.as_str());
    put(&mut out, "\",\"phase\":\"", job.phase.as_str());
    put_value(&mut out, "\",\"percent\":", &job.progress.percent());
    put_time(&mut out, ",\"created_at\":\"", job.created_at);
    put_time(&mut out, "\",\"updated_at\":\"", job.updated_at);
    if let Some(at) = job.completed_at {
        put_time(&mut out, "\",\"completed_at\":\"", at);
    }
    if let Some(at) = job.expires_at {
        put_time(&mut out, "\",\"expires_at\":\"", at);
    }
    if let Some(at) = job.next_attempt_at {
        put_time(&mut out, "\",\"next_attempt_at\":\"", at);
    }
    out.push(b'"');
    if job.attempt > 0 {
        put_value(&mut out, ",\"attempt\":", &job.attempt);
    }
    if let Some(message) = error_message {
        put_value(&mut out, ",\"error_message\":", message);
    }
    out.push(b'}');
    out
}

/// Encodes the response to a submit.
pub(super) fn accepted(id: JobId) -> Vec<u8> {
    let mut out = Vec::with_capacity(80);
    put_id(&mut out, "{\"job_id\":\"", id);
    put(&mut out, "\",\"status\":\"", "accepted\"}");
    out
}

/// Encodes the id of a job that there is not.
pub(super) fn job_id(id: JobId) -> Vec<u8> {
    let mut out = Vec::with_capacity(50);
    put_id(&mut out, "{\"job_id\":\"", id);
    out.extend_from_slice(b"\"}");
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

/// Writes an instant as ISO 8601 in UTC with milliseconds: `2026-11-22T03:02:09.123Z`.
fn put_time(out: &mut Vec<u8>, name: &str, time: DateTime<Utc>) {
    // `time` itself would apply its offset anew for every field.
    let utc = time.naive_utc();
    let Some(year) = u32::try_from(utc.year()).ok().filter(|y| *y <= 9999) else {
        let text = time.to_rfc3339_opts(SecondsFormat::Millis, true);
        return put(out, name, &text);
    };
    // A leap second counts its milliseconds up to 1999; it reads as the last of its second.
    let millis = time.timestamp_subsec_millis().min(999);
    let [y1, y2] = two_digits(year / 100);
    let [y3, y4] = two_digits(year % 100);
    let [o1, o2] = two_digits(utc.month());
    let [d1, d2] = two_digits(utc.day());
    let [h1, h2] = two_digits(utc.hour());
    let [m1, m2] = two_digits(utc.minute());
    let [s1, s2] = two_digits(utc.second());
    let [f1, f2] = two_digits(millis / 10);
    let [_, f3] = two_digits(millis % 10);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(&[
        y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'.',
        f1, f2, f3, b'Z',
    ]);
}

/// The two digits of a number below 100.
const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
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
            seconds in -62_167_219_200_i64..253_402_300_800, nanos in 0..1_000_000_000_u32,
        ) {
            let time = DateTime::from_timestamp(seconds, nanos).unwrap();
            let mut written = Vec::new();
            put_time(&mut written, "", time);
            let general = time.to_rfc3339_opts(SecondsFormat::Millis, true);
            prop_assert_eq!(written, general.into_bytes());
        }
    }
}
