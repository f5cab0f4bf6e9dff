//! How forecasts follow the parameters.

use rayon::prelude::*;

use super::{CountLaw, Outlooks};
use crate::math::purchases::PurchaseModel;

/// Step in a log-parameter.
const STEP: f64 = 1e-4;

/// Returns the derivatives of the logarithm of the purchases expected within `t` units in the logarithms of the model's
/// parameters: for each of [`Outlooks::rows`] as many as there are parameters, one after the other.
///
/// Central differences; nil where nothing is expected.
pub fn log_slopes<M: PurchaseModel + CountLaw>(model: &M, outlooks: &Outlooks, t: f64) -> Vec<f64> {
    let nudged: Vec<[M; 2]> = (0..M::PARAMETER_NAMES.len())
        .map(|place| [STEP, -STEP].map(|step| model.nudged(place, step)))
        .collect();
    let found: Vec<Vec<f64>> = outlooks
        .by_age(0..outlooks.rows().count())
        .into_par_iter()
        .map(|rows| {
            let first = outlooks.summary(rows.start);
            let if_alive: Vec<[f64; 2]> = nudged
                .iter()
                .map(|models| {
                    [0, 1].map(|side: usize| {
                        models[side].expected_purchases_if_alive(
                            t,
                            first.repeat_count,
                            first.customer_age,
                        )
                    })
                })
                .collect();
            rows.flat_map(|row| {
                let customer = outlooks.summary(row);
                nudged.iter().zip(&if_alive).map(move |(models, if_alive)| {
                    let [above, below] = [0, 1]
                        .map(|side: usize| models[side].alive_prob(customer) * if_alive[side]);
                    let slope = (above / below).ln() / (2.0 * STEP);
                    if slope.is_finite() { slope } else { 0.0 }
                })
            })
            .collect()
        })
        .collect();
    found.concat()
}
