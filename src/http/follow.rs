//! The endpoints that follow a job: its status, by polling or waiting, and its event stream.

use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::request::Parts;
use http::{Response, StatusCode};
use tokio::time::Instant;

use super::api::Settings;
use super::body::Body;
use super::closing::Closing;
use super::events::{self, Slots};
use super::followed_jobs;
use super::handlers::{Outcome, problem_of};
use super::headers;
use super::many_events;
use super::problem::{Kind, Problem};
use super::response::{self, NO_STORE, json};
use super::wire;
use crate::job::{Job, JobId};

/// When a client may try again to open an event stream: by then some of the others have ended.
const STREAMS_FULL: Duration = Duration::from_secs(5);
/// The minimum time between two calls of the store for one held request, should the store return
/// before anything has changed.
const EARLY_RETURN_PAUSE: Duration = Duration::from_millis(20);

impl Settings {
    /// `GET /api/status/{job_id}`
    pub(super) async fn status(&self, head: &Parts, id: JobId) -> Outcome {
        let mut job = self.job(id).await?;
        let wait = headers::preferred_wait(&head.headers, self.max_wait);
        if let Some(wait) = wait
            && !job.status.is_terminal()
        {
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

    /// Waits until the job has changed, for `wait` at most, and returns it as it is then.
    ///
    /// Returns at once if the client does not know the present version, and when the server closes.
    async fn once_changed(&self, job: Job, head: &Parts, wait: Duration) -> Result<Job, Problem> {
        let headers = &head.headers;
        let conditional = headers.contains_key(IF_NONE_MATCH);
        let known =
            !conditional || headers::none_match(headers, &headers::version_tag(job.version));
        if !known {
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
                let change = self.client.changed(now.id, seen, left).await;
                let early = |job: &Job| job.version <= seen && Instant::now() < until;
                if matches!(&change, Ok(Some(job)) if early(job)) {
                    tokio::time::sleep(EARLY_RETURN_PAUSE).await;
                }
                change
            };
            now = tokio::select! {
                change = change => change.map_err(problem_of)?.ok_or_else(Problem::job_not_found)?,
                () = closing.begun() => return self.job(now.id).await,
            };
        }
        Ok(now)
    }

    /// `GET /api/status/{job_id}/events`
    pub(super) async fn events(&self, head: &Parts, id: JobId) -> Outcome {
        // Before the call of the store: refusing must be cheap.
        let slots = self.slots(1)?;
        let job = self.job(id).await?;
        let is_known = headers::last_event_id(&head.headers) == Some(job.version);
        if is_known && job.status.is_terminal() {
            // Browsers connect again after every end; this response tells them to stop.
            return Ok(response::empty(StatusCode::NO_CONTENT, NO_STORE));
        }
        let closing = Closing::of(&head.extensions, &self.closing);
        let waiting = self.followers.wait(id);
        let events = events::events(self.client.clone(), job, is_known, closing, waiting, slots);
        Ok(event_stream(events))
    }

    /// `GET /api/events`
    pub(super) async fn many_events(&self, head: &Parts) -> Outcome {
        let ids = followed_jobs::ids(head.uri.query().unwrap_or_default())?;
        let slots = self.slots(ids.len())?;
        let found = self.client.statuses(&ids).await.map_err(problem_of)?;
        let known = followed_jobs::last_known(&head.headers, ids.len());
        if many_events::is_over(&known, &found) {
            return Ok(response::empty(StatusCode::NO_CONTENT, NO_STORE));
        }
        let closing = Closing::of(&head.extensions, &self.closing);
        let events = many_events::many_events(
            self.client.clone(),
            &ids,
            found,
            known,
            closing,
            &self.followers,
            slots,
        );
        Ok(event_stream(events))
    }

    /// Takes the slots of a stream that follows so many jobs.
    fn slots(&self, jobs: usize) -> Result<Slots, Problem> {
        events::slots(&self.streams, jobs).ok_or_else(|| {
            Problem::new(
                Kind::TooManyStreams,
                "the maximum number of event streams is open; poll the status instead, or try again",
            )
            .with_retry_after(STREAMS_FULL)
        })
    }
}

fn event_stream(events: impl Stream<Item = Bytes> + Send + 'static) -> Response<Body> {
    let mut response = Response::new(Body::events(events));
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    fields.insert(CACHE_CONTROL, NO_STORE);
    // Asks nginx and other proxies to pass events on as they come.
    fields.insert(headers::X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}
