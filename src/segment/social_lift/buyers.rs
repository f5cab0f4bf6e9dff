//! Buyers up to a cut, what they bought after it, and what the linked ones said before it.

use std::collections::HashMap;

use polars::prelude::*;

use super::signals;
use crate::as_of::AsOf;
use crate::error::Result;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::covariates::Covariate;
use crate::schema::persons;
use crate::segment::lifetime::DAYS_PER_WEEK;
use crate::segment::purchases::Ledger;

/// Shortest log, in weeks, that is split.
const SHORTEST_LOG: i32 = 40;
/// Persons of either class, linked or not, at most; more would make no result surer and every fit slower.
const MOST_PER_CLASS: usize = 20_000;

/// Name of the class of linked persons.
const HAS_VOICE: &str = "has_voice";
/// Signals, their columns, and whether `ln(1 + n)` is taken of them.
const SIGNALS: [(&str, &str, bool); 7] = [
    ("posts", signals::POSTS, true),
    ("sentiment", signals::SENTIMENT, false),
    ("sentiment_trend", signals::SENTIMENT_TREND, false),
    ("open_complaints", signals::OPEN_COMPLAINTS, true),
    ("advocacy", signals::ADVOCACY, false),
    ("influence", signals::INFLUENCE, true),
    ("journey_stage", signals::JOURNEY_STAGE, false),
];

/// The moment between what fit and signals see and what tests them.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    /// The end of its day.
    pub as_of: AsOf,
    /// The day, since 1970-01-01.
    pub day: i32,
    /// Whole weeks behind it.
    pub holdout_weeks: i32,
}

impl Cut {
    /// Returns the cut that leaves a share of the log's weeks behind it; `None` where the log is too short.
    pub(super) fn of(log_start: Option<i32>, share: f64, as_of: &AsOf) -> Result<Option<Self>> {
        let Some(first) = log_start else {
            return Ok(None);
        };
        let last = as_of.day_number();
        let weeks = last.saturating_sub(first).saturating_add(1) / 7;
        if weeks < SHORTEST_LOG {
            return Ok(None);
        }
        let holdout_weeks = ((f64::from(weeks) * share).round() as i32).max(1);
        Ok(Some(Self {
            as_of: as_of.days_before(holdout_weeks * 7)?,
            day: last - holdout_weeks * 7,
            holdout_weeks,
        }))
    }
}

/// The purchase days of one person whose first lies before the cut.
struct Found {
    first: i32,
    last_before: i32,
    count_before: usize,
    last: i32,
    count: usize,
    /// Row of the signals; only of linked persons.
    said: Option<usize>,
}

impl Found {
    fn of(days: &[i64], cut: i32, said: Option<usize>) -> Option<Self> {
        let before = &days[..days.partition_point(|day| *day <= i64::from(cut))];
        Some(Self {
            first: *before.first()? as i32,
            last_before: *before.last()? as i32,
            count_before: before.len(),
            last: *days.last()? as i32,
            count: days.len(),
            said,
        })
    }
}

/// The buyers whose first purchase lies before the cut, by person.
pub(super) struct Buyers {
    /// What was known of them at the cut, time in weeks.
    pub before: Vec<PurchaseSummary>,
    /// What is known now.
    pub whole: Vec<PurchaseSummary>,
    /// Days with a purchase after the cut.
    pub bought_after: Vec<f64>,
    /// Whether the person was linked by the cut.
    pub is_linked: Vec<bool>,
    /// What they said, known of linked persons.
    pub signals: Vec<Covariate>,
    /// Persons left out because there were too many of their class.
    pub left_out: usize,
}

impl Buyers {
    /// Reads the buyers, or only those who are linked; of more than [`MOST_PER_CLASS`] linked or other persons every n-th is taken,
    /// by the hash that is their id.
    pub(super) fn read(
        ledger: &Ledger,
        signals: &DataFrame,
        is_of_linked: bool,
        cut: &Cut,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let linked = signals.column(persons::PERSON_ID.name)?.str()?;
        let linked = linked.iter().zip(0..);
        let linked: HashMap<&str, usize> =
            linked.filter_map(|(id, row)| Some((id?, row))).collect();
        let ids = ledger.ids.str()?;
        let last_day = as_of.day_number();
        let mut found: Vec<Found> = Vec::new();
        ledger.each_buyer(i64::from(last_day), |person, days| {
            let id = ids.get(person as usize);
            let said = id.and_then(|id| linked.get(id)).copied();
            if said.is_some() || !is_of_linked {
                found.extend(Found::of(days, cut.day, said));
            }
        });
        let is_linked: Vec<bool> = found.iter().map(|found| found.said.is_some()).collect();
        let chosen = chosen(&is_linked);
        let left_out = found.len() - chosen.len();
        let chosen: Vec<&Found> = chosen.into_iter().map(|row| &found[row]).collect();
        let summary = |found: &Found, count: usize, last: i32, end: i32| {
            let weeks = |to: i32| f64::from(to - found.first) / DAYS_PER_WEEK;
            PurchaseSummary {
                repeat_count: count as f64 - 1.0,
                last_purchase_age: weeks(last),
                customer_age: weeks(end),
                weight: 1.0,
            }
        };
        let before = |one: &&Found| summary(one, one.count_before, one.last_before, cut.day);
        let whole = |one: &&Found| summary(one, one.count, one.last, last_day);
        let after = |one: &&Found| (one.count - one.count_before) as f64;
        Ok(Self {
            before: chosen.iter().map(before).collect(),
            whole: chosen.iter().map(whole).collect(),
            bought_after: chosen.iter().map(after).collect(),
            signals: covariates(signals, &chosen)?,
            left_out,
            is_linked: chosen.iter().map(|one| one.said.is_some()).collect(),
        })
    }

    pub(super) fn linked_count(&self) -> usize {
        self.is_linked
            .iter()
            .filter(|is_linked| **is_linked)
            .count()
    }

    /// Returns how many linked persons had a repeat purchase before the cut.
    pub(super) fn linked_repeater_count(&self) -> usize {
        let linked = self.is_linked.iter().zip(&self.before);
        linked
            .filter(|(is_linked, summary)| **is_linked && summary.repeat_count > 0.0)
            .count()
    }

    /// Returns the class of linked persons.
    pub(super) fn class(&self) -> Covariate {
        Covariate {
            name: HAS_VOICE.to_owned(),
            values: self
                .is_linked
                .iter()
                .map(|is_linked| Some(f64::from(u8::from(*is_linked))))
                .collect(),
        }
    }
}

/// Returns the rows that are read, ascending.
fn chosen(is_linked: &[bool]) -> Vec<usize> {
    let mut rows: Vec<usize> = [true, false]
        .into_iter()
        .flat_map(|class| {
            let of_class: Vec<usize> = (0..is_linked.len())
                .filter(|row| is_linked[*row] == class)
                .collect();
            spread(&of_class)
        })
        .collect();
    rows.sort_unstable();
    rows
}

/// Returns at most [`MOST_PER_CLASS`] rows, evenly spread.
fn spread(rows: &[usize]) -> Vec<usize> {
    let count = rows.len().min(MOST_PER_CLASS);
    (0..count).map(|i| rows[i * rows.len() / count]).collect()
}

/// Returns the signals of buyers; nothing is known of who is not linked.
fn covariates(signals: &DataFrame, buyers: &[&Found]) -> PolarsResult<Vec<Covariate>> {
    SIGNALS
        .iter()
        .map(|(name, column, is_count)| {
            let cells = signals.column(column)?.cast(&DataType::Float64)?;
            let cells = cells.f64()?;
            let value = |buyer: &&Found| {
                let cell = cells.get(buyer.said?)?;
                Some(if *is_count { cell.ln_1p() } else { cell })
            };
            Ok(Covariate {
                name: (*name).to_owned(),
                values: buyers.iter().map(value).collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_large_class_every_nth_is_taken_and_of_a_small_one_all() {
        let is_linked: Vec<bool> = (0..50_000).map(|row| row % 5 == 0).collect();
        let rows = chosen(&is_linked);
        let linked = rows.iter().filter(|row| is_linked[**row]).count();
        assert_eq!((linked, rows.len()), (10_000, 30_000));
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rows.last().is_some_and(|last| *last > 49_990));
        assert!(chosen(&[]).is_empty());
    }
}
