//! What the opinions are about.

crate::schema::column::table! {
    /// One topic of the opinions about a brand in the last `score.window_days`.
    derived "topics", key [BRAND, TOPIC];
    BRAND: Text "brand", "", "Brand.";
    TOPIC: Integer "topic", "from 1", "Number of the topic, the largest first. It is of this run alone: another run may give it to other words.";
    TOPIC_LABEL: Text "topic_label", "", "Its three most relevant words, with the number where two topics share them.";
    WORDS: Texts "words", "base forms", "Its ten most relevant words, the most relevant first.";
    POST_COUNT: Integer "post_count", "posts", "Opinions about it.";
    POSITIVE_COUNT: Integer "positive_count", "posts", "Of them positive.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of them negative.";
    POST_SHARE: Float "post_share", "0..1", "Share of all opinions about the brand.";
    NEGATIVE_SHARE: Float "negative_share", "0..1", "Share of its scored opinions that are negative.";
    COHERENCE: Float "coherence", "-1..1", "Mean NPMI of its ten commonest words.";
}
