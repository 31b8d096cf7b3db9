//! The verbs of the contract: which thread carries them out, and how long callers wait.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::SqliteStore;
use super::clock::{now, until};
use super::driver::Sqlite;
use super::writer::at_once;
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::sql::{Claims, EndedClaims, Reader, Session};
use crate::store::timestamp::Timestamp;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Cursor, Delivery, EndedJob, FindRequest,
    Heartbeat, HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome,
    PauseRequest, Receipt, SaveRequest, Stats, StoreError, Submitted, SweepRequest, SweepStats,
    WatchRequest,
};
use crate::timeout::instant_after;

/// How many jobs a sweep handles in one transaction.
const SWEEP_STEP: usize = 128;
/// How many records are examined for a list at a time.
const LIST_STEP: usize = 250;
/// How long a waiting call sleeps at most before it looks by itself: the clock of the machine may be set.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

#[async_trait]
impl JobStore for SqliteStore {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        self.limits.check_input(job.input())?;
        if let Some(note) = job.note() {
            note.check(0)?;
        }
        self.writer
            .call(move |session| at_once(session.submit(&job)))
            .await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let listener = self.waiters.claims.subscribe();
            let asked = request.clone();
            let claim = move |session: &mut Session<'_, Sqlite>| at_once(session.claim(&asked));
            let Claims { claimed, next } = self.writer.call(claim).await?;
            if !claimed.is_empty() || request.max == 0 {
                return Ok(claimed);
            }
            if next.is_some_and(|next| next <= now().timestamp) {
                // There is more to look at, but other tasks go first.
                tokio::task::yield_now().await;
                continue;
            }
            if Instant::now() >= give_up {
                return Ok(Vec::new());
            }
            self.sleep(listener, next, give_up).await;
        }
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        self.writer
            .call(move |session| at_once(session.heartbeat(&lease, beat)))
            .await
    }

    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        self.writer
            .call(move |session| at_once(session.save(&lease, &request)))
            .await
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let lease = lease.clone();
        self.writer
            .call(move |session| at_once(session.checkpoint(&lease, phase, &output)))
            .await
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let lease = lease.clone();
        self.writer
            .call(move |session| at_once(session.finish(&lease, &outcome)))
            .await
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.writer
            .call(move |session| at_once(session.cancel(id)))
            .await
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        self.writer
            .call(move |session| {
                session.pause(&request);
                Ok(())
            })
            .await
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        let platform = platform.clone();
        self.writer
            .call(move |session| {
                session.unpause(&platform);
                Ok(())
            })
            .await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.readers
            .read(move |reader| at_once(reader.get(id)))
            .await
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        let ids = ids.to_vec();
        self.readers
            .read(move |reader| at_once(reader.get_many(&ids)))
            .await
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        self.readers
            .read(move |reader| at_once(reader.find(&request)))
            .await
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        // A cursor is the number of the last submit that was examined.
        let read = |cursor: &Cursor| cursor.as_str().parse::<u64>();
        let from = request.after.as_ref().map(read).transpose();
        let mut from = from.map_err(|_| StoreError::Misuse("a cursor of another store"))?;
        let listing = move |reader: &mut Reader<'_, Sqlite>| {
            let mut found = Vec::new();
            for _ in 0..ListRequest::MAX_EXAMINED / LIST_STEP {
                from = at_once(reader.list(&request, from, LIST_STEP, &mut found))?;
                if from.is_none() || found.len() >= request.limit {
                    break;
                }
            }
            Ok((found, from))
        };
        let (found, from) = self.readers.read(listing).await?;
        let next =
            from.map(|number| Cursor::new(&number.to_string()).expect("digits are a cursor"));
        Ok(JobPage::new(found, next))
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        self.readers
            .read(move |reader| at_once(reader.report(id)))
            .await
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        let WatchRequest { id, after, wait } = request;
        let give_up = instant_after(wait);
        let watch = (!wait.is_zero()).then(|| self.waiters.watch(id));
        loop {
            let is_over = Instant::now() >= give_up;
            // Made before the reading: it is notified of every change after that.
            let notified = watch.as_ref().map(|watch| watch.notify.notified());
            let Some(job) = self.get(id).await? else {
                return Ok(None);
            };
            if job.version > after || job.status.is_terminal() || is_over {
                return Ok(Some(job));
            }
            if let Some(notified) = notified {
                let _waiting = self.waiters.wait();
                self.writer.look_for_changes();
                let until = give_up.min(Instant::now() + LONGEST_SLEEP);
                _ = tokio::time::timeout_at(until, notified).await;
            }
        }
    }

    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.writer
            .call(move |session| at_once(session.delete(id)))
            .await
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let listener = self.waiters.notes.subscribe();
            let asked = request.clone();
            let EndedClaims { claimed, next } = self
                .writer
                .call(move |session| at_once(session.claim_ended(&asked)))
                .await?;
            if !claimed.is_empty() || request.max == 0 || Instant::now() >= give_up {
                return Ok(claimed);
            }
            self.sleep(listener, next, give_up).await;
        }
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        let receipt = receipt.clone();
        self.writer
            .call(move |session| at_once(session.acknowledge(&receipt, delivery)))
            .await
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let mut total = SweepStats {
            more: true,
            ..SweepStats::default()
        };
        let mut left = request.limit;
        while left > 0 && total.more {
            let limit = left.min(SWEEP_STEP);
            let step = self
                .writer
                .call(move |session| at_once(session.sweep(limit)))
                .await?;
            left -= limit;
            total.add(step);
        }
        self.writer.tidy();
        Ok(total)
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let limits = self.limits;
        let stats = move |reader: &mut Reader<'_, Sqlite>| at_once(reader.stats(&limits));
        self.readers.read(stats).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.writer.call(|session| at_once(session.check())).await
    }
}

impl SqliteStore {
    /// Sleeps until there may be something for a waiting call: at `next`, or when a change says so.
    async fn sleep(
        &self,
        mut listener: Receiver<Timestamp>,
        mut next: Option<Timestamp>,
        give_up: Instant,
    ) {
        let _waiting = self.waiters.wait();
        self.writer.look_for_changes();
        let longest = give_up.min(Instant::now() + LONGEST_SLEEP);
        loop {
            let wake_at = next.map_or(longest, |next| instant_after(until(next)).min(longest));
            match tokio::time::timeout_at(wake_at, listener.recv()).await {
                Ok(Ok(from)) if from > now().timestamp => {
                    next = Some(next.map_or(from, |next| next.min(from)));
                }
                // The sender is the store's own, so it is not closed while a call runs.
                Ok(Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed)) | Err(_) => return,
            }
        }
    }
}
