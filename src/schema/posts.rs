//! What was said, wherever it was said.

crate::schema::column::table! {
    /// One post, reply, review, chat message or the like.
    raw "posts", key [SOURCE, POST_ID], unit [SOURCE, POST_ID], happened Some(POSTED_AT);
    SOURCE: Text "source", "", "Channel account or shop system the export belongs to; the platform where there is one only.";
    PLATFORM: Text "platform", "x, line, google, ...", "Where it was said.";
    PROVIDER: Text "provider", "", "Provider an account id is valid in (LINE ids differ per provider); empty elsewhere.";
    POST_ID: Text "post_id", "", "The platform's own id; where there is none, a hash of what tells it apart.";
    ACCOUNT_ID: Text "account_id", "", "The author's id on the platform; a name where the export has no id.";
    CUSTOMER_ID: Text "customer_id", "", "Customer, where the export itself says so.";
    POSTED_AT: Instant "posted_at", "UTC", "When it was said.";
    TEXT: Text "text", "", "The whole text; a repost carries the text it repeats.";
    KIND: Text "kind", "post, reply, repost, quote, review, comment, chat, call, email, ticket, article, forum", "What sort of utterance it is.";
    REPLY_TO_POST_ID: Text "reply_to_post_id", "", "Post it answers.";
    REPOSTED_POST_ID: Text "reposted_post_id", "", "Post it repeats or quotes.";
    CONVERSATION_ID: Text "conversation_id", "", "Thread it belongs to.";
    MENTIONS: Texts "mentions", "handles without @", "Accounts it names.";
    HASHTAGS: Texts "hashtags", "without #", "Hashtags in it.";
    URLS: Texts "urls", "", "Links in it.";
    LIKE_COUNT: Integer "like_count", "", "Likes when observed.";
    REPLY_COUNT: Integer "reply_count", "", "Replies when observed.";
    REPOST_COUNT: Integer "repost_count", "", "Reposts when observed.";
    QUOTE_COUNT: Integer "quote_count", "", "Quotes when observed.";
    VIEW_COUNT: Integer "view_count", "", "Views when observed.";
    RATING: Float "rating", "1..5", "Stars of a review.";
    IS_OUTBOUND: Flag "is_outbound", "", "Said by the shop itself.";
    EXTRA: Text "extra", "JSON object", "Fields of the export that no column here stands for.";
}

/// Columns that tell a post, its author and its words.
pub(crate) const AUTHORED: [super::Column; 7] = [
    SOURCE,
    POST_ID,
    PLATFORM,
    PROVIDER,
    ACCOUNT_ID,
    CUSTOMER_ID,
    TEXT,
];
