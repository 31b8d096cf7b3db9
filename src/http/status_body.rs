//! The status of a job as a value that other bodies may contain.

use serde::{Serialize, Serializer};

use crate::job::{Job, json};

/// The body of `GET /api/status/{job_id}`, as a value to put into bodies of a service's own, such as a list
/// of jobs.
///
/// It has no account and no scope: who reads a status knows the id and maybe nothing else. For all that
/// there is serialize the [`Job`].
///
/// # Example
/// ```
/// use report_pipeline::http::StatusBody;
/// use report_pipeline::Job;
///
/// fn body(jobs: &[Job]) -> serde_json::Result<String> {
///     let jobs: Vec<_> = jobs.iter().map(StatusBody::new).collect();
///     serde_json::to_string(&serde_json::json!({ "jobs": jobs }))
/// }
/// # assert_eq!(body(&[]).unwrap(), r#"{"jobs":[]}"#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StatusBody<'a>(&'a Job);

impl<'a> StatusBody<'a> {
    /// The status of `job`.
    #[must_use]
    pub const fn new(job: &'a Job) -> Self {
        Self(job)
    }
}

impl Serialize for StatusBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::write(self.0, false, serializer)
    }
}
