//! Collects the evidence that signals cite.

use std::collections::BTreeMap;

use super::bounded::BoundedSnapshot;
use super::excerpt::excerpt;
use crate::evidence::{Evidence, EvidenceKind};
use crate::hash::fnv_1a as hash;
use crate::snapshot::{Comment, Post};

/// The most characters of a quotation.
const EXCERPT: usize = 200;
/// The most characters of an id.
const ID: usize = 100;

/// Evidence by id. Ids are the same for the same snapshot.
#[derive(Debug, Default)]
pub(super) struct Vault {
    entries: BTreeMap<String, Evidence>,
}

impl Vault {
    /// Quotes a comment; its address is that of its post.
    pub(super) fn comment(&mut self, comment: &Comment, bounded: &BoundedSnapshot<'_>) -> String {
        let url = comment.post_id.as_deref().and_then(|post_id| {
            let post = bounded.posts().iter().find(|post| post.id == post_id)?;
            web_address(post.url.as_deref()?)
        });
        self.put(
            EvidenceKind::Comment,
            &identity(&comment.id, &comment.text),
            Evidence {
                evidence_id: String::new(),
                kind: EvidenceKind::Comment,
                source_url: url,
                excerpt: excerpt(&comment.text, EXCERPT),
                timestamp: comment.timestamp,
            },
        )
    }

    /// Quotes a post: its caption, or its counts where it has none.
    pub(super) fn post(&mut self, post: &Post) -> String {
        let caption = excerpt(post.caption.as_deref().unwrap_or_default(), EXCERPT);
        let words = if caption.is_empty() {
            counts(post)
        } else {
            caption
        };
        self.put(
            EvidenceKind::Post,
            &identity(&post.id, &words),
            Evidence {
                evidence_id: String::new(),
                kind: EvidenceKind::Post,
                source_url: post.url.as_deref().and_then(web_address),
                excerpt: words,
                timestamp: post.timestamp,
            },
        )
    }

    /// States a figure.
    pub(super) fn statistic(&mut self, name: &str, sentence: &str) -> String {
        self.put(
            EvidenceKind::Statistic,
            name,
            Evidence {
                evidence_id: String::new(),
                kind: EvidenceKind::Statistic,
                source_url: None,
                excerpt: excerpt(sentence, EXCERPT),
                timestamp: None,
            },
        )
    }

    /// Everything that was cited, sorted by id.
    pub(super) fn into_entries(self) -> Vec<Evidence> {
        self.entries.into_values().collect()
    }

    /// Two things with one id (a broken source) share the first one's entry.
    fn put(&mut self, kind: EvidenceKind, id: &str, evidence: Evidence) -> String {
        let prefix = match kind {
            EvidenceKind::Post => "post",
            EvidenceKind::Comment => "comment",
            EvidenceKind::Statistic => "stat",
        };
        let evidence_id = format!("{prefix}:{id}");
        self.entries
            .entry(evidence_id.clone())
            .or_insert_with(|| Evidence {
                evidence_id: evidence_id.clone(),
                ..evidence
            });
        evidence_id
    }
}

/// The platform's id, made safe to show; a fingerprint of the words where the source has no id.
fn identity(id: &str, words: &str) -> String {
    let shown = excerpt(id, ID);
    if shown.is_empty() {
        format!("unnamed-{:016x}", hash(words.as_bytes()))
    } else {
        shown
    }
}

/// The address, if it is one that a reader may follow.
fn web_address(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    (is_web && excerpt(url, url.len()) == url && !url.contains(char::is_whitespace))
        .then(|| url.to_owned())
}

fn counts(post: &Post) -> String {
    let parts: Vec<String> = [
        (post.like_count, "likes"),
        (post.comment_count, "comments"),
        (post.view_count, "views"),
    ]
    .iter()
    .filter_map(|(count, what)| count.map(|count| format!("{count} {what}")))
    .collect();
    if parts.is_empty() {
        "(no caption)".to_owned()
    } else {
        parts.join(", ")
    }
}
