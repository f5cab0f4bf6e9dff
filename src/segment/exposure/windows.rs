//! Windows after exposures, and the control windows they are compared with.

use std::ops::Range;

use crate::math::matched::MatchedWindow;

/// Weeks, or multiples of the window in whole weeks, between a window and its controls.
const CONTROLS: [i64; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// Which windows are compared with which, in microseconds.
pub(super) struct Matching {
    /// Length of a window.
    pub length: i64,
    /// How far control windows lie apart.
    pub step: i64,
    /// Time of which purchases are known.
    pub observed: Range<i64>,
}

impl Matching {
    fn is_observed(&self, from: i64) -> bool {
        from >= self.observed.start && from.saturating_add(self.length) <= self.observed.end
    }

    /// Returns the windows of one person who was exposed at these instants, in order.
    pub(super) fn windows(
        &self,
        group: u32,
        exposures: &[i64],
        events: &[i64],
    ) -> Vec<MatchedWindow> {
        let mut windows = Vec::new();
        let mut closed_at = i64::MIN;
        for &from in exposures {
            if from < closed_at {
                continue;
            }
            closed_at = from.saturating_add(self.length);
            if !self.is_observed(from) {
                continue;
            }
            let (mut control_count, mut control_windows) = (0_usize, 0_u32);
            for control in CONTROLS {
                let start = from.saturating_add(control * self.step);
                if self.is_observed(start) && !self.is_exposed(exposures, start) {
                    control_windows += 1;
                    control_count += self.count(events, start);
                }
            }
            if control_windows == 0 {
                continue;
            }
            windows.push(MatchedWindow {
                group,
                count: whole(self.count(events, from)),
                control_count: whole(control_count),
                control_windows,
            });
        }
        windows
    }

    /// Returns how many events lie in `(from, from + length]`.
    fn count(&self, events: &[i64], from: i64) -> usize {
        let until = from.saturating_add(self.length);
        let end = events.partition_point(|at| *at <= until);
        let start = events[..end].partition_point(|at| *at <= from);
        end - start
    }

    /// Whether the window that begins at `from` touches that of an exposure.
    fn is_exposed(&self, exposures: &[i64], from: i64) -> bool {
        let before = from.saturating_sub(self.length);
        let after = exposures.partition_point(|at| *at <= before);
        exposures
            .get(after)
            .is_some_and(|at| *at < from.saturating_add(self.length))
    }
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
