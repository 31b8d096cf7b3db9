//! Jobs by the time at which something is due.

use std::collections::VecDeque;

use crate::store::timestamp::Timestamp;

/// How many jobs a part has before it becomes two.
const PART: usize = 128;

/// Jobs by the time at which something is due, the earliest first.
///
/// What is added is nearly always due last, and what is taken out first. So this is a row of short rows: both
/// ends cost next to nothing, a place between them is found by halving, and an entry takes its own size.
#[derive(Default)]
pub(super) struct DueJobs {
    parts: VecDeque<Part>,
    /// The last part that became empty, for the next one: where few jobs are due, parts come and go with them.
    spare: Option<Part>,
}

type Part = VecDeque<(Timestamp, u64)>;

impl DueJobs {
    pub(super) fn first(&self) -> Option<&(Timestamp, u64)> {
        self.parts.front()?.front()
    }

    pub(super) fn insert(&mut self, due: Timestamp, number: u64) {
        // The usual case: there is room in the last part, and nothing is due later.
        if let Some(last) = self.parts.back_mut()
            && last.len() < PART
            && last.back().is_some_and(|(latest, _)| *latest <= due)
        {
            return last.push_back((due, number));
        }
        // The last part that begins no later, or the very first.
        let part = self.parts_before(|begins| begins <= due).saturating_sub(1);
        let is_last = part + 1 >= self.parts.len();
        let Some(jobs) = self.parts.get_mut(part) else {
            return self.push_part(due, number);
        };
        if is_last && jobs.len() >= PART && jobs.back().is_some_and(|(last, _)| *last <= due) {
            return self.push_part(due, number);
        }
        let at = match jobs.back() {
            Some((last, _)) if *last > due => jobs.partition_point(|(other, _)| *other <= due),
            _ => jobs.len(),
        };
        jobs.insert(at, (due, number));
        if jobs.len() >= 2 * PART {
            let later = jobs.split_off(PART);
            jobs.shrink_to(PART);
            self.parts.insert(part + 1, later);
        }
    }

    pub(super) fn remove(&mut self, due: Timestamp, number: u64) {
        // The usual case.
        if let Some(first) = self.parts.front_mut()
            && first.front() == Some(&(due, number))
        {
            first.pop_front();
            if first.is_empty() {
                self.spare = self.parts.pop_front();
            }
            return;
        }
        // Of jobs that are due at the same time some may be in the part before.
        let first = self.parts_before(|begins| begins < due).saturating_sub(1);
        for part in first..self.parts.len() {
            let jobs = &mut self.parts[part];
            let from = match jobs.front() {
                Some((front, _)) if *front < due => jobs.partition_point(|(other, _)| *other < due),
                _ => 0,
            };
            let mut same = jobs.range(from..).take_while(|(other, _)| *other == due);
            if let Some(n) = same.position(|(_, other)| *other == number) {
                jobs.remove(from + n);
                if jobs.is_empty() {
                    self.spare = self.parts.remove(part);
                }
                return;
            }
            if jobs.back().is_some_and(|(last, _)| *last > due) {
                return;
            }
        }
    }

    /// How many parts there are whose first job is due at such a time.
    fn parts_before(&self, is_before: impl Fn(Timestamp) -> bool) -> usize {
        self.parts
            .partition_point(|jobs| jobs.front().is_some_and(|(begins, _)| is_before(*begins)))
    }

    fn push_part(&mut self, due: Timestamp, number: u64) {
        let spare = self.spare.take();
        let mut jobs = spare.unwrap_or_else(|| VecDeque::with_capacity(PART));
        jobs.push_back((due, number));
        self.parts.push_back(jobs);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_as_a_plain_set(
            steps in prop::collection::vec((0..8_u64, 0..40_u64, 0..10_u8), 1..2_000),
        ) {
            let mut due_jobs = DueJobs::default();
            let mut plain: BTreeSet<(Timestamp, u64)> = BTreeSet::new();
            for (n, (late, spread, step)) in (0_u64..).zip(steps) {
                // Nearly in order, many at the same time, and some far off.
                let at = Timestamp(if step == 0 { late * spread } else { n / 16 + late });
                if step < 7 {
                    due_jobs.insert(at, n);
                    plain.insert((at, n));
                } else {
                    let place = usize::try_from(spread).unwrap() * plain.len() / 40;
                    let next = plain.iter().nth(if step < 9 { 0 } else { place }).copied();
                    if let Some((at, number)) = next {
                        due_jobs.remove(at, number);
                        plain.remove(&(at, number));
                    }
                    // What is not there.
                    due_jobs.remove(at, u64::MAX);
                }
                let first = |jobs: Option<&(Timestamp, u64)>| jobs.map(|(at, _)| *at);
                prop_assert_eq!(first(due_jobs.first()), first(plain.first()));
            }
            let in_order: Vec<_> = due_jobs.parts.iter().flatten().copied().collect();
            prop_assert!(in_order.is_sorted_by_key(|(at, _)| *at));
            prop_assert_eq!(in_order.into_iter().collect::<BTreeSet<_>>(), plain);
            prop_assert!(due_jobs.parts.iter().all(|jobs| !jobs.is_empty() && jobs.len() < 2 * PART));
        }
    }
}
