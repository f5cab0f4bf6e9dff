//! `[segment]` and `[[segment.rule]]`: what a person is worth, and which segment is whose.

use serde::{Deserialize, Serialize};

use super::{
    AbcConfig, ClusterConfig, CohortsConfig, CpmConfig, JourneyConfig, KpisConfig, ModelsConfig,
    RfmConfig, RuleMatch, SocialLiftConfig, VisitsConfig,
};
use crate::report::Lang;

/// Value and segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentConfig {
    /// Days of a reporting period.
    pub period_days: u32,
    /// Days a person's recent voice looks back.
    pub voice_window_days: u32,
    /// Share of the spend that is margin.
    pub margin: f64,
    /// Yearly discount rate.
    pub discount_rate: f64,
    /// Whether the first rule that holds decides, or every one.
    #[serde(rename = "match")]
    pub matching: RuleMatch,
    /// Days that purchases of others are counted after they met a person's posts.
    pub exposure_days: u32,
    /// `[segment.rfm]`
    pub rfm: RfmConfig,
    /// `[segment.models]`
    pub models: ModelsConfig,
    /// `[segment.social_lift]`
    pub social_lift: SocialLiftConfig,
    /// `[segment.abc]`
    pub abc: AbcConfig,
    /// `[segment.cpm]`
    pub cpm: CpmConfig,
    /// `[segment.visits]`
    pub visits: VisitsConfig,
    /// `[segment.kpis]`
    pub kpis: KpisConfig,
    /// `[segment.cohorts]`
    pub cohorts: CohortsConfig,
    /// `[segment.journey]`
    pub journey: JourneyConfig,
    /// `[segment.clusters]`
    pub clusters: ClusterConfig,
    /// `[[segment.rule]]`
    pub rule: Vec<SegmentRule>,
}

/// One value x voice segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentRule {
    /// Name.
    pub name: String,
    /// Name in English reports; the name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// SQL condition over a person's columns.
    pub when: String,
    /// What to do.
    #[serde(default)]
    pub action: String,
    /// What to do, in English reports; the action where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_en: Option<String>,
    /// How pressing it is.
    #[serde(default)]
    pub urgency: RuleUrgency,
}

impl SegmentRule {
    /// Returns the name in a language.
    pub fn name_in(&self, lang: Lang) -> &str {
        match (lang, &self.name_en) {
            (Lang::En, Some(name)) => name,
            _ => &self.name,
        }
    }

    /// Returns the action in a language.
    pub fn action_in(&self, lang: Lang) -> &str {
        match (lang, &self.action_en) {
            (Lang::En, Some(action)) => action,
            _ => &self.action,
        }
    }
}

/// How pressing a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleUrgency {
    /// Today.
    Now,
    /// Within the week.
    Week,
    /// With the next regular mailing.
    #[default]
    Regular,
    /// Leave them in peace.
    None,
}

impl RuleUrgency {
    /// Returns the key that stands in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Week => "week",
            Self::Regular => "regular",
            Self::None => "none",
        }
    }
}
