//! A claim: which jobs it takes, and what it hands out with them.

use super::columns;
use super::due::{Due, Head};
use super::jobs::Loaded;
use super::{Done, Driver, Failure, Session, Value};
use crate::account::Platform;
use crate::job::Status;
use crate::store::rules::Record;
use crate::store::timestamp::Timestamp;
use crate::store::{ClaimRequest, ClaimedJob, StoreError};

/// The maximum number of jobs that one claim takes: nobody else changes anything meanwhile.
const AT_ONCE: usize = 100;
/// How many jobs that it cannot take a claim looks at.
const DETOURS: usize = 64;

/// What a claim has found.
#[derive(Debug)]
pub(in crate::store) struct Claims {
    pub(in crate::store) claimed: Vec<ClaimedJob>,
    /// When, without any other event, there may be something to claim; `None` is never.
    pub(in crate::store) next: Option<Timestamp>,
}

impl<D: Driver> Session<'_, D> {
    /// Takes the jobs that the token of this request holds already, or else jobs that are ready now.
    ///
    /// Without any it says when to look again: at once, if it found nothing but jobs that had to fail.
    pub(in crate::store) async fn claim(&mut self, request: &ClaimRequest) -> Done<Claims, D> {
        let again = self.claim_again(request).await?;
        if !again.is_empty() {
            return Ok(Claims {
                claimed: again,
                next: None,
            });
        }
        let max = request.max.min(AT_ONCE);
        let mut claimed = Vec::new();
        let mut leases_may_have_expired = true;
        for _ in 0..max.saturating_add(DETOURS) {
            if claimed.len() == max {
                break;
            }
            // One for each job wanted: a lease that nobody wants stays valid. A job that is reclaimed keeps its
            // position, before newer jobs.
            if leases_may_have_expired {
                leases_may_have_expired = self.reclaim_next().await?.is_some();
            }
            let has_failed = self.fail_without_quota().await?;
            match self.next_ready(request).await? {
                Some((platform, head)) => {
                    claimed.extend(self.take(request, &platform, head).await?);
                }
                None if !leases_may_have_expired && !has_failed => break,
                None => {}
            }
        }
        let claimed = self.with_contents(claimed).await?;
        let next = if claimed.is_empty() && request.max > 0 {
            self.next_claimable(request).await?
        } else {
            None
        };
        Ok(Claims { claimed, next })
    }

    async fn claim_again(&mut self, request: &ClaimRequest) -> Done<Vec<ClaimedJob>, D> {
        if self.known.is_idle(request.token) {
            return Ok(Vec::new());
        }
        let token = Value::written(&request.token.as_uuid().simple());
        let rows = self
            .driver
            .rows(&columns::all_where(columns::HELD_BY), &[token])
            .await?;
        let (now, mut claimed) = (self.now, Vec::new());
        for row in rows {
            self.known.learn(row.clone());
            let loaded = match self.decode(row).await {
                Ok(loaded) => loaded,
                Err(Failure::Refused(StoreError::Damaged { .. } | StoreError::Newer(_))) => {
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let again = |record: &mut Record| record.take_again(request.token, request.lease, now);
            let (again, loaded) = self.change_kept(loaded, again).await?;
            claimed.extend(again.map(|again| (again, loaded)));
        }
        self.with_contents(claimed).await
    }

    /// Takes a job that is ready. `None` if it had to fail instead, or its record is damaged.
    async fn take(
        &mut self,
        request: &ClaimRequest,
        platform: &str,
        head: Head,
    ) -> Done<Option<(ClaimedJob, Loaded)>, D> {
        let Some(loaded) = self.chosen(head.number).await? else {
            return Ok(None);
        };
        let limits = self
            .tally
            .platforms
            .get(platform)
            .map_or(0, |row| row.pause.counted());
        let now = self.now;
        let take = |record: &mut Record| {
            let program = request.program_version.as_ref();
            record.take(request.token, request.lease, limits, program, now)
        };
        let (claimed, loaded) = self.change_kept(loaded, take).await?;
        Ok(claimed.map(|claimed| (claimed, loaded)))
    }

    /// Reclaims the next job whose lease has expired, and returns its status after that; `None` inside if
    /// its record was damaged.
    pub(super) async fn reclaim_next(&mut self) -> Done<Option<Option<Status>>, D> {
        match self.next(Due::Lease).await? {
            Some(Head { due, number }) if due <= self.now.timestamp => {
                let Some(loaded) = self.chosen(number).await? else {
                    return Ok(Some(None));
                };
                let now = self.now;
                let reclaim = |record: &mut Record| {
                    record.reclaim(now);
                    record.job.status
                };
                let status = self.change(loaded, reclaim).await?;
                if status == Status::Pending {
                    self.wake_claims(Timestamp::START);
                }
                Ok(Some(Some(status)))
            }
            _ => Ok(None),
        }
    }

    /// The first job of each queue that is asked for and below its in-flight limit, with when it is open.
    async fn open(&mut self, request: &ClaimRequest) -> Done<Vec<(String, Head, Timestamp)>, D> {
        let is_wanted = |name: &str, processing: u64| {
            // A platform whose name this build cannot read has no job that it could.
            Platform::new(name).is_ok_and(|platform| {
                let limit = request.in_flight.of(&platform);
                limit.is_none_or(|limit| processing < limit as u64) && request.wants(&platform)
            })
        };
        let wanted: Vec<(String, Timestamp)> = self
            .tally
            .platforms
            .iter()
            .filter(|(name, row)| row.pending > 0 && is_wanted(name, row.processing))
            .filter_map(|(name, row)| Some((name.clone(), row.pause.opens_at()?)))
            .collect();
        let mut open = Vec::new();
        for (platform, opens_at) in wanted {
            if let Some(head) = self.next_of_queue(&platform).await? {
                open.push((platform, head, opens_at.max(head.due)));
            }
        }
        Ok(open)
    }

    /// The job that has been due for longest, of the platforms that are asked for and open.
    async fn next_ready(&mut self, request: &ClaimRequest) -> Done<Option<(String, Head)>, D> {
        let now = self.now.timestamp;
        let open = self.open(request).await?;
        let ready = open.into_iter().filter(|(_, _, opens_at)| *opens_at <= now);
        Ok(ready
            .map(|(platform, head, _)| (platform, head))
            .min_by_key(|(_, head)| *head))
    }

    async fn next_claimable(&mut self, request: &ClaimRequest) -> Done<Option<Timestamp>, D> {
        if self.next_without_quota().await?.is_some() {
            return Ok(Some(self.now.timestamp));
        }
        let lease = self.next(Due::Lease).await?.map(|head| head.due);
        let open = self.open(request).await?;
        let ready = open.into_iter().map(|(_, _, opens_at)| opens_at);
        Ok(lease.into_iter().chain(ready).min())
    }

    /// A job that is the first of its queue and whose deadline comes before its platform's quota begins anew.
    async fn next_without_quota(&mut self) -> Done<Option<i64>, D> {
        let now = self.now.timestamp;
        let quotas = self
            .tally
            .platforms
            .iter()
            .filter(|(_, row)| row.pending > 0);
        let quotas: Vec<(String, Timestamp)> = quotas
            .filter_map(|(name, row)| Some((name.clone(), row.pause.quota_until(now)?)))
            .collect();
        for (platform, until) in quotas {
            if let Some(head) = self.next_of_queue(&platform).await? {
                let sql = "SELECT deadline FROM jobs WHERE number = $1";
                let rows = self
                    .driver
                    .rows(sql, &[Value::Integer(head.number)])
                    .await?;
                let deadline = rows.first().and_then(|row| row.time(0));
                if deadline.is_some_and(|deadline| deadline <= until) {
                    return Ok(Some(head.number));
                }
            }
        }
        Ok(None)
    }

    /// Fails such a job, and returns whether there was one.
    async fn fail_without_quota(&mut self) -> Done<bool, D> {
        let Some(number) = self.next_without_quota().await? else {
            return Ok(false);
        };
        if let Some(loaded) = self.chosen(number).await? {
            let now = self.now;
            self.change(loaded, |record| record.fail_without_quota(now))
                .await?;
        }
        Ok(true)
    }
}
