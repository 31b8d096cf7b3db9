//! A job as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Failure, Job, Status};

/// Writes the members that everybody who knows the job's id may read, and the others if `all`.
///
/// A completed job may have had failed attempts; they no longer matter to its reader.
pub(crate) fn write<S: Serializer>(job: &Job, all: bool, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("job_id", &job.id)?;
    if all {
        map.serialize_entry("platform", &job.target.platform)?;
        map.serialize_entry("handle", &job.target.handle)?;
        if !job.scope.is_none() {
            map.serialize_entry("scope", &job.scope)?;
        }
    }
    map.serialize_entry("status", &job.status)?;
    map.serialize_entry("phase", &job.phase)?;
    map.serialize_entry("percent", &job.progress.percent())?;
    map.serialize_entry("created_at", &time(job.created_at))?;
    map.serialize_entry("updated_at", &time(job.updated_at))?;
    for (name, at) in [
        ("completed_at", job.completed_at),
        ("expires_at", job.expires_at),
        ("next_attempt_at", job.next_attempt_at),
    ] {
        if let Some(at) = at {
            map.serialize_entry(name, &time(at))?;
        }
    }
    if job.attempt > 0 {
        map.serialize_entry("attempt", &job.attempt)?;
    }
    let failure = job.failure.as_ref();
    let failure = failure.filter(|_| job.status != Status::Completed);
    if all {
        if let Some(kind) = failure.map(Failure::kind) {
            map.serialize_entry("error_kind", &kind)?;
        }
        map.serialize_entry("version", &job.version)?;
        map.serialize_entry("failures", &job.failures)?;
        map.serialize_entry("crashes", &job.crashes)?;
        map.serialize_entry("cancel_requested", &job.cancel_requested)?;
    }
    if let Some(message) = failure.map(Failure::message) {
        map.serialize_entry("error_message", message)?;
    }
    map.end()
}

/// ISO 8601 in UTC with milliseconds.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Serialize for Job {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self, true, serializer)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::job::{FailureKind, JobId, Phase, Progress, Scope, Version};

    #[test]
    fn a_job_has_all_that_it_knows() {
        let target = Target::new(Platform::TIKTOK, Handle::canonical("nasa").unwrap());
        let at = Utc.with_ymd_and_hms(2026, 11, 22, 3, 2, 9).unwrap();
        let id: JobId = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
        let mut job = Job::submitted(id, target, at);
        assert_eq!(
            serde_json::to_value(&job).unwrap(),
            json!({
                "job_id": "67e55044-10b1-426f-9247-bb680e5fe0c8",
                "platform": "tiktok", "handle": "nasa", "status": "pending", "phase": "Scraping",
                "percent": 0, "created_at": "2026-11-22T03:02:09.000Z",
                "updated_at": "2026-11-22T03:02:09.000Z", "version": 1, "failures": 0, "crashes": 0,
                "cancel_requested": false,
            })
        );
        job.scope = Scope::new("tenant-7").unwrap();
        job.status = Status::Failed;
        job.phase = Phase::Analysis;
        job.progress = Progress::from_percent(42);
        job.version = Version::from_number(9);
        job.completed_at = Some(at);
        job.expires_at = Some(at);
        job.next_attempt_at = Some(at);
        job.failure = Some(Failure::new(FailureKind::TimedOut, "too \"slow\""));
        (job.attempt, job.failures, job.crashes) = (3, 2, 1);
        job.cancel_requested = true;
        assert_eq!(
            serde_json::to_value(&job).unwrap(),
            json!({
                "job_id": "67e55044-10b1-426f-9247-bb680e5fe0c8",
                "platform": "tiktok", "handle": "nasa", "scope": "tenant-7", "status": "failed",
                "phase": "Analysis", "percent": 42, "created_at": "2026-11-22T03:02:09.000Z",
                "updated_at": "2026-11-22T03:02:09.000Z",
                "completed_at": "2026-11-22T03:02:09.000Z",
                "expires_at": "2026-11-22T03:02:09.000Z",
                "next_attempt_at": "2026-11-22T03:02:09.000Z", "attempt": 3,
                "error_kind": "timed_out", "error_message": "too \"slow\"", "version": 9,
                "failures": 2, "crashes": 1, "cancel_requested": true,
            })
        );
        job.status = Status::Completed;
        let completed = serde_json::to_value(&job).unwrap();
        assert!(completed.get("error_kind").is_none() && completed.get("error_message").is_none());
    }
}
