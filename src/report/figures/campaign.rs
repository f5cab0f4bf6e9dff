//! What campaigns brought and cost.

use serde::Serialize;

/// What a campaign brought, treated against control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CampaignFigure {
    /// The campaign.
    pub campaign: String,
    /// Its channel.
    pub channel: String,
    /// First day.
    pub started_on: String,
    /// Last day measured.
    pub measured_to: String,
    /// Persons who were meant to be reached.
    pub treated_count: u64,
    /// Persons held out.
    pub control_count: u64,
    /// Mean spend per treated person from `started_on` to `measured_to`.
    pub treated_mean_minor: f64,
    /// Mean spend per held-out person.
    pub control_mean_minor: f64,
    /// Difference of the means.
    pub lift_minor: f64,
    /// Lower end of its 90 % interval.
    pub lift_lower_minor: f64,
    /// Upper end of its 90 % interval.
    pub lift_upper_minor: f64,
    /// Share of the treated who bought again in these days, 0..1.
    pub treated_repeat_rate: f64,
    /// The same share of those held out.
    pub control_repeat_rate: f64,
    /// Difference of the shares, -1..1.
    pub repeat_lift: f64,
    /// Lower end of its 90 % interval.
    pub repeat_lift_lower: f64,
    /// Upper end of its 90 % interval.
    pub repeat_lift_upper: f64,
    /// What it cost; absent when unknown.
    pub cost_minor: Option<i64>,
    /// Cost of an order that it added, by the difference of mean orders; absent where it added none or the cost is unknown.
    pub cpo_minor: Option<f64>,
    /// Lower end of its 90 % interval.
    pub cpo_lower_minor: Option<f64>,
    /// Upper end; absent where it is not sure that any order was added.
    pub cpo_upper_minor: Option<f64>,
    /// Sales that it added over what it cost; absent where it cost nothing or that is unknown.
    pub return_on_spend: Option<f64>,
    /// Lower end of its 90 % interval.
    pub return_on_spend_lower: Option<f64>,
    /// Upper end of its 90 % interval.
    pub return_on_spend_upper: Option<f64>,
}

/// What the orders of a campaign cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CampaignCostFigure {
    /// The campaign.
    pub campaign: String,
    /// Its channel.
    pub channel: String,
    /// First day, `YYYY-MM-DD`; absent when unknown.
    pub started_on: Option<String>,
    /// What it cost; absent when unknown.
    pub cost_minor: Option<i64>,
    /// Orders attributed; absent, with all below, when too few to be shown.
    pub order_count: Option<u64>,
    /// Spend of these orders.
    pub sales_minor: Option<i64>,
    /// Cost per order.
    pub cpo_minor: Option<f64>,
    /// Sales over cost.
    pub sales_per_cost: Option<f64>,
}
