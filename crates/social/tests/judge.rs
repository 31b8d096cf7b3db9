//! A stronger judge beside the report: what its word can do, and what it cannot.

mod kit;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use report_pipeline::{Analyzer, Assembler, Phase, PhaseContext};
use report_pipeline_social::{
    Analysis, HeuristicAnalyzer, JudgedText, ReportAssembler, Snapshot, TextJudge, TextKind,
};

use kit::{analyzed, clean_creator, comments_of};

/// Says the same of every comment, and the same of every caption; or fails.
struct Says {
    spam: f64,
    harm: f64,
    answers: usize,
    error: Option<&'static str>,
    delay: Duration,
}

impl Says {
    fn new(spam: f64, harm: f64) -> Self {
        Self {
            spam,
            harm,
            answers: usize::MAX,
            error: None,
            delay: Duration::ZERO,
        }
    }
}

#[async_trait]
impl TextJudge for Says {
    fn name(&self) -> &'static str {
        "Sage"
    }

    async fn judge(&self, texts: &[JudgedText<'_>]) -> Result<Vec<f64>, String> {
        tokio::time::sleep(self.delay).await;
        if let Some(error) = self.error {
            return Err(error.to_owned());
        }
        let say = |text: &JudgedText<'_>| match text.kind {
            TextKind::Comment => self.spam,
            TextKind::Caption => self.harm,
        };
        Ok(texts.iter().map(say).take(self.answers).collect())
    }
}

async fn judged(snapshot: &Snapshot, says: Says) -> Analysis {
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Analysis);
    HeuristicAnalyzer::new()
        .with_judge(Arc::new(says), Duration::from_secs(2))
        .analyze(snapshot, &ctx)
        .await
        .expect("a judge never fails a report")
}

#[tokio::test]
async fn a_judge_that_sees_more_lowers_scores_and_is_named() {
    let alone = analyzed(&clean_creator()).await;
    let with = judged(&clean_creator(), Says::new(0.8, 0.6)).await;
    for (before, after, name) in [
        (
            &alone.audience_authenticity,
            &with.audience_authenticity,
            "spam_share",
        ),
        (&alone.brand_safety, &with.brand_safety, "caption_risk"),
    ] {
        assert!(after.score < before.score, "{name}");
        let signal = after.signal(name).expect("listed");
        assert!(signal.explanation.contains("the judge Sage"), "{signal:?}");
        let bounds = signal.interval.expect("bounds");
        assert!(bounds.low <= 0.05 && bounds.high >= 0.6, "{bounds:?}");
        // Half of the way at most: it is one voice.
        assert!(signal.score.expect("scored") > 0.0, "{signal:?}");
    }
    let source = with.evidence.iter().find(|e| e.evidence_id == "stat:judge");
    assert!(source.expect("named as a source").excerpt.contains("Sage"));
}

#[tokio::test]
async fn a_kind_judge_raises_nothing_and_narrows_nothing() {
    let mut spammy = clean_creator();
    for (i, comment) in comments_of(&mut spammy).iter_mut().enumerate() {
        if i % 2 == 0 {
            comment.text = format!("I made ${i},000 with the help of @trader_{i}, dm her now");
        }
    }
    let alone = analyzed(&spammy).await.audience_authenticity;
    let with = judged(&spammy, Says::new(0.0, 0.0))
        .await
        .audience_authenticity;
    assert_eq!((with.score, with.flags), (alone.score, alone.flags.clone()));
    let spread = |pillar: &report_pipeline_social::Pillar| {
        let signal = pillar.signal("spam_share").expect("listed");
        let bounds = signal.interval.expect("a share");
        bounds.high - bounds.low
    };
    let alone = analyzed(&spammy).await.audience_authenticity;
    let again = judged(&spammy, Says::new(0.0, 0.0))
        .await
        .audience_authenticity;
    assert!(spread(&again) > spread(&alone));
    // Nor does it make a score where there is none.
    for comment in comments_of(&mut spammy) {
        comment.text = "\u{1f525}".to_owned();
    }
    let unheard = judged(&spammy, Says::new(0.0, 0.0)).await;
    assert_eq!(unheard.audience_authenticity.score, None);
}

#[tokio::test(start_paused = true)]
async fn a_judge_that_fails_costs_its_share_and_nothing_else() {
    let snapshot = clean_creator();
    let alone = analyzed(&snapshot).await;
    let fails = |change: fn(&mut Says)| {
        let mut says = Says::new(0.9, 0.9);
        change(&mut says);
        says
    };
    for (says, why) in [
        (
            fails(|s| s.error = Some("no credit left")),
            "no credit left",
        ),
        (fails(|s| s.answers = 3), "one probability"),
        (fails(|s| s.spam = f64::NAN), "one probability"),
        (fails(|s| s.spam = 7.0), "one probability"),
        (
            fails(|s| s.delay = Duration::from_secs(60)),
            "not ready within",
        ),
    ] {
        let with = judged(&snapshot, says).await;
        assert_eq!(
            with.audience_authenticity, alone.audience_authenticity,
            "{why}"
        );
        assert_eq!(with.brand_safety, alone.brand_safety, "{why}");
        let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
        let report = ReportAssembler::new()
            .assemble(&snapshot, &with, &ctx)
            .await;
        let banners = report.expect("assembled").warning_banners;
        let told = banners
            .iter()
            .any(|b| b.contains("Sage") && b.contains(why));
        assert!(told, "{why}: {banners:?}");
    }
}
