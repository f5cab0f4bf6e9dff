//! Intervals of many customers; what they share is computed once.

use std::ops::Range;

use rayon::prelude::*;

use super::lattice::{LATTICE, spread};
use super::spend::SpendLaw;
use super::table::Table;
use super::{CountLaw, INSIDE, Span, TAIL};
use crate::math::purchases::PurchaseSummary;
use crate::math::{MathError, non_negative, positive};

/// What a customer's forecast rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Purchases so far; the weight plays no part.
    pub summary: PurchaseSummary,
    /// Purchases whose spend is known.
    pub evidence: f64,
    /// Scale of the customer's spend ([`SpendLaw::scale`]).
    pub scale: f64,
}

impl Outlook {
    fn check(&self) -> Result<(), MathError> {
        self.summary.check()?;
        non_negative("evidence", self.evidence)?;
        positive("scale", self.scale)?;
        Ok(())
    }
}

/// Customers in groups of equal ones.
///
/// Equal customers (in evidence, `x`, `T` and `t_x`) share all but the scale, those of equal `x` and `T` the law of the
/// count while alive, those of equal evidence the law of the spend.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlooks {
    /// Distinct customers, ascending by evidence, `x`, `T` and `t_x`.
    rows: Vec<(f64, PurchaseSummary)>,
    /// Row of every customer.
    row_of: Vec<u32>,
    scales: Vec<f64>,
}

impl Outlooks {
    /// Groups the customers.
    ///
    /// # Errors
    /// Names the first value outside its domain; more customers than fit in 32 bits.
    pub fn new(customers: &[Outlook], spend: &SpendLaw) -> Result<Self, MathError> {
        for customer in customers {
            customer.check()?;
        }
        let count = u32::try_from(customers.len()).map_err(|_| MathError::OutOfDomain {
            name: "customer_count",
            value: customers.len() as f64,
        })?;
        let key = |place: u32| {
            let customer = &customers[place as usize];
            let summary = &customer.summary;
            [
                spend.evidence_told(customer.evidence),
                summary.repeat_count,
                summary.customer_age,
                summary.last_purchase_age,
            ]
        };
        let mut order: Vec<u32> = (0..count).collect();
        order.par_sort_unstable_by(|left, right| {
            let (left_key, right_key) = (key(*left), key(*right));
            let parts = left_key.iter().zip(&right_key);
            parts
                .map(|(left, right)| left.total_cmp(right))
                .find(|found| found.is_ne())
                .unwrap_or_else(|| left.cmp(right))
        });
        let mut rows: Vec<(f64, PurchaseSummary)> = Vec::new();
        let mut row_of = vec![0; customers.len()];
        let mut before = None;
        for place in order {
            let found = key(place);
            if before != Some(found) {
                rows.push((found[0], customers[place as usize].summary.with_weight(1.0)));
                before = Some(found);
            }
            row_of[place as usize] = rows.len() as u32 - 1;
        }
        Ok(Self {
            rows,
            row_of,
            scales: customers.iter().map(|customer| customer.scale).collect(),
        })
    }

    /// Returns the number of customers.
    pub fn len(&self) -> usize {
        self.row_of.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.row_of.is_empty()
    }

    /// Returns the distinct customers, ascending.
    pub fn rows(&self) -> impl Iterator<Item = &PurchaseSummary> {
        self.rows.iter().map(|(_, summary)| summary)
    }

    /// Returns the place of a customer among [`Self::rows`].
    ///
    /// # Panics
    /// When there is no such customer.
    pub fn row_of(&self, customer: usize) -> usize {
        self.row_of[customer] as usize
    }

    /// Returns what is computed of `x` and `T` for each of [`Self::rows`], once for those that are equal in them.
    ///
    /// The `t_x` of the customer handed over is that of any of them.
    pub fn per_age<T: Copy + Send>(
        &self,
        compute: impl Fn(&PurchaseSummary) -> T + Sync,
    ) -> Vec<T> {
        let found: Vec<Vec<T>> = self
            .by_age(0..self.rows.len())
            .into_par_iter()
            .map(|rows| vec![compute(self.summary(rows.start)); rows.len()])
            .collect();
        found.concat()
    }

    /// Returns the runs of rows with equal evidence.
    fn by_evidence(&self) -> Vec<Range<usize>> {
        runs(0..self.rows.len(), |left, right| {
            self.rows[left].0 == self.rows[right].0
        })
    }

    /// Returns the runs of rows with equal `x` and `T` among some rows.
    pub(super) fn by_age(&self, among: Range<usize>) -> Vec<Range<usize>> {
        runs(among, |left, right| {
            let (left, right) = (&self.rows[left].1, &self.rows[right].1);
            left.repeat_count == right.repeat_count && left.customer_age == right.customer_age
        })
    }

    /// Returns the summary at a row.
    pub(super) fn summary(&self, row: usize) -> &PurchaseSummary {
        &self.rows[row].1
    }
}

/// Splits places into runs of equal neighbours.
fn runs(places: Range<usize>, is_equal: impl Fn(usize, usize) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = places.start;
    for place in places.clone() {
        let is_last = place + 1 == places.end;
        if is_last || !is_equal(place, place + 1) {
            found.push(start..place + 1);
            start = place + 1;
        }
    }
    found
}

/// What will come of one customer within one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Forecast {
    /// 90 % interval of the number of purchases.
    pub purchases: Span,
    /// 90 % interval of the spend, in the unit of the scale.
    pub spend: Span,
    /// Expected spend.
    pub mean_spend: f64,
    /// Variance of the spend.
    pub spend_variance: f64,
}

/// The forecasts of many customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecasts {
    /// Per row and horizon, in units of the scale.
    cells: Vec<Forecast>,
    horizons: usize,
}

impl Forecasts {
    /// Returns the forecast of a customer of the same [`Outlooks`] for the horizon at that place.
    ///
    /// # Panics
    /// When there is no such customer or horizon.
    pub fn get(&self, outlooks: &Outlooks, customer: usize, horizon: usize) -> Forecast {
        let cell = self.cells[outlooks.row_of(customer) * self.horizons + horizon];
        let scale = outlooks.scales[customer];
        Forecast {
            purchases: cell.purchases,
            spend: Span {
                low: finite(cell.spend.low * scale),
                high: finite(cell.spend.high * scale),
            },
            mean_spend: finite(cell.mean_spend * scale),
            spend_variance: finite(cell.spend_variance * scale * scale),
        }
    }
}

/// Keeps a product of huge spends representable.
fn finite(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.min(f64::MAX)
    }
}

/// Returns the forecasts of all customers within each of the horizons.
///
/// `alive_prob` answers for a summary; it is asked once for each distinct one. Work is split over threads in parts whose
/// results do not depend on the split.
pub fn forecasts<L: CountLaw>(
    law: &L,
    spend: &SpendLaw,
    alive_prob: impl Fn(&PurchaseSummary) -> f64 + Sync,
    outlooks: &Outlooks,
    horizons: &[f64],
) -> Forecasts {
    let mut cells = Vec::with_capacity(outlooks.rows.len() * horizons.len());
    for rows in outlooks.by_evidence() {
        let evidence = outlooks.rows[rows.start].0;
        let ages: Vec<Age> = outlooks
            .by_age(rows)
            .into_par_iter()
            .map(|rows| Age::new(law, &alive_prob, outlooks, rows, horizons))
            .collect();
        let nodes = ages.iter().map(Age::node_count).max().unwrap_or(0);
        let shape = spend.shape(evidence);
        let table = Table::new(&shape, &LATTICE[..nodes]);
        let found: Vec<Vec<Forecast>> = ages
            .par_iter()
            .map(|age| age.forecasts(&table, spend, evidence))
            .collect();
        cells.extend(found.into_iter().flatten());
    }
    Forecasts {
        cells,
        horizons: horizons.len(),
    }
}

/// The customers of equal `x` and `T`.
struct Age {
    /// Probability of being alive, by row.
    alive: Vec<f64>,
    /// By horizon.
    laws: Vec<AgeLaw>,
}

/// Their count while alive within one horizon.
struct AgeLaw {
    /// On the lattice.
    masses: Vec<f64>,
    moments: [f64; 2],
    /// Interval of the count, by row.
    purchases: Vec<Span>,
}

impl Age {
    fn new<L: CountLaw>(
        law: &L,
        alive_prob: &(impl Fn(&PurchaseSummary) -> f64 + Sync),
        outlooks: &Outlooks,
        rows: Range<usize>,
        horizons: &[f64],
    ) -> Self {
        let first = *outlooks.summary(rows.start);
        let alive: Vec<f64> = rows
            .map(|row| {
                let found = alive_prob(outlooks.summary(row));
                if found.is_nan() {
                    0.0
                } else {
                    found.clamp(0.0, 1.0)
                }
            })
            .collect();
        let laws = horizons
            .iter()
            .map(|horizon| {
                let counts = law.counts_if_alive(*horizon, first.repeat_count, first.customer_age);
                AgeLaw {
                    masses: spread(&counts),
                    moments: counts.moments(),
                    purchases: alive.iter().map(|alive| counts.interval(*alive)).collect(),
                }
            })
            .collect();
        Self { alive, laws }
    }

    fn node_count(&self) -> usize {
        self.laws
            .iter()
            .map(|law| law.masses.len())
            .max()
            .unwrap_or(0)
    }

    /// Returns the forecasts, row by row and within a row by horizon.
    fn forecasts(&self, table: &Table, spend: &SpendLaw, evidence: f64) -> Vec<Forecast> {
        let unit = spend.mean(evidence);
        let mut found = Vec::with_capacity(self.alive.len() * self.laws.len());
        for (row, alive) in self.alive.iter().enumerate() {
            for law in &self.laws {
                let moments = law.moments.map(|moment| alive * moment);
                let mean_spend = moments[0] * unit;
                let square = spend.mean_square(evidence, moments);
                found.push(Forecast {
                    purchases: law.purchases[row],
                    spend: spend_interval(table, &law.masses, *alive),
                    mean_spend,
                    spend_variance: (square - mean_spend * mean_spend).max(0.0),
                });
            }
        }
        found
    }
}

/// Returns the 90 % interval of the spend of who is alive with that probability; the module says what it promises.
fn spend_interval(table: &Table, masses: &[f64], alive: f64) -> Span {
    let nothing = 1.0 - alive + alive * masses.first().copied().unwrap_or(1.0);
    // A level of all customers as a level of those who are alive.
    let quantile = |level: f64| table.quantile((level - (1.0 - alive)) / alive, masses);
    if nothing >= INSIDE {
        Span::default()
    } else if nothing >= TAIL {
        Span {
            low: 0.0,
            high: quantile(INSIDE),
        }
    } else {
        Span {
            low: quantile(TAIL),
            high: quantile(1.0 - TAIL),
        }
    }
}
