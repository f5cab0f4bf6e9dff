//! The simplex search that needs no gradient.

use super::state::State;
use super::{Objective, Search};

/// Searches around a point without gradients (Nelder and Mead 1965) and returns the best point met.
pub(super) fn shake<O: Objective + ?Sized>(objective: &O, state: &State, search: &Search) -> State {
    let size = state.point.len();
    let bounded = |point: Vec<f64>| -> State {
        let point = point
            .into_iter()
            .map(|value| value.clamp(search.lower, search.upper))
            .collect();
        State::at(objective, point)
    };
    let mut simplex = vec![state.clone()];
    for i in 0..size {
        let mut point = state.point.clone();
        point[i] += if point[i] > 0.0 { -0.5 } else { 0.5 };
        simplex.push(bounded(point));
    }
    for _ in 0..200 * size {
        simplex.sort_by(|left, right| left.cost.total_cmp(&right.cost));
        if simplex[size].cost - simplex[0].cost <= 1e-13 * (1.0 + simplex[0].cost.abs()) {
            break;
        }
        let centre: Vec<f64> = (0..size)
            .map(|i| {
                simplex[..size]
                    .iter()
                    .map(|state| state.point[i])
                    .sum::<f64>()
                    / size as f64
            })
            .collect();
        let towards = |factor: f64| -> State {
            let worst = &simplex[size].point;
            bounded(
                (0..size)
                    .map(|i| centre[i] + factor * (worst[i] - centre[i]))
                    .collect(),
            )
        };
        let reflected = towards(-1.0);
        let chosen = if reflected.cost < simplex[0].cost {
            let expanded = towards(-2.0);
            if expanded.cost < reflected.cost {
                expanded
            } else {
                reflected
            }
        } else if reflected.cost < simplex[size - 1].cost {
            reflected
        } else {
            let inside = reflected.cost >= simplex[size].cost;
            towards(if inside { 0.5 } else { -0.5 })
        };
        if chosen.cost < simplex[size].cost {
            simplex[size] = chosen;
        } else {
            let top = simplex[0].point.clone();
            for held in &mut simplex[1..] {
                let point = top
                    .iter()
                    .zip(&held.point)
                    .map(|(t, p)| 0.5 * (t + p))
                    .collect();
                *held = bounded(point);
            }
        }
    }
    simplex.sort_by(|left, right| left.cost.total_cmp(&right.cost));
    simplex.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::Valley;
    use super::*;

    #[test]
    fn the_simplex_search_alone_finds_the_valleys_end() {
        let start = State::at(&Valley, vec![-1.2, 1.0]);
        let found = shake(&Valley, &start, &Search::default());
        assert!((found.point[0] - 1.0).abs() < 1e-3, "{:?}", found.point);
    }
}
