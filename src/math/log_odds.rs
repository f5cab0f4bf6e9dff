//! Which words set two texts apart: log-odds with an informative Dirichlet prior.
//!
//! Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008), 372-403, equations 16 to 22.

/// Returns for each word the z-score of its log-odds in text `a` against text `b`.
///
/// Element `i` is word `i`: `a` and `b` are how often it stands in each text, `prior` how often it was expected before
/// looking (a background share times the words that the prior weighs). With n the sum of a text's counts and alpha_0 that of
/// the prior,
///
/// ```text
/// delta    = ln((y_a + alpha) / (n_a + alpha_0 - y_a - alpha)) - ln((y_b + alpha) / (n_b + alpha_0 - y_b - alpha))   (16)
/// variance = 1 / (y_a + alpha) + 1 / (y_b + alpha)                                                                   (20)
/// z        = delta / sqrt(variance)                                                                                  (22)
/// ```
///
/// Positive is more in `a`. A word of which nothing can be said (never counted and never expected, or the only word there
/// is) has 0. Slices of different length are read up to the end of the shortest; counts are finite and at least 0.
pub fn log_odds_z(a: &[f64], b: &[f64], prior: &[f64]) -> Vec<f64> {
    let size = a.len().min(b.len()).min(prior.len());
    let total = |counts: &[f64]| counts[..size].iter().sum::<f64>();
    let (all_a, all_b, all_prior) = (total(a), total(b), total(prior));
    a.iter()
        .zip(b)
        .zip(prior)
        .map(|((&count_a, &count_b), &expected)| {
            let (in_a, in_b) = (count_a + expected, count_b + expected);
            let (out_a, out_b) = (all_a + all_prior - in_a, all_b + all_prior - in_b);
            let is_known = in_a > 0.0 && in_b > 0.0 && out_a > 0.0 && out_b > 0.0;
            if !is_known {
                return 0.0;
            }
            let delta = libm::log(in_a / out_a) - libm::log(in_b / out_b);
            delta / (1.0 / in_a + 1.0 / in_b).sqrt()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_formula_is_that_of_the_paper() {
        // Worked by hand: (30 + 2) / (100 + 10 - 32) against (10 + 2) / (200 + 10 - 12).
        let z = log_odds_z(&[30.0, 70.0], &[10.0, 190.0], &[2.0, 8.0]);
        let delta = (32.0_f64 / 78.0).ln() - (12.0_f64 / 198.0).ln();
        let expected = delta / (1.0_f64 / 32.0 + 1.0 / 12.0).sqrt();
        assert!((z[0] - expected).abs() < 1e-12, "{z:?}");
        assert!(z[0] > 5.0 && z[1] < 0.0);
    }

    #[test]
    fn rare_words_do_not_win_by_chance_and_nothing_known_is_nil() {
        // One post more of a word seen once says less than a third more of a frequent one.
        let z = log_odds_z(
            &[1.0, 400.0, 600.0],
            &[0.0, 300.0, 700.0],
            &[0.25, 175.0, 325.0],
        );
        assert!(z[0] < 2.0 && z[1] > 2.58, "{z:?}");
        assert_eq!(log_odds_z(&[0.0, 3.0], &[0.0, 4.0], &[0.0, 1.0])[0], 0.0);
        assert_eq!(log_odds_z(&[5.0], &[2.0], &[1.0]), [0.0]);
        assert!(log_odds_z(&[], &[], &[]).is_empty());
        assert_eq!(log_odds_z(&[1.0, 2.0], &[1.0], &[1.0, 1.0]).len(), 1);
    }

    proptest! {
        #[test]
        fn swapping_the_texts_swaps_the_sign(rows in proptest::collection::vec((0.0_f64..500.0, 0.0_f64..500.0, 0.01_f64..50.0), 2..20)) {
            let column = |of: fn(&(f64, f64, f64)) -> f64| rows.iter().map(of).collect::<Vec<_>>();
            let (a, b, prior) = (column(|row| row.0), column(|row| row.1), column(|row| row.2));
            let there = log_odds_z(&a, &b, &prior);
            let back = log_odds_z(&b, &a, &prior);
            for (there, back) in there.iter().zip(&back) {
                prop_assert!(there.is_finite());
                prop_assert!((there + back).abs() < 1e-9);
            }
        }
    }
}
