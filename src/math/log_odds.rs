//! Words that tell one group from another: log-odds with an informative Dirichlet prior.

/// Returns for each word the z-score of its log-odds ratio between a group and the rest (Monroe, Colaresi and Quinn 2008,
/// equations 16, 20 and 22).
///
/// `a` and `b` are the counts of the words in the group and in the rest, `prior` their prior counts, best in proportion to the
/// words' counts in all texts together. With `n` the sum of the counts and `p` that of the priors,
///
/// ```text
/// delta = ln (a + prior) / (n_a + p - a - prior) - ln (b + prior) / (n_b + p - b - prior)
/// z     = delta / sqrt(1 / (a + prior) + 1 / (b + prior))
/// ```
///
/// Above zero a word belongs to the group, below to the rest; beyond 1.96 chance is a poor excuse. The sums are taken over the
/// slices: where only some words are asked for, one more element must hold the counts of all others. Counts are finite and not
/// below zero; what has no value (no prior and no count, or no other word) is 0. Slices longer than the shortest are cut.
pub fn log_odds_z(a: &[f64], b: &[f64], prior: &[f64]) -> Vec<f64> {
    let count = a.len().min(b.len()).min(prior.len());
    let (a, b, prior) = (&a[..count], &b[..count], &prior[..count]);
    let prior_sum: f64 = prior.iter().sum();
    let a_sum = a.iter().sum::<f64>() + prior_sum;
    let b_sum = b.iter().sum::<f64>() + prior_sum;
    a.iter()
        .zip(b)
        .zip(prior)
        .map(|((a, b), prior)| {
            let (a, b) = (a + prior, b + prior);
            // libm, and not the machine's logarithm: the same bits everywhere.
            let delta = libm::log(a / (a_sum - a)) - libm::log(b / (b_sum - b));
            let z = delta / (1.0 / a + 1.0 / b).sqrt();
            if z.is_finite() { z } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scores_are_those_computed_by_hand() {
        // Word 0: a + prior = 11, b + prior = 4; sums 30 + 10 and 60 + 10.
        // delta = ln(11/29) - ln(4/66) = 1.833960, variance = 1/11 + 1/4.
        let z = log_odds_z(&[10.0, 20.0, 0.0], &[3.0, 50.0, 7.0], &[1.0, 7.0, 2.0]);
        let by_hand = [
            ((11.0_f64 / 29.0).ln() - (4.0_f64 / 66.0).ln()) / (1.0_f64 / 11.0 + 0.25).sqrt(),
            ((27.0_f64 / 13.0).ln() - (57.0_f64 / 13.0).ln())
                / (1.0_f64 / 27.0 + 1.0 / 57.0).sqrt(),
            ((2.0_f64 / 38.0).ln() - (9.0_f64 / 61.0).ln()) / (0.5_f64 + 1.0 / 9.0).sqrt(),
        ];
        for (z, by_hand) in z.iter().zip(by_hand) {
            assert!((z - by_hand).abs() < 1e-12, "{z} {by_hand}");
        }
        assert!((z[0] - 3.141_018_730_078_793_7).abs() < 1e-12, "{}", z[0]);
    }

    #[test]
    fn what_has_no_value_is_zero() {
        assert_eq!(log_odds_z(&[0.0, 5.0], &[0.0, 5.0], &[0.0, 0.0])[0], 0.0);
        assert_eq!(log_odds_z(&[5.0], &[1.0], &[1.0]), [0.0], "no other word");
        assert!(log_odds_z(&[], &[1.0], &[1.0]).is_empty());
    }

    #[test]
    fn a_rare_word_is_not_told_apart_by_one_count() {
        let z = log_odds_z(&[1.0, 99.0], &[0.0, 100.0], &[0.05, 9.95]);
        assert!(z[0] > 0.0 && z[0] < 1.0, "{z:?}");
    }

    proptest! {
        #[test]
        fn groups_changed_about_change_the_sign(
            words in prop::collection::vec((0.0_f64..50.0, 0.0_f64..50.0, 0.1_f64..5.0), 2..8),
        ) {
            let a: Vec<f64> = words.iter().map(|word| word.0).collect();
            let b: Vec<f64> = words.iter().map(|word| word.1).collect();
            let prior: Vec<f64> = words.iter().map(|word| word.2).collect();
            for (here, there) in log_odds_z(&a, &b, &prior).iter().zip(log_odds_z(&b, &a, &prior)) {
                prop_assert!((here + there).abs() < 1e-9);
            }
        }
    }
}
