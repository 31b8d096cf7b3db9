//! What brands mind, and how much.

use crate::level::Level;

/// A category of the GARM brand-safety floor and suitability framework (June 2022). Spam in comments
/// is no category here: it is charged to the audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Category {
    Adult,
    Arms,
    Crime,
    DeathAndInjury,
    Piracy,
    Hate,
    Obscenity,
    Drugs,
    SpamAndMalware,
    Terrorism,
    SocialIssues,
    Misinformation,
}

impl Category {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Arms => "arms",
            Self::Crime => "crime",
            Self::DeathAndInjury => "death_and_injury",
            Self::Piracy => "piracy",
            Self::Hate => "hate",
            Self::Obscenity => "obscenity",
            Self::Drugs => "drugs",
            Self::SpamAndMalware => "spam_and_malware",
            Self::Terrorism => "terrorism",
            Self::SocialIssues => "social_issues",
            Self::Misinformation => "misinformation",
        }
    }
}

/// A find in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Find {
    pub(crate) level: Level,
    pub(crate) category: Category,
    /// Whether it is a fixed phrase of the floor, which nobody writes by accident.
    pub(crate) is_fixed: bool,
}

/// What a text says, as far as words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    /// Nothing was found.
    Clear,
    /// Words that may be hate or its opposite: quoted, spoken against, about a group in hard words.
    /// A person must read it.
    Unclear,
    /// It says what brands mind.
    Meant(Find),
}
