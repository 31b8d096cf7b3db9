//! What a phrase is typical of.

/// What a phrase is typical of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// The commenter's own channel, songs, shop.
    Promotion,
    /// Asking for likes, follows, subscriptions.
    Begging,
    /// Turning to everybody.
    Appeal,
    /// Gains somebody claims to have made.
    Earnings,
    /// Praise of a person who made them possible.
    Testimonial,
    /// Thanks and praise, which honest comments are full of.
    Gratitude,
    /// The words of trading.
    Finance,
    /// An invitation to get in touch elsewhere.
    Contact,
    /// Money or goods for nothing.
    Giveaway,
    /// Cracks, adult bait, miracle cures, bought followers, stolen accounts.
    Bait,
    /// A reader's warning of all that.
    Warning,
}

impl Topic {
    pub(super) const ALL: [Self; 11] = [
        Self::Promotion,
        Self::Begging,
        Self::Appeal,
        Self::Earnings,
        Self::Testimonial,
        Self::Gratitude,
        Self::Finance,
        Self::Contact,
        Self::Giveaway,
        Self::Bait,
        Self::Warning,
    ];

    /// The least and the most points that a topic can give. Talk about trading, thanks, and a call
    /// to everybody are no spam by themselves, so each stays below the threshold; a warning takes
    /// points back, but no more than one.
    pub(super) const fn bounds(self) -> (f64, f64) {
        match self {
            Self::Appeal => (0.0, 0.4),
            Self::Finance | Self::Gratitude => (0.0, 0.5),
            Self::Testimonial => (0.0, 1.1),
            Self::Warning => (-1.0, 0.0),
            _ => (0.0, 2.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_index_their_own_points() {
        for (index, topic) in Topic::ALL.iter().enumerate() {
            assert_eq!(*topic as usize, index);
        }
    }
}
