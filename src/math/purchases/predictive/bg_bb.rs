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
const LONGEST_EXACT: f64 = 2_000.0;
/// Parts into which the times of leaving of a longer law are put together.
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
    /// leaves, `B(gamma + 1, delta + n + i) / B(gamma, delta + n)`, or `n*` for who stays. Beta-binomial laws of one
    /// opportunity more follow from those before by Polya's urn, whose terms are all positive: there is no beta function to
    /// evaluate and nothing cancels.
    fn exact(&self, whole: usize, part: f64) -> Counts {
        let last = whole + usize::from(part > 0.0);
        let all = self.buy + self.idle;
        let mut masses = vec![0.0; last + 1];
        // The purchases of who was there for so many opportunities, and the share of those.
        let mut used = vec![0.0; last + 2];
        used[0] = 1.0;
        let mut there = 1.0;
        for passed in 0..=last {
            let at = passed as f64;
            let leaves = self.leave / (self.leave + self.stay + at);
            let stays = (self.stay + at) / (self.leave + self.stay + at);
            let (ends, goes_on) = if passed == last {
                (1.0, 0.0)
            } else if passed == whole {
                ((1.0 - part) + part * leaves, part * stays)
            } else {
                (leaves, stays)
            };
            for (mass, used) in masses.iter_mut().zip(&used[..=passed]) {
                *mass += there * ends * used;
            }
            there *= goes_on;
            for count in (0..=passed).rev() {
                let before = used[count];
                used[count + 1] += before * (self.buy + count as f64) / (all + at);
                used[count] = before * (self.idle + (at - count as f64)) / (all + at);
            }
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

    /// Returns for how many of `t` opportunities the customer may be there, with probabilities; parts of them evenly in
    /// `ln(1 + i / (delta + n))`, as the chance to stay falls.
    fn presences(&self, t: f64) -> Vec<(f64, f64)> {
        let ln_there = |until: f64| ln_survival(self.leave, self.stay, 0.0, until);
        let end = (t / self.stay).ln_1p();
        let edge = |part: u32| {
            let place = end * f64::from(part) / f64::from(PARTS);
            (self.stay * place.exp_m1()).round().min(t)
        };
        let mut presences = vec![(t, ln_there(t).exp())];
        let (mut from, mut ln_from) = (0.0, 0.0);
        for part in 1..=PARTS {
            let until = if part == PARTS { t } else { edge(part) };
            if until > from {
                let ln_until = ln_there(until);
                let leaving = -f64::exp(ln_from) * (ln_until - ln_from).exp_m1();
                let leaving = leaving.max(0.0);
                presences.push((0.5 * (from + until - 1.0).max(0.0), leaving));
                (from, ln_from) = (until, ln_until);
            }
        }
        presences
    }

    /// Returns `P(N >= count)` for `count >= 1` of who is there as told.
    ///
    /// A beta-binomial law of many opportunities is taken for a beta law of the same mean and variance.
    fn tail(&self, presences: &[(f64, f64)], count: f64) -> f64 {
        let all = self.buy + self.idle;
        let tail = |opportunities: f64| {
            if count > opportunities {
                return 0.0;
            }
            let share = (count - 0.5) / opportunities;
            let spread = all / (all + opportunities) * (opportunities - 1.0);
            let (buy, idle) = (self.buy / all * spread, self.idle / all * spread);
            if buy > 0.0 && idle > 0.0 {
                beta_lower_with_complement(idle, buy, 1.0 - share, share)
            } else {
                // A single opportunity, or a chance that is lost beside the other.
                self.buy / all
            }
        };
        presences
            .iter()
            .map(|(opportunities, weight)| weight * tail(*opportunities))
            .sum()
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
        if whole <= LONGEST_EXACT {
            return alive.exact(whole as usize, t - whole);
        }
        let presences = alive.presences(whole);
        counts_by_tail(|count| alive.tail(&presences, count))
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
