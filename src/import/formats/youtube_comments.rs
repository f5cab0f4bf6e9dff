//! YouTube Data API: pages of comment threads or of comments, as one document or as JSON lines.
//!
//! - `commentThreads` hold the outermost comment and some of its replies, `comments` hold either; single threads and
//!   comments may stand alone. A reply answers the comment in `parentId`, which is its thread.
//! - Words are taken from `textOriginal`, else from `textDisplay`, which may be HTML.
//! - Authors are known by their channel, else by name. The video goes to `extra`: it is no post.

use std::io::BufRead;

use serde_json::Value;

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{self, at, elements, for_each_record, integer, text};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::html;

const SOURCE: &str = "youtube";
const PLATFORM: &str = "youtube";

/// YouTube comments.
pub(super) struct YoutubeComments;

impl Layout for YoutubeComments {
    fn name(&self) -> &'static str {
        "youtube_comments"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "YouTube コメント JSON(Data API)",
            "YouTube comments JSON (Data API)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        ["", "items."].iter().any(|before| {
            let has = |key: &str| head.has_keys(&[&format!("{before}snippet.{key}")]);
            has("topLevelComment")
                || (has("authorDisplayName") && (has("textDisplay") || has("textOriginal")))
        })
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reader = Reader {
            context,
            accounts: Accounts::default(),
        };
        for_each_record(input, context, sink, |line, record, sink| {
            for item in elements(&record, &["items"]) {
                reader.item(line, item, sink)?;
            }
            Ok(())
        })?;
        reader.accounts.put(sink)
    }
}

struct Reader<'a> {
    context: &'a Context,
    accounts: Accounts,
}

impl Reader<'_> {
    /// Reads a thread with its replies, or a comment.
    fn item(&mut self, line: u64, item: &Value, sink: &mut Sink<'_>) -> Result<()> {
        let Some(outermost) = at(item, "snippet.topLevelComment") else {
            return self.comment(line, item, None, sink);
        };
        self.comment(line, outermost, Some(item), sink)?;
        let replies = at(item, "replies.comments").and_then(Value::as_array);
        replies
            .into_iter()
            .flatten()
            .try_for_each(|reply| self.comment(line, reply, None, sink))
    }

    fn comment(
        &mut self,
        line: u64,
        comment: &Value,
        thread: Option<&Value>,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        sink.read_rows(1);
        match self.post(comment, thread) {
            Ok((post, account)) => {
                if let Some(account) = account {
                    self.accounts.add(account, post.posted_at, line);
                }
                post.put(line, sink)
            }
            Err((path, reason)) => sink.reject(json::rejected(line, comment, path, reason)),
        }
    }

    fn post(
        &self,
        comment: &Value,
        thread: Option<&Value>,
    ) -> Result<(Post, Option<Account>), (&'static str, Reason)> {
        let snippet = comment.get("snippet").ok_or(("", Reason::NotJson))?;
        let id = text(comment, "id").ok_or(("id", Reason::Missing))?;
        let posted_at = json::instant(snippet, "publishedAt", self.context)
            .map_err(|reason| ("snippet.publishedAt", reason))?
            .ok_or(("snippet.publishedAt", Reason::Missing))?;
        let said = text(snippet, "textOriginal")
            .or_else(|| text(snippet, "textDisplay").map(|shown| html::text_of_any(&shown)));
        let parent = text(snippet, "parentId");
        let account = self.account(snippet);
        let known = [
            "authorDisplayName",
            "authorProfileImageUrl",
            "authorChannelUrl",
            "authorChannelId",
            "textOriginal",
            "textDisplay",
            "parentId",
            "likeCount",
            "publishedAt",
            "canRate",
            "viewerRating",
        ];
        let mut kept = snippet.clone();
        let video = thread
            .and_then(|thread| at(thread, "snippet.videoId"))
            .cloned();
        if let (Some(fields), Some(video)) = (kept.as_object_mut(), video) {
            fields.entry("videoId").or_insert(video);
        }
        let post = Post {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at,
            text: said,
            kind: "comment",
            conversation_id: Some(parent.clone().unwrap_or_else(|| id.clone())),
            reply_to: parent,
            post_id: id,
            likes: integer(snippet, "likeCount"),
            replies: thread.and_then(|thread| integer(thread, "snippet.totalReplyCount")),
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: json::extra(&kept, &known),
            ..Post::default()
        };
        Ok((post, account))
    }

    fn account(&self, snippet: &Value) -> Option<Account> {
        let name = text(snippet, "authorDisplayName");
        let channel = text(snippet, "authorChannelId.value");
        author(
            self.context,
            channel,
            name,
            text(snippet, "authorChannelUrl"),
        )
    }
}

/// Makes the account of a channel; since 2023 YouTube shows handles, with `@`, in place of names.
pub(super) fn author(
    context: &Context,
    channel: Option<String>,
    name: Option<String>,
    url: Option<String>,
) -> Option<Account> {
    let handle = name
        .as_deref()
        .and_then(|name| name.strip_prefix('@'))
        .map(str::to_owned);
    let is_official = [&channel, &name]
        .into_iter()
        .flatten()
        .any(|name| context.is_official(name));
    Some(Account {
        source: context.source_or(SOURCE).to_owned(),
        platform: PLATFORM,
        account_id: channel.or_else(|| name.clone())?,
        handle,
        display_name: name,
        url,
        is_official,
        ..Account::default()
    })
}
