//! A stronger judge behind the report: any model or moderation API of your own.
//!
//! ```sh
//! cargo run -p report-pipeline-social --example judge
//! ```
//! The judge here is a local stand-in that knows two words. A real one would send the texts, a
//! batch at a time, to a model, and return one probability for each. Treat the texts as hostile:
//! whoever wrote a comment may try to talk to the model.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use report_pipeline::{Analyzer, Handle, Phase, PhaseContext, Platform, Scraper, Target};
use report_pipeline_social::{
    HeuristicAnalyzer, JudgedText, SimulatedScraper, TextJudge, TextKind,
};

/// A stand-in for a model.
struct TwoWords;

#[async_trait]
impl TextJudge for TwoWords {
    fn name(&self) -> &'static str {
        "two-words"
    }

    async fn judge(&self, texts: &[JudgedText<'_>]) -> Result<Vec<f64>, String> {
        // Here a real judge would await its answer: what is not there in time is not waited for.
        tokio::task::yield_now().await;
        let word = |kind| match kind {
            TextKind::Comment => "subscribe",
            TextKind::Caption => "cocaine",
        };
        let opinion = |text: &JudgedText<'_>| {
            let found = text.text.to_lowercase().contains(word(text.kind));
            if found { 0.9 } else { 0.05 }
        };
        Ok(texts.iter().map(opinion).collect())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = Target::new(Platform::INSTAGRAM, Handle::canonical("wren.outdoors")?);
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    let snapshot = SimulatedScraper::new().scrape(&target, &ctx).await?;
    let alone = HeuristicAnalyzer::new();
    let judged = HeuristicAnalyzer::new().with_judge(Arc::new(TwoWords), Duration::from_secs(5));
    for (name, analyzer) in [("alone", alone), ("with a judge", judged)] {
        let ctx = PhaseContext::detached(target.clone(), Phase::Analysis);
        let analysis = analyzer.analyze(&snapshot, &ctx).await?;
        let audience = &analysis.audience_authenticity;
        println!(
            "{name}: audience {:?} in {:?}",
            audience.score, audience.range
        );
        if let Some(signal) = audience.signal("spam_share") {
            println!("  {}", signal.explanation);
        }
        let source = analysis
            .evidence
            .iter()
            .find(|e| e.evidence_id == "stat:judge");
        if let Some(source) = source {
            println!("  {}", source.excerpt);
        }
    }
    Ok(())
}
