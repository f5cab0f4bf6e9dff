//! Words that come in bursts.

crate::schema::column::table! {
    /// One word and time in which it was said more often than usual; those of a level lie in those of the level below.
    derived "word_bursts", key [BRAND, WORD, LEVEL, STARTED_AT];
    BRAND: Text "brand", "", "Brand.";
    WORD: Text "word", "base form", "Word.";
    LEVEL: Integer "level", "from 1", "Kleinberg's level: each doubles the rate at which the word is said.";
    STARTED_AT: Instant "started_at", "UTC", "First hour.";
    ENDED_AT: Instant "ended_at", "UTC", "End of the last hour.";
    POST_COUNT: Integer "post_count", "posts", "Posts with the word, copies and reposts left out.";
    WEIGHT: Float "weight", "nats", "What the burst saves in cost against the level below: how sure it is.";
}
