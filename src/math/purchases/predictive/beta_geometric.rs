//! Counts under BG/NBD and MBG/NBD.

use super::counts::Counts;
use super::lattice::counts_by_tail;
use super::{CountLaw, is_sound};
use crate::math::purchases::{BgNbd, MbgNbd};
use crate::math::special::{beta_lower_with_complement, ln_beta};

/// Counts told one by one; longer laws are told on the lattice.
pub(super) const LONGEST: usize = 20_000;
/// Probability of the counts that are left out as too many.
pub(super) const LEFT_OUT: f64 = 1e-9;

/// What is known of a customer who is alive.
///
/// Rate and chance of leaving are independent then: `Gamma(r + x, alpha + T)` and `Beta(a, b + k)` after `k` chances
/// to leave that were not taken.
struct Alive {
    /// `r + x`
    shape: f64,
    /// `alpha + T`
    now: f64,
    a: f64,
    /// `b + k`
    b: f64,
}

impl Alive {
    /// Returns the law of `N = min(purchases were nobody to leave, chances until one is taken)`.
    ///
    /// `P(N >= n) = G_n s_n`, where `G_n` is the tail of the negative binomial law with shape `r + x` and success
    /// probability `z = t / (alpha + T + t)` and `s_n = prod_{j < n-1} (b + k + j) / (a + b + k + j)`. The difference of
    /// two such is `g_n s_n + G_{n+1} s_n a / (a + b + k + n - 1)`, which has no subtraction in it.
    fn counts(&self, t: f64) -> Counts {
        self.one_by_one(t)
            .unwrap_or_else(|| counts_by_tail(|n| self.tail(n, t)))
    }

    fn one_by_one(&self, t: f64) -> Option<Counts> {
        let mut negative_binomial = NegativeBinomial::new(self.shape, self.now, t);
        let mut masses = vec![negative_binomial.mass()];
        let (mut below, mut survived) = (masses[0], 1.0);
        for n in 1..LONGEST {
            negative_binomial.step();
            let mass = negative_binomial.mass();
            below += mass;
            let above = (1.0 - below).max(0.0);
            let chances = self.b + n as f64 - 1.0;
            let leaves = self.a / (self.a + chances);
            masses.push(survived * (mass + above * leaves));
            survived *= chances / (self.a + chances);
            if above * survived <= LEFT_OUT {
                let values = (0..=n).map(|n| n as f64).collect();
                return Some(Counts::new(values, masses));
            }
        }
        None
    }

    /// Returns `P(N >= n)` for `n >= 1`.
    fn tail(&self, n: f64, t: f64) -> f64 {
        let sum = self.now + t;
        let reached = beta_lower_with_complement(n, self.shape, t / sum, self.now / sum);
        let survived = ln_beta(self.a, self.b + n - 1.0) - ln_beta(self.a, self.b);
        reached * survived.exp()
    }
}

/// The masses of a negative binomial law, one after the other.
pub(super) struct NegativeBinomial {
    shape: f64,
    z: f64,
    count: f64,
    /// The mass in units of `e^ln_unit`: nil may be too rare for a double where thousands are expected.
    mass: f64,
    ln_unit: f64,
    unit: f64,
}

impl NegativeBinomial {
    /// Returns the law of the purchases within `t` of a rate that is `Gamma(shape, now)`, at nil.
    pub(super) fn new(shape: f64, now: f64, t: f64) -> Self {
        let ln_unit = -shape * (t / now).ln_1p();
        Self {
            shape,
            z: t / (now + t),
            count: 0.0,
            mass: 1.0,
            ln_unit,
            unit: ln_unit.exp(),
        }
    }

    /// Returns the probability of the present count.
    pub(super) fn mass(&self) -> f64 {
        self.mass * self.unit
    }

    /// Goes to the next count.
    pub(super) fn step(&mut self) {
        const LARGE: f64 = 1e200;
        self.mass *= self.z * (self.shape + self.count) / (self.count + 1.0);
        self.count += 1.0;
        if self.mass > LARGE {
            self.mass /= LARGE;
            self.ln_unit += LARGE.ln();
            self.unit = self.ln_unit.exp();
        }
    }
}

impl CountLaw for BgNbd {
    fn counts_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> Counts {
        if !is_sound(t, repeat_count, customer_age) {
            return Counts::nothing();
        }
        let alive = Alive {
            shape: self.r + repeat_count,
            now: self.alpha + customer_age,
            a: self.a,
            b: self.b + repeat_count,
        };
        alive.counts(t)
    }

    fn nudged(&self, place: usize, log_step: f64) -> Self {
        let [r, alpha, a, b] = nudge([self.r, self.alpha, self.a, self.b], place, log_step);
        Self { r, alpha, a, b }
    }
}

impl CountLaw for MbgNbd {
    fn counts_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> Counts {
        if !is_sound(t, repeat_count, customer_age) {
            return Counts::nothing();
        }
        let alive = Alive {
            shape: self.r + repeat_count,
            now: self.alpha + customer_age,
            a: self.a,
            b: self.b + repeat_count + 1.0,
        };
        alive.counts(t)
    }

    fn nudged(&self, place: usize, log_step: f64) -> Self {
        let [r, alpha, a, b] = nudge([self.r, self.alpha, self.a, self.b], place, log_step);
        Self { r, alpha, a, b }
    }
}

/// Returns the parameters, the one at `place` multiplied by `e^log_step`.
pub(super) fn nudge(mut parameters: [f64; 4], place: usize, log_step: f64) -> [f64; 4] {
    if let Some(parameter) = parameters.get_mut(place) {
        *parameter *= log_step.exp();
    }
    parameters
}
