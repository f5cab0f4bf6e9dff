//! What a purchase model expected, and what happened.

crate::schema::column::table! {
    /// One week of the log; the model was fitted on the weeks before the holdout.
    derived "tracking_weeks", key [WEEK];
    WEEK: Date "week", "first day of the week", "Week, counted back from as-of.";
    IS_HOLDOUT: Flag "is_holdout", "", "Whether the fit did not see it.";
    ACTUAL_COUNT: Float "actual_count", "purchase days", "Repeat purchases so far of the persons the fit knew.";
    EXPECTED_COUNT: Float "expected_count", "purchase days", "Expected so far.";
}
