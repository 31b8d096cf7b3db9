//! Answers that were read, kept for the attempts after this one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use report_pipeline::{PhaseContext, PhaseError};
use serde::{Deserialize, Serialize};

/// An answer that was read: to what, when it came, and its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Page {
    /// The call without its secrets; the same call gives the same text.
    call: String,
    pub(super) read_at: DateTime<Utc>,
    pub(super) body: String,
}

/// The answers that were read of one account. Whatever ends an attempt (a fault, a limit, a quota, a
/// crash), the next one asks only for what is missing.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    ctx: &'a PhaseContext,
    earlier: HashMap<String, Page>,
}

impl<'a> Pages<'a> {
    pub(super) fn of(ctx: &'a PhaseContext) -> Self {
        let pages = ctx.saved::<(), Page>().pages.into_iter();
        Self {
            ctx,
            earlier: pages.map(|page| (page.call.clone(), page)).collect(),
        }
    }

    /// Takes what an earlier attempt was answered.
    pub(super) fn earlier(&mut self, call: &str) -> Option<Page> {
        self.earlier.remove(call)
    }

    /// Keeps an answer that came now.
    pub(super) async fn keep(&self, call: &str, body: String) -> Result<Page, PhaseError> {
        let page = Page {
            call: call.to_owned(),
            read_at: Utc::now(),
            body,
        };
        self.ctx.push(&page).await?;
        Ok(page)
    }
}
