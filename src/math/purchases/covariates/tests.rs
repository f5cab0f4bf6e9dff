//! The models against the models without covariates, planted effects, and signals that mean nothing.

use super::*;
use crate::math::optimise::Objective;
use crate::math::purchases::{BgNbd, MbgNbd, PurchaseModel, cdnow};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, Exp, Gamma, Poisson, StandardNormal};
use rayon::prelude::*;

const CHANCE: Chance = Chance {
    permutations: 199,
    seed: 11,
};

/// A shop of which every other customer speaks, in a mood and a number of posts.
struct Shop {
    customers: Vec<PurchaseSummary>,
    speaks: Covariate,
    mood: Covariate,
    posts: Covariate,
}

/// Effects per unit of mood and of `ln(1 + posts)`, on the rate and on the odds of leaving.
#[derive(Clone, Copy)]
struct Planted {
    rate: [f64; 2],
    leaving: [f64; 2],
}

const R: f64 = 1.0;
const ALPHA: f64 = 6.0;
const A: f64 = 0.8;
const B: f64 = 2.5;

impl Shop {
    fn simulated(seed: u64, count: usize, planted: Planted, leaving: Leaving) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut shop = Self {
            customers: Vec::new(),
            speaks: named("has_voice"),
            mood: named("mood"),
            posts: named("posts"),
        };
        for place in 0..count {
            let speaks = place % 2 == 0;
            let mood: f64 = StandardNormal.sample(&mut random);
            let wont = Gamma::new(0.8, 2.5).unwrap().sample(&mut random);
            let posts: f64 = Poisson::new(wont + 1e-9).unwrap().sample(&mut random);
            let posts = posts.ln_1p();
            let effect = |by: [f64; 2]| {
                if speaks {
                    by[0] * mood + by[1] * posts
                } else {
                    0.0
                }
            };
            let rate = Gamma::new(R, effect(planted.rate).exp() / ALPHA)
                .unwrap()
                .sample(&mut random);
            let chance = Beta::new(A * effect(planted.leaving).exp(), B)
                .unwrap()
                .sample(&mut random);
            let age = 10.0 + 30.0 * random.random::<f64>();
            let wait = Exp::new(rate.max(1e-9)).unwrap();
            let (mut x, mut last, mut now) = (0.0, 0.0, 0.0);
            let mut gone = leaving == Leaving::AtOnce && random.random::<f64>() < chance;
            while !gone {
                now += wait.sample(&mut random);
                if now > age {
                    break;
                }
                (x, last) = (x + 1.0, now);
                gone = random.random::<f64>() < chance;
            }
            shop.customers
                .push(PurchaseSummary::new(x, last, age).unwrap());
            shop.speaks.values.push(Some(f64::from(u8::from(speaks))));
            shop.mood.values.push(speaks.then_some(mood));
            shop.posts.values.push(speaks.then_some(posts));
        }
        shop
    }

    /// Deals the signals out anew among those who speak.
    fn shuffled(mut self, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut left: Vec<usize> = (0..self.customers.len()).step_by(2).collect();
        for i in (1..left.len()).rev() {
            left.swap(i, random.random_range(0..=i));
        }
        for signal in [&mut self.mood, &mut self.posts] {
            let before = signal.values.clone();
            for (i, from) in left.iter().enumerate() {
                signal.values[2 * i] = before[*from];
            }
        }
        self
    }

    fn compared(&self, leaving: Leaving) -> Comparison {
        let (classes, signals) = (
            [self.speaks.clone()],
            [self.mood.clone(), self.posts.clone()],
        );
        compare(&self.customers, &classes, &signals, leaving, CHANCE).unwrap()
    }
}

fn named(name: &str) -> Covariate {
    Covariate {
        name: name.into(),
        values: Vec::new(),
    }
}

const EFFECTS: Planted = Planted {
    rate: [0.4, -0.3],
    leaving: [-0.6, 0.5],
};

#[test]
fn planted_effects_are_recovered() {
    for (seed, leaving) in [(1, Leaving::AfterRepeat), (2, Leaving::AtOnce)] {
        let found = Shop::simulated(seed, 4_000, EFFECTS, leaving).compared(leaving);
        let names: Vec<&str> = found.design.kept().iter().map(|k| &*k.name).collect();
        assert_eq!(names, ["has_voice", "mood", "posts"]);
        for (planted, effects) in [
            (EFFECTS.rate, &found.purchase),
            (EFFECTS.leaving, &found.dropout),
        ] {
            for (i, planted) in planted.into_iter().enumerate() {
                let planted = planted * found.design.kept()[i + 1].deviation;
                let effect = effects[i + 1];
                let error = effect.standard_error.unwrap();
                assert!(
                    (effect.value - planted).abs() < 3.0 * error,
                    "{leaving:?}: {effect:?}, planted {planted}"
                );
                assert!(error < 0.3, "{error}");
                assert!(effect.holm_p_value.unwrap() >= effect.p_value.unwrap());
            }
            assert!(effects[0].holm_p_value.is_none());
        }
        assert!(found.is_significant(0.01), "{:?}", found.ratio);
        assert_eq!(found.ratio.degrees, 4);
        assert!(!found.full.at_boundary && found.full.gradient_norm < 1e-6);
    }
}

#[test]
fn shuffled_signals_are_called_significant_in_at_most_16_of_200_runs() {
    let planted = Planted {
        rate: [0.7, 0.4],
        leaving: [0.0, 0.0],
    };
    let called = |leaving: Leaving, runs: u64, is_shuffled: bool| -> usize {
        (0..runs)
            .into_par_iter()
            .filter(|run| {
                let shop = Shop::simulated(1_000 + run, 160, planted, leaving);
                let shop = if is_shuffled {
                    shop.shuffled(5_000 + run)
                } else {
                    shop
                };
                shop.compared(leaving).is_significant(0.05)
            })
            .count()
    };
    // Of the same signals where they belong the test does see something.
    let told = called(Leaving::AtOnce, 40, false);
    assert!(told >= 18, "{told} of 40");
    let shuffled = called(Leaving::AtOnce, 200, true);
    assert!(shuffled <= 16, "{shuffled} of 200");
}

#[test]
fn without_covariates_the_model_is_the_published_one() {
    let customers = cdnow::read().purchases;
    let design = Design::new(customers.len(), &[], &[]).unwrap();
    let found = fit(&customers, &design, Leaving::AfterRepeat).unwrap();
    for (found, expected) in [
        (found.model.r, 0.242_594_52),
        (found.model.alpha, 4.413_602_02),
        (found.model.a, 0.792_922_02),
        (found.model.b, 2.425_906_78),
    ] {
        assert!((found / expected - 1.0).abs() < 1e-5, "{found} {expected}");
    }
    assert!((found.log_likelihood + 9_582.429_207).abs() < 1e-4);
    let found = fit(&customers, &design, Leaving::AtOnce).unwrap();
    assert!((found.log_likelihood + 9_582.135_716).abs() < 1e-4);
    let plain = MbgNbd::fit(&customers).unwrap().params;
    let customer = PurchaseSummary::new(2.0, 30.43, 38.86).unwrap();
    let expected = plain.expected_purchases(39.0, &customer);
    let forecast = found.model.expected_purchases(39.0, &customer, &[]);
    assert!((forecast / expected - 1.0).abs() < 1e-6);
    let alive = found.model.alive_prob(&customer, &[]);
    assert!((alive - plain.alive_prob(&customer)).abs() < 1e-6);
}

#[test]
fn nil_in_every_column_is_the_model_itself_and_effects_move_the_forecast() {
    let model = CovariateModel {
        leaving: Leaving::AfterRepeat,
        r: 0.24,
        alpha: 4.4,
        a: 0.8,
        b: 2.4,
        purchase_effects: vec![0.5],
        dropout_effects: vec![-0.5],
    };
    let plain = BgNbd::new(0.24, 4.4, 0.8, 2.4).unwrap();
    let customer = PurchaseSummary::new(2.0, 20.0, 30.0).unwrap();
    let found = model.log_likelihood(&customer, &[0.0]);
    assert_eq!(found, plain.log_likelihood(&customer));
    let newcomer = PurchaseSummary::newcomer();
    let forecasts = [-1.0, 0.0, 1.0, 2.0].map(|z| model.expected_purchases(52.0, &newcomer, &[z]));
    assert!(
        forecasts.windows(2).all(|pair| pair[0] < pair[1]),
        "{forecasts:?}"
    );
    let far = model.expected_purchases(52.0, &customer, &[-1e4]);
    assert!(far.is_finite() && far >= 0.0, "{far}");
}

#[test]
fn the_likelihood_never_falls_below_the_one_without_signals() {
    for seed in 0..12 {
        let nothing = Planted {
            rate: [0.0; 2],
            leaving: [0.0; 2],
        };
        let leaving = Leaving::AfterRepeat;
        let found = Shop::simulated(seed, 60, nothing, leaving).compared(leaving);
        assert!(found.full.log_likelihood >= found.base.log_likelihood - 1e-7);
        assert!((0.0..=1.0).contains(&found.ratio.p_value));
        assert!((0.0..=1.0).contains(&found.permutation_p_value));
    }
}

#[test]
fn what_cannot_be_compared_is_named() {
    let once = PurchaseSummary::new(0.0, 0.0, 9.0).unwrap();
    let leaving = Leaving::AtOnce;
    let compared = |customers: &[PurchaseSummary]| compare(customers, &[], &[], leaving, CHANCE);
    assert_eq!(
        compared(&[once; 5]).unwrap_err(),
        MathError::NoRepeatPurchases
    );
    assert!(matches!(
        compared(&[]).unwrap_err(),
        MathError::TooFewCustomers { found: 0, .. }
    ));
    assert!(matches!(
        compared(&[once.with_weight(2.0), once]).unwrap_err(),
        MathError::OutOfDomain { name: "weight", .. }
    ));
    // Nothing to compare is no gain.
    let customers = cdnow::read().purchases;
    let found = compared(&customers).unwrap();
    assert_eq!((found.ratio.p_value, found.permutation_p_value), (1.0, 1.0));
    assert!(!found.is_significant(0.05));
}

#[test]
fn chunks_add_up_to_the_same_bits_on_one_thread_and_many() {
    let count = 2_600;
    let customers: Vec<PurchaseSummary> = (0..count)
        .map(|i| {
            let repeats = (i % 7) as f64;
            let last = if repeats == 0.0 {
                0.0
            } else {
                (1 + i % 53) as f64 / 30.0
            };
            PurchaseSummary::new(repeats, last, 2.0 + (i % 89) as f64 / 60.0).unwrap()
        })
        .collect();
    let mut signal = named("signal");
    signal.values = (0..count).map(|i| Some(((i * i) % 97) as f64)).collect();
    let design = Design::new(count, &[], &[signal]).unwrap();
    let likelihood = Likelihood::new(&customers, &design, 1, false);
    let point = [-0.4, 0.3, -0.6, 0.8, 0.25, -0.15];
    let evaluate = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let mut gradient = vec![0.0; point.len()];
        let value = pool
            .unwrap()
            .install(|| likelihood.evaluate(&point, &mut gradient));
        (value, gradient)
    };
    assert_eq!(evaluate(1), evaluate(4));
    let [r, alpha, a, b] = [0, 1, 2, 3].map(|i: usize| point[i].exp());
    let model = CovariateModel {
        leaving: Leaving::AfterRepeat,
        r,
        alpha,
        a,
        b,
        purchase_effects: vec![point[4]],
        dropout_effects: vec![point[5]],
    };
    let each = customers.iter().enumerate();
    let sum: f64 = each
        .map(|(i, customer)| model.log_likelihood(customer, design.row(i)))
        .sum();
    let whole = sum - 0.5 * (point[4] * point[4] + point[5] * point[5]);
    let found = evaluate(4).0 * count as f64;
    assert!(
        (found - whole).abs() < 1e-9 * whole.abs(),
        "{found} {whole}"
    );
}

proptest! {
    #[test]
    fn the_gradient_is_the_slope_of_the_likelihood(
        point in proptest::collection::vec(-1.5_f64..1.5, 8),
        cells in proptest::collection::vec((-2.0_f64..2.0, -2.0_f64..2.0), 12),
        at_once in any::<bool>()
    ) {
        let leaving = if at_once { Leaving::AtOnce } else { Leaving::AfterRepeat };
        let customers: Vec<PurchaseSummary> = (0..12)
            .map(|i| match i % 4 {
                0 => PurchaseSummary::new(0.0, 0.0, 3.0).unwrap(),
                1 => PurchaseSummary::new(1.0, 1.0, 3.0).unwrap(),
                2 => PurchaseSummary::new(4.0, 2.5, 2.5).unwrap(),
                _ => PurchaseSummary::new(30.0, 2.0, 3.5).unwrap(),
            })
            .collect();
        let (mut class, mut signal) = (named("class"), named("signal"));
        class.values = cells.iter().map(|cell| Some(cell.0)).collect();
        signal.values = cells.iter().map(|cell| Some(cell.1)).collect();
        let design = Design::new(12, &[class], &[signal]).unwrap();
        prop_assume!(design.kept().len() == 2);
        let likelihood = Likelihood::new(&customers, &design, 2, at_once);
        let (mut gradient, mut unused) = (vec![0.0; 8], vec![0.0; 8]);
        let value = likelihood.evaluate(&point, &mut gradient);
        let [r, alpha, a, b] = [0, 1, 2, 3].map(|i: usize| point[i].exp());
        let model = CovariateModel {
            leaving, r, alpha, a, b,
            purchase_effects: point[4..6].to_vec(),
            dropout_effects: point[6..].to_vec(),
        };
        let sum: f64 = customers
            .iter()
            .enumerate()
            .map(|(i, customer)| model.log_likelihood(customer, design.row(i)))
            .sum();
        // The class is free, the signal is not.
        let direct = sum - 0.5 * (point[5] * point[5] + point[7] * point[7]);
        prop_assert!((value * 12.0 - direct).abs() < 1e-8 * direct.abs().max(1.0));
        for (i, given) in gradient.iter().enumerate() {
            let mut moved = point.clone();
            moved[i] += 1e-5;
            let above = likelihood.evaluate(&moved, &mut unused);
            moved[i] -= 2e-5;
            let below = likelihood.evaluate(&moved, &mut unused);
            let slope = (above - below) / 2e-5;
            prop_assert!((slope - given).abs() < 1e-5 * (1.0 + slope.abs()), "{} {}", slope, given);
        }
        let [by_rate, by_leaving] = model.scores(&customers[2], design.row(2));
        prop_assert!(by_rate.is_finite() && by_leaving.is_finite());
    }
}
