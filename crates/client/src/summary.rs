//! A report for people who read it in a terminal.

use std::fmt::Write;

use report_pipeline_social::{
    Decision, Evidence, EvidenceKind, Grade, Insights, Interval, Pillar, Report,
};

/// The report on a screen or two, what to do first; JSON, if it is not one of this crate's own domain.
pub(crate) fn of(report: &str) -> String {
    let Ok(report) = serde_json::from_str::<Report>(report) else {
        return plain_lines(report);
    };
    let mut text = String::new();
    for banner in &report.warning_banners {
        line(&mut text, format_args!("! {}", plain(banner)));
    }
    line(
        &mut text,
        format_args!("@{} on {}", report.handle, report.platform),
    );
    if let Some(decision) = &report.decision {
        decide(&mut text, decision, &report.evidence_vault);
    }
    line(
        &mut text,
        format_args!(
            "score {}{}, {}  ({}: {})",
            number(report.score),
            range(report.score, &report.range),
            sureness(report.grade, report.confidence),
            format!("{:?}", report.epistemic_state.status).to_lowercase(),
            plain(&report.epistemic_state.reason),
        ),
    );
    for (name, pillar) in [
        ("true engagement", &report.true_engagement),
        ("audience authenticity", &report.audience_authenticity),
        ("account authenticity", &report.account_authenticity),
        ("brand safety", &report.brand_safety),
    ] {
        line(&mut text, format_args!(""));
        show(&mut text, name, pillar);
    }
    line(&mut text, format_args!(""));
    beside(&mut text, &report.insights);
    line(&mut text, format_args!(""));
    for metric in &report.profile_metrics {
        let (name, unit) = (metric.name.replace('_', " "), plain(&metric.unit));
        let value = match metric.value {
            Some(share) if unit == "share" => format!("{:.2} %", share * 100.0),
            Some(value) => format!("{} {unit}", number(Some(value))),
            None => number(None),
        };
        line(&mut text, format_args!("{:<23} {value}", plain(&name)));
    }
    text
}

fn show(text: &mut String, name: &str, pillar: &Pillar) {
    line(
        text,
        format_args!(
            "{name:<23} {}{}, {}",
            number(pillar.score),
            range(pillar.score, &pillar.range),
            sureness(pillar.grade, pillar.confidence),
        ),
    );
    if let Some(reason) = &pillar.reason {
        line(text, format_args!("  {}", plain(reason)));
    }
    for signal in &pillar.signals {
        let mark = if signal.flag.is_some() { '!' } else { '-' };
        let explanation = plain(&signal.explanation);
        match signal.ceiling {
            Some(most) => line(
                text,
                format_args!("  {mark} {explanation} (at most {most:.0})"),
            ),
            None => line(text, format_args!("  {mark} {explanation}")),
        }
    }
}

/// The most quotations below a fact.
const QUOTED: usize = 3;

/// What to do, why, the posts and comments that it rests on, and what to ask for.
fn decide(text: &mut String, decision: &Decision, vault: &[Evidence]) {
    line(text, format_args!("{}", plain(&decision.summary)));
    for fact in &decision.facts {
        line(text, format_args!("  * {}", plain(&fact.text)));
        // A figure among the evidence says what the fact says.
        let cited = vault.iter().filter(|evidence| {
            evidence.kind != EvidenceKind::Statistic
                && fact.evidence_links.contains(&evidence.evidence_id)
        });
        for evidence in cited.take(QUOTED) {
            let (id, words) = (plain(&evidence.evidence_id), plain(&evidence.excerpt));
            line(text, format_args!("      {id}: {words}"));
        }
    }
    for question in &decision.ask {
        line(text, format_args!("  ? {}", plain(question)));
    }
    line(text, format_args!(""));
}

/// What was found beside the scores.
fn beside(text: &mut String, found: &Insights) {
    for (name, explanation) in [
        ("activity", &found.activity.explanation),
        ("reach of a post", &found.reach.explanation),
        ("advertising", &found.sponsorship.explanation),
        ("languages", &found.languages.explanation),
        ("topics", &found.topics.explanation),
        ("growth", &found.growth.explanation),
        ("posts", &found.posts.explanation),
    ] {
        // Reports of earlier versions have none.
        if !explanation.is_empty() {
            line(text, format_args!("{name:<23} {}", plain(explanation)));
        }
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(text, "{words}").expect("memory takes every write");
}

/// Where a score may lie, and without one where the truth may; nothing, if that is anywhere.
fn range(score: Option<f64>, range: &Interval) -> String {
    match score {
        Some(_) => format!(" ({:.0} to {:.0})", range.low, range.high),
        None if *range == Interval::whole() => String::new(),
        None => format!(" (may be {:.0} to {:.0})", range.low, range.high),
    }
}

fn sureness(grade: Option<Grade>, confidence: f64) -> String {
    let grade = grade.map_or("no grade".to_owned(), |grade| format!("grade {grade:?}"));
    format!("{grade}, confidence {:.0} %", confidence * 100.0)
}

/// Unknown is not zero.
fn number(value: Option<f64>) -> String {
    value.map_or_else(
        || "N/A".to_owned(),
        |value| format!("{}", (value * 10.0).round() / 10.0),
    )
}

/// A text of several lines, each of them [`plain`].
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines()
        .flat_map(|line| [plain(line), "\n".to_owned()])
        .collect()
}

/// Text that may quote strangers, without what a terminal would obey or show out of order.
pub(crate) fn plain(text: &str) -> String {
    let is_harmless = |c: &char| {
        let reorders = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        !c.is_control() && !reorders
    };
    text.chars().filter(is_harmless).collect()
}
