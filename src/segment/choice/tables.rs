//! The tables `model_choices` and `model_calibration`.

use polars::prelude::*;

use super::rule::Verdict;
use super::trial::{CutOff, Measures, Trial};
use crate::schema::{model_calibration, model_choices};

/// A row of `model_choices`.
#[derive(Debug, Clone, Default)]
struct Row {
    model: &'static str,
    position: i64,
    cut_off_on: Option<i32>,
    holdout_days: Option<i64>,
    customer_count: Option<i64>,
    predicted_count: Option<f64>,
    actual_count: Option<f64>,
    mae: Option<f64>,
    bias: Option<f64>,
    rmse: Option<f64>,
    gini: Option<f64>,
    top_decile_lift: Option<f64>,
    log_likelihood: Option<f64>,
    difference: [Option<f64>; 3],
    is_chosen: bool,
    reason: Option<&'static str>,
}

/// Returns the table `model_choices`: per entrant its mean row, then a row per cut-off. `log_likelihood` is that of the fit of
/// the whole log.
pub(super) fn choices(
    verdicts: &[Verdict],
    trial: Option<&Trial>,
    log_likelihood: impl Fn(&str) -> Option<f64>,
) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for verdict in verdicts {
        let at: Vec<Row> = trial.map_or_else(Vec::new, |trial| {
            (1..)
                .zip(&trial.cut_offs)
                .map(|(position, cut_off)| row(verdict, position, cut_off, trial.holdout_days))
                .collect()
        });
        let interval = verdict.difference.map(|difference| difference.interval);
        let mean = Row {
            model: verdict.name,
            holdout_days: trial.map(|trial| trial.holdout_days),
            log_likelihood: log_likelihood(verdict.name),
            difference: [
                interval.map(|interval| interval.estimate),
                interval.map(|interval| interval.low),
                interval.map(|interval| interval.high),
            ],
            is_chosen: verdict.is_chosen,
            reason: Some(verdict.reason),
            ..means(&at)
        };
        rows.push(mean);
        rows.extend(at);
    }
    frame(&rows)
}

fn row(verdict: &Verdict, position: i64, cut_off: &CutOff, holdout_days: i64) -> Row {
    let measures = cut_off
        .forecast(verdict.name)
        .and_then(|forecast| forecast.measures.as_ref());
    let empty = Row {
        model: verdict.name,
        position,
        cut_off_on: i32::try_from(cut_off.day).ok(),
        holdout_days: Some(holdout_days),
        is_chosen: verdict.is_chosen,
        reason: measures.is_none().then_some("not_converged"),
        ..Row::default()
    };
    match measures {
        None => empty,
        Some(measures) => Row {
            customer_count: Some(measures.errors.customer_count as i64),
            predicted_count: Some(measures.errors.predicted_sum),
            actual_count: Some(measures.errors.actual_sum),
            mae: Some(measures.errors.mae),
            bias: Some(measures.errors.bias),
            rmse: Some(measures.errors.rmse),
            gini: measures.gini,
            top_decile_lift: measures.top_decile_lift,
            log_likelihood: measures.log_likelihood,
            ..empty
        },
    }
}

/// Returns the means of the figures over the cut-offs that have them; of squared errors before the root.
fn means(rows: &[Row]) -> Row {
    let mean = |of: fn(&Row) -> Option<f64>| {
        let found: Vec<f64> = rows.iter().filter_map(of).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
    };
    let customers = mean(|row| row.customer_count.map(|count| count as f64));
    Row {
        customer_count: customers.map(|count| count.round() as i64),
        predicted_count: mean(|row| row.predicted_count),
        actual_count: mean(|row| row.actual_count),
        mae: mean(|row| row.mae),
        bias: mean(|row| row.bias),
        rmse: mean(|row| row.rmse.map(|rmse| rmse * rmse)).map(f64::sqrt),
        gini: mean(|row| row.gini),
        top_decile_lift: mean(|row| row.top_decile_lift),
        ..Row::default()
    }
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let floats = |column: crate::schema::Column, of: fn(&Row) -> Option<f64>| {
        Column::new(column.small_name(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let whole = |column: crate::schema::Column, of: fn(&Row) -> Option<i64>| {
        Column::new(column.small_name(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let texts = |column: crate::schema::Column, of: fn(&Row) -> Option<&'static str>| {
        Column::new(column.small_name(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let days: Vec<Option<i32>> = rows.iter().map(|row| row.cut_off_on).collect();
    let chosen: Vec<bool> = rows.iter().map(|row| row.is_chosen).collect();
    DataFrame::new(
        rows.len(),
        vec![
            texts(model_choices::MODEL, |row| Some(row.model)),
            whole(model_choices::POSITION, |row| Some(row.position)),
            Column::new(model_choices::CUT_OFF_ON.small_name(), days).cast(&DataType::Date)?,
            whole(model_choices::HOLDOUT_DAYS, |row| row.holdout_days),
            whole(model_choices::CUSTOMER_COUNT, |row| row.customer_count),
            floats(model_choices::PREDICTED_COUNT, |row| row.predicted_count),
            floats(model_choices::ACTUAL_COUNT, |row| row.actual_count),
            floats(model_choices::MAE, |row| row.mae),
            floats(model_choices::BIAS, |row| row.bias),
            floats(model_choices::RMSE, |row| row.rmse),
            floats(model_choices::GINI, |row| row.gini),
            floats(model_choices::TOP_DECILE_LIFT, |row| row.top_decile_lift),
            floats(model_choices::LOG_LIKELIHOOD, |row| row.log_likelihood),
            floats(model_choices::MSE_DIFFERENCE, |row| row.difference[0]),
            floats(model_choices::MSE_DIFFERENCE_LOW, |row| row.difference[1]),
            floats(model_choices::MSE_DIFFERENCE_HIGH, |row| row.difference[2]),
            Column::new(model_choices::IS_CHOSEN.small_name(), chosen),
            texts(model_choices::REASON, |row| row.reason),
        ],
    )
}

/// A row of `model_calibration`.
struct BinRow {
    model: &'static str,
    position: i64,
    bin: i64,
    customers: i64,
    predicted: f64,
    /// Estimate and limits.
    actual: [f64; 3],
}

/// Returns the table `model_calibration`, in the order of `model_choices`.
pub(super) fn calibration(verdicts: &[Verdict], trial: Option<&Trial>) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for verdict in verdicts {
        let cut_offs = trial.map_or(&[][..], |trial| trial.cut_offs.as_slice());
        for (position, cut_off) in (1..).zip(cut_offs) {
            let forecast = cut_off.forecast(verdict.name);
            if let Some(measures) = forecast.and_then(|forecast| forecast.measures.as_ref()) {
                rows.extend(bin_rows(verdict.name, position, measures));
            }
        }
    }
    let floats = |column: crate::schema::Column, of: fn(&BinRow) -> f64| {
        Column::new(column.small_name(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let whole = |column: crate::schema::Column, of: fn(&BinRow) -> i64| {
        Column::new(column.small_name(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let names: Vec<&str> = rows.iter().map(|row| row.model).collect();
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(model_calibration::MODEL.small_name(), names),
            whole(model_calibration::POSITION, |row| row.position),
            whole(model_calibration::BIN, |row| row.bin),
            whole(model_calibration::CUSTOMER_COUNT, |row| row.customers),
            floats(model_calibration::PREDICTED_MEAN, |row| row.predicted),
            floats(model_calibration::ACTUAL_MEAN, |row| row.actual[0]),
            floats(model_calibration::ACTUAL_LOW, |row| row.actual[1]),
            floats(model_calibration::ACTUAL_HIGH, |row| row.actual[2]),
        ],
    )
}

fn bin_rows(model: &'static str, position: i64, measures: &Measures) -> Vec<BinRow> {
    (1..)
        .zip(&measures.calibration)
        .map(|(bin, found)| BinRow {
            model,
            position,
            bin,
            customers: found.customer_count as i64,
            predicted: found.predicted_mean,
            actual: [found.actual.estimate, found.actual.low, found.actual.high],
        })
        .collect()
}
