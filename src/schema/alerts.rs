//! Sudden rises.

crate::schema::column::table! {
    /// One run of unusual hours.
    derived "alerts", key [ALERT_ID];
    ALERT_ID: Text "alert_id", "", "Brand and first hour.";
    BRAND: Text "brand", "", "Brand.";
    KIND: Text "kind", "volume, flare_up", "`flare_up` when negative posts alone are unusual and reach `score.alert.negative_share` of what is above the usual.";
    STATE: Text "state", "building, burning, cooling, over", "State at the as-of instant.";
    STARTED_AT: Instant "started_at", "UTC", "First unusual hour.";
    ENDED_AT: Instant "ended_at", "UTC", "End of the last unusual hour so far.";
    PEAK_AT: Instant "peak_at", "UTC", "Busiest hour.";
    PEAK_COUNT: Integer "peak_count", "posts", "Posts in the busiest hour.";
    POST_COUNT: Integer "post_count", "posts", "Posts from first to last hour.";
    EXPECTED_COUNT: Float "expected_count", "posts", "Posts usual in these hours.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of the posts negative.";
    NEGATIVE_SHARE: Float "negative_share", "0..1", "Share of negative posts.";
    AUTHOR_COUNT: Integer "author_count", "accounts", "Distinct authors.";
    WORDS: Texts "words", "base forms", "Words that tell it from other hours, the most telling first.";
    ALERTED_AT: Instant "alerted_at", "UTC", "End of the hour with which it became an alert.";
    FLARED_AT: Instant "flared_at", "UTC", "End of the hour with which it became a flare-up.";
    CAUSE: Text "cause", "complaint, rumour, impersonation", "Why people are upset, or what makes them speak; empty for a rise in volume that is neither a rumour nor an impersonation.";
    SCORE: Float "score", "0..100", "How much it burns: `100 sqrt(negative_part) (0.35 volume_part + 0.2 author_part + 0.15 reach_part + 0.1 quote_part + 0.1 entropy_part + 0.1 copy_part)`.";
    VOLUME_PART: Float "volume_part", "0..1", "Logarithm of posts over the usual, 1 at ten times.";
    NEGATIVE_PART: Float "negative_part", "0..1", "Negative share of the posts above the usual.";
    AUTHOR_PART: Float "author_part", "0..1", "Logarithm of distinct authors, 1 at a thousand.";
    QUOTE_PART: Float "quote_part", "0..1", "Quotes over quotes and reposts, with two of each added.";
    REACH_PART: Float "reach_part", "0..1", "Logarithm of the reach, 1 at ten million.";
    ENTROPY_PART: Float "entropy_part", "0..1", "Entropy of the texts: 1 when no two are the same, 0 when all are.";
    COPY_PART: Float "copy_part", "0..1", "Share of the posts that are no copies.";
    QUOTE_RATIO: Float "quote_ratio", "0..1", "Quotes over quotes and reposts.";
    REACH: Integer "reach", "followers", "Followers of those who posted or reposted, each account once.";
    COPY_SHARE: Float "copy_share", "0..1", "Share of the posts that are copies.";
    FIRST_POSTS: Texts "first_posts", "post ids", "Earliest negative posts in words of their own with one of the words; of a rumour, hearsay too.";
    SPREADERS: Texts "spreaders", "account ids", "Accounts answered, quoted and reposted most by others, then those with most followers.";
}
