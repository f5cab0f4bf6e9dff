//! What totals are likely, for all customers of one evidence at once.

use rayon::prelude::*;

use super::spend::{ObservedSpend, beta_prime_cdf};

/// Most totals of a table.
const MOST_TOTALS: usize = 1_024;
/// Steps of totals per standard deviation (of the logarithm) of the narrowest feature.
const STEPS: f64 = 6.0;
/// Probabilities nearer than this to 0 or 1 are 0 or 1.
const NEGLIGIBLE: f64 = 1e-8;

/// A law of totals given a count, in units of the scale.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'a> {
    /// `G(p n) / G(rate)`
    BetaPrime { p: f64, rate: f64 },
    /// `n` times one of the observed means.
    Observed(&'a ObservedSpend),
}

impl Shape<'_> {
    /// Returns the probability that the total of `count` purchases is at most `y`.
    fn cdf(&self, count: f64, y: f64) -> f64 {
        match self {
            Self::BetaPrime { p, rate } => beta_prime_cdf(p * count, *rate, y),
            Self::Observed(observed) => observed.share_up_to(y / count),
        }
    }

    /// Returns totals below and above which a table of counts up to `most` need not look.
    fn ends(&self, most: f64) -> [f64; 2] {
        match self {
            Self::BetaPrime { p, rate } => {
                let unit = *p / *rate;
                let (mut low, mut high) = (unit, unit * most);
                for _ in 0..400 {
                    if self.cdf(1.0, low) <= 1e-4 {
                        break;
                    }
                    low *= 0.5;
                }
                for _ in 0..400 {
                    if self.cdf(most, high) >= 0.99 {
                        break;
                    }
                    high *= 1.5;
                }
                [low, high]
            }
            Self::Observed(observed) => {
                let [low, high] = observed.ends();
                [low * 0.999, high * most]
            }
        }
    }

    /// Returns the standard deviation of the logarithm of totals around `y`, of the narrowest feature there.
    ///
    /// Where a count's totals are narrower than the step to the next count, each count is a feature.
    fn feature(&self, y: f64) -> f64 {
        match self {
            Self::BetaPrime { p, rate } => {
                let (p, rate) = (*p, *rate);
                let count = (y * rate / p).max(1.0);
                let between = if count > p { 1.0 / count } else { 0.0 };
                (1.0 / rate + 1.0 / (p * count) + between).sqrt()
            }
            Self::Observed(_) => 0.1,
        }
    }

    /// Returns ascending totals, near enough to one another to be joined by lines.
    fn totals(&self, most: f64) -> Vec<f64> {
        let [low, high] = self.ends(most);
        let mut coarser = 1.0;
        loop {
            let mut totals = vec![low];
            let mut y = low;
            while y < high && totals.len() < 64 * MOST_TOTALS {
                let step = (coarser * self.feature(y) / STEPS).clamp(1e-6, 0.25 * coarser);
                y *= step.exp();
                totals.push(y);
            }
            if totals.len() <= MOST_TOTALS {
                return totals;
            }
            coarser *= 1.01 * totals.len() as f64 / MOST_TOTALS as f64;
        }
    }
}

/// Distribution functions of the totals of 1, 2, ... purchases (the nodes of the lattice).
pub(super) struct Table {
    totals: Vec<f64>,
    /// Per total, the probability of it or less for each node from 1 on.
    cells: Vec<f64>,
    nodes: usize,
}

impl Table {
    /// Returns the table for the nodes of the lattice, of which the first is nil.
    pub(super) fn new(shape: &Shape<'_>, nodes: &[f64]) -> Self {
        let counts = nodes.get(1..).unwrap_or_default();
        let Some(most) = counts.last() else {
            return Self {
                totals: Vec::new(),
                cells: Vec::new(),
                nodes: 0,
            };
        };
        let totals = shape.totals(*most);
        let rows: Vec<Vec<f64>> = totals
            .par_iter()
            .map(|total| Self::row(shape, counts, *total))
            .collect();
        Self {
            totals,
            cells: rows.concat(),
            nodes: counts.len(),
        }
    }

    /// Returns the probability of at most `total` per count, which falls from 1 to 0: only the slope is computed.
    fn row(shape: &Shape<'_>, counts: &[f64], total: f64) -> Vec<f64> {
        let middle = counts.partition_point(|count| shape.cdf(*count, total) > 0.5);
        let mut row = vec![0.0; counts.len()];
        for (count, cell) in counts[middle..].iter().zip(&mut row[middle..]) {
            let found = shape.cdf(*count, total);
            if found.is_nan() || found < NEGLIGIBLE {
                break;
            }
            *cell = found;
        }
        let mut certain = 0;
        for (place, count) in counts[..middle].iter().enumerate().rev() {
            let found = shape.cdf(*count, total);
            if found.is_nan() || found > 1.0 - NEGLIGIBLE {
                certain = place + 1;
                break;
            }
            row[place] = found;
        }
        row[..certain].fill(1.0);
        row
    }

    /// Returns the probability of at most the total at `place` for a law of counts on the lattice.
    fn cdf(&self, place: usize, masses: &[f64]) -> f64 {
        let start = place * self.nodes;
        let row = &self.cells[start..start + self.nodes];
        let dot: f64 = row
            .iter()
            .zip(&masses[1..])
            .map(|(cell, mass)| cell * mass)
            .sum();
        masses[0] + dot
    }

    /// Returns the total that is not passed with probability `level`, nil where nothing is that likely.
    ///
    /// Between two totals of the table the distribution function is a line in the logarithm of the total.
    pub(super) fn quantile(&self, level: f64, masses: &[f64]) -> f64 {
        let Some(nothing) = masses.first() else {
            return 0.0;
        };
        if level <= *nothing || self.totals.is_empty() {
            return 0.0;
        }
        let (mut low, mut high) = (0, self.totals.len() - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.cdf(middle, masses) >= level {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let above = self.cdf(low, masses);
        let total = self.totals[low];
        if above <= level {
            return total;
        }
        match low.checked_sub(1) {
            None => total * (level - nothing) / (above - nothing),
            Some(before) => {
                let below = self.cdf(before, masses);
                let part = ((level - below) / (above - below)).clamp(0.0, 1.0);
                let from = self.totals[before];
                from * (total / from).powf(part)
            }
        }
    }
}
