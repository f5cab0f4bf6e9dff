//! A post on its way into the tables.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::error::Result;
use crate::schema::posts;

use super::sink::Sink;
use super::values::entities;

/// One post, reply, review, chat message or the like; see [`posts`] for what each field means.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// Channel account or shop system the export belongs to.
    pub source: String,
    /// Where it was said.
    pub platform: &'static str,
    /// Provider the account id is valid in.
    pub provider: Option<String>,
    /// The platform's own id, else a hash of what tells it apart.
    pub post_id: String,
    /// The author's id; a name where the export has no id.
    pub account_id: Option<String>,
    /// Customer, where the export itself says so.
    pub customer_id: Option<String>,
    /// When it was said.
    pub posted_at: Timestamp,
    /// The whole text.
    pub text: Option<String>,
    /// One of the kinds [`posts::KIND`] lists.
    pub kind: &'static str,
    /// Post it answers.
    pub reply_to: Option<String>,
    /// Post it repeats or quotes.
    pub reposted: Option<String>,
    /// Thread it belongs to.
    pub conversation_id: Option<String>,
    /// Accounts it names, without `@`; `None` when the export does not list them: then they are found in the text.
    pub mentions: Option<Vec<String>>,
    /// Hashtags, without `#`; `None` as for `mentions`.
    pub hashtags: Option<Vec<String>>,
    /// Links; `None` as for `mentions`.
    pub urls: Option<Vec<String>>,
    /// Likes when observed.
    pub likes: Option<i64>,
    /// Replies when observed.
    pub replies: Option<i64>,
    /// Reposts when observed.
    pub reposts: Option<i64>,
    /// Quotes when observed.
    pub quotes: Option<i64>,
    /// Views when observed.
    pub views: Option<i64>,
    /// Stars of a review.
    pub rating: Option<f64>,
    /// Said by the shop itself.
    pub is_outbound: bool,
    /// What no column stands for, JSON.
    pub extra: Option<String>,
}

impl Post {
    /// Puts the post into the sink; `line` is where it stands in the file.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, line: u64, sink: &mut Sink<'_>) -> Result<()> {
        let text = self.text.as_deref().unwrap_or_default();
        fn listed<'a>(
            list: &'a Option<Vec<String>>,
            found: impl FnOnce() -> Vec<String>,
        ) -> Cow<'a, [String]> {
            match list {
                Some(list) => Cow::Borrowed(list),
                None => Cow::Owned(found()),
            }
        }
        sink.row(&posts::TABLE, line)
            .text(posts::SOURCE, Some(&self.source))
            .text(posts::PLATFORM, Some(self.platform))
            .text(posts::PROVIDER, self.provider.as_deref())
            .text(posts::POST_ID, Some(&self.post_id))
            .text(posts::ACCOUNT_ID, self.account_id.as_deref())
            .text(posts::CUSTOMER_ID, self.customer_id.as_deref())
            .instant(posts::POSTED_AT, Some(self.posted_at))
            .text(posts::TEXT, self.text.as_deref())
            .text(posts::KIND, Some(self.kind))
            .text(posts::REPLY_TO_POST_ID, self.reply_to.as_deref())
            .text(posts::REPOSTED_POST_ID, self.reposted.as_deref())
            .text(posts::CONVERSATION_ID, self.conversation_id.as_deref())
            .texts(
                posts::MENTIONS,
                &listed(&self.mentions, || entities::mentions(text)),
            )
            .texts(
                posts::HASHTAGS,
                &listed(&self.hashtags, || entities::hashtags(text)),
            )
            .texts(posts::URLS, &listed(&self.urls, || entities::urls(text)))
            .integer(posts::LIKE_COUNT, self.likes)
            .integer(posts::REPLY_COUNT, self.replies)
            .integer(posts::REPOST_COUNT, self.reposts)
            .integer(posts::QUOTE_COUNT, self.quotes)
            .integer(posts::VIEW_COUNT, self.views)
            .float(posts::RATING, self.rating)
            .flag(posts::IS_OUTBOUND, Some(self.is_outbound))
            .text(posts::EXTRA, self.extra.as_deref())
            .finish()
    }
}
