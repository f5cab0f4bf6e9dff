//! How forecasts follow the parameters.

use std::ops::Range;

use rayon::prelude::*;

use super::{CountLaw, Outlooks};
use crate::math::purchases::PurchaseModel;

/// Step in a log-parameter.
const STEP: f64 = 1e-4;
/// Most ages of one repeat count that one task looks at.
const AGES: usize = 64;

/// Returns the derivatives of the logarithm of the purchases expected within each of the horizons in the logarithms of the
/// model's parameters: for each of [`Outlooks::rows`] as many as there are parameters, one after the other.
///
/// Central differences; nil where nothing is expected.
pub fn log_slopes<M: PurchaseModel + CountLaw, const N: usize>(
    model: &M,
    outlooks: &Outlooks,
    horizons: &[f64; N],
) -> [Vec<f64>; N] {
    let nudged: Vec<[M; 2]> = (0..M::PARAMETER_NAMES.len())
        .map(|place| [STEP, -STEP].map(|step| model.nudged(place, step)))
        .collect();
    let runs = outlooks.by_age(0..outlooks.rows().count());
    let repeats = |run: &Range<usize>| outlooks.summary(run.start).repeat_count;
    let groups: Vec<&[Range<usize>]> = runs
        .chunk_by(|one, next| repeats(one) == repeats(next))
        .flat_map(|runs| runs.chunks(AGES))
        .collect();
    let found: Vec<[Vec<f64>; N]> = groups
        .into_par_iter()
        .map(|runs| {
            let ages: Vec<f64> = runs
                .iter()
                .map(|run| outlooks.summary(run.start).customer_age)
                .collect();
            // For each age as many as there are horizons.
            let if_alive: Vec<[Vec<f64>; 2]> = nudged
                .iter()
                .map(|models| {
                    [0, 1].map(|side: usize| {
                        let x = repeats(&runs[0]);
                        models[side].expected_purchases_if_alive_each(horizons, x, &ages)
                    })
                })
                .collect();
            let mut slopes: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
            for (age, run) in runs.iter().enumerate() {
                for row in run.clone() {
                    let customer = outlooks.summary(row);
                    for (models, if_alive) in nudged.iter().zip(&if_alive) {
                        // The same for all horizons, and what takes the time.
                        let alive = [0, 1].map(|side: usize| models[side].alive_prob(customer));
                        for (place, slopes) in slopes.iter_mut().enumerate() {
                            let [above, below] = [0, 1]
                                .map(|side: usize| alive[side] * if_alive[side][age * N + place]);
                            let slope = (above / below).ln() / (2.0 * STEP);
                            slopes.push(if slope.is_finite() { slope } else { 0.0 });
                        }
                    }
                }
            }
            slopes
        })
        .collect();
    std::array::from_fn(|place| {
        let parts = found.iter().flat_map(|slopes| &slopes[place]);
        parts.copied().collect()
    })
}
