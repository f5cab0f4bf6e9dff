//! Groups of the customer portfolio (CPM).

crate::schema::column::table! {
    /// One of the ten groups, also when nobody is in it.
    derived "cpm_groups", key [CPM_GROUP, CPM_STATE];
    CPM_GROUP: Text "cpm_group", "first, fledgling, steady, trend, prime", "初回・よちよち・コツコツ・流行・優良, by `[segment.cpm]`.";
    CPM_STATE: Text "cpm_state", "active, lapsed", "現役 or 離脱.";
    POSITION: Integer "position", "from 1", "Place: the groups in their order, each active, then lapsed.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons.";
    PERSON_SHARE: Float "person_share", "0..1", "Share of all buyers; empty when there are none.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Their spend so far, returns taken off.";
    MEAN_SPEND_MINOR: Float "mean_spend_minor", "minor units", "Spend per person; empty when there is nobody.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected 12-month value; empty when no model could be fitted.";
}
