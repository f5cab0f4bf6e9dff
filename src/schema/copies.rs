//! What is said again and again.

crate::schema::column::table! {
    /// One text that was posted more than once, word for word or nearly; its first post stands for it.
    derived "copies", key [SOURCE, POST_ID];
    SOURCE: Text "source", "", "Source of the first post.";
    POST_ID: Text "post_id", "", "First post.";
    ACCOUNT_ID: Text "account_id", "", "Who posted it first.";
    POST_COUNT: Integer "post_count", "posts", "Posts of it, the first among them; reposts left out.";
    AUTHOR_COUNT: Integer "author_count", "accounts", "Distinct authors; estimated above 1,024.";
    FIRST_AT: Instant "first_at", "UTC", "First post.";
    LAST_AT: Instant "last_at", "UTC", "Latest post.";
    HALF_AFTER_HOURS: Float "half_after_hours", "hours", "From the first post until half of them were there.";
    GROWTH: Float "growth", "ratio", "Posts of the latest 24 hours over those of the 24 hours before; empty when there were none then.";
}
