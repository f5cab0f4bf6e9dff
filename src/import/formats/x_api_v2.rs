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

use jiff::Timestamp;

use super::x::{self, PLATFORM, Seen};
use crate::error::Result;
use crate::import::account::Account;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{Json, for_each_tree};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::values::{ValueError, dates};

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
        for_each_tree(input, context, sink, |line, record, sink| {
            let retrieved = record
                .text("__twarc.retrieved_at")
                .and_then(|text| dates::instant(&text, &context.time_zone).ok().flatten());
            sink.observed_at(retrieved.unwrap_or(context.observed_at));
            Page {
                line,
                record,
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
    record: &'a Json<'a>,
    context: &'a Context,
}

/// The posts and handles a page knows by their ids.
#[derive(Default)]
struct Includes<'a> {
    posts: BTreeMap<Cow<'a, str>, &'a Json<'a>>,
    handles: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

impl<'a> Page<'a> {
    fn read(&self, seen: &mut Known, sink: &mut Sink<'_>) -> Result<()> {
        if let Some((notice, deleted_at)) = self.notice() {
            return self.notices(notice, deleted_at, sink);
        }
        let own: &[Json<'a>] = match self.record.get("data") {
            Some(Json::List(list)) => list,
            Some(one) => std::slice::from_ref(one),
            None if ["meta", "errors"].iter().any(|key| self.has(key)) => &[],
            None => std::slice::from_ref(self.record),
        };
        let list = |path| {
            let list = self.record.at(path).and_then(Json::elements);
            list.unwrap_or_default()
        };
        let (included, users) = (list("includes.tweets"), list("includes.users"));
        let mut includes = Includes::default();
        for user in users {
            if let (Some(id), Some(handle)) = (user.text("id"), user.text("username")) {
                includes.handles.insert(id, handle);
            }
        }
        if own.len() + included.len() > 1 {
            includes.posts = included
                .iter()
                .chain(own)
                .filter_map(|post| Some((post.text("id")?, post)))
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
    fn notice(&self) -> Option<(Option<&'a Json<'a>>, &'static str)> {
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
        let action = self.record.get("action").and_then(Json::as_str)?;
        let reason = self.record.get("reason").and_then(Json::as_str);
        let is_delete = action == "delete" && reason != Some("scrub_geo");
        Some((is_delete.then_some(self.record), "redacted_at"))
    }

    fn notices(
        &self,
        notice: Option<&Json<'_>>,
        deleted_at: &str,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let Some(notice) = notice else {
            return Ok(());
        };
        sink.read_rows(1);
        let ids = ["tweet.id", "id"];
        let notice = notice.to_value();
        match x::deletion(self.line, &notice, &ids, deleted_at, self.context) {
            Ok(deletion) => deletion.put(self.line, sink),
            Err(reject) => sink.reject(reject),
        }
    }

    fn account(&self, user: &Json<'_>, seen: &mut Known, sink: &mut Sink<'_>) -> Result<()> {
        let Some(id) = user.text("id") else {
            return Ok(());
        };
        if !seen.accounts.is_other(&id, user.fast_hash()) {
            return Ok(());
        }
        let handle = user.own_text("username");
        let plain = |key| user.text(key).map(|text| x::unescaped(&text));
        let url = user
            .texts("entities.url.urls", &["expanded_url"])
            .into_iter()
            .next()
            .or_else(|| user.own_text("url"));
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
            followers: user.integer("public_metrics.followers_count"),
            following: user.integer("public_metrics.following_count"),
            posts: user.integer("public_metrics.tweet_count"),
            created_at: self.instant(user, "created_at").ok().flatten(),
            is_verified: user.flag("verified"),
            extra: user.extra(ACCOUNT_FIELDS),
            ..Account::default()
        }
        .put(self.line, sink)
    }

    /// Reads an instant; `None` where there is none.
    fn instant(&self, record: &Json<'_>, key: &str) -> Result<Option<Timestamp>, ValueError> {
        match record.text(key) {
            Some(text) => dates::instant(&text, &self.context.time_zone),
            None => Ok(None),
        }
    }

    fn post(
        &self,
        post: &Json<'_>,
        includes: &Includes<'_>,
        seen: &mut Known,
        sink: &mut Sink<'_>,
    ) -> Result<Result<(), Reject>> {
        let rejected = |column, reason| {
            let post = post.to_value();
            Ok(Err(x::rejected(self.line, &post, column, reason)))
        };
        if !post.is_object() {
            return rejected("", Reason::NotJson);
        }
        let Some(id) = post.text("id") else {
            return rejected("id", Reason::Missing);
        };
        let posted_at = match self.instant(post, "created_at") {
            Ok(Some(instant)) => instant,
            Ok(None) => return rejected("created_at", Reason::Missing),
            Err(error) => return rejected("created_at", error.into()),
        };
        let references = References::of(post);
        let repeated = references.repeated(includes);
        let Some(said) = repeated.and_then(whole_text).or_else(|| whole_text(post)) else {
            return rejected("text", Reason::Missing);
        };
        if !seen.posts.is_other(&id, post.fast_hash()) {
            return Ok(Ok(()));
        }
        let author = post.text("author_id").or_else(|| post.text("author.id"));
        let own_handle = post.text("author.username");
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
            conversation_id: post.own_text("conversation_id"),
            mentions: listed("mentions", &["username"]),
            hashtags: listed("hashtags", &["tag"]),
            urls: listed("urls", &["unwound_url", "expanded_url", "url"]),
            likes: post.integer("public_metrics.like_count"),
            replies: post.integer("public_metrics.reply_count"),
            reposts: post.integer("public_metrics.retweet_count"),
            quotes: post.integer("public_metrics.quote_count"),
            views: post.integer("public_metrics.impression_count"),
            is_outbound,
            extra: post.extra(POST_FIELDS),
            ..Post::default()
        };
        post.put(self.line, sink)?;
        Ok(Ok(()))
    }
}

/// Returns whether a record is an account: pages of accounts look like pages of posts.
fn is_user(record: &Json<'_>) -> bool {
    record.get("username").is_some() && record.get("text").is_none()
}

/// Returns the posts that `twarc2 flatten` put into a post.
fn posts_of<'p>(post: &'p Json<'p>) -> impl Iterator<Item = &'p Json<'p>> {
    references_of(post).filter(|reference| reference.get("text").is_some())
}

/// Returns the accounts that `twarc2 flatten` put into a post and into those within it.
fn users_of<'p>(post: &'p Json<'p>) -> impl Iterator<Item = &'p Json<'p>> {
    std::iter::once(post)
        .chain(posts_of(post))
        .flat_map(|post| [post.get("author"), post.get("in_reply_to_user")])
        .flatten()
}

fn references_of<'p>(post: &'p Json<'p>) -> impl Iterator<Item = &'p Json<'p>> {
    post.get("referenced_tweets")
        .and_then(Json::elements)
        .into_iter()
        .flatten()
}

/// Returns what X found in a text; `None` when the export leaves that out.
///
/// A repost's own lists begin with the account it repeats; the words are the other's.
fn listed(
    repeated: Option<&Json<'_>>,
    post: &Json<'_>,
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
        let found = list.texts(kind, keys);
        if !found.is_empty() {
            return Some(found);
        }
    }
    is_given.then(Vec::new)
}

#[derive(Default)]
struct References<'a> {
    replied: Option<&'a Json<'a>>,
    reposted: Option<&'a Json<'a>>,
    quoted: Option<&'a Json<'a>>,
}

impl<'a> References<'a> {
    fn of(post: &'a Json<'a>) -> Self {
        let mut found = Self::default();
        for reference in references_of(post) {
            match reference.get("type").and_then(Json::as_str) {
                Some("replied_to") => found.replied = Some(reference),
                Some("retweeted") => found.reposted = Some(reference),
                Some("quoted") => found.quoted = Some(reference),
                _ => {}
            }
        }
        found
    }

    fn id(&self, reference: Option<&Json<'_>>) -> Option<String> {
        reference?.own_text("id")
    }

    /// Returns the post that is repeated, where the export has it.
    fn repeated<'i>(&self, includes: &Includes<'i>) -> Option<&'i Json<'i>>
    where
        'a: 'i,
    {
        let reposted = self.reposted?;
        if reposted.get("text").is_some() {
            return Some(reposted);
        }
        includes.posts.get(&reposted.text("id")?).copied()
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
fn whole_text(post: &Json<'_>) -> Option<String> {
    let said = post.text("note_tweet.text").or_else(|| post.text("text"))?;
    Some(x::unescaped(&said))
}
