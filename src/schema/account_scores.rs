//! Who speaks, how loud and in what mood.

crate::schema::column::table! {
    /// One account that spoke about the brand.
    derived "account_scores", key [PLATFORM, PROVIDER, ACCOUNT_ID];
    PLATFORM: Text "platform", "x, line, google, ...", "Platform.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "Account.";
    HANDLE: Text "handle", "without @", "Handle last observed.";
    FOLLOWER_COUNT: Integer "follower_count", "", "Followers last observed.";
    POST_COUNT: Integer "post_count", "posts", "Opinions about the brand.";
    SENTIMENT_MEAN: Float "sentiment_mean", "-1..1", "Mean sentiment of them.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of them negative.";
    RESPONSE_COUNT: Integer "response_count", "posts", "Replies, quotes and reposts by others that its posts about the brand received in the store.";
    ROLE: Text "role", "official, advocate, detractor, peer", "Advocate: at least three opinions, mean sentiment 0.2 or more; detractor: at least two negative, mean -0.2 or less.";
    LAST_POSTED_AT: Instant "last_posted_at", "UTC", "Newest opinion.";
}
