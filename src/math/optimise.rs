//! Maximises a smooth function of a few variables within a box.
//!
//! Projected BFGS from each of several given starts, then Newton steps on the best; where that stalls, a
//! Nelder-Mead search shakes it loose. The purchase models hand over the mean log-likelihood as a function of
//! log-parameters, where the surface is tame and every parameter stays positive.

use super::MathError;
use super::matrix::Square;

/// A function to maximise, with its gradient.
pub trait Objective {
    /// Returns the value at `point` and writes the gradient; a non-finite value means "not here".
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64;
}

/// Where and how hard to search.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Lower bound of every coordinate.
    pub lower: f64,
    /// Upper bound of every coordinate.
    pub upper: f64,
    /// Gradient (largest absolute component inside the box) at which the search is content.
    pub tolerance: f64,
    /// Gradient above which the result is refused.
    pub acceptable: f64,
    /// Bound on the BFGS iterations of one run.
    pub max_iterations: usize,
}

impl Default for Search {
    /// Log-parameters between 1e-5 and 1e5, gradients to 1e-11 where rounding allows.
    fn default() -> Self {
        let edge = 1e5_f64.ln();
        Self {
            lower: -edge,
            upper: edge,
            tolerance: 1e-11,
            acceptable: 1e-6,
            max_iterations: 400,
        }
    }
}

/// Where a climb begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Its coordinates.
    pub point: Vec<f64>,
    /// What a climb before it learnt of the second derivatives of the negative function, positive definite; `None` when nothing
    /// is known.
    pub curvature: Option<Square>,
}

impl Start {
    /// Returns a start of which nothing is known.
    pub fn new(point: Vec<f64>) -> Self {
        Self {
            point,
            curvature: None,
        }
    }
}

/// Where a climb ended.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// Its coordinates.
    pub point: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// What the climb learnt of the second derivatives of the negative function.
    pub curvature: Square,
    /// Whether each coordinate sits on the box's edge.
    pub on_edge: Vec<bool>,
    /// Iterations taken.
    pub iterations: usize,
}

/// The highest point found.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// Its coordinates.
    pub point: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// Largest absolute component of the gradient that does not push out of the box.
    pub gradient_norm: f64,
    /// The matrix of second derivatives there (central differences of the gradient), symmetric.
    pub hessian: Square,
    /// Whether each coordinate sits on the box's edge.
    pub on_edge: Vec<bool>,
    /// Iterations taken by all runs together.
    pub iterations: usize,
}

/// One point with what is known there, in terms of the function to minimise.
#[derive(Clone)]
struct State {
    point: Vec<f64>,
    cost: f64,
    slope: Vec<f64>,
}

impl State {
    fn at<O: Objective + ?Sized>(objective: &O, point: Vec<f64>) -> Self {
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
    fn free(&self, search: &Search) -> Vec<usize> {
        (0..self.point.len())
            .filter(|&i| {
                let low = self.point[i] <= search.lower && self.slope[i] >= 0.0;
                let high = self.point[i] >= search.upper && self.slope[i] <= 0.0;
                !(low || high)
            })
            .collect()
    }

    /// Whether this is the lower end of two; of ends that rounding alone tells apart, the flatter.
    fn beats(&self, held: &Self, search: &Search) -> bool {
        let tie = 1e-12 * (1.0 + held.cost.abs());
        let as_low = self.cost <= held.cost + tie;
        let lower = self.cost < held.cost - tie;
        lower || (as_low && self.gradient_norm(search) < held.gradient_norm(search))
    }

    fn gradient_norm(&self, search: &Search) -> f64 {
        self.free(search)
            .into_iter()
            .map(|i| self.slope[i].abs())
            .fold(0.0, f64::max)
    }

    /// Returns whether each coordinate sits on the box's edge.
    fn on_edge(&self, search: &Search) -> Vec<bool> {
        self.point
            .iter()
            .map(|&value| value <= search.lower || value >= search.upper)
            .collect()
    }
}

/// Returns the maximum of the function found from the given starts.
///
/// The starts are tried in order, and of ends that rounding alone tells apart the one with the smaller gradient is taken, the
/// earlier at the same one; so the result is the same on every run.
///
/// # Errors
/// [`MathError::NotConverged`] when no start leads to a gradient below `search.acceptable`.
pub fn maximise<O: Objective + ?Sized>(
    objective: &O,
    starts: &[Vec<f64>],
    search: &Search,
) -> Result<Optimum, MathError> {
    let starts: Vec<Start> = starts.iter().cloned().map(Start::new).collect();
    maximise_from(objective, &starts, search)
}

/// Returns where the climbs from the given starts end, in their order; those that meet no number are left out.
pub fn ends<O: Objective + ?Sized>(objective: &O, starts: &[Start], search: &Search) -> Vec<End> {
    starts
        .iter()
        .filter_map(|start| {
            let (state, curvature, iterations) = descend(objective, start, search);
            state.cost.is_finite().then(|| End {
                value: -state.cost,
                on_edge: state.on_edge(search),
                point: state.point,
                curvature,
                iterations,
            })
        })
        .collect()
}

/// Returns what [`maximise`] does, from starts of which something may be known.
///
/// # Errors
/// Those of [`maximise`].
pub fn maximise_from<O: Objective + ?Sized>(
    objective: &O,
    starts: &[Start],
    search: &Search,
) -> Result<Optimum, MathError> {
    let mut best: Option<State> = None;
    let mut iterations = 0;
    for start in starts {
        let (state, _, taken) = descend(objective, start, search);
        iterations += taken;
        if state.cost.is_finite() && best.as_ref().is_none_or(|held| state.beats(held, search)) {
            best = Some(state);
        }
    }
    let failed = MathError::NotConverged {
        gradient_norm: f64::INFINITY,
    };
    let (mut state, mut hessian) = polish(objective, best.ok_or(failed)?, search);
    if state.gradient_norm(search) > search.acceptable {
        state = shake(objective, &state, search);
        let (again, _, taken) = descend(objective, &Start::new(state.point), search);
        iterations += taken;
        (state, hessian) = polish(objective, again, search);
    }
    let gradient_norm = state.gradient_norm(search);
    if gradient_norm > search.acceptable {
        return Err(MathError::NotConverged { gradient_norm });
    }
    Ok(Optimum {
        value: -state.cost,
        gradient_norm,
        hessian: hessian.scaled(-1.0),
        on_edge: state.on_edge(search),
        iterations,
        point: state.point,
    })
}

/// Runs projected BFGS until the gradient vanishes or no step helps; returns the end, the curvature that was learnt and the
/// iterations.
fn descend<O: Objective + ?Sized>(
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
        if !state.cost.is_finite() || state.gradient_norm(search) <= search.tolerance {
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

/// Takes Newton steps while they shrink the gradient; returns the Hessian of the cost at the end.
fn polish<O: Objective + ?Sized>(objective: &O, start: State, search: &Search) -> (State, Square) {
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
fn differences<O: Objective + ?Sized>(objective: &O, point: &[f64]) -> Square {
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

/// Searches around a point without gradients (Nelder and Mead 1965) and returns the best point met.
fn shake<O: Objective + ?Sized>(objective: &O, state: &State, search: &Search) -> State {
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
    use super::*;

    /// Rosenbrock's valley, turned upside down.
    struct Valley;
    impl Objective for Valley {
        fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
            let (x, y) = (point[0], point[1]);
            gradient[0] = 2.0 * (1.0 - x) + 400.0 * x * (y - x * x);
            gradient[1] = -200.0 * (y - x * x);
            -(1.0 - x).powi(2) - 100.0 * (y - x * x).powi(2)
        }
    }

    /// A slope without a top.
    struct Slope;
    impl Objective for Slope {
        fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
            gradient[0] = 1.0;
            gradient[1] = -2.0 * (point[1] - 0.5);
            point[0] - (point[1] - 0.5).powi(2)
        }
    }

    /// Lies about its gradient.
    struct Liar;
    impl Objective for Liar {
        fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
            gradient[0] = 1.0;
            -point[0].powi(2)
        }
    }

    #[test]
    fn the_valley_is_followed_to_its_end() {
        let found = maximise(
            &Valley,
            &[vec![-1.2, 1.0], vec![4.0, -4.0]],
            &Search::default(),
        )
        .unwrap();
        assert!((found.point[0] - 1.0).abs() < 1e-9 && (found.point[1] - 1.0).abs() < 1e-9);
        assert!((found.hessian.get(0, 0) + 802.0).abs() < 1e-3);
        assert_eq!(found.hessian.get(0, 1), found.hessian.get(1, 0));
        assert_eq!(found.on_edge, [false, false]);
    }

    #[test]
    fn what_a_climb_learnt_shortens_the_next() {
        struct Bowl(f64);
        impl Objective for Bowl {
            fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
                let (x, y) = (point[0] - self.0, point[1] + self.0);
                let (steep, cross) = (300.0, 9.0);
                gradient[0] = -2.0 * steep * x - cross * y - 4.0 * x.powi(3);
                gradient[1] = -2.0 * y - cross * x;
                -steep * x * x - cross * x * y - y * y - x.powi(4)
            }
        }
        let search = Search {
            tolerance: 1e-6,
            ..Search::default()
        };
        let first = ends(&Bowl(0.0), &[Start::new(vec![3.0, 2.0])], &search);
        assert_eq!(
            (first.len(), first[0].on_edge.as_slice()),
            (1, &[false, false][..])
        );
        assert!(first[0].value.abs() < 1e-9 && first[0].curvature.cholesky().is_some());
        let iterations = |curvature| {
            let point = first[0].point.clone();
            let start = Start { point, curvature };
            let found = maximise_from(&Bowl(0.01), &[start], &search).unwrap();
            assert!((found.point[0] - 0.01).abs() < 1e-6, "{:?}", found.point);
            found.iterations
        };
        let (with, without) = (
            iterations(Some(first[0].curvature.clone())),
            iterations(None),
        );
        assert!(with < without, "{with} {without}");
    }

    #[test]
    fn a_slope_without_a_top_ends_on_the_edge() {
        let search = Search::default();
        let found = maximise(&Slope, &[vec![0.0, 0.0]], &search).unwrap();
        assert_eq!(found.point[0], search.upper);
        assert!((found.point[1] - 0.5).abs() < 1e-9);
        assert_eq!(found.on_edge, [true, false]);
    }

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

    #[test]
    fn the_simplex_search_alone_finds_the_valleys_end() {
        let start = State::at(&Valley, vec![-1.2, 1.0]);
        let found = shake(&Valley, &start, &Search::default());
        assert!((found.point[0] - 1.0).abs() < 1e-3, "{:?}", found.point);
    }

    #[test]
    fn a_gradient_that_never_vanishes_is_refused() {
        let refused = maximise(&Liar, &[vec![1.0]], &Search::default());
        assert!(matches!(refused, Err(MathError::NotConverged { .. })));
        let nowhere = maximise(&Valley, &[], &Search::default());
        assert!(matches!(nowhere, Err(MathError::NotConverged { .. })));
    }
}
