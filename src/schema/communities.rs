//! Who talks with whom, and about what.

crate::schema::column::table! {
    /// One community: accounts that responded to each other more than to others in the last `score.window_days`, the largest first.
    derived "communities", key [COMMUNITY];
    COMMUNITY: Integer "community", "from 1", "Number of the community.";
    PLATFORM: Text "platform", "x, line, google, ...", "Platform of its accounts.";
    ACCOUNT_COUNT: Integer "account_count", "accounts", "Its accounts, two or more.";
    POST_COUNT: Integer "post_count", "posts", "Their opinions about the brand in the window.";
    NEGATIVE_SHARE: Float "negative_share", "0..1", "Share of these that are negative.";
    WORDS: Texts "words", "base forms", "Up to five words that tell them from the opinions of all others, the most telling first.";
    CENTRAL_HANDLES: Texts "central_handles", "handles without @", "Its up to five accounts of the highest PageRank, as far as their handles are known.";
}
