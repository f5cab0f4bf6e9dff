//! Whether one forecast was better than another, or only luckier.

use crate::math::intervals::{Difference, GroupMean, Interval};
use crate::math::special::{student_critical, student_two_sided};
use crate::math::{MathError, open_unit};

/// Returns the mean of `first - second` with Student's paired interval, customer by customer.
///
/// For losses of two forecasts of the same customers: what makes a customer hard to forecast is hard for both and cancels
/// (Diebold and Mariano 1995, over customers in place of time). A customer with losses at several cut-offs enters once, with
/// their sum, so that what repeats itself is not counted as new evidence. Pairs without any variance give an interval of no
/// width, and a p-value of 1 if they are equal, else 0.
///
/// # Errors
/// Slices of different length, fewer than two pairs, a non-finite value, or a confidence outside `(0, 1)`.
pub fn paired_difference(
    first: &[f64],
    second: &[f64],
    confidence: f64,
) -> Result<Difference, MathError> {
    open_unit("confidence", confidence)?;
    if first.len() != second.len() {
        return Err(MathError::LengthMismatch {
            left: first.len(),
            right: second.len(),
        });
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(f, s)| f - s).collect();
    let group = GroupMean::of(&differences)?;
    let error = (group.variance / group.count as f64).sqrt();
    let degrees = group.count as f64 - 1.0;
    let (half, p_value) = if error > 0.0 {
        (
            student_critical(confidence, degrees) * error,
            student_two_sided(group.mean / error, degrees),
        )
    } else if group.mean == 0.0 {
        (0.0, 1.0)
    } else {
        (0.0, 0.0)
    };
    Ok(Difference {
        interval: Interval {
            low: group.mean - half,
            estimate: group.mean,
            high: group.mean + half,
        },
        p_value,
    })
}
