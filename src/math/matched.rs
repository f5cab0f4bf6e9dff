//! Counts in windows against matched control windows: how many more, and whether by chance.

use super::intervals::{Difference, Interval};
use super::special::{normal_cdf, normal_quantile};
use super::{MathError, open_unit};

/// Events up to which the p-value is exact; the cost is quadratic in them.
const MOST_EXACT: u64 = 200;

/// A window and the control windows of the same length that are compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchedWindow {
    /// Whose window it is: windows of one group (one person) may depend on each other. Groups lie side by side.
    pub group: u32,
    /// Events in the window.
    pub count: u32,
    /// Events in all its control windows together.
    pub control_count: u32,
    /// How many control windows there are, at least one.
    pub control_windows: u32,
}

impl MatchedWindow {
    fn expected(&self) -> f64 {
        f64::from(self.control_count) / f64::from(self.control_windows)
    }

    fn events(&self) -> u64 {
        u64::from(self.count) + u64::from(self.control_count)
    }

    /// Chance that an event of window or controls falls into the window, when nothing sets the window apart.
    fn chance(&self) -> f64 {
        1.0 / (1.0 + f64::from(self.control_windows))
    }
}

/// Returns the mean excess of events per window over its controls, with interval and p-value.
///
/// With `y` events in each of `n` windows and `x` in its `c` control windows, the estimate is `sum(y - x / c) / n`.
///
/// *Interval.* The sums of the `y` and of the `x / c` have Poisson limits by Byar's approximation (Breslow and Day 1987), the
/// second as a weighted sum (Fay and Feuer 1997: mean `m`, variance `v` of it act as `m^2 / v` events of weight `v / m`). The
/// limits of the difference follow from them by variance recovery (Zou and Donner 2008), as in Newcombe's method.
///
/// *P-value*, two-sided: given its `y + x` events, a window has `y` of them by a binomial law of chance `1 / (1 + c)` when it is
/// like its controls. The tail of their sum is exact up to 200 events, else normal with continuity correction.
///
/// *Bursts.* People post in bursts. Where the sums by group scatter more than Poisson counts would (`phi > 1`, the variance
/// between groups over that of the counts), the interval is wider by `sqrt(phi)` and the p-value is that of the quasi-Poisson
/// test if larger.
///
/// # Errors
/// No window, a window without controls, or a confidence outside `(0, 1)`.
pub fn matched_excess(windows: &[MatchedWindow], confidence: f64) -> Result<Difference, MathError> {
    open_unit("confidence", confidence)?;
    if windows.is_empty() {
        return Err(MathError::TooFewCustomers {
            found: 0,
            needed: 1,
        });
    }
    if windows.iter().any(|window| window.control_windows == 0) {
        return Err(MathError::OutOfDomain {
            name: "control_windows",
            value: 0.0,
        });
    }
    let sums = Sums::of(windows);
    let dispersion = dispersion(windows, &sums);
    Ok(Difference {
        interval: interval(&sums, dispersion, confidence),
        p_value: p_value(windows, &sums, dispersion),
    })
}

/// What the windows add up to.
struct Sums {
    windows: f64,
    count: f64,
    /// Of `x / c`.
    expected: f64,
    /// Of `x / c^2`, the Poisson variance of the above.
    variance: f64,
    /// Largest `1 / c`.
    weight: f64,
    events: u64,
}

impl Sums {
    fn of(windows: &[MatchedWindow]) -> Self {
        let mut sums = Self {
            windows: windows.len() as f64,
            count: 0.0,
            expected: 0.0,
            variance: 0.0,
            weight: 0.0,
            events: 0,
        };
        for window in windows {
            let weight = 1.0 / f64::from(window.control_windows);
            sums.count += f64::from(window.count);
            sums.expected += window.expected();
            sums.variance += window.expected() * weight;
            sums.weight = sums.weight.max(weight);
            sums.events = sums.events.saturating_add(window.events());
        }
        sums
    }

    fn excess(&self) -> f64 {
        (self.count - self.expected) / self.windows
    }
}

/// Returns how much more the groups scatter than Poisson counts, at least 1.
fn dispersion(windows: &[MatchedWindow], sums: &Sums) -> f64 {
    let poisson = sums.count + sums.variance;
    let mut groups = 0.0_f64;
    let mut squares = 0.0_f64;
    for group in windows.chunk_by(|left, right| left.group == right.group) {
        let excess: f64 = group
            .iter()
            .map(|window| f64::from(window.count) - window.expected())
            .sum();
        let off = excess - sums.excess() * group.len() as f64;
        groups += 1.0;
        squares += off * off;
    }
    if groups < 2.0 || poisson <= 0.0 {
        return 1.0;
    }
    (squares * groups / (groups - 1.0) / poisson).max(1.0)
}

fn interval(sums: &Sums, dispersion: f64, confidence: f64) -> Interval {
    let z = -normal_quantile(0.5 * (1.0 - confidence));
    let (low, high) = (byar(sums.count, 1.0, -z), byar(sums.count + 1.0, 1.0, z));
    let control_low = if sums.expected > 0.0 {
        let weight = sums.variance / sums.expected;
        byar(sums.expected / weight, weight, -z)
    } else {
        0.0
    };
    let (mean, variance) = (
        sums.expected + sums.weight,
        sums.variance + sums.weight * sums.weight,
    );
    let weight = variance / mean;
    let control_high = byar(mean / weight, weight, z);
    let below = (sums.count - low).hypot(control_high - sums.expected);
    let above = (high - sums.count).hypot(sums.expected - control_low);
    let estimate = sums.excess();
    let scale = dispersion.sqrt() / sums.windows;
    Interval {
        low: estimate - below * scale,
        estimate,
        high: estimate + above * scale,
    }
}

/// Returns Byar's limit of a Poisson mean of which `events` of the given weight were seen (one more for the upper limit).
fn byar(events: f64, weight: f64, z: f64) -> f64 {
    if events <= 0.0 {
        return 0.0;
    }
    let root = (1.0 - 1.0 / (9.0 * events) + z / (3.0 * events.sqrt())).max(0.0);
    weight * events * root * root * root
}

fn p_value(windows: &[MatchedWindow], sums: &Sums, dispersion: f64) -> f64 {
    let exact = if sums.events <= MOST_EXACT {
        exact_p_value(windows, sums.count)
    } else {
        normal_p_value(windows, sums.count, 1.0)
    };
    if dispersion > 1.0 {
        exact.max(normal_p_value(windows, sums.count, dispersion))
    } else {
        exact
    }
}

/// Doubles the smaller tail of a sum of binomials, built up event by event.
fn exact_p_value(windows: &[MatchedWindow], count: f64) -> f64 {
    let mut law = vec![1.0_f64];
    for window in windows {
        let chance = window.chance();
        for _ in 0..window.events() {
            law.push(0.0);
            for at in (1..law.len()).rev() {
                law[at] = law[at] * (1.0 - chance) + law[at - 1] * chance;
            }
            law[0] *= 1.0 - chance;
        }
    }
    let count = count as usize;
    let low: f64 = law.iter().take(count + 1).sum();
    let high: f64 = law.iter().skip(count).sum();
    (2.0 * low.min(high)).min(1.0)
}

fn normal_p_value(windows: &[MatchedWindow], count: f64, dispersion: f64) -> f64 {
    let (mut mean, mut variance) = (0.0_f64, 0.0_f64);
    for window in windows {
        let (events, chance) = (window.events() as f64, window.chance());
        mean += events * chance;
        variance += events * chance * (1.0 - chance);
    }
    if variance <= 0.0 {
        return 1.0;
    }
    let off = ((count - mean).abs() - 0.5).max(0.0);
    (2.0 * normal_cdf(-off / (variance * dispersion).sqrt())).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Poisson};

    fn window(group: u32, count: u32, control_count: u32, control_windows: u32) -> MatchedWindow {
        MatchedWindow {
            group,
            count,
            control_count,
            control_windows,
        }
    }

    #[test]
    fn the_p_value_is_the_binomial_tail() {
        // Three of three events in the window, one control window: (1/2)^3, doubled.
        let found = matched_excess(&[window(0, 3, 0, 1)], 0.95).unwrap();
        assert!((found.p_value - 0.25).abs() < 1e-15);
        assert_eq!(found.interval.estimate, 3.0);
        // One event of two, chance 1/4: P(Y >= 1) = 7/16, P(Y <= 1) = 15/16.
        let found = matched_excess(&[window(0, 1, 1, 3)], 0.95).unwrap();
        assert!((found.p_value - 7.0 / 8.0).abs() < 1e-15);
    }

    #[test]
    fn groups_that_scatter_widen_the_interval() {
        // Computed by another program.
        let windows = [window(0, 3, 2, 4), window(0, 0, 1, 2), window(1, 5, 3, 3)];
        let found = matched_excess(&windows, 0.95).unwrap();
        assert!((found.interval.estimate - 2.0).abs() < 1e-12);
        assert!((found.interval.low - -0.404_788_860_597_659_3).abs() < 1e-9);
        assert!((found.interval.high - 5.556_663_493_003_757).abs() < 1e-9);
        assert!((found.p_value - 0.052_922_718_711_873_46).abs() < 1e-9);
    }

    #[test]
    fn no_event_at_all_says_nothing_either_way() {
        let found = matched_excess(&[window(0, 0, 0, 4), window(1, 0, 0, 8)], 0.95).unwrap();
        assert_eq!((found.interval.estimate, found.p_value), (0.0, 1.0));
        assert!((found.interval.low - -0.458_501_479_021_718_84).abs() < 1e-9);
        assert!((found.interval.high - 1.834_005_916_086_875_4).abs() < 1e-9);
    }

    #[test]
    fn windows_without_controls_are_an_error() {
        assert!(matched_excess(&[], 0.95).is_err());
        assert!(matched_excess(&[window(0, 1, 0, 0)], 0.95).is_err());
        assert!(matched_excess(&[window(0, 1, 0, 1)], 1.0).is_err());
    }

    #[test]
    fn chance_alone_is_called_an_effect_no_more_often_than_agreed() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let (mut called, mut covered) = (0, 0);
        let runs = 400;
        for _ in 0..runs {
            let windows: Vec<MatchedWindow> = (0..60)
                .map(|at| {
                    let rate = 0.2 + 0.05 * f64::from(at / 3 % 5);
                    let controls = 1 + at % 8;
                    let mut drawn =
                        |mean: f64| Poisson::new(mean).unwrap().sample(&mut random) as u32;
                    window(
                        at / 3,
                        drawn(rate),
                        drawn(rate * f64::from(controls)),
                        controls,
                    )
                })
                .collect();
            let found = matched_excess(&windows, 0.95).unwrap();
            called += i32::from(found.p_value <= 0.05);
            covered += i32::from(found.interval.low <= 0.0 && found.interval.high >= 0.0);
        }
        assert!(called <= 28, "{called} of {runs}, 20 agreed");
        assert!(covered >= 372, "{covered} of {runs}, 380 agreed");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_estimate(
            windows in prop::collection::vec((0_u32..5, 0_u32..50, 0_u32..200, 1_u32..9), 1..30),
        ) {
            let mut windows: Vec<MatchedWindow> = windows
                .into_iter()
                .map(|(group, count, controls, of)| window(group, count, controls, of))
                .collect();
            windows.sort_by_key(|window| window.group);
            let found = matched_excess(&windows, 0.95).unwrap();
            prop_assert!(found.interval.low <= found.interval.estimate);
            prop_assert!(found.interval.estimate <= found.interval.high);
            prop_assert!((0.0..=1.0).contains(&found.p_value));
        }
    }
}
