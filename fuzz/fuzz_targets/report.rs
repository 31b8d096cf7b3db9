//! Any snapshot gives a sound report, and the same one twice.
//!
//! `cargo +nightly fuzz run report -- -max_len=8192 -len_control=0`. The input is taken apart into a snapshot (see `snapshot.rs`),
//! which is analysed and assembled; nothing may panic, and what comes out must hold together.

#![no_main]

mod snapshot;

use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use report_pipeline_social::{
    HeuristicAnalyzer, Interval, Pillar, Report, ReportAssembler, Snapshot,
};
use report_pipeline::{Assembler, Phase, PhaseContext};

use self::snapshot::Input;

fuzz_target!(|input: Input| {
    let snapshot = input.into_snapshot();
    let report = report(&snapshot);
    assert_sound(&report);
    let bytes = stable_bytes(&report);
    assert_eq!(stable_bytes(&self::report(&snapshot)), bytes);

    // What was written to a checkpoint and read again is the same snapshot.
    let json = serde_json::to_vec(&snapshot).expect("a snapshot is JSON");
    let read: Snapshot = serde_json::from_slice(&json).expect("JSON that was just written");
    assert_eq!(stable_bytes(&self::report(&read)), bytes);
});

fn report(snapshot: &Snapshot) -> Report {
    let analysis = HeuristicAnalyzer::new().examine(snapshot);
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    let assembler = ReportAssembler::new();
    let mut report = assembler.assemble(snapshot, &analysis, &ctx);
    let mut cx = Context::from_waker(Waker::noop());
    match report.as_mut().poll(&mut cx) {
        Poll::Ready(report) => report.expect("the report is assembled"),
        Poll::Pending => panic!("an assembly waits for nothing"),
    }
}

/// The report's bytes without what belongs to the job.
fn stable_bytes(report: &Report) -> Vec<u8> {
    let mut json = serde_json::to_value(report).expect("a report is JSON");
    let fields = json.as_object_mut().expect("an object");
    fields.remove("id").expect("an id");
    fields.remove("generated_at").expect("a time");
    serde_json::to_vec(&json).expect("JSON")
}

fn assert_sound(report: &Report) {
    assert_in_range(report.score, report.confidence);
    for pillar in [
        &report.true_engagement,
        &report.audience_authenticity,
        &report.account_authenticity,
        &report.brand_safety,
    ] {
        assert_pillar(pillar, report);
    }
    for evidence in &report.evidence_vault {
        assert!(evidence.excerpt.chars().count() <= 201);
        let shown = evidence.excerpt.chars().chain(evidence.evidence_id.chars());
        for c in shown {
            let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!c.is_control() && !turns, "{evidence:?}");
        }
    }
    for banner in &report.warning_banners {
        assert!(!banner.contains(char::is_control), "{banner:?}");
    }
}

fn assert_pillar(pillar: &Pillar, report: &Report) {
    assert_in_range(pillar.score, pillar.confidence);
    match (pillar.score, pillar.interval) {
        (Some(score), Some(Interval { low, high })) => {
            assert!(0.0 <= low && low <= score && score <= high && high <= 100.0);
        }
        (None, None) => assert!(pillar.reason.is_some() && pillar.confidence == 0.0),
        _ => panic!("a score without an interval, or an interval without a score"),
    }
    for signal in &pillar.signals {
        assert!(signal.value.is_none_or(f64::is_finite), "{signal:?}");
        assert!(!signal.explanation.is_empty(), "{signal:?}");
        if signal.flag.is_some() {
            assert!(!signal.evidence_links.is_empty(), "{signal:?}");
        }
    }
    for link in &pillar.evidence_links {
        let found = report.evidence_vault.iter();
        assert_eq!(
            found.filter(|e| e.evidence_id == *link).count(),
            1,
            "{link}"
        );
    }
}

fn assert_in_range(score: Option<f64>, confidence: f64) {
    assert!(score.is_none_or(|score| (0.0..=100.0).contains(&score)));
    assert!((0.0..=1.0).contains(&confidence));
}
