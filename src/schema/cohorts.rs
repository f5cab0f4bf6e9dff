//! Who comes back, by month of first purchase.

crate::schema::column::table! {
    /// One month of first purchase and one month after it.
    derived "cohorts", key [COHORT, AGE_MONTHS];
    COHORT: Date "cohort", "first day of the month", "Month of first purchase.";
    AGE_MONTHS: Integer "age_months", "months", "Calendar months since then; 0 for the month itself.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons of the cohort.";
    ACTIVE_COUNT: Integer "active_count", "persons", "Of them, those who bought in that month.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Their spend in that month.";
}
