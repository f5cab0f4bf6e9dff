//! Pareto/NBD against thirty-digit integrals, in the corners of its parameters and on simulated shops.

use super::*;
use crate::math::purchases::simulate::simulate;
use proptest::prelude::*;

fn cdnow() -> ParetoNbd {
    ParetoNbd::new(0.553_277_05, 10.577_683_47, 0.606_239_99, 11.668_735_22).unwrap()
}

/// Customer 1516 of the sample.
fn keen() -> PurchaseSummary {
    PurchaseSummary::new(26.0, 216.0 / 7.0, 31.0).unwrap()
}

fn usual() -> PurchaseSummary {
    PurchaseSummary::new(2.0, 30.43, 38.86).unwrap()
}

fn assert_close(found: f64, exact: f64, relative: f64) {
    assert!(
        (found - exact).abs() <= relative * exact.abs(),
        "found {found}, expected {exact}"
    );
}

// The figures to more than six digits are integrals over leaving times (mpmath, 25 digits) at these very parameters.
#[test]
fn forecasts_match_numerical_integrals_and_the_published_figure() {
    let model = cdnow();
    assert_close(model.alive_prob(&keen()), 0.997_874, 1e-6);
    assert_close(model.alive_prob(&keen()), 0.997_873_404_708_510_4, 1e-12);
    assert_close(model.alive_prob(&usual()), 0.869_115_660_669_105_3, 1e-12);
    let once = PurchaseSummary::new(0.0, 0.0, 38.86).unwrap();
    assert_close(model.alive_prob(&once), 0.295_095_801_383_389_87, 1e-12);
    let expected = model.expected_purchases(52.0, &keen());
    assert_close(expected, 25.455_183_484_875_278, 1e-12);
    let expected = model.expected_purchases(39.0, &usual());
    assert_close(expected, 1.455_098_756_429_584_5, 1e-12);
    assert_close(
        model.expected_purchases_new(52.0),
        1.473_434_291_532_980_1,
        1e-12,
    );
}

#[test]
fn residual_purchases_match_kummers_function() {
    let rate = 1.15_f64.ln() / 52.0;
    let of = |customer: &PurchaseSummary| {
        cdnow()
            .discounted_residual_purchases(rate, customer)
            .unwrap()
    };
    assert_close(of(&keen()), 86.257_623_473_874_67, 1e-11);
    assert_close(of(&usual()), 6.499_981_519_691_065, 1e-11);
    assert_close(
        of(&PurchaseSummary::newcomer()),
        3.964_020_259_934_222,
        1e-11,
    );
    // With next to no discount it is what a whole life brings, which is finite for s > 1.
    let model = ParetoNbd { s: 3.0, ..cdnow() };
    let nearly_all = model.discounted_residual_purchases(1e-9, &usual()).unwrap();
    let all = model.expected_purchases(1e12, &usual());
    assert_close(nearly_all, all, 1e-6);
    for rate in [0.0, -1.0, f64::NAN] {
        assert!(
            cdnow()
                .discounted_residual_purchases(rate, &usual())
                .is_err()
        );
    }
}

#[test]
fn the_next_purchase_matches_numerical_integrals() {
    let model = cdnow();
    assert_close(
        model.no_purchase_prob(4.0, &keen()),
        0.104_518_542_242_743_12,
        1e-10,
    );
    assert_close(
        model.no_purchase_prob(39.0, &keen()),
        0.023_862_776_245_747_49,
        1e-9,
    );
    assert_close(
        model.no_purchase_prob(4.0, &usual()),
        0.846_858_210_930_797_9,
        1e-11,
    );
    assert_close(
        model.no_purchase_prob(39.0, &usual()),
        0.408_095_454_019_361_8,
        1e-11,
    );
    let median = model.median_next_purchase(&keen()).unwrap();
    assert_close(median, 1.114_274_669_650_630_7, 1e-9);
    let median = model.median_next_purchase(&usual()).unwrap();
    assert_close(median, 23.758_739_390_730_895, 1e-9);
}

#[test]
fn the_limit_at_s_of_one_and_at_equal_scales_is_passed_smoothly() {
    let at = |s: f64| ParetoNbd { s, ..cdnow() }.expected_purchases(39.0, &usual());
    for step in [1e-14, 1e-10, 1e-6] {
        assert_close(at(1.0 + step), at(1.0), 3.0 * step + 1e-13);
    }
    let at = |beta: f64| ParetoNbd { beta, ..cdnow() }.log_likelihood(&usual());
    let alpha = cdnow().alpha;
    for step in [1e-14, 1e-10, 1e-6] {
        assert_close(at(alpha * (1.0 + step)), at(alpha), step + 1e-13);
    }
}

#[test]
fn in_all_corners_answers_are_numbers() {
    let parameters = [1e-5, 1.0, 1e5];
    let histories = [
        (0.0, 0.0, 1.0),
        (0.0, 0.0, 0.0),
        (1.0, 1e-9, 1.0),
        (1.0, 0.5, 1.0),
        (1.0, 1.0, 1.0),
        (20_000.0, 1e-9, 1.0),
        (20_000.0, 0.5, 1.0),
        (20_000.0, 1.0, 1.0),
    ];
    for r in parameters {
        for alpha in parameters {
            for s in [1e-5, 1.0, 1.0 + 1e-12, 1e5] {
                for beta in parameters {
                    let model = ParetoNbd::new(r, alpha, s, beta).unwrap();
                    for (x, last, age) in histories {
                        let customer = PurchaseSummary::new(x, last, age).unwrap();
                        check(&model, &customer);
                    }
                }
            }
        }
    }
}

fn check(model: &ParetoNbd, customer: &PurchaseSummary) {
    let alive = model.alive_prob(customer);
    assert!(
        (0.0..=1.0).contains(&alive),
        "{model:?} {customer:?} {alive}"
    );
    assert!(
        model.log_likelihood(customer).is_finite(),
        "{model:?} {customer:?}"
    );
    let mut before = 0.0;
    for t in [0.0, 1e-9, 0.5, 1.0, 20.0] {
        let expected = model.expected_purchases(t, customer);
        assert!(expected.is_finite(), "{model:?} {customer:?} {expected}");
        assert!(
            expected >= before * (1.0 - 1e-12),
            "{model:?} {customer:?} {expected}"
        );
        before = expected;
        let none = model.no_purchase_prob(t, customer);
        assert!((0.0..=1.0).contains(&none), "{model:?} {customer:?} {none}");
    }
    let residual = model.discounted_residual_purchases(0.01, customer).unwrap();
    assert!(
        residual.is_finite() && residual >= 0.0,
        "{model:?} {customer:?} {residual}"
    );
    if let Some(median) = model.median_next_purchase(customer) {
        assert!(
            median.is_finite() && median >= 0.0,
            "{model:?} {customer:?} {median}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn forecasts_are_bounded_finite_and_rise_with_time(
        r in 0.01_f64..20.0, alpha in 0.01_f64..100.0, s in 0.01_f64..20.0, beta in 0.01_f64..100.0,
        x in 0_u32..400, part in 0.01_f64..=1.0, age in 0.5_f64..500.0
    ) {
        let last = if x == 0 { 0.0 } else { part * age };
        let customer = PurchaseSummary::new(f64::from(x), last, age).unwrap();
        let model = ParetoNbd::new(r, alpha, s, beta).unwrap();
        check(&model, &customer);
        // The later the last purchase, the surer the customer is there.
        let later = PurchaseSummary::new(f64::from(x), if x == 0 { 0.0 } else { age }, age).unwrap();
        prop_assert!(model.alive_prob(&later) >= model.alive_prob(&customer) - 1e-12);
    }
}

#[test]
fn the_unit_of_time_changes_the_scales_alone() {
    let truth = ParetoNbd::new(0.9, 7.0, 1.3, 20.0).unwrap();
    let ages: Vec<f64> = (0..1_000_u32).map(|i| f64::from(20 + i % 31)).collect();
    let customers: Vec<PurchaseSummary> = simulate(&truth, &ages, 77)
        .iter()
        .zip(&ages)
        .map(|(log, &age)| log.summary(age))
        .collect();
    let weeks = ParetoNbd::fit(&customers).unwrap();
    let in_days: Vec<PurchaseSummary> = customers
        .iter()
        .map(|row| row.with_time_scaled(7.0))
        .collect();
    let days = ParetoNbd::fit(&in_days).unwrap();
    let bought: f64 = customers.iter().map(|row| row.repeat_count).sum();
    assert_close(
        days.log_likelihood,
        weeks.log_likelihood - bought * 7.0_f64.ln(),
        1e-11,
    );
    assert_close(days.params.r, weeks.params.r, 1e-6);
    assert_close(days.params.alpha, 7.0 * weeks.params.alpha, 1e-6);
    assert_close(days.params.s, weeks.params.s, 1e-6);
    assert_close(days.params.beta, 7.0 * weeks.params.beta, 1e-6);
    let summed: f64 = customers
        .iter()
        .map(|row| weeks.params.log_likelihood(row))
        .sum();
    assert_close(summed, weeks.log_likelihood, 1e-11);
}

#[test]
fn data_that_cannot_be_fitted_are_named() {
    let once = PurchaseSummary::new(0.0, 0.0, 9.0).unwrap();
    assert_eq!(
        ParetoNbd::fit(&[once; 5]),
        Err(MathError::NoRepeatPurchases)
    );
    let twice = PurchaseSummary::new(1.0, 3.0, 9.0).unwrap();
    for few in [vec![], vec![twice]] {
        assert_eq!(
            ParetoNbd::fit(&few),
            Err(MathError::TooFewCustomers {
                found: few.len(),
                needed: 2
            })
        );
    }
    let at_once = PurchaseSummary::new(1.0, 0.0, 0.0).unwrap();
    assert!(matches!(
        ParetoNbd::fit(&[at_once; 3]),
        Err(MathError::OutOfDomain {
            name: "customer_age",
            ..
        })
    ));
    let bad = PurchaseSummary {
        customer_age: -1.0,
        ..once
    };
    assert!(cdnow().alive_prob(&bad).is_nan() && cdnow().log_likelihood(&bad).is_nan());
    assert!(cdnow().expected_purchases(-1.0, &once).is_nan());
    assert!(ParetoNbd::new(1.0, 1.0, 0.0, 1.0).is_err());
}
