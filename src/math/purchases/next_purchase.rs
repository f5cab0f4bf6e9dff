//! When the next purchase comes.

use super::{BgNbd, MbgNbd, PurchaseModel, PurchaseSummary};

/// A purchase model that tells the time to the next purchase.
///
/// As in [`PurchaseModel`], a summary outside its domain gives NaN, or `None` where there is an option.
pub trait NextPurchase: PurchaseModel {
    /// Returns the probability that a customer alive now buys nothing within `t >= 0` units.
    fn no_purchase_prob_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64;

    /// Returns the time within which a customer alive now has bought with probability `prob`, strictly between 0 and 1.
    ///
    /// `None` when the probability of ever buying again is smaller, or the time is beyond what the model tells.
    fn next_purchase_time_if_alive(
        &self,
        prob: f64,
        repeat_count: f64,
        customer_age: f64,
    ) -> Option<f64>;

    /// Returns the survival function of the time to the next purchase: the probability that this customer, who may have left,
    /// buys nothing within `t >= 0` units.
    fn no_purchase_prob(&self, t: f64, customer: &PurchaseSummary) -> f64 {
        let alive = self.alive_prob(customer);
        let (x, age) = (customer.repeat_count, customer.customer_age);
        ((1.0 - alive) + alive * self.no_purchase_prob_if_alive(t, x, age)).clamp(0.0, 1.0)
    }

    /// Returns the time within which this customer, who may have left, has bought with probability `prob`.
    fn next_purchase_time(&self, prob: f64, customer: &PurchaseSummary) -> Option<f64> {
        let share = prob / self.alive_prob(customer);
        let (x, age) = (customer.repeat_count, customer.customer_age);
        self.next_purchase_time_if_alive(share, x, age)
    }

    /// Returns the median time to the next purchase; `None` when none ever comes with a probability above one half.
    fn median_next_purchase(&self, customer: &PurchaseSummary) -> Option<f64> {
        self.next_purchase_time(0.5, customer)
    }
}

/// Whether a time, a count and an age are finite and at least nil.
pub(super) fn is_sound(t: f64, repeat_count: f64, customer_age: f64) -> bool {
    [t, repeat_count, customer_age]
        .iter()
        .all(|value| value.is_finite() && *value >= 0.0)
}

/// Returns `P(none within t)` of purchases at a gamma-distributed rate: Lomax, `(1 + t / rate)^-shape`.
fn lomax_survival(t: f64, shape: f64, rate: f64) -> f64 {
    (-shape * (t / rate).ln_1p()).exp()
}

/// Returns the quantile of the same law.
fn lomax_quantile(prob: f64, shape: f64, rate: f64) -> Option<f64> {
    let inside = prob > 0.0 && prob < 1.0;
    let t = rate * (-(-prob).ln_1p() / shape).exp_m1();
    (inside && t.is_finite()).then_some(t)
}

// Between two purchases nobody leaves under either model, so the wait of a customer alive is that for a gamma rate.
macro_rules! gamma_wait {
    ($($model:ty),+) => {$(
        impl NextPurchase for $model {
            fn no_purchase_prob_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
                if !is_sound(t, repeat_count, customer_age) {
                    return f64::NAN;
                }
                lomax_survival(t, self.r + repeat_count, self.alpha + customer_age)
            }

            fn next_purchase_time_if_alive(
                &self,
                prob: f64,
                repeat_count: f64,
                customer_age: f64,
            ) -> Option<f64> {
                if !is_sound(0.0, repeat_count, customer_age) {
                    return None;
                }
                lomax_quantile(prob, self.r + repeat_count, self.alpha + customer_age)
            }
        }
    )+};
}

gamma_wait!(BgNbd, MbgNbd);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::purchases::{BgBb, ParetoNbd};
    use proptest::prelude::*;

    fn check<M: NextPurchase>(model: &M, customer: &PurchaseSummary, t: f64) {
        let (sooner, later) = (
            model.no_purchase_prob(t, customer),
            model.no_purchase_prob(2.0 * t, customer),
        );
        assert!((0.0..=1.0).contains(&sooner), "{sooner}");
        assert!(later <= sooner + 1e-12, "{sooner} {later}");
        assert!((model.no_purchase_prob(0.0, customer) - 1.0).abs() < 1e-12);
        // Whoever buys nothing has no expected purchase: P(N >= 1) <= E[N].
        let expected = model.expected_purchases(t, customer);
        assert!(
            1.0 - sooner <= expected * (1.0 + 1e-9) + 1e-12,
            "{sooner} {expected}"
        );
        match model.median_next_purchase(customer) {
            Some(median) => {
                let at = model.no_purchase_prob(median, customer);
                assert!((at - 0.5).abs() < 1e-9, "{median}: {at}");
            }
            None => assert!(model.no_purchase_prob(1e9, customer) > 0.49),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_survival_function_falls_and_the_median_halves_it(
            r in 0.05_f64..10.0, alpha in 0.05_f64..50.0, a in 0.05_f64..10.0, b in 0.05_f64..50.0,
            x in 0_u32..60, part in 0.01_f64..=1.0, age in 0.5_f64..200.0, t in 0.01_f64..400.0
        ) {
            let last = if x == 0 { 0.0 } else { part * age };
            let customer = PurchaseSummary::new(f64::from(x), last, age).unwrap();
            check(&BgNbd::new(r, alpha, a, b).unwrap(), &customer, t);
            check(&MbgNbd::new(r, alpha, a, b).unwrap(), &customer, t);
            check(&ParetoNbd::new(r, alpha, a, b).unwrap(), &customer, t);
        }
    }

    #[test]
    fn who_has_probably_left_has_no_median() {
        let lost = PurchaseSummary::new(20.0, 3.0, 100.0).unwrap();
        let (bg, pareto) = (
            BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap(),
            ParetoNbd::new(0.553, 10.578, 0.606, 11.669).unwrap(),
        );
        assert_eq!(bg.median_next_purchase(&lost), None);
        assert_eq!(pareto.median_next_purchase(&lost), None);
        assert!(bg.no_purchase_prob(1e6, &lost) > 0.99);
        let bb = BgBb::new(1.2, 0.75, 0.66, 2.78).unwrap();
        let lost = PurchaseSummary::new(3.0, 3.0, 12.0).unwrap();
        assert_eq!(bb.median_next_purchase(&lost), None);
    }

    #[test]
    fn summaries_outside_the_domain_have_no_answer() {
        let bad = PurchaseSummary {
            customer_age: -1.0,
            ..PurchaseSummary::newcomer()
        };
        let model = BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap();
        assert!(model.no_purchase_prob(1.0, &bad).is_nan());
        assert!(
            model
                .no_purchase_prob(f64::NAN, &PurchaseSummary::newcomer())
                .is_nan()
        );
        assert_eq!(model.median_next_purchase(&bad), None);
        assert_eq!(
            model.next_purchase_time(1.0, &PurchaseSummary::newcomer()),
            None
        );
    }
}
