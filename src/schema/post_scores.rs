//! What each post says.

crate::schema::column::table! {
    /// One post as it was heard.
    derived "post_scores", key [SOURCE, POST_ID];
    SOURCE: Text "source", "", "Source of the post.";
    POST_ID: Text "post_id", "", "Post.";
    PLATFORM: Text "platform", "x, line, google, ...", "Where it was said.";
    PROVIDER: Text "provider", "", "Provider the account id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "Author.";
    POSTED_AT: Instant "posted_at", "UTC", "When it was said.";
    BRAND: Text "brand", "", "The first brand that it is about; empty when it is about none. What it says is read then, and where it names a competitor.";
    IS_OPINION: Flag "is_opinion", "", "A voice of its own about the brand: not the shop's, not a repost, not a copy of an earlier post.";
    IS_COPY: Flag "is_copy", "", "Says the same as an earlier post of another author, with a quarter of the letters changed at most.";
    COPY_OF: Text "copy_of", "", "First post that says the same, as known when this one was said, its author's own included; empty when there is none.";
    COPY_SIMILARITY: Float "copy_similarity", "0..1", "Share of the letters in common with it.";
    IS_HEARSAY: Flag "is_hearsay", "", "Passes on what the author did not see; empty for what was not read.";
    LANGUAGE: Text "language", "ISO 639-1", "Language; empty when it cannot be told.";
    SENTIMENT: Float "sentiment", "-1..1", "Sentiment; empty for languages that are not scored and where neither word nor sign shows one.";
    LABEL: Text "label", "positive, neutral, negative", "Class of the sentiment.";
    NEGATIVE_STRENGTH: Float "negative_strength", "0 and up", "Weight of its strongest negative word; empty where there is none.";
    UTTERANCE: Text "utterance", "request, question, complaint, praise, report, chatter", "What the author does by saying it, in the main.";
    UTTERANCES: Texts "utterances", "request, question, complaint, praise, report, chatter", "Everything the author does by saying it.";
    EMOTIONS: Texts "emotions", "joy, liking, relief, surprise, anger, sadness, fear, shame, dislike, excitement", "What the author feels.";
    JOURNEY: Texts "journey", "discover, evaluate, buy, recommend, complain, satisfied", "Where the author stands on the way from hearing of it to recommending it.";
    POSITIVE_ASPECTS: Texts "positive_aspects", "taste, service, price, delivery, ...", "What is praised.";
    NEGATIVE_ASPECTS: Texts "negative_aspects", "taste, service, price, delivery, ...", "What is complained of.";
    DECIDING_WORDS: Texts "deciding_words", "", "Words that decided the sentiment, with their signs; ± of a stated rating in the middle.";
    SPEECH_WORDS: Texts "speech_words", "class:words", "Words that decided utterances, emotions and journey.";
    WORDS: Texts "words", "base forms", "Content words, each once.";
    CONTENT: Integer "content", "", "Hash of the text that was read: a post that says the same is not read again.";
}
