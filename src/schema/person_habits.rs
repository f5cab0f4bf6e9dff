//! How each person buys.

crate::schema::column::table! {
    /// One person with at least one purchase.
    derived "person_habits", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    VISIT_CYCLE_DAYS: Float "visit_cycle_days", "days", "Median gap between purchase days; empty below three of them.";
    OVERDUE_CYCLES: Float "overdue_cycles", "visit cycles", "Days since the last purchase over the visit cycle: 1 is the day the next purchase is usual.";
    VISIT_STATE: Text "visit_state", "early, due, overdue, gone", "By `[segment.visits]`; empty where there is no visit cycle.";
    NEXT_DUE_ON: Date "next_due_on", "local day", "Last purchase and one visit cycle, rounded to whole days.";
    SALES_MINOR: Integer "sales_minor", "minor units", "Spend of all orders, returns not taken off.";
    MEAN_ORDER_MINOR: Float "mean_order_minor", "minor units", "Average order value: sales over orders.";
    LARGEST_ORDER_MINOR: Integer "largest_order_minor", "minor units", "The largest order, so that one giant order can be told from a habit.";
    UNITS_PER_ORDER: Float "units_per_order", "pieces", "Pieces over orders, of orders whose lines are known.";
    CATEGORY_COUNT: Integer "category_count", "categories", "Different categories bought; empty where no line has one.";
    FAVOURITE_CATEGORY: Text "favourite_category", "", "Category of most order lines; of equals the one with more sales, then the one bought last, then by name.";
    FAVOURITE_CHANNEL: Text "favourite_channel", "", "Channel of most orders; equals as for the category.";
    FAVOURITE_STORE: Text "favourite_store", "", "Store of most orders; equals as for the category.";
    COSTED_SPEND_MINOR: Integer "costed_spend_minor", "minor units", "Spend of the orders and returns all of whose lines have a cost.";
    MARGIN_MINOR: Integer "margin_minor", "minor units", "That spend less the cost; empty where no cost is known.";
    ABC_SPEND_MINOR: Integer "abc_spend_minor", "minor units", "Spend in the window of `[segment.abc]`, returns taken off; empty for who bought nothing in it.";
    ABC_CLASS: Text "abc_class", "A, B, C", "Class by that spend; equal spend is one class.";
    CPM_GROUP: Text "cpm_group", "first, fledgling, steady, trend, prime", "初回・よちよち・コツコツ・流行・優良, by `[segment.cpm]`.";
    CPM_STATE: Text "cpm_state", "active, lapsed", "現役 or 離脱.";
}
