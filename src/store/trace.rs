//! The trace that a submit belongs to.

use std::sync::Arc;

/// The trace that a submit belongs to, as W3C Trace Context writes it: a `traceparent` of version 00, and a
/// `tracestate` if there is one.
///
/// A store keeps it with the job, so that whoever claims the job can go on with the trace, in whichever
/// process. See <https://www.w3.org/TR/trace-context/>.
///
/// # Example
/// ```
/// use report_pipeline::TraceContext;
///
/// let trace = TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
/// assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
/// # Ok::<(), report_pipeline::InvalidTraceContext>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TraceContext {
    parent: Arc<str>,
    state: Option<Arc<str>>,
}

impl TraceContext {
    /// The maximum number of characters of a `tracestate`.
    pub const MAX_STATE: usize = 512;

    /// Takes a `traceparent`, such as the header of a request.
    ///
    /// # Errors
    /// [`InvalidTraceContext`] if it has another form than `00-{trace id}-{parent id}-{flags}`, in small
    /// hexadecimal digits, or an id of nothing but zeros.
    pub fn new(traceparent: &str) -> Result<Self, InvalidTraceContext> {
        let parts: Vec<&str> = traceparent.split('-').collect();
        let [version, trace, parent, flags] = parts[..] else {
            return Err(InvalidTraceContext);
        };
        let is_id = |id: &str, length| is_hex(id, length) && id.bytes().any(|digit| digit != b'0');
        if version != "00" || !is_id(trace, 32) || !is_id(parent, 16) || !is_hex(flags, 2) {
            return Err(InvalidTraceContext);
        }
        Ok(Self {
            parent: traceparent.into(),
            state: None,
        })
    }

    /// Adds a `tracestate`; an empty one is none.
    ///
    /// # Errors
    /// [`InvalidTraceContext`] if it has more than [`MAX_STATE`](Self::MAX_STATE) characters, or others than
    /// printable ASCII.
    pub fn with_state(mut self, tracestate: &str) -> Result<Self, InvalidTraceContext> {
        let is_printable = |b: u8| (b' '..=b'~').contains(&b);
        if tracestate.len() > Self::MAX_STATE || !tracestate.bytes().all(is_printable) {
            return Err(InvalidTraceContext);
        }
        self.state = (!tracestate.is_empty()).then(|| tracestate.into());
        Ok(self)
    }

    /// Returns the `traceparent`.
    #[must_use]
    pub fn traceparent(&self) -> &str {
        &self.parent
    }

    /// Returns the `tracestate`, if there is one.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the id of the trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.parent[3..35]
    }

    /// Returns the id of the span that the submit was made in: 16 hexadecimal digits.
    #[must_use]
    pub fn parent_id(&self) -> &str {
        &self.parent[36..52]
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The text is no trace context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a trace context of version 00 (W3C Trace Context)")]
pub struct InvalidTraceContext;

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_trace_context_keeps_its_texts() {
        let trace = TraceContext::new(PARENT).unwrap();
        assert_eq!((trace.traceparent(), trace.tracestate()), (PARENT, None));
        assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(trace.parent_id(), "b7ad6b7169203331");
        let trace = trace.with_state("congo=t61rcWkgMzE").unwrap();
        assert_eq!(trace.tracestate(), Some("congo=t61rcWkgMzE"));
        assert_eq!(trace.with_state("").unwrap().tracestate(), None);
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "00",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
        ] {
            assert_eq!(TraceContext::new(text), Err(InvalidTraceContext), "{text}");
        }
        let trace = TraceContext::new(PARENT).unwrap();
        for state in ["a\n", "\u{e9}", &"x".repeat(513)] {
            assert!(trace.clone().with_state(state).is_err(), "{state:?}");
        }
    }
}
