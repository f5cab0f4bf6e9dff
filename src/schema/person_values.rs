//! What each person bought and will buy.

crate::schema::column::table! {
    /// One person with at least one purchase.
    derived "person_values", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    FIRST_PURCHASED_ON: Date "first_purchased_on", "local day", "First purchase.";
    LAST_PURCHASED_ON: Date "last_purchased_on", "local day", "Last purchase.";
    ORDER_COUNT: Integer "order_count", "orders", "Orders, cancelled ones and returns left out.";
    PURCHASE_DAY_COUNT: Integer "purchase_day_count", "days", "Days with at least one order.";
    RETURN_COUNT: Integer "return_count", "orders", "Returns, from the day of the first purchase on.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Spend so far, returns from the day of the first purchase on taken off.";
    MEAN_REPEAT_SPEND_MINOR: Float "mean_repeat_spend_minor", "minor units", "Mean spend of a purchase day, the first left out, returns not taken off; empty for one-time buyers.";
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
    PURCHASES_LOW: Integer "purchases_low", "purchase days", "Lower bound of the 90 % interval of purchases in the next 12 months, the bound included.";
    PURCHASES_HIGH: Integer "purchases_high", "purchase days", "Upper bound, included.";
    NEXT_PURCHASE_DAYS: Float "next_purchase_days", "days", "Median time from as-of to the next purchase day; empty where none ever is as likely as one.";
    DISCOUNTED_PURCHASE_COUNT: Float "discounted_purchase_count", "purchase days", "Purchases of the rest of the life, each discounted (DERT); under Pareto/NBD and BG/BB only.";
    EXPECTED_SPEND_MINOR: Float "expected_spend_minor", "minor units", "Expected spend of one purchase day, the share of the shop's sales that comes back taken off (`kept_sales_share` in `models`).";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected margin of the next 12 months, returns taken off, discounted.";
    LTV_LOW_MINOR: Integer "ltv_low_minor", "minor units", "Lower bound of the 90 % interval of the margin of the next 12 months, discounted; nil where buying nothing has a chance of 5 % or more.";
    LTV_HIGH_MINOR: Integer "ltv_high_minor", "minor units", "Upper bound; nil where buying nothing has a chance of 90 % or more.";
    EXPECTED_PURCHASE_24_COUNT: Float "expected_purchase_24_count", "purchase days", "Expected in the next 24 months.";
    PURCHASES_24_LOW: Integer "purchases_24_low", "purchase days", "Lower bound of the 90 % interval of purchases in the next 24 months.";
    PURCHASES_24_HIGH: Integer "purchases_24_high", "purchase days", "Upper bound.";
    LTV_24_MINOR: Integer "ltv_24_minor", "minor units", "Expected margin of the next 24 months, discounted.";
    LTV_24_LOW_MINOR: Integer "ltv_24_low_minor", "minor units", "Lower bound of its 90 % interval.";
    LTV_24_HIGH_MINOR: Integer "ltv_24_high_minor", "minor units", "Upper bound.";
    EXPECTED_PURCHASE_36_COUNT: Float "expected_purchase_36_count", "purchase days", "Expected in the next 36 months.";
    PURCHASES_36_LOW: Integer "purchases_36_low", "purchase days", "Lower bound of the 90 % interval of purchases in the next 36 months.";
    PURCHASES_36_HIGH: Integer "purchases_36_high", "purchase days", "Upper bound.";
    LTV_36_MINOR: Integer "ltv_36_minor", "minor units", "Expected margin of the next 36 months, discounted.";
    LTV_36_LOW_MINOR: Integer "ltv_36_low_minor", "minor units", "Lower bound of its 90 % interval.";
    LTV_36_HIGH_MINOR: Integer "ltv_36_high_minor", "minor units", "Upper bound.";
}
