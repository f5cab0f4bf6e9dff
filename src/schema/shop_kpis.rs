//! Figures of the whole shop, period by period.

crate::schema::column::table! {
    /// One week, month or year from the first purchase to as-of, or all of it; weeks of the last ten years, months of the last fifty, years of the last two hundred.
    derived "shop_kpis", key [PERIOD_KIND, FIRST_DAY];
    PERIOD_KIND: Text "period_kind", "week, month, year, all", "Kind of period; weeks begin on Monday.";
    FIRST_DAY: Date "first_day", "local day", "First day; of `all` the day of the first order.";
    LAST_DAY: Date "last_day", "local day", "Last day, or the as-of day in a period that still goes on.";
    IS_COMPLETE: Flag "is_complete", "", "Whether the period is over; `all` never is.";
    SALES_MINOR: Integer "sales_minor", "minor units", "Spend of the orders before returns are taken off, also of those nobody can be named for.";
    RETURNED_MINOR: Integer "returned_minor", "minor units", "What went back, positive.";
    ORDER_COUNT: Integer "order_count", "orders", "Orders.";
    RETURN_COUNT: Integer "return_count", "orders", "Returns.";
    MEAN_ORDER_MINOR: Float "mean_order_minor", "minor units", "Average order value: sales over orders.";
    MEDIAN_ORDER_MINOR: Float "median_order_minor", "minor units", "Median order: one giant order does not move it.";
    UNITS_PER_ORDER: Float "units_per_order", "pieces", "Pieces over orders, of orders whose lines are known.";
    BUYER_COUNT: Integer "buyer_count", "persons", "Persons who bought.";
    NEW_BUYER_COUNT: Integer "new_buyer_count", "persons", "Of them, those who bought for the first time.";
    REPEAT_BUYER_COUNT: Integer "repeat_buyer_count", "persons", "Of them, those with a second or later purchase day in the period.";
    REPEAT_RATE: Float "repeat_rate", "0..1", "Repeat buyers over buyers.";
    REPEAT_SALES_MINOR: Integer "repeat_sales_minor", "minor units", "Sales to persons after the day of their first purchase.";
    REPEAT_SALES_SHARE: Float "repeat_sales_share", "of the sales to persons who can be named", "Share of those.";
    F2_BASE_COUNT: Integer "f2_base_count", "persons", "New buyers whose first purchase is at least `segment.kpis.f2_days` old.";
    F2_COUNT: Integer "f2_count", "persons", "Of them, those who bought again within these days.";
    F2_RATE: Float "f2_rate", "0..1", "F2 conversion of the period's new buyers.";
    ACTIVE_COUNT: Integer "active_count", "persons", "Persons active before the period: bought within `segment.kpis.churn_days` before its first day; of `all` every buyer.";
    CHURNED_COUNT: Integer "churned_count", "persons", "Of them, those who passed these days without a purchase during the period; of `all` those who are gone at as-of.";
    CHURN_RATE: Float "churn_rate", "0..1", "Churned over active.";
    COSTED_SPEND_MINOR: Integer "costed_spend_minor", "minor units", "Spend of the orders and returns all of whose lines have a cost.";
    MARGIN_MINOR: Integer "margin_minor", "minor units", "That spend less the cost; empty where no cost is known.";
}
