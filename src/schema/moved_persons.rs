//! Persons who are in another group than before.

crate::schema::column::table! {
    /// One person who is in another group than one period earlier.
    derived "moved_persons", key [PERSON_ID, GROUPING];
    PERSON_ID: Text "person_id", "hash", "Person.";
    GROUPING: Text "grouping", "segment, rfm_segment, cpm", "What the groups are, as in `migrations`.";
    FROM_GROUP: Text "from_group", "", "Group one period earlier; `none` for who had none.";
    TO_GROUP: Text "to_group", "", "Group now; `none` for who has none.";
    SPEND_BETWEEN_MINOR: Integer "spend_between_minor", "minor units", "What the person spent since then, returns taken off.";
    PREVIOUS_LTV_MINOR: Integer "previous_ltv_minor", "minor units", "Expected 12-month value as of then.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected 12-month value.";
}
