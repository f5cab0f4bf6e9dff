//! Money that is likely to be lost.

use polars::prelude::*;

use crate::schema::person_values;

/// Probability of being a customer still that is divided by, at least: below it the rounding of the value would be all that
/// is left of it.
const LEAST_ALIVE_PROB: f64 = 0.001;

/// Returns the value at stake in minor units.
///
/// The 12-month value `ltv` counts with the probability `p` that the person is a customer still: `ltv = p * v`, where `v` is
/// what somebody who surely is one would bring. The expected loss because the person may be gone is
///
/// ```text
/// (1 - p) * v = ltv * (1 - p) / p
/// ```
///
/// `ltv * (1 - p)` would take the same doubt off twice. The number is small for who is surely here, grows as they slip away, and
/// is nearly `v` for who is gone. Empty where there is no model. What unhappiness adds to the danger is not in it.
pub(super) fn value_at_stake() -> Expr {
    let alive = || person_values::ALIVE_PROB.expr();
    let floor = || lit(LEAST_ALIVE_PROB);
    let divisor = when(alive().lt(floor())).then(floor()).otherwise(alive());
    (person_values::LTV_MINOR.expr().cast(DataType::Float64) * (lit(1.0) - alive()) / divisor)
        .round(0, RoundMode::HalfToEven)
        .cast(DataType::Int64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_and_what_is_at_stake_are_the_whole() {
        let frame = df!(
            person_values::LTV_MINOR.name => [Some(9_000i64), Some(5_000), Some(0), Some(700), None, Some(3)],
            person_values::ALIVE_PROB.name => [Some(0.9), Some(0.5), Some(0.2), Some(1.0), Some(0.5), Some(0.0)],
        )
        .unwrap();
        let found = frame
            .lazy()
            .select([value_at_stake().alias("stake")])
            .collect()
            .unwrap();
        let stakes: Vec<Option<i64>> = found
            .column("stake")
            .unwrap()
            .i64()
            .unwrap()
            .iter()
            .collect();
        assert_eq!(
            stakes,
            [
                Some(1_000),
                Some(5_000),
                Some(0),
                Some(0),
                None,
                Some(3_000)
            ]
        );
    }
}
