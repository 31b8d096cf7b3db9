//! Delivers what submits have asked for, when their job has ended.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use http::StatusCode;
use report_pipeline::Job;
use report_pipeline::store::{EndedJob, Note};

use super::{Sender, Wish, message};
use crate::access::Access;

/// Delivers callbacks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Deliverer {
    access: Arc<Access>,
    sender: Sender,
    base_path: Arc<str>,
    done: Arc<Mutex<Done>>,
}

impl Deliverer {
    pub(crate) fn new(access: Arc<Access>, sender: Sender, base_path: &str) -> Self {
        Self {
            access,
            sender,
            base_path: base_path.into(),
            done: Arc::default(),
        }
    }

    /// Sends each message of a job. One that fails holds up no other.
    ///
    /// # Errors
    /// Why there is one that has to be sent again.
    pub(crate) async fn deliver(self, ended: EndedJob) -> Result<(), String> {
        let sent = ended
            .notes
            .iter()
            .map(|note| self.deliver_one(&ended.job, note));
        let sent = futures::future::join_all(sent).await;
        sent.into_iter().collect()
    }

    async fn deliver_one(&self, job: &Job, note: &Note) -> Result<(), String> {
        let id = message::id_of(job.id, note.submit());
        if self.done().knows(&id) {
            return Ok(());
        }
        let wish: Wish = serde_json::from_slice(note.value())
            .map_err(|error| format!("a note is not one of a callback: {error}"))?;
        let host = wish.url.host_str().unwrap_or_default();
        let fail = |why: &str| format!("callback to {host}: {why}");
        let tenant = self.access.named(&wish.tenant);
        let callbacks = tenant.and_then(|tenant| tenant.callbacks.as_ref());
        // Another node may have settings that are newer, or this one soon.
        let callbacks = callbacks.ok_or_else(|| fail("its tenant has no callbacks any more"))?;
        callbacks.check(&wish.url).map_err(|why| fail(&why))?;
        let request = message::request(&wish.url, &id, job, &self.base_path, &callbacks.secret)?;
        let status = self.sender.send(request).await.map_err(|why| fail(&why))?;
        let outcome = if status.is_success() {
            "delivered"
        } else {
            "refused"
        };
        metrics::counter!("report_server_callbacks_total", "outcome" => outcome).increment(1);
        // A receiver that is gone says so and is not asked again (Standard Webhooks, "Delivery").
        if status.is_success() || status == StatusCode::GONE {
            tracing::info!(job_id = %job.id, host, %status, "callback delivered");
            self.done().remember(id);
            return Ok(());
        }
        Err(fail(&format!("it responded with {status}")))
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The latest messages that have arrived: so that a second receiver of a job that is away costs the first one no
/// repetitions.
#[derive(Default)]
struct Done {
    ids: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
}

impl Done {
    const MAX: usize = 10_000;

    fn knows(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    fn remember(&mut self, id: String) {
        let id: Arc<str> = id.into();
        if self.ids.insert(Arc::clone(&id)) {
            self.order.push_back(id);
        }
        if self.order.len() > Self::MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut done = Done::default();
        for n in 0..=Done::MAX {
            done.remember(n.to_string());
        }
        assert!(!done.knows("0") && done.knows("1"));
        assert_eq!(done.ids.len(), Done::MAX);
    }
}
