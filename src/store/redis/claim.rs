//! Claims of jobs and of notes that wait: what is sent, and when a waiting one looks again.

use std::time::Duration;

use tokio::time::Instant;

use super::call::Call;
use super::link::Request;
use super::notifier::{ENDED, Listener, WAKE};
use super::reply::{Claims, EndedClaims};
use super::scripts::{CLAIM, CLAIM_ENDED};
use super::{AT_ONCE, RedisStore, micros, report_damaged, token};
use crate::account::Platform;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, EndedJob, ProgramVersion, StoreError,
};
use crate::timeout::instant_after;

/// How often a waiting claim looks by itself while notifications arrive. A job that nobody takes is worse than a note or a
/// change that comes late.
const CLAIM_POLL: Duration = Duration::from_secs(15);
const NOTES_POLL: Duration = Duration::from_secs(60);
/// How often a claim whose wait is over looks again at once, behind what it could not take.
const LOOKS: u32 = 100;

impl RedisStore {
    pub(super) async fn claim_jobs(
        &self,
        request: &ClaimRequest,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        let mut looks = 0;
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let listener = if request.wait.is_zero() || request.max == 0 {
                None
            } else {
                Some(self.listen(WAKE).await)
            };
            let claims = self.claim_now(request).await?;
            if !claims.claimed.is_empty() || request.max == 0 {
                return Ok(claims.claimed);
            }
            let is_over = Instant::now() >= give_up;
            if claims.next.is_some_and(|next| next.is_zero()) && (!is_over || looks < LOOKS) {
                // There is more to look at, but other tasks go first.
                looks += 1;
                tokio::task::yield_now().await;
                continue;
            }
            let Some(mut listener) = listener else {
                return Ok(Vec::new());
            };
            if is_over {
                return Ok(Vec::new());
            }
            until_next(&mut listener, claims.next, give_up, CLAIM_POLL).await;
        }
    }

    async fn claim_now(&self, request: &ClaimRequest) -> Result<Claims, StoreError> {
        let mut call = self.call(&CLAIM);
        call.arg(request.token.as_uuid().as_bytes())
            .arg(token(request.token))
            .arg(request.worker.as_str())
            .arg(request.max.min(AT_ONCE))
            .arg(micros(request.lease.max(Duration::from_millis(1))))
            .arg(micros(self.retention));
        with_platforms(&mut call, request.platforms.as_deref());
        for (platform, limit) in request.in_flight.iter() {
            call.arg(platform.as_str()).arg(limit);
        }
        let program = request.program_version.as_ref();
        call.arg(program.map_or("", ProgramVersion::as_str))
            .arg(micros(self.failed_checkpoints));
        let value = self.bulk.send(Request::Script(&call)).await?;
        let mut claims = Claims::read(value, request.token)?;
        report_damaged(&claims.damaged);
        if !claims.unreadable.is_empty() {
            self.quarantine_all(&claims.unreadable).await?;
            // The script has not looked behind what it has claimed.
            claims.next = Some(Duration::ZERO);
        }
        Ok(claims)
    }

    pub(super) async fn claim_notes(
        &self,
        request: &ClaimEndedRequest,
    ) -> Result<Vec<EndedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let listener = if request.wait.is_zero() || request.max == 0 {
                None
            } else {
                Some(self.listen(ENDED).await)
            };
            let mut call = self.call(&CLAIM_ENDED);
            call.arg(token(request.token))
                .arg(request.max.min(AT_ONCE))
                .arg(micros(request.lease.max(Duration::from_millis(1))))
                .arg(micros(self.retention));
            with_platforms(&mut call, request.platforms.as_deref());
            let value = self.control.send(Request::Script(&call)).await?;
            let claims = EndedClaims::read(value, request.token)?;
            report_damaged(&claims.damaged);
            self.quarantine_all(&claims.unreadable).await?;
            let Some(mut listener) = listener.filter(|_| claims.claimed.is_empty()) else {
                return Ok(claims.claimed);
            };
            if Instant::now() >= give_up {
                return Ok(Vec::new());
            }
            until_next(&mut listener, claims.next, give_up, NOTES_POLL).await;
        }
    }
}

/// Waits until there may be something to claim, or until `give_up`.
async fn until_next(
    listener: &mut Listener,
    next: Option<Duration>,
    give_up: Instant,
    poll: Duration,
) {
    let mut until = next.map_or(give_up, instant_after).min(give_up);
    loop {
        let delay = listener.notified(until, poll).await;
        if delay.is_zero() {
            break;
        }
        until = until.min(instant_after(delay));
    }
}

/// Adds the platforms that are asked for.
fn with_platforms(call: &mut Call<'_>, platforms: Option<&[Platform]>) {
    let Some(platforms) = platforms else {
        call.arg(-1);
        return;
    };
    call.arg(platforms.len());
    for platform in platforms {
        call.arg(platform.as_str());
    }
}
