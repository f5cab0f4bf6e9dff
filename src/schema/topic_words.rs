//! The words of the topics.

crate::schema::column::table! {
    /// One word of a topic.
    derived "topic_words", key [BRAND, TOPIC, WORD];
    BRAND: Text "brand", "", "Brand.";
    TOPIC: Integer "topic", "from 1", "Number of the topic.";
    WORD: Text "word", "base form", "Word.";
    WEIGHT: Float "weight", "0..1", "Probability of the word in the topic.";
    RELEVANCE: Float "relevance", "", "0.6 ln of the weight and 0.4 ln of the weight over the word's share of all words.";
}
