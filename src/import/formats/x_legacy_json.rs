//! X API v1.1, JSON: posts as the old API, its streams, twarc 1 and many data sets write them.
//!
//! One post per line, an array of them, the pages of a search (`statuses`) or the messages of a webhook
//! (`tweet_create_events`, `tweet_delete_events`).
//!
//! - A repost carries the text of the post it repeats (`retweeted_status`); that post, and one that is quoted, are
//!   posts as well and come in too, but are not counted as read. A post that stands in the file again, unchanged, is
//!   taken once.
//! - Accounts are taken from the posts: one row each, as the newest post shows them.
//! - Streams carry notices of deleted posts (`delete`), which are taken. Their other messages (`limit`, `scrub_geo`,
//!   `status_withheld`, ...) are no records.

use std::io::BufRead;

use jiff::Timestamp;
use serde_json::Value;

use super::x::{self, PLATFORM, Seen, rejected};
use super::x_status;
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{extra, flag, for_each_record, integer, text, text_ref, texts};
use crate::import::layout::Layout;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;

/// Messages of a stream that are neither posts nor notices of deleted ones.
const MESSAGES: &[&str] = &[
    "limit",
    "warning",
    "disconnect",
    "scrub_geo",
    "status_withheld",
    "user_withheld",
    "friends",
    "friends_str",
    "control",
    "event",
];

/// Fields of an account that have columns, or say what columns say.
const ACCOUNT_FIELDS: &[&str] = &[
    "id",
    "id_str",
    "screen_name",
    "name",
    "description",
    "url",
    "location",
    "created_at",
    "verified",
    "entities",
    "followers_count",
    "friends_count",
    "statuses_count",
];

/// X API v1.1.
pub(super) struct XLegacyJson;

impl Layout for XLegacyJson {
    fn name(&self) -> &'static str {
        "x_legacy_json"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "X (Twitter) API v1.1 JSON / JSONL",
            "X (Twitter) API v1.1 JSON / JSONL",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let has_text = ["text", "full_text"]
            .iter()
            .any(|key| head.has_keys(&[key]));
        let is_post = has_text && head.has_keys(&["created_at", "user.screen_name"]);
        let is_search = head.has_keys(&["statuses", "statuses.created_at"])
            || head.has_keys(&["statuses", "search_metadata"]);
        let is_message = head.has_keys(&["delete.status"])
            || ["limit.track", "scrub_geo.up_to_status_id"]
                .iter()
                .any(|key| head.has_keys(&[key]))
            || head.has_keys(&["for_user_id", "tweet_create_events"])
            || head.has_keys(&["for_user_id", "tweet_delete_events"]);
        head.assigned().is_none() && (is_post || is_search || is_message)
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reader = Reader {
            context,
            seen: Seen::default(),
            accounts: Accounts::default(),
        };
        for_each_record(input, context, sink, |line, record, sink| {
            reader.record(line, &record, sink)
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
    fn record(&mut self, line: u64, record: &Value, sink: &mut Sink<'_>) -> Result<()> {
        let list = |key| record.get(key).and_then(Value::as_array);
        if let Some(notice) = record.get("delete") {
            return self.deletion(line, notice, sink);
        }
        if let Some(notices) = list("tweet_delete_events") {
            return notices
                .iter()
                .try_for_each(|notice| self.deletion(line, notice, sink));
        }
        if let Some(posts) = list("statuses").or_else(|| list("tweet_create_events")) {
            return posts
                .iter()
                .try_for_each(|post| self.status(line, post, sink));
        }
        let is_message = record.get("created_at").is_none()
            && MESSAGES.iter().any(|message| record.get(message).is_some());
        if is_message || is_other_event(record) {
            return Ok(());
        }
        self.status(line, record, sink)
    }

    fn deletion(&self, line: u64, notice: &Value, sink: &mut Sink<'_>) -> Result<()> {
        sink.read_rows(1);
        let ids = ["status.id_str", "status.id"];
        match x::deletion(line, notice, &ids, "timestamp_ms", self.context) {
            Ok(deletion) => deletion.put(line, sink),
            Err(reject) => sink.reject(reject),
        }
    }

    fn status(&mut self, line: u64, status: &Value, sink: &mut Sink<'_>) -> Result<()> {
        sink.read_rows(1);
        let observed = match self.post(line, status, None, sink)? {
            Ok(posted_at) => posted_at,
            Err(reject) => return sink.reject(reject),
        };
        let repeated = status.get("retweeted_status");
        let within = [
            repeated,
            repeated.and_then(|repeated| repeated.get("quoted_status")),
            status.get("quoted_status"),
        ];
        for status in within.into_iter().flatten() {
            // What is broken among these was asked for by nobody.
            let _ = self.post(line, status, Some(observed), sink)?;
        }
        Ok(())
    }

    /// Takes a post and returns when it was written; a post within another shows its author as they were when that
    /// other was written (`observed`).
    fn post(
        &mut self,
        line: u64,
        status: &Value,
        observed: Option<Timestamp>,
        sink: &mut Sink<'_>,
    ) -> Result<Result<Timestamp, Reject>> {
        let mut post = match x_status::post(line, status, self.context) {
            Ok(post) => post,
            Err(reject) => return Ok(Err(reject)),
        };
        let Some(user) = status.get("user").filter(|user| user.is_object()) else {
            return Ok(Err(rejected(line, status, "user", Reason::Missing)));
        };
        if !self.seen.is_new(&post.post_id, status) {
            return Ok(Ok(post.posted_at));
        }
        if let Some(account) = account(user, self.context) {
            post.account_id = Some(account.account_id.clone());
            post.is_outbound = account.is_official;
            let observed = observed.unwrap_or(post.posted_at);
            self.accounts.add(account, observed, line);
        }
        post.put(line, sink)?;
        Ok(Ok(post.posted_at))
    }
}

/// Returns whether a webhook tells of something other than posts.
fn is_other_event(record: &Value) -> bool {
    record.get("for_user_id").is_some()
        && record
            .as_object()
            .is_some_and(|fields| fields.keys().any(|key| key.ends_with("_events")))
}

fn account(user: &Value, context: &Context) -> Option<Account> {
    let account_id = x::id_of(user, &["id_str", "id"])?;
    let handle = text(user, "screen_name");
    let plain = |key| text_ref(user, key).map(|text| x::unescaped(&text));
    Some(Account {
        source: context.source_or(PLATFORM).to_owned(),
        platform: PLATFORM,
        is_official: x::is_official(context, &account_id, handle.as_deref()),
        account_id,
        handle,
        display_name: plain("name"),
        bio: plain("description"),
        url: texts(user, "entities.url.urls", &["expanded_url"])
            .into_iter()
            .next()
            .or_else(|| text(user, "url")),
        location: plain("location"),
        followers: integer(user, "followers_count"),
        following: integer(user, "friends_count"),
        posts: integer(user, "statuses_count"),
        created_at: x::instant(user, "created_at", context),
        is_verified: flag(user, "verified"),
        extra: extra(user, ACCOUNT_FIELDS),
        ..Account::default()
    })
}
