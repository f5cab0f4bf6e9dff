//! The purchase days of persons, from which any moment of the past can be seen again.

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::math::purchases::PurchaseSummary;
use crate::segment::lifetime::summary;
use crate::segment::purchases::{Ledger, log_start};

/// Persons whose days are read at most; of more, those with the lowest ids (which are hashes) are a fair sample.
pub(super) const MOST_PERSONS: usize = 50_000;

/// Purchase days (days since 1970-01-01, ascending, each once) of one person after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct History {
    pub(super) days: Vec<i64>,
    /// Where the days of each person end.
    pub(super) ends: Vec<usize>,
    /// Last complete day of the run.
    pub(super) last_day: i64,
}

impl History {
    /// Reads the days of at most about [`MOST_PERSONS`] of `person_count` persons, up to the as-of day.
    pub(super) fn read(ledger: &Ledger, person_count: usize, as_of: &AsOf) -> PolarsResult<Self> {
        let sampled = match person_count > MOST_PERSONS {
            true => count_below(&ledger.ids, &id_below(person_count))?,
            false => ledger.ids.len(),
        };
        Ok(Self::read_some(ledger, sampled, as_of))
    }

    /// Reads the days of everybody, up to the as-of day.
    pub(super) fn read_whole(ledger: &Ledger, as_of: &AsOf) -> Self {
        Self::read_some(ledger, ledger.ids.len(), as_of)
    }

    /// Reads the days of the persons whose numbers lie below one.
    fn read_some(ledger: &Ledger, number_below: usize, as_of: &AsOf) -> Self {
        let mut history = Self {
            last_day: i64::from(as_of.day_number()),
            ..Self::default()
        };
        let last_day = history.last_day;
        ledger.each_buyer(last_day, |person, days| {
            if (person as usize) < number_below {
                history.push(days);
            }
        });
        history
    }

    /// Adds a person with their days.
    pub(super) fn push(&mut self, days: &[i64]) {
        self.days.extend_from_slice(days);
        self.ends.push(self.days.len());
    }

    /// Returns how many persons there are.
    pub(super) fn person_count(&self) -> usize {
        self.ends.len()
    }

    /// Returns the days of every person, in the order of their ids.
    pub(super) fn persons(&self) -> impl Iterator<Item = &[i64]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(move |(start, end)| &self.days[start..*end])
    }

    /// Returns how many persons bought on more than one day.
    pub(super) fn repeater_count(&self) -> usize {
        self.persons().filter(|days| days.len() > 1).count()
    }

    /// Returns the day on which the log begins.
    pub(super) fn log_start(&self) -> Option<i64> {
        let firsts = self.persons().filter_map(|days| days.first().copied());
        log_start(&mut firsts.collect::<Vec<i64>>())
    }

    /// Returns the median gap between two purchase days of one person, in days.
    pub(super) fn median_gap(&self) -> Option<f64> {
        let mut gaps: Vec<i64> = self
            .persons()
            .flat_map(|days| days.windows(2).map(|pair| pair[1] - pair[0]))
            .collect();
        gaps.sort_unstable();
        let upper = *gaps.get(gaps.len() / 2)?;
        let lower = gaps[(gaps.len() - 1) / 2];
        Some(0.5 * (lower + upper) as f64)
    }
}

/// Returns the id below which [`MOST_PERSONS`] of `person_count` persons are to be expected.
///
/// Ids are digits of a hash, so that their order has to do with nothing else.
fn id_below(person_count: usize) -> String {
    let share = MOST_PERSONS as f64 / person_count as f64;
    // Below 2^32, as the share is below 1.
    format!("{:08x}", (share * 4_294_967_296.0) as u64)
}

/// Returns the days up to and with a cut-off.
pub(super) fn known(days: &[i64], cut_off: i64) -> &[i64] {
    &days[..days.partition_point(|day| *day <= cut_off)]
}

/// Returns how many of some ids, which ascend, lie below one.
fn count_below(ids: &Column, id: &str) -> PolarsResult<usize> {
    let ids = ids.str()?;
    let (mut low, mut high) = (0, ids.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match ids.get(middle).is_some_and(|found| found >= id) {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    Ok(low)
}

/// Returns how many days lie behind `from`, up to and with `to`.
pub(super) fn count_between(days: &[i64], from: i64, to: i64) -> f64 {
    (known(days, to).len() - known(days, from).len()) as f64
}

/// Returns the summary of a person at the end of a cut-off day, as `person_values` would have had it then; `None` before the
/// first purchase.
pub(super) fn summary_at(days: &[i64], cut_off: i64) -> Option<PurchaseSummary> {
    let days = known(days, cut_off);
    let (first, last) = (days.first()?, days.last()?);
    Some(summary(days.len() as i64, last - first, cut_off - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_cut_at_any_moment() {
        let mut history = History::default();
        for days in [&[3, 10, 24][..], &[5][..], &[9, 11][..]] {
            history.push(days);
        }
        let persons: Vec<&[i64]> = history.persons().collect();
        assert_eq!(persons, [&[3, 10, 24][..], &[5][..], &[9, 11][..]]);
        assert_eq!((history.person_count(), history.log_start()), (3, Some(3)));
        assert_eq!(history.repeater_count(), 2);
        assert_eq!(history.median_gap(), Some(7.0));
        let found = summary_at(persons[0], 17).unwrap();
        assert_eq!((found.repeat_count, found.last_purchase_age), (1.0, 1.0));
        assert_eq!(found.customer_age, 2.0);
        assert_eq!(summary_at(persons[0], 2), None);
        assert_eq!(count_between(persons[0], 3, 24), 2.0);
        assert_eq!(count_between(persons[0], 24, 99), 0.0);
        assert_eq!(History::default().median_gap(), None);
    }

    #[test]
    fn ids_below_another_are_counted() {
        let ids = Column::new("id".into(), ["02", "05", "05a", "09"]);
        for (id, count) in [
            ("00", 0),
            ("02", 0),
            ("03", 1),
            ("05", 1),
            ("05a", 2),
            ("09", 3),
            ("1", 4),
        ] {
            assert_eq!(count_below(&ids, id).unwrap(), count, "{id}");
        }
        assert_eq!(count_below(&ids.clear(), "00").unwrap(), 0);
    }

    #[test]
    fn a_sample_is_as_large_as_wanted() {
        assert_eq!(id_below(100_000), "80000000");
        assert_eq!(id_below(1_000_000), "0ccccccc");
        assert!(id_below(MOST_PERSONS + 1).len() == 8);
    }
}
