//! Customers drawn from the purchase models, for tests, properties and benchmarks.
//!
//! What a model says of the purchases of a population is drawn step by step, from the rates of each customer on, and not
//! from the formulas that the models answer with. The same seed gives the same customers.

use super::{BgBb, BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseSummary};
use crate::math::graph::random::SplitMix;

/// Purchases after which a log is cut off.
const MAX_PURCHASES: usize = 100_000;

/// What one simulated customer did, in units of time since the first purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct PurchaseLog {
    /// When the repeat purchases came, ascending.
    pub purchase_ages: Vec<f64>,
    /// When the customer left, which may be after the end of the log; infinite for those who had not by then.
    pub left_at: f64,
    /// Whether the log was cut off at 100,000 purchases.
    pub is_cut: bool,
}

impl PurchaseLog {
    /// Returns what an observer knows at an age (finite, at least nil).
    pub fn summary(&self, age: f64) -> PurchaseSummary {
        let seen = self.count_until(age);
        PurchaseSummary {
            repeat_count: seen as f64,
            last_purchase_age: if seen == 0 {
                0.0
            } else {
                self.purchase_ages[seen - 1]
            },
            customer_age: age,
            weight: 1.0,
        }
    }

    /// Returns the repeat purchases up to an age.
    pub fn count_until(&self, age: f64) -> usize {
        self.purchase_ages.partition_point(|bought| *bought <= age)
    }

    /// Returns the purchases after the first age and up to the second.
    pub fn count_between(&self, from: f64, until: f64) -> usize {
        self.count_until(until)
            .saturating_sub(self.count_until(from))
    }
}

/// Chance from a seed, by the laws the models are made of.
#[derive(Debug, Clone)]
pub struct Draws(SplitMix);

impl Draws {
    /// Returns the draws of a seed.
    pub fn new(seed: u64) -> Self {
        Self(SplitMix::new(seed))
    }

    /// Draws from the open unit interval.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.draw() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Draws from the exponential law of mean one.
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// Draws from the standard normal law (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Draws the logarithm of a gamma variable of the given shape (above zero, else NaN) and rate one.
    ///
    /// Marsaglia and Tsang (2000); shapes below one by their power of a uniform number, which only the logarithm can hold.
    pub fn ln_gamma(&mut self, shape: f64) -> f64 {
        let in_domain = shape > 0.0 && shape.is_finite();
        if !in_domain {
            return f64::NAN;
        }
        if shape < 1.0 {
            let power = self.uniform().ln() / shape;
            return self.ln_gamma(shape + 1.0) + power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            if root > 0.0 {
                let ln_cube = 3.0 * root.ln();
                if self.uniform().ln() < 0.5 * x * x + d * (1.0 - ln_cube.exp() + ln_cube) {
                    return d.ln() + ln_cube;
                }
            }
        }
    }

    /// Draws a gamma variable of the given shape and rate, both above zero.
    pub fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        self.ln_gamma(shape).exp() / rate
    }

    /// Draws a beta variable of the given shapes, both above zero.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let odds = self.ln_gamma(b) - self.ln_gamma(a);
        1.0 / (1.0 + odds.exp())
    }

    /// Draws yes with the given probability.
    pub fn chance(&mut self, prob: f64) -> bool {
        self.uniform() < prob
    }
}

/// A model that customers can be drawn from.
pub trait Simulate {
    /// Draws one customer's purchases up to an age.
    fn draw_log(&self, until: f64, draws: &mut Draws) -> PurchaseLog;
}

/// Draws one customer for every age in `until`, up to which the purchases are drawn.
///
/// Each customer has a seed of its own, so the first ones are the same whatever follows.
pub fn simulate<M: Simulate>(model: &M, until: &[f64], seed: u64) -> Vec<PurchaseLog> {
    let mut seeds = SplitMix::new(seed);
    until
        .iter()
        .map(|&age| model.draw_log(age, &mut Draws::new(seeds.draw())))
        .collect()
}

/// Draws the purchases of a rate until an age or until the customer leaves, which `leaves` is asked after each of them.
fn purchases(
    rate: f64,
    until: f64,
    draws: &mut Draws,
    mut leaves: impl FnMut(&mut Draws) -> bool,
) -> PurchaseLog {
    let mut log = PurchaseLog {
        purchase_ages: Vec::new(),
        left_at: f64::INFINITY,
        is_cut: false,
    };
    let mut now = 0.0;
    loop {
        now += draws.exponential() / rate;
        // Written so that a rate of nil, and a wait that is not a number, end it.
        let in_time = now <= until;
        if !in_time {
            return log;
        }
        if log.purchase_ages.len() == MAX_PURCHASES {
            log.is_cut = true;
            return log;
        }
        log.purchase_ages.push(now);
        if leaves(draws) {
            log.left_at = now;
            return log;
        }
    }
}

impl Simulate for BgNbd {
    fn draw_log(&self, until: f64, draws: &mut Draws) -> PurchaseLog {
        let rate = draws.gamma(self.r, self.alpha);
        let leaving = draws.beta(self.a, self.b);
        purchases(rate, until, draws, |draws| draws.chance(leaving))
    }
}

impl Simulate for MbgNbd {
    fn draw_log(&self, until: f64, draws: &mut Draws) -> PurchaseLog {
        let rate = draws.gamma(self.r, self.alpha);
        let leaving = draws.beta(self.a, self.b);
        if draws.chance(leaving) {
            return PurchaseLog {
                purchase_ages: Vec::new(),
                left_at: 0.0,
                is_cut: false,
            };
        }
        purchases(rate, until, draws, |draws| draws.chance(leaving))
    }
}

impl Simulate for ParetoNbd {
    fn draw_log(&self, until: f64, draws: &mut Draws) -> PurchaseLog {
        let rate = draws.gamma(self.r, self.alpha);
        let left_at = draws.exponential() / draws.gamma(self.s, self.beta);
        let mut log = purchases(rate, until.min(left_at), draws, |_| false);
        log.left_at = left_at;
        log
    }
}

impl Simulate for BgBb {
    fn draw_log(&self, until: f64, draws: &mut Draws) -> PurchaseLog {
        let buying = draws.beta(self.alpha, self.beta);
        let leaving = draws.beta(self.gamma, self.delta);
        let mut log = PurchaseLog {
            purchase_ages: Vec::new(),
            left_at: f64::INFINITY,
            is_cut: false,
        };
        let opportunities = until.max(0.0) as usize;
        for opportunity in 1..=opportunities.min(MAX_PURCHASES) {
            if draws.chance(leaving) {
                log.left_at = (opportunity - 1) as f64;
                return log;
            }
            if draws.chance(buying) {
                log.purchase_ages.push(opportunity as f64);
            }
        }
        log.is_cut = opportunities > MAX_PURCHASES;
        log
    }
}

/// Draws what each customer spends at each of `counts` purchases.
pub fn simulate_spends(model: &GammaGamma, counts: &[usize], seed: u64) -> Vec<Vec<f64>> {
    let mut seeds = SplitMix::new(seed);
    counts
        .iter()
        .map(|&count| {
            let mut draws = Draws::new(seeds.draw());
            let rate = draws.gamma(model.q, model.gamma);
            (0..count).map(|_| draws.gamma(model.p, rate)).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::purchases::{Fit, PurchaseModel, SpendSummary};

    /// Returns the mean and variance of many draws.
    fn moments(mut draw: impl FnMut(&mut Draws) -> f64) -> (f64, f64) {
        let mut draws = Draws::new(11);
        let values: Vec<f64> = (0..200_000).map(|_| draw(&mut draws)).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
        (mean, variance)
    }

    #[test]
    fn the_laws_have_their_means_and_variances() {
        let close = |name: &str, (mean, variance): (f64, f64), exact: (f64, f64)| {
            assert!(
                (mean - exact.0).abs() < 5.0 * (exact.1 / 200_000.0).sqrt(),
                "{name}: {mean}"
            );
            assert!(
                (variance / exact.1 - 1.0).abs() < 0.05,
                "{name}: {variance}"
            );
        };
        close("uniform", moments(Draws::uniform), (0.5, 1.0 / 12.0));
        close("exponential", moments(Draws::exponential), (1.0, 1.0));
        close("normal", moments(Draws::normal), (0.0, 1.0));
        for shape in [0.3, 1.0, 4.5, 200.0] {
            let found = moments(|draws| draws.gamma(shape, 2.0));
            close("gamma", found, (shape / 2.0, shape / 4.0));
        }
        for (a, b) in [(0.2, 0.4), (2.0, 7.0)] {
            let mean = a / (a + b);
            let variance = mean * (1.0 - mean) / (a + b + 1.0);
            close("beta", moments(|draws| draws.beta(a, b)), (mean, variance));
        }
        // The logarithm of a gamma variable of a shape of 1e-4 is about -1e4, far below what a double holds.
        let (mean, _) = moments(|draws| draws.ln_gamma(1e-4));
        assert!(
            (mean / crate::math::special::digamma(1e-4) - 1.0).abs() < 0.02,
            "{mean}"
        );
    }

    fn ages(count: u32) -> Vec<f64> {
        (0..count).map(|i| f64::from(20 + i % 31)).collect()
    }

    /// Fits a model to customers drawn from it: each parameter within four standard errors, the purchases to come of all
    /// customers within four standard deviations of their sum.
    fn check_recovery<M: PurchaseModel + Simulate>(
        model: &M,
        truth: [f64; 4],
        list: impl Fn(&M) -> [f64; 4],
        seed: u64,
    ) {
        let ages = ages(3_000);
        let until: Vec<f64> = ages.iter().map(|age| age + 26.0).collect();
        let logs = simulate(model, &until, seed);
        let summaries: Vec<PurchaseSummary> = logs
            .iter()
            .zip(&ages)
            .map(|(log, &age)| log.summary(age))
            .collect();
        let fit: Fit<M> = M::fit(&summaries).unwrap();
        let errors = fit.standard_errors.clone().unwrap();
        let found = list(&fit.params);
        for ((found, truth), error) in found.iter().zip(truth).zip(&errors) {
            assert!(
                (found - truth).abs() < 4.0 * error,
                "{found} {truth} {error}"
            );
            assert!(error < &truth, "{error} around {truth}");
        }
        let true_log_likelihood: f64 = summaries.iter().map(|row| model.log_likelihood(row)).sum();
        assert!(fit.log_likelihood >= true_log_likelihood, "below the truth");
        let (mut expected, mut bought, mut squares) = (0.0, 0.0, 0.0);
        let (mut alive, mut stayed) = (0.0, 0.0);
        for ((log, row), age) in logs.iter().zip(&summaries).zip(&ages) {
            let (count, forecast) = (
                log.count_between(*age, age + 26.0) as f64,
                model.expected_purchases(26.0, row),
            );
            expected += forecast;
            bought += count;
            squares += (count - forecast).powi(2);
            alive += model.alive_prob(row);
            stayed += f64::from(u8::from(log.left_at >= *age));
        }
        assert!(
            (bought - expected).abs() < 4.0 * squares.sqrt(),
            "{bought} {expected}"
        );
        assert!(
            (alive - stayed).abs() < 2.0 * (ages.len() as f64).sqrt(),
            "{alive} {stayed}"
        );
    }

    #[test]
    fn models_give_back_the_parameters_customers_were_drawn_with() {
        let bg = BgNbd::new(0.8, 6.0, 1.2, 3.5).unwrap();
        check_recovery(&bg, [0.8, 6.0, 1.2, 3.5], |m| [m.r, m.alpha, m.a, m.b], 1);
        let mbg = MbgNbd::new(1.1, 8.0, 0.9, 2.5).unwrap();
        check_recovery(&mbg, [1.1, 8.0, 0.9, 2.5], |m| [m.r, m.alpha, m.a, m.b], 2);
        let pareto = ParetoNbd::new(0.9, 7.0, 1.3, 20.0).unwrap();
        let list = |m: &ParetoNbd| [m.r, m.alpha, m.s, m.beta];
        check_recovery(&pareto, [0.9, 7.0, 1.3, 20.0], list, 3);
        let bb = BgBb::new(1.2, 2.5, 0.8, 9.0).unwrap();
        let list = |m: &BgBb| [m.alpha, m.beta, m.gamma, m.delta];
        check_recovery(&bb, [1.2, 2.5, 0.8, 9.0], list, 4);
    }

    #[test]
    fn spends_give_their_parameters_back() {
        let model = GammaGamma::new(6.0, 4.0, 15.0).unwrap();
        let counts: Vec<usize> = (0..4_000).map(|i| i % 7).collect();
        let rows: Vec<SpendSummary> = simulate_spends(&model, &counts, 5)
            .iter()
            .filter(|spends| !spends.is_empty())
            .map(|spends| {
                let count = spends.len() as f64;
                SpendSummary::new(count, spends.iter().sum::<f64>() / count).unwrap()
            })
            .collect();
        assert_eq!(
            rows.len(),
            counts.iter().filter(|count| **count > 0).count()
        );
        let fit = GammaGamma::fit(&rows).unwrap();
        let errors = fit.standard_errors.unwrap();
        let found = [fit.params.p, fit.params.q, fit.params.gamma];
        for ((found, truth), error) in found.iter().zip([6.0, 4.0, 15.0]).zip(&errors) {
            assert!(
                (found - truth).abs() < 4.0 * error,
                "{found} {truth} {error}"
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_customers_and_more_of_them_change_none() {
        let model = ParetoNbd::new(0.55, 10.6, 0.61, 11.7).unwrap();
        let (few, more) = (
            simulate(&model, &ages(50), 9),
            simulate(&model, &ages(80), 9),
        );
        assert_eq!(few, more[..50]);
        assert_ne!(few, simulate(&model, &ages(50), 10));
        for (log, age) in few.iter().zip(ages(50)) {
            let summary = log.summary(age);
            assert_eq!(summary.check(), Ok(()));
            assert_eq!(log.count_until(age), log.purchase_ages.len());
            assert_eq!(log.count_between(age, 0.0), 0);
        }
    }

    #[test]
    fn a_log_without_end_is_cut_and_says_so() {
        let model = ParetoNbd::new(1e5, 1e-3, 1e-5, 1e5).unwrap();
        let log = model.draw_log(1e6, &mut Draws::new(1));
        assert!(log.is_cut && log.purchase_ages.len() == MAX_PURCHASES);
        assert!(simulate(&model, &[0.0], 1)[0].purchase_ages.is_empty());
    }
}
