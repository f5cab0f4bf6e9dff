//! Counts under BG/BB.

use super::CountLaw;
use super::beta_geometric::{LEFT_OUT, nudge};
use super::counts::Counts;
use super::lattice::counts_by_tail;
use crate::math::purchases::BgBb;
use crate::math::purchases::beta_geometric::ln_survival;
use crate::math::purchases::bg_bb::is_history;
use crate::math::special::beta_lower_with_complement;

/// Opportunities up to which the law is exact; beyond, it is told on the lattice.
const LONGEST_EXACT: usize = 2_000;
/// Parts into which the later times of leaving of a longer law are put together.
const PARTS: u32 = 32;

/// What is known of a customer who is there now.
///
/// The probabilities of buying and of leaving are independent then: `Beta(alpha + x, beta + n - x)` and
/// `Beta(gamma, delta + n)`.
struct Alive {
    /// `alpha + x`
    buy: f64,
    /// `beta + n - x`
    idle: f64,
    /// `gamma`
    leave: f64,
    /// `delta + n`
    stay: f64,
}

impl Alive {
    /// Returns the law of the purchases at the next `whole` opportunities and, with the chance `part`, at one more.
    ///
    /// `P(X(n, n + n*) = x* | x, t_x, n)` of Fader, Hardie and Shang (2010), given that the customer is there at `n`: the
    /// number of purchases at `i` opportunities is beta-binomial, and mixed over `i`, the opportunities until the customer
    /// leaves, `B(gamma + 1, delta + n + i) / B(gamma, delta + n)`, or `n*` for who stays.
    fn exact(&self, whole: usize, part: f64) -> Counts {
        let mut urn = Urn::new(self);
        let mut masses = Vec::new();
        urn.run(whole, &mut masses);
        if part > 0.0 {
            urn.add(urn.there * (1.0 - part + part * urn.leaves()), &mut masses);
            urn.step();
            urn.add(urn.there * part, &mut masses);
        } else {
            urn.add(urn.there, &mut masses);
        }
        let mut left_out = 0.0;
        while let [_, .., last] = masses[..] {
            left_out += last;
            if left_out > LEFT_OUT {
                break;
            }
            masses.pop();
        }
        let values = (0..masses.len()).map(|count| count as f64).collect();
        Counts::new(values, masses)
    }

    /// Returns the law of the purchases at `t` opportunities, more than [`LONGEST_EXACT`]: exact for who leaves by then,
    /// near for who leaves later.
    fn near(&self, t: f64) -> Counts {
        let mut urn = Urn::new(self);
        let mut soon = Vec::new();
        urn.run(LONGEST_EXACT, &mut soon);
        // Probability of each count or more.
        let mut more = 0.0;
        for mass in soon.iter_mut().rev() {
            more += *mass;
            *mass = more;
        }
        let later = self.later(urn.there, t);
        counts_by_tail(|count| {
            let soon = soon.get(count as usize).copied().unwrap_or(0.0);
            let later = later.iter();
            let later = later.map(|(presence, weight)| weight * self.tail(*presence, count));
            soon + later.sum::<f64>()
        })
    }

    /// Returns for how many of `t` opportunities the customer may be there who is after the first of them with the
    /// probability `there`, with probabilities; put together evenly in the logarithm, as the chance to stay falls.
    fn later(&self, there: f64, t: f64) -> Vec<(f64, f64)> {
        let passed = LONGEST_EXACT as f64;
        let stay = self.stay + passed;
        let rest = t - passed;
        let ln_stays = |until: f64| ln_survival(self.leave, stay, 0.0, until);
        let end = (rest / stay).ln_1p();
        let mut presences = vec![(t, there * ln_stays(rest).exp())];
        let (mut from, mut ln_from) = (0.0, 0.0);
        for part in 1..=PARTS {
            let place = end * f64::from(part) / f64::from(PARTS);
            let until = match part < PARTS {
                true => (stay * place.exp_m1()).round().min(rest),
                false => rest,
            };
            if until > from {
                let ln_until = ln_stays(until);
                let leaving = -f64::exp(ln_from) * (ln_until - ln_from).exp_m1();
                let middle = 0.5 * (from + until - 1.0);
                presences.push((passed + middle, there * leaving.max(0.0)));
                (from, ln_from) = (until, ln_until);
            }
        }
        presences
    }

    /// Returns `P(N >= count)` for `count >= 1` at so many opportunities, which are many: a beta-binomial law is taken for a
    /// beta law of the same mean and variance.
    fn tail(&self, opportunities: f64, count: f64) -> f64 {
        if count > opportunities {
            return 0.0;
        }
        let all = self.buy + self.idle;
        let share = (count - 0.5) / opportunities;
        let spread = all / (all + opportunities) * (opportunities - 1.0);
        let (buy, idle) = (self.buy / all * spread, self.idle / all * spread);
        if buy > 0.0 && idle > 0.0 {
            beta_lower_with_complement(idle, buy, 1.0 - share, share)
        } else {
            // A probability that is lost beside the other.
            self.buy / all
        }
    }
}

/// Opportunities of a customer who is there, one after the other.
///
/// Beta-binomial laws of one opportunity more follow from those before as in Polya's urn, whose terms are all positive: there
/// is no beta function to evaluate and nothing cancels.
struct Urn<'a> {
    alive: &'a Alive,
    /// Opportunities passed.
    passed: f64,
    /// Law of the purchases at them of who was there.
    used: Vec<f64>,
    /// Probability of being there still.
    there: f64,
}

impl<'a> Urn<'a> {
    fn new(alive: &'a Alive) -> Self {
        Self {
            alive,
            passed: 0.0,
            used: vec![1.0],
            there: 1.0,
        }
    }

    /// Returns the probability to leave before the next opportunity.
    fn leaves(&self) -> f64 {
        self.alive.leave / (self.alive.leave + self.alive.stay + self.passed)
    }

    /// Passes so many opportunities and adds up the purchases of who leaves before each.
    fn run(&mut self, opportunities: usize, masses: &mut Vec<f64>) {
        for _ in 0..opportunities {
            self.add(self.there * self.leaves(), masses);
            self.step();
        }
    }

    /// Adds the purchases so far with a weight.
    fn add(&self, weight: f64, masses: &mut Vec<f64>) {
        masses.resize(self.used.len(), 0.0);
        for (mass, used) in masses.iter_mut().zip(&self.used) {
            *mass += weight * used;
        }
    }

    /// Passes one opportunity.
    fn step(&mut self) {
        let Alive {
            buy,
            idle,
            leave,
            stay,
        } = *self.alive;
        let all = buy + idle + self.passed;
        self.there *= (stay + self.passed) / (leave + stay + self.passed);
        self.used.push(0.0);
        for count in (0..self.used.len() - 1).rev() {
            let before = self.used[count];
            let bought = count as f64;
            self.used[count + 1] += before * (buy + bought) / all;
            self.used[count] = before * (idle + (self.passed - bought)) / all;
        }
        self.passed += 1.0;
    }
}

impl CountLaw for BgBb {
    /// Exact up to 2,000 opportunities; a part of an opportunity is one with that chance, so that expectations are
    /// proportional to it.
    fn counts_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> Counts {
        if !is_history(t, repeat_count, customer_age) || t == 0.0 {
            return Counts::nothing();
        }
        let alive = Alive {
            buy: self.alpha + repeat_count,
            idle: self.beta + (customer_age - repeat_count),
            leave: self.gamma,
            stay: self.delta + customer_age,
        };
        let whole = t.floor();
        match whole <= LONGEST_EXACT as f64 {
            true => alive.exact(whole as usize, t - whole),
            false => alive.near(whole),
        }
    }

    fn nudged(&self, place: usize, log_step: f64) -> Self {
        let parameters = [self.alpha, self.beta, self.gamma, self.delta];
        let [alpha, beta, gamma, delta] = nudge(parameters, place, log_step);
        Self {
            alpha,
            beta,
            gamma,
            delta,
        }
    }
}
