//! Projected BFGS: quasi-Newton directions within the box and a line search that backtracks.

use super::state::State;
use super::{Objective, Search, Start};
use crate::math::matrix::Square;

/// Runs projected BFGS until the gradient vanishes or no step helps; returns the end, the curvature that was learnt and the
/// iterations.
pub(super) fn descend<O: Objective + ?Sized>(
    objective: &O,
    start: &Start,
    search: &Search,
) -> (State, Square, usize) {
    let point: Vec<f64> = start
        .point
        .iter()
        .map(|value| value.clamp(search.lower, search.upper))
        .collect();
    let mut fresh = start.curvature.is_none();
    let mut curvature = match &start.curvature {
        Some(known) => known.clone(),
        None => Square::identity(point.len()),
    };
    let mut learnt = curvature.clone();
    let mut state = State::at(objective, point);
    for iteration in 0..search.max_iterations {
        if !state.cost.is_finite() || state.gradient_norm(search) <= search.climbed {
            return (state, learnt, iteration);
        }
        let direction = direction(&state, &curvature, search);
        match line_search(objective, &state, &direction, search) {
            Some(next) => {
                update(&mut curvature, &state, &next, fresh);
                learnt.clone_from(&curvature);
                fresh = false;
                state = next;
            }
            None if fresh => return (state, learnt, iteration),
            None => {
                curvature = Square::identity(state.point.len());
                fresh = true;
            }
        }
    }
    (state, learnt, search.max_iterations)
}

/// Returns the quasi-Newton direction over the free coordinates, steepest descent when it fails.
fn direction(state: &State, curvature: &Square, search: &Search) -> Vec<f64> {
    let free = state.free(search);
    let slope: Vec<f64> = free.iter().map(|&i| -state.slope[i]).collect();
    let step = curvature.minor(&free).solve(&slope).unwrap_or(slope);
    let mut direction = vec![0.0; state.point.len()];
    for (&i, part) in free.iter().zip(step) {
        direction[i] = part;
    }
    // No parameter changes by more than a factor of e^2 at once.
    let longest = direction.iter().map(|part| part.abs()).fold(0.0, f64::max);
    if longest > 2.0 {
        for part in &mut direction {
            *part *= 2.0 / longest;
        }
    }
    direction
}

/// Backtracks along the projected direction until the cost falls enough.
fn line_search<O: Objective + ?Sized>(
    objective: &O,
    state: &State,
    direction: &[f64],
    search: &Search,
) -> Option<State> {
    let mut length = 1.0;
    for _ in 0..40 {
        let point: Vec<f64> = state
            .point
            .iter()
            .zip(direction)
            .map(|(value, part)| (value + length * part).clamp(search.lower, search.upper))
            .collect();
        if point == state.point {
            return None;
        }
        let promised: f64 = (0..point.len())
            .map(|i| state.slope[i] * (point[i] - state.point[i]))
            .sum();
        // A gain that rounding would swallow is left to the Newton steps.
        if promised.abs() <= 1e-15 * state.cost.abs() {
            return None;
        }
        let next = State::at(objective, point);
        if next.cost <= state.cost + 1e-4 * promised && next.cost < state.cost {
            return Some(next);
        }
        length *= 0.4;
    }
    None
}

/// Updates the approximation of the Hessian by the BFGS formula.
fn update(curvature: &mut Square, before: &State, after: &State, fresh: bool) {
    let size = before.point.len();
    let s: Vec<f64> = (0..size)
        .map(|i| after.point[i] - before.point[i])
        .collect();
    let y: Vec<f64> = (0..size)
        .map(|i| after.slope[i] - before.slope[i])
        .collect();
    let dot =
        |left: &[f64], right: &[f64]| -> f64 { left.iter().zip(right).map(|(l, r)| l * r).sum() };
    let sy = dot(&s, &y);
    if sy <= 1e-10 * (dot(&s, &s) * dot(&y, &y)).sqrt() {
        return;
    }
    if fresh {
        *curvature = Square::identity(size).scaled(dot(&y, &y) / sy);
    }
    let bs = curvature.times(&s);
    let sbs = dot(&s, &bs);
    if sbs <= 0.0 {
        return;
    }
    for i in 0..size {
        for j in 0..size {
            let cell = curvature.get(i, j) + y[i] * y[j] / sy - bs[i] * bs[j] / sbs;
            curvature.set(i, j, cell);
        }
    }
}
