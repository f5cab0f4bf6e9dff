//! The models against published numbers and independent optimisations on the CDNOW sample.

use super::*;
use proptest::prelude::*;

fn assert_close(name: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{name}: found {found}, expected {expected}"
    );
}

fn assert_fit<M>(
    fit: &Fit<M>,
    found: &[f64],
    expected: &[f64],
    errors: &[f64],
    log_likelihood: f64,
) {
    for (found, expected) in found.iter().zip(expected) {
        assert_close("parameter", *found, *expected, 1e-5 * expected);
    }
    for (found, expected) in fit.standard_errors.as_ref().unwrap().iter().zip(errors) {
        assert_close("standard error", *found, *expected, 1e-3 * expected);
    }
    assert_close("log-likelihood", fit.log_likelihood, log_likelihood, 1e-4);
    assert!(fit.gradient_norm < 1e-9, "{}", fit.gradient_norm);
    assert!(!fit.at_boundary && fit.information_eigenvalues[0] > 0.0);
    let covariance = fit.log_covariance.as_ref().unwrap();
    for (i, (value, error)) in found.iter().zip(errors).enumerate() {
        let log_error = covariance.get(i, i).sqrt();
        assert_close("log error", value * log_error, *error, 1e-3 * error);
        for j in 0..found.len() {
            assert_eq!(covariance.get(i, j), covariance.get(j, i));
        }
    }
}

#[test]
fn the_sample_has_the_published_counts() {
    let sample = cdnow::read();
    assert_eq!(sample.file_rows, 6_919);
    assert_eq!(sample.purchases.len(), 2_357);
    assert_eq!(
        sample
            .purchases
            .iter()
            .map(|row| row.repeat_count)
            .sum::<f64>(),
        2_457.0
    );
    assert_eq!(
        sample
            .purchases
            .iter()
            .filter(|row| row.repeat_count == 0.0)
            .count(),
        1_411
    );
    assert_eq!(sample.spends.iter().flatten().count(), 946);
    assert_eq!(sample.later_purchases, 1_882);
    assert_eq!(grouped(&sample.purchases).unwrap().len(), 1_016);
}

#[test]
fn bg_nbd_fits_cdnow() {
    let rows = cdnow::read().purchases;
    let fit = BgNbd::fit(&rows).unwrap();
    let BgNbd { r, alpha, a, b } = fit.params;
    assert_fit(
        &fit,
        &[r, alpha, a, b],
        &[0.242_594_52, 4.413_602_02, 0.792_922_02, 2.425_906_78],
        &[0.012_557, 0.378_224, 0.185_734, 0.705_415],
        -9_582.429_207,
    );
    let summed: f64 = rows.iter().map(|row| fit.params.log_likelihood(row)).sum();
    assert_close("sum of rows", summed, fit.log_likelihood, 1e-7);
}

#[test]
fn mbg_nbd_fits_cdnow() {
    let rows = cdnow::read().purchases;
    let fit = MbgNbd::fit(&rows).unwrap();
    let MbgNbd { r, alpha, a, b } = fit.params;
    assert_fit(
        &fit,
        &[r, alpha, a, b],
        &[0.524_843_16, 6.183_085_28, 0.891_359_39, 1.614_002_24],
        &[0.083_268, 0.695_621, 0.154_790, 0.537_495],
        -9_582.135_716,
    );
    let summed: f64 = rows.iter().map(|row| fit.params.log_likelihood(row)).sum();
    assert_close("sum of rows", summed, fit.log_likelihood, 1e-7);
}

#[test]
fn pareto_nbd_fits_cdnow() {
    let rows = cdnow::read().purchases;
    let fit = ParetoNbd::fit(&rows).unwrap();
    let ParetoNbd { r, alpha, s, beta } = fit.params;
    assert_fit(
        &fit,
        &[r, alpha, s, beta],
        &[0.553_277_05, 10.577_683_47, 0.606_239_99, 11.668_735_22],
        &[0.047_628, 0.842_723, 0.187_281, 6.211_12],
        -9_594.976_179,
    );
    let summed: f64 = rows.iter().map(|row| fit.params.log_likelihood(row)).sum();
    assert_close("sum of rows", summed, fit.log_likelihood, 1e-7);
}

#[test]
fn gamma_gamma_fits_cdnow() {
    let sample = cdnow::read();
    let rows: Vec<SpendSummary> = sample.spends.iter().flatten().copied().collect();
    let fit = GammaGamma::fit(&rows).unwrap();
    let GammaGamma { p, q, gamma } = fit.params;
    for (found, expected) in [(p, 6.249_572), (q, 3.744_225), (gamma, 15.443_523)] {
        assert_close("parameter", found, expected, 1e-4 * expected);
    }
    assert_close("log-likelihood", fit.log_likelihood, -4_055.917_695, 1e-4);
    let summed: f64 = rows.iter().map(|row| fit.params.log_likelihood(row)).sum();
    assert_close("sum of rows", summed, fit.log_likelihood, 1e-7);
    let first_ten = [
        24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17,
    ];
    for (row, expected) in sample.spends.iter().zip(first_ten) {
        let (count, mean) = row.map_or((0.0, 0.0), |row| (row.purchase_count, row.mean_spend));
        let found = fit.params.expected_mean_spend(count, mean).unwrap();
        assert_close("expected spend", found, expected, 0.0051);
    }
}

fn cdnow_bg_nbd() -> BgNbd {
    BgNbd::new(0.242_594_52, 4.413_602_02, 0.792_922_02, 2.425_906_78).unwrap()
}

#[test]
fn bg_nbd_expects_the_published_purchases() {
    let model = cdnow_bg_nbd();
    for (t, expected) in [
        (0.1429, 0.0078),
        (1.0, 0.0532),
        (3.0, 0.1506),
        (31.8571, 1.0405),
        (32.0, 1.0437),
        (78.0, 1.8580),
    ] {
        assert_close("E[X(t)]", model.expected_purchases_new(t), expected, 5.1e-5);
    }
    let customer = PurchaseSummary::new(2.0, 30.43, 38.86).unwrap();
    assert_close("E", model.expected_purchases(39.0, &customer), 1.226, 5e-4);
    assert_close("P(alive)", model.alive_prob(&customer), 0.7266, 1e-4);
    let keen = PurchaseSummary::new(26.0, 216.0 / 7.0, 31.0).unwrap();
    let alive = model.alive_prob(&keen);
    // A numerical integral over rates and chances of leaving at these very parameters.
    assert_close("P(alive), integral", alive, 0.968_854_441_296, 1e-12);
    // The published figure comes from rounded parameters; `r` as .243 alone moves it by 3e-6.
    assert_close("P(alive), published", alive, 0.968_852_3, 3e-6);
    let rounded = BgNbd::new(0.243, 4.414, 0.793, 2.426).unwrap();
    let alive = rounded.alive_prob(&keen);
    assert_close("P(alive), rounded", alive, 0.968_852_3, 1e-6);
    assert_eq!(
        model.alive_prob(&PurchaseSummary::new(0.0, 0.0, 30.0).unwrap()),
        1.0
    );
}

#[test]
fn the_limit_at_a_of_one_is_passed_smoothly() {
    let customer = PurchaseSummary::new(2.0, 30.43, 38.86).unwrap();
    let at = |a: f64| {
        let model = BgNbd {
            a,
            ..cdnow_bg_nbd()
        };
        model.expected_purchases(39.0, &customer)
    };
    // The first figure was computed elsewhere from parameters rounded otherwise; the second is a numerical
    // integral over the chance of leaving at these very parameters.
    assert_close("a = 1, elsewhere", at(1.0), 1.101_986_909_24, 2e-6);
    assert_close("a = 1", at(1.0), 1.101_988_538_151, 1e-12);
    for step in [1e-14, 1e-10, 1e-6] {
        assert_close("a near 1", at(1.0 + step), at(1.0), 2.0 * step + 1e-14);
    }
}

#[test]
fn very_frequent_buyers_and_ten_years_stay_finite() {
    // The untransformed hypergeometric form gives infinity near x = 310..365 and NaN at x = 2000.
    let model = cdnow_bg_nbd();
    for x in [310.0, 365.0, 2_000.0] {
        let mut before = 0.0;
        for t in [365.0, 3_650.0] {
            let customer = PurchaseSummary::new(x, 364.0, 365.0).unwrap();
            let found = model.expected_purchases(t, &customer);
            assert!(
                found.is_finite() && found > before,
                "x = {x}, t = {t}: {found}"
            );
            before = found;
        }
    }
}

/// Draws a shop's customers, some one-time buyers, each standing for one to three.
fn arb_customers() -> impl Strategy<Value = Vec<PurchaseSummary>> {
    let row = (0_u32..6, 0.05_f64..=1.0, 5_u32..40, 1_u32..4);
    proptest::collection::vec(row, 30..80).prop_map(|rows| {
        let customer = |(x, part, age, weight): (u32, f64, u32, u32)| {
            let age = f64::from(age);
            let last = if x == 0 { 0.0 } else { part * age };
            let summary = PurchaseSummary::new(f64::from(x), last, age).unwrap();
            summary.with_weight(f64::from(weight))
        };
        rows.into_iter().map(customer).collect()
    })
}

fn check_bounds<M: PurchaseModel>(model: &M, customer: &PurchaseSummary, t: f64) {
    let alive = model.alive_prob(customer);
    assert!((0.0..=1.0).contains(&alive), "{alive}");
    assert!(model.log_likelihood(customer).is_finite());
    let (sooner, later) = (
        model.expected_purchases(t, customer),
        model.expected_purchases(1.5 * t, customer),
    );
    assert!(
        sooner.is_finite() && sooner >= 0.0 && later >= sooner * (1.0 - 1e-9),
        "{sooner} {later}"
    );
    assert_eq!(model.expected_purchases(0.0, customer), 0.0);
    let batch = model.expected_purchases_batch(t, &[*customer, *customer]);
    assert_eq!(batch, [sooner, sooner]);
    assert_eq!(model.alive_probs(&[*customer]), [alive]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn forecasts_are_bounded_finite_and_rise_with_time(
        r in 0.01_f64..20.0, alpha in 0.01_f64..100.0, a in 0.01_f64..20.0, b in 0.01_f64..20.0,
        x in 0_u32..400, part in 0.01_f64..=1.0, age in 0.5_f64..500.0, t in 0.01_f64..400.0
    ) {
        let last = if x == 0 { 0.0 } else { part * age };
        let customer = PurchaseSummary::new(f64::from(x), last, age).unwrap();
        check_bounds(&BgNbd::new(r, alpha, a, b).unwrap(), &customer, t);
        check_bounds(&MbgNbd::new(r, alpha, a, b).unwrap(), &customer, t);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn weights_are_repetitions(customers in arb_customers()) {
        let repeated: Vec<PurchaseSummary> = customers
            .iter()
            .flat_map(|row| std::iter::repeat_n(row.with_weight(1.0), row.weight as usize))
            .collect();
        prop_assert_eq!(grouped(&customers).unwrap(), grouped(&repeated).unwrap());
        prop_assert_eq!(MbgNbd::fit(&customers).unwrap(), MbgNbd::fit(&repeated).unwrap());
    }

    /// Purchases drawn without a model send the shapes to their edge; that must not end in an error, nor
    /// depend on the unit of time.
    #[test]
    fn groups_that_follow_no_model_still_end_at_one_optimum(customers in arb_customers(), factor in 0.1_f64..400.0) {
        check_unit_of_time::<BgNbd>(&customers, factor);
        check_unit_of_time::<MbgNbd>(&customers, factor);
    }
}

/// Fits in two units of time, which must agree, and returns both fits.
fn check_unit_of_time<M: PurchaseModel>(customers: &[PurchaseSummary], factor: f64) -> [Fit<M>; 2] {
    let scaled: Vec<PurchaseSummary> = customers
        .iter()
        .map(|row| row.with_time_scaled(factor))
        .collect();
    let fits = [M::fit(customers).unwrap(), M::fit(&scaled).unwrap()];
    let bought: f64 = customers
        .iter()
        .map(|row| row.weight * row.repeat_count)
        .sum();
    let expected = fits[0].log_likelihood - bought * factor.ln();
    let tolerance = 1e-10 * (expected.abs() + bought * factor.ln().abs());
    assert_close("scaled", fits[1].log_likelihood, expected, tolerance);
    assert_eq!(fits[0].at_boundary, fits[1].at_boundary);
    assert!(fits.iter().all(|fit| fit.gradient_norm < 1e-9));
    fits
}

/// Draws customers from the model itself with `r = a = 1`, where rates are exponential and chances of leaving
/// are powers of a uniform number.
fn simulated(seed: u64, alpha: f64, b: f64, leaves_at_once: bool) -> Vec<PurchaseSummary> {
    let mut state = seed;
    let mut uniform = move || {
        // SplitMix64, shifted into the open unit interval.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 12) as f64 / (1_u64 << 52) as f64 + 1e-17
    };
    let customer = |_| {
        let (rate, age) = (-uniform().ln() / alpha, 20.0 + 40.0 * uniform());
        let leaving = 1.0 - uniform().powf(1.0 / b);
        let (mut count, mut last, mut now) = (0.0, 0.0, 0.0);
        let mut gone = leaves_at_once && uniform() < leaving;
        while !gone {
            now -= uniform().ln() / rate;
            if now > age {
                break;
            }
            (count, last) = (count + 1.0, now);
            gone = uniform() < leaving;
        }
        PurchaseSummary::new(count, last, age).unwrap()
    };
    (0..3_000).map(customer).collect()
}

#[test]
fn simulated_shops_give_their_parameters_back_in_any_unit_of_time() {
    for (seed, alpha, b, factor) in [
        (1, 6.0, 2.5, 7.0),
        (2, 12.0, 4.0, 1.0 / 52.0),
        (3, 3.0, 1.5, 365.25),
        (4, 8.0, 3.0, 0.03),
    ] {
        let [plain, other] = check_unit_of_time::<BgNbd>(&simulated(seed, alpha, b, false), factor);
        let list = |model: BgNbd| [model.r, model.alpha, model.a, model.b];
        check_recovery(&plain, &other, list, factor, [1.0, alpha, 1.0, b]);
        let [plain, other] = check_unit_of_time::<MbgNbd>(&simulated(seed, alpha, b, true), factor);
        let list = |model: MbgNbd| [model.r, model.alpha, model.a, model.b];
        check_recovery(&plain, &other, list, factor, [1.0, alpha, 1.0, b]);
    }
}

fn check_recovery<M: Copy>(
    plain: &Fit<M>,
    other: &Fit<M>,
    list: impl Fn(M) -> [f64; 4],
    factor: f64,
    truth: [f64; 4],
) {
    assert!(!plain.at_boundary);
    let (found, scaled) = (list(plain.params), list(other.params));
    for (i, truth) in truth.into_iter().enumerate() {
        let error = plain.standard_errors.as_ref().unwrap()[i];
        assert_close("simulated parameter", found[i], truth, 4.0 * error);
        assert!(error < 0.5 * truth, "{error} around {truth}");
        let unit = if i == 1 { factor } else { 1.0 };
        assert_close("rescaled", scaled[i] / unit, found[i], 1e-8 * found[i]);
        let other_error = other.standard_errors.as_ref().unwrap()[i];
        assert_close("error", other_error / unit, error, 1e-5 * error);
    }
}

#[test]
fn customers_who_never_leave_end_on_the_boundary_and_say_so() {
    // All bought until the very end: nothing speaks for leaving, so `a / b` runs to nil.
    let customers: Vec<PurchaseSummary> = (1..40)
        .map(|x| PurchaseSummary::new(f64::from(x), 50.0, 50.0).unwrap())
        .collect();
    let fit = BgNbd::fit(&customers).unwrap();
    assert!(fit.at_boundary && fit.standard_errors.is_none(), "{fit:?}");
}

#[test]
fn data_that_cannot_be_fitted_are_named() {
    let once = PurchaseSummary::new(0.0, 0.0, 9.0).unwrap();
    assert_eq!(BgNbd::fit(&[once; 5]), Err(MathError::NoRepeatPurchases));
    assert_eq!(
        MbgNbd::fit(&[]),
        Err(MathError::TooFewCustomers {
            found: 0,
            needed: 2
        })
    );
    let bad = PurchaseSummary {
        customer_age: -1.0,
        ..once
    };
    assert!(matches!(
        BgNbd::fit(&[once, bad]),
        Err(MathError::OutOfDomain {
            name: "customer_age",
            ..
        })
    ));
    assert!(cdnow_bg_nbd().alive_prob(&bad).is_nan());
}
