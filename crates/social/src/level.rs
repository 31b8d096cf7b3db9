//! How grave what brands mind is.

/// How grave a find is: the framework's four levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Some brands mind.
    Low,
    /// Many do.
    Medium,
    /// Most do.
    High,
    /// No brand should appear here.
    Floor,
}

impl Level {
    /// How much of a text is spoilt by it, 0.0 to 1.0.
    pub(crate) const fn harm(self) -> f64 {
        match self {
            Self::Low => 0.05,
            Self::Medium => 0.25,
            Self::High => 0.6,
            Self::Floor => 1.0,
        }
    }
}
