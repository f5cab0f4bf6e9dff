//! What persons are worth, in groups large enough to be shown.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use super::columns::{dates, floats, integers, optional_integers, texts};
use super::privacy::{counted_part, held_back, held_back_in_table, is_group, is_split};
use crate::math::inequality::gini;
use crate::report::figures::{
    CampaignFigure, CohortCell, DecileFigure, HistogramBin, LifetimeFigures, MatrixCell, Parameter,
    RfmCell, SegmentFigure, SmallSegment, TrackingWeek, Urgency,
};
use crate::schema::{
    campaign_results, cohorts, models, person_segments, person_values, segments, tracking_weeks,
};

/// Months of first purchase shown.
const COHORTS: usize = 24;
/// Bars of the histogram of values, the open one at the end included.
const BARS: usize = 12;
/// Groups whose persons are told apart, in the order of the page.
const VALUE_GROUPS: [&str; 3] = ["high", "middle", "low"];
const VOICE_GROUPS: [&str; 4] = ["positive", "neutral", "negative", "silent"];

/// What is read of the buyers at once.
pub(super) struct Values {
    smallest: u64,
    recency: Vec<i64>,
    frequency: Vec<i64>,
    decile: Vec<i64>,
    spend: Vec<i64>,
    ltv: Vec<i64>,
    alive: Vec<f64>,
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

    pub(super) fn lifetime(&self, input: &Input) -> PolarsResult<Option<LifetimeFigures>> {
        let fitted = Fitted::read(input)?;
        let Some(model) = fitted
            .purchase_model()
            .filter(|_| !self.is_lifetime_withheld)
        else {
            return Ok(None);
        };
        let tracking = input.tracking_weeks.clone().collect()?;
        let weeks = dates(&tracking, tracking_weeks::WEEK.name)?;
        let actual = floats(&tracking, tracking_weeks::ACTUAL_COUNT.name)?;
        let expected = floats(&tracking, tracking_weeks::EXPECTED_COUNT.name)?;
        let held_out = tracking.column(tracking_weeks::IS_HOLDOUT.name)?.bool()?;
        let first_held_out = held_out
            .iter()
            .position(|is_held_out| is_held_out == Some(true));
        Ok(Some(LifetimeFigures {
            parameters: fitted.parameters(
                &model,
                &["r", "alpha", "a", "b", "s", "beta", "gamma", "delta"],
            ),
            log_likelihood: fitted.value(&model, "log_likelihood").unwrap_or(f64::NAN),
            spend_parameters: fitted.parameters("Gamma-Gamma", &["p", "q", "gamma"]),
            spend_frequency_correlation: fitted.value("Gamma-Gamma", "spend_frequency_correlation"),
            model,
            total_minor: self.lifetime_total.unwrap_or(0),
            alive_count: (!self.is_churn_withheld)
                .then(|| self.alive.iter().filter(|prob| **prob >= 0.5).count() as u64),
            histogram: histogram(&self.ltv, self.smallest),
            holdout_from: first_held_out.map(|place| weeks[place].clone()),
            tracking: weeks
                .into_iter()
                .zip(actual)
                .zip(expected)
                .map(|((week, actual), expected)| TrackingWeek {
                    week,
                    actual_count: actual.unwrap_or(0.0),
                    expected_count: expected.unwrap_or(0.0),
                })
                .collect(),
        }))
    }
}

/// Returns bars of one round width; the last one is open and takes the largest values. Bars of fewer persons than may be
/// shown are merged into the one below.
fn histogram(values: &[i64], smallest: u64) -> Vec<HistogramBin> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (Some(&largest), Some(&high)) = (sorted.last(), sorted.get(sorted.len() * 95 / 100)) else {
        return Vec::new();
    };
    let width = round_up(high.max(1) as f64 / (BARS - 1) as f64);
    let mut bins: Vec<HistogramBin> = (0..BARS as i64)
        .map(|place| HistogramBin {
            lower_minor: place * width,
            upper_minor: (place + 1) * width,
            person_count: 0,
        })
        .collect();
    for value in sorted {
        let place = (value.max(0) / width).min(BARS as i64 - 1) as usize;
        bins[place].person_count += 1;
    }
    let open_end = round_up(largest.max(1) as f64);
    for place in (0..bins.len()).rev() {
        let is_small = bins[place].person_count < smallest;
        let is_last = place + 1 == bins.len();
        if place > 0 && is_small && (is_last || bins[place].person_count > 0) {
            let merged = bins.remove(place);
            bins[place - 1].person_count += merged.person_count;
            bins[place - 1].upper_minor = merged.upper_minor;
        }
    }
    if let Some(last) = bins.last_mut() {
        last.upper_minor = last.upper_minor.max(open_end);
    }
    bins.retain(|bin| bin.person_count == 0 || bin.person_count >= smallest);
    bins
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

/// Returns the next number of the form 1, 2 or 5 times a power of ten.
fn round_up(value: f64) -> i64 {
    let power = 10f64.powf(value.max(1.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|step| step * power >= value)
        .unwrap_or(10.0);
    (step * power) as i64
}

/// The rows of the table `models`.
struct Fitted {
    rows: Vec<Figure>,
}

struct Figure {
    model: String,
    name: String,
    value: Option<f64>,
    standard_error: Option<f64>,
    is_used: bool,
}

impl Fitted {
    fn read(input: &Input) -> PolarsResult<Self> {
        let frame = input.models.clone().collect()?;
        let model = texts(&frame, models::MODEL.name)?;
        let name = texts(&frame, models::FIGURE.name)?;
        let value = floats(&frame, models::VALUE.name)?;
        let error = floats(&frame, models::STANDARD_ERROR.name)?;
        let is_used = frame.column(models::IS_USED.name)?.bool()?;
        let rows = (0..frame.height()).map(|row| Figure {
            model: model[row].clone(),
            name: name[row].clone(),
            value: value[row],
            standard_error: error[row],
            is_used: is_used.get(row).unwrap_or(false),
        });
        Ok(Self {
            rows: rows.collect(),
        })
    }

    fn purchase_model(&self) -> Option<String> {
        let mut used = self
            .rows
            .iter()
            .filter(|row| row.is_used && (row.model.ends_with("NBD") || row.model == "BG/BB"));
        used.next().map(|row| row.model.clone())
    }

    fn find(&self, model: &str, name: &str) -> Option<&Figure> {
        self.rows
            .iter()
            .find(|row| row.model == model && row.name == name)
    }

    fn value(&self, model: &str, name: &str) -> Option<f64> {
        self.find(model, name).and_then(|row| row.value)
    }

    fn parameters(&self, model: &str, names: &[&str]) -> Vec<Parameter> {
        let parameter = |row: &Figure| {
            Some(Parameter {
                name: row.name.clone(),
                value: row.value?,
                standard_error: row.standard_error,
            })
        };
        names
            .iter()
            .filter_map(|name| self.find(model, name))
            .filter_map(parameter)
            .collect()
    }
}

/// Returns the key of the reason why there is no purchase model.
pub(super) fn absent_reason(input: &Input) -> PolarsResult<Option<String>> {
    let fitted = Fitted::read(input)?;
    let reason = fitted
        .rows
        .iter()
        .find(|row| row.model == "none")
        .map(|row| row.name.clone());
    Ok(reason.or_else(|| fitted.rows.is_empty().then(|| "no_orders".to_owned())))
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

/// Returns the newest months of first purchase.
pub(super) fn cohorts(input: &Input, smallest: u32) -> PolarsResult<Vec<CohortCell>> {
    let frame = input
        .cohorts
        .clone()
        .filter(
            cohorts::UNIT
                .expr()
                .eq(lit("month"))
                .and(cohorts::CHANNEL.expr().is_null()),
        )
        .sort(
            [cohorts::COHORT.name, cohorts::AGE_PERIODS.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let month: Vec<String> = dates(&frame, cohorts::COHORT.name)?
        .into_iter()
        .map(|day| day.chars().take(7).collect())
        .collect();
    let age = integers(&frame, cohorts::AGE_PERIODS.name)?;
    let persons = integers(&frame, cohorts::PERSON_COUNT.name)?;
    let active = integers(&frame, cohorts::ACTIVE_COUNT.name)?;
    let cumulative = integers(&frame, cohorts::CUMULATIVE_SPEND_MINOR.name)?;
    let told = sums_told(&month, &active, i64::from(smallest));
    let mut months: Vec<&String> = month.iter().collect();
    months.dedup();
    let Some(oldest) = months.get(months.len().saturating_sub(COHORTS)).copied() else {
        return Ok(Vec::new());
    };
    Ok((0..frame.height())
        .filter(|row| month[*row] >= *oldest && persons[*row] >= i64::from(smallest))
        .map(|row| {
            let is_shown = persons[row] >= i64::from(smallest);
            CohortCell {
                cohort: month[row].clone(),
                age_months: age[row] as u32,
                person_count: persons[row].unsigned_abs(),
                active_count: is_shown.then(|| active[row].unsigned_abs()),
                retention: is_shown.then(|| active[row] as f64 / persons[row] as f64),
                cumulative_minor: (is_shown && told[row]).then(|| cumulative[row]),
            }
        })
        .collect())
}

/// Returns in which rows the sum so far may be told, rows in the order of cohort and age.
///
/// The difference of two sums is what those spent who bought in between. A sum is told when as many bought in its month as may be
/// shown, or when nobody did and the sum before it is told.
fn sums_told(cohort: &[String], active: &[i64], smallest: i64) -> Vec<bool> {
    let mut told: Vec<bool> = Vec::with_capacity(active.len());
    for (row, active) in active.iter().enumerate() {
        let is_before_told = row > 0 && cohort[row] == cohort[row - 1] && told[row - 1];
        told.push(*active >= smallest.max(1) || (*active == 0 && is_before_told));
    }
    told
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

/// Returns what campaigns brought, and the names of those whose groups are too small to be shown.
pub(super) fn campaigns(
    input: &Input,
    smallest: u32,
) -> PolarsResult<(Vec<CampaignFigure>, Vec<String>)> {
    let frame = input
        .campaign_results
        .clone()
        .sort(
            [
                campaign_results::STARTED_ON.name,
                campaign_results::CAMPAIGN.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let campaign = texts(&frame, campaign_results::CAMPAIGN.name)?;
    let channel = texts(&frame, campaign_results::CHANNEL.name)?;
    let started = dates(&frame, campaign_results::STARTED_ON.name)?;
    let to = dates(&frame, campaign_results::MEASURED_TO.name)?;
    let treated = integers(&frame, campaign_results::TREATED_COUNT.name)?;
    let control = integers(&frame, campaign_results::CONTROL_COUNT.name)?;
    let decimal = |column: crate::schema::Column| floats(&frame, column.name);
    let treated_mean = decimal(campaign_results::TREATED_MEAN_MINOR)?;
    let control_mean = decimal(campaign_results::CONTROL_MEAN_MINOR)?;
    let lift = decimal(campaign_results::LIFT_MINOR)?;
    let lower = decimal(campaign_results::LIFT_LOWER_MINOR)?;
    let upper = decimal(campaign_results::LIFT_UPPER_MINOR)?;
    let treated_repeat = decimal(campaign_results::TREATED_REPEAT_RATE)?;
    let control_repeat = decimal(campaign_results::CONTROL_REPEAT_RATE)?;
    let repeat = decimal(campaign_results::REPEAT_LIFT)?;
    let repeat_lower = decimal(campaign_results::REPEAT_LIFT_LOWER)?;
    let repeat_upper = decimal(campaign_results::REPEAT_LIFT_UPPER)?;
    let cost = optional_integers(&frame, campaign_results::COST_MINOR.name)?;
    let cpo = decimal(campaign_results::CPO_MINOR)?;
    let cpo_lower = decimal(campaign_results::CPO_LOWER_MINOR)?;
    let cpo_upper = decimal(campaign_results::CPO_UPPER_MINOR)?;
    let returned = decimal(campaign_results::RETURN_ON_SPEND)?;
    let returned_lower = decimal(campaign_results::RETURN_ON_SPEND_LOWER)?;
    let returned_upper = decimal(campaign_results::RETURN_ON_SPEND_UPPER)?;
    let is_shown = |row: &usize| {
        treated[*row].min(control[*row]) >= i64::from(smallest) && lift[*row].is_some()
    };
    let small = (0..frame.height())
        .filter(|row| !is_shown(row))
        .map(|row| campaign[row].clone())
        .collect();
    let known = |column: &[Option<f64>], row: usize| column[row].unwrap_or(0.0);
    let shown = (0..frame.height())
        .filter(is_shown)
        .map(|row| CampaignFigure {
            campaign: campaign[row].clone(),
            channel: channel[row].clone(),
            started_on: started[row].clone(),
            measured_to: to[row].clone(),
            treated_count: treated[row].unsigned_abs(),
            control_count: control[row].unsigned_abs(),
            treated_mean_minor: known(&treated_mean, row),
            control_mean_minor: known(&control_mean, row),
            lift_minor: known(&lift, row),
            lift_lower_minor: known(&lower, row),
            lift_upper_minor: known(&upper, row),
            treated_repeat_rate: known(&treated_repeat, row),
            control_repeat_rate: known(&control_repeat, row),
            repeat_lift: known(&repeat, row),
            repeat_lift_lower: known(&repeat_lower, row),
            repeat_lift_upper: known(&repeat_upper, row),
            cost_minor: cost[row],
            cpo_minor: cpo[row],
            cpo_lower_minor: cpo_lower[row],
            cpo_upper_minor: cpo_upper[row],
            return_on_spend: returned[row],
            return_on_spend_lower: returned_lower[row],
            return_on_spend_upper: returned_upper[row],
        })
        .collect();
    Ok((shown, small))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_and_hold_everybody() {
        let values: Vec<i64> = (0..1000)
            .map(|person| person * 37)
            .chain([1_000_000])
            .collect();
        let bins = histogram(&values, 5);
        assert_eq!(bins.iter().map(|bin| bin.person_count).sum::<u64>(), 1001);
        assert_eq!(bins[0].upper_minor, 5000);
        assert_eq!(bins[bins.len() - 1].upper_minor, 1_000_000);
        assert!(histogram(&[], 5).is_empty());
        assert!(
            bins.iter()
                .all(|bin| bin.person_count == 0 || bin.person_count >= 5)
        );
        assert!(histogram(&[100, 200], 5).is_empty());
    }

    #[test]
    fn round_numbers_are_one_two_or_five() {
        assert_eq!(
            [
                round_up(0.2),
                round_up(3.0),
                round_up(51.0),
                round_up(2000.0)
            ],
            [1, 5, 100, 2000]
        );
    }

    #[test]
    fn a_sum_is_told_only_where_the_step_to_it_is_made_by_many() {
        let cohort = ["a", "a", "a", "a", "a", "b", "b"].map(str::to_owned);
        let active = [20, 0, 3, 0, 6, 0, 9];
        assert_eq!(
            sums_told(&cohort, &active, 5),
            [true, true, false, false, true, false, true]
        );
    }

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
