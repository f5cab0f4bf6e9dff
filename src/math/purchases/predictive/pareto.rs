//! Counts under Pareto/NBD.

use super::beta_geometric::{LEFT_OUT, LONGEST, NegativeBinomial, nudge};
use super::counts::Counts;
use super::lattice::counts_by_tail;
use super::{CountLaw, is_sound};
use crate::math::purchases::ParetoNbd;
use crate::math::special::beta_lower_with_complement;

/// The non-negative half of the nodes of Gauss and Legendre's rule of 16 points, with its weights.
const RULE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_64),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_64),
    (0.458_016_777_657_227_37, 0.169_156_519_395_002_63),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_7),
    (0.755_404_408_355_003, 0.124_628_971_255_534_07),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_6),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_456),
    (0.989_400_934_991_649_5, 0.027_152_459_411_754_176),
];
/// Most panels of 16 points each, and how many for laws too long to be told one by one.
const MOST_PANELS: usize = 64;
const FEW_PANELS: usize = 4;
/// `ln` of the share of customers that is left out as staying too long to matter.
const FURTHEST: f64 = 40.0;

/// Of a customer alive at `T`, rate and chance of leaving are independent, `Gamma(r + x, alpha + T)` and
/// `Gamma(s, beta + T)`. So the time until leaving is Lomax with shape `s` and scale `beta + T`, and the count of who
/// stays for `u` is negative binomial with shape `r + x` and success probability `u / (alpha + T + u)`. The law is that
/// mixed over the time until leaving, with a mass for who stays beyond the horizon, by a fixed rule in
/// `w = ln(1 + u / (beta + T))`, in which that time is exponential with rate `s`.
impl CountLaw for ParetoNbd {
    fn counts_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> Counts {
        if !is_sound(t, repeat_count, customer_age) || t == 0.0 {
            return Counts::nothing();
        }
        let shape = self.r + repeat_count;
        let now = self.alpha + customer_age;
        let expected = shape / now * t;
        let panels = expected.sqrt() / 4.0;
        let told = if expected < LONGEST as f64 {
            one_by_one(&self.stays(t, customer_age, panels as usize), shape, now)
        } else {
            None
        };
        told.unwrap_or_else(|| {
            let stays = self.stays(t, customer_age, FEW_PANELS);
            counts_by_tail(|n| tail(&stays, shape, now, n))
        })
    }

    fn nudged(&self, place: usize, log_step: f64) -> Self {
        let [r, alpha, s, beta] = nudge([self.r, self.alpha, self.s, self.beta], place, log_step);
        Self { r, alpha, s, beta }
    }
}

impl ParetoNbd {
    /// Returns how long within `t` the customer may stay, with probabilities.
    ///
    /// The law of many purchases changes faster with the time, so that the caller asks for more panels.
    fn stays(&self, t: f64, age: f64, panels: usize) -> Vec<(f64, f64)> {
        let scale = self.beta + age;
        let beyond = (t / scale).ln_1p();
        let end = beyond.min(FURTHEST / self.s);
        let panels = panels.saturating_add((1.0 + end + self.s * end / 4.0) as usize);
        let panels = panels.min(MOST_PANELS);
        let width = end / panels as f64;
        let mut stays = vec![(t, (-self.s * beyond).exp())];
        for panel in 0..panels {
            let middle = (panel as f64 + 0.5) * width;
            for (node, weight) in RULE {
                for side in [-node, node] {
                    let place = middle + 0.5 * width * side;
                    let density = self.s * (-self.s * place).exp();
                    let time = (scale * place.exp_m1()).min(t);
                    stays.push((time, 0.5 * width * weight * density));
                }
            }
        }
        stays
    }
}

fn one_by_one(stays: &[(f64, f64)], shape: f64, now: f64) -> Option<Counts> {
    let mut laws: Vec<(NegativeBinomial, f64)> = stays
        .iter()
        .map(|(time, weight)| (NegativeBinomial::new(shape, now, *time), *weight))
        .collect();
    let mut masses = Vec::new();
    let mut below = 0.0;
    for n in 0..LONGEST {
        let mut mass = 0.0;
        for (law, weight) in &mut laws {
            mass += *weight * law.mass();
            law.step();
        }
        below += mass;
        masses.push(mass);
        if 1.0 - below <= LEFT_OUT {
            let values = (0..=n).map(|n| n as f64).collect();
            return Some(Counts::new(values, masses));
        }
    }
    None
}

/// Returns `P(N >= n)` for `n >= 1`.
fn tail(stays: &[(f64, f64)], shape: f64, now: f64, n: f64) -> f64 {
    stays
        .iter()
        .map(|(time, weight)| {
            let sum = now + time;
            weight * beta_lower_with_complement(n, shape, time / sum, now / sum)
        })
        .sum()
}
