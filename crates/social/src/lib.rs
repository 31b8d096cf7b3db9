//! The reference domain: reports on social-media accounts.
//!
//! A [`Snapshot`] is what was read of an account: by [`ArchiveScraper`] from stored records, by
//! [`SimulatedScraper`] out of thin air, or by a scraper of your own. [`HeuristicAnalyzer`] works
//! out what can be said about it, and [`ReportAssembler`] writes the [`Report`].
//!
//! Unknown is `None`, never zero and never perfect: what was not read lowers the confidence, widens
//! the range, and raises nothing. The same
//! snapshot gives the same report, apart from its id and time. How everything is worked out is
//! in `docs/methodology.md`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod analysis;
mod archive;
mod assembler;
mod comparison;
mod completeness;
mod decision;
mod evidence;
mod facts;
mod hash;
mod insights;
mod join;
mod level;
#[cfg(feature = "live")]
mod live;
mod pillar;
mod report;
mod sentences;
mod simulated;
mod snapshot;
mod sources;
mod timeline;
mod values;

pub use self::analysis::{
    Analysis, HeuristicAnalyzer, JudgedText, SPAM_THRESHOLD, TextJudge, TextKind, spam_score,
    text_risk,
};
#[doc(hidden)]
pub use self::analysis::{SpamInputs, spam_inputs};
pub use self::archive::{ArchiveError, ArchiveScraper, ArchiveSummary, FileSummary};
pub use self::assembler::ReportAssembler;
pub use self::comparison::{ComparedAccount, Comparison, compare};
pub use self::completeness::{Coverage, DataCompleteness, SectionCoverage};
pub use self::decision::{Advice, Decision, Fact};
pub use self::evidence::{Evidence, EvidenceKind};
pub use self::insights::{
    Activity, FormatFigures, Growth, Insights, LanguageShare, Languages, Named, PostFigures,
    RankedPost, Reach, Sponsorship, Topics,
};
#[cfg(feature = "live")]
pub use self::live::{
    InstagramApi, LiveBuilder, LiveError, LiveOptions, LiveScraper, LiveThenArchive, TikTokApi,
    TikTokTokens, YouTubeApi,
};
pub use self::pillar::{Direction, Grade, Interval, Pillar, Signal};
pub use self::report::{
    EpistemicState, EpistemicStatus, METHODOLOGY_VERSION, ProfileMetric, Report,
};
pub use self::simulated::SimulatedScraper;
pub use self::snapshot::{
    AccountType, Aggregates, ApproximateTime, Capture, Comment, Origin, Post, PostKind, Profile,
    Section, SectionOrder, SectionSource, Sections, Snapshot, TimePrecision,
};
pub use self::timeline::PostPoint;

/// The README's example, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
