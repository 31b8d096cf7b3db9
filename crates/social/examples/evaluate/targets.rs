//! What is to be reached, per set: the figures published for trained models, or a little below.

/// A bound for a figure, and on which side of it is good.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    pub(crate) fn is_met(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(bound) => figure >= bound,
            Self::AtMost(bound) => figure <= bound,
        }
    }

    /// The bound and whether it is met, such as `>= 0.94 met`.
    pub(crate) fn verdict(self, figure: Option<f64>) -> String {
        let (sign, bound) = match self {
            Self::AtLeast(bound) => (">=", bound),
            Self::AtMost(bound) => ("<=", bound),
        };
        let word = match figure {
            None => "not measured",
            Some(figure) if self.is_met(figure) => "met",
            Some(_) => "NOT MET",
        };
        format!("{sign} {bound:.2} {word}")
    }
}

/// The targets of one kind of set.
#[derive(Debug)]
pub(crate) struct Known {
    /// How a set of this kind is recognised: the start of what its records name as their source.
    pub(crate) source: &'static str,
    /// What it is, in words.
    pub(crate) what: &'static str,
    /// Its targets.
    pub(crate) targets: Targets,
}

#[derive(Debug)]
pub(crate) enum Targets {
    /// Of account authenticity.
    Accounts { auc: Option<Target> },
    /// Of accounts that are all genuine: the share scored low.
    Genuine { scored_low: Target },
    /// Of comments: F1 of the scorer; rho and AUC of sections mixed from them.
    Comments {
        f1: Target,
        rho: Target,
        auc: Target,
    },
}

/// Every set that has a target, in the order of the tables.
pub(crate) const KNOWN: [Known; 6] = [
    Known {
        source: "uci-youtube-spam",
        what: "YouTube comments (UCI YouTube Spam Collection)",
        targets: Targets::Comments {
            f1: Target::AtLeast(0.95),
            rho: Target::AtMost(-0.95),
            auc: Target::AtLeast(0.98),
        },
    },
    Known {
        source: "scamspot",
        what: "Instagram scam comments (ScamSpot)",
        targets: Targets::Comments {
            f1: Target::AtLeast(0.89),
            rho: Target::AtMost(-0.95),
            auc: Target::AtLeast(0.97),
        },
    },
    Known {
        source: "instafake-fake",
        what: "fake Instagram accounts (InstaFake)",
        targets: Targets::Accounts {
            auc: Some(Target::AtLeast(0.96)),
        },
    },
    Known {
        source: "srf",
        what: "fake Instagram followers (SRF Data)",
        targets: Targets::Accounts {
            auc: Some(Target::AtLeast(0.92)),
        },
    },
    Known {
        source: "instafake-automated-v1.0-derived",
        what: "automated Instagram accounts (InstaFake averages)",
        targets: Targets::Accounts { auc: None },
    },
    Known {
        source: "instafake-automated",
        what: "organic Instagram accounts with posts (InstaFake)",
        targets: Targets::Genuine {
            scored_low: Target::AtMost(0.03),
        },
    },
];

/// What is known about sets of this source: the longest start that fits.
pub(crate) fn known(source: &str) -> Option<&'static Known> {
    KNOWN
        .iter()
        .filter(|known| source.starts_with(known.source))
        .max_by_key(|known| known.source.len())
}
