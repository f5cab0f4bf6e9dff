//! Classes, portfolio groups, months and how the forecasts did, in groups large enough to be shown.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use super::columns::{dates, floats, integers, optional_integers, texts};
use super::privacy::{held_back, is_group, is_split};
use crate::report::figures::{
    AbcFigure, CalibrationFigure, CpmFigure, ModelChoiceFigure, MonthFigure,
};
use crate::schema::{
    abc_classes, cpm_groups, model_calibration, model_choices, purchases, shop_kpis,
};

/// Whole months shown.
const MONTHS: usize = 24;

/// Returns the classes of persons, then those of products.
pub(super) fn abc(input: &Input, smallest: u32) -> PolarsResult<Vec<AbcFigure>> {
    let frame = input
        .abc_classes
        .clone()
        .sort(
            [abc_classes::SUBJECT.name, abc_classes::ABC_CLASS.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let subject = texts(&frame, abc_classes::SUBJECT.name)?;
    let class = texts(&frame, abc_classes::ABC_CLASS.name)?;
    let count = integers(&frame, abc_classes::ITEM_COUNT.name)?;
    let share = floats(&frame, abc_classes::ITEM_SHARE.name)?;
    let sales = integers(&frame, abc_classes::SALES_MINOR.name)?;
    let sales_share = floats(&frame, abc_classes::SALES_SHARE.name)?;
    // Products are nobody.
    let persons: Vec<u64> = (0..frame.height())
        .map(|row| match subject[row].as_str() {
            "person" => count[row].unsigned_abs(),
            _ => 0,
        })
        .collect();
    let held = held_back(&persons, u64::from(smallest));
    let has_items = |of: &str| (0..count.len()).any(|row| subject[row] == of && count[row] > 0);
    Ok((0..frame.height())
        .filter(|row| has_items(&subject[*row]))
        .map(|row| {
            let is_shown = !held[row];
            AbcFigure {
                subject: subject[row].clone(),
                abc_class: class[row].clone(),
                item_count: is_shown.then(|| count[row].unsigned_abs()),
                item_share: share[row].filter(|_| is_shown),
                sales_minor: is_shown.then(|| sales[row]),
                sales_share: sales_share[row].filter(|_| is_shown),
            }
        })
        .collect())
}

/// Returns the groups of the portfolio in their order; none when nobody has bought.
pub(super) fn cpm(input: &Input, smallest: u32) -> PolarsResult<Vec<CpmFigure>> {
    let frame = input
        .cpm_groups
        .clone()
        .sort([cpm_groups::POSITION.name], SortMultipleOptions::default())
        .collect()?;
    let group = texts(&frame, cpm_groups::CPM_GROUP.name)?;
    let state = texts(&frame, cpm_groups::CPM_STATE.name)?;
    let count: Vec<u64> = integers(&frame, cpm_groups::PERSON_COUNT.name)?
        .into_iter()
        .map(i64::unsigned_abs)
        .collect();
    let spend = integers(&frame, cpm_groups::SPEND_MINOR.name)?;
    let ltv = optional_integers(&frame, cpm_groups::LTV_MINOR.name)?;
    if count.iter().all(|count| *count == 0) {
        return Ok(Vec::new());
    }
    let held = held_back(&count, u64::from(smallest));
    Ok((0..frame.height())
        .map(|row| CpmFigure {
            cpm_group: group[row].clone(),
            cpm_state: state[row].clone(),
            person_count: (!held[row]).then(|| count[row]),
            spend_minor: (!held[row]).then(|| spend[row]),
            ltv_minor: ltv[row].filter(|_| !held[row]),
        })
        .collect())
}

/// Returns the newest whole months, oldest first.
pub(super) fn months(input: &Input, smallest: u32) -> PolarsResult<Vec<MonthFigure>> {
    let frame = input
        .shop_kpis
        .clone()
        .filter(
            shop_kpis::PERIOD_KIND
                .expr()
                .eq(lit("month"))
                .and(shop_kpis::IS_COMPLETE.expr()),
        )
        .sort([shop_kpis::FIRST_DAY.name], SortMultipleOptions::default())
        .collect()?;
    let first = dates(&frame, shop_kpis::FIRST_DAY.name)?;
    let sales = integers(&frame, shop_kpis::SALES_MINOR.name)?;
    let returned = integers(&frame, shop_kpis::RETURNED_MINOR.name)?;
    let orders = integers(&frame, shop_kpis::ORDER_COUNT.name)?;
    let mean = floats(&frame, shop_kpis::MEAN_ORDER_MINOR.name)?;
    let buyers = integers(&frame, shop_kpis::BUYER_COUNT.name)?;
    let repeat = floats(&frame, shop_kpis::REPEAT_RATE.name)?;
    let f2_base = integers(&frame, shop_kpis::F2_BASE_COUNT.name)?;
    let f2 = floats(&frame, shop_kpis::F2_RATE.name)?;
    let active = integers(&frame, shop_kpis::ACTIVE_COUNT.name)?;
    let churn = floats(&frame, shop_kpis::CHURN_RATE.name)?;
    let repeat_buyers = integers(&frame, shop_kpis::REPEAT_BUYER_COUNT.name)?;
    let unnamed = unnamed_orders(input)?;
    let group = u64::from(smallest);
    let smallest = i64::from(smallest);
    Ok((frame.height().saturating_sub(MONTHS)..frame.height())
        .map(|row| {
            let month: String = first[row].chars().take(7).collect();
            let persons = buyers[row].unsigned_abs();
            let unnamed = unnamed.get(&month).copied().unwrap_or(0);
            let is_shown = is_group(persons, group);
            // An order nobody can be named for counts as one person's.
            let are_orders_shown = is_group(persons.saturating_add(unnamed), group);
            let is_split = is_split(repeat_buyers[row].unsigned_abs(), persons, group);
            MonthFigure {
                month,
                sales_minor: sales[row].saturating_sub(returned[row]),
                order_count: are_orders_shown.then(|| orders[row].unsigned_abs()),
                mean_order_minor: mean[row].filter(|_| are_orders_shown),
                buyer_count: is_shown.then_some(persons),
                repeat_rate: repeat[row].filter(|_| is_shown && is_split),
                f2_rate: f2[row].filter(|_| f2_base[row] >= smallest),
                churn_rate: churn[row].filter(|_| active[row] >= smallest),
            }
        })
        .collect())
}

/// Returns how many orders nobody can be named for, by month, `YYYY-MM`.
fn unnamed_orders(input: &Input) -> PolarsResult<BTreeMap<String, u64>> {
    let is_unnamed = purchases::PERSON_ID
        .expr()
        .is_null()
        .and(purchases::IS_RETURN.expr().not());
    let month = purchases::PURCHASED_ON.expr().dt().to_string("%Y-%m");
    let frame = input
        .purchases
        .clone()
        .filter(is_unnamed)
        .select([month.alias("__month")])
        .group_by([col("__month")])
        .agg([len().alias("orders")])
        .collect()?;
    let orders = integers(&frame, "orders")?.into_iter();
    let month = texts(&frame, "__month")?.into_iter();
    Ok(month.zip(orders.map(i64::unsigned_abs)).collect())
}

/// Returns how each forecast did, the chosen one first, then those with the smaller error.
pub(super) fn model_choices(input: &Input, smallest: u32) -> PolarsResult<Vec<ModelChoiceFigure>> {
    let frame = input
        .model_choices
        .clone()
        .filter(model_choices::POSITION.expr().eq(lit(0i64)))
        .sort([model_choices::MODEL.name], SortMultipleOptions::default())
        .collect()?;
    let model = texts(&frame, model_choices::MODEL.name)?;
    let reason = texts(&frame, model_choices::REASON.name)?;
    let days = optional_integers(&frame, model_choices::HOLDOUT_DAYS.name)?;
    let persons = integers(&frame, model_choices::CUSTOMER_COUNT.name)?;
    let decimal = |column: crate::schema::Column| floats(&frame, column.name);
    let predicted = decimal(model_choices::PREDICTED_COUNT)?;
    let actual = decimal(model_choices::ACTUAL_COUNT)?;
    let mae = decimal(model_choices::MAE)?;
    let bias = decimal(model_choices::BIAS)?;
    let rmse = decimal(model_choices::RMSE)?;
    let gini = decimal(model_choices::GINI)?;
    let lift = decimal(model_choices::TOP_DECILE_LIFT)?;
    let is_chosen = frame.column(model_choices::IS_CHOSEN.name)?.bool()?;
    let mut choices: Vec<ModelChoiceFigure> = (0..frame.height())
        .map(|row| {
            let known = |value: Option<f64>| {
                let is_shown = persons[row] >= i64::from(smallest);
                value.filter(|value| is_shown && value.is_finite())
            };
            ModelChoiceFigure {
                model: model[row].clone(),
                holdout_days: days[row].map(i64::unsigned_abs),
                predicted_count: known(predicted[row]),
                actual_count: known(actual[row]),
                mae: known(mae[row]),
                bias: known(bias[row]),
                rmse: known(rmse[row]),
                gini: known(gini[row]),
                top_decile_lift: known(lift[row]),
                is_chosen: is_chosen.get(row).unwrap_or(false),
                reason: reason[row].clone(),
            }
        })
        .collect();
    choices.sort_by(|left, right| {
        let error = |choice: &ModelChoiceFigure| choice.rmse.unwrap_or(f64::INFINITY);
        right
            .is_chosen
            .cmp(&left.is_chosen)
            .then_with(|| error(left).total_cmp(&error(right)))
    });
    Ok(choices)
}

/// Returns the calibration of the forecast that was chosen, at the latest cut-off.
pub(super) fn calibration(
    input: &Input,
    choices: &[ModelChoiceFigure],
    smallest: u32,
) -> PolarsResult<Vec<CalibrationFigure>> {
    let Some(chosen) = choices.iter().find(|choice| choice.is_chosen) else {
        return Ok(Vec::new());
    };
    let frame = input
        .model_calibration
        .clone()
        .filter(
            model_calibration::MODEL
                .expr()
                .eq(lit(chosen.model.clone()))
                .and(model_calibration::POSITION.expr().eq(lit(1i64))),
        )
        .sort(
            [model_calibration::BIN.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let bin = integers(&frame, model_calibration::BIN.name)?;
    let persons: Vec<u64> = integers(&frame, model_calibration::CUSTOMER_COUNT.name)?
        .into_iter()
        .map(i64::unsigned_abs)
        .collect();
    let predicted = floats(&frame, model_calibration::PREDICTED_MEAN.name)?;
    let actual = floats(&frame, model_calibration::ACTUAL_MEAN.name)?;
    let low = floats(&frame, model_calibration::ACTUAL_LOW.name)?;
    let high = floats(&frame, model_calibration::ACTUAL_HIGH.name)?;
    let held = held_back(&persons, u64::from(smallest));
    Ok((0..frame.height())
        .filter(|row| !held[*row])
        .filter_map(|row| {
            Some(CalibrationFigure {
                bin: u32::try_from(bin[row]).ok()?,
                person_count: persons[row],
                predicted_mean: predicted[row]?,
                actual_mean: actual[row]?,
                actual_low: low[row]?,
                actual_high: high[row]?,
            })
        })
        .collect())
}
