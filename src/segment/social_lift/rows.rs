//! The table `social_lift`.

use polars::prelude::*;

use super::holdout::Holdout;
use crate::math::intervals::Interval;
use crate::math::purchases::covariates::{Comparison, DropReason, Effect, Kept, Leaving};
use crate::schema::social_lift as lift;

/// What a signal acts on.
const PROCESSES: [&str; 2] = ["purchase", "dropout"];

/// One row, its position aside.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row {
    pub signal: String,
    pub process: &'static str,
    pub verdict: Option<&'static str>,
    pub note: Option<&'static str>,
    pub signal_mean: Option<f64>,
    pub signal_deviation: Option<f64>,
    pub effect: Option<Effect>,
    pub p_value: Option<f64>,
    pub permutation_p_value: Option<f64>,
    pub log_likelihood_change: Option<f64>,
    pub likelihood_ratio: Option<f64>,
    pub degrees: Option<i64>,
    pub holdout_mae: Option<f64>,
    pub mae_change: Option<Interval>,
    pub score_change: Option<Interval>,
    pub model: Option<&'static str>,
    pub cut_on: Option<i32>,
    pub holdout_weeks: Option<i64>,
    pub customer_count: Option<i64>,
    pub linked_count: Option<i64>,
    pub linked_repeater_count: Option<i64>,
    pub left_out_count: Option<i64>,
}

impl Row {
    /// Returns the only row of a table that says why there is no more.
    pub(super) fn told(verdict: &'static str) -> Self {
        Self {
            verdict: Some(verdict),
            ..Self::default().of_all()
        }
    }

    /// Returns the row as that of all signals together.
    pub(super) fn of_all(&self) -> Self {
        Self {
            signal: "all".to_owned(),
            process: "both",
            ..self.clone()
        }
    }
}

/// Adds the tests of all signals to their row.
pub(super) fn total(row: Row, compared: &Comparison, holdout: &Holdout) -> Row {
    let ratio = &compared.ratio;
    Row {
        p_value: Some(ratio.p_value),
        permutation_p_value: Some(compared.permutation_p_value),
        log_likelihood_change: Some(ratio.log_likelihood_change),
        likelihood_ratio: Some(ratio.statistic),
        degrees: Some(ratio.degrees as i64),
        holdout_mae: holdout.mae,
        mae_change: holdout.mae_change,
        score_change: holdout.score_change,
        model: Some(match compared.base.model.leaving {
            Leaving::AfterRepeat => "BG/NBD",
            Leaving::AtOnce => "MBG/NBD",
        }),
        ..row
    }
}

/// Returns a row for each covariate in the model and each process.
pub(super) fn effects(compared: &Comparison) -> impl Iterator<Item = Row> {
    let effects = compared.purchase.iter().zip(&compared.dropout);
    effects
        .zip(compared.design.kept())
        .flat_map(|((purchase, dropout), kept)| {
            let row = |process, effect: &Effect, kept: &Kept| Row {
                signal: kept.name.clone(),
                process,
                signal_mean: Some(kept.mean),
                signal_deviation: Some(kept.deviation),
                effect: Some(*effect),
                p_value: effect.p_value,
                ..Row::default()
            };
            [
                row(PROCESSES[0], purchase, kept),
                row(PROCESSES[1], dropout, kept),
            ]
        })
}

/// Returns rows for the covariates that stayed out, with the reason.
pub(super) fn dropped(compared: &Comparison) -> impl Iterator<Item = Row> {
    compared.dropped().iter().flat_map(|dropped| {
        let note = match dropped.reason {
            DropReason::Constant => "constant",
            DropReason::Collinear => "collinear",
        };
        PROCESSES.map(|process| Row {
            signal: dropped.name.clone(),
            process,
            note: Some(note),
            ..Row::default()
        })
    })
}

/// Returns the table.
pub(super) fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let text = |column: crate::schema::Column, value: fn(&Row) -> Option<&str>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let whole = |column: crate::schema::Column, value: fn(&Row) -> Option<i64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let decimal = |column: crate::schema::Column, value: fn(&Row) -> Option<f64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let cut_on: Vec<Option<i32>> = rows.iter().map(|row| row.cut_on).collect();
    let position: Vec<i64> = (1..).take(rows.len()).collect();
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(lift::POSITION.small_name(), position),
            text(lift::SIGNAL, |row| Some(row.signal.as_str())),
            text(lift::PROCESS, |row| Some(row.process)),
            text(lift::VERDICT, |row| row.verdict),
            text(lift::NOTE, |row| row.note),
            decimal(lift::SIGNAL_MEAN, |row| row.signal_mean),
            decimal(lift::SIGNAL_DEVIATION, |row| row.signal_deviation),
            decimal(lift::EFFECT, |row| row.effect.map(|effect| effect.value)),
            decimal(lift::STANDARD_ERROR, |row| {
                row.effect.and_then(|effect| effect.standard_error)
            }),
            decimal(lift::EFFECT_CHANGE, |row| {
                row.effect.map(|effect| effect.change())
            }),
            decimal(lift::WALD_Z, |row| row.effect.and_then(|effect| effect.z())),
            decimal(lift::P_VALUE, |row| row.p_value),
            decimal(lift::HOLM_P_VALUE, |row| {
                row.effect.and_then(|effect| effect.holm_p_value)
            }),
            decimal(lift::PERMUTATION_P_VALUE, |row| row.permutation_p_value),
            decimal(lift::LOG_LIKELIHOOD_CHANGE, |row| row.log_likelihood_change),
            decimal(lift::LIKELIHOOD_RATIO, |row| row.likelihood_ratio),
            whole(lift::DEGREES, |row| row.degrees),
            decimal(lift::HOLDOUT_MAE, |row| row.holdout_mae),
            decimal(lift::HOLDOUT_MAE_CHANGE, |row| {
                row.mae_change.map(|change| change.estimate)
            }),
            decimal(lift::HOLDOUT_MAE_CHANGE_LOW, |row| {
                row.mae_change.map(|change| change.low)
            }),
            decimal(lift::HOLDOUT_MAE_CHANGE_HIGH, |row| {
                row.mae_change.map(|change| change.high)
            }),
            decimal(lift::HOLDOUT_SCORE_CHANGE, |row| {
                row.score_change.map(|change| change.estimate)
            }),
            decimal(lift::HOLDOUT_SCORE_CHANGE_LOW, |row| {
                row.score_change.map(|change| change.low)
            }),
            decimal(lift::HOLDOUT_SCORE_CHANGE_HIGH, |row| {
                row.score_change.map(|change| change.high)
            }),
            text(lift::MODEL, |row| row.model),
            Column::new(lift::CUT_ON.small_name(), cut_on).cast(&DataType::Date)?,
            whole(lift::HOLDOUT_WEEKS, |row| row.holdout_weeks),
            whole(lift::CUSTOMER_COUNT, |row| row.customer_count),
            whole(lift::LINKED_COUNT, |row| row.linked_count),
            whole(lift::LINKED_REPEATER_COUNT, |row| row.linked_repeater_count),
            whole(lift::LEFT_OUT_COUNT, |row| row.left_out_count),
        ],
    )
}
