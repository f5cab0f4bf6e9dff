//! What persons bought within days.

use crate::segment::purchases::{Entry, Ledger};

/// The orders and returns of each person, side by side.
pub(super) struct Bought<'a> {
    entries: &'a [Entry],
    /// Where the entries of each person begin, and where the last one's end.
    begins: Vec<usize>,
    /// Day of the first purchase of each person.
    firsts: Vec<i32>,
}

/// What a person bought within days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// In minor units, returns taken off.
    pub spend: i64,
    /// Orders, returns left out.
    pub orders: i64,
    /// Whether one of them lies on a later day than that of the first purchase.
    pub is_repeater: bool,
}

impl<'a> Bought<'a> {
    pub(super) fn of(ledger: &'a Ledger) -> Self {
        let mut begins = vec![0; ledger.ids.len() + 1];
        for entry in &ledger.entries {
            begins[entry.person() as usize + 1] += 1;
        }
        let mut behind = 0;
        for begin in &mut begins {
            behind += *begin;
            *begin = behind;
        }
        Self {
            entries: &ledger.entries,
            begins,
            firsts: ledger.first_days(),
        }
    }

    /// Returns what a person bought from one day on until before another.
    pub(super) fn between(&self, person: u32, from: i32, to: i32) -> Sums {
        let person = person as usize;
        let ends = (self.begins.get(person), self.begins.get(person + 1));
        let (Some(begin), Some(end)) = ends else {
            return Sums::default();
        };
        let own = &self.entries[*begin..*end];
        let known = &own[..own.partition_point(|entry| entry.day() < to)];
        let mut sums = Sums::default();
        for entry in &known[known.partition_point(|entry| entry.day() < from)..] {
            sums.spend = sums.spend.saturating_add(entry.spend());
            if !entry.is_return() {
                sums.orders += 1;
                sums.is_repeater |= entry.day() > self.firsts[person];
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;

    #[test]
    fn sums_are_of_the_days_and_the_person_asked_for() {
        let entries = vec![
            Entry::new(0, 10, false, 5),
            Entry::new(2, 10, false, 100),
            Entry::new(2, 10, false, 20),
            Entry::new(2, 12, true, -40),
            Entry::new(2, 14, false, 3),
        ];
        let ids = Column::new("id".into(), ["a", "b", "c"]);
        let ledger = Ledger::new(ids, entries);
        let bought = Bought::of(&ledger);
        let sums = |spend, orders, is_repeater| Sums {
            spend,
            orders,
            is_repeater,
        };
        assert_eq!(bought.between(2, 10, 14), sums(80, 2, false));
        assert_eq!(bought.between(2, 11, 15), sums(-37, 1, true));
        assert_eq!(bought.between(2, 15, 99), Sums::default());
        assert_eq!(bought.between(0, 0, 99), sums(5, 1, false));
        assert_eq!(bought.between(1, 0, 99), Sums::default());
        // Nobody has that number, and no day lies between these.
        assert_eq!(bought.between(3, 0, 99), Sums::default());
        assert_eq!(bought.between(2, 99, 0), Sums::default());
    }
}
