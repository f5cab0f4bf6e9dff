//! What was sent to customers and what became of it.

crate::schema::column::table! {
    /// One step of one message to one customer.
    raw "contacts", key [SOURCE, CUSTOMER_ID, CHANNEL, CAMPAIGN, STATE, HAPPENED_AT], unit [SOURCE, CUSTOMER_ID, CHANNEL, CAMPAIGN, STATE, HAPPENED_AT], happened Some(HAPPENED_AT);
    SOURCE: Text "source", "", "Shop system of the customer.";
    CUSTOMER_ID: Text "customer_id", "", "Customer written to.";
    CHANNEL: Text "channel", "email, line, sms, push, postal, social_dm, voice", "By what channel.";
    CAMPAIGN: Text "campaign", "", "Campaign it belongs to.";
    STATE: Text "state", "planned, sent, opened, clicked, bounced, unsubscribed", "What happened.";
    HAPPENED_AT: Instant "at", "UTC", "When.";
}
