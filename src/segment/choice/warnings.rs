//! What speaks against trusting the forecasts.

use super::history::History;
use super::models::NamedFit;
use crate::math::correlation::{correlation_p_value, spearman};
use crate::math::lifetime_value::DAYS_PER_MONTH;
use crate::math::purchases::PurchaseSummary;
use crate::segment::lifetime::{FEWEST_REPEATERS, HORIZON_MONTHS};

/// Stands in `models` for the log as a whole.
pub(super) const ALL: &str = "all";
/// Share of the horizon that the log must cover for a model to be used.
const LEAST_OF_HORIZON: f64 = 0.25;
/// Median gaps between purchases that the log must cover: below the first a model is not used, below the second it is warned.
const FEWEST_CYCLES: (f64, f64) = (2.0, 4.0);
/// Rank correlations of spend and frequency from which on it is warned, and Gamma-Gamma is not used.
const DEPENDENCE: (f64, f64) = (0.1, 0.3);
/// Largest p-value of a correlation that is none by chance.
const SIGNIFICANT: f64 = 0.05;

/// A row of the table `models` that warns.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::segment) struct Warning {
    /// Model, or `all`.
    pub(in crate::segment) model: &'static str,
    /// Key of the warning.
    pub(in crate::segment) figure: &'static str,
    /// What it rests on.
    pub(in crate::segment) value: Option<f64>,
}

/// Returns what speaks against any model of the log, and the key of the reason when none may be used.
pub(super) fn of_log(
    customers: &[PurchaseSummary],
    history: &History,
) -> (Vec<Warning>, Option<&'static str>) {
    let mut warnings = Vec::new();
    let mut obstacle = None;
    let mut warn = |figure, value| {
        warnings.push(Warning {
            model: ALL,
            figure,
            value: Some(value),
        });
    };
    let repeaters = repeater_count(customers);
    if history.person_count() < customers.len() {
        warn("sampled_person_count", history.person_count() as f64);
    }
    if repeaters < FEWEST_REPEATERS {
        warn("too_few_repeaters", repeaters as f64);
        obstacle = obstacle.or(Some("too_few_repeaters"));
    }
    let start = history.log_start().unwrap_or(history.last_day);
    let span = (history.last_day - start) as f64;
    let of_horizon = span / (f64::from(HORIZON_MONTHS) * DAYS_PER_MONTH);
    if of_horizon < 1.0 {
        warn("window_short_for_horizon", of_horizon);
    }
    let cycles = history.median_gap().map_or(f64::INFINITY, |gap| span / gap);
    if cycles < FEWEST_CYCLES.1 {
        warn("window_short_for_cycle", cycles);
    }
    if of_horizon < LEAST_OF_HORIZON || cycles < FEWEST_CYCLES.0 {
        obstacle = obstacle.or(Some("window_too_short"));
    }
    (warnings, obstacle)
}

/// Returns how many customers bought on more than one day.
pub(super) fn repeater_count(customers: &[PurchaseSummary]) -> usize {
    let repeaters = customers.iter();
    repeaters
        .filter(|customer| customer.repeat_count > 0.0)
        .count()
}

/// Returns what went wrong with the fits themselves.
pub(super) fn of_fits(fits: &[NamedFit]) -> Vec<Warning> {
    let warning = |(name, fit): &NamedFit| {
        let (figure, value) = match fit {
            Err(_) => ("not_converged", None),
            Ok(fit) if fit.at_boundary => ("boundary_solution", Some(fit.gradient_norm)),
            Ok(_) => return None,
        };
        Some(Warning {
            model: name,
            figure,
            value,
        })
    };
    fits.iter().filter_map(warning).collect()
}

/// How the spend of repeat buyers goes with how often they buy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::segment) struct Dependence {
    /// Spearman's correlation; `None` when either does not vary.
    pub(in crate::segment) correlation: Option<f64>,
    /// P-value of no correlation.
    pub(in crate::segment) p_value: Option<f64>,
}

impl Dependence {
    /// Compares mean spends with repeat counts, customer by customer.
    pub(in crate::segment) fn of(mean_spends: &[f64], repeat_counts: &[f64]) -> Self {
        let correlation = spearman(mean_spends, repeat_counts).ok().flatten();
        Self {
            correlation,
            p_value: correlation.and_then(|found| correlation_p_value(found, mean_spends.len())),
        }
    }

    /// Whether to warn: at least 0.1 either way, and hardly by chance.
    pub(in crate::segment) fn is_notable(&self) -> bool {
        self.reaches(DEPENDENCE.0)
    }

    /// Whether Gamma-Gamma, which takes the two for independent, must not be used: at least 0.3 either way.
    pub(in crate::segment) fn forbids_gamma_gamma(&self) -> bool {
        self.reaches(DEPENDENCE.1)
    }

    fn reaches(&self, least: f64) -> bool {
        let is_large = self.correlation.is_some_and(|found| found.abs() >= least);
        is_large && self.p_value.is_some_and(|found| found < SIGNIFICANT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(persons: &[&[i64]], last_day: i64) -> (Vec<PurchaseSummary>, History) {
        let mut history = History {
            last_day,
            ..History::default()
        };
        for days in persons {
            history.push(days);
        }
        let customers = history
            .persons()
            .filter_map(|days| super::super::history::summary_at(days, last_day))
            .collect();
        (customers, history)
    }

    fn keys(warnings: &[Warning]) -> Vec<&'static str> {
        warnings.iter().map(|warning| warning.figure).collect()
    }

    #[test]
    fn a_long_log_with_many_repeaters_is_sound() {
        let person: &[i64] = &[0, 30, 60, 300];
        let (customers, history) = log(&[person; 25], 400);
        assert_eq!(of_log(&customers, &history), (Vec::new(), None));
    }

    #[test]
    fn short_windows_and_few_repeaters_are_told() {
        let person: &[i64] = &[0, 30, 60, 70];
        let (customers, history) = log(&[person; 25], 80);
        let (warnings, obstacle) = of_log(&customers, &history);
        assert_eq!(
            keys(&warnings),
            ["window_short_for_horizon", "window_short_for_cycle"]
        );
        assert_eq!(obstacle, Some("window_too_short"));
        let person: &[i64] = &[0, 300];
        let (customers, history) = log(&[person; 19], 500);
        let (warnings, obstacle) = of_log(&customers, &history);
        assert_eq!(
            keys(&warnings),
            ["too_few_repeaters", "window_short_for_cycle"]
        );
        assert_eq!(warnings[0].value, Some(19.0));
        assert_eq!(obstacle, Some("too_few_repeaters"));
        let nobody = of_log(&[], &History::default());
        assert_eq!(nobody.1, Some("too_few_repeaters"));
    }

    #[test]
    fn spend_that_goes_with_frequency_is_told() {
        let counts: Vec<f64> = (0..200).map(|i| f64::from(i % 20 + 1)).collect();
        let along: Vec<f64> = counts.iter().map(|count| 10.0 * count).collect();
        let found = Dependence::of(&along, &counts);
        assert!(
            found.is_notable() && found.forbids_gamma_gamma(),
            "{found:?}"
        );
        let against: Vec<f64> = counts.iter().map(|count| 100.0 / count).collect();
        assert!(Dependence::of(&against, &counts).forbids_gamma_gamma());
        // The half of each count that spends more: nothing to do with the count.
        let beside: Vec<f64> = (0..200).map(|i| f64::from(i / 20)).collect();
        assert!(!Dependence::of(&beside, &counts).is_notable());
        let few = Dependence::of(&along[..3], &[1.0, 3.0, 2.0]);
        assert!(!few.is_notable(), "three persons prove nothing: {few:?}");
        let none = Dependence::of(&[], &[]);
        assert_eq!((none.correlation, none.p_value), (None, None));
    }
}
