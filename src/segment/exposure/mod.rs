//! What others buy after they met a person's posts.
//!
//! The store holds who responded, not who read. An *exposure* of person B to person A is a response of B to A (reply, quote,
//! repost, mention) at the instant `t`: then, if ever, B had A's words before the eyes. Both are persons whose accounts are
//! linked with consent; of all others nothing is known here. For each exposure are counted
//!
//! - `y`: purchase days of B in the window `(t, t + d]`, `d` being `segment.exposure_days`,
//! - `x`: the same in its control windows, `(t + k w, t + k w + d]` for `k` of -4..-1 and 1..4, where `w` is `d` in whole weeks,
//!   so that weekdays agree. `c` of the eight are of use: those within the time observed that touch no window of another exposure.
//!
//! The excess is `sum(y - x / c) / n` over the `n` exposures with a control window ([`matched_excess`] has interval and
//! p-value): purchases per exposure above those of the same persons in the weeks around.
//!
//! An exposure within the window of an earlier one opens none. For all persons together, or all of one role, the exposures
//! of B to any of them are one sequence, so that no purchase counts twice. Programs, staff and the shop's own accounts are
//! neither authors nor audience. What it cannot tell: B may respond because of having just decided to buy, which looks like an
//! effect, or having just bought, which looks like the contrary.

mod bought;
mod responses;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use self::bought::Bought;
use self::responses::Responses;
use self::windows::Matching;
use super::Input;
use super::heard::DAY;
use crate::as_of::AsOf;
use crate::math::intervals::Difference;
use crate::math::matched::matched_excess;
use crate::schema::exposures;

/// Exposures below which nothing is measured.
const LEAST_EXPOSURES: usize = 20;
/// Persons exposed below which nothing is measured, whatever `privacy.min_group_size` allows.
const LEAST_EXPOSED: usize = 5;
const CONFIDENCE: f64 = 0.95;

/// How exposures are followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Days of a window.
    pub days: u32,
    /// Smallest group of persons shown.
    pub min_group_size: u32,
}

/// Returns the table `exposures`.
pub(super) fn table(
    input: &Input,
    purchases: &DataFrame,
    terms: Terms,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let responses = Responses::read(input, as_of)?;
    let bought = Bought::read(input, purchases, &responses)?;
    let length = i64::from(terms.days) * DAY;
    let matching = Matching {
        length,
        step: i64::from(terms.days.div_ceil(7)) * 7 * DAY,
        observed: bought.first..day_after(as_of),
    };
    let mut rows = Vec::new();
    let mut add = |scope, role: &str, person: &str, sequences: &BTreeMap<u32, BTreeSet<i64>>| {
        let row = Row::measure(sequences, &bought, &matching, terms);
        rows.extend(row.map(|row| Row {
            scope,
            role: role.to_owned(),
            person: person.to_owned(),
            ..row
        }));
    };
    add("all", "", "", &responses.sequences(|_| true));
    let roles: BTreeSet<&str> = responses.roles.iter().map(String::as_str).collect();
    for role in roles.into_iter().filter(|role| !role.is_empty()) {
        let of_role = responses.sequences(|author| responses.role(author) == role);
        add("role", role, "", &of_role);
    }
    for (author, sequences) in responses.by_author() {
        let role = responses.role(author);
        add("person", role, responses.person(author), &sequences);
    }
    frame(&rows)
}

/// Returns the first instant after the last complete day, up to which purchases are known.
fn day_after(as_of: &AsOf) -> i64 {
    as_of
        .days_before(0)
        .map_or(as_of.instant(), |end| end.instant())
        .as_microsecond()
}

/// A row of the table.
struct Row {
    scope: &'static str,
    role: String,
    person: String,
    exposure_count: i64,
    exposed_count: i64,
    /// Purchase days after exposures, and expected ones; none where too few were exposed.
    measured: Option<(i64, f64, Difference)>,
}

impl Row {
    /// Measures what followed; `None` without a window.
    fn measure(
        sequences: &BTreeMap<u32, BTreeSet<i64>>,
        bought: &Bought,
        matching: &Matching,
        terms: Terms,
    ) -> Option<Self> {
        let mut windows = Vec::new();
        let mut exposed = 0_usize;
        for (person, instants) in sequences {
            let instants: Vec<i64> = instants.iter().copied().collect();
            let found = matching.windows(*person, &instants, bought.of(*person));
            exposed += usize::from(!found.is_empty());
            windows.extend(found);
        }
        if windows.is_empty() {
            return None;
        }
        let least = LEAST_EXPOSED.max(terms.min_group_size as usize);
        let is_enough = windows.len() >= LEAST_EXPOSURES && exposed >= least;
        let measured = is_enough
            .then(|| matched_excess(&windows, CONFIDENCE).ok())
            .flatten()
            .map(|excess| {
                let count: i64 = windows.iter().map(|window| i64::from(window.count)).sum();
                let expected: f64 = windows
                    .iter()
                    .map(|window| {
                        f64::from(window.control_count) / f64::from(window.control_windows)
                    })
                    .sum();
                (count, expected, excess)
            });
        Some(Self {
            scope: "",
            role: String::new(),
            person: String::new(),
            exposure_count: windows.len() as i64,
            exposed_count: exposed as i64,
            measured,
        })
    }

    fn excess(&self) -> Option<&Difference> {
        self.measured.as_ref().map(|(_, _, excess)| excess)
    }
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let texts = |column: crate::schema::Column, value: fn(&Row) -> &str| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<&str>>(),
        )
    };
    let wholes = |column: crate::schema::Column, value: fn(&Row) -> Option<i64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<Option<i64>>>(),
        )
    };
    let floats = |column: crate::schema::Column, value: fn(&Row) -> Option<f64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<Option<f64>>>(),
        )
    };
    DataFrame::new(
        rows.len(),
        vec![
            texts(exposures::SCOPE, |row| row.scope),
            texts(exposures::ACCOUNT_ROLE, |row| row.role.as_str()),
            texts(exposures::PERSON_ID, |row| row.person.as_str()),
            wholes(exposures::EXPOSURE_COUNT, |row| Some(row.exposure_count)),
            wholes(exposures::EXPOSED_COUNT, |row| Some(row.exposed_count)),
            wholes(exposures::PURCHASE_DAY_COUNT, |row| {
                row.measured.as_ref().map(|measured| measured.0)
            }),
            floats(exposures::EXPECTED_COUNT, |row| {
                row.measured.as_ref().map(|measured| measured.1)
            }),
            floats(exposures::EXCESS, |row| {
                row.excess().map(|excess| excess.interval.estimate)
            }),
            floats(exposures::EXCESS_LOW, |row| {
                row.excess().map(|excess| excess.interval.low)
            }),
            floats(exposures::EXCESS_HIGH, |row| {
                row.excess().map(|excess| excess.interval.high)
            }),
            floats(exposures::EXCESS_P, |row| {
                row.excess().map(|excess| excess.p_value)
            }),
        ],
    )
}
