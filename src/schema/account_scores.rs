//! Who speaks, how loud and in what mood, and whether they are who they seem.

crate::schema::column::table! {
    /// One account that posted about the brand, is the shop's own, or passes for one that is.
    derived "account_scores", key [PLATFORM, PROVIDER, ACCOUNT_ID];
    PLATFORM: Text "platform", "x, line, google, ...", "Platform.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "Account.";
    HANDLE: Text "handle", "without @", "Handle last observed.";
    FOLLOWER_COUNT: Integer "follower_count", "", "Followers last observed.";
    POST_COUNT: Integer "post_count", "posts", "Opinions about the brand; of the shop's own accounts their posts.";
    SENTIMENT_MEAN: Float "sentiment_mean", "-1..1", "Mean sentiment of them.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of them negative.";
    RESPONSE_COUNT: Integer "response_count", "posts", "Replies, quotes and reposts by others that its posts about the brand received in the store.";
    ROLE: Text "role", "official, bot, staff, media, detractor, influencer, bridge, advocate, peer", "What it is to the shop, the first that holds. Bot: bot score 0.5 or more. Staff, media: as its profile says. Detractor: at least two negative opinions, mean sentiment -0.2 or less. Influencer: ten responses or more, and among the top hundredth in PageRank or reach. Bridge: among the top hundredth in betweenness, with neighbours in two communities or more. Advocate: at least three opinions, mean 0.2 or more.";
    LAST_POSTED_AT: Instant "last_posted_at", "UTC", "Newest opinion; empty for an account that only repeats others or has not posted.";
    PAGE_RANK: Float "page_rank", "0..1", "PageRank by who answered, quoted, repeated or named whom in the last `score.window_days`; sums up to 1 over all accounts of that graph.";
    BETWEENNESS: Float "betweenness", "0..1", "Share of the shortest ways between other accounts of the graph that lead over it; empty for fewer than two neighbours.";
    COMMUNITY: Integer "community", "from 1", "Its community in `communities`; empty for an account without neighbours.";
    REPOST_H_INDEX: Integer "repost_h_index", "posts", "Largest h for which h of its posts of the window have h reposts or more.";
    REACH: Integer "reach", "followers", "Followers of the account and of those that reposted or quoted it in the window, each account once.";
    REPLY_COUNT: Integer "reply_count", "posts", "Replies of others to it in the window.";
    QUOTE_COUNT: Integer "quote_count", "posts", "Quotes of its posts by others in the window.";
    REPOST_COUNT: Integer "repost_count", "posts", "Reposts of its posts by others in the window.";
    MENTION_COUNT: Integer "mention_count", "posts", "Mentions of it in the window that come with no reply or quote.";
    INFLUENCE: Float "influence", "opinions per exposure", "Opinions of others in the 48 hours after they responded to it, above those in the same hours of other weeks; empty below 20 exposures or five accounts exposed.";
    INFLUENCE_LOW: Float "influence_low", "opinions per exposure", "Lower limit of its 95 % interval.";
    INFLUENCE_HIGH: Float "influence_high", "opinions per exposure", "Upper limit of its 95 % interval.";
    INFLUENCE_P: Float "influence_p", "0..1", "Two-sided p-value of no influence.";
    EXPOSURE_COUNT: Integer "exposure_count", "exposures", "Exposures by which the influence was measured.";
    ROLE_REASONS: Texts "role_reasons", "role:reason", "All roles that hold with their reasons, the deciding one first.";
    BOT_SCORE: Float "bot_score", "0..1", "How much it behaves like a program; empty for the shop's own and below ten posts in the window, whatever they are about.";
    BOT_REASONS: Texts "bot_reasons", "regular_intervals, same_moment, round_the_clock, copies, volume, follower_ratio, links", "What adds to the bot score.";
    IMPERSONATES: Text "impersonates", "", "Official account that it passes for: its id, else its handle.";
    IMPERSONATION_SCORE: Float "impersonation_score", "0.5..1", "Strength of the evidence; empty for accounts that pass for none.";
    IMPERSONATION_REASONS: Texts "impersonation_reasons", "handle_looks_alike, display_name_equal, young_account, ...", "What the evidence is.";
}
