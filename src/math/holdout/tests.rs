//! Measures of forecasts by hand, by published data and by their properties.

use super::*;
use proptest::prelude::*;

#[test]
fn errors_of_a_forecast_by_hand() {
    let found = ForecastErrors::of(&[1.0, 0.5, 0.0, 2.5], &[2.0, 0.0, 0.0, 1.0]).unwrap();
    assert_eq!(found.customer_count, 4);
    assert_eq!((found.predicted_sum, found.actual_sum), (4.0, 3.0));
    assert!((found.mae - 0.75).abs() < 1e-15);
    assert!((found.bias - 0.25).abs() < 1e-15);
    assert!((found.rmse - (3.5_f64 / 4.0).sqrt()).abs() < 1e-15);
    let squared = squared_errors(&[1.0, 0.5], &[2.0, 0.0]).unwrap();
    assert_eq!(squared, [1.0, 0.25]);
}

#[test]
fn the_right_order_has_gini_one_the_wrong_one_less_than_none() {
    let actual = [0.0, 1.0, 2.0, 5.0];
    let gini = |predicted: &[f64]| Ranking::of(predicted, &actual).unwrap().gini.unwrap();
    assert!((gini(&[0.1, 0.2, 0.3, 0.4]) - 1.0).abs() < 1e-12);
    assert!((gini(&[0.4, 0.3, 0.2, 0.1]) + 1.0).abs() < 1e-12);
    assert!(gini(&[0.7; 4]).abs() < 1e-12);
    assert_eq!(Ranking::of(&[1.0, 2.0], &[3.0, 3.0]).unwrap().gini, None);
    let nobody = Ranking::of(&[1.0, 2.0], &[0.0, 0.0]).unwrap();
    assert_eq!((nobody.gini, nobody.decile_lifts), (None, None));
}

#[test]
fn lifts_of_ten_customers_are_their_counts_over_the_mean() {
    let predicted: Vec<f64> = (0..10).map(f64::from).collect();
    let mut actual = vec![0.0; 10];
    (actual[9], actual[0]) = (3.0, 1.0);
    let lifts = Ranking::of(&predicted, &actual)
        .unwrap()
        .decile_lifts
        .unwrap();
    assert!((lifts[0] - 7.5).abs() < 1e-12, "{lifts:?}");
    assert!((lifts[9] - 2.5).abs() < 1e-12, "{lifts:?}");
    assert!(lifts[4].abs() < 1e-12, "{lifts:?}");
    // One forecast for all tells nobody apart.
    let flat = Ranking::of(&[1.0; 10], &actual)
        .unwrap()
        .decile_lifts
        .unwrap();
    assert!(
        flat.iter().all(|lift| (lift - 1.0).abs() < 1e-12),
        "{flat:?}"
    );
}

#[test]
fn bins_hold_equals_together_and_a_bin_without_purchases_has_an_upper_limit() {
    let predicted = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.6, 0.7, 0.8];
    let actual = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 2.0];
    let bins = calibration(&predicted, &actual, 5, 0.95).unwrap();
    let sizes: Vec<usize> = bins.iter().map(|bin| bin.customer_count).collect();
    assert_eq!(sizes, [6, 2, 2]);
    assert!((bins[1].predicted_mean - 0.55).abs() < 1e-15);
    assert_eq!(bins[1].actual.estimate, 0.5);
    // Exact Poisson: no event seen, at most 3.689 expected (97.5 %).
    let empty = bins[0].actual;
    assert_eq!((empty.low, empty.estimate), (0.0, 0.0));
    assert!((empty.high * 6.0 - 3.689).abs() < 0.1, "{empty:?}");
}

/// Of 10 events Byar's limits are 4.787 and 18.391, the exact ones 4.795 and 18.390.
#[test]
fn the_interval_of_a_sum_of_counts_is_byars() {
    let actual: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
    let bins = calibration(&[0.5; 20], &actual, 10, 0.95).unwrap();
    assert_eq!(bins.len(), 1);
    let found = bins[0].actual;
    assert!((found.low * 20.0 - 4.795).abs() < 0.02, "{found:?}");
    assert!((found.high * 20.0 - 18.39).abs() < 0.02, "{found:?}");
}

#[test]
fn the_paired_interval_matches_students_sleep_data() {
    // R: t.test(extra ~ group, data = sleep, paired = TRUE): -1.58, -2.4598858 to -0.7001142, p = 0.002833.
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let found = paired_difference(&first, &second, 0.95).unwrap();
    assert!((found.interval.estimate + 1.58).abs() < 1e-12);
    assert!((found.interval.low + 2.459_885_8).abs() < 1e-6, "{found:?}");
    assert!(
        (found.interval.high + 0.700_114_2).abs() < 1e-6,
        "{found:?}"
    );
    assert!((found.p_value - 0.002_833).abs() < 1e-6, "{found:?}");
    assert_eq!(
        paired_difference(&first, &first, 0.95).unwrap().p_value,
        1.0
    );
}

#[test]
fn what_cannot_be_measured_is_named() {
    assert!(matches!(
        ForecastErrors::of(&[1.0], &[]),
        Err(MathError::LengthMismatch { left: 1, right: 0 })
    ));
    assert!(matches!(
        Ranking::of(&[], &[]),
        Err(MathError::TooFewCustomers { found: 0, .. })
    ));
    assert!(matches!(
        squared_errors(&[f64::NAN], &[0.0]),
        Err(MathError::OutOfDomain {
            name: "predicted",
            ..
        })
    ));
    assert!(calibration(&[1.0], &[1.0], 0, 0.95).is_err());
    assert!(calibration(&[1.0], &[1.0], 3, 1.0).is_err());
    assert!(paired_difference(&[1.0], &[1.0], 0.95).is_err());
}

proptest! {
    #[test]
    fn measures_stay_in_their_bounds_and_do_not_hang_on_the_order_of_customers(
        rows in proptest::collection::vec((0_u32..5, 0_u32..4), 1..60), bins in 1_usize..12
    ) {
        let (predicted, actual): (Vec<f64>, Vec<f64>) = rows
            .iter()
            .map(|(p, a)| (f64::from(*p) * 0.5, f64::from(*a)))
            .unzip();
        let errors = ForecastErrors::of(&predicted, &actual).unwrap();
        prop_assert!(errors.bias.abs() <= errors.mae + 1e-12);
        prop_assert!(errors.mae <= errors.rmse + 1e-12);
        let ranking = Ranking::of(&predicted, &actual).unwrap();
        if let Some(lifts) = ranking.decile_lifts {
            let sum: f64 = lifts.iter().sum();
            prop_assert!((sum - 10.0).abs() < 1e-9 && lifts.iter().all(|lift| *lift >= -1e-12));
        }
        let groups = calibration(&predicted, &actual, bins, 0.9).unwrap();
        prop_assert!(groups.len() <= bins);
        prop_assert_eq!(groups.iter().map(|bin| bin.customer_count).sum::<usize>(), rows.len());
        for pair in groups.windows(2) {
            prop_assert!(pair[0].predicted_mean < pair[1].predicted_mean);
        }
        for bin in &groups {
            prop_assert!(bin.actual.low <= bin.actual.estimate && bin.actual.estimate < bin.actual.high);
        }
        let turned = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
        let again = Ranking::of(&turned(&predicted), &turned(&actual)).unwrap();
        // Halves and whole numbers add up without rounding.
        prop_assert_eq!(ranking, again);
    }
}
