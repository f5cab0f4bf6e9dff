//! `[join]`: when two customer records are one person.

use serde::{Deserialize, Serialize};

/// How persons are made of customer records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinConfig {
    /// Probability from which on two records are one person.
    pub threshold: f64,
    /// Probability from which on a pair is listed for review.
    pub review: f64,
    /// Records of a block at most.
    pub block_size: u32,
    /// Values that belong to nobody.
    pub blocked: Vec<String>,
    /// File with weights, relative to the workspace; empty for fitted ones.
    pub weights: String,
    /// `[join.limits]`
    pub limits: JoinLimits,
}

/// What one person can have at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinLimits {
    /// Customer records.
    pub records: u32,
    /// E-mail addresses.
    pub emails: u32,
    /// Telephone numbers.
    pub phones: u32,
    /// Family names that share a value before it is taken for a placeholder.
    pub families_per_value: u32,
}

impl JoinConfig {
    /// Returns the settings of the stage.
    pub fn settings(&self) -> crate::join::Settings {
        crate::join::Settings {
            linkage: crate::join::linkage::Settings {
                threshold: self.threshold,
                review: self.review,
                block_cap: self.block_size as usize,
                limits: crate::join::linkage::Limits {
                    records: self.limits.records as usize,
                    emails: self.limits.emails as usize,
                    phones: self.limits.phones as usize,
                    sharing: self.limits.families_per_value as usize,
                },
            },
            blocked: self.blocked.clone(),
        }
    }
}
