//! How an alert stands at the as-of instant.

use super::super::hours::{HOUR, Hour};
use super::detect::Span;

/// Hours without an unusual one after which an alert is over.
const COOLING_HOURS: i64 = 72;
/// Hours whose mean tells rise and fall.
const SMOOTHED: usize = 3;

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Its last hours are its busiest.
    Building,
    /// Past its peak, with at least half as many posts above the usual.
    Burning,
    /// Below half of its peak.
    Cooling,
    /// No unusual hour for three days.
    Over,
}

impl State {
    /// Returns the name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Burning => "burning",
            Self::Cooling => "cooling",
            Self::Over => "over",
        }
    }
}

/// Returns the state: the mean of posts above the usual over the last three complete hours against the highest such mean.
///
/// An alert that has nothing but the running hour is building.
pub(super) fn state(hours: &[Hour], span: &Span, until: i64) -> State {
    let (_, ended_at) = span.bounds(hours);
    if until.saturating_sub(ended_at) > COOLING_HOURS * HOUR {
        return State::Over;
    }
    let complete = hours.partition_point(|hour| hour.start + HOUR <= until);
    let run = hours.get(span.first..complete).unwrap_or_default();
    let excess: Vec<f64> = run
        .iter()
        .map(|hour| hour.post_count as f64 - hour.expected.unwrap_or(0.0))
        .collect();
    let smoothed: Vec<f64> = (0..excess.len())
        .map(|place| {
            let recent = &excess[(place + 1).saturating_sub(SMOOTHED)..=place];
            recent.iter().sum::<f64>() / recent.len() as f64
        })
        .collect();
    let Some(now) = smoothed.last().copied() else {
        return State::Building;
    };
    let peak = smoothed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if now >= peak {
        State::Building
    } else if now >= 0.5 * peak {
        State::Burning
    } else {
        State::Cooling
    }
}
