//! When and by which channel persons came first.

use std::cmp::Reverse;

use polars::prelude::*;

use super::facts::{Facts, owner};
use super::names::Names;
use crate::config::CohortsConfig;
use crate::schema::purchases;

const UNKNOWN: &str = "unknown";
const OTHER: &str = "other";
/// A person without a first purchase.
const NONE: u32 = u32::MAX;

/// How a person came; days since 1970-01-01.
#[derive(Debug, Clone, Copy)]
pub(super) struct FirstVisit {
    /// Day of the first purchase.
    pub(super) day: i32,
    /// Day of the second; empty while there is none.
    pub(super) second: Option<i32>,
    /// Place of the channel of the first purchase among those that are told apart.
    pub(super) origin: usize,
}

/// How everybody came.
pub(super) struct FirstVisits {
    /// By numbers of persons; nothing for who has not bought.
    pub(super) of_persons: Vec<Option<FirstVisit>>,
    /// The channels that are told apart, sorted.
    pub(super) origins: Vec<String>,
}

/// Returns the first visits and their channels, those beyond the largest as one.
pub(super) fn first_visits(facts: &Facts<'_>, config: &CohortsConfig) -> PolarsResult<FirstVisits> {
    let (channels, names) = first_channels(facts)?;
    let kept = largest(&channels, &names, config.channels as usize);
    let mut origins: Vec<String> = kept
        .iter()
        .map(|channel| names.text(*channel))
        .chain([OTHER])
        .map(str::to_owned)
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let mut of_channels = vec![place(&origins, OTHER); names.texts().len()];
    for channel in kept {
        of_channels[channel as usize] = place(&origins, names.text(channel));
    }
    let mut of_persons = vec![None; facts.person_count()];
    for visit in facts.visits.iter().filter(|visit| visit.previous.is_none()) {
        let person = visit.person as usize;
        of_persons[person] = Some(FirstVisit {
            day: visit.day,
            second: visit.next,
            origin: of_channels[channels[person] as usize],
        });
    }
    Ok(FirstVisits {
        of_persons,
        origins,
    })
}

/// Returns the number of the channel of each person's first purchase.
///
/// Of several orders on the first day the largest says the channel, of equal ones the first channel by name.
fn first_channels(facts: &Facts<'_>) -> PolarsResult<(Vec<u32>, Names)> {
    let told = facts.texts(purchases::CHANNEL)?;
    let mut names = Names::default();
    let mut channels = vec![NONE; facts.person_count()];
    let mut spends = vec![i64::MIN; facts.person_count()];
    for (row, order) in facts.orders.iter().enumerate() {
        let Some(person) = owner(*order).filter(|_| facts.is_first(*order)) else {
            continue;
        };
        let channel = told.and_then(|told| told.get(row)).unwrap_or(UNKNOWN);
        let channel = names.number(channel);
        let kept = channels[person];
        let is_better = kept == NONE
            || order.spend() > spends[person]
            || order.spend() == spends[person] && names.text(channel) < names.text(kept);
        if is_better {
            channels[person] = channel;
            spends[person] = order.spend();
        }
    }
    Ok((channels, names))
}

/// Returns the channels by which most persons came, of equal ones the first by name.
fn largest(channels: &[u32], names: &Names, most: usize) -> Vec<u32> {
    let mut counts = vec![0u64; names.texts().len()];
    for channel in channels.iter().filter(|channel| **channel != NONE) {
        counts[*channel as usize] += 1;
    }
    let mut found: Vec<u32> = (0..names.texts().len() as u32)
        .filter(|channel| counts[*channel as usize] > 0)
        .collect();
    found
        .sort_unstable_by_key(|channel| (Reverse(counts[*channel as usize]), names.text(*channel)));
    found.truncate(most);
    found
}

fn place(origins: &[String], name: &str) -> usize {
    origins.partition_point(|origin| origin.as_str() < name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_channels_are_those_of_most_persons_then_the_first_by_name() {
        let mut names = Names::default();
        let channels: Vec<u32> = ["web", "till", "fair", "web", "app"]
            .map(|name| names.number(name))
            .into_iter()
            .chain([NONE, NONE])
            .collect();
        // A channel of a smaller order of a first day is nobody's.
        names.number("a");
        let found = |most| -> Vec<String> {
            let found = largest(&channels, &names, most).into_iter();
            found
                .map(|channel| names.text(channel).to_owned())
                .collect()
        };
        assert_eq!(found(3), ["web", "app", "fair"]);
        assert_eq!(found(9), ["web", "app", "fair", "till"]);
        assert!(found(0).is_empty());
    }
}
