//! What each person bought and will buy.

crate::schema::column::table! {
    /// One person with at least one purchase.
    derived "person_values", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    FIRST_PURCHASED_ON: Date "first_purchased_on", "local day", "First purchase.";
    LAST_PURCHASED_ON: Date "last_purchased_on", "local day", "Last purchase.";
    ORDER_COUNT: Integer "order_count", "orders", "Orders, cancelled ones and returns left out.";
    PURCHASE_DAY_COUNT: Integer "purchase_day_count", "days", "Days with at least one order.";
    RETURN_COUNT: Integer "return_count", "orders", "Returns.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Spend so far, returns taken off.";
    MEAN_REPEAT_SPEND_MINOR: Float "mean_repeat_spend_minor", "minor units", "Mean spend of a purchase day, the first left out; empty for one-time buyers.";
    CUSTOMER_AGE_DAYS: Integer "customer_age_days", "days", "First purchase to as-of (T of the papers, times 7).";
    LAST_PURCHASE_AGE_DAYS: Integer "last_purchase_age_days", "days", "First to last purchase (t_x of the papers, times 7).";
    DAYS_SINCE_LAST_PURCHASE: Integer "days_since_last_purchase", "days", "Last purchase to as-of.";
    VISIT_CYCLE_DAYS: Float "visit_cycle_days", "days", "Median gap between purchase days; empty below three of them.";
    RECENCY_SCORE: Integer "recency_score", "1..5, or as many as set, at most 10", "Score by days since the last purchase, the highest the latest; a fifth of all persons each unless `segment.rfm` says else; equal values share a score.";
    FREQUENCY_SCORE: Integer "frequency_score", "1..5, or as many as set", "Score by purchase days.";
    MONETARY_SCORE: Integer "monetary_score", "1..5, or as many as set", "Score by spend.";
    RFM_SEGMENT: Text "rfm_segment", "champions, loyal, potential_loyalist, new, promising, need_attention, about_to_sleep, at_risk, cannot_lose, hibernating; those of another map; others", "Group by the scores, by the map of `segment.rfm`.";
    DECILE: Integer "decile", "1..10", "Tenth by spend, 1 the best.";
    ALIVE_PROB: Float "alive_prob", "0..1", "Probability of still being a customer.";
    EXPECTED_PURCHASE_COUNT: Float "expected_purchase_count", "purchase days", "Expected in the next 12 months.";
    EXPECTED_SPEND_MINOR: Float "expected_spend_minor", "minor units", "Expected spend of one purchase day.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected margin of the next 12 months, discounted.";
}
