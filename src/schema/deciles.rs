//! Ten groups of persons by sales.

crate::schema::column::table! {
    /// One tenth of the buyers by spend so far, also when nobody is in it because equal spend is never parted.
    derived "deciles", key [DECILE];
    DECILE: Integer "decile", "1..10", "Tenth, 1 the best; `decile` of `person_values`.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons.";
    ORDER_COUNT: Integer "order_count", "orders", "Their orders.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Their spend, returns taken off.";
    SPEND_SHARE: Float "spend_share", "of all spend of persons", "Share; empty when all spend is nil or less.";
    CUMULATIVE_SPEND_SHARE: Float "cumulative_spend_share", "of all spend of persons", "Share of this and the better tenths; above 1 where the worst took more back than they bought.";
    MEAN_SPEND_MINOR: Float "mean_spend_minor", "minor units", "Spend per person; empty when there is nobody.";
    LOWEST_SPEND_MINOR: Integer "lowest_spend_minor", "minor units", "Least spend of one of them.";
    HIGHEST_SPEND_MINOR: Integer "highest_spend_minor", "minor units", "Most spend of one of them.";
}
