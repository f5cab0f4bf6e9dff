//! What chance alone would do: signals dealt out anew, customers drawn anew.

use rayon::prelude::*;

use super::design::{dot, scaled, without};
use crate::math::graph::random::SplitMix;
use crate::math::intervals::Interval;
use crate::math::{MathError, open_unit};

/// Orders that are dealt out before they are looked at.
const DEALT_AT_ONCE: usize = 8;

/// Returns how often rows dealt out anew go with the scores at least as well as they do, counting the way they are.
///
/// `scores` and `rows` are of the same customers. The statistic is `sum_uq (u' q)^2` over orthonormal bases of the centred
/// columns of both (Pillai's trace of one on the other). Without two customers or without a column that varies it is 1.
pub(super) fn permutation_p_value(
    scores: &[[f64; 2]],
    rows: &[&[f64]],
    permutations: usize,
    seed: u64,
) -> f64 {
    let count = scores.len();
    let width = rows.first().map_or(0, |row| row.len());
    let left = orthonormal((0..2).map(|i| scores.iter().map(|score| score[i]).collect()));
    let right = orthonormal((0..width).map(|i| rows.iter().map(|row| row[i]).collect()));
    if count < 2 || left.is_empty() || right.is_empty() {
        return 1.0;
    }
    // Row by row, so that one row that was dealt out is read in one go.
    let by_row: Vec<f64> = (0..count)
        .flat_map(|row| right.iter().map(move |column| column[row]))
        .collect();
    let width = right.len();
    let statistic = |order: &[u32]| -> f64 {
        let mut sums = vec![0.0; left.len() * width];
        for (place, &row) in order.iter().enumerate() {
            let start = row as usize * width;
            let cells = &by_row[start..start + width];
            for (column, sums) in left.iter().zip(sums.chunks_exact_mut(width)) {
                let share = column[place];
                for (sum, cell) in sums.iter_mut().zip(cells) {
                    *sum += share * cell;
                }
            }
        }
        dot(&sums, &sums)
    };
    let mut order: Vec<u32> = (0..count as u32).collect();
    // The same sum in another order differs by rounding.
    let found = statistic(&order) * (1.0 - 1e-10);
    let mut random = SplitMix::new(seed);
    let mut left_over = permutations;
    // Each order is dealt out of the one before it; those of a batch are looked at on all threads while the next are dealt.
    let mut deal = || -> Vec<Vec<u32>> {
        let batch = left_over.min(DEALT_AT_ONCE);
        left_over -= batch;
        let dealt = (0..batch).map(|_| {
            random.shuffle(&mut order);
            order.clone()
        });
        dealt.collect()
    };
    let mut as_high = 1_usize;
    let mut dealt = deal();
    while !dealt.is_empty() {
        let is_as_high = |order: &&Vec<u32>| statistic(order) >= found;
        let (next, high) = rayon::join(&mut deal, || dealt.par_iter().filter(is_as_high).count());
        as_high += high;
        dealt = next;
    }
    as_high as f64 / (permutations + 1) as f64
}

/// Returns an orthonormal basis of the centred columns; what is in the columns before adds nothing.
fn orthonormal(columns: impl Iterator<Item = Vec<f64>>) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for mut column in columns {
        let raw = dot(&column, &column);
        let count = column.len().max(1) as f64;
        let mean = column.iter().sum::<f64>() / count;
        for cell in &mut column {
            *cell -= mean;
        }
        let whole = dot(&column, &column);
        let left = without(column, &basis);
        let rest = dot(&left, &left);
        // What centring leaves of a column that does not vary is rounding.
        let adds = rest.is_finite() && rest > 1e-12 * whole && rest > 1e-20 * raw;
        if adds {
            basis.push(scaled(left, 1.0 / rest.sqrt()));
        }
    }
    basis
}

/// Returns the mean of the values with its percentile bootstrap interval (Efron 1979).
///
/// Values are drawn anew with replacement `resamples` times; the limits are quantiles of the means. Pairs are kept by handing
/// over their differences.
///
/// # Errors
/// Fewer than two values, a value that is not finite, fewer than 20 resamples, or a confidence outside `(0, 1)`.
pub fn bootstrap_mean(
    values: &[f64],
    confidence: f64,
    resamples: usize,
    seed: u64,
) -> Result<Interval, MathError> {
    open_unit("confidence", confidence)?;
    if values.len() < 2 {
        return Err(MathError::TooFewCustomers {
            found: values.len(),
            needed: 2,
        });
    }
    if resamples < 20 {
        return Err(MathError::OutOfDomain {
            name: "resamples",
            value: resamples as f64,
        });
    }
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return Err(MathError::OutOfDomain {
            name: "value",
            value: *value,
        });
    }
    let count = values.len() as f64;
    let mut random = SplitMix::new(seed);
    let mut means: Vec<f64> = (0..resamples)
        .map(|_| {
            let drawn = (0..values.len()).map(|_| values[random.below(values.len())]);
            drawn.sum::<f64>() / count
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let outside = (0.5 * (1.0 - confidence) * resamples as f64) as usize;
    let outside = outside.min((resamples - 1) / 2);
    Ok(Interval {
        low: means[outside],
        estimate: values.iter().sum::<f64>() / count,
        high: means[resamples - 1 - outside],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_five_customers_in_perfect_order_few_deals_do_as_well() {
        // Exactly 2 of the 120 deals reach |correlation| 1.
        let scores: Vec<[f64; 2]> = (0..5).map(|i| [f64::from(i), 0.0]).collect();
        let cells: Vec<[f64; 1]> = (0..5).map(|i| [f64::from(2 * i)]).collect();
        let rows: Vec<&[f64]> = cells.iter().map(|cell| cell.as_slice()).collect();
        let found = permutation_p_value(&scores, &rows, 20_000, 1);
        assert!((found - 2.0 / 120.0).abs() < 0.004, "{found}");
        assert_eq!(found, permutation_p_value(&scores, &rows, 20_000, 1));
    }

    #[test]
    fn batches_and_threads_count_what_is_dealt_out_one_by_one() {
        let mut random = SplitMix::new(8);
        let mut number = || random.below(1_000) as f64 / 1_000.0;
        let cells: Vec<[f64; 2]> = (0..40).map(|_| [number(), number()]).collect();
        let scores: Vec<[f64; 2]> = cells
            .iter()
            .map(|[x, y]| [0.2 * x + number(), 0.1 * y + number()])
            .collect();
        let rows: Vec<&[f64]> = cells.iter().map(|cell| cell.as_slice()).collect();
        let of = |column: &dyn Fn(usize) -> f64| (0..40).map(column).collect::<Vec<f64>>();
        let left = orthonormal([0, 1].into_iter().map(|i| of(&|row| scores[row][i])));
        let right = orthonormal([0, 1].into_iter().map(|i| of(&|row| cells[row][i])));
        let statistic = |order: &[u32]| -> f64 {
            let pairs = left.iter().flat_map(|u| right.iter().map(move |q| (u, q)));
            let along = pairs.map(|(u, q)| -> f64 {
                let dealt = order.iter().map(|row| q[*row as usize]);
                u.iter().zip(dealt).map(|(u, q)| u * q).sum()
            });
            along.map(|along| along * along).sum()
        };
        // No multiple of a batch.
        let permutations = 203;
        let mut order: Vec<u32> = (0..40).collect();
        let found = statistic(&order) * (1.0 - 1e-10);
        let mut random = SplitMix::new(11);
        let dealt = (0..permutations).filter(|_| {
            random.shuffle(&mut order);
            statistic(&order) >= found
        });
        let singly = (1 + dealt.count()) as f64 / (permutations + 1) as f64;
        assert!(singly > 0.02 && singly < 0.98, "{singly}");
        for threads in [1, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let value = || permutation_p_value(&scores, &rows, permutations, 11);
            assert_eq!(pool.expect("a pool").install(value), singly);
        }
    }

    #[test]
    fn nothing_that_varies_is_never_significant() {
        let flat = [[1.0, 2.0]; 6];
        let cells: Vec<[f64; 1]> = (0..6).map(|i| [f64::from(i)]).collect();
        let rows: Vec<&[f64]> = cells.iter().map(|cell| cell.as_slice()).collect();
        assert_eq!(permutation_p_value(&flat, &rows, 99, 1), 1.0);
        assert_eq!(permutation_p_value(&[], &[], 99, 1), 1.0);
        let none: Vec<&[f64]> = vec![Default::default(); 6];
        assert_eq!(permutation_p_value(&flat, &none, 99, 1), 1.0);
    }

    #[test]
    fn the_bootstrap_has_the_width_of_the_normal_interval_where_both_hold() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i * 37 % 400) / 400.0).collect();
        let found = bootstrap_mean(&values, 0.95, 2_000, 7).unwrap();
        // Uniform numbers: standard error 1 / sqrt(12 * 400).
        let half = 1.96 / (12.0_f64 * 400.0).sqrt();
        assert!((found.estimate - 0.498_75).abs() < 1e-12);
        assert!((found.high - found.low - 2.0 * half).abs() < 0.2 * half);
        assert_eq!(found, bootstrap_mean(&values, 0.95, 2_000, 7).unwrap());
        let same = bootstrap_mean(&[3.0; 5], 0.9, 100, 1).unwrap();
        assert_eq!((same.low, same.high), (3.0, 3.0));
        assert!(bootstrap_mean(&[1.0], 0.9, 100, 1).is_err());
        assert!(bootstrap_mean(&[1.0, f64::NAN], 0.9, 100, 1).is_err());
        assert!(bootstrap_mean(&[1.0, 2.0], 1.0, 100, 1).is_err());
    }
}
