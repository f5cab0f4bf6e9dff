//! Kaplan-Meier: how long something keeps people waiting when not everybody was watched to the end.

use super::special::normal_quantile;
use super::{MathError, open_unit};

/// What happened after one length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DurationCount {
    /// Time, in whole units.
    pub time: i64,
    /// Subjects whose event came then.
    pub events: u64,
    /// Subjects last seen then, without the event.
    pub censored: u64,
}

/// One step of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// Time, in the units of the durations.
    pub time: i64,
    /// Subjects seen until then without the event.
    pub at_risk: u64,
    /// Events at that time.
    pub events: u64,
    /// Subjects last seen from that time on and before the next step.
    pub censored: u64,
    /// Probability that the event comes later.
    pub survival: f64,
    /// Limits of its confidence interval; `None` where the probability is 0 and has no variance.
    pub limits: Option<[f64; 2]>,
}

/// Returns the product-limit estimate (Kaplan and Meier 1958): a step at time 0 and one at every time with an event.
///
///   `S(t) = prod over t_i <= t of (1 - d_i / n_i)`, who is last seen at `t_i` is at risk at `t_i`.
///
/// The limits are those of `ln(-ln S)` (Kalbfleisch and Prentice 1980) with Greenwood's variance
/// `S^2 sum d_i / (n_i (n_i - d_i))`, so that they stay within 0 and 1. Durations may come in any order, and several of one
/// time are added up. Without subjects there is no step.
///
/// # Errors
/// A negative time, or a confidence outside `(0, 1)`.
pub fn kaplan_meier(
    durations: &[DurationCount],
    confidence: f64,
) -> Result<Vec<SurvivalStep>, MathError> {
    open_unit("confidence", confidence)?;
    if let Some(bad) = durations.iter().find(|duration| duration.time < 0) {
        return Err(MathError::OutOfDomain {
            name: "time",
            value: bad.time as f64,
        });
    }
    let z = normal_quantile(0.5 + confidence / 2.0);
    let mut sorted = durations.to_vec();
    sorted.sort_unstable_by_key(|duration| duration.time);
    let mut at_risk: u64 = sorted
        .iter()
        .map(|duration| duration.events + duration.censored)
        .sum();
    if at_risk == 0 {
        return Ok(Vec::new());
    }
    let mut steps = vec![SurvivalStep {
        time: 0,
        at_risk,
        events: 0,
        censored: 0,
        survival: 1.0,
        limits: Some([1.0, 1.0]),
    }];
    let (mut survival, mut variance) = (1.0, 0.0);
    for one_time in sorted.chunk_by(|left, right| left.time == right.time) {
        let events: u64 = one_time.iter().map(|duration| duration.events).sum();
        let censored: u64 = one_time.iter().map(|duration| duration.censored).sum();
        if events > 0 {
            let (dead, risk) = (events as f64, at_risk as f64);
            survival *= (risk - dead) / risk;
            variance += dead / (risk * (risk - dead));
            let step = SurvivalStep {
                time: one_time[0].time,
                at_risk,
                events,
                censored: 0,
                survival,
                limits: limits(survival, variance, z),
            };
            // An event at time 0 belongs to the first step.
            match steps.last_mut() {
                Some(last) if last.time == step.time => *last = step,
                _ => steps.push(step),
            }
        }
        if let Some(last) = steps.last_mut() {
            last.censored += censored;
        }
        at_risk -= events + censored;
    }
    Ok(steps)
}

fn limits(survival: f64, variance: f64, z: f64) -> Option<[f64; 2]> {
    if survival <= 0.0 {
        return None;
    }
    let ln_survival = libm::log(survival);
    let spread = libm::exp(z * variance.sqrt() / -ln_survival);
    Some([
        libm::exp(ln_survival * spread),
        libm::exp(ln_survival / spread),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(time: i64, events: u64, censored: u64) -> DurationCount {
        DurationCount {
            time,
            events,
            censored,
        }
    }

    /// Weeks of remission under 6-MP (Freireich et al. 1963), the example of the textbooks.
    fn remissions() -> Vec<DurationCount> {
        let events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let died = events.iter().map(|time| count(*time, 1, 0));
        died.chain(censored.iter().map(|time| count(*time, 0, 1)))
            .collect()
    }

    #[test]
    fn the_remissions_of_freireich_are_those_of_the_textbooks() {
        // Stata's manual [ST] sts: survivor function and 95 % limits of `ln(-ln S)`.
        let published = [
            (0, 21, 1.0, 1.0, 1.0),
            (6, 21, 0.8571, 0.6197, 0.9516),
            (7, 17, 0.8067, 0.5631, 0.9228),
            (10, 15, 0.7529, 0.5032, 0.8894),
            (13, 12, 0.6902, 0.4316, 0.8491),
            (16, 11, 0.6275, 0.3675, 0.8049),
            (22, 7, 0.5378, 0.2678, 0.7468),
            (23, 6, 0.4482, 0.1881, 0.6801),
        ];
        let steps = kaplan_meier(&remissions(), 0.95).unwrap();
        assert_eq!(steps.len(), published.len());
        for (step, (time, at_risk, survival, low, high)) in steps.iter().zip(published) {
            assert_eq!((step.time, step.at_risk), (time, at_risk));
            let found = step.limits.unwrap();
            for (found, expected) in [(step.survival, survival), (found[0], low), (found[1], high)]
            {
                assert!((found - expected).abs() < 5.1e-5, "{time}: {found}");
            }
        }
        assert_eq!(steps.iter().map(|step| step.censored).sum::<u64>(), 12);
    }

    #[test]
    fn without_censoring_it_is_the_share_that_still_waits() {
        let steps = kaplan_meier(&[count(3, 1, 0), count(1, 2, 0), count(7, 1, 0)], 0.9).unwrap();
        let survival: Vec<f64> = steps.iter().map(|step| step.survival).collect();
        assert_eq!(survival, [1.0, 0.5, 0.25, 0.0]);
        assert_eq!(steps[3].limits, None);
    }

    #[test]
    fn what_cannot_be_is_an_error_and_nobody_is_no_step() {
        assert!(kaplan_meier(&[count(-1, 1, 0)], 0.9).is_err());
        assert!(kaplan_meier(&[count(1, 1, 0)], 1.0).is_err());
        assert!(kaplan_meier(&[], 0.9).unwrap().is_empty());
        let seen_once = kaplan_meier(&[count(0, 0, 5)], 0.9).unwrap();
        assert_eq!((seen_once.len(), seen_once[0].censored), (1, 5));
        assert_eq!(kaplan_meier(&[count(0, 4, 1)], 0.9).unwrap()[0].events, 4);
    }

    proptest! {
        #[test]
        fn a_curve_falls_within_its_limits(
            counts in prop::collection::vec((0i64..400, 0u64..50, 0u64..50), 0..60),
        ) {
            let durations: Vec<DurationCount> =
                counts.iter().map(|(time, events, censored)| count(*time, *events, *censored)).collect();
            let steps = kaplan_meier(&durations, 0.9).unwrap();
            for pair in steps.windows(2) {
                prop_assert!(pair[0].time < pair[1].time);
                prop_assert!(pair[0].survival > pair[1].survival);
            }
            for step in &steps {
                prop_assert!((0.0..=1.0).contains(&step.survival));
                prop_assert_eq!(step.limits.is_none(), step.survival == 0.0);
                if let Some([low, high]) = step.limits {
                    prop_assert!(0.0 <= low && low <= step.survival + 1e-12);
                    prop_assert!(step.survival <= high + 1e-12 && high <= 1.0);
                }
            }
            let subjects: u64 = counts.iter().map(|(_, events, censored)| events + censored).sum();
            let told: u64 = steps.iter().map(|step| step.events + step.censored).sum();
            prop_assert_eq!(subjects, told);
        }
    }
}
