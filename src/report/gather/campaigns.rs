//! What campaigns brought, by those who were held out.

use polars::prelude::*;

use super::Input;
use super::columns::{dates, floats, integers, optional_integers, texts};
use crate::report::figures::CampaignFigure;
use crate::schema::campaign_results;

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
