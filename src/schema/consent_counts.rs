//! How many may be spoken to.

crate::schema::column::table! {
    /// One purpose.
    derived "consent_counts", key [PURPOSE];
    PURPOSE: Text "purpose", "link_social, analyse, email, sms, line, push, postal, social_dm, voice, ads", "Purpose.";
    GRANTED_COUNT: Integer "granted_count", "persons", "Consent in force.";
    DENIED_COUNT: Integer "denied_count", "persons", "Denied, revoked or expired.";
    MISSING_COUNT: Integer "missing_count", "persons", "Never asked.";
}
