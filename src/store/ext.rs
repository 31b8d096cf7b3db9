//! Conveniences for callers of every store.

use async_trait::async_trait;
use bytes::Bytes;

use super::{
    JobCounts, JobStore, ListRequest, NewJob, StoreError, Submitted, SweepRequest, SweepStats,
};
use crate::account::Target;
use crate::job::{Job, JobId, Status};

/// Conveniences for callers of any [`JobStore`]. A store gets them without implementing anything.
#[async_trait]
pub trait JobStoreExt: JobStore {
    /// Submits, and once more if the reply may have been lost. The id makes that safe.
    ///
    /// # Errors
    /// As [`JobStore::submit`].
    ///
    /// # Cancel safety
    /// If dropped, submit the same job again.
    async fn submit_twice(&self, job: NewJob) -> Result<Submitted, StoreError> {
        match self.submit(job.clone()).await {
            Err(StoreError::Unavailable { .. }) => self.submit(job).await,
            result => result,
        }
    }

    /// Reads a finished report, or why there is none. One round trip if there is one.
    ///
    /// # Errors
    /// As [`JobStore::get`].
    ///
    /// # Cancel safety
    /// A read: dropping it loses nothing.
    async fn fetch(&self, id: JobId) -> Result<ReportState, StoreError> {
        if let Some(report) = self.report(id).await? {
            return Ok(ReportState::Ready(report));
        }
        let Some(job) = self.get(id).await? else {
            return Ok(ReportState::Absent);
        };
        match job.status {
            Status::Failed => Ok(ReportState::Failed(job)),
            Status::Pending | Status::Processing => Ok(ReportState::Unfinished(job)),
            // Completed between the two reads: the report has appeared with the status.
            Status::Completed => Ok(self
                .report(id)
                .await?
                .map_or(ReportState::Absent, ReportState::Ready)),
        }
    }

    /// Counts the jobs that are asked for by status, such as those of one scope.
    ///
    /// It reads the whole list of jobs, so its cost grows with the store;
    /// [`stats`](JobStore::stats) counts all of them in one step.
    ///
    /// # Errors
    /// As [`JobStore::list`].
    ///
    /// # Cancel safety
    /// A read: dropping it loses nothing.
    async fn count(&self, request: ListRequest) -> Result<JobCounts, StoreError> {
        let mut counts = JobCounts::default();
        let mut request = request.with_limit(ListRequest::MAX_LIMIT);
        loop {
            let page = self.list(request.clone()).await?;
            for job in page.jobs {
                *match job.status {
                    Status::Pending => &mut counts.pending,
                    Status::Processing => &mut counts.processing,
                    Status::Completed => &mut counts.completed,
                    Status::Failed => &mut counts.failed,
                } += 1;
            }
            if page.next.is_none() {
                return Ok(counts);
            }
            request.after = page.next;
        }
    }

    /// Deletes every ended job for a target, in all scopes, and cancels its live ones: what is asked for
    /// when the data of an account is to be erased.
    ///
    /// It reads the whole list of jobs, so its cost grows with the store. A live job that a worker holds
    /// ends soon, but not at once: [`live`](TargetDeleted::live) counts those; call again until there are
    /// none. A job that is submitted meanwhile is not of this call.
    ///
    /// # Errors
    /// As [`JobStore::list`], [`cancel`](JobStore::cancel) and [`delete`](JobStore::delete).
    ///
    /// # Cancel safety
    /// If dropped, what was deleted stays deleted; the call can be repeated.
    async fn delete_target(&self, target: &Target) -> Result<TargetDeleted, StoreError> {
        let mut total = TargetDeleted::default();
        let mut request = ListRequest::new()
            .with_target(target.clone())
            .with_limit(ListRequest::MAX_LIMIT);
        loop {
            let page = self.list(request.clone()).await?;
            for job in page.jobs {
                match self.cancel(job.id).await {
                    Ok(status) if status.is_terminal() => {
                        self.delete(job.id).await?;
                        total.deleted += 1;
                    }
                    Ok(_) => total.live += 1,
                    Err(StoreError::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            if page.next.is_none() {
                return Ok(total);
            }
            request.after = page.next;
        }
    }

    /// Sweeps in steps of `batch` (0 counts as 1) until nothing is left to do.
    ///
    /// # Errors
    /// As [`JobStore::sweep`].
    ///
    /// # Cancel safety
    /// If dropped, what was swept stays swept.
    async fn sweep_all(&self, batch: usize) -> Result<SweepStats, StoreError> {
        let mut total = SweepStats::default();
        loop {
            total.add(self.sweep(SweepRequest::new(batch.max(1))).await?);
            if !total.more {
                return Ok(total);
            }
        }
    }
}

impl<S: JobStore + ?Sized> JobStoreExt for S {}

/// What [`delete_target`](JobStoreExt::delete_target) did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TargetDeleted {
    /// Jobs that were deleted.
    pub deleted: usize,
    /// Jobs that a worker holds: they were cancelled and will end, and are to be deleted then.
    pub live: usize,
}

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
