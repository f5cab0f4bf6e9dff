//! How well detections match what was planted.

use super::{FlareUp, HOUR};

/// Days of a month.
const MONTH_DAYS: f64 = 365.25 / 12.0;

/// What a detector says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detection {
    /// Start of the first hour it speaks of.
    pub started_at: i64,
    /// End of the last hour it speaks of.
    pub ended_at: i64,
    /// When it could first be known: the end of the hour with which it was found.
    pub told_at: i64,
}

impl Detection {
    /// Returns detections of runs of flagged hours that lie at most `gap` hours apart; `hours` holds the starts of hours.
    pub fn runs(hours: &[i64], is_flagged: &[bool], gap: usize) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for (hour, _) in hours.iter().zip(is_flagged).filter(|(_, flag)| **flag) {
            match runs.last_mut() {
                Some(last) if hour - last.ended_at <= gap as i64 * HOUR => {
                    last.ended_at = hour + HOUR;
                }
                _ => runs.push(Self {
                    started_at: *hour,
                    ended_at: hour + HOUR,
                    told_at: hour + HOUR,
                }),
            }
        }
        runs
    }
}

/// Detections against what was planted, over any number of streams.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Verdict {
    /// Flare-ups planted.
    pub planted: usize,
    /// Hours from the start of each flare-up found to when it could be known.
    pub delays: Vec<f64>,
    /// Detections that touch no flare-up.
    pub false_count: usize,
    /// Months looked at, over all streams.
    pub months: f64,
}

impl Verdict {
    /// Adds one stream.
    ///
    /// A flare-up is found by the first detection that touches it and is told after its start; of several detections that
    /// touch it none is false.
    pub fn add(&mut self, planted: &[FlareUp], found: &[Detection], days: u32) {
        self.planted += planted.len();
        self.months += f64::from(days) / MONTH_DAYS;
        let touches = |one: &FlareUp, other: &Detection| {
            other.started_at < one.ended_at && other.ended_at > one.started_at
        };
        for flare_up in planted {
            let told = found
                .iter()
                .filter(|found| touches(flare_up, found))
                .map(|found| found.told_at - flare_up.started_at)
                .filter(|delay| *delay > 0)
                .min();
            self.delays
                .extend(told.map(|delay| delay as f64 / HOUR as f64));
        }
        self.false_count += found
            .iter()
            .filter(|found| !planted.iter().any(|one| touches(one, found)))
            .count();
    }

    /// Returns the share of flare-ups found.
    pub fn recall(&self) -> f64 {
        self.delays.len() as f64 / self.planted.max(1) as f64
    }

    /// Returns a quantile of the delays, in hours; infinite where nothing was found.
    pub fn delay(&self, quantile: f64) -> f64 {
        let mut sorted = self.delays.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (quantile.clamp(0.0, 1.0) * sorted.len().saturating_sub(1) as f64).round();
        sorted.get(place as usize).copied().unwrap_or(f64::INFINITY)
    }

    /// Returns the false detections per stream and month.
    pub fn false_per_month(&self) -> f64 {
        self.false_count as f64 / self.months.max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flare_up(from: i64, to: i64) -> FlareUp {
        FlareUp {
            started_at: from * HOUR,
            ended_at: to * HOUR,
            peak_at: from * HOUR,
            peak_ratio: 5.0,
            most_in_three_hours: 30,
            negative_share: 0.6,
        }
    }

    #[test]
    fn detections_are_found_missed_or_false() {
        let hours: Vec<i64> = (0..100).map(|hour| hour * HOUR).collect();
        let flags: Vec<bool> = (0..100)
            .map(|hour| [5, 12, 13, 19, 60].contains(&hour))
            .collect();
        let found = Detection::runs(&hours, &flags, 6);
        // 5 and 12 lie six whole hours apart: one run.
        assert_eq!(found.len(), 2);
        let mut verdict = Verdict::default();
        verdict.add(&[flare_up(4, 20), flare_up(80, 90)], &found, 30);
        assert_eq!((verdict.planted, verdict.false_count), (2, 1));
        assert_eq!(verdict.delays, [2.0]);
        assert_eq!(verdict.recall(), 0.5);
        assert_eq!(verdict.delay(0.5), 2.0);
        assert_eq!(Verdict::default().delay(0.5), f64::INFINITY);
    }
}
