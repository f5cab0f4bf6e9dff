//! A point of a climb with what is known there.

use super::{Objective, Search};

/// One point with what is known there, in terms of the function to minimise.
#[derive(Clone)]
pub(super) struct State {
    pub(super) point: Vec<f64>,
    pub(super) cost: f64,
    pub(super) slope: Vec<f64>,
}

impl State {
    pub(super) fn at<O: Objective + ?Sized>(objective: &O, point: Vec<f64>) -> Self {
        let mut slope = vec![0.0; point.len()];
        let value = objective.evaluate(&point, &mut slope);
        let sound = value.is_finite() && slope.iter().all(|part| part.is_finite());
        for part in &mut slope {
            *part = -*part;
        }
        let cost = if sound { -value } else { f64::INFINITY };
        Self { point, cost, slope }
    }

    /// Returns the coordinates that may move: all but those on an edge and pushed outwards.
    pub(super) fn free(&self, search: &Search) -> Vec<usize> {
        (0..self.point.len())
            .filter(|&i| {
                let low = self.point[i] <= search.lower && self.slope[i] >= 0.0;
                let high = self.point[i] >= search.upper && self.slope[i] <= 0.0;
                !(low || high)
            })
            .collect()
    }

    /// Whether this is the lower end of two; of ends that rounding alone tells apart, the flatter.
    pub(super) fn beats(&self, held: &Self, search: &Search) -> bool {
        let tie = 1e-12 * (1.0 + held.cost.abs());
        let as_low = self.cost <= held.cost + tie;
        let lower = self.cost < held.cost - tie;
        lower || (as_low && self.gradient_norm(search) < held.gradient_norm(search))
    }

    pub(super) fn gradient_norm(&self, search: &Search) -> f64 {
        self.free(search)
            .into_iter()
            .map(|i| self.slope[i].abs())
            .fold(0.0, f64::max)
    }

    /// Returns whether each coordinate sits on the box's edge.
    pub(super) fn on_edge(&self, search: &Search) -> Vec<bool> {
        self.point
            .iter()
            .map(|&value| value <= search.lower || value >= search.upper)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_ends_at_one_height_the_flatter_is_taken() {
        let search = Search::default();
        let end = |cost: f64, slope: f64| State {
            point: vec![0.0],
            cost,
            slope: vec![slope],
        };
        let held = end(0.5, 1e-6);
        assert!(end(0.5 + 1e-14, 1e-11).beats(&held, &search));
        assert!(!end(0.5 - 1e-14, 1e-5).beats(&held, &search));
        assert!(end(0.4, 1.0).beats(&held, &search));
        assert!(!end(0.6, 0.0).beats(&held, &search));
        assert!(!held.beats(&held, &search));
    }
}
