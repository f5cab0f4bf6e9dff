//! What a person chooses most.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::names::Names;
use super::pairs::{packed, unpacked};
use crate::hash::Mixing;

/// How a person chose one thing; of two the greater is chosen more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tally {
    /// How often.
    count: u32,
    /// For how much money.
    money: i64,
    /// The last day, in days since 1970-01-01.
    latest: i32,
}

/// What persons chose among things with names, such as channels.
#[derive(Debug, Default)]
pub(super) struct Choices {
    names: Names,
    /// By the numbers of person and thing.
    tallies: HashMap<u64, Tally, Mixing>,
}

impl Choices {
    /// Counts that a person chose something on a day for some money.
    pub(super) fn add(&mut self, person: usize, choice: &str, money: i64, day: i32) {
        let pair = packed(person as u32, self.names.number(choice));
        let tally = self.tallies.entry(pair).or_insert(Tally {
            count: 0,
            money: 0,
            latest: day,
        });
        tally.count += 1;
        tally.money = tally.money.wrapping_add(money);
        tally.latest = tally.latest.max(day);
    }

    /// Returns how many different things each person chose.
    pub(super) fn breadths(&self, person_count: usize) -> Vec<u32> {
        let mut breadths = vec![0; person_count];
        for pair in self.tallies.keys() {
            let (person, _) = unpacked(*pair);
            breadths[person as usize] += 1;
        }
        breadths
    }

    /// Returns what each person chose most; of equals the one with more money, then the latest, then the first by name.
    pub(super) fn favourites(&self, person_count: usize) -> Vec<Option<&str>> {
        let mut best: Vec<Option<(Tally, Reverse<&str>)>> = vec![None; person_count];
        for (pair, tally) in &self.tallies {
            let (person, choice) = unpacked(*pair);
            let found = Some((*tally, Reverse(self.names.text(choice))));
            let kept = &mut best[person as usize];
            *kept = found.max(*kept);
        }
        best.into_iter()
            .map(|kept| kept.map(|(_, Reverse(name))| name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Counts each thing as often as its second field says, for the money of the third, last on the day of the fourth.
    fn favourite(rows: [(&str, i64, i64, i32); 3]) -> String {
        let mut choices = Choices::default();
        for (name, count, money, latest) in rows {
            choices.add(7, name, money, latest);
            for _ in 1..count {
                choices.add(7, name, 0, latest - 1);
            }
        }
        let found = choices.favourites(9);
        assert_eq!(found.iter().flatten().count(), 1);
        assert_eq!(choices.breadths(9), [0, 0, 0, 0, 0, 0, 0, 3, 0]);
        found[7].unwrap().to_owned()
    }

    #[test]
    fn equals_are_parted_by_money_then_day_then_name() {
        let by_count = [("a", 1, 900, 9), ("b", 2, 10, 1), ("c", 1, 800, 9)];
        assert_eq!(favourite(by_count), "b");
        let by_money = [("a", 2, 10, 9), ("b", 2, 10, 1), ("c", 2, 11, 1)];
        assert_eq!(favourite(by_money), "c");
        let by_day = [("a", 2, 10, 1), ("b", 2, 10, 3), ("c", 2, 10, 2)];
        assert_eq!(favourite(by_day), "b");
        let by_name = [("c", 2, 10, 1), ("b", 2, 10, 1), ("d", 2, 10, 1)];
        assert_eq!(favourite(by_name), "b");
    }

    proptest! {
        #[test]
        fn favourites_are_the_first_of_all_sorted(
            rows in prop::collection::vec((0usize..4, 0usize..3, -1i64..2, -2i32..2), 0..40),
        ) {
            const NAMES: [&str; 3] = ["web", "till", "fair"];
            let mut choices = Choices::default();
            for (person, name, money, day) in &rows {
                choices.add(*person, NAMES[*name], *money, *day);
            }
            let found = choices.favourites(4);
            for (person, favourite) in found.into_iter().enumerate() {
                let mut all: Vec<_> = (0..NAMES.len())
                    .filter_map(|name| {
                        let is_it = |row: &&(usize, usize, i64, i32)| (row.0, row.1) == (person, name);
                        let of_one = || rows.iter().filter(is_it);
                        let latest = of_one().map(|row| row.3).max()?;
                        let money: i64 = of_one().map(|row| row.2).sum();
                        let order = (Reverse(of_one().count()), Reverse(money), Reverse(latest));
                        Some((order, NAMES[name]))
                    })
                    .collect();
                all.sort_unstable();
                prop_assert_eq!(favourite, all.first().map(|(_, name)| *name));
            }
        }
    }
}
