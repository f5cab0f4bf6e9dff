//! From values to scores: 1 is the lowest, and more is better in every dimension.
//!
//! A way of scoring is a list of lower bounds, so that equal values share a score whatever the order of the rows, and the
//! highest value always gets the highest score where there are two values at all: bounds that coincide, as quantiles of a
//! value that many share do, drop the scores between and not those above.

use rayon::prelude::*;

use super::jenks;

/// Recency (days since 1970 of the last purchase), frequency (purchase days), monetary value (minor units).
pub(super) const DIMENSIONS: usize = 3;

/// How the scores of a dimension without bounds of its own are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Groups of as many customers each, every dimension by itself.
    Quantiles,
    /// Quantiles of frequency among those of one recency score, of monetary value among those of one recency and one
    /// frequency score.
    Nested,
    /// Natural breaks, every dimension by itself.
    Jenks,
}

/// How one dimension is scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dimension {
    /// Number of scores, 2 to 10.
    pub(super) count: u8,
    /// Fixed lower bounds of score 2 and those above, ascending; else the method finds them.
    pub(super) bounds: Option<Vec<i64>>,
}

/// How customers are scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scoring {
    pub(super) method: Method,
    /// Recency, frequency, monetary value.
    pub(super) dimensions: [Dimension; DIMENSIONS],
}

/// Returns the scores of customers whose values stand at the same place of each list.
pub(super) fn scores(values: [&[i64]; DIMENSIONS], scoring: &Scoring) -> [Vec<u8>; DIMENSIONS] {
    let own = |dimension: usize| {
        let scale = scale(values[dimension], scoring, dimension);
        scored(values[dimension], &scale)
    };
    if scoring.method != Method::Nested {
        return [own(0), own(1), own(2)];
    }
    let recency = own(0);
    let groups: Vec<usize> = recency.iter().map(|score| usize::from(*score)).collect();
    let frequency = within(&groups, values[1], &scoring.dimensions[1]);
    let both: Vec<usize> = groups
        .iter()
        .zip(&frequency)
        .map(|(group, score)| group * (usize::from(u8::MAX) + 1) + usize::from(*score))
        .collect();
    let monetary = within(&both, values[2], &scoring.dimensions[2]);
    [recency, frequency, monetary]
}

/// Returns the tenth by value, 1 the highest; equal values share the best of theirs.
pub(super) fn deciles_from_top(values: &[i64]) -> Vec<u8> {
    // The complement turns the order around and, unlike the negative, has no number without one.
    let turned: Vec<i64> = values.par_iter().map(|value| !value).collect();
    let bounds = quantiles(&sorted(&turned), 10);
    scored(&turned, &bounds)
}

/// Returns the lower bounds of the scores of a dimension.
fn scale(values: &[i64], scoring: &Scoring, dimension: usize) -> Vec<i64> {
    let Dimension { count, bounds } = &scoring.dimensions[dimension];
    match (bounds, scoring.method) {
        (Some(bounds), _) => bounds.clone(),
        (None, Method::Jenks) => {
            let breaks = jenks::breaks(&sorted(values), usize::from(*count));
            spread(&breaks, *count)
        }
        (None, Method::Quantiles | Method::Nested) => reaching_the_top(&sorted(values), *count),
    }
}

/// Scores values among those of the same group.
fn within(groups: &[usize], values: &[i64], dimension: &Dimension) -> Vec<u8> {
    if let Some(bounds) = &dimension.bounds {
        return scored(values, bounds);
    }
    let mut keyed: Vec<(usize, i64)> = groups.iter().copied().zip(values.iter().copied()).collect();
    keyed.par_sort_unstable();
    let mut scales: Vec<(usize, Vec<i64>)> = Vec::new();
    for group in keyed.chunk_by(|one, next| one.0 == next.0) {
        let sorted: Vec<i64> = group.iter().map(|(_, value)| *value).collect();
        scales.push((group[0].0, reaching_the_top(&sorted, dimension.count)));
    }
    groups
        .iter()
        .zip(values)
        .map(
            |(group, value)| match scales.binary_search_by_key(group, |(known, _)| *known) {
                Ok(place) => score(*value, &scales[place].1),
                Err(_) => 1,
            },
        )
        .collect()
}

fn scored(values: &[i64], bounds: &[i64]) -> Vec<u8> {
    values
        .par_iter()
        .map(|value| score(*value, bounds))
        .collect()
}

/// Returns 1 and one more for each bound that the value reaches.
fn score(value: i64, bounds: &[i64]) -> u8 {
    1 + bounds.iter().filter(|bound| **bound <= value).count() as u8
}

fn sorted(values: &[i64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.par_sort_unstable();
    sorted
}

/// Returns the lower bounds of the groups 2 to `count` of values in ascending order: of `n` values, one with `l` lower ones
/// is in group `floor(l * count / n) + 1`. Bounds of groups that no value reaches are left out.
fn quantiles(sorted: &[i64], count: u8) -> Vec<i64> {
    let count = usize::from(count);
    (1..count)
        .filter_map(|group| {
            // The first value with so many lower ones; all of its equals are in, or none.
            let lower = (group * sorted.len()).div_ceil(count);
            let value = sorted.get(lower)?;
            let first = sorted.partition_point(|other| other < value);
            match first >= lower {
                true => Some(*value),
                false => {
                    let next = sorted.partition_point(|other| other <= value);
                    sorted.get(next).copied()
                }
            }
        })
        .collect()
}

/// Returns [`quantiles`] in which the highest value gets the highest score, unless all values are one.
fn reaching_the_top(sorted: &[i64], count: u8) -> Vec<i64> {
    let mut bounds = quantiles(sorted, count);
    if let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last())
        && lowest < highest
    {
        bounds.resize(usize::from(count) - 1, *highest);
    }
    bounds
}

/// Returns bounds for `count` scores from the breaks of as many classes or fewer: the lowest class gets score 1, the highest
/// the highest score, those between are spread evenly.
fn spread(breaks: &[i64], count: u8) -> Vec<i64> {
    let steps = usize::from(count) - 1;
    let Some(last) = breaks.len().checked_sub(1) else {
        return Vec::new();
    };
    // Class c of 0 to l begins at break c - 1 and gets score 1 + round(c * steps / l), with l = last + 1 breaks.
    let score_of = |class: usize| (2 * class * steps + last + 1) / (2 * (last + 1));
    (1..=steps)
        .map(|score| {
            let class = (1..=last + 1).find(|class| score_of(*class) >= score);
            breaks[class.unwrap_or(last + 1) - 1]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scoring(method: Method, count: u8) -> Scoring {
        let dimension = Dimension {
            count,
            bounds: None,
        };
        Scoring {
            method,
            dimensions: [dimension.clone(), dimension.clone(), dimension],
        }
    }

    fn alone(values: &[i64], method: Method, count: u8) -> Vec<u8> {
        let [recency, _, _] = scores([values, values, values], &scoring(method, count));
        recency
    }

    #[test]
    fn equal_values_share_a_score_whatever_the_row_order() {
        let values = [1, 9, 1, 5, 1, 7, 1, 1, 3, 2];
        assert_eq!(
            alone(&values, Method::Quantiles, 5),
            [1, 5, 1, 4, 1, 5, 1, 1, 4, 3]
        );
        assert_eq!(deciles_from_top(&values), [6, 1, 6, 3, 6, 2, 6, 6, 4, 5]);
    }

    #[test]
    fn coinciding_quantiles_never_drop_the_top_score() {
        // Three of five came once: quantiles at 20, 40 and 60 % coincide.
        assert_eq!(
            alone(&[1, 1, 1, 2, 9], Method::Quantiles, 5),
            [1, 1, 1, 4, 5]
        );
        // Four of five are the best there are.
        assert_eq!(
            alone(&[1, 2, 2, 2, 2], Method::Quantiles, 5),
            [1, 5, 5, 5, 5]
        );
        // Fewer customers than scores.
        assert_eq!(alone(&[10, 30, 20], Method::Quantiles, 5), [1, 5, 2]);
        assert_eq!(alone(&[4], Method::Quantiles, 5), [1]);
        assert_eq!(alone(&[4, 4, 4], Method::Quantiles, 5), [1, 1, 1]);
        assert_eq!(alone(&[4, 4, 4], Method::Jenks, 5), [1, 1, 1]);
        assert_eq!(alone(&[4, 9, 4], Method::Jenks, 5), [1, 5, 1]);
        assert_eq!(alone(&[4, 9, 5], Method::Jenks, 5), [1, 5, 3]);
        assert_eq!(alone(&[], Method::Jenks, 5), [0_u8; 0]);
    }

    #[test]
    fn one_giant_order_moves_nobody_else() {
        let usual: Vec<i64> = (1..=100).collect();
        let mut giant = usual.clone();
        giant[99] = 1_000_000_000_000;
        assert_eq!(
            alone(&usual, Method::Quantiles, 5),
            alone(&giant, Method::Quantiles, 5)
        );
        // Natural breaks do hear it: it is a class of its own.
        assert_eq!(
            alone(&giant, Method::Jenks, 2)
                .iter()
                .filter(|score| **score == 2)
                .count(),
            1
        );
    }

    #[test]
    fn thresholds_count_the_bounds_reached() {
        let fixed = |bounds: &[i64]| Dimension {
            count: bounds.len() as u8 + 1,
            bounds: Some(bounds.to_vec()),
        };
        let scoring = Scoring {
            method: Method::Nested,
            dimensions: [fixed(&[10, 20]), fixed(&[2, 3, 5]), fixed(&[0])],
        };
        let values: [&[i64]; 3] = [&[9, 10, 19, 20], &[1, 2, 4, 5], &[-1, 0, 1, -2]];
        assert_eq!(
            scores(values, &scoring),
            [vec![1, 2, 2, 3], vec![1, 2, 3, 4], vec![1, 2, 2, 1]]
        );
    }

    #[test]
    fn nested_scores_are_quantiles_among_equals() {
        let recency = [1, 1, 1, 1, 2, 2, 2, 2];
        let frequency = [1, 1, 8, 8, 3, 3, 9, 9];
        let monetary = [10, 20, 5, 6, 7, 7, 1, 2];
        let found = scores(
            [&recency, &frequency, &monetary],
            &scoring(Method::Nested, 2),
        );
        assert_eq!(found[0], [1, 1, 1, 1, 2, 2, 2, 2]);
        assert_eq!(found[1], [1, 1, 2, 2, 1, 1, 2, 2]);
        assert_eq!(found[2], [1, 2, 1, 2, 1, 1, 1, 2]);
    }

    fn values() -> impl Strategy<Value = Vec<i64>> {
        prop_oneof![
            proptest::collection::vec(-3_i64..3, 0..60),
            proptest::collection::vec(any::<i64>(), 0..60),
        ]
    }

    fn methods() -> impl Strategy<Value = Method> {
        prop_oneof![
            Just(Method::Quantiles),
            Just(Method::Nested),
            Just(Method::Jenks)
        ]
    }

    proptest! {
        #[test]
        fn scores_are_in_range_in_order_and_reach_both_ends(
            values in values(),
            count in 2_u8..=10,
            method in methods(),
        ) {
            let scores = alone(&values, method, count);
            for (value, score) in values.iter().zip(&scores) {
                prop_assert!((1..=count).contains(score));
                for (other, other_score) in values.iter().zip(&scores) {
                    if value == other {
                        prop_assert_eq!(score, other_score);
                    }
                    if value < other {
                        prop_assert!(score <= other_score);
                    }
                }
            }
            if let (Some(lowest), Some(highest)) = (values.iter().min(), values.iter().max()) {
                let of = |value: &i64| scores[values.iter().position(|other| other == value).unwrap()];
                prop_assert_eq!(of(lowest), 1);
                prop_assert_eq!(of(highest), if lowest < highest { count } else { 1 });
            }
        }

        #[test]
        fn quantiles_are_the_formula(values in values(), count in 2_u8..=10) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let bounds = quantiles(&sorted, count);
            for value in &values {
                let lower = values.iter().filter(|other| *other < value).count();
                let group = lower * usize::from(count) / values.len() + 1;
                prop_assert_eq!(usize::from(score(*value, &bounds)), group);
            }
        }

        #[test]
        fn the_row_order_changes_nothing(
            rows in proptest::collection::vec((0_i64..9, 0_i64..9, -9_i64..9), 1..60),
            method in methods(),
        ) {
            let of = |rows: &[(i64, i64, i64)]| {
                let column = |pick: fn(&(i64, i64, i64)) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
                let (recency, frequency, monetary) =
                    (column(|row| row.0), column(|row| row.1), column(|row| row.2));
                let [r, f, m] = scores([&recency, &frequency, &monetary], &scoring(method, 4));
                let mut all: Vec<_> = rows.iter().enumerate().map(|(at, row)| (*row, r[at], f[at], m[at])).collect();
                all.sort_unstable();
                all
            };
            let mut turned = rows.clone();
            turned.reverse();
            prop_assert_eq!(of(&rows), of(&turned));
        }
    }
}
