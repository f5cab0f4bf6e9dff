//! The numbers of what customers and products are worth, and of the models that foretell it.

use serde::Serialize;

/// Customers or products of one class by their share of the sales.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AbcFigure {
    /// `person` or `product`.
    pub subject: String,
    /// `A`, `B` or `C`.
    pub abc_class: String,
    /// Persons or products; absent, with all below, when held back.
    pub item_count: Option<u64>,
    /// Share of all of them, 0..1.
    pub item_share: Option<f64>,
    /// What they make, returns taken off.
    pub sales_minor: Option<i64>,
    /// Share of the sales above nil.
    pub sales_share: Option<f64>,
}

/// Customers of one group of the portfolio (CPM).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CpmFigure {
    /// Group's key: `first`, `fledgling`, `steady`, `trend`, `prime`.
    pub cpm_group: String,
    /// State's key: `active` or `lapsed`.
    pub cpm_state: String,
    /// Persons; absent, with all below, when held back.
    pub person_count: Option<u64>,
    /// Their spend so far.
    pub spend_minor: Option<i64>,
    /// Their expected 12-month value; absent without a forecast.
    pub ltv_minor: Option<i64>,
}

/// Figures of one whole month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthFigure {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Spend of its orders, returns taken off on the day they came back.
    pub sales_minor: i64,
    /// Orders; absent when those of too few persons.
    pub order_count: Option<u64>,
    /// Spend per order, returns not taken off; absent with the orders.
    pub mean_order_minor: Option<f64>,
    /// Persons who bought; absent when too few to be shown.
    pub buyer_count: Option<u64>,
    /// Share of them with a second or later purchase day in the month; absent with the count, and when they or all others are too few.
    pub repeat_rate: Option<f64>,
    /// Share of the month's new buyers who bought again within `segment.kpis.f2_days`; absent when too few can be judged.
    pub f2_rate: Option<f64>,
    /// Share of the customers active before who passed `segment.kpis.churn_days` without a purchase in the month.
    pub churn_rate: Option<f64>,
}

/// How well a forecast did on purchases it had not seen, in the mean over the cut-offs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelChoiceFigure {
    /// Model or naive forecast.
    pub model: String,
    /// Days behind the cut-off that were forecast; absent without a holdout.
    pub holdout_days: Option<u64>,
    /// Purchases forecast.
    pub predicted_count: Option<f64>,
    /// Purchases made.
    pub actual_count: Option<f64>,
    /// Mean absolute error per person, in purchase days.
    pub mae: Option<f64>,
    /// Mean of forecast less actual per person.
    pub bias: Option<f64>,
    /// Root of the mean squared error.
    pub rmse: Option<f64>,
    /// How well persons are ranked, -1..1.
    pub gini: Option<f64>,
    /// Purchases of the tenth with the highest forecasts over those of an average tenth.
    pub top_decile_lift: Option<f64>,
    /// Whether the values of persons rest on it.
    pub is_chosen: bool,
    /// Key of the reason why, as in `model_choices`.
    pub reason: String,
}

/// Persons with like forecasts at the latest cut-off: what was forecast, and what they bought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationFigure {
    /// Group, 1 with the lowest forecasts.
    pub bin: u32,
    /// Persons.
    pub person_count: u64,
    /// Mean forecast, in purchase days.
    pub predicted_mean: f64,
    /// Mean of what they bought.
    pub actual_mean: f64,
    /// Lower limit of that mean at 95 %.
    pub actual_low: f64,
    /// Upper limit.
    pub actual_high: f64,
}

impl CalibrationFigure {
    /// Returns whether the forecast lies within the limits of what was bought.
    #[must_use]
    pub fn is_met(&self) -> bool {
        (self.actual_low..=self.actual_high).contains(&self.predicted_mean)
    }
}
