//! Customers made ready for a likelihood, and how it adds them up.

use std::ops::Range;

use rayon::prelude::*;

use super::{PurchaseSummary, grouped};
use crate::math::{MathError, positive};

/// Rows that one task adds up.
pub(super) const CHUNK: usize = 1_024;
/// Rows whose logarithms are computed side by side: what they need stays close to the processor.
pub(super) const BLOCK: usize = 64;

/// Distinct customers with what is known of all of them.
pub(super) struct Prepared {
    /// In ascending order of (`x`, `t_x`, `T`).
    pub rows: Vec<PurchaseSummary>,
    /// Customers.
    pub total_weight: f64,
    /// Repeat purchases of all customers.
    pub purchases: f64,
    /// Highest customer age.
    pub oldest: f64,
}

impl Prepared {
    /// Groups the customers by their three numbers.
    ///
    /// # Errors
    /// Fewer than two customers, no repeat purchase at all, or a summary outside its domain.
    pub(super) fn new(customers: &[PurchaseSummary]) -> Result<Self, MathError> {
        let rows = grouped(customers)?;
        let total_weight: f64 = rows.iter().map(|row| row.weight).sum();
        if rows.is_empty() || total_weight < 2.0 {
            return Err(MathError::TooFewCustomers {
                found: total_weight as usize,
                needed: 2,
            });
        }
        let purchases: f64 = rows.iter().map(|row| row.weight * row.repeat_count).sum();
        let oldest = rows.iter().map(|row| row.customer_age).fold(0.0, f64::max);
        if purchases == 0.0 {
            return Err(MathError::NoRepeatPurchases);
        }
        positive("customer_age", oldest)?;
        Ok(Self {
            rows,
            total_weight,
            purchases,
            oldest,
        })
    }

    /// Brings all ages to at most one.
    #[must_use]
    pub(super) fn scaled(mut self) -> Self {
        for row in &mut self.rows {
            *row = row.with_time_scaled(1.0 / self.oldest);
        }
        self
    }
}

/// Rows of one repeat count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// The count.
    pub count: f64,
    /// Customers with it.
    pub weight: f64,
    /// Where its rows end.
    pub end: usize,
}

/// Returns the runs of one repeat count of sorted rows.
pub(super) fn runs(rows: &[PurchaseSummary]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.count == row.repeat_count => {
                run.weight += row.weight;
                run.end = i + 1;
            }
            _ => runs.push(Run {
                count: row.repeat_count,
                weight: row.weight,
                end: i + 1,
            }),
        }
    }
    runs
}

/// Returns the place of the run that each row is of.
pub(super) fn run_of_rows(runs: &[Run]) -> Vec<usize> {
    let mut run_of = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        run_of.resize(run.end, place);
    }
    run_of
}

/// Adds up what `part` returns for ranges of `chunk` places below `count`.
///
/// The ranges depend on nothing else and their sums are added in order, so the number of threads changes no bit.
pub(super) fn sum_in_chunks<const N: usize>(
    count: usize,
    chunk: usize,
    part: impl Fn(Range<usize>) -> [f64; N] + Sync,
) -> [f64; N] {
    let mut sums = [0.0; N];
    add_in_chunks(&mut sums, count, chunk, part);
    sums
}

/// Adds to sums, as many as only the caller knows, as [`sum_in_chunks`] does.
pub(super) fn add_in_chunks<Sums: AsRef<[f64]> + Send>(
    sums: &mut [f64],
    count: usize,
    chunk: usize,
    part: impl Fn(Range<usize>) -> Sums + Sync,
) {
    let range = |place: usize| place * chunk..count.min((place + 1) * chunk);
    let chunks = count.div_ceil(chunk);
    let parts: Vec<Sums> = if chunks <= 1 {
        (0..chunks).map(|place| part(range(place))).collect()
    } else {
        (0..chunks)
            .into_par_iter()
            .map(|place| part(range(place)))
            .collect()
    };
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part.as_ref()) {
            *sum += value;
        }
    }
}
