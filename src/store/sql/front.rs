//! The beginning of an index, as far as it was read.

use std::collections::VecDeque;

use super::due::Head;

/// How many places are remembered. What comes after them is read when it is needed.
const MOST: usize = 1_024;

/// What is known here: `None` means that the database must be asked.
pub(super) type Answer<T> = Option<T>;

/// The first places of an index, kept up to date.
#[derive(Debug, Default)]
pub(super) struct Front {
    places: VecDeque<Head>,
    /// Whether there is nothing behind them.
    is_all: bool,
}

impl Front {
    /// Makes one of the places that were read, up to a limit.
    pub(super) fn read(places: impl Iterator<Item = Head>, limit: usize) -> Self {
        let mut places: Vec<Head> = places.collect();
        // The index is by the time alone where that is enough.
        places.sort_unstable();
        Self {
            is_all: places.len() < limit,
            places: places.into(),
        }
    }

    /// Is known to have nothing in it.
    pub(super) const fn empty() -> Self {
        Self {
            places: VecDeque::new(),
            is_all: true,
        }
    }

    /// The first place, or that there is none.
    pub(super) fn first(&self) -> Answer<Option<Head>> {
        match self.places.front() {
            Some(first) => Some(Some(*first)),
            None => self.is_all.then_some(None),
        }
    }

    /// A job is in another place than before.
    pub(super) fn moved(&mut self, before: Option<Head>, after: Option<Head>) {
        if before == after {
            return;
        }
        if let Some(before) = before
            && let Ok(place) = self.places.binary_search(&before)
        {
            self.places.remove(place);
        }
        if let Some(after) = after {
            let place = self.places.partition_point(|known| *known < after);
            // What would be last may have others before it that were not read.
            if place < self.places.len() || self.is_all {
                self.places.insert(place, after);
            }
        }
        if self.places.len() > MOST {
            self.places.truncate(MOST);
            self.is_all = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::store::timestamp::Timestamp;

    fn head(due: u64, number: i64) -> Head {
        Head {
            due: Timestamp(due),
            number,
        }
    }

    proptest! {
        /// Whatever happens to the index, what the front says of its first place is so.
        #[test]
        fn a_front_never_names_a_place_that_is_not_the_first(
            limit in 1_usize..6,
            changes in prop::collection::vec((0_i64..8, prop::option::of(0_u64..20)), 0..60),
        ) {
            let mut index: BTreeSet<Head> = (0..4).map(|number| head(10, number)).collect();
            let mut front = Front::read(index.iter().copied().take(limit), limit);
            let mut asked = 0;
            for (number, due) in changes {
                let before = index.iter().find(|place| place.number == number).copied();
                let after = due.map(|due| head(due, number));
                if let Some(before) = before {
                    index.remove(&before);
                }
                index.extend(after);
                front.moved(before, after);
                if let Some(first) = front.first() {
                    prop_assert_eq!(first, index.first().copied());
                } else {
                    front = Front::read(index.iter().copied().take(limit), limit);
                    asked += 1;
                }
            }
            // One that was read as a whole need not be read again.
            prop_assert!(limit < 5 || asked == 0);
        }
    }

    #[test]
    fn a_front_remembers_so_many_places_and_forgets_the_last() {
        let mut front = Front::empty();
        let most = i64::try_from(MOST).unwrap();
        for number in 0..=most {
            front.moved(None, Some(head(5, number)));
        }
        for number in 0..most {
            assert_eq!(front.first(), Some(Some(head(5, number))));
            front.moved(Some(head(5, number)), None);
        }
        assert_eq!(front.first(), None);
    }
}
