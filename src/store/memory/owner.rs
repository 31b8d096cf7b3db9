//! What at most one live job owns.

use std::hash::{Hash, Hasher};

use crate::account::Target;
use crate::job::Scope;

/// A target in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnerKey {
    pub(super) target: Target,
    pub(super) scope: Scope,
}

impl OwnerKey {
    pub(super) fn new(target: &Target, scope: &Scope) -> Self {
        Self {
            target: target.clone(),
            scope: scope.clone(),
        }
    }
}

impl Hash for OwnerKey {
    /// The texts one after the other. What usually stands between them costs as much as they do; without it
    /// only texts that are cut elsewhere clash, of which there are few for each key.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.target.handle.as_str().as_bytes());
        state.write(self.target.platform.as_str().as_bytes());
        if !self.scope.is_none() {
            state.write(self.scope.as_str().as_bytes());
        }
    }
}
