//! A thousand shops of every kind: fits end at the top, and forecasts are numbers.
//!
//! Many are far too small for four parameters, which sends them to the edges, where false tops and flat ground are.

use rayon::prelude::*;

use super::beta_geometric::Likelihood;
use super::rows::Prepared;
use super::simulate::{Draws, PurchaseLog, Simulate};
use super::*;
use crate::math::optimise::{Objective, Search, maximise};

/// Shops drawn; a tenth of them where arithmetic is not optimised, which takes twenty times as long.
const REGIMES: u64 = if cfg!(debug_assertions) { 100 } else { 1_000 };
/// Starts, from anywhere, that no fit may fall behind.
const OTHER_STARTS: usize = 8;

/// Draws from a range evenly in the logarithm.
fn spread(draws: &mut Draws, low: f64, high: f64) -> f64 {
    (low.ln() + draws.uniform() * (high / low).ln()).exp()
}

/// Draws a shop's customers on a time scale that ends at about one.
fn shop(draws: &mut Draws) -> Vec<PurchaseSummary> {
    let count = spread(draws, 2.0, 60.0) as usize;
    let youngest = if draws.chance(0.3) {
        1.0
    } else {
        draws.uniform()
    };
    let ages: Vec<f64> = (0..count)
        .map(|_| youngest + (1.0 - youngest) * draws.uniform())
        .collect();
    if draws.chance(0.1) {
        return ages.iter().map(|&age| lawless(age, draws)).collect();
    }
    let (r, alpha) = (spread(draws, 0.03, 20.0), spread(draws, 0.01, 10.0));
    let (a, b) = (spread(draws, 0.03, 20.0), spread(draws, 0.01, 50.0));
    let kind = draws.uniform();
    let log = |age: f64, draws: &mut Draws| -> PurchaseLog {
        if kind < 0.4 {
            ParetoNbd::new(r, alpha, a, b).unwrap().draw_log(age, draws)
        } else if kind < 0.7 {
            BgNbd::new(r, alpha, a, b).unwrap().draw_log(age, draws)
        } else {
            MbgNbd::new(r, alpha, a, b).unwrap().draw_log(age, draws)
        }
    };
    let summaries: Vec<PurchaseSummary> = ages
        .iter()
        .map(|&age| log(age, draws).summary(age))
        .collect();
    if draws.chance(0.25) {
        let days = spread(draws, 3.0, 700.0).round();
        summaries.iter().map(|row| in_days(row, days)).collect()
    } else {
        summaries
    }
}

/// A customer whose purchases follow no model.
fn lawless(age: f64, draws: &mut Draws) -> PurchaseSummary {
    let x = (6.0 * draws.uniform()).floor();
    let last = if x == 0.0 { 0.0 } else { age * draws.uniform() };
    PurchaseSummary::new(x, last, age).unwrap()
}

/// The customer as whole days tell it, one purchase a day at most.
fn in_days(row: &PurchaseSummary, days: f64) -> PurchaseSummary {
    let last = (row.last_purchase_age * days).floor();
    let x = row.repeat_count.min(last);
    PurchaseSummary::new(x, last / days, (row.customer_age * days).ceil() / days).unwrap()
}

/// Draws a shop's customers at whole opportunities.
fn discrete_shop(draws: &mut Draws) -> Vec<PurchaseSummary> {
    let count = spread(draws, 2.0, 60.0) as usize;
    let longest = spread(draws, 1.0, 60.0).floor();
    let same = draws.chance(0.5);
    let (alpha, beta) = (spread(draws, 0.03, 20.0), spread(draws, 0.03, 30.0));
    let (gamma, delta) = (spread(draws, 0.03, 20.0), spread(draws, 0.03, 100.0));
    let model = BgBb::new(alpha, beta, gamma, delta).unwrap();
    (0..count)
        .map(|_| {
            let age = if same {
                longest
            } else {
                1.0 + (longest * draws.uniform()).floor()
            };
            model.draw_log(age, draws).summary(age)
        })
        .collect()
}

/// Fits a model, compares it with many other starts and asks it about some of them.
fn check<M: PurchaseModel + NextPurchase, O: Objective>(
    customers: &[PurchaseSummary],
    is_scaled: bool,
    objective: impl Fn(Vec<PurchaseSummary>) -> O,
    draws: &mut Draws,
) {
    let fit = M::fit(customers);
    let prepared = match Prepared::new(customers) {
        Ok(prepared) if is_scaled => prepared.scaled(),
        Ok(prepared) => prepared,
        Err(error) => {
            assert_eq!(fit.err(), Some(error));
            return;
        }
    };
    let fit = fit.unwrap_or_else(|error| panic!("{error}: {customers:?}"));
    let starts: Vec<Vec<f64>> = (0..OTHER_STARTS)
        .map(|_| (0..4).map(|_| spread(draws, 0.01, 100.0).ln()).collect())
        .collect();
    let search = Search {
        acceptable: f64::INFINITY,
        ..Search::default()
    };
    let rows = prepared.rows.clone();
    let elsewhere = maximise(&objective(rows), &starts, &search).unwrap();
    let shift = if is_scaled {
        prepared.purchases * prepared.oldest.ln()
    } else {
        0.0
    };
    let other = elsewhere.value * prepared.total_weight - shift;
    assert!(
        fit.log_likelihood > other - 0.5,
        "{} below {other} at {:?}: {customers:?}",
        fit.log_likelihood,
        elsewhere.point
    );
    assert!(fit.gradient_norm < 1e-6 && fit.log_likelihood.is_finite());
    for customer in customers.iter().take(5) {
        let age = customer.customer_age;
        let alive = fit.params.alive_prob(customer);
        assert!((0.0..=1.0).contains(&alive), "{alive} {customer:?}");
        for t in [0.1 * age, 2.0 * age] {
            let expected = fit.params.expected_purchases(t, customer);
            assert!(
                expected.is_finite() && expected >= 0.0,
                "{expected} {customer:?}"
            );
            let none = fit.params.no_purchase_prob(t, customer);
            assert!((0.0..=1.0).contains(&none), "{none} {customer:?}");
        }
    }
}

#[test]
fn no_fit_ends_on_a_false_top_or_without_numbers() {
    (0..REGIMES).into_par_iter().for_each(|seed| {
        let draws = &mut Draws::new(seed);
        let customers = shop(draws);
        let later = |rows| Likelihood::new(rows, false);
        check::<BgNbd, _>(&customers, true, later, draws);
        let at_once = |rows| Likelihood::new(rows, true);
        check::<MbgNbd, _>(&customers, true, at_once, draws);
        check::<ParetoNbd, _>(&customers, true, pareto_nbd::objective, draws);
        let customers = discrete_shop(draws);
        check::<BgBb, _>(&customers, false, bg_bb::objective, draws);
    });
}

#[test]
fn frequent_buyers_and_twenty_lifetimes_ahead_give_numbers() {
    for (r, alpha) in [(0.01, 0.01), (1.0, 5.0), (50.0, 5.0)] {
        for a in [0.02, 1.0, 1.0 + 1e-9, 30.0] {
            for b in [0.01, 3.0, 200.0] {
                for (x, part) in [(0.0, 0.0), (1.0, 0.01), (300.0, 0.5), (20_000.0, 1.0)] {
                    let customer = PurchaseSummary::new(x, part * 50.0, 50.0).unwrap();
                    let (bg, mbg) = (
                        BgNbd::new(r, alpha, a, b).unwrap(),
                        MbgNbd::new(r, alpha, a, b).unwrap(),
                    );
                    let pareto = ParetoNbd::new(r, alpha, a, b).unwrap();
                    for expected in [
                        bg.expected_purchases(1_000.0, &customer),
                        mbg.expected_purchases(1_000.0, &customer),
                        pareto.expected_purchases(1_000.0, &customer),
                    ] {
                        assert!(expected.is_finite() && expected >= 0.0, "{expected}");
                    }
                    for log_likelihood in [
                        bg.log_likelihood(&customer),
                        mbg.log_likelihood(&customer),
                        pareto.log_likelihood(&customer),
                    ] {
                        assert!(
                            log_likelihood.is_finite(),
                            "{r} {alpha} {a} {b} {customer:?}"
                        );
                    }
                }
            }
        }
    }
}
