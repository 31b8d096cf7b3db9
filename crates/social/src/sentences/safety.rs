//! Sentences about brand safety.

use super::{are, counted, part, percent, spoken};
use crate::level::Level;

pub(crate) fn no_words(what: &str) -> String {
    format!("no words were read in {what}")
}

pub(crate) fn uncovered_language(what: &str) -> String {
    format!("the {what} are in a language or script that the word lists do not cover")
}

pub(crate) fn captions_unread(why: &str) -> String {
    format!("{why}, and neither comments nor the description alone clear an account")
}

pub(crate) fn unclear_captions(unclear: u64, total: u64) -> String {
    format!(
        "words do not tell what is meant in {}: hard words about groups of people, or risky words \
         that may be meant, quoted or opposed; a person should read the posts that are cited",
        part(unclear, total, "caption"),
    )
}

pub(crate) const ALONE_CAPTION: &str = "only one caption has something that most brands mind, and it may be \
     misread: a person should read the post that is cited";

pub(crate) fn half_read_captions(share: f64) -> String {
    format!(
        "the word lists are English and can judge about {} of the captions",
        percent(share)
    )
}

/// `found` is how many captions have a find of each category.
pub(crate) fn caption_risk(total: u64, found: &[(&str, u64)], unclear: u64) -> String {
    let found = if found.is_empty() {
        format!(
            "the lists of risky words find nothing in {}",
            counted(total, "caption")
        )
    } else {
        let parts: Vec<String> = found
            .iter()
            .map(|(category, count)| format!("{} in {count}", spoken(category)))
            .collect();
        format!(
            "of {}: {}",
            counted(total, "caption"),
            super::listed(&parts)
        )
    };
    if unclear > 0 {
        let unclear = super::number(unclear);
        format!("{found}; {unclear} cannot be judged from words")
    } else {
        found
    }
}

pub(crate) fn worst(find: Option<(&str, Level)>) -> String {
    match find {
        None => "nothing risky was found in a caption".to_owned(),
        Some((category, level)) => format!(
            "the worst that was found in a caption: {}, {}",
            spoken(category),
            grade(level)
        ),
    }
}

pub(crate) fn profile_risk(find: Option<(&str, Level)>) -> String {
    match find {
        None => "nothing risky was found in the description".to_owned(),
        Some((category, level)) => format!(
            "found in the description: {}, {}",
            spoken(category),
            grade(level)
        ),
    }
}

pub(crate) fn quoted_profile(text: &str) -> String {
    format!("the description says: {text}")
}

pub(crate) fn comment_risk(hits: u64, total: u64) -> String {
    if hits == 0 {
        return format!(
            "the lists find nothing hateful, violent or sexual in {} with words",
            counted(total, "comment")
        );
    }
    format!(
        "{} with words {} hateful, violent or sexual by the lists",
        part(hits, total, "comment"),
        are(hits)
    )
}

const fn grade(level: Level) -> &'static str {
    match level {
        Level::Low => "which some brands mind",
        Level::Medium => "which many brands mind",
        Level::High => "which most brands mind",
        Level::Floor => "beside which no brand should stand",
    }
}
