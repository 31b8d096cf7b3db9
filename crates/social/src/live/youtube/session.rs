//! Asking the API, within a budget.

use chrono::Utc;
use http::HeaderValue;
use report_pipeline::{PhaseContext, PhaseError};

use super::super::http::{Call, Http};
use super::super::pages::{Page, Pages};
use super::super::reading::not_understood;
use super::failure::{API, About, Refusal, refusal};
use crate::values::{Faults, Object};

/// The questions of one report. Each request costs one unit, also one that fails, and so does what an
/// earlier attempt has read: the budget is one of the report.
pub(super) struct Session<'a> {
    http: &'a Http,
    base: &'a str,
    key: HeaderValue,
    budget: u32,
    spent: u32,
    /// How many units the report will cost, as far as that is known.
    planned: u32,
    ctx: &'a PhaseContext,
    pages: Pages<'a>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        http: &'a Http,
        base: &'a str,
        key: HeaderValue,
        budget: u32,
        ctx: &'a PhaseContext,
    ) -> Self {
        Self {
            http,
            base,
            key,
            budget,
            spent: 0,
            planned: 0,
            ctx,
            pages: Pages::of(ctx),
        }
    }

    /// Whether another request is within the budget.
    pub(super) const fn can_afford(&self) -> bool {
        self.spent < self.budget
    }

    pub(super) const fn left(&self) -> u32 {
        self.budget.saturating_sub(self.spent)
    }

    pub(super) const fn budget(&self) -> u32 {
        self.budget
    }

    /// Says how many requests are still to come, for the progress.
    pub(super) fn plan(&mut self, still: u32) {
        self.planned = self.spent.saturating_add(still.min(self.left()));
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn ask(&mut self, path: &str) -> Result<Page, Refusal> {
        match self.ask_once(path).await {
            Err(refused) if refused.about == About::Oddly && self.can_afford() => {
                self.ask_once(path).await
            }
            answered => answered,
        }
    }

    async fn ask_once(&mut self, path: &str) -> Result<Page, Refusal> {
        if self.ctx.is_cancelled() {
            let error = PhaseError::transient("reading YouTube was asked to stop");
            return Err(Refusal {
                about: About::All,
                error,
            });
        }
        self.spent += 1;
        if let Some(page) = self.pages.earlier(path) {
            self.tell();
            return Ok(page);
        }
        let call = Call {
            address: format!("{}{path}", self.base),
            headers: vec![("x-goog-api-key", self.key.clone())],
            body: None,
        };
        let answer = self.http.send(API, call).await;
        let answer = answer.map_err(|error| Refusal {
            about: About::All,
            error,
        })?;
        if let Some(refused) = refusal(&answer, Utc::now()) {
            return Err(refused);
        }
        if !is_answer_to(path, &answer.body) {
            let error = not_understood(API);
            return Err(Refusal {
                about: About::All,
                error,
            });
        }
        self.tell();
        let kept = self.pages.keep(path, answer.body).await;
        kept.map_err(|error| Refusal {
            about: About::All,
            error,
        })
    }

    fn tell(&self) {
        if self.planned > 0 {
            let part = f64::from(self.spent) / f64::from(self.planned);
            self.ctx.progress(0.95 * part.min(1.0));
        }
    }
}

/// Whether an answer is a list of what the path asks for: `/videos` gives a `youtube#videoListResponse`.
/// Something else that answers, with no items, must not be taken for "there are none".
fn is_answer_to(path: &str, body: &str) -> bool {
    let list = path.split('?').next().unwrap_or_default();
    let resource = list.trim_start_matches('/').trim_end_matches('s');
    let faults = Faults::default();
    let kind = Object::document(body, &faults).and_then(|object| object.word("kind"));
    kind == Some(format!("youtube#{resource}ListResponse"))
}
