//! What campaigns brought.

crate::schema::column::table! {
    /// One campaign with a treated and a held-out group. Whoever was drawn counts, reached or not.
    derived "campaign_results", key [CAMPAIGN];
    CAMPAIGN: Text "campaign", "", "Campaign.";
    CHANNEL: Text "channel", "", "Its channel.";
    STARTED_ON: Date "started_on", "local day", "First day measured: that of the list of campaigns, else the day the first person was drawn.";
    MEASURED_TO: Date "measured_to", "local day", "Last day measured: 28 days, or as far as as-of reaches.";
    TREATED_COUNT: Integer "treated_count", "persons", "Persons treated.";
    CONTROL_COUNT: Integer "control_count", "persons", "Persons held out.";
    TREATED_MEAN_MINOR: Float "treated_mean_minor", "minor units", "Mean spend of a treated person.";
    CONTROL_MEAN_MINOR: Float "control_mean_minor", "minor units", "Mean spend of a held-out person.";
    LIFT_MINOR: Float "lift_minor", "minor units", "Difference of the means; empty, with its interval, where a group has one person.";
    LIFT_LOWER_MINOR: Float "lift_lower_minor", "minor units", "Lower end of its 90 % interval (Welch).";
    LIFT_UPPER_MINOR: Float "lift_upper_minor", "minor units", "Upper end.";
    TREATED_REPEAT_RATE: Float "treated_repeat_rate", "0..1", "Share of the treated who bought again in these days: on another day than that of their first purchase.";
    CONTROL_REPEAT_RATE: Float "control_repeat_rate", "0..1", "The same share of those held out.";
    REPEAT_LIFT: Float "repeat_lift", "-1..1", "Difference of the shares.";
    REPEAT_LIFT_LOWER: Float "repeat_lift_lower", "-1..1", "Lower end of its 90 % interval (Newcombe 1998, method 10).";
    REPEAT_LIFT_UPPER: Float "repeat_lift_upper", "-1..1", "Upper end.";
    ORDER_LIFT: Float "order_lift", "orders", "Difference of the mean orders of a person, returns not counted.";
    ORDER_LIFT_LOWER: Float "order_lift_lower", "orders", "Lower end of its 90 % interval (Welch).";
    ORDER_LIFT_UPPER: Float "order_lift_upper", "orders", "Upper end.";
    COST_MINOR: Integer "cost_minor", "minor units", "What it cost.";
    CPO_MINOR: Float "cpo_minor", "minor units", "Cost per order that it added: cost over the order lift times the treated; empty where it added none, or the cost is not known.";
    CPO_LOWER_MINOR: Float "cpo_lower_minor", "minor units", "Lower end of its 90 % interval, by the upper end of the order lift.";
    CPO_UPPER_MINOR: Float "cpo_upper_minor", "minor units", "Upper end, by the lower end of the order lift; empty where that adds no order.";
    RETURN_ON_SPEND: Float "return_on_spend", "ratio", "Sales that it added over what it cost (incremental ROAS): the lift times the treated over the cost; empty where it cost nothing or that is not known.";
    RETURN_ON_SPEND_LOWER: Float "return_on_spend_lower", "ratio", "Lower end of its 90 % interval, by that of the lift.";
    RETURN_ON_SPEND_UPPER: Float "return_on_spend_upper", "ratio", "Upper end.";
}
