//! Words and phrases that are said more, or less, than before.

crate::schema::column::table! {
    /// One word or phrase of opinions about a brand whose use shifted, against the period before or against all the time before.
    derived "keyphrases", key [BRAND, PHRASE];
    BRAND: Text "brand", "", "Brand.";
    PHRASE: Text "phrase", "", "Word, or nouns that stand together.";
    PERIOD_START: Instant "period_start", "UTC", "Start of the period looked at, `score.period_days` before the as-of instant, where it ends.";
    POST_COUNT: Integer "post_count", "posts", "Opinions of the period that hold it.";
    PREVIOUS_COUNT: Integer "previous_count", "posts", "Opinions of the period before, which is as long.";
    REST_COUNT: Integer "rest_count", "posts", "Opinions of all the time before the period, as far back as `score.window_days`.";
    Z_PREVIOUS: Float "z_previous", "standard deviations", "Log-odds against the period before; empty when nothing was said then.";
    Z_REST: Float "z_rest", "standard deviations", "Log-odds against all the time before the period; empty when nothing was said then.";
    NEGATIVE_SHARE: Float "negative_share", "0..1", "Share of the scored opinions of the period that are negative.";
    C_VALUE: Float "c_value", "", "How much of a term it is; empty for a single word.";
    SCORE: Float "score", "standard deviations", "Both log-odds in one: above 0 it rose, below it fell.";
    SOURCE: Text "source", "", "Source of the newest post that holds it.";
    POST_ID: Text "post_id", "", "That post.";
}
