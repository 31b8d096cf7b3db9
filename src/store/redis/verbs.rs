//! The verbs of the contract: what is sent to Redis, and what its reply means.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use redis::Value;
use tokio::time::Instant;

use super::check::CHECK;
use super::error::is_wrong_type;
use super::items::{SubmitItem, held, put_outcome};
use super::keys::owner_key;
use super::link::Request;
use super::record::Record;
use super::reply::{self, Quarantined, Reply};
use super::scripts::{
    ACKNOWLEDGE, CANCEL, DELETE, FIND, GET_MANY, LIST, PAUSE, STATS, SWEEP, UNPAUSE, WATCH,
};
use super::{AT_ONCE, RedisStore, micros, report_damaged, token};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Scope, Status};
use crate::store::unreadable::Unreadable;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Cursor, Delivery, EndedJob, FindRequest,
    Heartbeat, HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, NotContinuable,
    Outcome, PauseRequest, Payload, Receipt, SaveRequest, Stats, StoreError, Submitted,
    SweepRequest, SweepStats, WatchRequest,
};
use crate::timeout::instant_after;

/// How often a watcher reads by itself while notifications arrive: seldom, because there are many.
const WATCH_POLL: Duration = Duration::from_secs(60);
/// For how long a job's changes are published after somebody has begun to watch it: longer than until that one
/// reads again.
const WATCHED: Duration = Duration::from_secs(120);

#[async_trait]
impl JobStore for RedisStore {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        self.limits.check_input(job.input())?;
        let sent = SubmitItem::new(&job)?;
        let group = if sent.is_plain() {
            &self.groups.submit
        } else if job.input().is_empty() {
            &self.groups.submit_more
        } else {
            &self.groups.submit_large
        };
        let mut has_quarantined = false;
        loop {
            let reply = Reply::read(group.call(sent.item()).await?)?;
            if let Some(created_at) = reply.time() {
                let mut new = Job::submitted(job.id, job.target.clone(), created_at);
                new.scope = job.scope.clone();
                return Ok(Submitted::Created(new));
            }
            let submitted = match reply.what.as_str() {
                "created" => Submitted::Created,
                "joined" => Submitted::Joined,
                "served" => Submitted::Served,
                "not_continuable" => {
                    let failed = job.continued().unwrap_or(job.id);
                    return Err(not_continuable(failed, reply));
                }
                _ => return Err(self.refused(job.id, reply, None)),
            };
            match reply.job() {
                // The target's job cannot be read: it must not keep the target for ever.
                Err(StoreError::Damaged { job, reason }) if !has_quarantined => {
                    let id = job.to_string();
                    self.quarantine(&id).await?;
                    report_damaged(&[Quarantined { id, reason }]);
                    has_quarantined = true;
                }
                job => return job.map(submitted),
            }
        }
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.claim_jobs(&request).await
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        let mut item = held(lease);
        item.arg(micros(beat.lease)).arg(
            beat.progress
                .map_or(-1, |progress| i16::from(progress.percent())),
        );
        let reply = Reply::read(self.groups.heartbeat.call(item).await?)?;
        reply
            .signal()
            .ok_or_else(|| self.refused(lease.job(), reply, None))
    }

    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        let mut item = held(lease);
        item.arg(request.phase().as_str())
            .arg(request.number())
            .arg(u8::from(request.is_page()))
            .arg(u8::from(request.is_fresh()))
            .arg(request.value().len())
            .bulk(self.body(request.value()));
        let reply = Reply::read(self.groups.save.call(item).await?)?;
        match (reply.signal(), reply.what.as_str()) {
            (Some(signal), _) => Ok(signal),
            (None, "too_large") => {
                let size = reply.text().parse().map_err(|_| reply::not_understood())?;
                let payload = Payload::Saved(request.phase());
                Err(StoreError::too_large(
                    payload,
                    size,
                    self.limits.value_bytes(),
                ))
            }
            (None, "not_reached") => Err(StoreError::Misuse(
                "a save of a phase that the job has not reached",
            )),
            (None, _) => Err(self.refused(lease.job(), reply, None)),
        }
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let mut item = held(lease);
        item.arg(phase.as_str())
            .arg(output.len())
            .bulk(self.body(&output));
        let reply = Reply::read(self.groups.checkpoint.call(item).await?)?;
        let payload = (Payload::Checkpoint(phase), output.len());
        reply
            .signal()
            .ok_or_else(|| self.refused(lease.job(), reply, Some(payload)))
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let mut item = held(lease);
        let (group, size) = if let Outcome::Completed(report) = &outcome {
            item.arg(report.len()).bulk(self.body(report));
            (&self.groups.complete, report.len())
        } else {
            put_outcome(&mut item, &outcome);
            (&self.groups.finish, 0)
        };
        let reply = Reply::read(group.call(item).await?)?;
        reply
            .status()
            .ok_or_else(|| self.refused(lease.job(), reply, Some((Payload::Report, size))))
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        let mut call = self.call(&CANCEL);
        call.arg(id.to_string())
            .arg(micros(self.retention))
            .arg(micros(self.failed_checkpoints));
        let reply = self.run(&call).await?;
        reply.status().ok_or_else(|| self.refused(id, reply, None))
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        let mut call = self.call(&PAUSE);
        call.arg(request.platform.as_str())
            .arg(micros(request.duration));
        self.run(&call).await.map(drop)
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        let mut call = self.call(&UNPAUSE);
        call.arg(platform.as_str());
        self.run(&call).await.map(drop)
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let mut command = redis::cmd("HGETALL");
        command.arg(format!("{}{id}", self.base));
        read(id, self.control.send(Request::Command(&command)).await)
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let mut call = self.call(&GET_MANY);
            for id in ids {
                call.arg(id.to_string());
            }
            let value = self.control.send(Request::Script(&call)).await?;
            found.extend(reply::jobs(ids, value)?);
        }
        Ok(found)
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        let mut call = self.call(&FIND);
        call.arg(request.target.handle.as_str())
            .arg(request.target.platform.as_str())
            .arg(request.scope.as_str())
            .arg(owner_key(&request.target, &request.scope));
        let reply = self.run(&call).await?;
        match reply.what.as_str() {
            "none" => return Ok(None),
            "found" => {}
            _ => {
                let id = reply.text().parse().map_err(|_| reply::not_understood())?;
                return Err(StoreError::Newer(id));
            }
        }
        match reply.job() {
            // What cannot be read owns no target: a submit quarantines it.
            Err(StoreError::Damaged { .. }) => Ok(None),
            job => job.map(Some),
        }
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        let (mut page, mut after) = (JobPage::default(), request.after.clone());
        if after.as_ref().is_some_and(|cursor| !is_position(cursor)) {
            return Err(StoreError::Misuse("a cursor of another store"));
        }
        let target = request.target.as_ref();
        if let (Some(target), Some(platform)) = (target, &request.platform)
            && target.platform != *platform
        {
            return Ok(page);
        }
        let platform = request
            .platform
            .as_ref()
            .or_else(|| target.map(|target| &target.platform));
        let mut seen = HashSet::new();
        for _ in 0..ListRequest::MAX_EXAMINED / AT_ONCE {
            let mut call = self.call(&LIST);
            call.arg(after.as_ref().map_or("", Cursor::as_str))
                .arg(AT_ONCE)
                .arg(request.limit - page.jobs.len())
                .arg(request.status.map_or("", Status::as_str))
                .arg(platform.map_or("", Platform::as_str))
                .arg(u8::from(request.scope.is_some()))
                .arg(request.scope.as_ref().map_or("", Scope::as_str))
                .arg(target.map_or("", |target| target.handle.as_str()));
            let step = reply::page(self.control.send(Request::Script(&call)).await?)?;
            // An id that was deleted and submitted again has two entries.
            let jobs = step.jobs.into_iter().filter(|job| seen.insert(job.id));
            page.jobs.extend(jobs);
            page.next.clone_from(&step.next);
            if step.next.is_none() || page.jobs.len() >= request.limit {
                break;
            }
            after = step.next;
        }
        Ok(page)
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        let mut command = redis::cmd("GET");
        command.arg(format!("{}{id}:report", self.base));
        match self.bulk.send(Request::Command(&command)).await {
            Ok(Value::BulkString(report)) => Ok(Some(report.into())),
            Ok(Value::Nil) => Ok(None),
            Ok(_) => Err(reply::not_understood()),
            Err(error) if is_wrong_type(&error) => {
                Err(StoreError::damaged(id, "the report's key is not a string"))
            }
            Err(error) => Err(error),
        }
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        let WatchRequest { id, after, wait } = request;
        let give_up = instant_after(wait);
        let is_news = |job: &Job| job.version > after || job.status.is_terminal();
        // The usual case costs one round trip and no subscription.
        match self.get(id).await? {
            Some(job) if !is_news(&job) && !wait.is_zero() => {}
            job => return Ok(job),
        }
        loop {
            let mut listener = self.listen(&format!("q:job:{id}")).await;
            let mut call = self.call(&WATCH);
            call.arg(id.to_string()).arg(WATCHED.as_secs());
            match read(id, self.control.send(Request::Script(&call)).await)? {
                Some(job) if !is_news(&job) && Instant::now() < give_up => {}
                job => return Ok(job),
            }
            listener.notified(give_up, WATCH_POLL).await;
        }
    }

    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        let mut call = self.call(&DELETE);
        call.arg(id.to_string());
        let reply = self.run(&call).await?;
        match reply.what.as_str() {
            "ok" => Ok(()),
            "live" => Err(StoreError::NotEnded(id)),
            _ => Err(self.refused(id, reply, None)),
        }
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        self.claim_notes(&request).await
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        let mut call = self.call(&ACKNOWLEDGE);
        call.arg(receipt.job().to_string())
            .arg(token(receipt.token()))
            .arg(match delivery {
                Delivery::Delivered => -1,
                Delivery::Retry { after } => micros(after),
            });
        for submit in receipt.notes() {
            call.arg(submit.to_string());
        }
        let reply = self.run(&call).await?;
        match reply.what.as_str() {
            "ok" => Ok(()),
            _ => Err(self.refused(receipt.job(), reply, None)),
        }
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let mut total = SweepStats::default();
        let mut left = request.limit;
        loop {
            let mut call = self.call(&SWEEP);
            call.arg(left.min(AT_ONCE))
                .arg(micros(self.retention))
                .arg(micros(self.failed_checkpoints));
            let value = self.control.send(Request::Script(&call)).await?;
            let (step, damaged) = reply::swept(value)?;
            report_damaged(&damaged);
            total.add(step);
            left = left.saturating_sub(AT_ONCE);
            if left == 0 || !total.more {
                return Ok(total);
            }
        }
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let value = self
            .control
            .send(Request::Script(&self.call(&STATS)))
            .await?;
        let mut stats = reply::stats(value)?;
        stats.full = self.full(&stats).await?;
        Ok(stats)
    }

    async fn check(&self) -> Result<(), StoreError> {
        let check = self.call(&CHECK);
        let checked = self.control.send(Request::Script(&check)).await;
        checked.map(drop)
    }
}

/// Reads the hash of a job.
fn read(id: JobId, hash: Result<Value, StoreError>) -> Result<Option<Job>, StoreError> {
    match hash {
        Ok(values) => Record::read(values)
            .map_err(Unreadable::from)
            .and_then(|record| record.map(|record| record.job(id)).transpose())
            .map_err(|unreadable| unreadable.of(id)),
        Err(error) if is_wrong_type(&error) => {
            Err(StoreError::damaged(id, "the key is not a hash"))
        }
        Err(error) => Err(error),
    }
}

/// Whether a cursor is the position of an entry in a stream, which is two numbers, or of one of its jobs.
fn is_position(cursor: &Cursor) -> bool {
    let numbers = cursor.as_str().split('-');
    let is_number = |number: &str| {
        number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u64>().is_ok()
    };
    numbers.clone().all(is_number) && matches!(numbers.count(), 2 | 3)
}

fn not_continuable(failed: JobId, reply: Reply) -> StoreError {
    let reason = match reply.text().as_str() {
        "unknown" => NotContinuable::Unknown,
        "other_target" => NotContinuable::OtherTarget,
        "not_failed" => NotContinuable::NotFailed,
        _ => NotContinuable::NoCheckpoints,
    };
    StoreError::not_continuable(failed, reason)
}
