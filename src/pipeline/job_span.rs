//! The span of one attempt at a job.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tracing::{Span, error, info_span};

use crate::panic;
use crate::store::{ClaimedJob, TraceContext};

/// What the program does with the span of an attempt whose submit belongs to a trace.
#[derive(Clone)]
pub(super) struct TraceHook(Arc<Link>);

type Link = dyn Fn(&Span, &TraceContext) + Send + Sync;

impl TraceHook {
    pub(super) fn new(hook: impl Fn(&Span, &TraceContext) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// A panic of the program's function costs the link and nothing else.
    fn link(&self, span: &Span, trace: &TraceContext) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (self.0)(span, trace))) {
            let message = panic::message(&*panic).unwrap_or("no message");
            error!(
                panic = message,
                "the trace hook panicked; the attempt begins without it"
            );
        }
    }
}

impl fmt::Debug for TraceHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraceHook")
    }
}

/// Returns the span of an attempt, which nobody has entered yet.
pub(super) fn job_span(claimed: &ClaimedJob, hook: Option<&TraceHook>) -> Span {
    let (job, trace) = (&claimed.job, claimed.trace());
    let span = info_span!(
        "job",
        job_id = %job.id,
        platform = %job.target.platform,
        attempt = job.attempt,
        trace_id = trace.map(TraceContext::trace_id),
        parent_span_id = trace.map(TraceContext::parent_id),
    );
    // Before anything else happens to the span: what makes spans of an exporter fixes the parent when
    // the span is entered first.
    if let (Some(hook), Some(trace)) = (hook, trace) {
        hook.link(&span, trace);
    }
    span
}
