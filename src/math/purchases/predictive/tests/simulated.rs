//! Customers drawn from the models, for the tests.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, Exp, Gamma};

use crate::math::lifetime_value::DAYS_PER_MONTH;
use crate::math::purchases::{GammaGamma, PurchaseSummary};

/// Which of the models customers follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Leaving {
    /// Beta with these shapes, after each repeat purchase.
    AfterRepeats(f64, f64),
    /// Beta with these shapes, after each purchase.
    AfterAll(f64, f64),
    /// Gamma with this shape and rate, at any time.
    AnyTime(f64, f64),
}

/// A shop to draw customers from; time in weeks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shop {
    pub rates: (f64, f64),
    pub leaving: Leaving,
    pub spend: GammaGamma,
    pub ages: (f64, f64),
    pub months: u32,
    pub yearly_discount: f64,
}

/// One customer and what came after the observation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub summary: PurchaseSummary,
    pub mean_spend: f64,
    pub later_count: f64,
    /// Discounted at the end of each month.
    pub later_spend: f64,
}

impl Shop {
    pub(super) fn horizon(&self) -> f64 {
        f64::from(self.months) * DAYS_PER_MONTH / 7.0
    }

    pub(super) fn draw(&self, count: usize, seed: u64) -> Vec<Drawn> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| self.customer(&mut random)).collect()
    }

    fn customer(&self, random: &mut ChaCha8Rng) -> Drawn {
        let unit = |random: &mut ChaCha8Rng| random.random_range(0.0..1.0_f64);
        let (low, high) = self.ages;
        let age = ((low + (high - low) * unit(random)) * 7.0).round() / 7.0;
        let rate: f64 = Gamma::new(self.rates.0, 1.0 / self.rates.1)
            .unwrap()
            .sample(random);
        let pause = Exp::new(rate.max(1e-12)).unwrap();
        let (chance, stays): (f64, f64) = match self.leaving {
            Leaving::AfterRepeats(a, b) | Leaving::AfterAll(a, b) => {
                (Beta::new(a, b).unwrap().sample(random), f64::INFINITY)
            }
            Leaving::AnyTime(s, beta) => {
                let rate: f64 = Gamma::new(s, 1.0 / beta).unwrap().sample(random);
                (0.0, Exp::new(rate.max(1e-12)).unwrap().sample(random))
            }
        };
        let own_rate: f64 = Gamma::new(self.spend.q, 1.0 / self.spend.gamma)
            .unwrap()
            .sample(random);
        let value = Gamma::new(self.spend.p, 1.0 / own_rate).unwrap();
        let month = DAYS_PER_MONTH / 7.0;
        let end = age + self.horizon();
        let mut gone = matches!(self.leaving, Leaving::AfterAll(..)) && unit(random) < chance;
        let (mut count, mut last, mut spent, mut now) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        let (mut later_count, mut later_spend) = (0.0_f64, 0.0_f64);
        while !gone {
            let wait: f64 = pause.sample(random);
            now += wait;
            if now > end.min(stays) {
                break;
            }
            let paid: f64 = value.sample(random);
            if now <= age {
                (count, last, spent) = (count + 1.0, now, spent + paid);
            } else {
                let months = ((now - age) / month).ceil();
                later_count += 1.0;
                later_spend += paid * (1.0 + self.yearly_discount).powf(-months / 12.0);
            }
            gone = unit(random) < chance;
        }
        Drawn {
            summary: PurchaseSummary::new(count, last, age).unwrap(),
            mean_spend: if count > 0.0 { spent / count } else { 0.0 },
            later_count,
            later_spend,
        }
    }
}
