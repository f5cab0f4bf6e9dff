//! A post as X's API v1.1 and its archives write it.
//!
//! `full_text`, or `extended_tweet` of a stream, holds what `text` cuts; numbers may be texts; of the ids the texts
//! (`id_str`) count, as the numbers are too large for some programs that write them. What depends on who asked
//! (`favorited`, `retweeted`) is left out.

use serde_json::Value;

use super::x::{self, PLATFORM, rejected};
use crate::import::context::Context;
use crate::import::json::{at, extra, integer, text_ref, texts};
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};

/// Fields that have columns, or say what columns say.
const FIELDS: &[&str] = &[
    "id",
    "id_str",
    "created_at",
    "timestamp_ms",
    "text",
    "full_text",
    "extended_tweet",
    "truncated",
    "display_text_range",
    "entities",
    "user",
    "in_reply_to_status_id",
    "in_reply_to_status_id_str",
    "in_reply_to_user_id",
    "retweeted_status",
    "quoted_status",
    "quoted_status_id",
    "quoted_status_id_str",
    "quoted_status_permalink",
    "is_quote_status",
    "retweet_count",
    "reply_count",
    "quote_count",
    "favorite_count",
    "favorited",
    "retweeted",
];

/// Reads a post; whose it is, is for the caller to say.
///
/// # Errors
/// A reject of the record.
pub(super) fn post(line: u64, status: &Value, context: &Context) -> Result<Post, Reject> {
    if !status.is_object() {
        return Err(rejected(line, status, "", Reason::NotJson));
    }
    let post_id = x::id_of(status, &["id_str", "id"])
        .ok_or_else(|| rejected(line, status, "id_str", Reason::Missing))?;
    let posted_at = x::needed_instant(line, status, "created_at", context)?;
    let repeated = status
        .get("retweeted_status")
        .filter(|status| status.is_object());
    let said = repeated
        .and_then(whole_text)
        .or_else(|| whole_text(status))
        .ok_or_else(|| rejected(line, status, "full_text", Reason::Missing))?;
    let reply_to = x::id_of(
        status,
        &["in_reply_to_status_id_str", "in_reply_to_status_id"],
    );
    let quoted = x::id_of(
        status,
        &[
            "quoted_status_id_str",
            "quoted_status_id",
            "quoted_status.id_str",
        ],
    );
    let kind = x::kind(repeated.is_some(), reply_to.is_some(), quoted.is_some());
    let listed = |kind, keys: &[&str]| listed(repeated, status, kind, keys);
    Ok(Post {
        source: context.source_or(PLATFORM).to_owned(),
        platform: PLATFORM,
        post_id,
        posted_at,
        text: Some(said),
        kind,
        reply_to,
        reposted: repeated
            .and_then(|status| x::id_of(status, &["id_str", "id"]))
            .or(quoted),
        mentions: listed("user_mentions", &["screen_name"]),
        hashtags: listed("hashtags", &["text"]),
        urls: listed("urls", &["unwound.url", "expanded_url", "url"]),
        likes: integer(status, "favorite_count"),
        replies: integer(status, "reply_count"),
        reposts: integer(status, "retweet_count"),
        quotes: integer(status, "quote_count"),
        extra: extra(status, FIELDS),
        ..Post::default()
    })
}

fn whole_text(status: &Value) -> Option<String> {
    let said = ["extended_tweet.full_text", "full_text", "text"]
        .iter()
        .find_map(|path| text_ref(status, path))?;
    Some(x::unescaped(&said))
}

/// Returns what X found in a text; `None` when the export leaves that out.
///
/// A repost's own lists begin with the account it repeats and are cut; the words are the other's.
fn listed(
    repeated: Option<&Value>,
    status: &Value,
    kind: &str,
    keys: &[&str],
) -> Option<Vec<String>> {
    let lists = [repeated, Some(status)]
        .into_iter()
        .flatten()
        .filter_map(|status| {
            at(status, "extended_tweet.entities").or_else(|| status.get("entities"))
        });
    let mut is_given = false;
    for list in lists {
        is_given = true;
        let found = texts(list, kind, keys);
        if !found.is_empty() {
            return Some(found);
        }
    }
    is_given.then(Vec::new)
}
