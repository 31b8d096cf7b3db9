//! The endpoints, apart from those that follow a job.

use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::{ETAG, EXPECT, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use http::request::Parts;
use http::{Response, StatusCode};

use super::api::Settings;
use super::body::{self, Body, Unread};
use super::closing::Closing;
use super::headers;
use super::problem::{FieldError, Kind, Problem};
use super::response::{self, json};
use super::submission::Submission;
use super::submit_hook::{SubmitOptions, SubmitRequest};
use super::traceparent::trace_context;
use super::wire;
use crate::account::Target;
use crate::job::{FailureKind, Job, JobId, Status};
use crate::store::{Limit, Payload, ReportState, StoreError, Submitted};
use crate::timeout::within;

pub(super) type Outcome = Result<Response<Body>, Problem>;

/// When a client may try again if the store is unavailable: a restart or a failover is usually over by
/// then.
const STORE_AWAY: Duration = Duration::from_secs(5);
/// When a client may try again if the store has to wait until old jobs expire.
const STORE_FULL: Duration = Duration::from_secs(60);

const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

impl Settings {
    /// `POST /api/analyze`
    pub(super) async fn analyze<B>(&self, head: &Parts, body: &mut Option<B>) -> Outcome
    where
        B: http_body::Body<Data: Buf>,
    {
        if self.followers.is_draining() {
            return Err(shutting_down("it takes no new jobs; try again"));
        }
        if !headers::is_json(&head.headers) {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "send JSON with one header `content-type: application/json`, uncompressed",
            ));
        }
        let expects_continue = head.headers.contains_key(EXPECT);
        let body = body.take().expect("a request is handled once");
        let content = body::read(body, self.max_body, self.body_timeout, expects_continue)
            .await
            .map_err(|unread| self.unread(unread))?;
        let Submission {
            target,
            max_age,
            options,
        } = Submission::parse(&content, &self.parser)?;
        let carried = match &self.submit_hook {
            Some(hook) => {
                let request =
                    SubmitRequest::new(head.clone(), target.clone(), options, content.into());
                hook.decide(request).await?
            }
            None => SubmitOptions::of(options),
        };

        let mut new = self.client.new_job(target.clone());
        new.max_age = max_age.or(new.max_age);
        if let Some(trace) = trace_context(&head.headers) {
            new = new.with_trace(trace);
        }
        let job = self
            .client
            .submit_job(carried.apply_to(new))
            .await
            .map(Submitted::into_job)
            .map_err(|error| self.refused(error, target))?;

        let mut location = String::with_capacity(self.status_path.len() + 36);
        location.push_str(&self.status_path);
        let mut id = [0; 36];
        location.push_str(job.id.as_uuid().hyphenated().encode_lower(&mut id));

        let mut response = json(StatusCode::ACCEPTED, wire::accepted(job.id));
        let fields = response.headers_mut();
        fields.insert(
            LOCATION,
            HeaderValue::try_from(location).expect("the base path was checked when it was set"),
        );
        fields.insert(RETRY_AFTER, headers::seconds(self.client.retry_after(&job)));
        Ok(response)
    }

    /// `GET /api/report/{job_id}`
    pub(super) async fn report(&self, head: &Parts, id: JobId) -> Outcome {
        let state = self.client.report(id).await.map_err(problem_of)?;
        match &state {
            ReportState::Unfinished(job) => self.followers.polled(job),
            _ => self.followers.fetched(id),
        }
        match state {
            ReportState::Ready(report) => Ok(ready(&head.headers, id, report)),
            ReportState::Unfinished(job) => {
                let mut response = json(StatusCode::ACCEPTED, wire::status(&job));
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, headers::seconds(self.client.retry_after(&job)));
                Ok(response)
            }
            ReportState::Failed(job) => Err(Problem::job_failed(job)),
            ReportState::Absent => Err(Problem::job_not_found()),
        }
    }

    /// `POST /api/cancel/{job_id}`
    pub(super) async fn cancel(&self, id: JobId) -> Outcome {
        let before = self.job(id).await?;
        if before.status.is_terminal() {
            return Ok(json(StatusCode::OK, wire::status(&before)));
        }
        self.client.cancel(id).await.map_err(problem_of)?;
        let after = self.job(id).await?;
        let status = if ended_by_itself(&after) {
            StatusCode::OK
        } else {
            StatusCode::ACCEPTED
        };
        Ok(json(status, wire::status(&after)))
    }

    /// `GET /health`
    pub(super) async fn health(&self) -> Outcome {
        let stats = self.in_time(self.client.stats()).await?;
        let refusal = if self.followers.is_draining() {
            Some("this server is shutting down".to_owned())
        } else {
            let full = stats.full;
            full.map(|limit| format!("the store is full: it has as many {limit} as it may have"))
        };
        Ok(json(StatusCode::OK, wire::healthy(stats.jobs, refusal)))
    }

    /// A call of the store within the time of a health check.
    async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Problem> {
        match within(self.health_timeout, call).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(unavailable().with_cause(error)),
            Err(_) => {
                let reason = format!("no reply within {:?}", self.health_timeout);
                Err(unavailable().with_cause(StoreError::unavailable(reason)))
            }
        }
    }

    /// `GET /ready`
    pub(super) async fn ready(&self, head: &Parts) -> Outcome {
        let closing = Closing::of(&head.extensions, &self.closing);
        if self.followers.is_draining() || closing.has_begun() {
            return Err(shutting_down("send requests elsewhere"));
        }
        self.in_time(self.client.check()).await?;
        Ok(json(StatusCode::OK, Bytes::from_static(wire::READY)))
    }

    /// `GET /openapi.json`
    pub(super) fn description(&self) -> Response<Body> {
        json(StatusCode::OK, self.description.written())
    }

    pub(super) async fn job(&self, id: JobId) -> Result<Job, Problem> {
        self.client
            .status(id)
            .await
            .map_err(problem_of)?
            .ok_or_else(Problem::job_not_found)
    }

    fn unread(&self, unread: Unread) -> Problem {
        match unread {
            Unread::TooLarge => Problem::new(
                Kind::BodyTooLarge,
                format!("the body may have at most {} bytes", self.max_body),
            ),
            Unread::TimedOut => Problem::new(
                Kind::BodyTimeout,
                format!("the body did not arrive within {:?}", self.body_timeout),
            ),
            Unread::Broken => Problem::new(
                Kind::MalformedBody,
                "the body ended early or is framed wrongly",
            ),
        }
    }

    /// Why a submit was refused, and when the same submit may succeed.
    fn refused(&self, error: StoreError, target: Target) -> Problem {
        let StoreError::Full { limit, .. } = error else {
            return match error {
                StoreError::TooLarge {
                    payload: Payload::Input | Payload::Note,
                    ..
                } => Problem::invalid(vec![FieldError::new("options", error.to_string())]),
                error => problem_of(error),
            };
        };
        let wait = match limit {
            // There is room in the queue again once a job has left it, and for a note once its job has
            // ended.
            Limit::PendingJobs | Limit::PendingJobsPerScope | Limit::Notes => {
                let new = Job::submitted(
                    JobId::from_uuid(uuid::Uuid::nil()),
                    target,
                    chrono::Utc::now(),
                );
                self.client.retry_after(&new)
            }
            Limit::Jobs | Limit::StoredBytes => STORE_FULL,
        };
        Problem::new(Kind::StoreFull, error.to_string()).with_retry_after(wait)
    }
}

/// The report as it was stored. A job has one report, which never changes: the id is a strong tag.
fn ready(headers: &HeaderMap, id: JobId, report: Bytes) -> Response<Body> {
    let mut tag = *b"\"------------------------------------\"";
    id.as_uuid().hyphenated().encode_lower(&mut tag[1..37]);
    let tag = HeaderValue::from_bytes(&tag).expect("a UUID is visible ASCII");
    let mut response = if headers::none_match(headers, &tag) {
        response::empty(StatusCode::NOT_MODIFIED, REVALIDATE)
    } else {
        response::cached_json(StatusCode::OK, REVALIDATE, report)
    };
    response.headers_mut().insert(ETAG, tag);
    response
}

/// Whether a job had ended before the request to cancel it could have an effect.
fn ended_by_itself(job: &Job) -> bool {
    let cancelled = job
        .failure
        .as_ref()
        .is_some_and(|failure| failure.kind() == FailureKind::Cancelled);
    job.status == Status::Completed || (job.status == Status::Failed && !cancelled)
}

/// What a client may know about an error of the store. The rest is for the log.
pub(super) fn problem_of(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound(_) => Problem::job_not_found(),
        StoreError::Unavailable { .. } => unavailable().with_cause(error),
        StoreError::Newer(_) => Problem::new(
            Kind::StoreUnavailable,
            "this job is in a state that only a newer version of the service knows, which is being \
             brought in; try again later",
        )
        .with_retry_after(STORE_AWAY)
        .with_cause(error),
        StoreError::Full { .. } => {
            Problem::new(Kind::StoreFull, error.to_string()).with_retry_after(STORE_FULL)
        }
        _ => Problem::new(
            Kind::Internal,
            "the job store refused the call; the server's log says why",
        )
        .with_cause(error),
    }
}

fn unavailable() -> Problem {
    Problem::new(
        Kind::StoreUnavailable,
        "the job store is not available; try again later",
    )
    .with_retry_after(STORE_AWAY)
}

fn shutting_down(what_to_do: &str) -> Problem {
    let detail = format!("this server is shutting down: {what_to_do}");
    Problem::new(Kind::ShuttingDown, detail).with_retry_after(STORE_AWAY)
}
