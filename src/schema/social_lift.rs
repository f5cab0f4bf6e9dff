//! Whether what linked persons say tells more of their purchases than their purchases do.

crate::schema::column::table! {
    /// One signal of linked persons and its effect on how often they buy or whether they leave; the first row tests all signals together.
    derived "social_lift", key [SIGNAL, PROCESS];
    POSITION: Integer "position", "from 1", "Place of the row.";
    SIGNAL: Text "signal", "all, has_voice, posts, sentiment, sentiment_trend, open_complaints, advocacy, influence, journey_stage", "Signal, measured before the cut; `has_voice` tells linked persons from all others.";
    PROCESS: Text "process", "purchase, dropout, both", "What it acts on: the purchase rate, or the odds of leaving after a purchase.";
    VERDICT: Text "verdict", "gain, unconfirmed, no_gain, too_few, too_short, not_converged", "Of the first row. Gain: both tests say so (p < .05) and the holdout is foretold better, its interval above nil. Unconfirmed: both tests, but not the holdout.";
    NOTE: Text "note", "constant, collinear", "Why a signal is not in the model.";
    SIGNAL_MEAN: Float "signal_mean", "unit of the signal", "Mean over the persons it is known of; counts as ln(1 + n).";
    SIGNAL_DEVIATION: Float "signal_deviation", "unit of the signal", "Standard deviation over them.";
    EFFECT: Float "effect", "per standard deviation", "Effect on the logarithm of the purchase rate, or on the log-odds of leaving.";
    STANDARD_ERROR: Float "standard_error", "", "Its standard error.";
    EFFECT_CHANGE: Float "effect_change", "share per standard deviation", "The same as a change of the rate, or of the odds: 0.1 is 10 % more.";
    WALD_Z: Float "wald_z", "", "Effect over its standard error.";
    P_VALUE: Float "p_value", "0..1", "Of a signal Wald's, of the first row that of the likelihood ratio by the chi-squared law.";
    HOLM_P_VALUE: Float "holm_p_value", "0..1", "Corrected for the number of effects by Holm's method; empty for `has_voice`, which is not under test.";
    PERMUTATION_P_VALUE: Float "permutation_p_value", "0..1", "How often signals dealt out anew among the linked persons do as well.";
    LOG_LIKELIHOOD_CHANGE: Float "log_likelihood_change", "log-units", "What the signals add to the log-likelihood up to the cut.";
    LIKELIHOOD_RATIO: Float "likelihood_ratio", "", "Twice that: the statistic.";
    DEGREES: Integer "degrees", "effects", "Effects under test.";
    HOLDOUT_MAE: Float "holdout_mae", "purchase days", "Mean absolute error of the purchases of linked persons after the cut, foretold without the signals.";
    HOLDOUT_MAE_CHANGE: Float "holdout_mae_change", "purchase days", "With the signals less without; below nil is better.";
    HOLDOUT_MAE_CHANGE_LOW: Float "holdout_mae_change_low", "purchase days", "Lower limit of its 95 % interval.";
    HOLDOUT_MAE_CHANGE_HIGH: Float "holdout_mae_change_high", "purchase days", "Upper limit.";
    HOLDOUT_SCORE_CHANGE: Float "holdout_score_change", "log-units per person", "Change of the mean logarithm of the chance that the model gave to what came after the cut; above nil is better.";
    HOLDOUT_SCORE_CHANGE_LOW: Float "holdout_score_change_low", "log-units per person", "Lower limit of its 95 % interval.";
    HOLDOUT_SCORE_CHANGE_HIGH: Float "holdout_score_change_high", "log-units per person", "Upper limit.";
    MODEL: Text "model", "BG/NBD, MBG/NBD", "Purchase model, the likelier of the two before the cut.";
    CUT_ON: Date "cut_on", "", "Last day that signals and fit know.";
    HOLDOUT_WEEKS: Integer "holdout_weeks", "weeks", "Weeks after the cut.";
    CUSTOMER_COUNT: Integer "customer_count", "persons", "Persons with a purchase up to the cut that the models were fitted on.";
    LINKED_COUNT: Integer "linked_count", "persons", "Of them linked by the cut.";
    LINKED_REPEATER_COUNT: Integer "linked_repeater_count", "persons", "Of these with a repeat purchase by then.";
    LEFT_OUT_COUNT: Integer "left_out_count", "persons", "Persons left out because there were more than 20,000 of their class.";
}
