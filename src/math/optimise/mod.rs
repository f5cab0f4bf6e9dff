//! Maximises a smooth function of a few variables within a box.
//!
//! Projected BFGS from each of several given starts, then Newton steps on the best; where that stalls, a
//! Nelder-Mead search shakes it loose. The purchase models hand over the mean log-likelihood as a function of
//! log-parameters, where the surface is tame and every parameter stays positive.

mod bfgs;
mod newton;
mod simplex;
mod state;
#[cfg(test)]
mod tests;

use super::MathError;
use super::matrix::Square;
use bfgs::descend;
use newton::{differences, polish, settle};
use simplex::shake;
use state::State;

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
    /// Gradient (largest absolute component inside the box) at which BFGS leaves the rest to Newton steps.
    pub climbed: f64,
    /// Gradient at which the search is content.
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
            climbed: 1e-11,
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

/// Returns the second derivatives of the negative function at a point; `None` where it is not convex there.
pub fn curvature<O: Objective + ?Sized>(objective: &O, point: &[f64]) -> Option<Square> {
    let found = differences(objective, point);
    found.cholesky().map(|_| found)
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

/// Returns where the climb from a start ends, by the curvature of the negative function that `curvature_at` knows there and that
/// need not be exact; `None` where it knows none, or does not lead to a gradient that is nil.
pub fn settled<O: Objective + ?Sized>(
    objective: &O,
    start: &Start,
    search: &Search,
    curvature_at: impl FnOnce(&[f64]) -> Option<Square>,
) -> Option<Optimum> {
    const NIL: f64 = 1e-9;
    let (state, _, iterations) = descend(objective, start, search);
    let curvature = match state.cost.is_finite() {
        true => curvature_at(&state.point)?,
        false => return None,
    };
    let state = settle(objective, state, &curvature, search);
    let gradient_norm = state.gradient_norm(search);
    (gradient_norm <= NIL).then(|| Optimum {
        value: -state.cost,
        gradient_norm,
        hessian: curvature.scaled(-1.0),
        on_edge: state.on_edge(search),
        iterations,
        point: state.point,
    })
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
