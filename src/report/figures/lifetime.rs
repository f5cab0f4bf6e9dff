//! Value to come, and how the model that tells it has tracked.

use serde::Serialize;

/// Value to come, by a purchase model and a spend model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifetimeFigures {
    /// Purchase model, e.g. `BG/NBD` or `BG/BB`.
    pub model: String,
    /// Parameters by name, in the model's usual order.
    pub parameters: Vec<Parameter>,
    /// Log-likelihood on days / 7.
    pub log_likelihood: f64,
    /// Parameters of the spend model; empty when it could not be fitted.
    pub spend_parameters: Vec<Parameter>,
    /// Rank correlation of mean spend and purchase count of repeat buyers; the spend model assumes none.
    pub spend_frequency_correlation: Option<f64>,
    /// Sum of the 12-month values.
    pub total_minor: i64,
    /// Persons with an alive probability of one half or more; absent when they, or all others, are too few.
    pub alive_count: Option<u64>,
    /// How the 12-month values spread, from low to high.
    pub histogram: Vec<HistogramBin>,
    /// Repeat purchases by week: bought and expected by the model fitted on the weeks before `holdout_from`.
    pub tracking: Vec<TrackingWeek>,
    /// First day of the weeks the tracking fit did not see; absent when the log is too short.
    pub holdout_from: Option<String>,
}

/// A fitted parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Symbol, as in the papers.
    pub name: String,
    /// Maximum likelihood estimate.
    pub value: f64,
    /// Standard error from the Hessian; absent at a boundary.
    pub standard_error: Option<f64>,
}

/// Persons whose value lies in `[lower_minor, upper_minor)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistogramBin {
    /// Lower end, included.
    pub lower_minor: i64,
    /// Upper end, left out, save for the last bin.
    pub upper_minor: i64,
    /// Persons.
    pub person_count: u64,
}

/// Cumulative repeat purchases up to the end of one week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackingWeek {
    /// First day of the week.
    pub week: String,
    /// Bought so far.
    pub actual_count: f64,
    /// Expected so far.
    pub expected_count: f64,
}
