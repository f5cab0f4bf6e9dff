//! Accounts linked to persons who agreed to it.

crate::schema::column::table! {
    /// One account and the person it belongs to, with consent in force at the as-of instant and now.
    derived "links", key [PLATFORM, PROVIDER, ACCOUNT_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    PLATFORM: Text "platform", "x, line, google, ...", "Platform of the account.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "The platform's own id.";
    HANDLE: Text "handle", "without @", "Handle as declared or last observed.";
    METHOD: Text "method", "signup, login, email_hash, phone_hash, form, review", "How it was declared; `review` where a reviewer confirmed it.";
    DECLARED_AT: Instant "declared_at", "UTC", "When.";
    CONSENTED_AT: Instant "consented_at", "UTC", "Since when `link_social` is in force.";
    EVIDENCE: Text "evidence", "", "The declaration's file and row, and the consent's.";
}
