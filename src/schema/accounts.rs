//! Accounts that speak.

crate::schema::column::table! {
    /// One account of a platform.
    raw "accounts", key [SOURCE, ACCOUNT_ID], unit [SOURCE, ACCOUNT_ID], happened None;
    SOURCE: Text "source", "", "Channel account or shop system the export belongs to.";
    PLATFORM: Text "platform", "x, line, google, ...", "Platform of the account.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "The platform's own id; a name where the export has no id.";
    HANDLE: Text "handle", "without @", "Handle when observed; handles change and are reused.";
    DISPLAY_NAME: Text "display_name", "", "Name shown.";
    BIO: Text "bio", "", "What the account says of itself.";
    URL: Text "url", "", "Link in the profile.";
    LOCATION: Text "location", "", "Place in the profile.";
    FOLLOWER_COUNT: Integer "follower_count", "", "Followers when observed.";
    FOLLOWING_COUNT: Integer "following_count", "", "Accounts it follows.";
    POST_COUNT: Integer "post_count", "", "Posts so far.";
    CREATED_AT: Instant "created_at", "UTC", "When the account was made.";
    IS_VERIFIED: Flag "is_verified", "", "Verified by the platform.";
    IS_OFFICIAL: Flag "is_official", "", "The shop's own account.";
    EXTRA: Text "extra", "JSON object", "Fields of the export that no column here stands for.";
}
