//! What a customer is worth over the coming months, discounted.

use std::collections::BTreeMap;

use super::purchases::{PurchaseModel, PurchaseSummary};
use super::{MathError, non_negative, positive};

/// Mean length of a month of the Gregorian calendar, in days.
pub const DAYS_PER_MONTH: f64 = 30.436_875;

/// Over what horizon and on what terms a lifetime value is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifetimeTerms {
    /// Months looked ahead.
    pub horizon_months: u32,
    /// Share of the spend that is margin, in `[0, 1]`.
    pub margin: f64,
    /// Discount rate per month, at least 0 (0.01 is one per cent a month).
    pub monthly_discount_rate: f64,
    /// Days in one unit of the model's time: 7 for a model fitted in weeks, 1 in days.
    pub days_per_unit: f64,
    /// Days counted as a month; [`DAYS_PER_MONTH`] unless a report defines another.
    pub days_per_month: f64,
}

impl LifetimeTerms {
    /// Checks the terms.
    ///
    /// # Errors
    /// Names the value outside its domain.
    pub fn check(&self) -> Result<(), MathError> {
        non_negative("monthly_discount_rate", self.monthly_discount_rate)?;
        positive("days_per_unit", self.days_per_unit)?;
        positive("days_per_month", self.days_per_month)?;
        non_negative("margin", self.margin)?;
        if self.margin > 1.0 {
            return Err(MathError::OutOfDomain {
                name: "margin",
                value: self.margin,
            });
        }
        Ok(())
    }

    /// Returns what one unit of money at the end of every month of the horizon is worth now, `sum_i 1 / (1 + d)^i`.
    pub fn annuity_factor(&self) -> f64 {
        let monthly = 1.0 / (1.0 + self.monthly_discount_rate);
        (1..=self.horizon_months)
            .fold((0.0, 1.0), |(sum, discount), _| {
                let discount = discount * monthly;
                (sum + discount, discount)
            })
            .0
    }

    /// Returns the discounted purchases, `sum_i (E(t_i) - E(t_{i-1})) / (1 + d)^i`, given `E`.
    fn discounted(&self, expected: impl Fn(f64) -> f64) -> f64 {
        let month = self.days_per_month / self.days_per_unit;
        let monthly = 1.0 / (1.0 + self.monthly_discount_rate);
        let (mut sum, mut before, mut discount) = (0.0, 0.0, 1.0);
        for i in 1..=self.horizon_months {
            let until = expected(f64::from(i) * month);
            discount *= monthly;
            sum += (until - before) * discount;
            before = until;
        }
        sum
    }
}

/// Purchases expected within a number of months of a customer who is alive.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MonthlyPurchases {
    /// As they are.
    pub plain: f64,
    /// Discounted at the end of each month.
    pub discounted: f64,
}

/// Returns the purchases expected within each of the horizons, ascending months, of a customer known to be alive.
///
/// What [`lifetime_value`] multiplies, for several horizons in one pass over the months; the terms' own horizon plays no
/// part.
///
/// # Errors
/// Terms outside their domain, or a summary its model refuses.
pub fn monthly_purchases<M: PurchaseModel>(
    model: &M,
    customer: &PurchaseSummary,
    terms: &LifetimeTerms,
    horizons: &[u32],
) -> Result<Vec<MonthlyPurchases>, MathError> {
    terms.check()?;
    customer.check()?;
    let (x, age) = (customer.repeat_count, customer.customer_age);
    let month = terms.days_per_month / terms.days_per_unit;
    let monthly = 1.0 / (1.0 + terms.monthly_discount_rate);
    let longest = horizons.iter().copied().max().unwrap_or(0);
    let ends: Vec<f64> = (1..=longest)
        .map(|months| f64::from(months) * month)
        .collect();
    let expected = model.expected_purchases_if_alive_each(&ends, x, &[age]);
    let mut months = expected.into_iter();
    let (mut sum, mut before, mut discount, mut passed) = (0.0, 0.0, 1.0, 0_u32);
    let mut found = Vec::with_capacity(horizons.len());
    for horizon in horizons {
        while passed < *horizon
            && let Some(until) = months.next()
        {
            passed += 1;
            discount *= monthly;
            sum += (until - before) * discount;
            before = until;
        }
        found.push(MonthlyPurchases {
            plain: before,
            discounted: sum,
        });
    }
    Ok(found)
}

/// Returns the discounted margin expected from a customer over the horizon, in the unit of `mean_spend`.
///
/// Sums, month by month, the purchases the model expects times `mean_spend` (from
/// [`super::purchases::GammaGamma`]) times the margin, discounted at the end of each month.
///
/// # Errors
/// Terms or spend outside their domain, or a summary its model refuses.
pub fn lifetime_value<M: PurchaseModel>(
    model: &M,
    customer: &PurchaseSummary,
    mean_spend: f64,
    terms: &LifetimeTerms,
) -> Result<f64, MathError> {
    terms.check()?;
    let if_alive = discounted_if_alive(model, customer, terms);
    worth(model, customer, mean_spend, terms, if_alive)
}

/// Returns [`lifetime_value`] of every customer, in order; what customers share is computed once.
///
/// # Errors
/// Slices of different length, or the first error of a customer.
pub fn lifetime_values<M: PurchaseModel>(
    model: &M,
    customers: &[PurchaseSummary],
    mean_spends: &[f64],
    terms: &LifetimeTerms,
) -> Result<Vec<f64>, MathError> {
    terms.check()?;
    if customers.len() != mean_spends.len() {
        return Err(MathError::LengthMismatch {
            left: customers.len(),
            right: mean_spends.len(),
        });
    }
    let mut known = BTreeMap::new();
    let rows = customers.iter().zip(mean_spends);
    rows.map(|(customer, &mean_spend)| {
        let key = (
            customer.repeat_count.to_bits(),
            customer.customer_age.to_bits(),
        );
        let if_alive = *known
            .entry(key)
            .or_insert_with(|| discounted_if_alive(model, customer, terms));
        worth(model, customer, mean_spend, terms, if_alive)
    })
    .collect()
}

/// Returns the discounted purchases over the horizon of a customer known to be alive.
fn discounted_if_alive<M: PurchaseModel>(
    model: &M,
    customer: &PurchaseSummary,
    terms: &LifetimeTerms,
) -> f64 {
    let (x, age) = (customer.repeat_count, customer.customer_age);
    terms.discounted(|t| model.expected_purchases_if_alive(t, x, age))
}

/// Returns the value of a customer from the discounted purchases while alive.
fn worth<M: PurchaseModel>(
    model: &M,
    customer: &PurchaseSummary,
    mean_spend: f64,
    terms: &LifetimeTerms,
    if_alive: f64,
) -> Result<f64, MathError> {
    customer.check()?;
    non_negative("mean_spend", mean_spend)?;
    Ok(model.alive_prob(customer) * if_alive * mean_spend * terms.margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::purchases::{BgNbd, MbgNbd};
    use proptest::prelude::*;

    fn terms(horizon_months: u32, monthly_discount_rate: f64) -> LifetimeTerms {
        LifetimeTerms {
            horizon_months,
            margin: 0.3,
            monthly_discount_rate,
            days_per_unit: 7.0,
            days_per_month: DAYS_PER_MONTH,
        }
    }

    #[test]
    fn without_discount_it_is_purchases_times_spend_times_margin() {
        let model = BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap();
        let customer = PurchaseSummary::new(2.0, 30.43, 38.86).unwrap();
        let found = lifetime_value(&model, &customer, 5000.0, &terms(12, 0.0)).unwrap();
        let purchases = model.expected_purchases(12.0 * DAYS_PER_MONTH / 7.0, &customer);
        assert!((found - purchases * 1500.0).abs() < 1e-9 * found);
        assert_eq!(
            lifetime_value(&model, &customer, 5000.0, &terms(0, 0.0)).unwrap(),
            0.0
        );
    }

    #[test]
    fn one_month_is_discounted_once() {
        let model = MbgNbd::new(0.525, 6.183, 0.891, 1.614).unwrap();
        let customer = PurchaseSummary::new(1.0, 3.0, 30.0).unwrap();
        let plain = lifetime_value(&model, &customer, 100.0, &terms(1, 0.0)).unwrap();
        let discounted = lifetime_value(&model, &customer, 100.0, &terms(1, 0.25)).unwrap();
        assert!((discounted * 1.25 - plain).abs() < 1e-12);
    }

    #[test]
    fn a_year_of_even_income_is_worth_its_annuity() {
        assert_eq!(terms(12, 0.0).annuity_factor(), 12.0);
        // (1 - 1.01^-12) / 0.01
        assert!((terms(12, 0.01).annuity_factor() - 11.255_077_473_5).abs() < 1e-9);
        assert_eq!(terms(0, 0.01).annuity_factor(), 0.0);
    }

    #[test]
    fn terms_and_rows_outside_their_domain_are_named() {
        let model = BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap();
        let customer = PurchaseSummary::newcomer();
        let wide = LifetimeTerms {
            margin: 1.2,
            ..terms(3, 0.0)
        };
        assert!(matches!(
            lifetime_value(&model, &customer, 1.0, &wide),
            Err(MathError::OutOfDomain { name: "margin", .. })
        ));
        assert!(matches!(
            lifetime_value(&model, &customer, -1.0, &terms(3, 0.0)),
            Err(MathError::OutOfDomain {
                name: "mean_spend",
                ..
            })
        ));
        assert!(matches!(
            lifetime_values(&model, &[customer], &[], &terms(3, 0.0)),
            Err(MathError::LengthMismatch { left: 1, right: 0 })
        ));
    }

    #[test]
    fn several_horizons_in_one_pass_are_those_of_one_each() {
        let model = MbgNbd::new(0.525, 6.183, 0.891, 1.614).unwrap();
        let customer = PurchaseSummary::new(1.0, 3.0, 30.0).unwrap();
        let found =
            monthly_purchases(&model, &customer, &terms(0, 0.01), &[0, 12, 24, 24]).unwrap();
        assert_eq!(found[0], MonthlyPurchases::default());
        assert_eq!(found[2], found[3]);
        for (months, found) in [12, 24].into_iter().zip(&found[1..]) {
            let worth = lifetime_value(&model, &customer, 100.0, &terms(months, 0.01)).unwrap();
            let alive = model.alive_prob(&customer);
            assert_eq!(alive * found.discounted * 100.0 * 0.3, worth);
            let t = f64::from(months) * DAYS_PER_MONTH / 7.0;
            let plain = model.expected_purchases_if_alive(t, 1.0, 30.0);
            assert!((found.plain - plain).abs() < 1e-12 * plain);
        }
    }

    proptest! {
        #[test]
        fn batch_equals_scalar_and_discount_lowers_it(
            rows in proptest::collection::vec((0_u32..4, 0.0_f64..=1.0, 1_u32..40, 0.0_f64..1e5), 1..30),
            rate in 0.0_f64..0.1
        ) {
            let model = BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap();
            let (mut customers, mut spends) = (Vec::new(), Vec::new());
            for (x, part, age, spend) in rows {
                let age = f64::from(age);
                let last = if x == 0 { 0.0 } else { part * age };
                customers.push(PurchaseSummary::new(f64::from(x), last, age).unwrap());
                spends.push(spend);
            }
            let batch = lifetime_values(&model, &customers, &spends, &terms(24, rate)).unwrap();
            for ((customer, &spend), &value) in customers.iter().zip(&spends).zip(&batch) {
                let scalar = lifetime_value(&model, customer, spend, &terms(24, rate)).unwrap();
                prop_assert_eq!(value, scalar);
                let plain = lifetime_value(&model, customer, spend, &terms(24, 0.0)).unwrap();
                prop_assert!(value >= 0.0 && value <= plain * (1.0 + 1e-12));
            }
        }
    }
}
