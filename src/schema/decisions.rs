//! What reviewers decided of candidates.

crate::schema::column::table! {
    /// One decision: a customer record and another record, or an account, are the same person or are not.
    raw "decisions", key [SOURCE, CUSTOMER_ID, OTHER_SOURCE, OTHER_CUSTOMER_ID, PLATFORM, PROVIDER, ACCOUNT_ID], unit [SOURCE, CUSTOMER_ID, OTHER_SOURCE, OTHER_CUSTOMER_ID, PLATFORM, PROVIDER, ACCOUNT_ID], happened Some(DECIDED_AT);
    SOURCE: Text "source", "", "Shop system of the record.";
    CUSTOMER_ID: Text "customer_id", "", "The record.";
    OTHER_SOURCE: Text "other_source", "", "Shop system of the other record; empty for an account.";
    OTHER_CUSTOMER_ID: Text "other_customer_id", "", "The other record; empty for an account.";
    PLATFORM: Text "platform", "x, line, google, ...", "Platform of the account; empty for a record.";
    PROVIDER: Text "provider", "", "Provider the account's id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "The platform's own id of the account; empty for a record.";
    DECISION: Text "decision", "same, different", "Whether the two are one person.";
    DECIDED_AT: Instant "decided_at", "UTC", "When; the instant of observation where the file does not say.";
    REVIEWER: Text "reviewer", "", "Who decided.";
}
