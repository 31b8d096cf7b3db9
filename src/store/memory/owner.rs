//! What at most one live job owns.

use crate::account::Target;
use crate::job::Scope;

/// A target in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
