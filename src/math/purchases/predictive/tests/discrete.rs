//! The law of counts of BG/BB: the paper's formula, its expectation, corners, and customers drawn from it.

use proptest::prelude::*;

use super::assert_near;
use crate::math::purchases::predictive::*;
use crate::math::purchases::simulate::{simulate, simulate_spends};
use crate::math::purchases::{
    BgBb, GammaGamma, NextPurchase, PurchaseModel, PurchaseSummary, SpendSummary,
};

/// The donors of Fader, Hardie and Shang (2010).
fn donors() -> BgBb {
    BgBb::new(1.203_522_35, 0.749_716_36, 0.656_718_21, 2.783_442_23).unwrap()
}

#[test]
fn counts_are_those_of_the_papers_formula() {
    // P(X(6, 11) = x* | x, t_x, 6) with beta functions of forty digits.
    let cases = [
        (
            (6.0, 6.0),
            [
                0.076_805_261_710_803_2,
                0.066_733_987_696_087_72,
                0.068_960_997_335_451_23,
                0.098_213_996_100_305_79,
                0.193_182_537_277_246_07,
                0.496_103_219_880_106,
            ],
        ),
        (
            (4.0, 5.0),
            [
                0.338_417_003_089_610_1,
                0.098_638_172_800_010_04,
                0.130_994_812_422_456_28,
                0.163_316_037_269_426_98,
                0.163_721_784_326_983_06,
                0.104_912_190_091_513_56,
            ],
        ),
        (
            (1.0, 2.0),
            [
                0.828_955_056_666_219_4,
                0.080_502_586_318_628_5,
                0.051_979_420_307_145_67,
                0.026_567_346_186_814_673,
                0.009_903_295_840_590_472,
                0.002_092_294_680_601_292,
            ],
        ),
    ];
    for ((x, last), expected) in cases {
        let donor = PurchaseSummary::new(x, last, 6.0).unwrap();
        let alive = donors().alive_prob(&donor);
        let counts = donors().counts_if_alive(5.0, x, 6.0);
        assert_eq!(counts.values(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        for (count, (mass, expected)) in counts.masses().iter().zip(expected).enumerate() {
            let gone = if count == 0 { 1.0 - alive } else { 0.0 };
            assert_near("mass", gone + alive * mass, expected, 1e-12);
        }
        // Gifts to expect in the five years; the paper has 3.75 for donors of all six.
        let mean = alive * counts.moments()[0];
        assert_near(
            "mean",
            mean,
            donors().expected_purchases(5.0, &donor),
            1e-12,
        );
        if x == 6.0 {
            assert_near("published mean", mean, 3.75, 5e-3);
        }
    }
    // A quarter of the fourth opportunity.
    let counts = donors().counts_if_alive(3.25, 6.0, 6.0);
    let expected = [
        0.079_536_895_980_704_5,
        0.088_296_267_737_074_8,
        0.170_824_624_460_787_5,
        0.522_218_965_794_305_3,
        0.139_123_246_027_127_7,
    ];
    for (mass, expected) in counts.masses().iter().zip(expected) {
        assert_near("mass", *mass, expected, 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn masses_sum_to_one_and_to_the_expectation(
        alpha in 0.02_f64..50.0, beta in 0.02_f64..50.0, gamma in 0.02_f64..50.0, delta in 0.02_f64..200.0,
        x in 0_u32..40, more in 0_u32..60, t in 0.0_f64..160.0
    ) {
        let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
        let (x, n) = (f64::from(x), f64::from(x + more));
        let counts = model.counts_if_alive(t, x, n);
        prop_assert!((counts.masses().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(counts.masses().iter().all(|mass| *mass >= 0.0));
        prop_assert!(counts.values().last().is_some_and(|most| *most <= t.ceil()));
        let expected = model.expected_purchases_if_alive(t, x, n);
        let found = counts.moments()[0];
        prop_assert!((found - expected).abs() < 1e-6 * (1.0 + expected), "{} {}", found, expected);
        // The wait for the next purchase is told without the law.
        let none = model.no_purchase_prob_if_alive(t.floor(), x, n);
        let whole = model.counts_if_alive(t.floor(), x, n);
        prop_assert!((whole.masses()[0] - none).abs() < 2e-9, "{} {}", whole.masses()[0], none);
    }
}

#[test]
fn laws_too_long_to_be_exact_agree_with_the_expectation() {
    for model in [
        BgBb::new(1.2, 3.0, 0.7, 900.0).unwrap(),
        BgBb::new(40.0, 400.0, 2.0, 30.0).unwrap(),
        BgBb::new(0.3, 0.2, 0.02, 5.0).unwrap(),
    ] {
        for (x, n) in [(0.0, 0.0), (30.0, 100.0)] {
            let near = model.counts_if_alive(2_000.0, x, n);
            let far = model.counts_if_alive(2_001.0, x, n);
            let expected = model.expected_purchases_if_alive(2_001.0, x, n);
            let found = far.moments()[0];
            assert_near("mean", found, expected, 2e-3 * expected);
            // What is exact and what is not follow on each other.
            for alive in [0.3, 1.0] {
                let (near, far) = (near.interval(alive), far.interval(alive));
                assert!(
                    (near.high - far.high).abs() <= 3.0 + 0.02 * near.high,
                    "{model:?} {near:?} {far:?}"
                );
            }
        }
    }
}

/// Checks that masses sum to one and that bounds are counts that may come.
fn check_law(model: &BgBb, t: f64, x: f64, n: f64) {
    let counts = model.counts_if_alive(t, x, n);
    let sum: f64 = counts.masses().iter().sum();
    assert!((sum - 1.0).abs() < 1e-9, "{model:?} {x} {n} {t}: {sum}");
    let Span { low, high } = counts.interval(0.7);
    // The nodes of the lattice lie up to an eightieth apart.
    assert!(
        0.0 <= low && low <= high && high <= 1.02 * t.ceil(),
        "{model:?} {x} {n} {t}: {low} {high}"
    );
}

#[test]
fn in_all_corners_laws_are_laws() {
    let parameters = [1e-5, 1.0, 1e5];
    let histories = [
        (0.0, 0.0),
        (3.0, 400.0),
        (2_000.0, 20_000.0),
        (20_000.0, 20_000.0),
    ];
    for alpha in parameters {
        for beta in parameters {
            for gamma in parameters {
                for delta in parameters {
                    let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
                    for (x, n) in histories {
                        for t in [0.0, 0.5, 1.0, 37.25] {
                            check_law(&model, t, x, n);
                        }
                    }
                }
            }
        }
    }
    for [alpha, beta, gamma, delta] in [
        [1e-5, 1e5, 1e-5, 1e5],
        [1e5, 1e-5, 1e-5, 1e-5],
        [1.0, 1.0, 1e5, 1e-5],
        [0.5, 2.0, 0.7, 30.0],
    ] {
        let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
        check_law(&model, 30_000.0, 3.0, 400.0);
        check_law(&model, 400_000.0, 20_000.0, 20_000.0);
    }
    let nothing = Counts::nothing();
    for (t, x, n) in [
        (-1.0, 0.0, 0.0),
        (f64::NAN, 0.0, 0.0),
        (5.0, 3.0, 2.0),
        (5.0, 1.0, 2.5),
        (5.0, 1.0, f64::INFINITY),
    ] {
        assert_eq!(donors().counts_if_alive(t, x, n), nothing);
    }
}

#[test]
fn nine_of_ten_simulated_customers_lie_within() {
    let truth = BgBb::new(1.0, 2.5, 0.8, 14.0).unwrap();
    let spend = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let months = 36.0;
    let ages: Vec<f64> = (0..4_000).map(|place| f64::from(10 + place % 20)).collect();
    let until: Vec<f64> = ages.iter().map(|age| age + months).collect();
    let logs = simulate(&truth, &until, 21);
    let counts: Vec<usize> = logs.iter().map(|log| log.purchase_ages.len()).collect();
    let paid = simulate_spends(&spend, &counts, 22);
    let summaries: Vec<PurchaseSummary> = logs
        .iter()
        .zip(&ages)
        .map(|(log, age)| log.summary(*age))
        .collect();
    let means: Vec<f64> = summaries
        .iter()
        .zip(&paid)
        .map(|(summary, paid)| {
            let known = &paid[..summary.repeat_count as usize];
            known.iter().sum::<f64>() / summary.repeat_count.max(1.0)
        })
        .collect();
    let spends: Vec<SpendSummary> = summaries
        .iter()
        .zip(&means)
        .filter(|(summary, _)| summary.repeat_count > 0.0)
        .map(|(summary, mean)| SpendSummary::new(summary.repeat_count, *mean).unwrap())
        .collect();
    let model = BgBb::fit(&summaries).unwrap().params;
    let law = SpendLaw::GammaGamma(GammaGamma::fit(&spends).unwrap().params);
    let customers: Vec<Outlook> = summaries
        .iter()
        .zip(&means)
        .map(|(summary, mean)| Outlook {
            summary: *summary,
            evidence: summary.repeat_count,
            scale: law.scale(summary.repeat_count, *mean),
        })
        .collect();
    let outlooks = Outlooks::new(&customers, &law).unwrap();
    let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
    let found = forecasts(&model, &law, alive, &outlooks, &[months]);
    let (mut purchases, mut likely, mut likely_spend, mut ranks) = (0.0, 0.0, 0.0, 0.0);
    for (place, summary) in summaries.iter().enumerate() {
        let known = summary.repeat_count as usize;
        let later = &paid[place][known..];
        let (later_count, later_spend) = (later.len() as f64, later.iter().sum::<f64>());
        let bounds = found.get(&outlooks, place, 0);
        let within = bounds.purchases.low..=bounds.purchases.high;
        purchases += f64::from(within.contains(&later_count));
        if bounds.spend.high > 0.0 {
            likely += 1.0;
            let within = bounds.spend.low..=bounds.spend.high;
            likely_spend += f64::from(within.contains(&later_spend));
        }
        let law = model.counts_if_alive(months, summary.repeat_count, summary.customer_age);
        let alive = model.alive_prob(summary);
        let up_to = |count: usize| -> f64 {
            1.0 - alive + alive * law.masses().iter().take(count).sum::<f64>()
        };
        let below = if later.is_empty() {
            0.0
        } else {
            up_to(later.len())
        };
        // The golden ratio's multiples are as even as any draw.
        let share = (0.618_033_988_749_895 * (place as f64 + 1.0)).fract();
        let rank = below + share * (up_to(later.len() + 1) - below);
        ranks += f64::from((0.05..=0.95).contains(&rank));
    }
    let promised = 0.87..=0.93;
    let count = summaries.len() as f64;
    let shares = [purchases / count, likely_spend / likely, ranks / count];
    assert!(
        shares.iter().all(|share| promised.contains(share)),
        "{shares:?}"
    );
}
