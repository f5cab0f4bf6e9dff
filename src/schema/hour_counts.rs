//! How much is said hour by hour.

crate::schema::column::table! {
    /// One brand and hour, hours without a post included; beside it one row per keyword or topic and hour with a post.
    derived "hour_counts", key [BRAND, KEYWORD, TOPIC, HOUR];
    BRAND: Text "brand", "", "Brand.";
    KEYWORD: Text "keyword", "", "Keyword of the posts counted; empty for all.";
    TOPIC: Text "topic", "", "Label of the topic of the posts counted, which are opinions of the last `score.window_days`; empty for all posts.";
    HOUR: Instant "hour", "UTC", "Start of the hour.";
    POST_COUNT: Integer "post_count", "posts", "Posts about the brand by others than the shop, copies included, reposts left out.";
    POSITIVE_COUNT: Integer "positive_count", "posts", "Of them positive.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of them negative.";
    QUOTE_COUNT: Integer "quote_count", "posts", "Of them quotes.";
    AUTHOR_COUNT: Integer "author_count", "accounts", "Distinct authors.";
    EXPECTED_COUNT: Float "expected_count", "posts", "Posts usual at that hour of the week, by the eight weeks before.";
    TAIL_PROB: Float "tail_prob", "0..1", "Probability of so many posts or more in a usual hour.";
    EXPECTED_NEGATIVE_COUNT: Float "expected_negative_count", "posts", "Negative posts usual at that hour of the week.";
    REPLY_COUNT: Integer "reply_count", "posts", "Of the posts replies.";
    REPOST_COUNT: Integer "repost_count", "reposts", "Reposts, beside the posts.";
    COPY_COUNT: Integer "copy_count", "posts", "Of the posts copies of an earlier one.";
    REACH: Integer "reach", "followers", "Followers of those who posted or reposted, each account once.";
}
