//! The course of a burst over the hours.

use super::calendar::{HOUR, Moment};

/// Hours over which a burst is spread.
const BURST_HOURS: i64 = 76;

/// Returns the share of a burst that falls into an hour of the window.
pub(super) fn burst_share(start: Moment, hour: i64, density: fn(f64) -> f64) -> f64 {
    let first = start / HOUR;
    if !(first..first + BURST_HOURS).contains(&hour) {
        return 0.0;
    }
    let weight = |h: i64| {
        // people sleep: the small hours are quiet even in a storm
        let awake = match h.rem_euclid(24) {
            1 => 0.6,
            2 => 0.35,
            3..=5 => 0.18,
            6 => 0.5,
            _ => 1.0,
        };
        let middle = ((h + 1) * HOUR + start.max(h * HOUR)) as f64 / 2.0;
        let width = ((h + 1) * HOUR - start.max(h * HOUR)) as f64 / HOUR as f64;
        density((middle - start as f64) / HOUR as f64) * width * awake
    };
    weight(hour) / (first..first + BURST_HOURS).map(weight).sum::<f64>()
}

/// The flare-up's course: a peak three hours in, then a long tail.
pub(super) fn flare_density(hours: f64) -> f64 {
    0.88 * hours / 9.0 * (-hours / 3.0).exp() + 0.12 / 14.0 * (-hours / 14.0).exp()
}

/// The broadcast's course: at once, then less and less.
pub(super) fn broadcast_density(hours: f64) -> f64 {
    (-hours / 5.0).exp() + 0.06 * (-hours / 30.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_shares_sum_to_one_and_peak_after_three_hours() {
        let start = 19 * HOUR + 40 * 60;
        let shares: Vec<f64> = (0..200)
            .map(|h| burst_share(start, h, flare_density))
            .collect();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let peak = (0..200)
            .max_by(|a, b| shares[*a].total_cmp(&shares[*b]))
            .unwrap();
        assert!((21..=23).contains(&peak), "{peak}");
        assert!(shares[..49].iter().sum::<f64>() > 0.8);
    }
}
