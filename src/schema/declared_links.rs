//! Accounts that customers themselves declared as theirs.

crate::schema::column::table! {
    /// One declaration that a customer and an account are the same person.
    raw "declared_links", key [SOURCE, CUSTOMER_ID, PLATFORM, PROVIDER, ACCOUNT_ID, HANDLE], unit [SOURCE, CUSTOMER_ID, PLATFORM, PROVIDER, ACCOUNT_ID, HANDLE], happened Some(DECLARED_AT);
    SOURCE: Text "source", "", "Shop system of the customer.";
    CUSTOMER_ID: Text "customer_id", "", "Customer who declared it.";
    PLATFORM: Text "platform", "x, line, google, ...", "Platform of the account.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "The platform's own id; empty when only the handle was given.";
    HANDLE: Text "handle", "without @", "Handle as given.";
    METHOD: Text "method", "signup, login, email_hash, phone_hash, form", "How it was declared.";
    DECLARED_AT: Instant "declared_at", "UTC", "When.";
}
