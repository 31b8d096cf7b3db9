//! The notes of a job, and their delivery once it has ended (promise 20).

use super::claims::SHORTEST_LEASE;
use super::{Record, State, Timestamp};
use crate::store::ClaimToken;
use crate::store::{ClaimEndedRequest, Delivery, EndedJob, Note, Receipt, StoreError};

/// The notes that have not been delivered.
#[derive(Debug)]
pub(in crate::store) struct Notes {
    pub(in crate::store) undelivered: Vec<Note>,
    /// From when on they may be handed out, if the job has ended.
    pub(in crate::store) due: Timestamp,
    /// The claim to which they were handed out last.
    pub(in crate::store) token: Option<ClaimToken>,
    pub(in crate::store) deliveries: u32,
}

impl Notes {
    pub(super) fn of(note: Note) -> Self {
        Self {
            undelivered: vec![note],
            due: Timestamp::START,
            token: None,
            deliveries: 0,
        }
    }

    pub(in crate::store) fn size(&self) -> u64 {
        self.undelivered
            .iter()
            .map(|note| note.value().len() as u64)
            .sum()
    }
}

impl Record {
    /// When the job's notes are due, once it has ended.
    pub(in crate::store) fn notes_due(&self) -> Option<Timestamp> {
        match self.state {
            State::Ended { .. } => self.notes.as_ref().map(|notes| notes.due),
            State::Waiting { .. } | State::Held { .. } => None,
        }
    }

    /// Whether a note could be added, the limit of all bytes apart; `None` if the job has it already.
    pub(in crate::store) fn check_note(&self, note: &Note) -> Result<Option<usize>, StoreError> {
        let notes = self
            .notes
            .as_deref()
            .map_or(&[][..], |notes| &notes.undelivered);
        if notes.iter().any(|known| known.submit() == note.submit()) {
            return Ok(None);
        }
        note.check(notes.len())?;
        Ok(Some(note.value().len()))
    }

    /// Adds the note of a submit that has joined the job, or was served its report.
    pub(in crate::store) fn add_note(&mut self, note: Note, now: Timestamp) {
        let Some(notes) = &mut self.notes else {
            let mut notes = Notes::of(note);
            notes.due = now;
            self.notes = Some(Box::new(notes));
            return;
        };
        notes.undelivered.push(note);
        // It has all its tries before it, and waits only for those who are delivering others now.
        notes.deliveries = 0;
        if notes.token.is_none() {
            notes.due = notes.due.min(now);
        }
    }

    /// The job has ended: from now on its notes may be handed out.
    pub(super) fn deliver_notes(&mut self, now: Timestamp) {
        if let Some(notes) = &mut self.notes {
            notes.due = now;
        }
    }

    /// Hands out the notes of an ended job. `None` if they have been handed out too often: they are
    /// dropped.
    pub(in crate::store) fn claim_notes(
        &mut self,
        request: &ClaimEndedRequest,
        now: Timestamp,
    ) -> Option<EndedJob> {
        let notes = self.notes.as_deref_mut()?;
        if notes.deliveries >= EndedJob::MAX_DELIVERIES {
            self.notes = None;
            return None;
        }
        notes.deliveries += 1;
        notes.token = Some(request.token);
        notes.due = now.after(request.lease.max(SHORTEST_LEASE));
        let (handed_out, delivery) = (notes.undelivered.clone(), notes.deliveries);
        let job = self.job.clone();
        Some(EndedJob::new(job, handed_out, delivery, request.token))
    }

    /// Notes were delivered, or not.
    pub(in crate::store) fn acknowledge(
        &mut self,
        receipt: &Receipt,
        delivery: Delivery,
        now: Timestamp,
    ) {
        let Some(notes) = self.notes.as_deref_mut() else {
            return;
        };
        let is_latest = notes.token == Some(receipt.token());
        let given_up = is_latest && notes.deliveries >= EndedJob::MAX_DELIVERIES;
        let again = match delivery {
            Delivery::Retry { .. } if !is_latest => return,
            Delivery::Retry { after } if !given_up => after,
            // An old receipt still tells what was delivered.
            Delivery::Retry { .. } | Delivery::Delivered => {
                let handed_out = receipt.notes();
                notes
                    .undelivered
                    .retain(|note| !handed_out.contains(&note.submit()));
                std::time::Duration::ZERO
            }
        };
        if notes.undelivered.is_empty() {
            self.notes = None;
        } else if is_latest {
            notes.token = None;
            notes.due = now.after(again);
        }
    }
}
