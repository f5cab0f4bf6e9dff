//! The likelihood of customers with covariates, and its slopes.

use super::design::{Design, dot};
use crate::math::optimise::Objective;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::beta_geometric::{
    digamma_rise, ln_rising, ln_survival, softplus_with_slope,
};
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

    fn effects<'a>(&self, point: &'a [f64]) -> (&'a [f64], &'a [f64]) {
        point[4..].split_at(self.width)
    }
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let [r, alpha, a, b] = [0, 1, 2, 3].map(|i| point[i].exp());
        let (rate, leaving) = self.effects(point);
        gradient.fill(0.0);
        let mut value = 0.0;
        let mut shared = Shared::default();
        for (place, row) in self.rows.iter().enumerate() {
            let cells = &self.cells[place * self.width..(place + 1) * self.width];
            let own = Own {
                r,
                alpha: alpha * (-dot(rate, cells)).exp(),
                a: a * dot(leaving, cells).exp(),
                b,
                leaves_at_once: self.leaves_at_once,
            };
            let found = own.slopes(row, &mut shared);
            let weight = row.weight;
            value += weight * found.value;
            gradient[0] += weight * r * found.by_r;
            gradient[1] -= weight * found.by_rate;
            gradient[2] += weight * found.by_leaving;
            gradient[3] += weight * b * found.by_b;
            for (i, cell) in cells.iter().enumerate() {
                gradient[4 + i] += weight * cell * found.by_rate;
                gradient[4 + self.width + i] += weight * cell * found.by_leaving;
            }
        }
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
pub(super) struct Shared {
    counted: f64,
    chances: f64,
    rising: f64,
    rising_slope: f64,
    slope_b: f64,
    /// The `a` and the chances that the two below are of.
    survived: Option<(f64, f64)>,
    survival: f64,
    slope_ab: f64,
}

impl Shared {
    /// Moves on to a repeat count, which must not be less than the last.
    fn advance(&mut self, own: &Own, x: f64, k: f64) {
        if x > self.counted {
            self.rising += ln_rising(own.r, self.counted, x);
            self.rising_slope += digamma_rise(own.r, self.counted, x);
            self.counted = x;
        }
        if k > self.chances {
            self.slope_b += digamma_rise(own.b, self.chances, k);
            self.chances = k;
        }
        if self.survived != Some((own.a, k)) {
            self.survived = Some((own.a, k));
            self.survival = ln_survival(own.a, own.b, 0.0, k);
            self.slope_ab = digamma_rise(own.a + own.b, 0.0, k);
        }
    }
}

impl Own {
    /// Returns value and slopes; the letters are those of the paper, `k` the chances survived.
    pub(super) fn slopes(&self, customer: &PurchaseSummary, shared: &mut Shared) -> Slopes {
        let x = customer.repeat_count;
        let k = if self.leaves_at_once { x + 1.0 } else { x };
        shared.advance(self, x, k);
        let shape = self.r + x;
        let to_end = self.alpha + customer.customer_age;
        let ln_growth = ln_1p(customer.customer_age / self.alpha);
        let mut found = Slopes {
            value: shared.rising - x * self.alpha.ln() - shape * ln_growth + shared.survival,
            by_r: shared.rising_slope - ln_growth,
            by_rate: x - shape * (customer.customer_age / to_end),
            by_leaving: -self.a * shared.slope_ab,
            by_b: shared.slope_b - shared.slope_ab,
        };
        if k > 0.0 {
            let waited = customer.customer_age - customer.last_purchase_age;
            let to_last = self.alpha + customer.last_purchase_age;
            let stretch = ln_1p(waited / to_last);
            let odds = (self.a / (self.b + k - 1.0)).ln() + shape * stretch;
            let (more, gone) = softplus_with_slope(odds);
            found.value += more;
            found.by_r += gone * stretch;
            found.by_rate += gone * shape * (self.alpha / to_last) * (waited / to_end);
            found.by_leaving += gone;
            found.by_b -= gone / (self.b + k - 1.0);
        }
        found
    }
}
