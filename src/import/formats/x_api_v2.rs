//! X API v2: pages (`data`, `includes`, `meta`) or single posts, as one document or as JSON lines.
//!
//! - A repost carries the text it repeats, taken whole from `includes.tweets`; long posts are in `note_tweet`.
//! - The posts of `includes` are posts as well and come in too, but are not counted as read. So are those that
//!   `twarc2 flatten` puts into `referenced_tweets`.
//! - A post or account that stands in the file again, unchanged, is taken once.
//! - A page collected by twarc knows when it was retrieved; that is when its rows were observed.
//! - Notices of deleted posts are taken: `delete` events of the compliance stream, and the results of a batch
//!   compliance job for posts (`action`, `reason`), whatever the reason but `scrub_geo`. Other events (`withheld`,
//!   `drop`, `tweet_edit`, those of users) say nothing of what is kept here and are passed over, and so are `errors`:
//!   a post that cannot be found may be there again tomorrow.
//! - Bookmarks, languages, annotations and whatever else X adds stay in `extra`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::Value;

use super::x::{self, PLATFORM, Seen, rejected};
use crate::error::Result;
use crate::import::account::Account;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{at, extra, flag, for_each_record, integer, text, text_ref, texts};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;

/// Fields of a post that have columns, or say what columns say.
const POST_FIELDS: &[&str] = &[
    "id",
    "text",
    "created_at",
    "author_id",
    "author",
    "conversation_id",
    "referenced_tweets",
    "in_reply_to_user",
    "entities",
    "note_tweet",
    "type",
    "__twarc",
    "public_metrics.retweet_count",
    "public_metrics.reply_count",
    "public_metrics.like_count",
    "public_metrics.quote_count",
    "public_metrics.impression_count",
];

/// Fields of an account that have columns, or say what columns say.
const ACCOUNT_FIELDS: &[&str] = &[
    "id",
    "username",
    "name",
    "description",
    "url",
    "location",
    "created_at",
    "verified",
    "entities",
    "public_metrics.followers_count",
    "public_metrics.following_count",
    "public_metrics.tweet_count",
];

/// Events of the compliance streams other than the deletion of a post.
const OTHER_EVENTS: &[&str] = &[
    "withheld",
    "drop",
    "undrop",
    "tweet_edit",
    "user_delete",
    "user_undelete",
    "user_protect",
    "user_unprotect",
    "user_withheld",
    "user_suspend",
    "user_unsuspend",
    "user_profile_modification",
    "scrub_geo",
];

/// X API v2.
pub(super) struct XApiV2;

impl Layout for XApiV2 {
    fn name(&self) -> &'static str {
        "x_api_v2"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("X API v2 JSON / JSONL", "X API v2 JSON / JSONL")
    }

    fn recognises(&self, head: &Head) -> bool {
        // Instagram's comments have an id and a text as well.
        let is_page = (head.has_keys(&["data", "data.id", "data.text"])
            && !head.has_keys(&["data.timestamp"]))
            || (head.has_keys(&["data", "meta"]) && head.has_keys(&["meta.result_count"]));
        let is_post = head.has_keys(&["id", "text", "created_at"])
            && (head.has_keys(&["author_id"]) || head.has_keys(&["public_metrics"]));
        let is_notice = head.has_keys(&["data.delete"])
            || head.has_keys(&["data.tweet_delete"])
            || head.has_keys(&["id", "action", "created_at", "reason"]);
        is_page || is_post || is_notice
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut seen = Known::default();
        for_each_record(input, context, sink, |line, record, sink| {
            let retrieved = x::instant(&record, "__twarc.retrieved_at", context);
            sink.observed_at(retrieved.unwrap_or(context.observed_at));
            Page {
                line,
                record: &record,
                context,
            }
            .read(&mut seen, sink)
        })
    }
}

/// Posts and accounts taken already.
#[derive(Default)]
struct Known {
    posts: Seen,
    accounts: Seen,
}

struct Page<'a> {
    line: u64,
    record: &'a Value,
    context: &'a Context,
}

/// The posts and handles a page knows by their ids.
#[derive(Default)]
struct Includes<'a> {
    posts: BTreeMap<Cow<'a, str>, &'a Value>,
    handles: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

impl<'a> Page<'a> {
    fn read(&self, seen: &mut Known, sink: &mut Sink<'_>) -> Result<()> {
        if let Some((notice, deleted_at)) = self.notice() {
            return self.notices(notice, deleted_at, sink);
        }
        let own: &[Value] = match self.record.get("data") {
            Some(Value::Array(list)) => list,
            Some(one) => std::slice::from_ref(one),
            None if ["meta", "errors"].iter().any(|key| self.has(key)) => &[],
            None => std::slice::from_ref(self.record),
        };
        let list = |path| {
            at(self.record, path)
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice)
        };
        let (included, users) = (list("includes.tweets"), list("includes.users"));
        let mut includes = Includes::default();
        for user in users {
            if let (Some(id), Some(handle)) = (text_ref(user, "id"), text_ref(user, "username")) {
                includes.handles.insert(id, handle);
            }
        }
        if own.len() + included.len() > 1 {
            includes.posts = included
                .iter()
                .chain(own)
                .filter_map(|post| Some((text_ref(post, "id")?, post)))
                .collect();
        }
        for user in users.iter().chain(own.iter().flat_map(users_of)) {
            self.account(user, seen, sink)?;
        }
        for post in own {
            sink.read_rows(1);
            if is_user(post) {
                self.account(post, seen, sink)?;
            } else if let Err(reject) = self.post(post, &includes, seen, sink)? {
                sink.reject(reject)?;
            }
        }
        // What is broken among these was asked for by nobody.
        for post in included.iter().chain(own.iter().flat_map(posts_of)) {
            let _ = self.post(post, &includes, seen, sink)?;
        }
        Ok(())
    }

    fn has(&self, key: &str) -> bool {
        self.record.get(key).is_some()
    }

    /// Returns the notice that stands in place of a post, and under which name it says when.
    fn notice(&self) -> Option<(Option<&'a Value>, &'static str)> {
        if let Some(data) = self.record.get("data") {
            let event = data.get("delete").or_else(|| data.get("tweet_delete"));
            let is_other = || {
                data.get("id").is_none()
                    && OTHER_EVENTS.iter().any(|event| data.get(event).is_some())
            };
            return match event {
                Some(event) => Some((Some(event), "event_at")),
                None => is_other().then_some((None, "")),
            };
        }
        let action = self.record.get("action").and_then(Value::as_str)?;
        let reason = self.record.get("reason").and_then(Value::as_str);
        let is_delete = action == "delete" && reason != Some("scrub_geo");
        Some((is_delete.then_some(self.record), "redacted_at"))
    }

    fn notices(&self, notice: Option<&Value>, deleted_at: &str, sink: &mut Sink<'_>) -> Result<()> {
        let Some(notice) = notice else {
            return Ok(());
        };
        sink.read_rows(1);
        let ids = ["tweet.id", "id"];
        match x::deletion(self.line, notice, &ids, deleted_at, self.context) {
            Ok(deletion) => deletion.put(self.line, sink),
            Err(reject) => sink.reject(reject),
        }
    }

    fn account(&self, user: &Value, seen: &mut Known, sink: &mut Sink<'_>) -> Result<()> {
        let Some(id) = text_ref(user, "id") else {
            return Ok(());
        };
        if !seen.accounts.is_new(&id, user) {
            return Ok(());
        }
        let handle = text(user, "username");
        let plain = |key| text_ref(user, key).map(|text| x::unescaped(&text));
        let url = texts(user, "entities.url.urls", &["expanded_url"])
            .into_iter()
            .next()
            .or_else(|| text(user, "url"));
        Account {
            source: self.context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            is_official: x::is_official(self.context, &id, handle.as_deref()),
            account_id: id.into_owned(),
            handle,
            display_name: plain("name"),
            bio: plain("description"),
            url,
            location: plain("location"),
            followers: integer(user, "public_metrics.followers_count"),
            following: integer(user, "public_metrics.following_count"),
            posts: integer(user, "public_metrics.tweet_count"),
            created_at: x::instant(user, "created_at", self.context),
            is_verified: flag(user, "verified"),
            extra: extra(user, ACCOUNT_FIELDS),
            ..Account::default()
        }
        .put(self.line, sink)
    }

    fn post(
        &self,
        post: &Value,
        includes: &Includes<'_>,
        seen: &mut Known,
        sink: &mut Sink<'_>,
    ) -> Result<Result<(), Reject>> {
        let missing = |column, reason| Ok(Err(rejected(self.line, post, column, reason)));
        if !post.is_object() {
            return missing("", Reason::NotJson);
        }
        let Some(id) = text_ref(post, "id") else {
            return missing("id", Reason::Missing);
        };
        let posted_at = match x::needed_instant(self.line, post, "created_at", self.context) {
            Ok(instant) => instant,
            Err(reject) => return Ok(Err(reject)),
        };
        let references = References::of(post);
        let repeated = references.repeated(includes);
        let Some(said) = repeated.and_then(whole_text).or_else(|| whole_text(post)) else {
            return missing("text", Reason::Missing);
        };
        if !seen.posts.is_new(&id, post) {
            return Ok(Ok(()));
        }
        let author = text_ref(post, "author_id").or_else(|| text_ref(post, "author.id"));
        let own_handle = text_ref(post, "author.username");
        let handle = author
            .as_ref()
            .and_then(|author| includes.handles.get(author))
            .or(own_handle.as_ref());
        let is_outbound = author.as_ref().is_some_and(|author| {
            x::is_official(self.context, author, handle.map(|handle| handle.as_ref()))
        });
        let listed = |kind, keys: &[&str]| listed(repeated, post, kind, keys);
        let post = Post {
            source: self.context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            post_id: id.into_owned(),
            account_id: author.map(Cow::into_owned),
            posted_at,
            text: Some(said),
            kind: references.kind(),
            reply_to: references.id(references.replied),
            reposted: references.id(references.reposted.or(references.quoted)),
            conversation_id: text(post, "conversation_id"),
            mentions: listed("mentions", &["username"]),
            hashtags: listed("hashtags", &["tag"]),
            urls: listed("urls", &["unwound_url", "expanded_url", "url"]),
            likes: integer(post, "public_metrics.like_count"),
            replies: integer(post, "public_metrics.reply_count"),
            reposts: integer(post, "public_metrics.retweet_count"),
            quotes: integer(post, "public_metrics.quote_count"),
            views: integer(post, "public_metrics.impression_count"),
            is_outbound,
            extra: extra(post, POST_FIELDS),
            ..Post::default()
        };
        post.put(self.line, sink)?;
        Ok(Ok(()))
    }
}

/// Returns whether a record is an account: pages of accounts look like pages of posts.
fn is_user(record: &Value) -> bool {
    record.get("username").is_some() && record.get("text").is_none()
}

/// Returns the posts that `twarc2 flatten` put into a post.
fn posts_of(post: &Value) -> impl Iterator<Item = &Value> {
    references_of(post).filter(|reference| reference.get("text").is_some())
}

/// Returns the accounts that `twarc2 flatten` put into a post and into those within it.
fn users_of(post: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(post)
        .chain(posts_of(post))
        .flat_map(|post| [post.get("author"), post.get("in_reply_to_user")])
        .flatten()
}

fn references_of(post: &Value) -> impl Iterator<Item = &Value> {
    post.get("referenced_tweets")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Returns what X found in a text; `None` when the export leaves that out.
///
/// A repost's own lists begin with the account it repeats; the words are the other's.
fn listed(
    repeated: Option<&Value>,
    post: &Value,
    kind: &str,
    keys: &[&str],
) -> Option<Vec<String>> {
    let lists = [repeated, Some(post)]
        .into_iter()
        .flatten()
        .flat_map(|post| {
            let long = post.get("note_tweet").and_then(|note| note.get("entities"));
            [long, post.get("entities")]
        });
    let mut is_given = false;
    for list in lists.flatten() {
        is_given = true;
        let found = texts(list, kind, keys);
        if !found.is_empty() {
            return Some(found);
        }
    }
    is_given.then(Vec::new)
}

#[derive(Default)]
struct References<'a> {
    replied: Option<&'a Value>,
    reposted: Option<&'a Value>,
    quoted: Option<&'a Value>,
}

impl<'a> References<'a> {
    fn of(post: &'a Value) -> Self {
        let mut found = Self::default();
        for reference in references_of(post) {
            match reference.get("type").and_then(Value::as_str) {
                Some("replied_to") => found.replied = Some(reference),
                Some("retweeted") => found.reposted = Some(reference),
                Some("quoted") => found.quoted = Some(reference),
                _ => {}
            }
        }
        found
    }

    fn id(&self, reference: Option<&Value>) -> Option<String> {
        text(reference?, "id")
    }

    /// Returns the post that is repeated, where the export has it.
    fn repeated<'i>(&self, includes: &Includes<'i>) -> Option<&'i Value>
    where
        'a: 'i,
    {
        let reposted = self.reposted?;
        if reposted.get("text").is_some() {
            return Some(reposted);
        }
        includes.posts.get(&text_ref(reposted, "id")?).copied()
    }

    fn kind(&self) -> &'static str {
        x::kind(
            self.reposted.is_some(),
            self.replied.is_some(),
            self.quoted.is_some(),
        )
    }
}

/// Returns the whole text of a post.
fn whole_text(post: &Value) -> Option<String> {
    let said = text_ref(post, "note_tweet.text").or_else(|| text_ref(post, "text"))?;
    Some(x::unescaped(&said))
}
