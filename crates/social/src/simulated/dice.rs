//! Numbers that follow from a text alone, today and in every later release.

use crate::hash::{fnv_1a, mix};

/// A stream of numbers seeded by a text.
///
/// Written out here, in whole numbers only, because no general random number generator promises
/// the same sequence over releases, nor floating-point functions over machines.
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// The stream that belongs to `seed`.
    pub(super) fn new(seed: &str) -> Self {
        Self {
            state: fnv_1a(seed.as_bytes()),
        }
    }

    /// `SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
    /// OOPSLA 2014.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let scaled = (u128::from(self.next()) * u128::from(bound)) >> 64;
        u64::try_from(scaled).expect("the product of two u64 has no more than 128 bits")
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of 100 cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(super) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        let at = usize::try_from(self.below(items.len() as u64)).expect("it is below a usize");
        items[at].clone()
    }

    /// An identifier of `prefix` and eight hexadecimal digits.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}{:08x}", self.next() >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_gives_the_reference_values() {
        let mut dice = Dice { state: 1_234_567 };
        let drawn: Vec<_> = (0..5).map(|_| dice.next()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn numbers_keep_to_their_bounds_and_reach_them() {
        let mut dice = Dice::new("bounds");
        let drawn: Vec<_> = (0..1000).map(|_| dice.between(3, 7)).collect();
        assert_eq!(drawn.iter().min(), Some(&3));
        assert_eq!(drawn.iter().max(), Some(&7));
        assert_eq!(dice.below(0), 0);
        let hits = (0..10_000).filter(|_| dice.chance(20)).count();
        assert!((1800..2200).contains(&hits), "{hits}");
    }
}
