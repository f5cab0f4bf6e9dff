//! What each opinion is about.

crate::schema::column::table! {
    /// One opinion of the last `score.window_days` that is clearly about one topic.
    derived "post_topics", key [BRAND, SOURCE, POST_ID];
    BRAND: Text "brand", "", "Brand.";
    SOURCE: Text "source", "", "Source of the post.";
    POST_ID: Text "post_id", "", "Post.";
    TOPIC: Integer "topic", "from 1", "Number of the topic in `topics`.";
    WEIGHT: Float "weight", "2/3..1", "Probability of the topic.";
}
