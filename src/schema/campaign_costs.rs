//! What an order cost each campaign.

crate::schema::column::table! {
    /// One campaign that began; what it changed against a control group is in `campaign_results`.
    derived "campaign_costs", key [CAMPAIGN];
    CAMPAIGN: Text "campaign", "", "Campaign.";
    CHANNEL: Text "channel", "", "Its channel.";
    STARTED_ON: Date "started_on", "local day", "First day.";
    ENDED_ON: Date "ended_on", "local day", "Last day.";
    COST_MINOR: Integer "cost_minor", "minor units", "What it cost.";
    ORDER_COUNT: Integer "order_count", "orders", "Orders attributed: by coupon, else to treated persons from the day they were drawn on, within the days of `[segment.kpis]`; an order to one campaign.";
    COUPON_ORDER_COUNT: Integer "coupon_order_count", "orders", "Of them, those by coupon.";
    NEW_BUYER_COUNT: Integer "new_buyer_count", "persons", "Persons whose first purchase is among them.";
    SALES_MINOR: Integer "sales_minor", "minor units", "Spend of these orders.";
    CPO_MINOR: Float "cpo_minor", "minor units", "Cost per order; empty without orders or cost.";
    COST_PER_NEW_BUYER_MINOR: Float "cost_per_new_buyer_minor", "minor units", "Cost per new buyer; empty without one.";
    SALES_PER_COST: Float "sales_per_cost", "ratio", "Sales over cost; empty where it cost nothing.";
}
