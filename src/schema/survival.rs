//! How long the second purchase keeps people waiting.

crate::schema::column::table! {
    /// One day after the first purchase on which somebody bought for the second time, and day 0 (Kaplan-Meier).
    derived "survival", key [CHANNEL, AGE_DAYS];
    CHANNEL: Text "channel", "", "Channel of the first purchase, as in `cohorts`; empty for all persons together.";
    AGE_DAYS: Integer "age_days", "days", "Days since the first purchase.";
    AT_RISK_COUNT: Integer "at_risk_count", "persons", "Persons observed so long without a second purchase.";
    REPEAT_COUNT: Integer "repeat_count", "persons", "Of them, those who bought for the second time on that day.";
    CENSORED_COUNT: Integer "censored_count", "persons", "Of the others, those observed no longer than until the next row.";
    WAITING_PROB: Float "waiting_prob", "0..1", "Estimated probability that the second purchase comes later.";
    WAITING_PROB_LOWER: Float "waiting_prob_lower", "0..1", "Lower end of its 90 % interval; empty where the probability is 0.";
    WAITING_PROB_UPPER: Float "waiting_prob_upper", "0..1", "Upper end.";
}
