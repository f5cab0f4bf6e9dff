//! The few numbers that say how the shop is doing.

use serde::Serialize;

/// What a [`Kpi`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KpiKind {
    /// Spend of all orders of the period, returns taken off.
    Sales,
    /// Persons who bought in the period.
    Buyers,
    /// Persons whose first purchase lies in the period.
    NewBuyers,
    /// Share of the period's buyers who had bought before.
    RepeatRate,
    /// Spend per order.
    AverageOrder,
    /// Persons who were active and are probably gone (alive probability under one half), share of all buyers so far.
    ChurnRate,
    /// Expected 12-month discounted value of all persons.
    LifetimeValue,
    /// What an order cost that campaigns of the last 364 days brought, those left out whose orders are too few to be told.
    CostPerOrder,
    /// Posts heard in the period, the shop's own and copies left out.
    Posts,
    /// Mean sentiment of the period's posts, -1..1.
    Sentiment,
    /// Share of negative posts in the period.
    NegativeShare,
    /// Median time to the first answer of what was asked in the period, in business minutes.
    ResponseTime,
    /// Share of what was asked in the period that was answered within the target of the settings.
    WithinTarget,
}

impl KpiKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 13] = [
        Self::Sales,
        Self::Buyers,
        Self::NewBuyers,
        Self::RepeatRate,
        Self::AverageOrder,
        Self::ChurnRate,
        Self::LifetimeValue,
        Self::CostPerOrder,
        Self::Posts,
        Self::Sentiment,
        Self::NegativeShare,
        Self::ResponseTime,
        Self::WithinTarget,
    ];

    /// Returns its key in `report.json`, in the words and in `[targets]`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Buyers => "buyers",
            Self::NewBuyers => "new_buyers",
            Self::RepeatRate => "repeat_rate",
            Self::AverageOrder => "average_order",
            Self::ChurnRate => "churn_rate",
            Self::LifetimeValue => "lifetime_value",
            Self::CostPerOrder => "cost_per_order",
            Self::Posts => "posts",
            Self::Sentiment => "sentiment",
            Self::NegativeShare => "negative_share",
            Self::ResponseTime => "response_time",
            Self::WithinTarget => "within_target",
        }
    }

    /// Returns how it is written.
    #[must_use]
    pub fn unit(self) -> KpiUnit {
        match self {
            Self::Sales | Self::AverageOrder | Self::LifetimeValue | Self::CostPerOrder => {
                KpiUnit::Money
            }
            Self::Buyers | Self::NewBuyers => KpiUnit::Persons,
            Self::RepeatRate | Self::ChurnRate | Self::NegativeShare | Self::WithinTarget => {
                KpiUnit::Share
            }
            Self::Posts => KpiUnit::Posts,
            Self::Sentiment => KpiUnit::Score,
            Self::ResponseTime => KpiUnit::Minutes,
        }
    }

    /// Returns whether a rise is good news; nothing where it is neither good nor bad in itself.
    #[must_use]
    pub fn is_rise_good(self) -> Option<bool> {
        match self {
            Self::Posts => None,
            Self::ChurnRate | Self::CostPerOrder | Self::NegativeShare | Self::ResponseTime => {
                Some(false)
            }
            _ => Some(true),
        }
    }

    /// Returns whether it rests on orders.
    #[must_use]
    pub fn is_of_orders(self) -> bool {
        match self {
            Self::Sales
            | Self::Buyers
            | Self::NewBuyers
            | Self::RepeatRate
            | Self::AverageOrder
            | Self::ChurnRate
            | Self::LifetimeValue
            | Self::CostPerOrder => true,
            Self::Posts
            | Self::Sentiment
            | Self::NegativeShare
            | Self::ResponseTime
            | Self::WithinTarget => false,
        }
    }

    /// Returns the number of that key, if there is one.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How a [`Kpi`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KpiUnit {
    /// Minor units of the report's currency.
    Money,
    /// A count of persons.
    Persons,
    /// A count of posts.
    Posts,
    /// A share, 0..1, written in per cent.
    Share,
    /// A score, -1..1, written with its sign and two decimals.
    Score,
    /// Minutes, written in hours from one hour on.
    Minutes,
}

/// One number with its past and its goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kpi {
    /// What is counted.
    pub kind: KpiKind,
    /// How it is written.
    pub unit: KpiUnit,
    /// Value of the period; absent when it cannot be known or is held back.
    pub value: Option<f64>,
    /// Whether the value is known and held back, since too few persons or conversations are behind it.
    pub is_withheld: bool,
    /// Whether orders seem to be missing behind it ([`super::Figures::missing_orders`]): it is compared with nothing, and its goal is
    /// neither met nor missed.
    pub is_incomplete: bool,
    /// Value of the period it is compared with.
    pub previous: Option<f64>,
    /// Whether a rise is good news; absent where it is neither good nor bad. Of [`KpiKind::Posts`] it is bad where a flare-up lies in
    /// the period.
    pub is_rise_good: Option<bool>,
    /// Goal of the period, from `[targets]`, in the unit of the value; absent when there is none.
    pub target: Option<f64>,
    /// Whether the goal is met: absent without a goal or a value, where orders are missing, and of [`KpiKind::Posts`] where a flare-up lies
    /// in the period.
    pub is_met: Option<bool>,
    /// The last periods, oldest first, the reported one last (sparkline).
    pub history: Vec<Option<f64>>,
}

impl Kpi {
    /// Sets the goal and tells whether the value meets it: does not exceed it where a rise is bad by the kind of number, else reaches it.
    pub fn aim(&mut self, target: f64) {
        // That many speak in a flare-up is neither a success nor a failure.
        let is_flare_up = self.kind == KpiKind::Posts && self.is_rise_good == Some(false);
        let is_known = |value: &f64| value.is_finite() && !self.is_incomplete && !is_flare_up;
        let known = self.value.filter(is_known);
        self.target = Some(target);
        self.is_met = known.map(|value| match self.kind.is_rise_good() {
            Some(false) => value <= target,
            _ => value >= target,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kpi(kind: KpiKind, value: Option<f64>) -> Kpi {
        Kpi {
            kind,
            unit: kind.unit(),
            value,
            is_withheld: false,
            is_incomplete: false,
            previous: None,
            is_rise_good: kind.is_rise_good(),
            target: None,
            is_met: None,
            history: Vec::new(),
        }
    }

    #[test]
    fn keys_are_those_of_the_json() {
        for kind in KpiKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
            assert_eq!(KpiKind::of_key(kind.key()), Some(kind));
        }
        assert_eq!(KpiKind::of_key("customers"), None);
    }

    #[test]
    fn without_all_orders_a_goal_is_neither_met_nor_missed() {
        for value in [Some(100.0), Some(1.0), None] {
            let mut sales = kpi(KpiKind::Sales, value);
            sales.is_incomplete = true;
            sales.aim(50.0);
            assert_eq!((sales.target, sales.is_met), (Some(50.0), None));
        }
    }

    #[test]
    fn many_posts_through_a_flare_up_are_no_goal_reached() {
        for value in [Some(120.0), Some(80.0)] {
            let mut posts = kpi(KpiKind::Posts, value);
            posts.is_rise_good = Some(false);
            posts.aim(100.0);
            assert_eq!((posts.target, posts.is_met), (Some(100.0), None));
        }
    }

    #[test]
    fn a_goal_is_reached_from_below_or_kept_from_above() {
        let met = |kind, value, target| {
            let mut kpi = kpi(kind, value);
            kpi.aim(target);
            kpi.is_met
        };
        assert_eq!(met(KpiKind::Sales, Some(100.0), 100.0), Some(true));
        assert_eq!(met(KpiKind::Sales, Some(99.0), 100.0), Some(false));
        assert_eq!(met(KpiKind::ResponseTime, Some(60.0), 60.0), Some(true));
        assert_eq!(met(KpiKind::ResponseTime, Some(61.0), 60.0), Some(false));
        assert_eq!(met(KpiKind::Posts, Some(120.0), 100.0), Some(true));
        assert_eq!(met(KpiKind::Sentiment, None, 0.2), None);
        assert_eq!(met(KpiKind::Sentiment, Some(f64::NAN), 0.2), None);
    }
}
