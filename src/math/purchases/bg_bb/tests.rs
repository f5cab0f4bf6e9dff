//! BG/BB against the paper's donations and against its formulas written out.

use super::*;
use crate::math::purchases::simulate::simulate;
use crate::math::special::ln_beta;
use proptest::prelude::*;

/// The donors of Fader, Hardie and Shang (2010), table 1: gifts in 1996 to 2001, year of the last one, donors.
const DONATIONS: [(u32, u32, u32); 22] = [
    (0, 0, 3464),
    (1, 1, 1091),
    (1, 2, 277),
    (1, 3, 129),
    (1, 4, 78),
    (1, 5, 119),
    (1, 6, 129),
    (2, 2, 613),
    (2, 3, 255),
    (2, 4, 155),
    (2, 5, 173),
    (2, 6, 234),
    (3, 3, 322),
    (3, 4, 181),
    (3, 5, 225),
    (3, 6, 357),
    (4, 4, 240),
    (4, 5, 284),
    (4, 6, 512),
    (5, 5, 335),
    (5, 6, 728),
    (6, 6, 1203),
];

fn summary(x: f64, last: f64, n: f64) -> PurchaseSummary {
    PurchaseSummary::new(x, last, n).unwrap()
}

fn assert_close(found: f64, exact: f64, tolerance: f64) {
    assert!(
        (found - exact).abs() <= tolerance,
        "found {found}, expected {exact}"
    );
}

#[test]
fn the_donations_give_the_published_parameters() {
    let donors: Vec<PurchaseSummary> = DONATIONS
        .iter()
        .map(|&(x, last, donors)| {
            summary(f64::from(x), f64::from(last), 6.0).with_weight(f64::from(donors))
        })
        .collect();
    let fit = BgBb::fit(&donors).unwrap();
    let BgBb {
        alpha,
        beta,
        gamma,
        delta,
    } = fit.params;
    let found = [alpha, beta, gamma, delta];
    // As the paper prints them, then an independent optimisation.
    for (found, exact) in found.iter().zip([1.204, 0.750, 0.657, 2.783]) {
        assert_close(*found, exact, 6e-4);
    }
    let exact = [1.203_522_35, 0.749_716_36, 0.656_718_21, 2.783_442_23];
    for (found, exact) in found.iter().zip(exact) {
        assert_close(*found, exact, 1e-6 * exact);
    }
    let errors = [0.069_391_36, 0.029_447_72, 0.051_009_86, 0.320_819];
    for (found, exact) in fit.standard_errors.as_ref().unwrap().iter().zip(errors) {
        assert_close(*found, exact, 1e-4 * exact);
    }
    assert_close(fit.log_likelihood, -33_225.6, 0.05);
    assert_close(fit.log_likelihood, -33_225.581_274_347, 1e-6);
    assert!(fit.gradient_norm < 1e-9 && !fit.at_boundary);
    let summed: f64 = donors
        .iter()
        .map(|row| row.weight * fit.params.log_likelihood(row))
        .sum();
    assert_close(summed, fit.log_likelihood, 1e-7);
    // Gifts to expect in the five years after, from 0.07 to 3.75.
    for (x, last, exact) in [
        (0.0, 0.0, 0.0728),
        (1.0, 6.0, 1.1479),
        (3.0, 6.0, 2.1896),
        (4.0, 4.0, 0.5830),
        (5.0, 5.0, 1.8126),
        (6.0, 6.0, 3.7521),
    ] {
        let expected = fit.params.expected_purchases(5.0, &summary(x, last, 6.0));
        assert_close(expected, exact, 2e-3);
    }
    assert_close(
        fit.params.alive_prob_at(1, &summary(6.0, 6.0, 6.0)),
        0.9304,
        1e-3,
    );
    assert_close(
        fit.params.alive_prob_at(1, &summary(0.0, 0.0, 6.0)),
        0.1080,
        1e-3,
    );
}

/// The likelihood as a sum over the last opportunity the customer was there for, and its term for all of them.
fn written_out(model: &BgBb, x: f64, last: f64, n: f64) -> (f64, f64) {
    let BgBb {
        alpha,
        beta,
        gamma,
        delta,
    } = *model;
    let unit = ln_beta(alpha, beta) + ln_beta(gamma, delta);
    let there = (ln_beta(alpha + x, beta + n - x) + ln_beta(gamma, delta + n) - unit).exp();
    let mut sum = there;
    let mut j = last;
    while j < n {
        sum += (ln_beta(alpha + x, beta + j - x) + ln_beta(gamma + 1.0, delta + j) - unit).exp();
        j += 1.0;
    }
    (sum, there)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn likelihood_and_life_match_the_formulas_written_out(
        alpha in 0.05_f64..20.0, beta in 0.05_f64..20.0, gamma in 0.05_f64..20.0, delta in 0.05_f64..20.0,
        x in 0_u32..20, more in 0_u32..20, after in 0_u32..20, t in 1_u32..40
    ) {
        let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
        let x = f64::from(x);
        let last = if x == 0.0 { 0.0 } else { x + f64::from(more) };
        let n = last + f64::from(after);
        let customer = summary(x, last, n);
        let (sum, there) = written_out(&model, x, last, n);
        prop_assert!((model.log_likelihood(&customer) - sum.ln()).abs() < 1e-10 * (1.0 + sum.ln().abs()));
        prop_assert!((model.alive_prob(&customer) / (there / sum) - 1.0).abs() < 1e-9);
        // Eq. 13 as it stands, away from its gap at one.
        if (gamma - 1.0).abs() > 0.01 {
            let t = f64::from(t);
            let ratio = |m: f64| (ln_gamma(1.0 + delta + m) - ln_gamma(gamma + delta + m)).exp();
            let start = (ln_gamma(gamma + delta) - ln_gamma(1.0 + delta)).exp();
            let unit = ln_beta(alpha, beta);
            let expected = (ln_beta(alpha + x + 1.0, beta + n - x) - unit).exp() / sum * delta / (gamma - 1.0)
                * start * (ratio(n) - ratio(n + t));
            let found = model.expected_purchases(t, &customer);
            prop_assert!((found / expected - 1.0).abs() < 1e-7, "{} {}", found, expected);
        }
        // Discounted so little that it does not matter within the next forty, so much that nothing follows.
        let heavy = model.discounted_residual_purchases(1e6, &customer).unwrap();
        let next = model.expected_purchases(1.0, &customer) / (1.0 + 1e6);
        prop_assert!((heavy / next - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_likelihood(point in proptest::collection::vec(-2.0_f64..2.0, 4)) {
        use crate::math::optimise::Objective;
        let rows = vec![
            summary(0.0, 0.0, 6.0),
            summary(1.0, 1.0, 6.0).with_weight(2.0),
            summary(1.0, 4.0, 6.0),
            summary(1.0, 6.0, 6.0),
            summary(4.0, 9.0, 30.0),
            summary(90.0, 200.0, 400.0),
        ];
        let likelihood = Likelihood::new(rows.clone());
        let (mut gradient, mut unused) = (vec![0.0; 4], vec![0.0; 4]);
        let value = likelihood.evaluate(&point, &mut gradient);
        let [alpha, beta, gamma, delta] = [0, 1, 2, 3].map(|i: usize| point[i].exp());
        let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
        let direct: f64 = rows.iter().map(|row| row.weight * model.log_likelihood(row)).sum();
        prop_assert!((value * 7.0 - direct).abs() < 1e-9 * direct.abs().max(1.0));
        for (i, given) in gradient.iter().enumerate() {
            let mut moved = point.clone();
            moved[i] += 1e-5;
            let above = likelihood.evaluate(&moved, &mut unused);
            moved[i] -= 2e-5;
            let below = likelihood.evaluate(&moved, &mut unused);
            let slope = (above - below) / 2e-5;
            prop_assert!((slope - given).abs() < 1e-5 * (1.0 + slope.abs()), "{} {}", slope, given);
        }
    }
}

#[test]
fn many_opportunities_continue_the_sum() {
    for gamma in [0.3, 0.9995, 1.0, 1.0 + 1e-9, 2.5] {
        let model = BgBb::new(1.2, 0.75, gamma, 2.78).unwrap();
        let (stay, all) = (2.78 + 6.0, gamma + 2.78 + 6.0);
        let limit = 200_000.0;
        let summed = model.opportunities_if_alive(limit, 6.0);
        let closed = model.many_opportunities(limit, stay, all);
        assert!(
            (closed / summed - 1.0).abs() < 1e-8,
            "{gamma}: {summed} {closed}"
        );
    }
    let model = BgBb::new(1.2, 0.75, 0.66, 2.78).unwrap();
    assert!(model.expected_purchases_new(1e12).is_finite());
    // Parts of an opportunity count in proportion.
    let [before, middle, after] = [4.0, 4.5, 5.0].map(|t| model.expected_purchases_new(t));
    assert_close(middle, 0.5 * (before + after), 1e-14);
}

#[test]
fn waiting_counts_opportunities() {
    let model = BgBb::new(1.2, 0.75, 0.66, 2.78).unwrap();
    let keen = summary(6.0, 6.0, 6.0);
    // The first opportunity: there, and buys.
    let first = model.expected_purchases(1.0, &keen);
    assert_close(model.no_purchase_prob(1.0, &keen), 1.0 - first, 1e-14);
    assert_eq!(model.no_purchase_prob(0.9, &keen), 1.0);
    assert_eq!(model.median_next_purchase(&keen), Some(1.0));
    let rare = summary(1.0, 6.0, 6.0);
    let median = model.median_next_purchase(&rare).unwrap();
    assert!(median > 1.0);
    assert!(model.no_purchase_prob(median, &rare) <= 0.5);
    assert!(model.no_purchase_prob(median - 1.0, &rare) > 0.5);
}

#[test]
fn in_all_corners_answers_are_numbers() {
    let parameters = [1e-5, 1.0, 1e5];
    let histories = [
        (0.0, 0.0, 0.0),
        (0.0, 0.0, 5.0),
        (3.0, 3.0, 3.0),
        (3.0, 3.0, 400.0),
        (2_000.0, 2_000.0, 20_000.0),
        (20_000.0, 20_000.0, 20_000.0),
    ];
    for alpha in parameters {
        for beta in parameters {
            for gamma in [1e-5, 1.0, 1.0 + 1e-12, 1e5] {
                for delta in parameters {
                    let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
                    for (x, last, n) in histories {
                        let customer = summary(x, last, n);
                        let alive = model.alive_prob(&customer);
                        assert!(
                            (0.0..=1.0).contains(&alive),
                            "{model:?} {customer:?} {alive}"
                        );
                        assert!(
                            model.log_likelihood(&customer).is_finite(),
                            "{model:?} {customer:?}"
                        );
                        for t in [0.0, 1.0, n, 20.0 * n] {
                            let expected = model.expected_purchases(t, &customer);
                            assert!(
                                expected.is_finite() && expected >= 0.0,
                                "{model:?} {customer:?}"
                            );
                        }
                        let none = model.no_purchase_prob(n, &customer);
                        assert!((0.0..=1.0).contains(&none), "{model:?} {customer:?} {none}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_not_counted_in_opportunities_is_named() {
    let name = |customer: PurchaseSummary| match BgBb::fit(&[customer, customer]) {
        Err(MathError::OutOfDomain { name, .. }) => name,
        other => panic!("accepted {other:?}"),
    };
    assert_eq!(name(summary(1.0, 2.0, 3.5)), "customer_age");
    assert_eq!(name(summary(1.0, 2.0, 1e6)), "customer_age");
    assert_eq!(name(summary(1.0, 1.5, 3.0)), "last_purchase_age");
    assert_eq!(name(summary(3.0, 2.0, 3.0)), "repeat_count");
    let once = summary(0.0, 0.0, 9.0);
    assert_eq!(BgBb::fit(&[once; 5]), Err(MathError::NoRepeatPurchases));
    assert!(matches!(
        BgBb::fit(&[]),
        Err(MathError::TooFewCustomers { found: 0, .. })
    ));
    let model = BgBb::new(1.2, 0.75, 0.66, 2.78).unwrap();
    for rate in [0.0, 1e-20, f64::NAN] {
        assert!(model.discounted_residual_purchases(rate, &once).is_err());
    }
    assert!(model.alive_prob(&summary(3.0, 2.0, 3.0)).is_nan());
    assert!(model.expected_purchases_if_alive(1.0, 4.0, 3.0).is_nan());
    // Every length up to 30,000 with one purchase right after the first: 450 million steps.
    let endless: Vec<PurchaseSummary> = (2..30_000_u32)
        .map(|n| summary(1.0, 1.0, f64::from(n)))
        .collect();
    assert!(matches!(
        BgBb::fit(&endless),
        Err(MathError::TooMuchWork { needed, .. }) if needed > 4e8
    ));
}

#[test]
fn simulated_shares_of_buyers_are_those_expected() {
    let model = BgBb::new(1.2, 2.5, 0.8, 9.0).unwrap();
    let logs = simulate(&model, &[10.0; 20_000], 3);
    for t in [1.0, 4.0, 10.0] {
        let bought: usize = logs.iter().map(|log| log.count_until(t)).sum();
        let none = logs.iter().filter(|log| log.count_until(t) == 0).count();
        let newcomer = PurchaseSummary::newcomer();
        assert_close(
            bought as f64 / 20_000.0,
            model.expected_purchases_new(t),
            0.06,
        );
        assert_close(
            none as f64 / 20_000.0,
            model.no_purchase_prob(t, &newcomer),
            0.015,
        );
    }
}
