//! Which words stand together.

crate::schema::column::table! {
    /// Two common words that stand in one opinion of the last `score.window_days` more often than chance would have it.
    derived "cooccurrences", key [BRAND, WORD, OTHER_WORD];
    BRAND: Text "brand", "", "Brand.";
    WORD: Text "word", "base form", "The word that comes first by its text.";
    OTHER_WORD: Text "other_word", "base form", "The other.";
    POST_COUNT: Integer "post_count", "posts", "Opinions that hold both.";
    NPMI: Float "npmi", "0..1", "Normalised pointwise mutual information: 0 by chance, 1 when neither stands without the other.";
}
