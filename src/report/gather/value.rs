//! What persons are worth, in groups large enough to be shown.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use super::columns::{floats, integers, optional_integers, texts};
use super::privacy::{counted_part, held_back, held_back_in_table, is_group, is_split};
use crate::math::inequality::gini;
use crate::report::figures::{
    DecileFigure, MatrixCell, RfmCell, SegmentFigure, SmallSegment, Urgency,
};
use crate::schema::{person_segments, person_values, segments};

/// Groups whose persons are told apart, in the order of the page.
const VALUE_GROUPS: [&str; 3] = ["high", "middle", "low"];
const VOICE_GROUPS: [&str; 4] = ["positive", "neutral", "negative", "silent"];

/// What is read of the buyers at once.
pub(super) struct Values {
    pub(super) smallest: u64,
    recency: Vec<i64>,
    frequency: Vec<i64>,
    decile: Vec<i64>,
    spend: Vec<i64>,
    pub(super) ltv: Vec<i64>,
    pub(super) alive: Vec<f64>,
    /// Share of buyers who are probably gone; absent when they, or all others, are too few.
    pub(super) churn_rate: Option<f64>,
    pub(super) is_churn_withheld: bool,
    /// Sum of the 12-month values; absent when those of too few persons.
    pub(super) lifetime_total: Option<i64>,
    pub(super) is_lifetime_withheld: bool,
}

impl Values {
    pub(super) fn read(input: &Input, smallest: u32, score_counts: [u8; 3]) -> PolarsResult<Self> {
        let frame = input
            .person_values
            .clone()
            .select([
                person_values::RECENCY_SCORE.expr(),
                person_values::FREQUENCY_SCORE.expr(),
                person_values::DECILE.expr(),
                person_values::SPEND_MINOR.expr(),
                person_values::LTV_MINOR.expr(),
                person_values::ALIVE_PROB.expr(),
            ])
            .collect()?;
        let ltv: Vec<i64> = optional_integers(&frame, person_values::LTV_MINOR.name)?
            .into_iter()
            .flatten()
            .collect();
        let alive: Vec<f64> = floats(&frame, person_values::ALIVE_PROB.name)?
            .into_iter()
            .flatten()
            .collect();
        let gone = alive.iter().filter(|prob| **prob < 0.5).count();
        let smallest = u64::from(smallest);
        let is_churn_told = is_split(gone as u64, alive.len() as u64, smallest);
        let is_lifetime_told = is_group(ltv.len() as u64, smallest);
        Ok(Self {
            smallest,
            recency: fifths(
                integers(&frame, person_values::RECENCY_SCORE.name)?,
                score_counts[0],
            ),
            frequency: fifths(
                integers(&frame, person_values::FREQUENCY_SCORE.name)?,
                score_counts[1],
            ),
            decile: integers(&frame, person_values::DECILE.name)?,
            spend: integers(&frame, person_values::SPEND_MINOR.name)?,
            churn_rate: (!alive.is_empty() && is_churn_told)
                .then(|| gone as f64 / alive.len() as f64),
            is_churn_withheld: !is_churn_told,
            lifetime_total: (!ltv.is_empty() && is_lifetime_told).then(|| ltv.iter().sum()),
            is_lifetime_withheld: !is_lifetime_told,
            ltv,
            alive,
        })
    }

    pub(super) fn rfm_cells(&self) -> PolarsResult<Vec<RfmCell>> {
        let mut cells: BTreeMap<(i64, i64), (u64, i64)> = BTreeMap::new();
        for ((recency, frequency), spend) in
            self.recency.iter().zip(&self.frequency).zip(&self.spend)
        {
            let cell = cells.entry((*recency, *frequency)).or_default();
            cell.0 += 1;
            cell.1 += spend;
        }
        let counts: Vec<u64> = cells.values().map(|(count, _)| *count).collect();
        let held = held_back(&counts, self.smallest);
        Ok(cells
            .into_iter()
            .zip(held)
            .map(
                |(((recency, frequency), (count, spend)), is_held)| RfmCell {
                    recency_score: recency as u32,
                    frequency_score: frequency as u32,
                    person_count: (!is_held).then_some(count),
                    spend_minor: (!is_held).then_some(spend),
                },
            )
            .collect())
    }

    pub(super) fn deciles(&self) -> PolarsResult<Vec<DecileFigure>> {
        if (self.spend.len() as u64) < 10 * self.smallest {
            return Ok(Vec::new());
        }
        let mut groups: BTreeMap<i64, (u64, i64)> = BTreeMap::new();
        for (decile, spend) in self.decile.iter().zip(&self.spend) {
            let group = groups.entry(*decile).or_default();
            group.0 += 1;
            group.1 += spend;
        }
        if groups.values().any(|(count, _)| *count < self.smallest) {
            return Ok(Vec::new());
        }
        let total: i64 = self.spend.iter().sum();
        let mut so_far = 0;
        Ok(groups
            .into_iter()
            .map(|(decile, (count, spend))| {
                so_far += spend;
                DecileFigure {
                    decile: decile as u32,
                    person_count: count,
                    spend_minor: spend,
                    cumulative_share: if total > 0 {
                        so_far as f64 / total as f64
                    } else {
                        0.0
                    },
                }
            })
            .collect())
    }

    pub(super) fn gini(&self) -> PolarsResult<Option<f64>> {
        if !is_group(self.spend.len() as u64, self.smallest) {
            return Ok(None);
        }
        let spend: Vec<f64> = self
            .spend
            .iter()
            .map(|spend| (*spend).max(0) as f64)
            .collect();
        Ok(gini(&spend).ok())
    }
}

/// Returns scores of 1 to `count` as fifths, 1 to 5, whatever number of scores the settings give; the ends stay the ends.
fn fifths(scores: Vec<i64>, count: u8) -> Vec<i64> {
    let steps = (i64::from(count) - 1).max(1);
    let fifth = |score: i64| ((score - 1) * 8 + steps).div_euclid(2 * steps) + 1;
    scores
        .into_iter()
        .map(|score| fifth(score).clamp(1, 5))
        .collect()
}

/// Returns the segments that may be shown, and those held back because they, or one beside them, have fewer persons.
pub(super) fn segments(
    input: &Input,
    smallest: u32,
) -> PolarsResult<(Vec<SegmentFigure>, Vec<SmallSegment>)> {
    let frame = input.segments.clone().collect()?;
    let (name, action) = (
        texts(&frame, segments::SEGMENT.name)?,
        texts(&frame, segments::ACTION.name)?,
    );
    let urgency = texts(&frame, segments::URGENCY.name)?;
    let count = integers(&frame, segments::PERSON_COUNT.name)?;
    let previous = optional_integers(&frame, segments::PREVIOUS_PERSON_COUNT.name)?;
    let spend = integers(&frame, segments::SPEND_MINOR.name)?;
    let ltv = optional_integers(&frame, segments::LTV_MINOR.name)?;
    let ltv_low = optional_integers(&frame, segments::LTV_LOW_MINOR.name)?;
    let ltv_high = optional_integers(&frame, segments::LTV_HIGH_MINOR.name)?;
    let at_stake = optional_integers(&frame, segments::VALUE_AT_STAKE_MINOR.name)?;
    let speaking = integers(&frame, segments::SPEAKING_COUNT.name)?;
    let sentiment = floats(&frame, segments::SENTIMENT_MEAN.name)?;
    let reachable = integers(&frame, segments::REACHABLE_COUNT.name)?;
    let smallest = i64::from(smallest);
    let pressing = |row: usize| match urgency[row].as_str() {
        "now" => Urgency::Now,
        "week" => Urgency::Week,
        "none" => Urgency::None,
        _ => Urgency::Regular,
    };
    let persons: Vec<u64> = count.iter().map(|count| count.unsigned_abs()).collect();
    let held = held_back(&persons, smallest.unsigned_abs());
    let small = (0..frame.height())
        .filter(|row| held[*row])
        .map(|row| SmallSegment {
            name: name[row].clone(),
            action: action[row].clone(),
            urgency: pressing(row),
        })
        .collect();
    let is_shown = |row: &usize| count[*row] >= smallest && !held[*row];
    let shown = (0..frame.height())
        .filter(is_shown)
        .map(|row| SegmentFigure {
            name: name[row].clone(),
            action: action[row].clone(),
            urgency: pressing(row),
            person_count: count[row].unsigned_abs(),
            previous_person_count: previous[row]
                .map(i64::unsigned_abs)
                .filter(|before| *before >= smallest as u64),
            spend_minor: spend[row],
            ltv_minor: ltv[row],
            ltv_low_minor: ltv_low[row],
            ltv_high_minor: ltv_high[row],
            value_at_stake_minor: at_stake[row],
            sentiment_mean: sentiment[row].filter(|_| speaking[row] >= smallest),
            reachable_count: counted_part(
                reachable[row].unsigned_abs(),
                persons[row],
                smallest.unsigned_abs(),
            ),
        })
        .collect();
    Ok((shown, small))
}

/// Returns persons by value and voice group.
pub(super) fn matrix(input: &Input, smallest: u32) -> PolarsResult<Vec<MatrixCell>> {
    let frame = input
        .person_segments
        .clone()
        .left_join(
            input.person_values.clone().select([
                person_values::PERSON_ID.expr(),
                person_values::LTV_MINOR.expr(),
            ]),
            person_segments::PERSON_ID.expr(),
            person_values::PERSON_ID.expr(),
        )
        .group_by([
            person_segments::VALUE_GROUP.expr(),
            person_segments::VOICE_GROUP.expr(),
        ])
        .agg([len().alias("count"), person_values::LTV_MINOR.expr().sum()])
        .collect()?;
    let value = texts(&frame, person_segments::VALUE_GROUP.name)?;
    let voice = texts(&frame, person_segments::VOICE_GROUP.name)?;
    let count = integers(&frame, "count")?;
    let ltv = integers(&frame, person_values::LTV_MINOR.name)?;
    let find = |value_group: &str, voice_group: &str| {
        (0..value.len()).find(|row| value[*row] == value_group && voice[*row] == voice_group)
    };
    let persons = |place: Option<usize>| place.map_or(0, |row| count[row].unsigned_abs());
    let counts: Vec<Vec<u64>> = VALUE_GROUPS
        .iter()
        .map(|value_group| {
            let of = |voice_group: &&str| persons(find(value_group, voice_group));
            VOICE_GROUPS.iter().map(of).collect()
        })
        .collect();
    let held = held_back_in_table(&counts, u64::from(smallest));
    let mut cells = Vec::new();
    for (value_group, held) in VALUE_GROUPS.iter().zip(held) {
        for (voice_group, is_held) in VOICE_GROUPS.iter().zip(held) {
            let found = find(value_group, voice_group);
            cells.push(MatrixCell {
                value_group: (*value_group).to_owned(),
                voice_group: (*voice_group).to_owned(),
                person_count: (!is_held).then(|| persons(found)),
                ltv_minor: (!is_held).then(|| found.map_or(0, |row| ltv[row])),
            });
        }
    }
    if value.is_empty() {
        Ok(Vec::new())
    } else {
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_any_number_become_fifths() {
        assert_eq!(fifths((1..=5).collect(), 5), [1, 2, 3, 4, 5]);
        assert_eq!(fifths((1..=2).collect(), 2), [1, 5]);
        assert_eq!(fifths((1..=3).collect(), 3), [1, 3, 5]);
        assert_eq!(
            fifths((1..=10).collect(), 10),
            [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        );
    }
}
