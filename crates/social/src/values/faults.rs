//! Values that could not be read.

use std::cell::RefCell;
use std::fmt;

/// A value that could not be read. It names the field, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    field: String,
    problem: &'static str,
}

impl Fault {
    pub(crate) const fn new(field: String, problem: &'static str) -> Self {
        Self { field, problem }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.problem)
    }
}

/// Where readers leave the faults they meet, until somebody takes them.
#[derive(Debug, Default)]
pub(crate) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.0.borrow_mut().push(fault);
    }

    /// Takes the faults since the last call.
    pub(crate) fn take(&self) -> Vec<Fault> {
        self.0.take()
    }
}
