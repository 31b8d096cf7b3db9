//! What processes tell each other of a transaction, as the text of a notification.

use std::fmt::Write;

use crate::store::sql::Events;
use crate::store::timestamp::Timestamp;

/// How many jobs one notification names; it may have 8,000 bytes.
const JOBS: usize = 200;

/// Says that there is something to claim.
pub(super) const CLAIMABLE_NOW: &str = "c0";

/// Writes what has happened: words, each with what it is about. `c` and `d` are times from which on there may be
/// something to claim or to deliver, `j` a job that has changed.
pub(super) fn written(events: &Events) -> Vec<String> {
    let mut texts: Vec<String> = events
        .changed
        .chunks(JOBS)
        .map(|jobs| {
            let words: Vec<String> = jobs.iter().map(|id| format!("j{id}")).collect();
            words.join(" ")
        })
        .collect();
    let times = [('c', events.claimable), ('d', events.deliverable)];
    for (word, time) in times {
        let Some(time) = time else { continue };
        if texts.is_empty() {
            texts.push(String::new());
        }
        let text = &mut texts[0];
        if !text.is_empty() {
            text.push(' ');
        }
        _ = write!(text, "{word}{}", time.0);
    }
    texts
}

/// Reads it. A word that a newer version has added says nothing to this one.
pub(super) fn read(text: &str) -> Events {
    let mut events = Events::default();
    for word in text.split(' ') {
        if let Some(time) = word.strip_prefix('c').and_then(|time| time.parse().ok()) {
            events.claimable = Some(Timestamp(time));
        } else if let Some(time) = word.strip_prefix('d').and_then(|time| time.parse().ok()) {
            events.deliverable = Some(Timestamp(time));
        } else if let Some(id) = word.strip_prefix('j').and_then(|id| id.parse().ok()) {
            events.changed.push(id);
        }
    }
    events
}

/// The channel of a schema.
pub(super) fn channel(schema: &str) -> String {
    format!("report_pipeline.{schema}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobId;

    #[test]
    fn what_is_written_is_read() {
        let events = Events {
            claimable: Some(Timestamp::START),
            deliverable: Some(Timestamp(17)),
            changed: (0..450).map(|_| JobId::random()).collect(),
            damaged: Vec::new(),
        };
        let texts = written(&events);
        assert!(texts.len() == 3 && texts.iter().all(|text| text.len() < 8_000));
        let mut heard = Events::default();
        for text in &texts {
            heard.add(read(&format!("{text} x1")));
        }
        assert_eq!(heard.claimable, events.claimable);
        assert_eq!(heard.deliverable, events.deliverable);
        assert_eq!(heard.changed, events.changed);
        assert!(written(&Events::default()).is_empty());
    }
}
