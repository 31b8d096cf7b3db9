//! What each endpoint does.

use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPECT, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER,
};
use http::request::Parts;
use http::{Response, StatusCode};
use tokio::time::Instant;

use super::api::Settings;
use super::body::{self, Body, Unread};
use super::closing::Closing;
use super::events;
use super::headers;
use super::problem::{Kind, Problem};
use super::response::{self, NO_STORE, json};
use super::submission::Submission;
use super::wire;
use crate::account::Target;
use crate::job::{FailureKind, Job, JobId, Status};
use crate::store::{Limit, ReportState, StoreError, Submitted};
use crate::timeout::within;

type Answer = Result<Response<Body>, Problem>;

/// When to come back to a store that is away: by then a restart or a failover is usually over.
const STORE_AWAY: Duration = Duration::from_secs(5);
/// When to come back to a store that frees room only as old jobs expire.
const STORE_FULL: Duration = Duration::from_secs(60);
/// When to come back for an event stream: by then some of the others have ended.
const STREAMS_FULL: Duration = Duration::from_secs(5);
/// The least time between two questions of one held answer, should a store keep answering early.
const EARLY_ANSWER_PAUSE: Duration = Duration::from_millis(20);

const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

impl Settings {
    /// `POST /api/analyze`
    pub(super) async fn analyze<B>(&self, head: &Parts, body: &mut Option<B>) -> Answer
    where
        B: http_body::Body<Data: Buf>,
    {
        if self.followers.is_draining() {
            return Err(shutting_down("no new job is taken; try again"));
        }
        if !headers::is_json(&head.headers) {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "send JSON with the header `content-type: application/json`, uncompressed",
            ));
        }
        let expects_continue = head.headers.contains_key(EXPECT);
        let body = body.take().expect("a request is handled once");
        let content = body::read(body, self.max_body, self.body_timeout, expects_continue)
            .await
            .map_err(|unread| self.unread(unread))?;
        let Submission { target, max_age } = Submission::parse(&content, &self.platforms)?;

        let mut new = self.client.new_job(target.clone());
        if max_age.is_some() {
            new = new.with_max_age(max_age);
        }
        let job = self
            .client
            .submit_job(new)
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

    /// `GET /api/status/{job_id}`
    pub(super) async fn status(&self, head: &Parts, id: JobId) -> Answer {
        let mut job = self.job(id).await?;
        let wait = headers::preferred_wait(&head.headers, self.max_wait);
        if let Some(wait) = wait {
            let waiting = self.followers.wait(id);
            job = self.once_changed(job, head, wait).await?;
            waiting.tell(&job);
        } else {
            self.followers.polled(&job);
        }
        let tag = headers::version_tag(job.version);
        let mut response = if headers::none_match(&head.headers, &tag) {
            response::empty(StatusCode::NOT_MODIFIED, NO_STORE)
        } else {
            json(StatusCode::OK, wire::status(&job))
        };
        let fields = response.headers_mut();
        fields.insert(ETAG, tag);
        if let Some(wait) = wait {
            fields.insert(headers::PREFERENCE_APPLIED, headers::wait_applied(wait));
        }
        Ok(response)
    }

    /// Holds an answer until the job is no longer as it is, or as the client knows it.
    ///
    /// Answers at once if the client's knowledge is old, if the job cannot change any more, and
    /// when waits are released.
    async fn once_changed(&self, job: Job, head: &Parts, wait: Duration) -> Result<Job, Problem> {
        let headers = &head.headers;
        let conditional = headers.contains_key(http::header::IF_NONE_MATCH);
        let known =
            !conditional || headers::none_match(headers, &headers::version_tag(job.version));
        if !known || job.status.is_terminal() {
            return Ok(job);
        }
        let closing = Closing::of(&head.extensions, &self.closing);
        let until = Instant::now() + wait;
        let mut now = job;
        let seen = now.version;
        while now.version <= seen {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let change = async {
                let answer = self.client.changed(now.id, seen, left).await;
                let early = |job: &Job| job.version <= seen && Instant::now() < until;
                if matches!(&answer, Ok(Some(job)) if early(job)) {
                    tokio::time::sleep(EARLY_ANSWER_PAUSE).await;
                }
                answer
            };
            now = tokio::select! {
                answer = change => answer.map_err(away)?.ok_or_else(Problem::job_not_found)?,
                () = closing.begun() => return self.job(now.id).await,
            };
        }
        Ok(now)
    }

    /// `GET /api/status/{job_id}/events`
    pub(super) async fn events(&self, head: &Parts, id: JobId) -> Answer {
        // Before the store is asked: refusing must be cheap.
        let slot = events::slot(&self.streams).ok_or_else(|| {
            Problem::new(
                Kind::TooManyStreams,
                "no more event streams are open at once; ask for the status instead, or try again",
            )
            .with_retry_after(STREAMS_FULL)
        })?;
        let job = self.job(id).await?;
        let is_known = headers::last_event_id(&head.headers) == Some(job.version);
        if is_known && job.status.is_terminal() {
            // Browsers connect again after every end; this answer tells them not to.
            return Ok(response::empty(StatusCode::NO_CONTENT, NO_STORE));
        }
        let closing = Closing::of(&head.extensions, &self.closing);
        let waiting = self.followers.wait(id);
        let events = events::events(self.client.clone(), job, is_known, closing, waiting, slot);
        let mut response = Response::new(Body::events(events));
        let fields = response.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        fields.insert(CACHE_CONTROL, NO_STORE);
        // Asks nginx and its kin to hand events on as they come.
        fields.insert(headers::X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
        Ok(response)
    }

    /// `GET /api/report/{job_id}`
    pub(super) async fn report(&self, head: &Parts, id: JobId) -> Answer {
        let state = self.client.report(id).await.map_err(away)?;
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
    pub(super) async fn cancel(&self, id: JobId) -> Answer {
        let before = self.job(id).await?;
        if before.status.is_terminal() {
            return Ok(json(StatusCode::OK, wire::status(&before)));
        }
        self.client.cancel(id).await.map_err(away)?;
        let after = self.job(id).await?;
        let status = if ended_by_itself(&after) {
            StatusCode::OK
        } else {
            StatusCode::ACCEPTED
        };
        Ok(json(status, wire::status(&after)))
    }

    /// `GET /health`
    pub(super) async fn health(&self) -> Answer {
        match within(self.health_timeout, self.client.stats()).await {
            Ok(Ok(stats)) => Ok(json(StatusCode::OK, wire::healthy(stats.jobs))),
            Ok(Err(error)) => Err(unavailable().with_cause(error)),
            Err(_) => {
                let reason = format!("no answer within {:?}", self.health_timeout);
                Err(unavailable().with_cause(StoreError::unavailable(reason)))
            }
        }
    }

    /// `GET /ready`
    pub(super) async fn ready(&self, head: &Parts) -> Answer {
        let closing = Closing::of(&head.extensions, &self.closing);
        if self.followers.is_draining() || closing.has_begun() {
            return Err(shutting_down("send requests elsewhere"));
        }
        self.health().await?;
        Ok(json(StatusCode::OK, Bytes::from_static(wire::READY)))
    }

    /// `GET /openapi.json`
    pub(super) fn description(&self) -> Response<Body> {
        json(StatusCode::OK, self.description.clone())
    }

    async fn job(&self, id: JobId) -> Result<Job, Problem> {
        self.client
            .status(id)
            .await
            .map_err(away)?
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
                "the body broke off or is framed wrongly",
            ),
        }
    }

    /// Why a submit was refused, and when it may succeed.
    fn refused(&self, error: StoreError, target: Target) -> Problem {
        let StoreError::Full { limit, .. } = error else {
            return away(error);
        };
        let wait = match limit {
            // A place in the queue is free again once a job has moved on.
            Limit::PendingJobs => {
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

/// The report as it was stored. A job has one report, which never changes: its id is a strong tag.
fn ready(headers: &HeaderMap, id: JobId, report: Bytes) -> Response<Body> {
    let mut tag = *b"\"------------------------------------\"";
    id.as_uuid().hyphenated().encode_lower(&mut tag[1..37]);
    let tag = HeaderValue::from_bytes(&tag).expect("a UUID is visible ASCII");
    let mut response = if headers::none_match(headers, &tag) {
        response::empty(StatusCode::NOT_MODIFIED, REVALIDATE)
    } else {
        json(StatusCode::OK, report)
    };
    let fields = response.headers_mut();
    fields.insert(CACHE_CONTROL, REVALIDATE);
    fields.insert(ETAG, tag);
    response
}

/// Whether a job had ended before a request to cancel it could have an effect.
fn ended_by_itself(job: &Job) -> bool {
    let cancelled = job
        .failure
        .as_ref()
        .is_some_and(|failure| failure.kind() == FailureKind::Cancelled);
    job.status == Status::Completed || (job.status == Status::Failed && !cancelled)
}

/// What a client may know of a store's error. The rest is for the log.
fn away(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound(_) => Problem::job_not_found(),
        StoreError::Unavailable { .. } => unavailable().with_cause(error),
        StoreError::Full { .. } => {
            Problem::new(Kind::StoreFull, error.to_string()).with_retry_after(STORE_FULL)
        }
        _ => Problem::new(Kind::Internal, "the job store refused the call").with_cause(error),
    }
}

fn unavailable() -> Problem {
    Problem::new(
        Kind::StoreUnavailable,
        "the job store does not answer; try again later",
    )
    .with_retry_after(STORE_AWAY)
}

fn shutting_down(what_to_do: &str) -> Problem {
    let detail = format!("this server is shutting down: {what_to_do}");
    Problem::new(Kind::ShuttingDown, detail).with_retry_after(STORE_AWAY)
}
