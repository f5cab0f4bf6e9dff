//! What else could find flare-ups: detectors that koe's own is measured against, on the same hours.
//!
//! Both look at the number of posts only. [`is_angry`] asks of what they flag what koe asks, so that the difference that is
//! left lies in how the hours are judged.

use super::super::hours::Hour;
use crate::config::AlertConfig;
use crate::math::MathError;
use crate::math::seasonal_esd::SeasonalEsd;

/// Hours of a week.
const WEEK: usize = 7 * 24;

/// Flags hours whose posts lie more than `limit` standard deviations above the mean of the `days` before them.
pub fn z_score(hours: &[Hour], days: usize, limit: f64) -> Vec<bool> {
    let length = (days * 24).max(2);
    let (mut sum, mut squares) = (0_i64, 0_i64);
    hours
        .iter()
        .enumerate()
        .map(|(place, hour)| {
            let count = hour.post_count;
            let is_flagged = place >= length && {
                let mean = sum as f64 / length as f64;
                let variance = (squares as f64 / length as f64 - mean * mean).max(1e-12);
                count as f64 - mean > limit * variance.sqrt()
            };
            sum += count;
            squares += count * count;
            if let Some(old) = place.checked_sub(length).map(|old| hours[old].post_count) {
                sum -= old;
                squares -= old * old;
            }
            is_flagged
        })
        .collect()
}

/// Flags hours that S-H-ESD calls upper outliers of the `weeks` that end with them, at 5 % and for at most 2 % outliers.
///
/// Only hours that `is_asked` are tested, which saves most of the time where few can matter.
///
/// # Errors
/// [`MathError::TooFewCustomers`] for less than two weeks.
pub fn seasonal_esd(
    hours: &[Hour],
    weeks: usize,
    is_asked: impl Fn(&Hour) -> bool,
) -> Result<Vec<bool>, MathError> {
    let length = weeks.saturating_mul(WEEK);
    let test = SeasonalEsd::new(length, WEEK, 0.02, 0.05)?;
    let counts: Vec<f64> = hours.iter().map(|hour| hour.post_count as f64).collect();
    Ok(hours
        .iter()
        .enumerate()
        .map(|(place, hour)| {
            // An hour without a post is no upper outlier.
            hour.post_count > 0
                && place + 1 >= length
                && is_asked(hour)
                && test.is_last_outlier(&counts[place + 1 - length..=place])
        })
        .collect())
}

/// Returns whether an hour has posts enough, and a share of negative ones, that koe could call it a flare-up.
pub fn is_angry(hour: &Hour, config: &AlertConfig) -> bool {
    hour.post_count >= i64::from(config.min_posts)
        && hour.negative_count as f64 >= config.negative_share * hour.post_count as f64
}
