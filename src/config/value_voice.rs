//! How persons fall into segments, stages and clusters: parts of `[segment]`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::SegmentConfig;
use super::check::bad;
use crate::error::Result;
use crate::report::Lang;

/// Clusters at most: more are no help to a reader.
const MOST_CLUSTERS: u32 = 20;
/// Persons that k-means looks at, at least and at most.
const SAMPLES: std::ops::RangeInclusive<u32> = 100..=100_000;
/// Days that an exposure is followed, at most.
const MOST_EXPOSURE_DAYS: u32 = 90;

/// In how many segments a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleMatch {
    /// In that of the first rule that holds.
    First,
    /// In that of every rule that holds.
    All,
}

/// When the stage of a person on the way by orders changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyConfig {
    /// Purchase days from which on buying is a habit.
    pub habitual_days: u32,
    /// Visit cycles without a purchase after which a person has lapsed.
    pub lapsed_cycles: f64,
    /// Days without a purchase before which nobody has lapsed by the cycle.
    pub lapsed_least_days: u32,
    /// Probability of being a customer still, below which a person has lapsed.
    pub lapsed_alive_prob: f64,
}

/// Groups of buyers found by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterConfig {
    /// How.
    pub method: ClusterMethod,
    /// How many; 0 for the number with the highest silhouette.
    pub count: u32,
    /// Largest number that is tried.
    pub most: u32,
    /// Persons that the centres are found on, at most.
    pub sample: u32,
}

/// How clusters are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterMethod {
    /// Not at all.
    None,
    /// By k-means.
    Kmeans,
}

/// Checks the ranges, and that the names of the rules tell segments apart.
pub(super) fn check(segment: &SegmentConfig) -> Result<()> {
    let journey = &segment.journey;
    if !(0.0..=1.0).contains(&journey.lapsed_alive_prob) {
        let key = "segment.journey.lapsed_alive_prob";
        return bad(key, journey.lapsed_alive_prob, "a probability from 0 to 1");
    }
    if !(1.0..=100.0).contains(&journey.lapsed_cycles) {
        let key = "segment.journey.lapsed_cycles";
        return bad(key, journey.lapsed_cycles, "a number from 1 to 100");
    }
    let clusters = &segment.clusters;
    let is_counted = clusters.count == 0 || (2..=MOST_CLUSTERS).contains(&clusters.count);
    if !is_counted {
        let expected = format!("0 or a whole number from 2 to {MOST_CLUSTERS}");
        return bad("segment.clusters.count", clusters.count, &expected);
    }
    for (key, value, least, most) in [
        (
            "segment.exposure_days",
            segment.exposure_days,
            1,
            MOST_EXPOSURE_DAYS,
        ),
        (
            "segment.journey.habitual_days",
            journey.habitual_days,
            3,
            1000,
        ),
        (
            "segment.journey.lapsed_least_days",
            journey.lapsed_least_days,
            1,
            3660,
        ),
        ("segment.clusters.most", clusters.most, 2, MOST_CLUSTERS),
        (
            "segment.clusters.sample",
            clusters.sample,
            *SAMPLES.start(),
            *SAMPLES.end(),
        ),
    ] {
        if !(least..=most).contains(&value) {
            let expected = format!("a whole number from {least} to {most}");
            return bad(key, value, &expected);
        }
    }
    for lang in [Lang::Ja, Lang::En] {
        let mut known = BTreeSet::new();
        for rule in &segment.rule {
            let name = rule.name_in(lang);
            if name.trim().is_empty() || !known.insert(name) {
                return bad("segment.rule.name", name, "a name that no rule before has");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::parse;
    use crate::error::Error;

    #[test]
    fn what_cannot_be_is_refused() {
        for text in [
            "[segment]\nmatch = 'some'\n",
            "[segment]\nexposure_days = 0\n",
            "[segment.journey]\nhabitual_days = 2\n",
            "[segment.journey]\nlapsed_cycles = 0.5\n",
            "[segment.journey]\nlapsed_cycles = nan\n",
            "[segment.journey]\nlapsed_alive_prob = 1.5\n",
            "[segment.journey]\nlapsed_least_days = 0\n",
            "[segment.clusters]\nmethod = 'gmm'\n",
            "[segment.clusters]\ncount = 1\n",
            "[segment.clusters]\ncount = 21\n",
            "[segment.clusters]\nmost = 1\n",
            "[segment.clusters]\nsample = 99\n",
            "[[segment.rule]]\nname='a'\nwhen='TRUE'\n[[segment.rule]]\nname='a'\nwhen='TRUE'\n",
            "[[segment.rule]]\nname=' '\nwhen='TRUE'\n",
            "[[segment.rule]]\nname='a'\nname_en='x'\nwhen='TRUE'\n[[segment.rule]]\nname='b'\nname_en='x'\nwhen='TRUE'\n",
        ] {
            assert!(
                matches!(parse(text), Err(Error::BadSetting { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn the_defaults_hold_and_all_rules_may_count() {
        let config = parse("[segment]\nmatch = 'all'\n[segment.clusters]\nmethod = 'kmeans'\n");
        let segment = config.unwrap().segment;
        assert_eq!(segment.matching, RuleMatch::All);
        assert_eq!(segment.clusters.method, ClusterMethod::Kmeans);
        assert_eq!(parse("").unwrap().segment.matching, RuleMatch::First);
    }
}
