//! Who was in which group before, and how much money went with them.

crate::schema::column::table! {
    /// One group before and one group now; both computed by the same rules from the orders known then and now.
    derived "migrations", key [COMPARED_WITH, GROUPING, FROM_GROUP, TO_GROUP];
    COMPARED_WITH: Text "compared_with", "period, year", "`period`: as long ago as the period that the report compares with lies back (`segment.period_days` where nothing else is set); `year`: 364 days earlier, the same week of last year, where there were purchases by then.";
    GROUPING: Text "grouping", "segment, rfm_segment, cpm", "What the groups are; of `cpm` a group is group and state, e.g. `steady_active`.";
    FROM_GROUP: Text "from_group", "", "Group before; `none` for who had none or was not there: neither registered nor a buyer by then.";
    TO_GROUP: Text "to_group", "", "Group now; `none` for who has none.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Their spend so far.";
    SPEND_BETWEEN_MINOR: Integer "spend_between_minor", "minor units", "Of it, what they spent since then, returns taken off.";
    PREVIOUS_LTV_MINOR: Integer "previous_ltv_minor", "minor units", "Their expected 12-month value as of then; empty where none of them had one.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Their expected 12-month value; empty where none of them has one.";
}
