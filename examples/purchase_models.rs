//! Times the fits of the purchase models on simulated customers:
//! `cargo run --release --example purchase_models -- [customers]`, a million unless told.

use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use koe::math::purchases::simulate::{Simulate, simulate};
use koe::math::purchases::{BgNbd, MbgNbd, ParetoNbd, PurchaseModel, PurchaseSummary, grouped};

fn main() -> Result<(), Box<dyn Error>> {
    let count: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 1_000_000,
    };
    let truth = ParetoNbd::new(0.55, 10.6, 0.61, 11.7)?;
    for (scale, days) in [("whole days", true), ("any moment", false)] {
        let customers = customers(&truth, count, days);
        let distinct = grouped(&customers)?.len();
        writeln!(
            io::stdout(),
            "{count} customers at {scale}, {distinct} distinct"
        )?;
        time::<BgNbd>("BG/NBD", &customers)?;
        time::<MbgNbd>("MBG/NBD", &customers)?;
        time::<ParetoNbd>("Pareto/NBD", &customers)?;
    }
    Ok(())
}

/// Draws customers who came within a year and a half, in weeks.
fn customers<M: Simulate>(model: &M, count: u32, days: bool) -> Vec<PurchaseSummary> {
    let ages: Vec<f64> = (0..count).map(|i| f64::from(182 + i % 547) / 7.0).collect();
    let logs = simulate(model, &ages, 1);
    logs.iter()
        .zip(&ages)
        .map(|(log, &age)| {
            let summary = log.summary(age);
            if !days {
                return summary;
            }
            // Purchases of one day are one.
            let last = (7.0 * summary.last_purchase_age).floor();
            PurchaseSummary {
                repeat_count: summary.repeat_count.min(last),
                last_purchase_age: last / 7.0,
                ..summary
            }
        })
        .collect()
}

/// Fits a model and writes what it took and found.
fn time<M: PurchaseModel>(name: &str, customers: &[PurchaseSummary]) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let fit = M::fit(customers)?;
    writeln!(
        io::stdout(),
        "{name:>12}: {:.2} s, log-likelihood {:.3}, {} iterations, gradient {:.1e}",
        started.elapsed().as_secs_f64(),
        fit.log_likelihood,
        fit.iterations,
        fit.gradient_norm
    )?;
    Ok(())
}
