//! Campaigns.

crate::schema::column::table! {
    /// One campaign.
    raw "campaigns", key [SOURCE, CAMPAIGN], unit [SOURCE, CAMPAIGN], happened None;
    SOURCE: Text "source", "", "Where the list of campaigns comes from.";
    CAMPAIGN: Text "campaign", "", "Its name.";
    CHANNEL: Text "channel", "", "By what channel.";
    STARTED_ON: Date "started_on", "local day", "First day.";
    ENDED_ON: Date "ended_on", "local day", "Last day.";
    COST_MINOR: Integer "cost_minor", "minor units of the workspace's currency", "What it cost.";
    AUDIENCE: Text "audience", "", "Audience it was meant for.";
    HASHTAGS: Texts "hashtags", "without #", "Hashtags of the campaign.";
    COUPONS: Texts "coupons", "", "Coupon codes of the campaign.";
}
