//! How the likelihood of many customers is climbed: from all starts on few of them, from what is left on ever more.

use super::{FLAT, PurchaseSummary};
use crate::math::MathError;
use crate::math::matrix::Square;
use crate::math::optimise::{
    End, Objective, Optimum, Search, Start, curvature, ends, maximise_from, settled,
};

/// Up to this many distinct rows all starts are climbed on all of them.
const FEW_ROWS: usize = 8_000;
/// Customers of the samples, ascending.
const SAMPLES: [f64; 3] = [2_000.0, 8_000.0, 64_000.0];
/// Customers of the sample that tells the curvature near a place.
const NEAR: f64 = 8_000.0;
/// How many times a sample there must be customers, or it saves nothing.
const LEAST_TIMES: f64 = 4.0;
/// Rows up to which all starts are climbed once more where a sample is no safe guide.
const ROWS_FOR_ALL: usize = 32_000;
/// Log-units, on a sample, by which an end may be below the best and is still followed.
const MARGIN: f64 = 12.0;
/// Information on a log-parameter, as a sample tells it, from which on it is plain that the likelihood is not flat.
const PLAIN: f64 = 100.0 * FLAT;
/// Two ends whose mean log-likelihoods are that near to each other may be one.
const SAME_VALUE: f64 = 1e-4;
/// So may those whose log-parameters are.
const SAME_PLACE: f64 = 0.05;

/// Returns the optimum over all rows and the iterations spent before it on samples.
///
/// `make` builds the objective from rows; `near` and `starts` are parameters, not their logarithms.
///
/// Where a climb over all rows from `near` ends on a peak off the edges, that is it, though another may be higher: one that all
/// starts would have led to; its second derivatives are those of a sample. On an edge or where the likelihood is flat, and without `near`:
///
/// On few rows all starts are climbed to their ends. On more, they are climbed on samples first, each several times as large as
/// the one before. What an end on a sample is worth the next sample, or all rows, say: the best of them is followed there with
/// the curvature that was learnt, and so is any other that may yet be as good. On an edge the likelihood is flat and a sample
/// no safe guide, so that all starts are tried on the next sample, too.
///
/// # Errors
/// [`MathError::NotConverged`] when no start leads to a gradient that is nil.
pub(super) fn climb<O: Objective>(
    rows: Vec<PurchaseSummary>,
    near: Option<[f64; 4]>,
    starts: &[[f64; 4]],
    make: impl Fn(Vec<PurchaseSummary>) -> O,
) -> Result<(Optimum, usize), MathError> {
    let start = |at: &[f64; 4]| Start::new(at.iter().map(|value| value.ln()).collect());
    let starts: Vec<Start> = starts.iter().map(start).collect();
    if let Some(near) = near {
        let total: f64 = rows.iter().map(|row| row.weight).sum();
        let found = climb_near(start(&near), &rows, total, &make);
        if let Some(optimum) = found.filter(|optimum| is_peak(optimum, total)) {
            return Ok((optimum, 0));
        }
    }
    let samples: &[f64] = if rows.len() <= FEW_ROWS {
        &[]
    } else {
        &SAMPLES
    };
    climb_by(samples, rows, &starts, make)
}

/// Returns where a climb over all rows from a near place ends; how the likelihood is curved, before and behind it, a sample
/// tells.
fn climb_near<O: Objective>(
    near: Start,
    rows: &[PurchaseSummary],
    total: f64,
    make: &impl Fn(Vec<PurchaseSummary>) -> O,
) -> Option<Optimum> {
    let sampled = make(sample(rows, total, total.min(NEAR)));
    let start = Start {
        curvature: curvature(&sampled, &near.point),
        ..near
    };
    let whole = make(rows.to_vec());
    let search = Search {
        climbed: 1e-7,
        ..Search::default()
    };
    let found = settled(&whole, &start, &search, |point| {
        let curvature = curvature(&sampled, point);
        curvature.filter(|curvature| is_steep(curvature, total, PLAIN))
    });
    // Where a sample is no safe guide, all rows tell.
    found.or_else(|| maximise_from(&whole, &[start], &search).ok())
}

/// Whether an optimum over so many customers lies off the edges, and the likelihood falls from it in every direction.
fn is_peak(optimum: &Optimum, customers: f64) -> bool {
    is_steep(&optimum.hessian.scaled(-1.0), customers, FLAT) && !optimum.on_edge.contains(&true)
}

/// Whether the curvature of a mean over so many customers says at least so much of every direction.
fn is_steep(curvature: &Square, customers: f64, least: f64) -> bool {
    let information = curvature.scaled(customers).eigenvalues();
    information.iter().all(|known| *known >= least)
}

/// Returns what [`climb`] does by samples of so many customers.
fn climb_by<O: Objective>(
    samples: &[f64],
    rows: Vec<PurchaseSummary>,
    starts: &[Start],
    make: impl Fn(Vec<PurchaseSummary>) -> O,
) -> Result<(Optimum, usize), MathError> {
    let search = Search::default();
    let coarse = Search {
        climbed: 1e-6,
        acceptable: f64::INFINITY,
        ..search.clone()
    };
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    let samples = samples
        .iter()
        .filter(|count| LEAST_TIMES * **count <= total);
    let mut followed = starts.to_vec();
    let mut iterations = 0;
    let mut before: Option<Level<O>> = None;
    for count in samples {
        let level = Level::new(sample(&rows, total, *count), &make);
        if let Some(before) = before {
            let found = ends(&before.objective, &followed, &coarse);
            iterations += found.iter().map(|end| end.iterations).sum::<usize>();
            followed = worth_following(found, &before, &level, starts);
        }
        before = Some(level);
    }
    let whole = Level::new(rows, &make);
    if let Some(before) = before {
        let found = ends(&before.objective, &followed, &coarse);
        iterations += found.iter().map(|end| end.iterations).sum::<usize>();
        followed = worth_following(found, &before, &whole, starts);
    }
    let optimum = match maximise_from(&whole.objective, &followed, &search) {
        Err(_) if iterations > 0 => maximise_from(&whole.objective, starts, &search),
        found => found,
    };
    Ok((optimum?, iterations))
}

/// A likelihood of some of the customers.
struct Level<O> {
    objective: O,
    row_count: usize,
    /// Customers.
    weight: f64,
}

impl<O: Objective> Level<O> {
    fn new(rows: Vec<PurchaseSummary>, make: &impl Fn(Vec<PurchaseSummary>) -> O) -> Self {
        Self {
            row_count: rows.len(),
            weight: rows.iter().map(|row| row.weight).sum(),
            objective: make(rows),
        }
    }

    /// Returns the mean log-likelihood at a point, minus infinity where there is none.
    fn value(&self, point: &[f64]) -> f64 {
        let mut unused = vec![0.0; point.len()];
        let value = self.objective.evaluate(point, &mut unused);
        if value.is_finite() {
            value
        } else {
            f64::NEG_INFINITY
        }
    }
}

/// Returns the rows of about `count` of the customers: as rows are sorted, every n-th customer is a fair picture of them all.
fn sample(rows: &[PurchaseSummary], total: f64, count: f64) -> Vec<PurchaseSummary> {
    let step = total / count;
    let (mut taken, mut passed) = (0.0, 0.0);
    let mut sample = Vec::new();
    for row in rows {
        passed += row.weight;
        let before = taken;
        while (taken + 0.5) * step < passed {
            taken += 1.0;
        }
        if taken > before {
            sample.push(row.with_weight(taken - before));
        }
    }
    sample
}

/// Returns from where to climb the next likelihood, the likeliest first: the ends on a sample that are not far below the best,
/// one of those that are the same. Where that lies on an edge, some of the first starts once more.
fn worth_following<O: Objective>(
    mut found: Vec<End>,
    sample: &Level<O>,
    next: &Level<O>,
    starts: &[Start],
) -> Vec<Start> {
    let best = found.iter().map(|end| end.value);
    let least = best.fold(f64::NEG_INFINITY, f64::max) - MARGIN / sample.weight;
    found.retain(|end| end.value >= least);
    if found.len() > 1 {
        let valued = found.into_iter().map(|end| (next.value(&end.point), end));
        let mut valued: Vec<(f64, End)> = valued.collect();
        valued.sort_by(|left, right| right.0.total_cmp(&left.0));
        found = valued.into_iter().map(|(_, end)| end).collect();
    }
    let mut kept: Vec<End> = Vec::new();
    for end in found {
        if !kept.iter().any(|held| is_same(held, &end)) {
            kept.push(end);
        }
    }
    let is_unsafe = kept.first().is_none_or(|best| best.on_edge.contains(&true));
    let mut followed: Vec<Start> = kept
        .into_iter()
        .map(|end| Start {
            point: end.point,
            curvature: Some(end.curvature),
        })
        .collect();
    if is_unsafe && (next.row_count <= ROWS_FOR_ALL || followed.is_empty()) {
        followed.extend_from_slice(starts);
    }
    followed
}

/// Whether two ends are one: at the same place, or at least one of them on an edge, where parameters that say the same run
/// apart, with the same law of the purchases, whose parameters are the first two.
fn is_same(one: &End, other: &End) -> bool {
    let is_near = |count: usize| {
        let places = one.point.iter().zip(&other.point).take(count);
        places
            .map(|(one, other)| (one - other).abs())
            .all(|distance| distance <= SAME_PLACE)
    };
    let has_edge = |end: &End| end.on_edge.contains(&true);
    (one.value - other.value).abs() <= SAME_VALUE
        && (is_near(one.point.len()) || ((has_edge(one) || has_edge(other)) && is_near(2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::optimise::maximise;
    use crate::math::purchases::beta_geometric::Likelihood;
    use crate::math::purchases::rows::Prepared;
    use crate::math::purchases::simulate::{Simulate, simulate};
    use crate::math::purchases::{BgNbd, MbgNbd};

    /// Those of BG/NBD.
    const STARTS: [[f64; 4]; 3] = [
        [0.5, 0.2, 1.0, 2.0],
        [2.0, 0.4, 0.02, 0.02],
        [2.0, 0.3, 30.0, 3000.0],
    ];

    fn starts() -> Vec<Start> {
        STARTS
            .iter()
            .map(|start| Start::new(start.iter().map(|value| value.ln()).collect()))
            .collect()
    }

    /// Draws customers in whole days of a year that is 1 long.
    fn shop<M: Simulate>(model: &M, count: u32) -> Vec<PurchaseSummary> {
        let ages: Vec<f64> = (0..count)
            .map(|place| f64::from(110 + place % 256) / 365.0)
            .collect();
        let logs = simulate(model, &ages, 7);
        let customers = logs.iter().zip(&ages).map(|(log, age)| {
            let summary = log.summary(*age);
            let last = (365.0 * summary.last_purchase_age).floor();
            PurchaseSummary {
                repeat_count: summary.repeat_count.min(last),
                last_purchase_age: last / 365.0,
                ..summary
            }
        });
        customers.collect()
    }

    /// Compares the climb by a sample of 800 with that from all starts on all 4,000 customers.
    fn check<M: Simulate>(model: &M, leaves_at_once: bool) {
        let customers = shop(model, 4_000);
        let rows = Prepared::new(&customers).unwrap().rows;
        let make = |rows| Likelihood::new(rows, leaves_at_once);
        let (found, earlier) = climb_by(&[800.0], rows.clone(), &starts(), make).unwrap();
        let points: Vec<Vec<f64>> = starts().into_iter().map(|start| start.point).collect();
        let all = maximise(&make(rows), &points, &Search::default()).unwrap();
        let lost = (all.value - found.value) * 4_000.0;
        assert!(lost < 0.5, "{lost}: {:?} {:?}", found.point, all.point);
        assert!(found.gradient_norm < 1e-6 && earlier > 0);
    }

    #[test]
    fn a_climb_by_samples_ends_as_high_as_one_from_all_starts() {
        check(&BgNbd::new(0.5, 0.2, 1.0, 2.0).unwrap(), false);
        check(&MbgNbd::new(2.0, 0.4, 0.02, 0.02).unwrap(), true);
        check(&BgNbd::new(100.0, 40.0, 0.02, 0.01).unwrap(), false);
    }

    #[test]
    fn so_does_one_where_next_to_nobody_ever_leaves() {
        let loyal = BgNbd::new(1.2, 0.25, 1e-4, 1e4).unwrap();
        check(&loyal, false);
        check(&loyal, true);
    }

    /// Compares the climb from a place with that from all starts.
    fn check_near<M: Simulate>(model: &M, near: [f64; 4], is_sooner: bool) {
        let rows = Prepared::new(&shop(model, 4_000)).unwrap().rows;
        let make = |rows| Likelihood::new(rows, false);
        let (all, earlier) = climb(rows.clone(), None, &STARTS, make).unwrap();
        let (found, none) = climb(rows, Some(near), &STARTS, make).unwrap();
        let lost = (all.value - found.value) * 4_000.0;
        assert!(lost < 1e-4, "{lost}: {:?} {:?}", found.point, all.point);
        assert!(found.gradient_norm < 1e-6);
        assert_eq!(none, 0);
        let sooner = found.iterations < (all.iterations + earlier) / 2;
        assert_eq!(
            sooner,
            is_sooner,
            "{} of {}",
            found.iterations,
            all.iterations + earlier
        );
    }

    #[test]
    fn a_model_that_is_near_leads_to_the_same_end_sooner() {
        let model = BgNbd::new(0.5, 0.2, 1.0, 2.0).unwrap();
        check_near(&model, [0.45, 0.22, 1.3, 2.2], true);
    }

    #[test]
    fn one_that_leads_to_an_edge_does_not_mislead() {
        // Where next to nobody leaves, the end lies on an edge, and all starts are tried.
        let loyal = BgNbd::new(1.2, 0.25, 1e-4, 1e4).unwrap();
        check_near(&loyal, [1.2, 0.25, 1e-4, 1e4], false);
    }

    #[test]
    fn a_peak_is_off_the_edges_and_steep_on_all_sides() {
        let optimum = |curvature: f64, is_on_edge: bool| {
            let mut hessian = crate::math::matrix::Square::identity(2).scaled(-1.0);
            hessian.set(1, 1, curvature);
            Optimum {
                point: vec![0.1, 0.2],
                value: -2.0,
                gradient_norm: 0.0,
                hessian,
                on_edge: vec![false, is_on_edge],
                iterations: 1,
            }
        };
        assert!(is_peak(&optimum(-1e-3, false), 100.0));
        assert!(!is_peak(&optimum(-1e-3, true), 100.0));
        assert!(!is_peak(&optimum(-1e-6, false), 100.0));
        assert!(!is_peak(&optimum(1e-3, false), 100.0));
        assert!(!is_peak(&optimum(f64::NAN, false), 100.0));
    }

    #[test]
    fn a_sample_is_as_many_customers_and_as_many_of_each_kind() {
        let row = |x: f64, weight: f64| PurchaseSummary {
            repeat_count: x,
            last_purchase_age: x,
            customer_age: 9.0,
            weight,
        };
        let rows = [
            row(0.0, 500.0),
            row(1.0, 300.0),
            row(2.0, 1.0),
            row(3.0, 199.0),
        ];
        let found = sample(&rows, 1_000.0, 100.0);
        let kinds: Vec<(f64, f64)> = found
            .iter()
            .map(|row| (row.repeat_count, row.weight))
            .collect();
        assert_eq!(kinds, [(0.0, 50.0), (1.0, 30.0), (3.0, 20.0)]);
        assert_eq!(sample(&rows, 1_000.0, 1_000.0), rows);
    }

    #[test]
    fn ends_that_say_the_same_are_followed_once() {
        let end = |value: f64, point: [f64; 4], is_on_edge: bool| End {
            point: point.to_vec(),
            value,
            curvature: crate::math::matrix::Square::identity(4),
            on_edge: vec![false, false, is_on_edge, false],
            iterations: 1,
        };
        let one = end(-2.0, [0.1, 0.2, 3.0, 4.0], false);
        assert!(is_same(&one, &end(-2.00005, [0.1, 0.21, 3.0, 4.0], false)));
        assert!(!is_same(&one, &end(-2.001, [0.1, 0.2, 3.0, 4.0], false)));
        // Far apart on a ridge that ends on the edge.
        assert!(is_same(&one, &end(-2.00005, [0.1, 0.2, -9.0, 9.0], true)));
        assert!(!is_same(&one, &end(-2.00005, [0.1, 0.2, -9.0, 9.0], false)));
        assert!(!is_same(&one, &end(-2.0, [0.6, 0.2, -9.0, 9.0], true)));
    }
}
