//! Newton steps that stop at the box's edge, and the Hessian by differences they need.

use super::state::State;
use super::{Objective, Search};
use crate::math::matrix::Square;

/// Takes Newton steps while they shrink the gradient; returns the Hessian of the cost at the end.
pub(super) fn polish<O: Objective + ?Sized>(
    objective: &O,
    start: State,
    search: &Search,
) -> (State, Square) {
    let mut state = start;
    let mut hessian = differences(objective, &state.point);
    for _ in 0..8 {
        let norm = state.gradient_norm(search);
        if norm <= search.tolerance {
            break;
        }
        let Some(step) = bounded_step(&state, &hessian, search) else {
            break;
        };
        let longest = step.iter().map(|part| part.abs()).fold(0.0, f64::max);
        if longest > 2.0 {
            break;
        }
        let point = state
            .point
            .iter()
            .zip(&step)
            .map(|(value, part)| onto_edge(value + part, search))
            .collect();
        let next = State::at(objective, point);
        let no_worse = next.cost <= state.cost + 1e-12 * (1.0 + state.cost.abs());
        if !no_worse || next.gradient_norm(search) >= norm {
            break;
        }
        state = next;
        // Far steps need the curvature of their new place, near ones do not.
        if longest > 1e-4 {
            hessian = differences(objective, &state.point);
        }
    }
    (state, hessian)
}

/// Takes Newton steps of one curvature, which need not be exact, while they shrink the gradient to less than half.
pub(super) fn settle<O: Objective + ?Sized>(
    objective: &O,
    mut state: State,
    curvature: &Square,
    search: &Search,
) -> State {
    for _ in 0..8 {
        let norm = state.gradient_norm(search);
        let step = bounded_step(&state, curvature, search).filter(|_| norm > search.tolerance);
        let Some(step) = step else {
            break;
        };
        let moved = state.point.iter().zip(&step);
        let point = moved.map(|(value, part)| onto_edge(value + part, search));
        let next = State::at(objective, point.collect());
        if !next.cost.is_finite() || next.gradient_norm(search) >= 0.5 * norm {
            break;
        }
        state = next;
    }
    state
}

/// Brings a coordinate into the box, and onto its edge where rounding alone keeps it off.
fn onto_edge(value: f64, search: &Search) -> f64 {
    const ROUNDING: f64 = 1e-12;
    if value >= search.upper - ROUNDING {
        search.upper
    } else if value <= search.lower + ROUNDING {
        search.lower
    } else {
        value
    }
}

/// Returns the Newton step that stays within the box, `None` where the Hessian is not positive definite.
///
/// Where the step would leave the box, the coordinate that meets its edge first stops there and the others are solved for
/// anew: parameters that run off together must not be cut short one by one.
fn bounded_step(state: &State, hessian: &Square, search: &Search) -> Option<Vec<f64>> {
    let mut step = vec![0.0; state.point.len()];
    let mut stopped: Vec<usize> = Vec::new();
    let mut free = state.free(search);
    while !free.is_empty() {
        let slope: Vec<f64> = free
            .iter()
            .map(|&i| {
                let moved: f64 = stopped.iter().map(|&j| hessian.get(i, j) * step[j]).sum();
                -state.slope[i] - moved
            })
            .collect();
        let solved = hessian.minor(&free).solve(&slope)?;
        // The coordinates that would leave, with their way to the edge and its part of their step.
        let leaving = free.iter().zip(&solved).enumerate();
        let first = leaving
            .filter_map(|(place, (&i, &part))| {
                let edge = if part > 0.0 {
                    search.upper
                } else {
                    search.lower
                };
                let way = edge - state.point[i];
                (part.abs() > way.abs()).then_some((place, way, way / part))
            })
            .min_by(|left, right| left.2.total_cmp(&right.2));
        let Some((place, way, _)) = first else {
            for (&i, part) in free.iter().zip(solved) {
                step[i] = part;
            }
            break;
        };
        let i = free.remove(place);
        step[i] = way;
        stopped.push(i);
    }
    Some(step)
}

/// Returns the Hessian of the cost by central differences of the gradient.
pub(super) fn differences<O: Objective + ?Sized>(objective: &O, point: &[f64]) -> Square {
    const STEP: f64 = 1e-4;
    let size = point.len();
    let mut hessian = Square::zero(size);
    let (mut above, mut below) = (vec![0.0; size], vec![0.0; size]);
    for i in 0..size {
        let mut moved = point.to_vec();
        moved[i] = point[i] + STEP;
        objective.evaluate(&moved, &mut above);
        moved[i] = point[i] - STEP;
        objective.evaluate(&moved, &mut below);
        for (j, (lower, upper)) in below.iter().zip(&above).enumerate() {
            hessian.set(i, j, (lower - upper) / (2.0 * STEP));
        }
    }
    hessian.symmetrised()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newton_step_stops_at_the_edge_and_the_rest_follows() {
        let search = Search::default();
        let mut hessian = Square::identity(3).scaled(2.0);
        hessian.set(0, 1, 1.0);
        hessian.set(1, 0, 1.0);
        let state = State {
            point: vec![search.upper - 0.1, 0.0, search.lower],
            cost: 0.0,
            slope: vec![-10.0, 0.0, 1.0],
        };
        let step = bounded_step(&state, &hessian, &search).unwrap();
        assert!((step[0] - 0.1).abs() < 1e-12 && (step[1] + 0.05).abs() < 1e-12);
        assert_eq!(step[2], 0.0);
        let flat = Square::zero(3);
        assert!(bounded_step(&state, &flat, &search).is_none());
    }
}
