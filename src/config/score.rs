//! `[score]`: how far the analyses of posts look back, and what is unusual.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::check::bad;
use super::{BusinessHoursConfig, ConversationConfig};
use crate::error::Result;

/// Aspects of the user's own at most.
const MOST_ASPECTS: usize = 100;

/// Scores of hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreConfig {
    /// Days the hourly baseline looks back.
    pub baseline_days: u32,
    /// Days of posts that what compares posts with one another looks back.
    pub window_days: u32,
    /// Days of the period whose words are compared with those before.
    pub period_days: u32,
    /// Topics that are looked for; 0 finds how many there are.
    pub topics: u32,
    /// `[score.alert]`
    pub alert: AlertConfig,
    /// `[score.business_hours]`
    pub business_hours: BusinessHoursConfig,
    /// `[score.conversation]`
    pub conversation: ConversationConfig,
    /// `[score.aspects]`: nouns that name an aspect of the user's own, or one more of koe's, by its name.
    pub aspects: BTreeMap<String, Vec<String>>,
}

/// When an hour is unusual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertConfig {
    /// Largest tail probability of an unusual hour.
    pub tail_prob: f64,
    /// Fewest posts of an unusual hour.
    pub min_posts: u32,
    /// Hours between unusual hours of one alert, at most.
    pub gap_hours: u32,
    /// Share of negative posts, of those above the usual, from which on it is a flare-up.
    pub negative_share: f64,
}

impl ScoreConfig {
    /// Checks that the aspects have names, and nouns that no other aspect has.
    pub(super) fn check_aspects(&self) -> Result<()> {
        let aspects = &self.aspects;
        if aspects.len() > MOST_ASPECTS {
            let expected = format!("at most {MOST_ASPECTS} aspects");
            return bad("score.aspects", aspects.len(), &expected);
        }
        let mut known = BTreeSet::new();
        for (name, nouns) in aspects {
            let key = format!("score.aspects.{name}");
            if name.trim().is_empty() {
                return bad(&key, name, "under the name of an aspect");
            }
            for noun in nouns {
                let noun = noun.trim();
                if noun.is_empty() || !known.insert(noun) {
                    return bad(&key, noun, "a noun that is not listed before");
                }
            }
        }
        Ok(())
    }
}
