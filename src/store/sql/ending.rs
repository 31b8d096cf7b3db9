//! What is done to jobs from outside, and what is delivered at their end.

use super::{Done, Driver, Failure, Session, Value};
use crate::account::Platform;
use crate::job::{JobId, Status};
use crate::store::rules::State;
use crate::store::timestamp::Timestamp;
use crate::store::{ClaimEndedRequest, Delivery, EndedJob, PauseRequest, Receipt, StoreError};

/// The maximum number of ended jobs that one call hands out.
const AT_ONCE: usize = 100;
/// How many whose notes it cannot hand out a call looks at.
const DETOURS: usize = 64;

/// What a claim of notes has found.
#[derive(Debug)]
pub(in crate::store) struct EndedClaims {
    pub(in crate::store) claimed: Vec<EndedJob>,
    /// When the next ones are due; `None` is never.
    pub(in crate::store) next: Option<Timestamp>,
}

impl<D: Driver> Session<'_, D> {
    pub(in crate::store) async fn cancel(&mut self, id: JobId) -> Done<Status, D> {
        let found = self.job(id).await?.ok_or(StoreError::NotFound(id))?;
        let now = self.now;
        self.change(found, |record| record.cancel(now)).await
    }

    pub(in crate::store) async fn delete(&mut self, id: JobId) -> Done<(), D> {
        let Some(found) = self.job(id).await? else {
            return Ok(());
        };
        match found.record().state {
            State::Ended { .. } => self.remove(&found).await,
            State::Waiting { .. } | State::Held { .. } => Err(StoreError::NotEnded(id).into()),
        }
    }

    pub(in crate::store) fn pause(&mut self, request: &PauseRequest) {
        let now = self.now.timestamp;
        let name = request.platform.as_str();
        let row = self.tally.platform(name);
        row.pause.pause(now.after(request.duration), now);
        self.tally.drop_if_idle(name);
    }

    pub(in crate::store) fn unpause(&mut self, platform: &Platform) {
        let name = platform.as_str();
        if self.tally.platforms.contains_key(name) {
            self.tally.platform(name).pause.open();
            self.tally.drop_if_idle(name);
        }
        self.wake_claims(Timestamp::START);
    }

    pub(in crate::store) async fn claim_ended(
        &mut self,
        request: &ClaimEndedRequest,
    ) -> Done<EndedClaims, D> {
        let (now, max) = (self.now.timestamp, request.max.min(AT_ONCE));
        let mut claimed = Vec::new();
        let mut next = None;
        for _ in 0..=max.saturating_add(DETOURS) {
            next = self.next_notes(request).await?;
            match next {
                Some((due, number)) if due <= now && claimed.len() < max => {
                    let Some(loaded) = self.chosen(number).await? else {
                        continue;
                    };
                    if self.has_expired(&loaded) {
                        self.remove(&loaded).await?;
                    } else {
                        claimed.extend(
                            self.change(loaded, |record| record.claim_notes(request, now))
                                .await?,
                        );
                    }
                }
                _ => break,
            }
        }
        Ok(EndedClaims {
            claimed,
            next: next.map(|(due, _)| due),
        })
    }

    pub(in crate::store) async fn acknowledge(
        &mut self,
        receipt: &Receipt,
        delivery: Delivery,
    ) -> Done<(), D> {
        let found = match self.job(receipt.job()).await {
            Err(Failure::Refused(StoreError::Newer(_))) => None,
            other => other?,
        };
        if let Some(found) = found {
            let now = self.now.timestamp;
            self.change(found, |record| record.acknowledge(receipt, delivery, now))
                .await?;
        }
        Ok(())
    }

    /// The job whose notes are due first, of the platforms that are asked for.
    async fn next_notes(
        &mut self,
        request: &ClaimEndedRequest,
    ) -> Done<Option<(Timestamp, i64)>, D> {
        let mut rows = Vec::new();
        match request.platforms.as_deref() {
            None => rows = self.driver.rows(&first_notes(""), &[]).await?,
            Some(platforms) => {
                for platform in platforms {
                    let values = [Value::text(platform.as_str())];
                    rows.extend(self.driver.rows(&first_notes(OF_PLATFORM), &values).await?);
                }
            }
        }
        let due = rows
            .iter()
            .filter_map(|row| Some((row.time(0)?, row.integer(1)?)));
        Ok(due.min())
    }
}

/// The condition of notes of one platform.
pub(super) const OF_PLATFORM: &str = "AND platform = $1";

/// Chooses the job whose notes are due first.
pub(super) fn first_notes(condition: &str) -> String {
    format!(
        "SELECT notes_due, number FROM jobs WHERE notes_due IS NOT NULL {condition} AND {} \
         ORDER BY notes_due LIMIT 1",
        *super::columns::KNOWN
    )
}
