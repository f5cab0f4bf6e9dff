//! The likelihood of BG/BB over many customers, with its slopes.

use super::BgBb;
use crate::math::optimise::Objective;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::beta_geometric::softplus_with_slope;
use crate::math::purchases::rows::sum_in_chunks;

/// Histories of one `x` and `n` that one task adds up.
const CHUNK: usize = 32;
/// Where the sum of a walk is brought down.
const LARGE: f64 = 1e200;

/// Goes back over the opportunities at which a customer may have left unseen.
///
/// With `x` purchases in `n` opportunities, having left right before the one after `j` is
/// `B(alpha+x, beta+j-x) / B(alpha+x, beta+n-x) * B(gamma+1, delta+j) / B(gamma, delta+n)` times as likely as being there
/// still. From `j + 1` to `j` that is a product of two ratios, both above one, so there is no beta function to evaluate and
/// nothing cancels; and one walk serves all customers of one `x` and `n`, whose last purchases only end it at different
/// places.
pub(super) struct Walk {
    parameters: [f64; 4],
    repeat_count: f64,
    opportunities: f64,
    /// Opportunity `j` the walk has come to.
    at: f64,
    /// The odds at `j`, and the slopes of their logarithm in the parameters.
    term: f64,
    slopes: [f64; 4],
    /// Sum of the odds, and of the odds times their slopes.
    sum: f64,
    weighted: [f64; 4],
    /// Logarithm of the unit of the odds and sums.
    ln_unit: f64,
}

impl Walk {
    pub(super) fn new(model: &BgBb, repeat_count: f64, opportunities: f64) -> Self {
        Self {
            parameters: [model.alpha, model.beta, model.gamma, model.delta],
            repeat_count,
            opportunities,
            at: opportunities,
            term: 1.0,
            slopes: [0.0; 4],
            sum: 0.0,
            weighted: [0.0; 4],
            ln_unit: 0.0,
        }
    }

    /// Goes back to the last purchase, which is no earlier than the `repeat_count`-th opportunity.
    pub(super) fn back_to(&mut self, last: f64) {
        let [alpha, beta, gamma, delta] = self.parameters;
        while self.at > last {
            self.at -= 1.0;
            let both = alpha + beta + self.at;
            let idle = beta + self.at - self.repeat_count;
            let stay = delta + self.at;
            let (by_both, by_idle, by_stay) = (1.0 / both, 1.0 / idle, 1.0 / stay);
            // The first step also turns the last survival into a leaving.
            let (leaving, by_gamma, by_all) = if self.at + 1.0 == self.opportunities {
                (gamma, 1.0 / gamma, 0.0)
            } else {
                let all = gamma + delta + self.at + 1.0;
                (all, 1.0 / all, 1.0 / all)
            };
            self.term *= both * by_idle * (leaving * by_stay);
            self.slopes[0] += by_both;
            self.slopes[1] += by_both - by_idle;
            self.slopes[2] += by_gamma;
            self.slopes[3] += by_all - by_stay;
            self.sum += self.term;
            for (sum, slope) in self.weighted.iter_mut().zip(self.slopes) {
                *sum += self.term * slope;
            }
            if self.sum > LARGE {
                self.sum /= LARGE;
                self.term /= LARGE;
                for sum in &mut self.weighted {
                    *sum /= LARGE;
                }
                self.ln_unit += LARGE.ln();
            }
        }
    }

    /// Returns the log-odds of having left; minus infinity before the first step.
    pub(super) fn ln_sum(&self) -> f64 {
        self.sum.ln() + self.ln_unit
    }

    /// Returns the slopes of the log-odds in the parameters.
    fn ln_slopes(&self) -> [f64; 4] {
        self.weighted.map(|sum| sum / self.sum)
    }
}

/// Customers of one `x` and `n`.
struct History {
    repeat_count: f64,
    opportunities: f64,
    /// Where its rows end.
    end: usize,
}

/// Mean log-likelihood in the logarithms of (alpha, beta, gamma, delta).
pub(super) struct Likelihood {
    /// Sorted by `x`, `n` and, downwards, `t_x`.
    rows: Vec<PurchaseSummary>,
    histories: Vec<History>,
    total_weight: f64,
    longest: usize,
}

impl Likelihood {
    /// Takes rows that [`super::check`] has let pass.
    pub(super) fn new(mut rows: Vec<PurchaseSummary>) -> Self {
        rows.sort_unstable_by(|left, right| {
            left.repeat_count
                .total_cmp(&right.repeat_count)
                .then(left.customer_age.total_cmp(&right.customer_age))
                .then(right.last_purchase_age.total_cmp(&left.last_purchase_age))
                .then(left.weight.total_cmp(&right.weight))
        });
        let mut histories: Vec<History> = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            match histories.last_mut() {
                Some(history)
                    if history.repeat_count == row.repeat_count
                        && history.opportunities == row.customer_age =>
                {
                    history.end = i + 1;
                }
                _ => histories.push(History {
                    repeat_count: row.repeat_count,
                    opportunities: row.customer_age,
                    end: i + 1,
                }),
            }
        }
        let longest = rows.iter().map(|row| row.customer_age).fold(0.0, f64::max);
        Self {
            total_weight: rows.iter().map(|row| row.weight).sum(),
            rows,
            histories,
            longest: longest as usize,
        }
    }

    /// Returns the rows of a history.
    fn rows_of(&self, place: usize) -> &[PurchaseSummary] {
        let start = if place == 0 {
            0
        } else {
            self.histories[place - 1].end
        };
        &self.rows[start..self.histories[place].end]
    }
}

/// Returns how many steps one look at the likelihood of these rows takes.
pub(super) fn steps_needed(rows: &[PurchaseSummary]) -> f64 {
    let likelihood = Likelihood::new(rows.to_vec());
    let steps = (0..likelihood.histories.len()).map(|place| {
        let last = likelihood.rows_of(place).last();
        last.map_or(0.0, |row| row.customer_age - row.last_purchase_age)
    });
    steps.sum()
}

/// Sums over `0..k` for every `k` up to the longest history.
struct Sums {
    /// `ln` of the rising factorials of `alpha`, `beta` and `alpha + beta`.
    ln_alpha: Vec<f64>,
    ln_beta: Vec<f64>,
    ln_both: Vec<f64>,
    /// `ln B(gamma, delta + k) / B(gamma, delta)`.
    ln_survival: Vec<f64>,
    /// Slopes of the rising factorials of `alpha`, `beta`, `alpha + beta`, `delta` and `gamma + delta`.
    by_alpha: Vec<f64>,
    by_beta: Vec<f64>,
    by_both: Vec<f64>,
    by_delta: Vec<f64>,
    by_stay: Vec<f64>,
}

impl Sums {
    fn new(model: &BgBb, longest: usize) -> Self {
        let sums = |term: &dyn Fn(f64) -> f64| {
            let mut sum = 0.0;
            let mut sums = Vec::with_capacity(longest + 1);
            sums.push(0.0);
            for j in 0..longest {
                sum += term(j as f64);
                sums.push(sum);
            }
            sums
        };
        let both = model.alpha + model.beta;
        let stay = model.gamma + model.delta;
        Self {
            ln_alpha: sums(&|j| (model.alpha + j).ln()),
            ln_beta: sums(&|j| (model.beta + j).ln()),
            ln_both: sums(&|j| (both + j).ln()),
            ln_survival: sums(&|j| -(model.gamma / (model.delta + j)).ln_1p()),
            by_alpha: sums(&|j| 1.0 / (model.alpha + j)),
            by_beta: sums(&|j| 1.0 / (model.beta + j)),
            by_both: sums(&|j| 1.0 / (both + j)),
            by_delta: sums(&|j| 1.0 / (model.delta + j)),
            by_stay: sums(&|j| 1.0 / (stay + j)),
        }
    }
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let parameters = [0, 1, 2, 3].map(|i| point[i].exp());
        let [alpha, beta, gamma, delta] = parameters;
        let model = BgBb {
            alpha,
            beta,
            gamma,
            delta,
        };
        let shared = Sums::new(&model, self.longest);
        let sums: [f64; 5] = sum_in_chunks(self.histories.len(), CHUNK, |range| {
            let mut sums = [0.0; 5];
            for place in range {
                self.add_history(place, &model, &shared, &mut sums);
            }
            sums
        });
        for (part, (slope, parameter)) in gradient.iter_mut().zip(sums[1..].iter().zip(parameters))
        {
            *part = slope * parameter / self.total_weight;
        }
        sums[0] / self.total_weight
    }
}

impl Likelihood {
    /// Adds the value of the customers of one history and its slopes.
    fn add_history(&self, place: usize, model: &BgBb, shared: &Sums, sums: &mut [f64; 5]) {
        let history = &self.histories[place];
        let (used, all) = (
            history.repeat_count as usize,
            history.opportunities as usize,
        );
        let unused = all - used;
        let there = shared.ln_alpha[used] + shared.ln_beta[unused] - shared.ln_both[all]
            + shared.ln_survival[all];
        let there_by = [
            shared.by_alpha[used] - shared.by_both[all],
            shared.by_beta[unused] - shared.by_both[all],
            -shared.by_stay[all],
            shared.by_delta[all] - shared.by_stay[all],
        ];
        let mut walk = Walk::new(model, history.repeat_count, history.opportunities);
        for row in self.rows_of(place) {
            walk.back_to(row.last_purchase_age);
            sums[0] += row.weight * there;
            for (sum, slope) in sums[1..].iter_mut().zip(there_by) {
                *sum += row.weight * slope;
            }
            if walk.sum > 0.0 {
                let (more, share) = softplus_with_slope(walk.ln_sum());
                sums[0] += row.weight * more;
                for (sum, slope) in sums[1..].iter_mut().zip(walk.ln_slopes()) {
                    *sum += row.weight * share * slope;
                }
            }
        }
    }
}
