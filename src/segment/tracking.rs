//! Expected against actual: would the model have foretold the last weeks?

use std::collections::{BTreeMap, HashMap};

use polars::prelude::*;

use super::choice::{self, Choice, Opportunities, Seen};
use super::lifetime::{FEWEST_REPEATERS, summary};
use super::purchases::{Entry, Ledger};
use crate::as_of::AsOf;
use crate::math::purchases::PurchaseSummary;
use crate::schema::tracking_weeks;

/// Shortest log, in weeks, that is split into a fit and a holdout.
const SHORTEST_LOG: i64 = 40;
/// Persons the model is fitted on at most; of more, every n-th by id, which is a hash, is a fair sample.
const MOST_FITTED: usize = 100_000;
/// Share of the weeks the fit does not see.
const HOLDOUT_SHARE: f64 = 0.25;

/// Returns the table `tracking_weeks`; empty when the log is short, too few came back or no model is in use.
///
/// Weeks are counted back from as-of, to the one the log begins in. The model that was chosen is fitted on the days before the
/// holdout, of at most 100,000 persons (BG/BB, which has few rows, of all); actual and expected purchases are those of all
/// whose first purchase lies before it.
/// What the few bought who came before the log begins is in the first week's sum.
pub(super) fn weeks(ledger: &Ledger, choice: &Choice, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let found = match (choice.model_name(), Weeks::of(ledger, as_of)) {
        (Some(name), Some(weeks)) => tracked(ledger, choice, name, &weeks),
        _ => None,
    };
    frame(&found.unwrap_or_default())
}

/// The weeks of a log; days are counted from the first of them.
struct Weeks {
    /// Days since 1970-01-01 of day 0.
    first_day: i64,
    count: i64,
    /// Weeks before the holdout.
    fitted: i64,
}

impl Weeks {
    /// Returns `None` where the log is short.
    fn of(ledger: &Ledger, as_of: &AsOf) -> Option<Self> {
        let last_day = i64::from(as_of.day_number());
        let count = (last_day - i64::from(ledger.log_start()?) + 1 + 6) / 7;
        if count < SHORTEST_LOG {
            return None;
        }
        let holdout = (count as f64 * HOLDOUT_SHARE).round() as i64;
        Some(Self {
            first_day: last_day + 1 - count * 7,
            count,
            fitted: count - holdout,
        })
    }

    /// Returns the first day of the holdout.
    fn cut(&self) -> i64 {
        self.fitted * 7
    }
}

/// Returns actual and expected purchases of every week; `None` where too few came back or the model cannot be fitted.
fn tracked(ledger: &Ledger, choice: &Choice, name: &str, weeks: &Weeks) -> Option<Vec<Row>> {
    let log = Log::read(ledger, weeks);
    let has_enough = |summaries: &[PurchaseSummary]| {
        let repeaters = summaries.iter().filter(|one| one.repeat_count > 0.0);
        repeaters.take(FEWEST_REPEATERS).count() == FEWEST_REPEATERS
    };
    if !has_enough(&log.summaries) {
        return None;
    }
    let sample = sample(&log.summaries, MOST_FITTED);
    // A sample without repeat buyers says nothing of a shop that has some.
    let fitted = match has_enough(&sample) {
        true => &sample,
        false => &log.summaries,
    };
    let last_fitted_day = weeks.first_day + weeks.cut() - 1;
    let opportunities = choice
        .period()
        .map(|period| Opportunities::of_ledger(period, ledger, last_fitted_day));
    let seen = Seen {
        days: fitted,
        opportunities: opportunities.as_ref(),
    };
    let mut fits = choice::fit(seen, Some(name), &choice.fits).into_iter();
    let model = fits.find_map(|(_, fit)| fit.ok().map(|fit| fit.model))?;
    let mut actual = log.repeats_before;
    // Cohorts of all days pass through the same ages.
    let mut expected_by_age = HashMap::new();
    let rows = (0..weeks.count)
        .zip(&log.repeats_by_week)
        .map(|(week, repeats)| {
            actual += repeats;
            let end = (week + 1) * 7;
            // The last day of the week is complete; the next has not begun.
            let last_day = weeks.first_day + end - 1;
            let expected = log
                .firsts_by_day
                .range(..end)
                .map(|(first, count)| {
                    let age = model.elapsed(weeks.first_day + first, last_day);
                    let of_one = expected_by_age.entry(age.to_bits());
                    *count as f64 * *of_one.or_insert_with(|| model.expected_new(age))
                })
                .sum();
            Row {
                first_day: (weeks.first_day + week * 7) as i32,
                is_holdout: week >= weeks.fitted,
                actual: actual as f64,
                expected,
            }
        });
    Some(rows.collect())
}

/// Returns at most so many of the persons, evenly from all of them.
fn sample(summaries: &[PurchaseSummary], most: usize) -> Vec<PurchaseSummary> {
    let step = summaries.len().div_ceil(most).max(1);
    summaries.iter().step_by(step).copied().collect()
}

/// What the persons did whose first purchase lies before the holdout.
struct Log {
    /// Of each, up to the last day before the holdout.
    summaries: Vec<PurchaseSummary>,
    firsts_by_day: BTreeMap<i64, u64>,
    repeats_by_week: Vec<u64>,
    /// Repeat purchases before the first week.
    repeats_before: u64,
}

impl Log {
    fn read(ledger: &Ledger, weeks: &Weeks) -> Self {
        let mut log = Self {
            summaries: Vec::new(),
            firsts_by_day: BTreeMap::new(),
            repeats_by_week: (0..weeks.count).map(|_| 0).collect(),
            repeats_before: 0,
        };
        let persons = ledger
            .entries
            .chunk_by(|one, next| one.person() == next.person());
        for entries in persons {
            log.add_person(entries, weeks);
        }
        log
    }

    fn add_person(&mut self, entries: &[Entry], weeks: &Weeks) {
        let cut = weeks.cut();
        let mut days = entries
            .iter()
            .filter(|entry| !entry.is_return())
            .map(|entry| i64::from(entry.day()) - weeks.first_day);
        let Some(first) = days.next().filter(|first| *first < cut) else {
            return;
        };
        let mut last = first;
        let (mut count_before, mut last_before) = (1, first);
        for day in days {
            if day == last {
                continue;
            }
            last = day;
            if day < cut {
                count_before += 1;
                last_before = day;
            }
            match usize::try_from(day.div_euclid(7)) {
                Ok(week) => {
                    if let Some(repeats) = self.repeats_by_week.get_mut(week) {
                        *repeats += 1;
                    }
                }
                Err(_) => self.repeats_before += 1,
            }
        }
        self.summaries
            .push(summary(count_before, last_before - first, cut - 1 - first));
        *self.firsts_by_day.entry(first).or_default() += 1;
    }
}

struct Row {
    first_day: i32,
    is_holdout: bool,
    actual: f64,
    expected: f64,
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                tracking_weeks::WEEK.small_name(),
                rows.iter().map(|row| row.first_day).collect::<Vec<_>>(),
            )
            .cast(&DataType::Date)?,
            Column::new(
                tracking_weeks::IS_HOLDOUT.small_name(),
                rows.iter().map(|row| row.is_holdout).collect::<Vec<_>>(),
            ),
            Column::new(
                tracking_weeks::ACTUAL_COUNT.small_name(),
                rows.iter().map(|row| row.actual).collect::<Vec<_>>(),
            ),
            Column::new(
                tracking_weeks::EXPECTED_COUNT.small_name(),
                rows.iter().map(|row| row.expected).collect::<Vec<_>>(),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirty persons who came on two days and bought on two more, one who came in the holdout, and an odd one.
    fn ledger(odd: bool) -> Ledger {
        let mut entries = Vec::new();
        for person in 0..30 {
            let first = 10 + person as i32 % 2;
            for day in [first, first + 8, first + 8, 600] {
                entries.push(Entry::new(person, day, false, 100));
            }
        }
        entries.push(Entry::new(0, 30, true, -100));
        entries.push(Entry::new(30, 699, false, 100));
        if odd {
            entries.push(Entry::new(31, -9_000, false, 100));
            entries.push(Entry::new(31, -8_999, false, 100));
        }
        let ids: Vec<String> = (0..32).map(|person| format!("{person:02}")).collect();
        Ledger::new(Column::new("id".into(), ids), entries)
    }

    fn weeks_of(ledger: &Ledger) -> Weeks {
        let as_of = AsOf::parse("1971-12-02", &jiff::tz::TimeZone::UTC).unwrap();
        assert_eq!(as_of.day_number(), 700);
        Weeks::of(ledger, &as_of).unwrap()
    }

    #[test]
    fn days_of_a_person_are_merged_and_cut() {
        let ledger = ledger(false);
        let weeks = weeks_of(&ledger);
        // Day 10 is the third of the first week.
        assert_eq!((weeks.first_day, weeks.count, weeks.fitted), (8, 99, 74));
        let log = Log::read(&ledger, &weeks);
        assert_eq!(log.summaries.len(), 30);
        assert_eq!(log.summaries[0], summary(2, 8, 74 * 7 - 1 - 2));
        assert_eq!(log.firsts_by_day, BTreeMap::from([(2, 15), (3, 15)]));
        assert_eq!(log.repeats_by_week[1], 30);
        assert_eq!(log.repeats_by_week[84], 30);
        assert_eq!(log.repeats_by_week.iter().sum::<u64>(), 60);
        assert_eq!(log.repeats_before, 0);
    }

    #[test]
    fn a_sample_is_taken_evenly_from_all_persons() {
        let persons: Vec<PurchaseSummary> = (0..10).map(|age| summary(1, 0, age)).collect();
        assert_eq!(sample(&persons, 10), persons);
        let every_third: Vec<PurchaseSummary> = persons.iter().step_by(3).copied().collect();
        assert_eq!(sample(&persons, 4), every_third);
        assert!(sample(&[], 4).is_empty());
    }

    #[test]
    fn an_order_of_long_ago_makes_no_week() {
        let (odd, usual) = (ledger(true), ledger(false));
        let weeks = weeks_of(&odd);
        assert_eq!(weeks.count, weeks_of(&usual).count);
        let log = Log::read(&odd, &weeks);
        assert_eq!((log.summaries.len(), log.repeats_before), (31, 1));
        assert_eq!(log.repeats_by_week.iter().sum::<u64>(), 60);
    }

    #[test]
    fn a_short_log_has_no_weeks() {
        let ids = Column::new("id".into(), ["a"]);
        let entries = vec![Entry::new(0, 700 - 39 * 7 + 1, false, 5)];
        let short = Ledger::new(ids.clone(), entries);
        let as_of = AsOf::parse("1971-12-02", &jiff::tz::TimeZone::UTC).unwrap();
        assert!(Weeks::of(&short, &as_of).is_none());
        assert!(Weeks::of(&Ledger::new(ids, Vec::new()), &as_of).is_none());
    }
}
