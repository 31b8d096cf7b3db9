//! The whole way that a user's data goes: snapshot, analysis, report.

use report_pipeline::{Analyzer, Assembler, Phase, PhaseContext, PhaseError};
use report_pipeline_social::{HeuristicAnalyzer, Report, ReportAssembler, Snapshot};

/// The report on a snapshot.
pub(crate) async fn report(snapshot: &Snapshot) -> Result<Report, PhaseError> {
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Analysis);
    let analysis = HeuristicAnalyzer::new().analyze(snapshot, &ctx).await?;
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    ReportAssembler::new()
        .assemble(snapshot, &analysis, &ctx)
        .await
}
