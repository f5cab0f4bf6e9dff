//! What customers agreed to.

/// `source_file` of what `koe consent` wrote.
pub const BY_HAND: &str = "koe consent";

crate::schema::column::table! {
    /// One statement of a customer about one purpose.
    raw "consents", key [SOURCE, CUSTOMER_ID, PURPOSE, EFFECTIVE_AT, STATUS], unit [SOURCE, CUSTOMER_ID, PURPOSE, EFFECTIVE_AT, STATUS], happened Some(EFFECTIVE_AT);
    SOURCE: Text "source", "", "Shop system of the customer.";
    CUSTOMER_ID: Text "customer_id", "", "Customer who stated it.";
    PURPOSE: Text "purpose", "link_social, analyse, email, sms, line, push, postal, social_dm, voice, ads", "What it is about.";
    STATUS: Text "status", "granted, denied, revoked", "What was stated.";
    EFFECTIVE_AT: Instant "effective_at", "UTC", "From when; an undated grant starts when it was observed, and gives way to dated refusals that were not known by then.";
    EXPIRES_AT: Instant "expires_at", "UTC", "Until when; empty for no end.";
    EVIDENCE: Text "evidence", "", "Where the statement can be found.";
}
