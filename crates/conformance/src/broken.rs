//! What a store did not keep.

use std::fmt;

/// A case that failed: the store does not keep this promise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenPromise {
    /// The number of the promise in the contract of [`JobStore`](report_pipeline::JobStore), 1 to 20.
    pub promise: u8,
    /// The case, `module::function`.
    pub case: &'static str,
    /// What was expected and what was found.
    pub finding: String,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            promise,
            case,
            finding,
        } = self;
        write!(f, "promise {promise}, {case}: {finding}")
    }
}
