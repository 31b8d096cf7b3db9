//! What reads the target of a submit.

use std::fmt;
use std::sync::Arc;

use crate::account::{InvalidTarget, Platforms, Target};

type Parse = dyn Fn(Option<&str>, &str) -> Result<Target, InvalidTarget> + Send + Sync;

/// A function of the fields `platform` and `handle`.
#[derive(Clone)]
pub(super) struct TargetParser(Arc<Parse>);

impl TargetParser {
    pub(super) fn new(
        parse: impl Fn(Option<&str>, &str) -> Result<Target, InvalidTarget> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(parse))
    }

    pub(super) fn of(platforms: Platforms) -> Self {
        Self::new(move |platform, handle| platforms.target(platform, handle))
    }

    pub(super) fn target(
        &self,
        platform: Option<&str>,
        handle: &str,
    ) -> Result<Target, InvalidTarget> {
        (self.0)(platform, handle)
    }
}

impl fmt::Debug for TargetParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TargetParser")
    }
}
