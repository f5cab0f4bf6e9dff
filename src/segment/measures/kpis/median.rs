//! The middle of values.

/// Returns the median, the mean of the two middle values of an even number; nothing of nothing. The values change places.
pub(super) fn median(values: &mut [i64]) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    let is_odd = values.len() % 2 == 1;
    let (_, lower, above) = values.select_nth_unstable(middle);
    let lower = *lower as f64;
    let upper = match is_odd {
        true => lower,
        false => above.iter().min().map_or(lower, |upper| *upper as f64),
    };
    Some((upper - lower) * 0.5 + lower)
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use proptest::prelude::*;

    use super::median;

    #[test]
    fn the_middle_is_one_value_or_between_two() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [-7]), Some(-7.0));
        assert_eq!(median(&mut [9, 1, 5]), Some(5.0));
        assert_eq!(median(&mut [9, 1, 4, 5]), Some(4.5));
    }

    proptest! {
        #[test]
        fn it_is_that_of_polars(values in prop::collection::vec(-50i64..50, 0..40), factor in 1i64..1_000_000_007) {
            let values: Vec<i64> = values.into_iter().map(|value| value * factor).collect();
            let expected = Int64Chunked::from_slice("".into(), &values).median();
            prop_assert_eq!(median(&mut values.clone()), expected);
        }
    }
}
