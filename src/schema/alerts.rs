//! Sudden rises.

crate::schema::column::table! {
    /// One run of unusual hours.
    derived "alerts", key [ALERT_ID];
    ALERT_ID: Text "alert_id", "", "Brand and first hour.";
    BRAND: Text "brand", "", "Brand.";
    KIND: Text "kind", "volume, flare_up", "`flare_up` when the negative share reaches `score.alert.negative_share`.";
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
}
