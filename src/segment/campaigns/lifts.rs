//! What a campaign changed: the treated less those held out, each difference with its 90 % interval.

use crate::math::intervals::{GroupMean, Interval, proportion_difference, welch_difference};

const CONFIDENCE: f64 = 0.9;

/// What the persons of one arm did in the days measured, those who did nothing included.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arm {
    /// Spend of each, in minor units, returns taken off.
    spends: Vec<f64>,
    /// Orders of each.
    orders: Vec<f64>,
    /// Persons who bought again.
    repeater_count: u64,
}

impl Arm {
    /// Adds a person.
    pub(super) fn add(&mut self, spend_minor: i64, order_count: i64, is_repeater: bool) {
        self.spends.push(spend_minor as f64);
        self.orders.push(order_count as f64);
        self.repeater_count += u64::from(is_repeater);
    }

    /// Returns the number of persons.
    pub(super) fn count(&self) -> usize {
        self.spends.len()
    }

    /// Returns the mean spend of a person, in minor units; 0 without persons.
    pub(super) fn mean_spend(&self) -> f64 {
        self.spends.iter().sum::<f64>() / self.count().max(1) as f64
    }

    /// Returns the share of persons who bought again; 0 without persons.
    pub(super) fn repeat_rate(&self) -> f64 {
        self.repeater_count as f64 / self.count().max(1) as f64
    }
}

/// An estimate with the ends of its interval; nothing where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Estimate {
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

impl Estimate {
    fn of(interval: Option<Interval>) -> Self {
        Self {
            value: interval.map(|found| found.estimate),
            lower: interval.map(|found| found.low),
            upper: interval.map(|found| found.high),
        }
    }
}

/// What a campaign changed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lifts {
    /// Mean spend of a person, in minor units. Interval of Welch (1947); nothing where an arm has one person.
    pub spend: Estimate,
    /// Mean orders of a person, in the same way.
    pub orders: Estimate,
    /// Share of persons who bought again. Interval of Newcombe (1998), method 10.
    pub repeat: Estimate,
    /// Cost of an order that was added, in minor units.
    pub cpo: Estimate,
    /// Sales that were added over cost.
    pub return_on_spend: Estimate,
}

impl Lifts {
    /// Compares the arms of a campaign that cost `cost_minor`.
    ///
    /// Added orders and sales are the lift of one person times the persons treated: what they would have bought without the
    /// campaign is not the campaign's. Cost per order (CPO) and return on spend (ROAS) are monotone in them, so that the ends
    /// of their intervals are those of the lift turned over; an end at which no order is added has no cost per order.
    pub(super) fn of(treated: &Arm, control: &Arm, cost_minor: Option<i64>) -> Self {
        let spend = mean_lift(&treated.spends, &control.spends);
        let orders = mean_lift(&treated.orders, &control.orders);
        let persons = treated.count() as f64;
        let cost = cost_minor.filter(|cost| *cost >= 0).map(|cost| cost as f64);
        let per_order = |lift: Option<f64>| {
            let added = lift? * persons;
            (added > 0.0).then_some(cost? / added)
        };
        let per_cost = |lift: Option<f64>| {
            let cost = cost.filter(|cost| *cost > 0.0)?;
            Some(lift? * persons / cost)
        };
        Self {
            spend,
            orders,
            repeat: repeat_lift(treated, control),
            // The more orders, the less each costs.
            cpo: Estimate {
                value: per_order(orders.value),
                lower: per_order(orders.upper),
                upper: per_order(orders.lower),
            },
            return_on_spend: Estimate {
                value: per_cost(spend.value),
                lower: per_cost(spend.lower),
                upper: per_cost(spend.upper),
            },
        }
    }
}

fn mean_lift(treated: &[f64], control: &[f64]) -> Estimate {
    let (Ok(treated), Ok(control)) = (GroupMean::of(treated), GroupMean::of(control)) else {
        return Estimate::default();
    };
    let found = welch_difference(&treated, &control, CONFIDENCE).ok();
    Estimate::of(found.map(|found| found.interval))
}

fn repeat_lift(treated: &Arm, control: &Arm) -> Estimate {
    let part = |arm: &Arm| (arm.repeater_count, arm.count() as u64);
    let found = proportion_difference(part(treated), part(control), CONFIDENCE).ok();
    Estimate::of(found.map(|found| found.interval))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arm(persons: &[(i64, i64, bool)]) -> Arm {
        let mut arm = Arm::default();
        for (spend, orders, is_repeater) in persons {
            arm.add(*spend, *orders, *is_repeater);
        }
        arm
    }

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("an estimate");
        assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    }

    /// The intervals are those of `scipy.stats.ttest_ind(equal_var=False)` and of Newcombe's formula by hand.
    #[test]
    fn lifts_of_a_small_campaign() {
        let treated = arm(&[
            (300, 1, true),
            (600, 2, true),
            (300, 1, true),
            (0, 0, false),
        ]);
        let control = arm(&[
            (200, 1, true),
            (-200, 0, false),
            (0, 0, false),
            (0, 0, false),
        ]);
        let lifts = Lifts::of(&treated, &control, Some(600));
        near(lifts.spend.value, 300.0);
        near(lifts.spend.lower, 6.212_469_232);
        near(lifts.spend.upper, 593.787_530_768);
        near(lifts.orders.value, 0.75);
        near(lifts.orders.lower, -0.215_806_233);
        near(lifts.repeat.value, 0.5);
        near(lifts.repeat.lower, -0.056_962_544);
        near(lifts.repeat.upper, 0.771_660_072);
        // Three orders more, of which it is not sure that there are any.
        near(lifts.cpo.value, 200.0);
        near(lifts.cpo.lower, 87.422_458_942);
        assert_eq!(lifts.cpo.upper, None);
        near(lifts.return_on_spend.value, 2.0);
        near(lifts.return_on_spend.lower, 0.041_416_462);
        near(lifts.return_on_spend.upper, 3.958_583_538);
    }

    #[test]
    fn without_cost_nothing_is_said_of_it_and_for_nothing_orders_cost_nothing() {
        let treated = arm(&[(300, 1, true), (600, 2, true)]);
        let control = arm(&[(0, 0, false), (0, 0, false)]);
        for cost in [None, Some(-1)] {
            let lifts = Lifts::of(&treated, &control, cost);
            assert_eq!(lifts.cpo, Estimate::default());
            assert_eq!(lifts.return_on_spend, Estimate::default());
        }
        let free = Lifts::of(&treated, &control, Some(0));
        assert_eq!(free.cpo.value, Some(0.0));
        assert_eq!(free.return_on_spend, Estimate::default());
        // A campaign that kept people from buying has no cost per order, and a return below zero.
        let harmful = Lifts::of(&control, &treated, Some(10));
        assert_eq!(harmful.cpo.value, None);
        near(harmful.return_on_spend.value, -90.0);
    }

    #[test]
    fn one_person_has_no_spread() {
        let lifts = Lifts::of(&arm(&[(5, 1, false)]), &arm(&[(3, 1, false)]), Some(1));
        assert_eq!(lifts.spend, Estimate::default());
        assert_eq!(lifts.orders, Estimate::default());
        assert_eq!(lifts.repeat.value, Some(0.0));
        assert_eq!(
            Lifts::of(&Arm::default(), &Arm::default(), None),
            Lifts::default()
        );
    }

    proptest! {
        #[test]
        fn ends_of_intervals_lie_about_their_estimates(
            treated in prop::collection::vec((-500_i64..5_000, 0_i64..5, any::<bool>()), 2..40),
            control in prop::collection::vec((-500_i64..5_000, 0_i64..5, any::<bool>()), 2..40),
            cost in 1_i64..100_000,
        ) {
            let lifts = Lifts::of(&arm(&treated), &arm(&control), Some(cost));
            for one in [lifts.spend, lifts.orders, lifts.repeat, lifts.return_on_spend] {
                let (value, lower, upper) = (one.value.unwrap(), one.lower.unwrap(), one.upper.unwrap());
                prop_assert!(lower <= value + 1e-9 && value <= upper + 1e-9, "{:?}", one);
            }
            if let (Some(value), Some(lower)) = (lifts.cpo.value, lifts.cpo.lower) {
                prop_assert!(0.0 < lower && lower <= value * (1.0 + 1e-9));
            }
            if let (Some(value), Some(upper)) = (lifts.cpo.value, lifts.cpo.upper) {
                prop_assert!(value <= upper * (1.0 + 1e-9));
            }
            prop_assert_eq!(lifts.cpo.value.is_some(), lifts.orders.value.unwrap() > 0.0);
        }
    }
}
