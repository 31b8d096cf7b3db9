//! A job's hash in Redis, as it is read.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use redis::Value;

use super::own::{self, Own};
use crate::account::{Handle, Platform, Target};
use crate::job::{Failure, FailureKind, Job, JobId, Progress, Scope, Version};
use crate::store::TraceContext;
use crate::store::unreadable::Unreadable;

/// The fields of a job's hash and their values. Those that this build does not know are skipped.
pub(super) struct Record {
    fields: Vec<(Cow<'static, [u8]>, Value)>,
    /// `None` if it cannot be read.
    own: Option<Vec<Own>>,
}

/// The fields that scripts return, in their order: the first ones always, the others if the job has any of them.
const RETURNED: [&str; 16] = [
    "own",
    "status",
    "phase",
    "percent",
    "updated_at",
    "platform",
    "handle",
    "created_at",
    "job_id",
    "scope",
    "completed_at",
    "next_attempt_at",
    "error_kind",
    "error_message",
    "traceparent",
    "tracestate",
];
const ALWAYS: usize = 9;

impl Record {
    /// Reads what a script returns of a record.
    pub(super) fn returned(values: Value) -> Option<Self> {
        let Value::Array(values) = values else {
            return None;
        };
        let names = RETURNED.map(|name| Cow::Borrowed(name.as_bytes()));
        let is_known = values.len() == ALWAYS || values.len() == names.len();
        is_known.then(|| Self::new(names.into_iter().zip(values).collect()))
    }

    /// Reads names and values in turn, as `HGETALL` returns them. `None` if the key does not exist.
    pub(super) fn read(fields: Value) -> Result<Option<Self>, String> {
        let Ok(fields) = fields.into_sequence() else {
            return Err("the key is not a hash".to_owned());
        };
        let mut fields = fields.into_iter();
        let mut named = Vec::with_capacity(fields.len() / 2);
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            if let Value::BulkString(name) = name {
                named.push((Cow::Owned(name), value));
            }
        }
        Ok((!named.is_empty()).then(|| Self::new(named)))
    }

    fn new(fields: Vec<(Cow<'static, [u8]>, Value)>) -> Self {
        let mut record = Self { fields, own: None };
        if let Value::BulkString(packed) = record.value("own") {
            record.own = own::read(packed);
        }
        record
    }

    /// The job that the record tells of.
    pub(super) fn job(&self, id: JobId) -> Result<Job, Unreadable> {
        // First: a newer build may keep the rest of such a record in another way, too.
        let status = self.named("status")?;
        let phase = self.named("phase")?;
        let handle = Handle::canonical(self.required("handle")?);
        let platform = Platform::new(self.required("platform")?);
        let target = Target::new(
            platform.map_err(|error| error.to_string())?,
            handle.map_err(|error| error.to_string())?,
        );
        let created_at = self
            .timestamp("created_at")?
            .ok_or_else(|| missing("created_at"))?;
        let mut job = Job::submitted(id, target, created_at);
        if let Some(scope) = self.text("scope")? {
            job.scope = Scope::new(scope).map_err(|error| error.to_string())?;
        }
        job.status = status;
        job.phase = phase;
        let percent = self.number("percent")?.ok_or_else(|| missing("percent"))?;
        job.progress = Progress::from_percent(u8::try_from(percent).unwrap_or(u8::MAX));
        let version = self.own(own::VERSION)?.ok_or_else(|| missing("own"))?;
        job.version = Version::from_number(version);
        job.updated_at = self
            .timestamp("updated_at")?
            .ok_or_else(|| missing("updated_at"))?;
        job.completed_at = self.timestamp("completed_at")?;
        job.expires_at = self.expiry(job.completed_at)?;
        job.next_attempt_at = self.timestamp("next_attempt_at")?;
        job.failure = self.failure()?;
        job.attempt = self.count(own::ATTEMPT)?;
        job.failures = self.count(own::FAILURES)?;
        job.crashes = self.count(own::CRASHES)?;
        job.cancel_requested = self.own(own::CANCEL_REQUESTED)?.is_some();
        Ok(job)
    }

    /// The trace that the submit belongs to. One that this build cannot read is none: nothing depends on it.
    pub(super) fn trace(&self) -> Option<TraceContext> {
        let trace = TraceContext::new(self.text("traceparent").ok()??).ok()?;
        match self.text("tracestate").ok()? {
            Some(state) => trace.with_state(state).ok(),
            None => Some(trace),
        }
    }

    /// The fence of the claim that holds the job.
    pub(super) fn fence(&self) -> Result<u64, String> {
        self.own(own::FENCE)?.ok_or_else(|| missing("own"))
    }

    /// The id under which the record is kept, if it can be told.
    pub(super) fn id(&self) -> Result<JobId, String> {
        let id = self.required("job_id")?;
        id.parse()
            .map_err(|_| "the field job_id is not an id".to_owned())
    }

    /// When the job expires: so long after its end.
    fn expiry(&self, ended: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, String> {
        let retention = self.own(own::RETENTION)?;
        Ok(ended.zip(retention).map(|(ended, retention)| {
            let retention = TimeDelta::microseconds(i64::try_from(retention).unwrap_or(i64::MAX));
            let expiry = ended.checked_add_signed(retention);
            expiry.unwrap_or(DateTime::<Utc>::MAX_UTC)
        }))
    }

    fn failure(&self) -> Result<Option<Failure>, String> {
        let Some(kind) = self.text("error_kind")? else {
            return Ok(None);
        };
        // A newer build may have more kinds. The field itself stays as it is.
        let kind = kind.parse().unwrap_or(FailureKind::Other);
        let message = self.text("error_message")?.unwrap_or_default();
        Ok(Some(Failure::new(kind, message)))
    }

    fn count(&self, place: usize) -> Result<u32, String> {
        let number = self.own(place)?.unwrap_or(0);
        u32::try_from(number).map_err(|_| "the field own has a count out of range".to_owned())
    }

    /// A number of those that the store keeps to itself.
    fn own(&self, place: usize) -> Result<Option<u64>, String> {
        let own = self.own.as_ref().ok_or("the field own cannot be read")?;
        match own.get(place) {
            None | Some(Own::None) => Ok(None),
            Some(Own::Number(number)) => Ok(Some(*number)),
            Some(Own::Text(_)) => Err("the field own has a text for a number".to_owned()),
        }
    }

    fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let number = match self.value(name) {
            Value::Nil => return Ok(None),
            Value::Int(number) => u64::try_from(*number).ok(),
            Value::BulkString(text) => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok()),
            _ => None,
        };
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(format!("the field {name} is not a whole number")),
        }
    }

    fn timestamp(&self, name: &str) -> Result<Option<DateTime<Utc>>, String> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        DateTime::parse_from_rfc3339(text)
            .map(|time| Some(time.to_utc()))
            .map_err(|_| format!("the field {name} is not a date and time"))
    }

    /// A name that a newer build may have given.
    fn named<T: FromStr>(&self, field: &str) -> Result<T, Unreadable> {
        let name = self.required(field)?;
        name.parse().map_err(|_| Unreadable::Newer)
    }

    fn required(&self, name: &str) -> Result<&str, String> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.value(name) {
            Value::Nil => Ok(None),
            Value::BulkString(text) => std::str::from_utf8(text)
                .map(Some)
                .map_err(|_| format!("the field {name} is not UTF-8")),
            _ => Err(format!("the field {name} is not text")),
        }
    }

    fn value(&self, name: &str) -> &Value {
        self.fields
            .iter()
            .find(|(known, _)| **known == *name.as_bytes())
            .map_or(&Value::Nil, |(_, value)| value)
    }
}

fn missing(name: &str) -> String {
    format!("the field {name} is missing")
}
