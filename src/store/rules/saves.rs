//! What the present phase saves (promise 18).

use super::Record;
use crate::store::{HeartbeatReply, Lease, SaveRequest, StoreError};

impl Record {
    /// Whether a save could be accepted, its size apart: with all that would be saved then, in bytes, or
    /// `None` if it changes nothing.
    pub(in crate::store) fn check_save(
        &self,
        lease: &Lease,
        request: &SaveRequest,
    ) -> Result<Option<usize>, StoreError> {
        self.check_holder(lease)?;
        if request.phase() > self.job.phase {
            return Err(StoreError::Misuse(
                "a save of a phase that the job has not reached",
            ));
        }
        if request.phase() < self.job.phase || u64::from(request.number()) < self.saves {
            return Ok(None);
        }
        let saved = self.saved.as_deref();
        Ok(Some(saved.map_or(request.value().len(), |saved| {
            saved.size_after(request)
        })))
    }

    pub(in crate::store) fn save(
        &mut self,
        lease: &Lease,
        request: &SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        if self.check_save(lease, request)?.is_some() {
            self.saves = u64::from(request.number()) + 1;
            self.saved.get_or_insert_default().apply(request);
        }
        Ok(self.reply())
    }
}
