//! Who moved between segments, what voices tell of purchases, and what campaigns cost.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::Input;
use super::columns::{dates_or_empty, floats, integers, optional_integers, texts};
use super::privacy::{held_back_in_table, is_group};
use crate::report::figures::{CampaignCostFigure, EffectFigure, MoveFigure, SocialLiftFigure};
use crate::schema::{campaign_costs, migrations, social_lift};

/// Standard errors on each side of a 95 % interval.
const WALD: f64 = 1.959_964;
/// Campaigns shown, the newest.
const CAMPAIGNS: usize = 24;

/// Returns who moved between segments since one period ago, then since a year ago.
pub(super) fn moves(input: &Input, smallest: u32) -> PolarsResult<Vec<MoveFigure>> {
    let frame = input
        .migrations
        .clone()
        .filter(migrations::GROUPING.expr().eq(lit("segment")))
        .sort(
            [
                migrations::COMPARED_WITH.name,
                migrations::FROM_GROUP.name,
                migrations::TO_GROUP.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let compared = texts(&frame, migrations::COMPARED_WITH.name)?;
    let from = texts(&frame, migrations::FROM_GROUP.name)?;
    let to = texts(&frame, migrations::TO_GROUP.name)?;
    let count = integers(&frame, migrations::PERSON_COUNT.name)?;
    let previous = optional_integers(&frame, migrations::PREVIOUS_LTV_MINOR.name)?;
    let ltv = optional_integers(&frame, migrations::LTV_MINOR.name)?;
    let mut moves = Vec::with_capacity(frame.height());
    for with in ["period", "year"] {
        let rows: Vec<usize> = (0..frame.height())
            .filter(|row| compared[*row] == with && count[*row] > 0)
            .collect();
        let held = held_moves(&rows, &from, &to, &count, u64::from(smallest));
        moves.extend(rows.into_iter().zip(held).map(|(row, is_held)| MoveFigure {
            compared_with: with.to_owned(),
            from_segment: from[row].clone(),
            to_segment: to[row].clone(),
            person_count: (!is_held).then(|| count[row].unsigned_abs()),
            previous_ltv_minor: previous[row].filter(|_| !is_held),
            ltv_minor: ltv[row].filter(|_| !is_held),
        }));
    }
    Ok(moves)
}

/// Returns which of some rows are held back, as cells of a table with a row per segment before and a column per segment now: how
/// many are in each is told elsewhere.
fn held_moves(
    rows: &[usize],
    from: &[String],
    to: &[String],
    count: &[i64],
    smallest: u64,
) -> Vec<bool> {
    let names = |of: &[String]| -> Vec<String> {
        let names: BTreeSet<&String> = rows.iter().map(|row| &of[*row]).collect();
        names.into_iter().cloned().collect()
    };
    let (before, now) = (names(from), names(to));
    // Both are sorted.
    let place = |names: &[String], name: &String| names.binary_search(name).unwrap_or(0);
    let mut cells = vec![vec![0u64; now.len()]; before.len()];
    for row in rows {
        cells[place(&before, &from[*row])][place(&now, &to[*row])] = count[*row].unsigned_abs();
    }
    let held = held_back_in_table(&cells, smallest);
    rows.iter()
        .map(|row| held[place(&before, &from[*row])][place(&now, &to[*row])])
        .collect()
}

/// Returns what voices tell of purchases; absent when that was not asked.
pub(super) fn lift(input: &Input, smallest: u32) -> PolarsResult<Option<SocialLiftFigure>> {
    let frame = input
        .social_lift
        .clone()
        .sort([social_lift::POSITION.name], SortMultipleOptions::default())
        .collect()?;
    let signal = texts(&frame, social_lift::SIGNAL.name)?;
    let process = texts(&frame, social_lift::PROCESS.name)?;
    let verdict = texts(&frame, social_lift::VERDICT.name)?;
    let linked = optional_integers(&frame, social_lift::LINKED_COUNT.name)?;
    let decimal = |column: crate::schema::Column| floats(&frame, column.name);
    let effect = decimal(social_lift::EFFECT)?;
    let error = decimal(social_lift::STANDARD_ERROR)?;
    let holm = decimal(social_lift::HOLM_P_VALUE)?;
    let p_value = decimal(social_lift::P_VALUE)?;
    let permutation = decimal(social_lift::PERMUTATION_P_VALUE)?;
    let change = decimal(social_lift::HOLDOUT_MAE_CHANGE)?;
    let low = decimal(social_lift::HOLDOUT_MAE_CHANGE_LOW)?;
    let high = decimal(social_lift::HOLDOUT_MAE_CHANGE_HIGH)?;
    let Some(all) = signal.iter().position(|signal| signal == "all") else {
        return Ok(None);
    };
    let linked = linked[all]
        .map(i64::unsigned_abs)
        .filter(|count| *count >= u64::from(smallest));
    let effects = (0..frame.height())
        .filter(|row| *row != all && linked.is_some())
        .filter_map(|row| {
            let (effect, error) = (effect[row]?, error[row]?);
            let bounds = [effect, effect - WALD * error, effect + WALD * error];
            let [change, change_low, change_high] = bounds.map(|bound| bound.exp() - 1.0);
            // An effect without bounds tells nothing.
            let is_known = change_low.is_finite() && change_high.is_finite();
            is_known.then(|| EffectFigure {
                signal: signal[row].clone(),
                process: process[row].clone(),
                change,
                change_low,
                change_high,
                holm_p_value: holm[row].filter(|value| value.is_finite()),
            })
        });
    Ok(Some(SocialLiftFigure {
        verdict: verdict[all].clone(),
        linked_count: linked,
        p_value: p_value[all],
        permutation_p_value: permutation[all],
        error_change: change[all],
        error_change_low: low[all],
        error_change_high: high[all],
        effects: effects.collect(),
    }))
}

/// Returns what the orders of campaigns cost, the newest campaign first.
pub(super) fn costs(input: &Input, smallest: u32) -> PolarsResult<Vec<CampaignCostFigure>> {
    let frame = input
        .campaign_costs
        .clone()
        .sort(
            [
                campaign_costs::STARTED_ON.name,
                campaign_costs::CAMPAIGN.name,
            ],
            SortMultipleOptions::default().with_order_descending_multi([true, false]),
        )
        .limit(CAMPAIGNS as IdxSize)
        .collect()?;
    let campaign = texts(&frame, campaign_costs::CAMPAIGN.name)?;
    let channel = texts(&frame, campaign_costs::CHANNEL.name)?;
    let started = dates_or_empty(&frame, campaign_costs::STARTED_ON.name)?;
    let cost = optional_integers(&frame, campaign_costs::COST_MINOR.name)?;
    let orders = integers(&frame, campaign_costs::ORDER_COUNT.name)?;
    let sales = integers(&frame, campaign_costs::SALES_MINOR.name)?;
    let cpo = floats(&frame, campaign_costs::CPO_MINOR.name)?;
    let per_cost = floats(&frame, campaign_costs::SALES_PER_COST.name)?;
    Ok((0..frame.height())
        .map(|row| {
            // Few orders are those of few persons.
            let is_shown = is_group(orders[row].unsigned_abs(), u64::from(smallest));
            CampaignCostFigure {
                campaign: campaign[row].clone(),
                channel: channel[row].clone(),
                started_on: Some(started[row].clone()).filter(|day| !day.is_empty()),
                cost_minor: cost[row],
                order_count: is_shown.then(|| orders[row].unsigned_abs()),
                sales_minor: is_shown.then(|| sales[row]),
                cpo_minor: cpo[row].filter(|_| is_shown),
                sales_per_cost: per_cost[row].filter(|_| is_shown),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_of_few_takes_others_of_its_row_and_column_with_it() {
        let texts = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let from = texts(&["a", "a", "b", "b"]);
        let to = texts(&["a", "b", "a", "b"]);
        let held = held_moves(&[0, 1, 2, 3], &from, &to, &[40, 2, 30, 50], 5);
        assert_eq!(held, [true, true, true, true]);
        let held = held_moves(&[0, 1, 2, 3], &from, &to, &[40, 6, 30, 50], 5);
        assert_eq!(held, [false; 4]);
    }
}
