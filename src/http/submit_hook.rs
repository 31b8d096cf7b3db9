//! What a program decides on each submit: who may, and what the job carries.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::options::Options;
use super::problem::{FieldError, Kind, Problem};
use crate::account::Target;
use crate::job::Scope;
use crate::store::{NewJob, TraceContext};

/// A submit over HTTP, as the hook of an [`Api`](super::Api) sees it.
#[derive(Clone)]
pub struct SubmitRequest {
    head: Parts,
    target: Target,
    options: Options,
    body: Bytes,
}

impl SubmitRequest {
    pub(super) fn new(head: Parts, target: Target, options: Options, body: Bytes) -> Self {
        Self {
            head,
            target,
            options,
            body,
        }
    }

    /// Returns the request's head: its headers, and what middleware has put into its extensions.
    #[must_use]
    pub const fn head(&self) -> &Parts {
        &self.head
    }

    /// Returns the account that a report is asked for.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Reads the object `options` of the body; one without members if the body has none.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the options, for `?` in a hook.
    pub fn options<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.options_json())
            .map_err(|error| Refusal::invalid(format!("the options are not valid: {error}")))
    }

    /// Returns the object `options` of the body as JSON: without blanks, members in the order of their
    /// names' bytes.
    #[must_use]
    pub fn options_json(&self) -> &[u8] {
        self.options.json()
    }

    /// Returns what keeps this submit apart without a hook: `options-` with a hash of the options, and no
    /// scope if there are none. To be made a part of a scope of the program's own.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::Scope;
    /// use report_pipeline::http::SubmitRequest;
    ///
    /// fn scope_of(tenant: &str, request: &SubmitRequest) -> Scope {
    ///     let name = format!("{tenant}/{}", request.options_scope().as_str());
    ///     Scope::new(&name).expect("names of tenants have at most 24 letters")
    /// }
    /// # let _ = scope_of;
    /// ```
    #[must_use]
    pub fn options_scope(&self) -> Scope {
        self.options.scope()
    }

    /// Reads members of the body that are the program's own, beside those of this service.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the body, for `?` in a hook.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::http::{Refusal, SubmitRequest};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Callback {
    ///     callback_url: Option<String>,
    /// }
    ///
    /// fn callback_of(request: &SubmitRequest) -> Result<Option<String>, Refusal> {
    ///     Ok(request.body::<Callback>()?.callback_url)
    /// }
    /// # let _ = callback_of;
    /// ```
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Refusal::invalid_field("body", format!("the body is not valid: {error}"))
        })
    }
}

impl fmt::Debug for SubmitRequest {
    // Not the head: its headers may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmitRequest")
            .field("target", &self.target)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a submit carries. The default is nothing: no input, no scope.
#[derive(Clone, Default)]
pub struct SubmitOptions {
    scope: Scope,
    input: Bytes,
    max_age: Option<Duration>,
    head_start: Duration,
    note: Option<Bytes>,
    trace: Option<TraceContext>,
}

impl SubmitOptions {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what keeps the job apart from others for the same target, such as a tenant. Include in it
    /// what makes a report another one.
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Sets what every phase of the job reads as its input.
    #[must_use]
    pub fn with_input(mut self, input: impl Into<Bytes>) -> Self {
        self.input = input.into();
        self
    }

    /// Sets how old a finished report may be to be served, whatever `max_age` the body says.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Orders the job as if it had been submitted that much earlier, see
    /// [`NewJob::with_head_start`](crate::NewJob::with_head_start).
    #[must_use]
    pub const fn with_head_start(mut self, head_start: Duration) -> Self {
        self.head_start = head_start;
        self
    }

    /// Leaves a note that is delivered when the job has ended, such as a callback address, see
    /// [`NewJob::with_note`](crate::NewJob::with_note).
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Bytes>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets the trace that the job goes on with, instead of that of the request's `traceparent`: such as the
    /// span that the program has made of the request.
    #[must_use]
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }

    /// What a submit carries without a hook: its options are the input, and keep the job apart from those
    /// with others.
    pub(super) fn of(options: Options) -> Self {
        Self::new()
            .with_scope(options.scope())
            .with_input(options.into_input())
    }

    pub(super) fn apply_to(self, mut job: NewJob) -> NewJob {
        job.scope = self.scope;
        job.max_age = self.max_age.or(job.max_age);
        let mut job = job.with_input(self.input).with_head_start(self.head_start);
        if let Some(trace) = self.trace {
            job = job.with_trace(trace);
        }
        if let Some(note) = self.note {
            job = job.with_note(note);
        }
        job
    }
}

impl fmt::Debug for SubmitOptions {
    // The size only: the input is payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmitOptions")
            .field("scope", &self.scope)
            .field("input_bytes", &self.input.len())
            .field("max_age", &self.max_age)
            .field("head_start", &self.head_start)
            .field("note_bytes", &self.note.as_ref().map(Bytes::len))
            .field("trace", &self.trace)
            .finish()
    }
}

/// Why a submit is refused. Clients read the detail as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// The field that is invalid; none if the submit is not allowed.
    field: Option<&'static str>,
    detail: String,
}

impl Refusal {
    /// The client may not submit this: status 403, problem `forbidden`.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self {
            field: None,
            detail: detail.into(),
        }
    }

    /// The options make no sense: status 422, problem `invalid-field` with the field `options`.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::invalid_field("options", detail)
    }

    /// A field of the body makes no sense: status 422, problem `invalid-field` with that field.
    #[must_use]
    pub fn invalid_field(field: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            detail: detail.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal.field {
            None => Self::new(Kind::Forbidden, refusal.detail),
            Some(field) => Self::invalid(vec![FieldError::new(field, refusal.detail)]),
        }
    }
}

type Decision = Result<SubmitOptions, Refusal>;

/// The program's function.
#[derive(Clone)]
pub(super) struct SubmitHook(
    Arc<dyn Fn(SubmitRequest) -> BoxFuture<'static, Decision> + Send + Sync>,
);

impl SubmitHook {
    pub(super) fn new<F, Fut>(hook: F) -> Self
    where
        F: Fn(SubmitRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Decision> + Send + 'static,
    {
        Self(Arc::new(move |request| hook(request).boxed()))
    }

    pub(super) async fn decide(&self, request: SubmitRequest) -> Decision {
        (self.0)(request).await
    }
}

impl fmt::Debug for SubmitHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubmitHook")
    }
}
