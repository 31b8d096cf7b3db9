//! What takes the whole list of jobs.

use super::Client;
use crate::account::Target;
use crate::job::Status;
use crate::store::{JobCounts, ListRequest, StoreError};

/// What [`Client::delete_target`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TargetDeleted {
    /// Jobs that were deleted.
    pub deleted: usize,
    /// Jobs that a worker holds: they were cancelled and will end, and are to be deleted then.
    pub live: usize,
}

impl Client {
    /// Counts the jobs that are asked for by status, such as those of one scope.
    ///
    /// It reads the whole list of jobs, so its cost grows with the store; [`stats`](Self::stats) counts all
    /// of them in one step.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn count(&self, request: ListRequest) -> Result<JobCounts, StoreError> {
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
    /// As [`list`](Self::list), [`cancel`](Self::cancel) and [`delete`](Self::delete).
    ///
    /// # Cancel safety
    /// If dropped, what was deleted stays deleted; the call can be repeated.
    pub async fn delete_target(&self, target: &Target) -> Result<TargetDeleted, StoreError> {
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
}
