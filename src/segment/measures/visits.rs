//! Purchase days of persons.

use rayon::prelude::*;

use super::facts::owner;
use super::pairs::{packed, unpacked};
use crate::segment::purchases::Entry;

/// What a day is shifted by, so that days before 1970 sort first.
const DAY_SHIFT: u32 = 1 << 31;

/// A purchase day of a person, beside the person's others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    /// Number of the person.
    pub(super) person: u32,
    /// Days since 1970-01-01.
    pub(super) day: i32,
    /// Day of the person's visit before.
    pub(super) previous: Option<i32>,
    /// Day of the person's visit after.
    pub(super) next: Option<i32>,
    /// Whether it is the person's second visit.
    pub(super) is_second: bool,
}

/// All visits, by person and day, in eight bytes each.
#[derive(Debug)]
pub(super) struct Visits {
    packed: Vec<u64>,
}

impl Visits {
    /// Returns the visits of persons who can be named.
    pub(super) fn of(orders: &[Entry]) -> Self {
        let mut packed: Vec<u64> = orders
            .iter()
            .filter(|order| !order.is_return() && owner(**order).is_some())
            .map(|order| packed(order.person(), order.day() as u32 ^ DAY_SHIFT))
            .collect();
        packed.par_sort_unstable();
        packed.dedup();
        packed.shrink_to_fit();
        Self { packed }
    }

    /// Returns the visits, by person and day.
    pub(super) fn iter(&self) -> impl Iterator<Item = Visit> {
        (0..self.packed.len()).map(|place| self.at(place))
    }

    fn at(&self, place: usize) -> Visit {
        let (person, day) = apart(self.packed[place]);
        let of_same = |place: Option<usize>| {
            let (other, day) = apart(*self.packed.get(place?)?);
            (other == person).then_some(day)
        };
        let previous = of_same(place.checked_sub(1));
        Visit {
            person,
            day,
            previous,
            next: of_same(Some(place + 1)),
            is_second: previous.is_some() && of_same(place.checked_sub(2)).is_none(),
        }
    }
}

fn apart(packed: u64) -> (u32, i32) {
    let (person, day) = unpacked(packed);
    (person, (day ^ DAY_SHIFT) as i32)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::segment::purchases::NOBODY;

    proptest! {
        #[test]
        fn neighbours_are_those_among_the_persons_own_days(
            orders in prop::collection::vec((0u32..5, -4i32..5, any::<bool>()), 0..60),
        ) {
            let mut days: BTreeMap<u32, BTreeSet<i32>> = BTreeMap::new();
            let mut entries = Vec::new();
            for (person, day, is_return) in orders {
                let person = if person == 4 { NOBODY } else { person };
                entries.push(Entry::new(person, day, is_return, 1));
                if person != NOBODY && !is_return {
                    days.entry(person).or_default().insert(day);
                }
            }
            let mut expected = Vec::new();
            for (person, days) in days {
                let days: Vec<i32> = days.into_iter().collect();
                for (place, day) in days.iter().enumerate() {
                    expected.push(Visit {
                        person,
                        day: *day,
                        previous: place.checked_sub(1).map(|before| days[before]),
                        next: days.get(place + 1).copied(),
                        is_second: place == 1,
                    });
                }
            }
            let found: Vec<Visit> = Visits::of(&entries).iter().collect();
            prop_assert_eq!(found, expected);
        }
    }
}
