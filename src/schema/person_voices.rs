//! What each consenting person says.

crate::schema::column::table! {
    /// One person with at least one opinion heard.
    derived "person_voices", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    ACCOUNT_COUNT: Integer "account_count", "accounts", "Linked accounts that spoke.";
    POST_COUNT: Integer "post_count", "posts", "Opinions so far.";
    RECENT_POST_COUNT: Integer "recent_post_count", "posts", "Opinions in the last `segment.voice_window_days`.";
    RECENT_SENTIMENT_MEAN: Float "recent_sentiment_mean", "-1..1", "Mean sentiment of the recent ones.";
    RECENT_NEGATIVE_COUNT: Integer "recent_negative_count", "posts", "Recent ones that are negative.";
    RECENT_COMPLAINT_COUNT: Integer "recent_complaint_count", "posts", "Recent ones that complain.";
    SENTIMENT_MEAN: Float "sentiment_mean", "-1..1", "Mean sentiment so far.";
    FOLLOWER_COUNT: Integer "follower_count", "", "Followers last observed of the linked account with most of them; also where segments of an earlier moment are told by them.";
    LAST_POSTED_AT: Instant "last_posted_at", "UTC", "Newest opinion.";
}
