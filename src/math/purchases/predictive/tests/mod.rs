//! Against integrals computed elsewhere, limits and properties.

mod coverage;
mod discrete;
mod simulated;

use proptest::prelude::*;

use self::simulated::{Drawn, Leaving, Shop};
use super::*;
use crate::math::lifetime_value::DAYS_PER_MONTH;
use crate::math::matrix::Square;
use crate::math::purchases::{
    BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseModel, PurchaseSummary,
};

const YEAR: f64 = 12.0 * DAYS_PER_MONTH / 7.0;

fn assert_near(name: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{name}: found {found}, expected {expected}"
    );
}

fn bg() -> BgNbd {
    BgNbd::new(0.242_594_52, 4.413_602_02, 0.792_922_02, 2.425_906_78).unwrap()
}

fn mbg() -> MbgNbd {
    MbgNbd::new(0.524_843_16, 6.183_085_28, 0.891_359_39, 1.614_002_24).unwrap()
}

fn pareto() -> ParetoNbd {
    ParetoNbd {
        r: 0.553_277_05,
        alpha: 10.577_683_47,
        s: 0.606_239_99,
        beta: 11.668_735_22,
    }
}

fn gamma_gamma() -> GammaGamma {
    GammaGamma::new(6.249_572, 3.744_225, 15.443_523).unwrap()
}

#[test]
fn counts_are_those_of_numerical_integrals() {
    // Customer (x 2, T 38.86) within 52 weeks: integrals over the chance or time of leaving, to 1e-11.
    let expected = [
        [
            0.170_353_775_686_754,
            0.302_884_846_972_329,
            0.203_691_222_767_686,
            0.047_606_009_975_112,
        ],
        [
            0.144_005_044_574_471,
            0.301_875_702_258_992,
            0.208_998_752_986_310,
            0.051_478_566_346_543,
        ],
        [
            0.273_430_814_604_166,
            0.220_963_654_669_958,
            0.168_175_428_209_508,
            0.052_732_448_104_594,
        ],
    ];
    let found = [
        bg().counts_if_alive(52.0, 2.0, 38.86),
        mbg().counts_if_alive(52.0, 2.0, 38.86),
        pareto().counts_if_alive(52.0, 2.0, 38.86),
    ];
    for (found, expected) in found.iter().zip(expected) {
        for (count, expected) in [0, 1, 2, 5].into_iter().zip(expected) {
            assert_near("mass", found.masses()[count], expected, 1e-11);
        }
    }
    // (r + x)(beta + T) / ((alpha + T)(s - 1)) [1 - ((beta + T) / (beta + T + t))^(s - 1)]
    assert_near("mean", found[2].moments()[0], 2.129_478_047_005_611, 1e-6);
}

#[test]
fn thousands_of_purchases_keep_their_law() {
    let keen = BgNbd::new(1.0, 5.0, 0.01, 90.0).unwrap();
    let counts = keen.counts_if_alive(156.0, 2_000.0, 150.0);
    assert_near("mean", counts.moments()[0], 2_006.371_492, 1e-3);
    let up_to = |count: usize| counts.masses()[..=count].iter().sum::<f64>();
    assert_near("P(N <= 100)", up_to(100), 0.000_467_373_7, 1e-9);
    assert_near("P(N <= 2000)", up_to(2_000), 0.423_296_556_7, 1e-8);
    let span = counts.interval(1.0);
    assert_near("low", span.low, 1_906.0, 1.0);
    assert_near("high", span.high, 2_119.0, 1.0);
}

#[test]
fn laws_too_long_for_one_by_one_agree_with_the_expectation() {
    let newcomers = BgNbd::new(0.8, 0.002, 0.5, 400.0).unwrap();
    let counts = newcomers.counts_if_alive(150.0, 0.0, 0.0);
    assert!(counts.values().len() < 5_000, "{}", counts.values().len());
    let expected = newcomers.expected_purchases_if_alive(150.0, 0.0, 0.0);
    assert_near("expectation", expected, 7_706.435_531, 1e-3);
    let found = counts.moments()[0];
    assert_near("mean", found, expected, 1e-3 * expected);
    let many = ParetoNbd {
        r: 2.0,
        alpha: 0.001,
        s: 1.5,
        beta: 300.0,
    };
    let counts = many.counts_if_alive(100.0, 40.0, 0.0);
    let [r, rate, s, beta] = [many.r + 40.0, many.alpha, many.s, many.beta];
    let expected = r * beta / (rate * (s - 1.0)) * (1.0 - (beta / (beta + 100.0)).powf(s - 1.0));
    let found = counts.moments()[0];
    assert_near("Pareto mean", found, expected, 1e-3 * expected);
}

#[test]
fn bounds_of_counts_come_nearest_to_the_promise() {
    let span = |counts: &Counts, alive: f64| {
        let Span { low, high } = counts.interval(alive);
        (low, high)
    };
    let keen = bg().counts_if_alive(YEAR, 26.0, 31.0);
    assert_eq!(span(&keen, 0.968_851_233_761_865_5), (2.0, 51.0));
    let usual = mbg().counts_if_alive(YEAR, 2.0, 38.86);
    assert_eq!(span(&usual, 0.706_125_687_628_389_8), (0.0, 4.0));
    assert_eq!(span(&usual, 0.0), (0.0, 0.0));
    assert_eq!(span(&Counts::nothing(), 1.0), (0.0, 0.0));
}

/// Returns the forecast of one customer.
fn forecast<M: PurchaseModel + CountLaw>(
    model: &M,
    spend: &SpendLaw,
    summary: PurchaseSummary,
    mean_spend: f64,
    t: f64,
) -> Forecast {
    let evidence = summary.repeat_count;
    let customer = Outlook {
        summary,
        evidence,
        scale: spend.scale(evidence, mean_spend),
    };
    let outlooks = Outlooks::new(&[customer], spend).unwrap();
    let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
    forecasts(model, spend, alive, &outlooks, &[t]).get(&outlooks, 0, 0)
}

#[test]
fn spends_lie_between_the_roots_of_the_exact_law() {
    let spend = SpendLaw::GammaGamma(gamma_gamma());
    let usual = PurchaseSummary::new(2.0, 30.43, 38.86).unwrap();
    let found = forecast(&mbg(), &spend, usual, 35.0, YEAR);
    assert_eq!(found.spend.low, 0.0);
    assert_near("90 %", found.spend.high, 153.293_4, 0.3);
    let keen = PurchaseSummary::new(26.0, 30.857, 31.0).unwrap();
    let found = forecast(&bg(), &spend, keen, 35.0, YEAR);
    assert_near("5 %", found.spend.low, 39.611_6, 0.1);
    assert_near("95 %", found.spend.high, 1_809.154, 2.0);
    assert_near("variance", found.spend_variance, 321_920.39, 1.0);
    let purchases = bg().expected_purchases(YEAR, &keen);
    let each = gamma_gamma().expected_mean_spend(26.0, 35.0).unwrap();
    assert_near(
        "mean",
        found.mean_spend,
        purchases * each,
        1e-4 * purchases * each,
    );
}

#[test]
fn who_is_gone_for_good_spends_nothing() {
    let spend = SpendLaw::GammaGamma(gamma_gamma());
    let gone = PurchaseSummary::new(40.0, 10.0, 300.0).unwrap();
    let found = forecast(&mbg(), &spend, gone, 35.0, YEAR);
    assert_eq!(found.spend, Span::default());
    assert_eq!(found.purchases, Span::default());
}

#[test]
fn observed_spends_stand_in_with_their_spread() {
    let observed = ObservedSpend::new(&[(1.0, 100.0), (3.0, 200.0), (1.0, 600.0)]).unwrap();
    assert_near("mean", observed.mean(), 260.0, 1e-12);
    let spread = ((160.0_f64.powi(2) + 3.0 * 60.0_f64.powi(2) + 340.0_f64.powi(2)) / 5.0).sqrt();
    assert_near("deviation", observed.standard_deviation(), spread, 1e-9);
    let spend = SpendLaw::Observed(observed);
    let keen = PurchaseSummary::new(26.0, 30.857, 31.0).unwrap();
    let found = forecast(&bg(), &spend, keen, 35.0, YEAR);
    assert!(found.spend.low >= 100.0 && found.spend.high <= 600.0 * 100.0);
    assert!(found.spend.low < found.mean_spend && found.mean_spend < found.spend.high);
    assert!(ObservedSpend::new(&[]).is_err() && ObservedSpend::new(&[(1.0, 0.0)]).is_err());
}

#[test]
fn equal_customers_and_any_order_give_equal_bits() {
    let shop = Shop {
        rates: (0.525, 6.183),
        leaving: Leaving::AfterAll(0.891, 1.614),
        spend: gamma_gamma(),
        ages: (2.0, 60.0),
        months: 12,
        yearly_discount: 0.0,
    };
    let drawn = shop.draw(300, 14);
    let spend = SpendLaw::GammaGamma(gamma_gamma());
    let outlook = |one: &Drawn| Outlook {
        summary: one.summary,
        evidence: one.summary.repeat_count,
        scale: spend.scale(one.summary.repeat_count, one.mean_spend),
    };
    let forward: Vec<Outlook> = drawn.iter().map(outlook).collect();
    let backward: Vec<Outlook> = drawn.iter().rev().map(outlook).collect();
    let model = mbg();
    let all = |customers: &[Outlook]| -> Vec<Forecast> {
        let outlooks = Outlooks::new(customers, &spend).unwrap();
        let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
        let found = forecasts(&model, &spend, alive, &outlooks, &[YEAR, 2.0 * YEAR]);
        (0..customers.len())
            .map(|place| found.get(&outlooks, place, 1))
            .collect()
    };
    let one_thread = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let alone = one_thread.install(|| all(&forward));
    let mut other = all(&backward);
    other.reverse();
    assert_eq!(alone, other);
}

#[test]
fn slopes_are_those_of_the_expectation() {
    let spend = SpendLaw::GammaGamma(gamma_gamma());
    let customer = Outlook {
        summary: PurchaseSummary::new(2.0, 30.43, 38.86).unwrap(),
        evidence: 2.0,
        scale: spend.scale(2.0, 35.0),
    };
    let outlooks = Outlooks::new(&[customer, customer], &spend).unwrap();
    assert_eq!((outlooks.len(), outlooks.rows().count()), (2, 1));
    let [slopes] = log_slopes(&bg(), &outlooks, &[YEAR]);
    assert_eq!(slopes.len(), 4);
    let at = |model: &BgNbd| model.expected_purchases(YEAR, &customer.summary).ln();
    for (place, found) in slopes.iter().enumerate() {
        let wide = (at(&bg().nudged(place, 1e-3)) - at(&bg().nudged(place, -1e-3))) / 2e-3;
        assert_near("slope", *found, wide, 1e-5);
    }
    let mean = |model: &GammaGamma| model.expected_mean_spend(2.0, 35.0).unwrap().ln();
    let GammaGamma { p, q, gamma } = gamma_gamma();
    let nudged = |place: usize, step: f64| {
        let mut parameters = [p, q, gamma];
        parameters[place] *= f64::exp(step);
        let [p, q, gamma] = parameters;
        GammaGamma::new(p, q, gamma).unwrap()
    };
    for (place, found) in spend
        .log_slopes(2.0, customer.scale)
        .into_iter()
        .enumerate()
    {
        let wide = (mean(&nudged(place, 1e-4)) - mean(&nudged(place, -1e-4))) / 2e-4;
        assert_near("slope of the spend", found, wide, 1e-6);
    }
}

#[test]
fn quantiles_of_gamma_laws_match_tables() {
    for (shape, level, expected) in [
        (0.25, 0.05, 4.218_575_420_262_993e-6),
        (0.25, 0.95, 1.210_116_137_444_763),
        (4.0, 0.05, 1.366_318_396_749_831),
        (4.0, 0.95, 7.753_656_527_932_725),
        (1e4, 0.95, 10_165.051_911_966_126),
    ] {
        let found = gamma_quantile(level, shape);
        assert_near("quantile", found, expected, 1e-9 * expected);
    }
    assert!(gamma_quantile(0.0, 1.0).is_nan() && gamma_quantile(0.5, f64::NAN).is_nan());
}

#[test]
fn totals_of_groups_add_chance_and_the_error_of_the_fit() {
    let mut covariance = Square::identity(2);
    covariance.set(0, 1, 0.5);
    covariance.set(1, 0, 0.5);
    let mut total = GroupTotal::default();
    assert_eq!(total.interval(&[]), Span::default());
    for _ in 0..100 {
        total.add(10.0, 40.0, [0.1, -0.2, 0.0]);
    }
    assert_near("mean", total.mean(), 1_000.0, 1e-9);
    assert_near("chance alone", total.variance(&[(2, None)]), 4_000.0, 1e-9);
    // g = (100, -200): 100^2 + 200^2 - 2 * 0.5 * 100 * 200.
    let fits = [(2, Some(&covariance)), (1, None)];
    assert_near("both", total.variance(&fits), 4_000.0 + 30_000.0, 1e-6);
    let [narrow, wide] = [total.interval(&[]), total.interval(&fits)];
    assert!(wide.low < narrow.low && narrow.high < wide.high);
    assert_near("low", narrow.low, 1_000.0 - 1.645 * 63.25, 5.0);
    assert_near("high", narrow.high, 1_000.0 + 1.645 * 63.25, 5.0);
    let mut unknown = GroupTotal::default();
    unknown.add(10.0, 1e9, []);
    let span = unknown.interval(&[]);
    assert!(span.low >= 0.0 && span.high > 10.0 && span.high < 100.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn forecasts_are_ordered_and_finite(
        r in 0.05_f64..10.0, alpha in 0.05_f64..50.0, a in 0.02_f64..10.0, b in 0.05_f64..10.0,
        p in 0.2_f64..200.0, q in 1.01_f64..20.0, gamma in 0.1_f64..1e4,
        x in 0_u32..60, part in 0.01_f64..=1.0, age in 2.0_f64..300.0, spend in 0.5_f64..1e6, t in 0.1_f64..300.0
    ) {
        let last = if x == 0 { 0.0 } else { part * age };
        let customer = PurchaseSummary::new(f64::from(x), last, age).unwrap();
        let law = SpendLaw::GammaGamma(GammaGamma::new(p, q, gamma).unwrap());
        let model = MbgNbd::new(r, alpha, a, b).unwrap();
        let found = forecast(&model, &law, customer, spend, t);
        prop_assert!(0.0 <= found.spend.low && found.spend.low <= found.spend.high);
        prop_assert!(found.spend.high.is_finite() && found.mean_spend.is_finite());
        prop_assert!(found.purchases.low <= found.purchases.high && found.purchases.low >= 0.0);
        prop_assert!(found.spend_variance.is_finite() && found.spend_variance >= 0.0);
        let counts = model.counts_if_alive(t, f64::from(x), age);
        let sum: f64 = counts.masses().iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
        let expected = model.expected_purchases_if_alive(t, f64::from(x), age);
        let mean = counts.moments()[0];
        prop_assert!((mean - expected).abs() <= 1e-3 * (1.0 + expected), "{} {}", mean, expected);
    }

    #[test]
    fn pareto_counts_sum_to_one_and_to_their_expectation(
        r in 0.05_f64..5.0, alpha in 0.5_f64..50.0, s in 1.1_f64..5.0, beta in 0.5_f64..50.0,
        x in 0_u32..60, age in 0.0_f64..200.0, t in 0.1_f64..150.0
    ) {
        let law = ParetoNbd { r, alpha, s, beta };
        let counts = law.counts_if_alive(t, f64::from(x), age);
        prop_assert!((counts.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let (now, scale) = (alpha + age, beta + age);
        let expected = (r + f64::from(x)) * scale / (now * (s - 1.0))
            * (1.0 - (scale / (scale + t)).powf(s - 1.0));
        let mean = counts.moments()[0];
        prop_assert!((mean - expected).abs() <= 1e-3 * (1.0 + expected), "{} {}", mean, expected);
    }
}
