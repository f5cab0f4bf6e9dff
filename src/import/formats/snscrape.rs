//! X posts of snscrape and twscrape (third parties), JSON lines: `rawContent`, `date`, `user{...}`, `conversationId`.
//!
//! - A repost (`retweetedTweet`) carries the text it repeats; that post, and one that is quoted (`quotedTweet`), come
//!   in too, but are not counted as read, and a post that stands in the file again, unchanged, is taken once.
//! - Accounts are taken from the posts: one row each, as the newest post shows them.
//! - Older versions write `content`, `outlinks` and `user.description` for `rawContent`, `links` and
//!   `user.rawDescription`.

use std::io::BufRead;

use jiff::Timestamp;
use serde_json::Value;

use super::x::{self, PLATFORM, Seen, rejected};
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{extra, flag, for_each_record, integer, text, text_ref, texts};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;

/// Fields of a post that have columns, or say what columns say.
const POST_FIELDS: &[&str] = &[
    "_type",
    "id",
    "id_str",
    "date",
    "rawContent",
    "content",
    "renderedContent",
    "user",
    "replyCount",
    "retweetCount",
    "likeCount",
    "quoteCount",
    "viewCount",
    "conversationId",
    "conversationIdStr",
    "inReplyToTweetId",
    "inReplyToTweetIdStr",
    "inReplyToUser",
    "retweetedTweet",
    "quotedTweet",
    "mentionedUsers",
    "hashtags",
    "links",
    "outlinks",
    "tcooutlinks",
];

/// Fields of an account that have columns, or say what columns say.
const ACCOUNT_FIELDS: &[&str] = &[
    "_type",
    "id",
    "id_str",
    "username",
    "displayname",
    "rawDescription",
    "renderedDescription",
    "description",
    "link.url",
    "linkUrl",
    "linkTcourl",
    "location",
    "followersCount",
    "friendsCount",
    "statusesCount",
    "created",
    "verified",
];

/// Posts of snscrape and twscrape.
pub(super) struct Snscrape;

impl Layout for Snscrape {
    fn name(&self) -> &'static str {
        "snscrape"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "snscrape / twscrape の X 投稿 JSONL",
            "X posts of snscrape or twscrape, JSONL",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let has_text = ["rawContent", "content", "renderedContent"]
            .iter()
            .any(|key| head.has_keys(&[key]));
        has_text && head.has_keys(&["date", "conversationId", "user.username"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reader = Reader {
            context,
            seen: Seen::default(),
            accounts: Accounts::default(),
        };
        for_each_record(input, context, sink, |line, record, sink| {
            sink.read_rows(1);
            let observed = match reader.post(line, &record, None, sink)? {
                Ok(posted_at) => posted_at,
                Err(reject) => return sink.reject(reject),
            };
            for key in ["retweetedTweet", "quotedTweet"] {
                // What is broken among these was asked for by nobody; of a deleted one there is the id alone.
                if let Some(within) = record.get(key) {
                    let _ = reader.post(line, within, Some(observed), sink)?;
                }
            }
            Ok(())
        })?;
        reader.accounts.put(sink)
    }
}

struct Reader<'a> {
    context: &'a Context,
    seen: Seen,
    accounts: Accounts,
}

impl Reader<'_> {
    /// Takes a post and returns when it was written; a post within another shows its author as they were when that
    /// other was written (`observed`).
    fn post(
        &mut self,
        line: u64,
        record: &Value,
        observed: Option<Timestamp>,
        sink: &mut Sink<'_>,
    ) -> Result<Result<Timestamp, Reject>> {
        let mut post = match post(line, record, self.context) {
            Ok(post) => post,
            Err(reject) => return Ok(Err(reject)),
        };
        if !self.seen.is_new(&post.post_id, record) {
            return Ok(Ok(post.posted_at));
        }
        if let Some(account) = record
            .get("user")
            .and_then(|user| account(user, self.context))
        {
            post.account_id = Some(account.account_id.clone());
            post.is_outbound = account.is_official;
            let observed = observed.unwrap_or(post.posted_at);
            self.accounts.add(account, observed, line);
        }
        post.put(line, sink)?;
        Ok(Ok(post.posted_at))
    }
}

fn post(line: u64, record: &Value, context: &Context) -> Result<Post, Reject> {
    if !record.is_object() {
        return Err(rejected(line, record, "", Reason::NotJson));
    }
    let post_id = x::id_of(record, &["id_str", "id"])
        .ok_or_else(|| rejected(line, record, "id", Reason::Missing))?;
    let posted_at = x::needed_instant(line, record, "date", context)?;
    let within = |key| record.get(key).filter(|within: &&Value| within.is_object());
    let (repeated, quoted) = (within("retweetedTweet"), within("quotedTweet"));
    let said = repeated
        .and_then(whole_text)
        .or_else(|| whole_text(record))
        .ok_or_else(|| rejected(line, record, "rawContent", Reason::Missing))?;
    let reply_to = x::id_of(record, &["inReplyToTweetIdStr", "inReplyToTweetId"]);
    let words = repeated.unwrap_or(record);
    Ok(Post {
        source: context.source_or(PLATFORM).to_owned(),
        platform: PLATFORM,
        post_id,
        posted_at,
        text: Some(said),
        kind: x::kind(repeated.is_some(), reply_to.is_some(), quoted.is_some()),
        reply_to,
        reposted: repeated
            .or(quoted)
            .and_then(|within| x::id_of(within, &["id_str", "id"])),
        conversation_id: x::id_of(record, &["conversationIdStr", "conversationId"]),
        mentions: listed(words, "mentionedUsers", "username"),
        hashtags: listed(words, "hashtags", ""),
        urls: listed(words, "links", "url").or_else(|| listed(words, "outlinks", "")),
        likes: integer(record, "likeCount"),
        replies: integer(record, "replyCount"),
        reposts: integer(record, "retweetCount"),
        quotes: integer(record, "quoteCount"),
        views: integer(record, "viewCount"),
        extra: extra(record, POST_FIELDS),
        ..Post::default()
    })
}

fn whole_text(record: &Value) -> Option<String> {
    let said = ["rawContent", "content", "renderedContent"]
        .iter()
        .find_map(|path| text_ref(record, path))?;
    Some(x::unescaped(&said))
}

/// Returns the texts of a list, or what stands under `key` in each of its elements; `None` where there is no list.
fn listed(record: &Value, list: &str, key: &str) -> Option<Vec<String>> {
    let elements = record.get(list)?.as_array()?;
    if !key.is_empty() {
        return Some(texts(record, list, &[key]));
    }
    let texts = elements.iter().filter_map(Value::as_str);
    Some(texts.map(str::to_owned).collect())
}

fn account(user: &Value, context: &Context) -> Option<Account> {
    let account_id = x::id_of(user, &["id_str", "id"])?;
    let handle = text(user, "username");
    let plain = |key| text_ref(user, key).map(|text| x::unescaped(&text));
    Some(Account {
        source: context.source_or(PLATFORM).to_owned(),
        platform: PLATFORM,
        is_official: x::is_official(context, &account_id, handle.as_deref()),
        account_id,
        handle,
        display_name: plain("displayname"),
        bio: plain("rawDescription").or_else(|| plain("description")),
        url: text(user, "link.url").or_else(|| text(user, "linkUrl")),
        location: plain("location"),
        followers: integer(user, "followersCount"),
        following: integer(user, "friendsCount"),
        posts: integer(user, "statusesCount"),
        created_at: x::instant(user, "created", context),
        is_verified: flag(user, "verified"),
        extra: extra(user, ACCOUNT_FIELDS),
        ..Account::default()
    })
}
