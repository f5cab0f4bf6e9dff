//! What each person did so far: the base features, in one pass over the sorted entries.
//!
//! DESIGN asks for group-bys of operations that SQL can say. This one is written by hand, because ten million orders are to
//! become features within seconds: entries of one person lie side by side, so that one walk finds days, sums and gaps with
//! no hash table, no text and no list per group, where the plan sorts and groups thrice. The plan stands in the tests as the
//! definition, and both are compared on random orders.

use rayon::prelude::*;

use crate::segment::purchases::Entry;

/// Parts that are walked side by side; the result is the same for any number.
const PARTS: usize = 64;

/// The base features of all buyers: a place per buyer in each list, in the order of their numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Features {
    /// Number of the person.
    pub(super) persons: Vec<u32>,
    /// First purchase day, in days since 1970-01-01.
    pub(super) first_days: Vec<i32>,
    /// Last purchase day.
    pub(super) last_days: Vec<i32>,
    /// Orders without returns.
    pub(super) order_counts: Vec<i64>,
    /// Days with at least one order.
    pub(super) purchase_day_counts: Vec<i64>,
    /// Returns.
    pub(super) return_counts: Vec<i64>,
    /// Spend in minor units, returns taken off.
    pub(super) spends: Vec<i64>,
    /// Mean spend of a purchase day but the first, returns not taken off.
    pub(super) mean_repeat_spends: Vec<Option<f64>>,
    /// Median days between purchase days, of those with three or more.
    pub(super) visit_cycles: Vec<Option<f64>>,
}

impl Features {
    /// Returns the features as known at the end of `last_day`, of entries sorted by person and day.
    pub(super) fn of(entries: &[Entry], last_day: i32) -> Self {
        let parts: Vec<Self> = parts(entries)
            .into_par_iter()
            .map(|part| Self::of_part(part, last_day))
            .collect();
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        for part in parts {
            all.append(part);
        }
        all
    }

    fn of_part(entries: &[Entry], last_day: i32) -> Self {
        let mut features = Self::default();
        let mut gaps = Vec::new();
        for entries in entries.chunk_by(|one, next| one.person() == next.person()) {
            let known = entries.partition_point(|entry| entry.day() <= last_day);
            features.push(&entries[..known], &mut gaps);
        }
        features
    }

    /// Adds the features of one person, unless there is no purchase.
    fn push(&mut self, entries: &[Entry], gaps: &mut Vec<i32>) {
        gaps.clear();
        let Some(first) = entries.iter().find(|entry| !entry.is_return()) else {
            return;
        };
        let first_day = first.day();
        // What went back before was bought before the log begins, and its price is not in the spend.
        let entries = entries.iter().skip_while(|entry| entry.day() < first_day);
        let mut last_day = first_day;
        let (mut order_count, mut return_count) = (0, 0);
        // Wider than a spend, so that no order of summing overflows.
        let (mut spend, mut bought, mut bought_first) = (0_i128, 0_i128, 0_i128);
        for entry in entries {
            spend += i128::from(entry.spend());
            if entry.is_return() {
                return_count += 1;
                continue;
            }
            order_count += 1;
            bought += i128::from(entry.spend());
            let day = entry.day();
            if day == first_day {
                bought_first += i128::from(entry.spend());
            }
            if day != last_day {
                gaps.push(day - last_day);
                last_day = day;
            }
        }
        let repeats = gaps.len() as i64;
        self.persons.push(first.person());
        self.first_days.push(first_day);
        self.last_days.push(last_day);
        self.order_counts.push(order_count);
        self.purchase_day_counts.push(repeats + 1);
        self.return_counts.push(return_count);
        self.spends.push(saturated(spend));
        self.mean_repeat_spends.push(match repeats {
            0 => None,
            _ => Some((bought - bought_first) as f64 / repeats as f64),
        });
        self.visit_cycles.push(match repeats {
            0 | 1 => None,
            _ => Some(median(gaps)),
        });
    }

    fn append(&mut self, mut other: Self) {
        self.persons.append(&mut other.persons);
        self.first_days.append(&mut other.first_days);
        self.last_days.append(&mut other.last_days);
        self.order_counts.append(&mut other.order_counts);
        self.purchase_day_counts
            .append(&mut other.purchase_day_counts);
        self.return_counts.append(&mut other.return_counts);
        self.spends.append(&mut other.spends);
        self.mean_repeat_spends
            .append(&mut other.mean_repeat_spends);
        self.visit_cycles.append(&mut other.visit_cycles);
    }
}

/// Cuts entries into parts of about the same length, none through a person.
fn parts(entries: &[Entry]) -> Vec<&[Entry]> {
    let length = entries.len().div_ceil(PARTS).max(1);
    let mut parts = Vec::with_capacity(PARTS);
    let mut rest = entries;
    while !rest.is_empty() {
        let mut end = length.min(rest.len());
        while end < rest.len() && rest[end].person() == rest[end - 1].person() {
            end += 1;
        }
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    parts
}

fn saturated(sum: i128) -> i64 {
    sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// Returns the median of a list that is not empty, of an even number the mean of the two in the middle.
fn median(gaps: &mut [i32]) -> f64 {
    let middle = gaps.len() / 2;
    let is_odd = gaps.len() % 2 == 1;
    let (below, upper, _) = gaps.select_nth_unstable(middle);
    let upper = f64::from(*upper);
    match below.iter().max() {
        Some(lower) if !is_odd => (f64::from(*lower) + upper) / 2.0,
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries as person, day, whether a return, spend.
    fn features(rows: &[(u32, i32, bool, i64)], last_day: i32) -> Features {
        let mut entries: Vec<Entry> = rows
            .iter()
            .map(|(person, day, is_return, spend)| Entry::new(*person, *day, *is_return, *spend))
            .collect();
        entries.sort_by_key(|entry| (entry.person(), entry.day(), entry.is_return()));
        Features::of(&entries, last_day)
    }

    #[test]
    fn days_merge_and_returns_lower_the_spend_alone() {
        let rows = [
            (7, 10, false, 100),
            (7, 10, false, 50),
            (7, 12, true, -30),
            (7, 20, false, 0),
            (7, 25, false, -10),
            (7, 40, false, 70),
            (3, 11, false, 500),
            // A return before anything was bought opens no history and is none of it; one of the same day counts.
            (9, 1, true, -5),
            (9, 9, false, 8),
            (9, 9, true, -1),
            (5, 2, true, -5),
        ];
        let found = features(&rows, 100);
        assert_eq!(found.persons, [3, 7, 9]);
        assert_eq!(found.first_days, [11, 10, 9]);
        assert_eq!(found.last_days, [11, 40, 9]);
        assert_eq!(found.order_counts, [1, 5, 1]);
        assert_eq!(found.purchase_day_counts, [1, 4, 1]);
        assert_eq!(found.return_counts, [0, 1, 1]);
        assert_eq!(found.spends, [500, 180, 7]);
        assert_eq!(found.mean_repeat_spends, [None, Some(20.0), None]);
        assert_eq!(found.visit_cycles, [None, Some(10.0), None]);
    }

    #[test]
    fn an_earlier_day_knows_nothing_of_later_ones() {
        let rows = [
            (1, 10, false, 100),
            (1, 20, false, 50),
            (1, 21, true, -50),
            (2, 15, false, 9),
        ];
        let found = features(&rows, 14);
        assert_eq!(
            (found.persons.as_slice(), found.spends.as_slice()),
            (&[1][..], &[100][..])
        );
        assert_eq!(features(&rows, 20).spends, [150, 9]);
        assert_eq!(features(&rows, 21).spends, [100, 9]);
        assert_eq!(features(&rows, 9), Features::default());
        assert_eq!(features(&[], 9), Features::default());
    }

    #[test]
    fn sums_beyond_the_numbers_stop_at_their_end() {
        let found = features(&[(1, 1, false, i64::MAX), (1, 2, false, i64::MAX)], 9);
        assert_eq!(found.spends, [i64::MAX]);
        assert_eq!(found.mean_repeat_spends, [Some(i64::MAX as f64)]);
    }

    #[test]
    fn medians_are_of_the_middle() {
        assert_eq!(median(&mut [4]), 4.0);
        assert_eq!(median(&mut [9, 4]), 6.5);
        assert_eq!(median(&mut [9, 1, 4]), 4.0);
        assert_eq!(median(&mut [9, 1, 4, 6]), 5.0);
    }

    #[test]
    fn parts_cut_through_nobody() {
        let entries: Vec<Entry> = (0..1_000_u32)
            .map(|place| Entry::new(place / 37, place as i32, false, 1))
            .collect();
        let cut = parts(&entries);
        assert!(cut.len() > 20);
        assert_eq!(cut.concat(), entries);
        for pair in cut.windows(2) {
            let (before, next) = (pair[0].last().unwrap(), pair[1].first().unwrap());
            assert_ne!(before.person(), next.person());
        }
    }
}
