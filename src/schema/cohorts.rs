//! Who comes back, by month or week of first purchase.

crate::schema::column::table! {
    /// One month or week of first purchase and one month or week after it, of all persons or those of one channel.
    derived "cohorts", key [UNIT, CHANNEL, COHORT, AGE_PERIODS];
    UNIT: Text "unit", "month, week", "What cohort and age count in; weeks begin on Monday.";
    CHANNEL: Text "channel", "", "Channel of the first purchase; `unknown` where it has none, `other` for those beyond `segment.cohorts.channels`; empty for all persons together.";
    COHORT: Date "cohort", "first day of the month or week", "When they first bought: months of the last fifty years, weeks of `segment.cohorts.weeks`.";
    AGE_PERIODS: Integer "age_periods", "months or weeks", "Calendar months or weeks since then; 0 for the first itself.";
    IS_COMPLETE: Flag "is_complete", "", "Whether that month or week is over.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons of the cohort.";
    ACTIVE_COUNT: Integer "active_count", "persons", "Of them, those who bought in that month or week.";
    ORDER_COUNT: Integer "order_count", "orders", "Their orders in it.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Their spend in it, returns taken off; those before the day of the first purchase are nobody's.";
    CUMULATIVE_SPEND_MINOR: Integer "cumulative_spend_minor", "minor units", "Their spend from the first purchase to the end of it.";
}
