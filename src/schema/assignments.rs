//! Who was treated and who was held out.

crate::schema::column::table! {
    /// One person's arm in one campaign.
    raw "assignments", key [SOURCE, CAMPAIGN, CUSTOMER_ID], unit [SOURCE, CAMPAIGN, CUSTOMER_ID], happened Some(ASSIGNED_AT);
    SOURCE: Text "source", "", "Shop system of the customer.";
    AUDIENCE: Text "audience", "", "Audience the campaign drew from.";
    CAMPAIGN: Text "campaign", "", "Campaign.";
    CUSTOMER_ID: Text "customer_id", "", "Customer assigned.";
    ARM: Text "arm", "treated, control", "Treated, or held out to compare with.";
    STRATUM: Text "stratum", "", "Group within which arms were drawn.";
    ASSIGNED_AT: Instant "assigned_at", "UTC", "When.";
}
