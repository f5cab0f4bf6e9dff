//! X API v2: pages (`data`, `includes`, `meta`) or single posts, as one document or as JSON lines.
//!
//! - A repost carries the text it repeats, taken whole from `includes.tweets`; long posts are in `note_tweet`.
//! - The posts of `includes` are posts as well and come in too, but are not counted as read.
//! - A post or account that stands in the file again, unchanged, is taken once.
//! - A page collected by twarc knows when it was retrieved; that is when its rows were observed.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use serde_json::Value;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{self, at, extra, flag, for_each_record, integer, text, texts};
use crate::import::layout::Layout;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::values::dates;
use crate::import::values::keys::stable_hash;
use crate::schema::{accounts, posts};

const SOURCE: &str = "x";
const PLATFORM: &str = "x";

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
        is_page || is_post
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut seen = Seen::default();
        for_each_record(input, context, sink, |line, record, sink| {
            let retrieved = text(&record, "__twarc.retrieved_at");
            let retrieved = retrieved
                .and_then(|stamp| dates::instant(&stamp, &context.time_zone).ok().flatten());
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

/// Posts and accounts taken already, with the hash of their content.
#[derive(Default)]
struct Seen {
    posts: HashMap<String, String>,
    accounts: HashMap<String, String>,
}

fn is_new(seen: &mut HashMap<String, String>, id: &str, record: &Value) -> bool {
    let hash = stable_hash(&[&record.to_string()]);
    seen.insert(id.to_owned(), hash.clone()) != Some(hash)
}

struct Page<'a> {
    line: u64,
    record: &'a Value,
    context: &'a Context,
}

impl Page<'_> {
    fn read(&self, seen: &mut Seen, sink: &mut Sink<'_>) -> Result<()> {
        let own: Vec<&Value> = match self.record.get("data") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
            None if self.record.get("meta").is_some() => Vec::new(),
            None => vec![self.record],
        };
        let list = |path| {
            at(self.record, path)
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice)
        };
        let included = list("includes.tweets");
        let users: Vec<&Value> = list("includes.users")
            .iter()
            .chain(own.iter().filter_map(|post| post.get("author")))
            .collect();
        let handles: BTreeMap<String, String> = users
            .iter()
            .filter_map(|user| Some((text(user, "id")?, text(user, "username")?)))
            .collect();
        let by_id: BTreeMap<String, &Value> = included
            .iter()
            .chain(own.iter().copied())
            .filter_map(|post| Some((text(post, "id")?, post)))
            .collect();
        for user in users {
            self.account(user, seen, sink)?;
        }
        for post in &own {
            sink.read_rows(1);
            if let Err(reject) = self.post(post, &by_id, &handles, seen, sink)? {
                sink.reject(reject)?;
            }
        }
        for post in included {
            // What is broken here was asked for by nobody.
            let _ = self.post(post, &by_id, &handles, seen, sink)?;
        }
        Ok(())
    }

    fn account(&self, user: &Value, seen: &mut Seen, sink: &mut Sink<'_>) -> Result<()> {
        let Some(id) = text(user, "id") else {
            return Ok(());
        };
        if !is_new(&mut seen.accounts, &id, user) {
            return Ok(());
        }
        let handle = text(user, "username");
        let created = text(user, "created_at")
            .and_then(|at| dates::instant(&at, &self.context.time_zone).ok().flatten());
        let is_official = self.is_official(&id, handle.as_deref());
        let url = texts(user, "entities.url.urls", &["expanded_url"])
            .into_iter()
            .next()
            .or_else(|| text(user, "url"));
        let known = [
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
        sink.row(&accounts::TABLE, self.line)
            .text(accounts::SOURCE, Some(self.context.source_or(SOURCE)))
            .text(accounts::PLATFORM, Some(PLATFORM))
            .text(accounts::ACCOUNT_ID, Some(&id))
            .text(accounts::HANDLE, handle.as_deref())
            .text(accounts::DISPLAY_NAME, text(user, "name").as_deref())
            .text(accounts::BIO, text(user, "description").as_deref())
            .text(accounts::URL, url.as_deref())
            .text(accounts::LOCATION, text(user, "location").as_deref())
            .integer(
                accounts::FOLLOWER_COUNT,
                integer(user, "public_metrics.followers_count"),
            )
            .integer(
                accounts::FOLLOWING_COUNT,
                integer(user, "public_metrics.following_count"),
            )
            .integer(
                accounts::POST_COUNT,
                integer(user, "public_metrics.tweet_count"),
            )
            .instant(accounts::CREATED_AT, created)
            .flag(accounts::IS_VERIFIED, flag(user, "verified"))
            .flag(accounts::IS_OFFICIAL, Some(is_official))
            .text(accounts::EXTRA, extra(user, &known).as_deref())
            .finish()
    }

    fn is_official(&self, id: &str, handle: Option<&str>) -> bool {
        self.context.is_official(id)
            || handle.is_some_and(|handle| self.context.is_official(handle))
    }

    fn post(
        &self,
        post: &Value,
        by_id: &BTreeMap<String, &Value>,
        handles: &BTreeMap<String, String>,
        seen: &mut Seen,
        sink: &mut Sink<'_>,
    ) -> Result<Result<(), Reject>> {
        let rejected = |column: &str, reason| {
            let value = at(post, column).map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            });
            Ok(Err(json::reject(
                self.line,
                column,
                &value.unwrap_or_default(),
                reason,
                &post.to_string(),
            )))
        };
        if !post.is_object() {
            return rejected("", Reason::NotJson);
        }
        let Some(id) = text(post, "id") else {
            return rejected("id", Reason::Missing);
        };
        let posted_at = match dates::instant(
            &text(post, "created_at").unwrap_or_default(),
            &self.context.time_zone,
        ) {
            Ok(Some(instant)) => instant,
            Ok(None) => return rejected("created_at", Reason::Missing),
            Err(error) => return rejected("created_at", error.into()),
        };
        let references = References::of(post);
        let repeated = references
            .reposted
            .as_ref()
            .and_then(|id| by_id.get(id))
            .copied();
        let Some(said) = repeated.and_then(whole_text).or_else(|| whole_text(post)) else {
            return rejected("text", Reason::Missing);
        };
        if !is_new(&mut seen.posts, &id, post) {
            return Ok(Ok(()));
        }
        let author = text(post, "author_id").or_else(|| text(post, "author.id"));
        let handle = author
            .as_ref()
            .and_then(|author| handles.get(author))
            .map(String::as_str);
        let is_outbound = author
            .as_ref()
            .is_some_and(|author| self.is_official(author, handle));
        let entities = |kind: &str, keys: &[&str]| {
            let long = format!("note_tweet.entities.{kind}");
            let short = format!("entities.{kind}");
            // A repost's own entities begin with the account it repeats; the words are the other's.
            let found = [repeated, Some(post)].into_iter().flatten().map(|post| {
                let found = texts(post, &long, keys);
                if found.is_empty() {
                    texts(post, &short, keys)
                } else {
                    found
                }
            });
            found
                .into_iter()
                .find(|found| !found.is_empty())
                .unwrap_or_default()
        };
        let known = [
            "id",
            "text",
            "created_at",
            "author_id",
            "author",
            "conversation_id",
            "referenced_tweets",
            "entities",
            "note_tweet",
            "__twarc",
            "public_metrics.retweet_count",
            "public_metrics.reply_count",
            "public_metrics.like_count",
            "public_metrics.quote_count",
            "public_metrics.impression_count",
        ];
        sink.row(&posts::TABLE, self.line)
            .text(posts::SOURCE, Some(self.context.source_or(SOURCE)))
            .text(posts::PLATFORM, Some(PLATFORM))
            .text(posts::POST_ID, Some(&id))
            .text(posts::ACCOUNT_ID, author.as_deref())
            .instant(posts::POSTED_AT, Some(posted_at))
            .text(posts::TEXT, Some(&said))
            .text(posts::KIND, Some(references.kind()))
            .text(posts::REPLY_TO_POST_ID, references.replied.as_deref())
            .text(
                posts::REPOSTED_POST_ID,
                references
                    .reposted
                    .as_deref()
                    .or(references.quoted.as_deref()),
            )
            .text(
                posts::CONVERSATION_ID,
                text(post, "conversation_id").as_deref(),
            )
            .texts(posts::MENTIONS, &entities("mentions", &["username"]))
            .texts(posts::HASHTAGS, &entities("hashtags", &["tag"]))
            .texts(
                posts::URLS,
                &entities("urls", &["unwound_url", "expanded_url", "url"]),
            )
            .integer(
                posts::LIKE_COUNT,
                integer(post, "public_metrics.like_count"),
            )
            .integer(
                posts::REPLY_COUNT,
                integer(post, "public_metrics.reply_count"),
            )
            .integer(
                posts::REPOST_COUNT,
                integer(post, "public_metrics.retweet_count"),
            )
            .integer(
                posts::QUOTE_COUNT,
                integer(post, "public_metrics.quote_count"),
            )
            .integer(
                posts::VIEW_COUNT,
                integer(post, "public_metrics.impression_count"),
            )
            .flag(posts::IS_OUTBOUND, Some(is_outbound))
            .text(posts::EXTRA, extra(post, &known).as_deref())
            .finish()?;
        Ok(Ok(()))
    }
}

#[derive(Default)]
struct References {
    replied: Option<String>,
    reposted: Option<String>,
    quoted: Option<String>,
}

impl References {
    fn of(post: &Value) -> Self {
        let mut found = Self::default();
        for reference in post
            .get("referenced_tweets")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            match reference.get("type").and_then(Value::as_str) {
                Some("replied_to") => found.replied = text(reference, "id"),
                Some("retweeted") => found.reposted = text(reference, "id"),
                Some("quoted") => found.quoted = text(reference, "id"),
                _ => {}
            }
        }
        found
    }

    fn kind(&self) -> &'static str {
        match self {
            Self {
                reposted: Some(_), ..
            } => "repost",
            Self {
                replied: Some(_), ..
            } => "reply",
            Self {
                quoted: Some(_), ..
            } => "quote",
            _ => "post",
        }
    }
}

/// Returns the whole text of a post; X escapes `&`, `<` and `>`.
fn whole_text(post: &Value) -> Option<String> {
    let said = text(post, "note_tweet.text").or_else(|| text(post, "text"))?;
    Some(
        said.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}
