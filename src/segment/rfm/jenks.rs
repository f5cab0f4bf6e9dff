//! Natural breaks: classes whose values lie as near to their class's mean as can be (Jenks 1967, by Fisher 1958).
//!
//! Of all ways to cut the sorted values `x_1 <= ... <= x_m` with weights `w_i` into `k` runs, the one with the least
//!
//! ```text
//! sum over the runs of  sum_i w_i (x_i - mean of the run)^2
//! ```
//!
//! is found exactly, by dynamic programming over the distinct values. The last cut of a longer prefix never lies before
//! that of a shorter one, so each of the `k` layers is filled by halving in `m log m` steps instead of `m^2`. (Crates that do
//! this know no weights: two million customers would be two million values.)

/// Most distinct values that are told apart, so that the breaks are the best there are. Beyond, neighbours are taken together
/// in at most this many groups of about as many customers each, and the breaks are the best of those between groups: each
/// moves by less than one customer in a hundred thousand, equal values aside.
pub(super) const EXACT_LIMIT: usize = 100_000;

/// Returns the lower bounds of the second and all further classes, ascending, of values in ascending order; fewer than
/// `classes - 1` where there are fewer distinct values than classes.
pub(super) fn breaks(sorted: &[i64], classes: usize) -> Vec<i64> {
    breaks_of(&runs(sorted, EXACT_LIMIT), classes)
}

/// Equal or neighbouring values.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    lowest: i64,
    weight: f64,
    /// Sum of the values less the shift.
    sum: f64,
    /// Sum of the squares of the values less the shift.
    squares: f64,
}

/// Takes equal values together, and neighbours where there are more than `limit` distinct ones.
fn runs(sorted: &[i64], limit: usize) -> Vec<Run> {
    // Sums of squares are differences of large numbers; from the middle value they are as small as can be, whatever one
    // giant order does to the mean.
    let shift = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let equal = || sorted.chunk_by(|one, next| one == next);
    let least = match equal().take(limit + 1).count() > limit {
        true => sorted.len().div_ceil(limit),
        false => 1,
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut filled = least;
    for values in equal() {
        let weight = values.len() as f64;
        let value = (i128::from(values[0]) - i128::from(shift)) as f64;
        if filled >= least {
            runs.push(Run {
                lowest: values[0],
                weight: 0.0,
                sum: 0.0,
                squares: 0.0,
            });
            filled = 0;
        }
        filled += values.len();
        if let Some(run) = runs.last_mut() {
            run.weight += weight;
            run.sum += weight * value;
            run.squares += weight * value * value;
        }
    }
    runs
}

fn breaks_of(runs: &[Run], classes: usize) -> Vec<i64> {
    let classes = classes.min(runs.len());
    if classes < 2 {
        return Vec::new();
    }
    let sums = Sums::of(runs);
    // `costs[end]`: the least cost of the first `end` runs in as many classes as there were layers.
    let mut costs: Vec<f64> = (0..=runs.len()).map(|end| sums.cost(0, end)).collect();
    let mut cuts: Vec<Vec<u32>> = Vec::with_capacity(classes - 1);
    for layer in 2..=classes {
        let mut next = Layer {
            sums: &sums,
            before: &costs,
            least: layer - 1,
            costs: vec![f64::INFINITY; runs.len() + 1],
            cuts: vec![0; runs.len() + 1],
        };
        next.fill();
        let Layer {
            costs: filled,
            cuts: cut,
            ..
        } = next;
        costs = filled;
        cuts.push(cut);
    }
    let mut end = runs.len();
    let mut breaks: Vec<i64> = cuts
        .iter()
        .rev()
        .map(|cuts| {
            end = cuts[end] as usize;
            runs[end].lowest
        })
        .collect();
    breaks.reverse();
    breaks
}

/// Sums over the first runs.
struct Sums {
    weight: Vec<f64>,
    sum: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    fn of(runs: &[Run]) -> Self {
        let so_far = |value: fn(&Run) -> f64| -> Vec<f64> {
            let mut total = 0.0;
            std::iter::once(0.0)
                .chain(runs.iter().map(move |run| {
                    total += value(run);
                    total
                }))
                .collect()
        };
        Self {
            weight: so_far(|run| run.weight),
            sum: so_far(|run| run.sum),
            squares: so_far(|run| run.squares),
        }
    }

    /// Returns the sum of squared distances to the mean of the runs from `begin` up to, not including, `end`.
    fn cost(&self, begin: usize, end: usize) -> f64 {
        let weight = self.weight[end] - self.weight[begin];
        if weight <= 0.0 {
            return 0.0;
        }
        let sum = self.sum[end] - self.sum[begin];
        let squares = self.squares[end] - self.squares[begin];
        (squares - sum * sum / weight).max(0.0)
    }
}

/// One more class than the layer before.
struct Layer<'a> {
    sums: &'a Sums,
    before: &'a [f64],
    /// Classes of the layer before: at least so many runs lie before the cut.
    least: usize,
    costs: Vec<f64>,
    cuts: Vec<u32>,
}

impl Layer<'_> {
    /// Fills the costs of all prefixes that have a run for every class: the middle one first, whose cut bounds the others'.
    fn fill(&mut self) {
        let runs = self.costs.len() - 1;
        // First and last prefix, first and last cut to look at.
        let mut open = vec![(self.least + 1, runs, self.least, runs - 1)];
        while let Some((first, last, low, high)) = open.pop() {
            if first > last {
                continue;
            }
            let end = first + (last - first) / 2;
            let mut best = (f64::INFINITY, low);
            for cut in low..=high.min(end - 1) {
                let cost = self.before[cut] + self.sums.cost(cut, end);
                if cost < best.0 {
                    best = (cost, cut);
                }
            }
            self.costs[end] = best.0;
            self.cuts[end] = best.1 as u32;
            open.push((first, end - 1, low, best.1));
            open.push((end + 1, last, best.1, high));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the summed squares of the classes that bounds make.
    fn cost(sorted: &[i64], breaks: &[i64]) -> f64 {
        let class = |value: i64| breaks.iter().filter(|bound| **bound <= value).count();
        (0..=breaks.len())
            .map(|wanted| {
                let values: Vec<f64> = sorted
                    .iter()
                    .filter(|value| class(**value) == wanted)
                    .map(|value| *value as f64)
                    .collect();
                let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
                values
                    .iter()
                    .map(|value| (value - mean).powi(2))
                    .sum::<f64>()
            })
            .sum()
    }

    /// Returns the least cost by trying every way to cut the distinct values.
    fn least_cost(sorted: &[i64], classes: usize) -> f64 {
        let mut distinct = sorted.to_vec();
        distinct.dedup();
        let mut least = f64::INFINITY;
        for mask in 0..1_u32 << distinct.len().saturating_sub(1) {
            if mask.count_ones() as usize != classes.min(distinct.len()) - 1 {
                continue;
            }
            let breaks: Vec<i64> = (1..distinct.len())
                .filter(|place| (mask >> (place - 1)) & 1 == 1)
                .map(|place| distinct[place])
                .collect();
            least = least.min(cost(sorted, &breaks));
        }
        least
    }

    #[test]
    fn breaks_fall_into_the_gaps() {
        let sorted = [1, 2, 2, 3, 100, 101, 103, 900, 905, 5_000_000];
        assert_eq!(breaks(&sorted, 4), [100, 900, 5_000_000]);
        assert_eq!(breaks(&sorted, 2), [5_000_000]);
        assert_eq!(breaks(&[5, 5, 5], 4), [0_i64; 0]);
        assert_eq!(breaks(&[5, 5, 9], 4), [9]);
        assert_eq!(breaks(&[], 4), [0_i64; 0]);
    }

    #[test]
    fn a_giant_value_takes_no_precision_from_the_others() {
        let mut sorted: Vec<i64> = (0..1_000).map(|value| value % 10).collect();
        sorted.extend((0..1_000).map(|value| 1_000 + value % 10));
        sorted.push(1 << 60);
        sorted.sort_unstable();
        assert_eq!(breaks(&sorted, 3), [1_000, 1 << 60]);
        assert_eq!(breaks(&[i64::MIN, 0, i64::MAX], 3), [0, i64::MAX]);
    }

    #[test]
    fn many_values_are_grouped_and_break_at_the_same_places() {
        let cluster = |begin: i64| (0..2_997).map(move |value| begin + value * 3);
        let sorted: Vec<i64> = [0, 10_000_000, 90_000_000]
            .into_iter()
            .flat_map(cluster)
            .collect();
        let grouped = runs(&sorted, 1_000);
        assert!(grouped.len() <= 1_000);
        assert_eq!(breaks_of(&grouped, 3), [10_000_000, 90_000_000]);
        assert_eq!(breaks(&sorted, 3), [10_000_000, 90_000_000]);
        assert_eq!(runs(&sorted[..1_000], 1_000).len(), 1_000);
    }

    proptest! {
        #[test]
        fn no_way_to_cut_is_better(
            mut values in proptest::collection::vec(-40_i64..40, 1..24),
            classes in 2_usize..6,
        ) {
            values.sort_unstable();
            let mut distinct = values.clone();
            distinct.dedup();
            prop_assume!(distinct.len() <= 14);
            let found = breaks(&values, classes);
            prop_assert_eq!(found.len(), classes.min(distinct.len()) - 1);
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            let (found, least) = (cost(&values, &found), least_cost(&values, classes));
            prop_assert!(found <= least + 1e-6 * (1.0 + least), "{found} > {least}");
        }
    }
}
