//! The numbers of who moved between groups, and of what voices tell of purchases.

use serde::Serialize;

/// Persons in one segment before and in one now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MoveFigure {
    /// `period`: one period earlier; `year`: the same week of last year.
    pub compared_with: String,
    /// Segment before; `none` for who had none.
    pub from_segment: String,
    /// Segment now; `none` for who has none.
    pub to_segment: String,
    /// Persons; absent, with all below, when held back.
    pub person_count: Option<u64>,
    /// Their expected 12-month value as of then.
    pub previous_ltv_minor: Option<i64>,
    /// Their expected 12-month value now.
    pub ltv_minor: Option<i64>,
}

/// Whether what linked persons say tells more of their purchases than their purchases do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SocialLiftFigure {
    /// Verdict's key: `gain`, `unconfirmed`, `no_gain`, `too_few`, `too_short`, `not_converged`.
    pub verdict: String,
    /// Linked persons before the cut; absent when too few to be shown.
    pub linked_count: Option<u64>,
    /// p-value of the likelihood ratio of all signals.
    pub p_value: Option<f64>,
    /// How often signals dealt out anew do as well.
    pub permutation_p_value: Option<f64>,
    /// Change of the mean absolute error of purchases after the cut, per person; below nil is better.
    pub error_change: Option<f64>,
    /// Lower limit of its 95 % interval.
    pub error_change_low: Option<f64>,
    /// Upper limit.
    pub error_change_high: Option<f64>,
    /// Effects of the signals.
    pub effects: Vec<EffectFigure>,
}

/// Effect of one signal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffectFigure {
    /// Signal's key, e.g. `sentiment`.
    pub signal: String,
    /// What it acts on: `purchase` (the purchase rate) or `dropout` (the odds of leaving).
    pub process: String,
    /// Change of the rate, or of the odds, per standard deviation: 0.1 is 10 % more.
    pub change: f64,
    /// Lower end of its 95 % interval (Wald).
    pub change_low: f64,
    /// Upper end.
    pub change_high: f64,
    /// p-value corrected for the number of effects; absent where the signal is not under test.
    pub holm_p_value: Option<f64>,
}
