//! Meta's Graph API: pages of posts or comments of Facebook and of Instagram, as one document or as JSON lines.
//!
//! - Facebook: `message`, `created_time`, `from`, `permalink_url`, `comments.data`. Instagram: `caption` (posts) or `text`
//!   (comments), `timestamp`, `username`, `permalink`, `comments.data`, `replies.data`.
//! - Comments within posts and replies within comments are posts of their own; each answers what it stands in, and all
//!   belong to the thread of the outermost.
//! - An author is known by id, on Instagram by the user name where the page gives no id. Authors nobody may see are none.
//! - Reads what a page or account may see with its own token; koe itself asks no API.

use std::io::BufRead;

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{self, at, extra, for_each_record, integer, text};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;

/// Where the answer to a request for fields of a page or account keeps its lists.
const LISTS: &[&str] = &[
    "posts",
    "feed",
    "published_posts",
    "media",
    "tags",
    "comments",
];

/// Graph API pages.
pub(super) struct MetaGraph;

impl Layout for MetaGraph {
    fn name(&self) -> &'static str {
        "meta_graph"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Meta グラフ API(Facebook・Instagram)JSON",
            "Meta Graph API (Facebook, Instagram) JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let one_of = |before: &str, keys: &[&str]| {
            keys.iter()
                .any(|key| head.has_keys(&[&format!("{before}{key}")]))
        };
        let is_said = |before: &str| {
            let facebook = one_of(before, &["created_time"])
                && one_of(
                    before,
                    &["message", "story", "from", "permalink_url", "comments"],
                );
            let instagram = one_of(before, &["timestamp"])
                && (one_of(before, &["username", "caption", "permalink", "media_type"])
                    // A page of comments that was asked for no fields.
                    || !before.is_empty() && one_of(before, &["text"]));
            one_of(before, &["id"]) && (facebook || instagram)
        };
        is_said("")
            || is_said("data.")
            || LISTS.iter().any(|list| is_said(&format!("{list}.data.")))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reader = Reader {
            context,
            accounts: Accounts::default(),
        };
        for_each_record(input, context, sink, |line, record, sink| {
            for said in page(&record) {
                reader.said(line, said, &Place::default(), sink)?;
            }
            Ok(())
        })?;
        reader.accounts.put(sink)
    }
}

/// Returns the posts or comments of a page.
fn page(record: &Value) -> Vec<&Value> {
    if let Some(list) = record.get("data").and_then(Value::as_array) {
        return list.iter().collect();
    }
    if record.get("created_time").is_none() && record.get("timestamp").is_none() {
        let lists = LISTS
            .iter()
            .filter_map(|list| at(record, &format!("{list}.data"))?.as_array());
        let found: Vec<&Value> = lists.flatten().collect();
        if !found.is_empty() {
            return found;
        }
    }
    vec![record]
}

/// What a comment stands in.
#[derive(Default)]
struct Place {
    answered: Option<String>,
    thread: Option<String>,
    is_within: bool,
}

struct Reader<'a> {
    context: &'a Context,
    accounts: Accounts,
}

impl Reader<'_> {
    /// Reads a post or comment and all that stands within it.
    fn said(
        &mut self,
        line: u64,
        record: &Value,
        place: &Place,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        sink.read_rows(1);
        let id = text(record, "id");
        match self.post(record, place) {
            Ok((post, account)) => {
                if let Some(account) = account {
                    self.accounts.add(account, post.posted_at, line);
                }
                post.put(line, sink)?;
            }
            Err((path, reason)) => sink.reject(json::rejected(line, record, path, reason))?,
        }
        let within = Place {
            thread: place.thread.clone().or_else(|| id.clone()),
            answered: id,
            is_within: true,
        };
        for list in ["comments.data", "replies.data"] {
            for inner in at(record, list)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.said(line, inner, &within, sink)?;
            }
        }
        Ok(())
    }

    fn post(
        &self,
        record: &Value,
        place: &Place,
    ) -> Result<(Post, Option<Account>), (&'static str, Reason)> {
        if !record.is_object() {
            return Err(("", Reason::NotJson));
        }
        let id = text(record, "id").ok_or(("id", Reason::Missing))?;
        let is_instagram = record.get("created_time").is_none();
        let platform = if is_instagram {
            "instagram"
        } else {
            "facebook"
        };
        let posted_at = self.posted_at(record, is_instagram)?;
        let is_comment = place.is_within || is_comment(record, is_instagram);
        let account = self.account(record, platform);
        let first = |paths: &[&str]| paths.iter().find_map(|path| text(record, path));
        let count = |paths: &[&str]| paths.iter().find_map(|path| integer(record, path));
        let answered = place
            .answered
            .clone()
            .or_else(|| first(&["parent.id", "parent_id", "media.id"]).filter(|_| is_comment));
        let thread = place
            .thread
            .clone()
            .or_else(|| answered.clone())
            .or_else(|| (!is_comment).then(|| id.clone()));
        let known = [
            "id",
            "message",
            "caption",
            "text",
            "created_time",
            "timestamp",
            "username",
            "from.id",
            "from.name",
            "from.username",
            "owner.id",
            "user.id",
            "like_count",
            "comment_count",
            "comments_count",
            "comments",
            "replies",
            "likes.summary",
            "reactions.summary",
            "shares",
            "parent.id",
            "parent_id",
        ];
        let is_outbound = account.as_ref().is_some_and(|account| account.is_official);
        let post = Post {
            source: self.context.source_or(platform).to_owned(),
            platform,
            post_id: id,
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at,
            text: first(&["message", "caption", "text"]),
            kind: if is_comment { "comment" } else { "post" },
            reply_to: answered,
            conversation_id: thread,
            likes: count(&[
                "like_count",
                "reactions.summary.total_count",
                "likes.summary.total_count",
            ]),
            replies: count(&[
                "comment_count",
                "comments_count",
                "comments.summary.total_count",
            ]),
            reposts: count(&["shares.count"]),
            is_outbound,
            extra: extra(record, &known),
            ..Post::default()
        };
        Ok((post, account))
    }

    fn posted_at(
        &self,
        record: &Value,
        is_instagram: bool,
    ) -> Result<Timestamp, (&'static str, Reason)> {
        let path = if is_instagram {
            "timestamp"
        } else {
            "created_time"
        };
        json::instant(record, path, self.context)
            .map_err(|reason| (path, reason))?
            .ok_or((path, Reason::Missing))
    }

    fn account(&self, record: &Value, platform: &'static str) -> Option<Account> {
        let handle = text(record, "username").or_else(|| text(record, "from.username"));
        let id = ["from.id", "owner.id", "user.id"]
            .iter()
            .find_map(|path| text(record, path))
            .or_else(|| handle.clone())?;
        let display_name = text(record, "from.name");
        let is_official = [Some(&id), handle.as_ref(), display_name.as_ref()]
            .into_iter()
            .flatten()
            .any(|name| self.context.is_official(name));
        Some(Account {
            source: self.context.source_or(platform).to_owned(),
            platform,
            account_id: id,
            handle,
            display_name,
            is_official,
            ..Account::default()
        })
    }
}

/// Tells a comment by the fields that only comments have.
fn is_comment(record: &Value, is_instagram: bool) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| record.get(key).is_some());
    if is_instagram {
        has(&["text", "parent_id", "replies"]) && !has(&["caption", "media_type", "permalink"])
    } else {
        has(&[
            "parent",
            "like_count",
            "comment_count",
            "can_remove",
            "can_comment",
            "user_likes",
        ]) && !has(&["story", "shares", "status_type", "full_picture"])
    }
}
