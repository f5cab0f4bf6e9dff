//! The likelihood of customers with covariates, and its slopes.

use std::ops::Range;

use super::design::{Design, dot};
use crate::math::lanes;
use crate::math::optimise::Objective;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::beta_geometric::{
    LONGEST_SUM, digamma_rise, ln_rising, ln_survival, softplus_each, softplus_with_slope,
};
use crate::math::purchases::rows::{BLOCK, CHUNK, add_in_chunks};
use crate::math::special::ln_1p;

/// Half the squared effects, in log-units, are taken off the likelihood: a normal prior of standard deviation 1.
pub(super) const RIDGE: f64 = 1.0;

/// Mean penalised log-likelihood in `ln r, ln alpha, ln a, ln b`, the effects on the rate, then those on leaving.
pub(super) struct Likelihood {
    /// Distinct customers, by repeat count.
    rows: Vec<PurchaseSummary>,
    /// Their columns, row by row.
    cells: Vec<f64>,
    width: usize,
    /// The first of the columns, whose effects are free.
    free: usize,
    total_weight: f64,
    leaves_at_once: bool,
}

impl Likelihood {
    /// Groups equal customers; of the design's columns the first `width` are read.
    pub(super) fn new(
        customers: &[PurchaseSummary],
        design: &Design,
        width: usize,
        leaves_at_once: bool,
    ) -> Self {
        let cells_of = |customer: usize| &design.row(customer)[..width];
        let order = |left: &usize, right: &usize| {
            let (one, other) = (&customers[*left], &customers[*right]);
            let by_cells = || {
                cells_of(*left)
                    .iter()
                    .zip(cells_of(*right))
                    .map(|(l, r)| l.total_cmp(r))
                    .find(|found| found.is_ne())
                    .unwrap_or(std::cmp::Ordering::Equal)
            };
            one.repeat_count
                .total_cmp(&other.repeat_count)
                .then_with(by_cells)
                .then_with(|| one.last_purchase_age.total_cmp(&other.last_purchase_age))
                .then_with(|| one.customer_age.total_cmp(&other.customer_age))
                .then_with(|| left.cmp(right))
        };
        let mut places: Vec<usize> = (0..customers.len()).collect();
        places.sort_unstable_by(order);
        let mut rows: Vec<PurchaseSummary> = Vec::new();
        let mut cells: Vec<f64> = Vec::new();
        for place in places {
            let (customer, own) = (customers[place], cells_of(place));
            let last = cells.len().saturating_sub(width);
            match rows.last_mut() {
                Some(row)
                    if row.repeat_count == customer.repeat_count
                        && row.last_purchase_age == customer.last_purchase_age
                        && row.customer_age == customer.customer_age
                        && cells[last..] == *own =>
                {
                    row.weight += customer.weight;
                }
                _ => {
                    rows.push(customer);
                    cells.extend_from_slice(own);
                }
            }
        }
        Self {
            total_weight: rows.iter().map(|row| row.weight).sum(),
            rows,
            cells,
            width,
            free: design.class_count().min(width),
            leaves_at_once,
        }
    }

    pub(super) fn total_weight(&self) -> f64 {
        self.total_weight
    }

    /// Returns the penalty of a point, in log-units.
    pub(super) fn penalty(&self, point: &[f64]) -> f64 {
        let (rate, leaving) = self.effects(point);
        let penalised = rate[self.free..].iter().chain(&leaving[self.free..]);
        0.5 * RIDGE * penalised.map(|effect| effect * effect).sum::<f64>()
    }

    fn cells_of(&self, place: usize) -> &[f64] {
        &self.cells[place * self.width..(place + 1) * self.width]
    }

    fn effects<'a>(&self, point: &'a [f64]) -> (&'a [f64], &'a [f64]) {
        point[4..].split_at(self.width)
    }
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let [r, alpha, a, b] = [0, 1, 2, 3].map(|i| point[i].exp());
        let typical = Own {
            r,
            alpha,
            a,
            b,
            leaves_at_once: self.leaves_at_once,
        };
        gradient.fill(0.0);
        let mut sums = vec![0.0; 1 + gradient.len()];
        add_in_chunks(&mut sums, self.rows.len(), CHUNK, |rows| {
            self.sum_rows(rows, &typical, point)
        });
        let (value, slopes) = (sums[0], &sums[1..]);
        gradient.copy_from_slice(slopes);
        for i in self.free..self.width {
            for place in [4 + i, 4 + self.width + i] {
                gradient[place] -= RIDGE * point[place];
            }
        }
        for part in gradient.iter_mut() {
            *part /= self.total_weight;
        }
        (value - self.penalty(point)) / self.total_weight
    }
}

impl Likelihood {
    /// Returns the log-likelihood of a range of rows, and behind it its slopes.
    fn sum_rows(&self, rows: Range<usize>, typical: &Own, point: &[f64]) -> Vec<f64> {
        let (r, b) = (typical.r, typical.b);
        let mut sums = vec![0.0; 1 + point.len()];
        let (value, slopes) = sums.split_at_mut(1);
        let mut shared = Shared::default();
        let mut block = Block::default();
        for start in rows.clone().step_by(BLOCK) {
            let places = start..rows.end.min(start + BLOCK);
            block.fill(self, places.clone(), typical, point);
            for (i, place) in places.enumerate() {
                let (row, cells) = (&self.rows[place], self.cells_of(place));
                let parts = block.parts(i, typical);
                shared.advance(&parts.own, row.repeat_count);
                let found = parts.slopes(row, &shared);
                let weight = row.weight;
                value[0] += weight * found.value;
                slopes[0] += weight * r * found.by_r;
                slopes[1] -= weight * found.by_rate;
                slopes[2] += weight * found.by_leaving;
                slopes[3] += weight * b * found.by_b;
                for (i, cell) in cells.iter().enumerate() {
                    slopes[4 + i] += weight * cell * found.by_rate;
                    slopes[4 + self.width + i] += weight * cell * found.by_leaving;
                }
            }
        }
        sums
    }
}

/// The parameters of one customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Own {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    pub leaves_at_once: bool,
}

/// The log-likelihood of one customer and its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slopes {
    pub value: f64,
    pub by_r: f64,
    /// By the logarithm of the mean purchase rate, `-ln alpha`.
    pub by_rate: f64,
    /// By the logarithm of the odds of leaving, `ln a`.
    pub by_leaving: f64,
    pub by_b: f64,
}

/// Sums over the repeat purchases that the next customer may share: rows come by repeat count.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    counted: f64,
    chances: f64,
    rising: f64,
    rising_slope: f64,
    slope_b: f64,
}

impl Shared {
    /// Moves on to a repeat count, which must not be less than the last.
    fn advance(&mut self, own: &Own, x: f64) {
        let k = own.chances(x);
        if x > self.counted {
            self.rising += ln_rising(own.r, self.counted, x);
            self.rising_slope += digamma_rise(own.r, self.counted, x);
            self.counted = x;
        }
        if k > self.chances {
            self.slope_b += digamma_rise(own.b, self.chances, k);
            self.chances = k;
        }
    }
}

impl Own {
    /// Returns the chances to leave behind a customer, the letter `k`.
    fn chances(&self, x: f64) -> f64 {
        if self.leaves_at_once { x + 1.0 } else { x }
    }

    /// Returns value and slopes of one customer.
    pub(super) fn slopes(&self, customer: &PurchaseSummary) -> Slopes {
        let (x, last) = (customer.repeat_count, customer.last_purchase_age);
        let k = self.chances(x);
        let stretch = ln_1p((customer.customer_age - last) / (self.alpha + last));
        let odds = (self.a / (self.b + k - 1.0)).ln() + (self.r + x) * stretch;
        let (more, gone) = softplus_with_slope(odds);
        let parts = Parts {
            own: *self,
            ln_alpha: self.alpha.ln(),
            growth: ln_1p(customer.customer_age / self.alpha),
            stretch,
            more,
            gone,
            survival: ln_survival(self.a, self.b, 0.0, k),
            slope_ab: digamma_rise(self.a + self.b, 0.0, k),
        };
        let mut shared = Shared::default();
        shared.advance(self, x);
        parts.slopes(customer, &shared)
    }
}

/// What the likelihood of one customer is made of, beside what customers of one repeat count share.
struct Parts {
    own: Own,
    ln_alpha: f64,
    /// `ln(1 + T / alpha)`.
    growth: f64,
    /// `ln(1 + (T - t_x) / (alpha + t_x))`.
    stretch: f64,
    /// `ln(1 + odds)` for the odds of having left, and the probability of it; without meaning where there was no chance to.
    more: f64,
    gone: f64,
    /// `ln B(a, b + k) - ln B(a, b)`.
    survival: f64,
    /// `digamma(a + b + k) - digamma(a + b)`.
    slope_ab: f64,
}

impl Parts {
    /// Returns value and slopes; the letters are those of the paper.
    fn slopes(&self, customer: &PurchaseSummary, shared: &Shared) -> Slopes {
        let (own, x) = (&self.own, customer.repeat_count);
        let k = own.chances(x);
        let shape = own.r + x;
        let to_end = own.alpha + customer.customer_age;
        let mut found = Slopes {
            value: shared.rising - x * self.ln_alpha - shape * self.growth + self.survival,
            by_r: shared.rising_slope - self.growth,
            by_rate: x - shape * (customer.customer_age / to_end),
            by_leaving: -own.a * self.slope_ab,
            by_b: shared.slope_b - self.slope_ab,
        };
        if k > 0.0 {
            let waited = customer.customer_age - customer.last_purchase_age;
            let to_last = own.alpha + customer.last_purchase_age;
            found.value += self.more;
            found.by_r += self.gone * self.stretch;
            found.by_rate += self.gone * shape * (own.alpha / to_last) * (waited / to_end);
            found.by_leaving += self.gone;
            found.by_b -= self.gone / (own.b + k - 1.0);
        }
        found
    }
}

/// The parts of some rows, computed side by side.
#[derive(Default)]
struct Block {
    ln_alphas: Vec<f64>,
    alphas: Vec<f64>,
    leaves: Vec<f64>,
    growths: Vec<f64>,
    stretches: Vec<f64>,
    odds: Vec<f64>,
    more: Vec<f64>,
    gone: Vec<f64>,
    survivals: Survivals,
}

impl Block {
    fn fill(&mut self, of: &Likelihood, places: Range<usize>, typical: &Own, point: &[f64]) {
        let rows = &of.rows[places.clone()];
        let (rate, leaving) = of.effects(point);
        self.alphas.clear();
        self.leaves.clear();
        for place in places {
            let cells = of.cells_of(place);
            self.alphas.push(-dot(rate, cells));
            self.leaves.push(dot(leaving, cells));
        }
        scale(&mut self.alphas, typical.alpha);
        scale(&mut self.leaves, typical.a);
        self.ln_alphas.clear();
        self.ln_alphas.extend_from_slice(&self.alphas);
        lanes::ln(&mut self.ln_alphas);
        self.growths.clear();
        self.stretches.clear();
        self.odds.clear();
        for ((row, alpha), a) in rows.iter().zip(&self.alphas).zip(&self.leaves) {
            let waited = row.customer_age - row.last_purchase_age;
            let to_last = alpha + row.last_purchase_age;
            let stays = typical.b + typical.chances(row.repeat_count) - 1.0;
            self.growths.push(row.customer_age / alpha);
            self.stretches.push(waited / to_last);
            self.odds.push(a / stays);
        }
        lanes::ln_1p(&mut self.growths);
        lanes::ln_1p(&mut self.stretches);
        lanes::ln(&mut self.odds);
        for ((row, stretch), odds) in rows.iter().zip(&self.stretches).zip(&mut self.odds) {
            *odds += (typical.r + row.repeat_count) * stretch;
        }
        softplus_each(&self.odds, &mut self.more, &mut self.gone);
        self.survivals.fill(rows, &self.leaves, typical);
    }

    /// Returns the parts of the row at a place of the block.
    fn parts(&self, i: usize, typical: &Own) -> Parts {
        let [survival, slope_ab] = self.survivals.found[i];
        Parts {
            own: Own {
                alpha: self.alphas[i],
                a: self.leaves[i],
                ..*typical
            },
            ln_alpha: self.ln_alphas[i],
            growth: self.growths[i],
            stretch: self.stretches[i],
            more: self.more[i],
            gone: self.gone[i],
            survival,
            slope_ab,
        }
    }
}

/// Replaces each of the logarithms by its exponential times a scale.
fn scale(logs: &mut [f64], scale: f64) {
    lanes::exp(logs);
    for value in logs {
        *value *= scale;
    }
}

/// Sums over the chances to leave of some rows, computed once for neighbours of equal `a` and `k`.
#[derive(Default)]
struct Survivals {
    /// `ln(1 + a / (b + j))` for each chance `j` of each of them.
    steps: Vec<f64>,
    /// Where the steps of each row end; neighbours of equal `a` and `k` have none of their own.
    ends: Vec<usize>,
    /// `ln B(a, b + k) - ln B(a, b)` and `digamma(a + b + k) - digamma(a + b)`.
    found: Vec<[f64; 2]>,
}

impl Survivals {
    fn fill(&mut self, rows: &[PurchaseSummary], leaves: &[f64], typical: &Own) {
        let b = typical.b;
        let keys = rows.iter().zip(leaves);
        let keys = keys.map(|(row, a)| (*a, typical.chances(row.repeat_count)));
        self.steps.clear();
        self.ends.clear();
        let mut before = None;
        for (a, k) in keys.clone() {
            if before != Some((a, k)) && k <= LONGEST_SUM {
                let chances = (0..k as usize).map(|j| j as f64);
                self.steps.extend(chances.map(|j| a / (b + j)));
            }
            before = Some((a, k));
            self.ends.push(self.steps.len());
        }
        lanes::ln_1p(&mut self.steps);
        self.found.clear();
        let mut start = 0;
        let mut before: Option<((f64, f64), [f64; 2])> = None;
        for ((a, k), end) in keys.zip(&self.ends) {
            let found = match before {
                Some((key, found)) if key == (a, k) => found,
                _ => {
                    let survival = if k <= LONGEST_SUM {
                        -self.steps[start..*end].iter().sum::<f64>()
                    } else {
                        ln_survival(a, b, 0.0, k)
                    };
                    [survival, digamma_rise(a + b, 0.0, k)]
                }
            };
            before = Some(((a, k), found));
            start = *end;
            self.found.push(found);
        }
    }
}
