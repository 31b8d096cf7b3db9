//! Conveniences for callers of every store.

use std::future::Future;

use bytes::Bytes;

use super::{JobStore, NewJob, StoreError, Submitted, SweepRequest, SweepStats};
use crate::job::{Job, JobId, Status};

/// Conveniences for callers of any [`JobStore`]. A store gets them without implementing anything.
pub trait JobStoreExt: JobStore {
    /// Submits, and once more if the reply may have been lost. The id makes that safe.
    ///
    /// # Errors
    /// As [`JobStore::submit`].
    ///
    /// # Cancel safety
    /// If dropped, submit the same job again.
    fn submit_twice(
        &self,
        job: NewJob,
    ) -> impl Future<Output = Result<Submitted, StoreError>> + Send {
        async {
            match self.submit(job.clone()).await {
                Err(StoreError::Unavailable { .. }) => self.submit(job).await,
                result => result,
            }
        }
    }

    /// Reads a finished report, or why there is none. One round trip if there is one.
    ///
    /// # Errors
    /// As [`JobStore::get`].
    ///
    /// # Cancel safety
    /// A read: dropping it loses nothing.
    fn fetch(&self, id: JobId) -> impl Future<Output = Result<ReportState, StoreError>> + Send {
        async move {
            if let Some(report) = self.report(id).await? {
                return Ok(ReportState::Ready(report));
            }
            // Boxed, because finished reports need no room for it.
            Box::pin(fetch_otherwise(self, id)).await
        }
    }

    /// Sweeps in steps of `batch` (0 counts as 1) until nothing is left to do.
    ///
    /// # Errors
    /// As [`JobStore::sweep`].
    ///
    /// # Cancel safety
    /// If dropped, what was swept stays swept.
    fn sweep_all(
        &self,
        batch: usize,
    ) -> impl Future<Output = Result<SweepStats, StoreError>> + Send {
        async move {
            let mut total = SweepStats::default();
            loop {
                total.add(self.sweep(SweepRequest::new(batch.max(1))).await?);
                if !total.more {
                    return Ok(total);
                }
            }
        }
    }
}

impl<S: JobStore + ?Sized> JobStoreExt for S {}

/// A finished report, or why there is none.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportState {
    /// The report, as it was stored.
    Ready(Bytes),
    /// The job has not ended yet.
    Unfinished(Job),
    /// The job failed; there will be no report.
    Failed(Job),
    /// There is no such job: unknown or expired.
    Absent,
}

impl std::fmt::Debug for ReportState {
    // The size only: the report is payload.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ready(report) => write!(f, "Ready({} bytes)", report.len()),
            Self::Unfinished(job) => f.debug_tuple("Unfinished").field(job).finish(),
            Self::Failed(job) => f.debug_tuple("Failed").field(job).finish(),
            Self::Absent => f.write_str("Absent"),
        }
    }
}

/// What there is of a job that had no report a moment ago.
async fn fetch_otherwise<S: JobStore + ?Sized>(
    store: &S,
    id: JobId,
) -> Result<ReportState, StoreError> {
    let Some(job) = store.get(id).await? else {
        return Ok(ReportState::Absent);
    };
    match job.status {
        Status::Failed => Ok(ReportState::Failed(job)),
        Status::Pending | Status::Processing => Ok(ReportState::Unfinished(job)),
        // Completed between the two reads: the report has appeared with the status.
        Status::Completed => {
            let report = store.report(id).await?;
            Ok(report.map_or(ReportState::Absent, ReportState::Ready))
        }
    }
}
