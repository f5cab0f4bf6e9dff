//! What campaigns brought.

crate::schema::column::table! {
    /// One campaign with a treated and a held-out group.
    derived "campaign_results", key [CAMPAIGN];
    CAMPAIGN: Text "campaign", "", "Campaign.";
    CHANNEL: Text "channel", "", "Its channel.";
    STARTED_ON: Date "started_on", "local day", "First day measured.";
    MEASURED_TO: Date "measured_to", "local day", "Last day measured: 28 days, or as far as as-of reaches.";
    TREATED_COUNT: Integer "treated_count", "persons", "Persons treated.";
    CONTROL_COUNT: Integer "control_count", "persons", "Persons held out.";
    TREATED_MEAN_MINOR: Float "treated_mean_minor", "minor units", "Mean spend of a treated person.";
    CONTROL_MEAN_MINOR: Float "control_mean_minor", "minor units", "Mean spend of a held-out person.";
    LIFT_MINOR: Float "lift_minor", "minor units", "Difference of the means.";
    LIFT_LOWER_MINOR: Float "lift_lower_minor", "minor units", "Lower end of its 90 % interval (Welch).";
    LIFT_UPPER_MINOR: Float "lift_upper_minor", "minor units", "Upper end.";
    COST_MINOR: Integer "cost_minor", "minor units", "What it cost.";
}
