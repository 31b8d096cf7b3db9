//! Every sentence of a report, in one place.
//!
//! Whatever measures calls a function here and knows nothing of plurals, per cents and ranges; so
//! one test can render them all. Sentences that a report joins to others begin small and end without
//! a full stop.

mod account;
mod audience;
mod engagement;
mod insights;
mod overall;
mod safety;
#[cfg(test)]
mod tests;

pub(crate) use self::account::*;
pub(crate) use self::audience::*;
pub(crate) use self::engagement::*;
pub(crate) use self::insights::*;
pub(crate) use self::overall::*;
pub(crate) use self::safety::*;

/// A count with its noun: "1 post", "2 posts".
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {}", number(count), plural(count, noun))
}

/// A noun for a count.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// A count with its noun where there may be none: "no post", "1 post", "2 posts". A verb agrees by [`are`] and
/// [`have`] of at least 1.
pub(crate) fn some(count: u64, noun: &str) -> String {
    if count == 0 {
        format!("no {}", plural(2, noun))
    } else {
        counted(count, noun)
    }
}

/// "none of 5 comments", "1 of 5 comments", "both comments", "all 5 comments": the noun goes with the whole.
pub(crate) fn part(count: u64, whole: u64, noun: &str) -> String {
    match count {
        0 if whole == 1 => format!("0 of 1 {noun}"),
        0 => format!("none of {}", counted(whole, noun)),
        1 if whole == 1 => format!("the one {noun}"),
        2 if whole == 2 => format!("both {}", plural(2, noun)),
        _ if count == whole => format!("all {}", counted(whole, noun)),
        _ => format!("{} of {}", number(count), counted(whole, noun)),
    }
}

/// That more are needed.
pub(crate) fn needed(least: usize) -> String {
    format!("at least {least} are needed")
}

/// "is" or "are".
pub(crate) const fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// "has" or "have".
pub(crate) const fn have(count: u64) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

/// A count with a comma between thousands.
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in per cent, as exact as it deserves: "0.42 %", "3.5 %", "41 %".
pub(crate) fn percent(share: f64) -> String {
    let value = share.clamp(-1e6, 1e6) * 100.0;
    let decimals = match value.abs() {
        v if v >= 10.0 || v == 0.0 => 0,
        v if v >= 1.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let text = text
        .strip_prefix('-')
        .filter(|rest| rest.trim_matches(['0', '.']).is_empty())
        .unwrap_or(&text);
    format!("{text} %")
}

/// How many times, in words that fit the size: "1.2 times", "14 times".
pub(crate) fn times(factor: f64) -> String {
    let factor = factor.clamp(0.0, 1e9);
    if factor >= 10.0 {
        format!("{factor:.0} times")
    } else {
        format!("{factor:.1} times")
    }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A stable name as words: `drugs_in_captions` as "drugs in captions".
pub(crate) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// That there is too little: "4 comments were read, but at least 20 are needed".
pub(crate) fn too_few(count: u64, noun: &str, least: usize) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb} read, but {}", some(count, noun), needed(least))
}
