//! What segments are worth together, with intervals.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::{HORIZONS, Spending};
use crate::math::matrix::Square;
use crate::math::purchases::predictive::{GroupTotal, Outlooks};
use crate::schema::{Column as SchemaColumn, person_values, segment_members, segments};

/// The parameters of the law of the spend.
const SPEND_PARAMETERS: usize = 3;

/// What sums over persons need, persons in the order of the forecast.
pub(in crate::segment) struct Totals {
    pub(super) outlooks: Outlooks,
    /// Per horizon, the slopes of the purchases in the log-parameters, by row.
    pub(super) slopes: [Vec<f64>; HORIZONS],
    pub(super) worths: [Worth; HORIZONS],
    pub(super) parameter_count: usize,
    /// Covariance of the logarithms of the purchase model's parameters.
    pub(super) log_covariance: Option<Square>,
    pub(super) spending: Spending,
}

/// Persons' values within one horizon.
#[derive(Debug, Clone, Default)]
pub(super) struct Worth {
    pub mean: Vec<f64>,
    pub variance: Vec<f64>,
}

impl Totals {
    /// Adds a person to the sums of a group.
    fn add_person(&self, person: usize, sums: &mut [GroupTotal; HORIZONS]) {
        let start = self.outlooks.row_of(person) * self.parameter_count;
        let spend = &self.spending.persons[person];
        let of_spend = self.spending.law.log_slopes(spend.evidence, spend.scale);
        for (place, sum) in sums.iter_mut().enumerate() {
            let of_purchases = &self.slopes[place][start..start + self.parameter_count];
            sum.add(
                self.worths[place].mean[person],
                self.worths[place].variance[person],
                of_purchases.iter().chain(&of_spend).copied(),
            );
        }
    }

    /// Returns the 90 % interval of a sum in whole minor units.
    fn bounds(&self, sum: &GroupTotal) -> [i64; 2] {
        let span = sum.interval(&[
            (self.parameter_count, self.log_covariance.as_ref()),
            (SPEND_PARAMETERS, self.spending.log_covariance.as_ref()),
        ]);
        [span.low.floor() as i64, span.high.ceil() as i64]
    }
}

/// Value to come and the two bounds of its interval, by horizon.
type Worths = [[Option<i64>; 3]; HORIZONS];

/// What segments are worth together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::segment) struct SegmentWorths(BTreeMap<String, Worths>);

impl SegmentWorths {
    /// Sums up the values to come and their intervals.
    ///
    /// `members` are persons with a segment of theirs, `values` the buyers in the order of the forecast; both ascend by person,
    /// who may be in several segments. A segment without a buyer has no value; where no model forecasts, there is no interval.
    pub(in crate::segment) fn of(
        members: &DataFrame,
        values: &DataFrame,
        totals: Option<&Totals>,
    ) -> PolarsResult<Self> {
        let by_horizon = |sums: Sums| {
            let mut worths = Worths::default();
            let found = worths.iter_mut().zip(sums.value).zip(&sums.spread);
            for ((worth, value), spread) in found {
                *worth = match (value, totals) {
                    (Some(value), Some(totals)) => {
                        let [low, high] = totals.bounds(spread);
                        // Persons' values are rounded one by one.
                        [value, low.min(value), high.max(value)].map(Some)
                    }
                    _ => [value, None, None],
                };
            }
            worths
        };
        let found = sums(members, values, totals)?.into_iter();
        Ok(Self(
            found.map(|(name, sums)| (name, by_horizon(sums))).collect(),
        ))
    }

    /// Adds them to the table `segments`.
    pub(in crate::segment) fn add_to(&self, mut segments: DataFrame) -> PolarsResult<DataFrame> {
        let worths: Vec<Worths> = segments
            .column(segments::SEGMENT.name)?
            .str()?
            .iter()
            .map(|name| name.and_then(|name| self.0.get(name)))
            .map(|worths| worths.copied().unwrap_or_default())
            .collect();
        for (place, names) in COLUMNS.iter().enumerate() {
            for (cell, name) in names.iter().enumerate() {
                let cells: Vec<Option<i64>> =
                    worths.iter().map(|worths| worths[place][cell]).collect();
                segments.with_column(Column::new(name.small_name(), cells))?;
            }
        }
        Ok(segments)
    }
}

/// Value and its two bounds, by horizon.
const COLUMNS: [[SchemaColumn; 3]; HORIZONS] = [
    [
        segments::LTV_MINOR,
        segments::LTV_LOW_MINOR,
        segments::LTV_HIGH_MINOR,
    ],
    [
        segments::LTV_24_MINOR,
        segments::LTV_24_LOW_MINOR,
        segments::LTV_24_HIGH_MINOR,
    ],
    [
        segments::LTV_36_MINOR,
        segments::LTV_36_LOW_MINOR,
        segments::LTV_36_HIGH_MINOR,
    ],
];

/// The sums of one segment, by horizon.
#[derive(Default)]
struct Sums {
    /// Of the values as the table of persons has them; `None` when it has none.
    value: [Option<i64>; HORIZONS],
    spread: [GroupTotal; HORIZONS],
}

/// Sums up by segment, in the order of the persons, so that the last bit does not depend on threads.
fn sums(
    members: &DataFrame,
    values: &DataFrame,
    totals: Option<&Totals>,
) -> PolarsResult<BTreeMap<String, Sums>> {
    let person = members.column(segment_members::PERSON_ID.name)?.str()?;
    let segment = members.column(segment_members::SEGMENT.name)?.str()?;
    let buyer = values.column(person_values::PERSON_ID.name)?.str()?;
    let worth = [
        person_values::LTV_MINOR,
        person_values::LTV_24_MINOR,
        person_values::LTV_36_MINOR,
    ];
    let mut worths = Vec::with_capacity(HORIZONS);
    for column in worth {
        worths.push(values.column(column.name)?.i64()?);
    }
    let mut place_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<Sums> = Vec::new();
    let mut buyers = buyer.iter().enumerate().peekable();
    for (person, segment) in person.iter().zip(segment.iter()) {
        while buyers.next_if(|(_, buyer)| *buyer < person).is_some() {}
        let Some((buyer, _)) = buyers.peek().copied().filter(|(_, buyer)| *buyer == person) else {
            continue;
        };
        let Some(segment) = segment else { continue };
        let place = *place_of.entry(segment).or_insert_with(|| {
            found.push(Sums::default());
            found.len() - 1
        });
        let sums = &mut found[place];
        for (value, cells) in sums.value.iter_mut().zip(&worths) {
            if let Some(worth) = cells.get(buyer) {
                *value = Some(value.unwrap_or_default().saturating_add(worth));
            }
        }
        if let Some(totals) = totals {
            totals.add_person(buyer, &mut sums.spread);
        }
    }
    Ok(place_of
        .into_iter()
        .map(|(name, place)| (name.to_owned(), std::mem::take(&mut found[place])))
        .collect())
}
