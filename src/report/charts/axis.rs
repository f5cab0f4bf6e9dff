//! Scales, round tick values and the bars' places along an axis.

/// A linear map from values to drawing units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// Maps `low` to `from` and `high` to `to`; an empty range is widened by one.
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Scale {
        let high = if high > low { high } else { low + 1.0 };
        Scale {
            low,
            high,
            from,
            to,
        }
    }

    /// Place of a value; values outside the range lie at its ends.
    pub(super) fn at(&self, value: f64) -> f64 {
        let value = if value.is_nan() { self.low } else { value };
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }
}

/// Round values that cover a range, with their first and last as its new ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    /// Lowest value drawn.
    pub(super) low: f64,
    /// Highest value drawn.
    pub(super) high: f64,
    /// Values marked, zero among them when it lies in the range.
    pub(super) values: Vec<f64>,
}

/// Chooses the smallest steps of 1, 2, 2.5 or 5 times a power of ten of which `count + 1` are enough.
///
/// No step is smaller than `min_step`, and none is broken when `min_step` is one or more.
pub(super) fn ticks(low: f64, high: f64, count: usize, min_step: f64) -> Ticks {
    let low = if low.is_finite() { low } else { 0.0 };
    let high = if high.is_finite() && high > low {
        high
    } else {
        low + min_step.max(1.0)
    };
    let limit = count.max(1) as f64 + 1.0;
    let rough = ((high - low) / limit).max(min_step);
    let power = 10_f64.powf(rough.log10().floor());
    let needed = |step: f64| (high / step - 1e-9).ceil() - (low / step + 1e-9).floor();
    let step = [1.0, 2.0, 2.5, 5.0, 10.0, 20.0]
        .into_iter()
        .map(|factor| factor * power)
        .filter(|step| *step >= min_step * 0.999 && (min_step < 1.0 || *step % 1.0 == 0.0))
        .find(|step| needed(*step) <= limit)
        .unwrap_or(20.0 * power);
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil().max(first + 1.0);
    let steps = ((last - first) as usize).min(50);
    let values: Vec<f64> = (0..=steps).map(|i| (first + i as f64) * step).collect();
    Ticks {
        low: first * step,
        high: last * step,
        values,
    }
}

/// Left and right end of bar `index` of `count` between two places.
///
/// Bars leave a fifth of their slot free and are never wider than `max_width`.
pub(super) fn slot(
    index: usize,
    count: usize,
    left: f64,
    right: f64,
    max_width: f64,
) -> (f64, f64) {
    let slot = (right - left) / count.max(1) as f64;
    let width = (slot * 0.8).min(max_width);
    let middle = left + slot * (index as f64 + 0.5);
    (middle - width / 2.0, middle + width / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(
            ticks(0.0, 87.0, 4, 1.0).values,
            vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
        );
        assert_eq!(
            ticks(-30.0, 70.0, 4, 0.0).values,
            vec![-50.0, -25.0, 0.0, 25.0, 50.0, 75.0]
        );
        assert_eq!(ticks(0.0, 2.0, 4, 1.0).values, vec![0.0, 1.0, 2.0]);
    }

    #[test]
    fn ticks_stand_any_range() {
        for (low, high) in [
            (0.0, 0.0),
            (-5.0, -5.0),
            (0.0, 1e15),
            (f64::NAN, f64::NAN),
            (0.0, f64::INFINITY),
        ] {
            let ticks = ticks(low, high, 4, 1.0);
            assert!(ticks.high > ticks.low && ticks.values.len() >= 2);
            assert!(ticks.values.iter().all(|v| v.is_finite()));
        }
    }

    #[test]
    fn a_scale_keeps_values_inside() {
        let scale = Scale::new(0.0, 10.0, 100.0, 0.0);
        assert_eq!(scale.at(5.0), 50.0);
        assert_eq!(scale.at(-3.0), 100.0);
        assert_eq!(scale.at(f64::INFINITY), 0.0);
        assert_eq!(scale.at(f64::NAN), 100.0);
    }

    #[test]
    fn a_single_bar_is_not_wider_than_allowed() {
        let (left, right) = slot(0, 1, 0.0, 1000.0, 90.0);
        assert_eq!((left, right), (455.0, 545.0));
    }
}
