//! Times 12-month values with their 90 % intervals, from summaries of simulated customers on: fit of the purchases, fit of the
//! spend, expectation and interval of each customer.
//! `cargo run --release --example lifetime_values -- [customers]`, a million unless told.

use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use koe::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, monthly_purchases};
use koe::math::purchases::predictive::{CountLaw, Outlook, Outlooks, SpendLaw, forecasts};
use koe::math::purchases::simulate::{Simulate, simulate, simulate_spends};
use koe::math::purchases::{
    BgNbd, GammaGamma, ParetoNbd, PurchaseModel, PurchaseSummary, SpendSummary,
};

const MONTHS: u32 = 12;

/// A customer with the mean spend of the repeat purchases.
struct Customer {
    summary: PurchaseSummary,
    mean_spend: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let count: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 1_000_000,
    };
    let spend = GammaGamma::new(6.25, 3.74, 15.44)?;
    let bg = BgNbd::new(0.243, 4.414, 0.793, 2.426)?;
    time::<BgNbd>("BG/NBD", &customers(&bg, &spend, count))?;
    let pareto = ParetoNbd::new(0.55, 10.6, 0.61, 11.7)?;
    time::<ParetoNbd>("Pareto/NBD", &customers(&pareto, &spend, count))
}

/// Draws customers who came within a year and a half, in weeks, at whole days.
fn customers<M: Simulate>(model: &M, spend: &GammaGamma, count: u32) -> Vec<Customer> {
    let ages: Vec<f64> = (0..count).map(|i| f64::from(182 + i % 547) / 7.0).collect();
    let summaries: Vec<PurchaseSummary> = simulate(model, &ages, 1)
        .iter()
        .zip(&ages)
        .map(|(log, &age)| {
            let summary = log.summary(age);
            // Purchases of one day are one.
            let last = (7.0 * summary.last_purchase_age).floor();
            PurchaseSummary {
                repeat_count: summary.repeat_count.min(last),
                last_purchase_age: last / 7.0,
                ..summary
            }
        })
        .collect();
    let counts: Vec<usize> = summaries
        .iter()
        .map(|summary| summary.repeat_count as usize)
        .collect();
    let spends = simulate_spends(spend, &counts, 2);
    summaries
        .into_iter()
        .zip(spends)
        .map(|(summary, spends)| Customer {
            summary,
            mean_spend: spends.iter().sum::<f64>() / (spends.len().max(1) as f64),
        })
        .collect()
}

/// Fits and values, and writes what it took.
fn time<M: PurchaseModel + CountLaw>(
    name: &str,
    customers: &[Customer],
) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let summaries: Vec<PurchaseSummary> = customers.iter().map(|one| one.summary).collect();
    let model = M::fit(&summaries)?.params;
    let spends: Vec<SpendSummary> = customers
        .iter()
        .filter(|one| one.summary.repeat_count > 0.0)
        .map(|one| SpendSummary::new(one.summary.repeat_count, one.mean_spend))
        .collect::<Result<_, _>>()?;
    let spend = SpendLaw::GammaGamma(GammaGamma::fit(&spends)?.params);
    let fitted = started.elapsed().as_secs_f64();
    let outlooks: Vec<Outlook> = customers
        .iter()
        .map(|one| {
            let evidence = one.summary.repeat_count;
            Outlook {
                summary: one.summary,
                evidence,
                scale: spend.scale(evidence, one.mean_spend),
            }
        })
        .collect();
    let outlooks = Outlooks::new(&outlooks, &spend)?;
    let terms = LifetimeTerms {
        horizon_months: MONTHS,
        margin: 1.0,
        monthly_discount_rate: 0.01,
        days_per_unit: 7.0,
        days_per_month: DAYS_PER_MONTH,
    };
    let monthly = outlooks.per_age(|customer| {
        let found = monthly_purchases(&model, customer, &terms, &[MONTHS]);
        found.ok().and_then(|found| found.first().copied())
    });
    let horizon = f64::from(MONTHS) * DAYS_PER_MONTH / 7.0;
    let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
    let found = forecasts(&model, &spend, alive, &outlooks, &[horizon]);
    let (mut value, mut width) = (0.0, 0.0);
    for customer in 0..outlooks.len() {
        let bounds = found.get(&outlooks, customer, 0);
        let months = monthly[outlooks.row_of(customer)].unwrap_or_default();
        let discount = months.discounted / months.plain.max(f64::MIN_POSITIVE);
        value += bounds.mean_spend * discount;
        width += (bounds.spend.high - bounds.spend.low) * discount;
    }
    let count = customers.len() as f64;
    writeln!(
        io::stdout(),
        "{name:>12}: {} customers, fits {fitted:.2} s, with values and intervals {:.2} s; mean value {:.3}, mean interval {:.3} wide",
        customers.len(),
        started.elapsed().as_secs_f64(),
        value / count,
        width / count
    )?;
    Ok(())
}
