//! Who follows which job, so that a draining service closes only once they have their reports.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::{StreamExt, stream};
use tokio::sync::Notify;

use crate::client::Client;
use crate::job::{Job, JobId, Status};

/// How many jobs are looked up at once to learn whether they have ended.
const LOOKUPS: usize = 16;

/// The clients that follow jobs, and what they still have to get.
///
/// Open event streams and held requests are always counted. Only while the service drains it also
/// remembers who polls, and who knows that a report is there and has not fetched it: outside a drain
/// a poll takes no lock.
#[derive(Debug, Default)]
pub(super) struct Followers {
    draining: AtomicBool,
    jobs: Mutex<HashMap<JobId, Followed>>,
    /// Notified when somebody has got what was waited for.
    progress: Notify,
}

/// The clients of one job.
#[derive(Debug, Default)]
struct Followed {
    /// Event streams and held requests that have not told the end.
    waiting: usize,
    /// Whether the last client that polled found the job unfinished: it will ask again. Clients that
    /// poll cannot be told apart, so there is one of them or none.
    polling: bool,
    /// Clients that were told that the job is completed, and have not fetched its report.
    unfetched: usize,
    /// Whether the job is known to have ended.
    ended: bool,
}

impl Followed {
    const fn is_over(&self) -> bool {
        self.waiting == 0 && !self.polling && self.unfetched == 0
    }

    /// A client has heard of `job`. If it has to come back it counts as `next`.
    fn tell(&mut self, job: &Job) {
        self.ended |= job.status.is_terminal();
        match job.status {
            Status::Completed => self.unfetched += 1,
            // The status says all there is to know.
            Status::Failed => {}
            _ => self.polling = true,
        }
    }
}

impl Followers {
    /// From now on those are remembered who will come back.
    pub(super) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Counts a client as waiting for changes of a job until the [`Waiting`] is used up or dropped.
    pub(super) fn wait(self: &Arc<Self>, id: JobId) -> Waiting {
        self.change(id, |job| {
            job.waiting += 1;
            // It has probably asked before.
            job.polling = false;
        });
        Waiting {
            followers: Arc::clone(self),
            id,
            is_over: false,
        }
    }

    /// A client that does not wait is told the state of a job.
    pub(super) fn polled(&self, job: &Job) {
        if !self.is_draining() {
            return;
        }
        self.change(job.id, |followed| {
            let unfetched = followed.unfetched;
            followed.polling = false;
            followed.tell(job);
            // Who asks twice for the same end fetches one report.
            followed.unfetched = followed.unfetched.min(unfetched.max(1));
        });
    }

    /// A client is given the report of a job, or told that there will be none.
    pub(super) fn fetched(&self, id: JobId) {
        if !self.is_draining() {
            return;
        }
        self.change(id, |followed| {
            if followed.unfetched > 0 {
                followed.unfetched -= 1;
            } else {
                followed.polling = false;
            }
        });
    }

    /// Waits until every client that follows a job which has ended knows that, and has fetched the
    /// report if there is one.
    ///
    /// Jobs that have not ended are not waited for: no worker of this process ends them any more.
    ///
    /// # Cancel safety
    /// Dropping it loses nothing.
    pub(super) async fn served(&self, client: &Client) {
        let unknown: Vec<JobId> = {
            let jobs = self.lock();
            let unknown = jobs.iter().filter(|(_, followed)| !followed.ended);
            unknown.map(|(id, _)| *id).collect()
        };
        stream::iter(unknown)
            .for_each_concurrent(LOOKUPS, async |id| {
                if let Ok(Some(job)) = client.status(id).await
                    && job.status.is_terminal()
                    && let Some(followed) = self.lock().get_mut(&id)
                {
                    followed.ended = true;
                }
            })
            .await;
        loop {
            let mut progress = pin!(self.progress.notified());
            // Before looking, so that nothing is missed between the two.
            progress.as_mut().enable();
            if self.unserved() == 0 {
                return;
            }
            progress.await;
        }
    }

    /// The number of ended jobs with clients that do not know it or have not fetched the report.
    pub(super) fn unserved(&self) -> usize {
        self.lock().values().filter(|job| job.ended).count()
    }

    fn change(&self, id: JobId, change: impl FnOnce(&mut Followed)) {
        let mut jobs = self.lock();
        let followed = jobs.entry(id).or_default();
        change(followed);
        if followed.is_over() {
            jobs.remove(&id);
            drop(jobs);
            self.progress.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Followed>> {
        // Nothing panics under the lock.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open event stream, or one held request. If dropped, its client has gone.
#[derive(Debug)]
pub(super) struct Waiting {
    followers: Arc<Followers>,
    id: JobId,
    is_over: bool,
}

impl Waiting {
    /// The client is told the state of the job, and waits no longer.
    pub(super) fn tell(mut self, job: &Job) {
        self.is_over = true;
        let draining = self.followers.is_draining();
        self.followers.change(self.id, |followed| {
            followed.waiting -= 1;
            if draining {
                followed.tell(job);
            }
        });
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.is_over {
            self.followers
                .change(self.id, |followed| followed.waiting -= 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::Utc;
    use futures::FutureExt;

    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::store::MemoryStore;

    fn followers() -> Arc<Followers> {
        let followers = Arc::<Followers>::default();
        followers.drain();
        followers
    }

    fn job(status: Status) -> Job {
        let target = Target::new(Platform::default(), Handle::canonical("nasa").unwrap());
        let mut job = Job::submitted(JobId::from_uuid(uuid::Uuid::nil()), target, Utc::now());
        job.status = status;
        job
    }

    #[test]
    fn each_client_that_waited_fetches_the_report_itself() {
        let followers = followers();
        let end = job(Status::Completed);
        let waiting = [followers.wait(end.id), followers.wait(end.id)];
        assert_eq!(followers.unserved(), 0, "the job has not ended");
        for client in waiting {
            client.tell(&end);
        }
        assert_eq!(followers.unserved(), 1);
        followers.fetched(end.id);
        assert_eq!(followers.unserved(), 1);
        followers.fetched(end.id);
        assert_eq!(followers.unserved(), 0);
        assert!(followers.lock().is_empty());
    }

    #[test]
    fn a_client_that_polls_fetches_one_report_however_often_it_asks() {
        let followers = followers();
        let end = job(Status::Completed);
        followers.polled(&job(Status::Processing));
        followers.polled(&end);
        followers.polled(&end);
        assert_eq!(followers.unserved(), 1);
        followers.fetched(end.id);
        assert!(followers.lock().is_empty());
    }

    #[test]
    fn a_client_may_change_how_it_follows() {
        let followers = followers();
        let end = job(Status::Completed);
        followers.polled(&job(Status::Processing));
        followers.wait(end.id).tell(&job(Status::Processing));
        let stream = followers.wait(end.id);
        stream.tell(&end);
        followers.polled(&end);
        followers.fetched(end.id);
        assert!(followers.lock().is_empty());
        // Or ask for nothing but the report.
        followers.polled(&job(Status::Pending));
        followers.fetched(end.id);
        assert!(followers.lock().is_empty());
    }

    #[test]
    fn nobody_comes_back_for_a_failed_job_and_those_who_left_do_not_either() {
        let followers = followers();
        let end = job(Status::Failed);
        let [told, left] = [followers.wait(end.id), followers.wait(end.id)];
        told.tell(&end);
        assert_eq!(followers.unserved(), 1);
        drop(left);
        assert!(followers.lock().is_empty());
    }

    #[test]
    fn outside_a_drain_nothing_is_remembered_but_who_waits() {
        let followers = Arc::<Followers>::default();
        let end = job(Status::Completed);
        followers.polled(&job(Status::Processing));
        followers.fetched(end.id);
        followers.wait(end.id).tell(&end);
        assert!(followers.lock().is_empty());
    }

    #[tokio::test]
    async fn only_jobs_that_have_ended_are_waited_for() {
        let client = Client::new(MemoryStore::new());
        let target = job(Status::Pending).target;
        let id = client.submit(target).await.unwrap().job().id;
        let followers = followers();
        let waiting = followers.wait(id);
        assert!(followers.served(&client).now_or_never().is_some());
        client.cancel(id).await.unwrap();
        // The client does not know it yet.
        let served = followers.served(&client);
        let told = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            waiting.tell(&job(Status::Failed));
        };
        tokio::join!(served, told);
    }
}
