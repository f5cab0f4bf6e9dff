//! `[segment.models]` and `[segment.social_lift]`: which forecast is taken, and what is put to the test.

use serde::{Deserialize, Serialize};

use super::check::bad;
use crate::error::Result;

/// How the purchase model is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelsConfig {
    /// Cut-offs; 0 lets the likelihood alone decide.
    pub cutoffs: u32,
    /// Share of the log behind the latest cut-off.
    pub holdout_share: f64,
    /// Days behind a cut-off that are forecast; 0 goes by the share.
    pub holdout_days: u32,
    /// How long one opportunity to buy lasts, for BG/BB.
    pub opportunity: Opportunity,
}

/// How long one opportunity to buy lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opportunity {
    /// Purchases come at any time.
    Off,
    /// A month or a week where hardly anybody buys twice within one, else at any time.
    Auto,
    /// A week, Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

/// Whether what linked persons say is put to the test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocialLiftConfig {
    /// Whether it is.
    pub enabled: bool,
    /// Fewest linked persons with a repeat purchase before the cut.
    pub min_linked_repeaters: u32,
    /// Share of the weeks that neither fit nor signals see.
    pub holdout_share: f64,
}

impl ModelsConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.cutoffs > 12 {
            return bad(
                "segment.models.cutoffs",
                self.cutoffs,
                "a whole number from 0 to 12",
            );
        }
        if !(self.holdout_share > 0.0 && self.holdout_share <= 0.5) {
            let expected = "a share above 0 and up to 0.5";
            return bad("segment.models.holdout_share", self.holdout_share, expected);
        }
        if self.holdout_days > 3660 {
            let expected = "a whole number from 0 to 3660";
            return bad("segment.models.holdout_days", self.holdout_days, expected);
        }
        Ok(())
    }
}

impl SocialLiftConfig {
    pub(super) fn check(&self) -> Result<()> {
        if !(0.05..=0.5).contains(&self.holdout_share) {
            let key = "segment.social_lift.holdout_share";
            return bad(key, self.holdout_share, "a share between 0.05 and 0.5");
        }
        if !(20..=1_000_000).contains(&self.min_linked_repeaters) {
            let key = "segment.social_lift.min_linked_repeaters";
            let expected = "a whole number from 20 to 1000000";
            return bad(key, self.min_linked_repeaters, expected);
        }
        Ok(())
    }
}
