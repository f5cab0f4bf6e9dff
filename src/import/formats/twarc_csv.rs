//! X API v2 as CSV: what `twarc2 csv` (twarc-csv, a third party) writes. One row per post, 75 and more dotted columns.
//!
//! - A repost's text, lists and counts are those of the post it repeats; twarc merges them.
//! - Line ends within texts are written `\n` and become line ends again. With `--json-encode-text` or
//!   `--json-encode-all` every text is a JSON text; the id shows it.
//! - Lists are JSON, of texts (`["#a"]`) or, in older versions, of objects (`[{"tag": "a"}]`).
//! - Accounts are taken from the columns `author...`: one row each, as the newest post shows them.
//! - `__twarc.retrieved_at` is when a row was observed.

use std::io::BufRead;

use serde_json::Value;

use super::x::{self, PLATFORM};
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::{ValueError, dates, numbers};

/// twarc-csv.
pub(super) struct TwarcCsv;

impl Layout for TwarcCsv {
    fn name(&self) -> &'static str {
        "twarc_csv"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("twarc-csv (X API v2) CSV", "twarc-csv (X API v2) CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["id", "created_at", "text"])
            && [
                "author_id",
                "author.id",
                "author.username",
                "public_metrics.like_count",
            ]
            .iter()
            .any(|heading| head.has_headings(0, &[heading]))
            && [
                "referenced_tweets.replied_to.id",
                "referenced_tweets.retweeted.id",
                "public_metrics.retweet_count",
                "author.username",
                "__twarc.version",
            ]
            .iter()
            .any(|heading| head.has_headings(0, &[heading]))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        table.each(context, sink, |cells, sink| {
            let row = Row::new(*cells, fields.id, context);
            let (post, account) = fields.read(&row)?;
            let retrieved = row.instant(fields.retrieved).ok().flatten();
            sink.observed_at(retrieved.unwrap_or(context.observed_at));
            if let Some(account) = account {
                accounts.add(account, post.posted_at, cells.line());
            }
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

/// One row, whose texts may be JSON.
struct Row<'a> {
    cells: Cells<'a>,
    context: &'a Context,
    is_encoded: bool,
}

impl<'a> Row<'a> {
    fn new(cells: Cells<'a>, id: Field, context: &'a Context) -> Self {
        Self {
            is_encoded: cells.text(Some(id)).is_some_and(|id| id.starts_with('"')),
            cells,
            context,
        }
    }

    fn text(&self, field: Option<Field>) -> Option<String> {
        let cell = self.cells.text(field)?;
        if !self.is_encoded {
            return Some(cell.replace("\\n", "\n"));
        }
        let decoded = match serde_json::from_str(cell) {
            Ok(Value::String(text)) => text,
            _ => cell.to_owned(),
        };
        (!decoded.trim().is_empty()).then_some(decoded)
    }

    fn read<T>(
        &self,
        field: Option<Field>,
        reader: impl FnOnce(&str) -> Result<Option<T>, ValueError>,
    ) -> Result<Option<T>, Reject> {
        match self.text(field) {
            None => Ok(None),
            Some(text) => reader(&text).map_err(|error| self.cells.reject(field, error.into())),
        }
    }

    fn id(&self, field: Option<Field>) -> Result<Option<String>, Reject> {
        self.read(field, |id| match id.trim_start_matches('\'') {
            id if x::is_id(id) => Ok(Some(id.to_owned())),
            _ => Err(ValueError::NotANumber),
        })
    }

    fn instant(&self, field: Option<Field>) -> Result<Option<jiff::Timestamp>, Reject> {
        self.read(field, |text| dates::instant(text, &self.context.time_zone))
    }

    fn integer(&self, field: Option<Field>) -> Result<Option<i64>, Reject> {
        self.read(field, numbers::integer)
    }

    /// Returns the texts of a JSON list, or what stands under the first of `keys` in each of its objects; none where
    /// the column is missing or no list.
    fn list(&self, field: Option<Field>, keys: &[&str]) -> Option<Vec<String>> {
        let Some(cell) = self.cells.text(Some(field?)) else {
            return Some(Vec::new());
        };
        let Ok(Value::Array(elements)) = serde_json::from_str(cell) else {
            return None;
        };
        let words = elements.iter().filter_map(|element| match element {
            Value::String(word) => Some(word.clone()),
            element => keys.iter().find_map(|key| json::text(element, key)),
        });
        let bare = |word: String| word.trim_start_matches(['#', '＃', '@', '＠']).to_owned();
        Some(words.map(bare).collect())
    }
}

struct Fields {
    id: Field,
    created: Field,
    text: Field,
    author: Option<Field>,
    conversation: Option<Field>,
    references: [Option<Field>; 3],
    mentions: Option<Field>,
    hashtags: Option<Field>,
    urls: Option<Field>,
    likes: Option<Field>,
    replies: Option<Field>,
    reposts: Option<Field>,
    quotes: Option<Field>,
    views: Option<Field>,
    retrieved: Option<Field>,
    account: AccountFields,
    rest: Vec<Field>,
}

/// The columns of the author.
struct AccountFields {
    id: Option<Field>,
    created: Option<Field>,
    handle: Option<Field>,
    name: Option<Field>,
    description: Option<Field>,
    urls: Option<Field>,
    url: Option<Field>,
    location: Option<Field>,
    followers: Option<Field>,
    following: Option<Field>,
    posts: Option<Field>,
    is_verified: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["id"], context)?,
            created: headings.need(&["created_at"], context)?,
            text: headings.need(&["text"], context)?,
            author: headings.find(&["author_id"]),
            conversation: headings.find(&["conversation_id"]),
            references: ["retweeted", "replied_to", "quoted"]
                .map(|kind| headings.find(&[&format!("referenced_tweets.{kind}.id")])),
            mentions: headings.find(&["entities.mentions"]),
            hashtags: headings.find(&["entities.hashtags"]),
            urls: headings.find(&["entities.urls"]),
            likes: headings.find(&["public_metrics.like_count"]),
            replies: headings.find(&["public_metrics.reply_count"]),
            reposts: headings.find(&["public_metrics.retweet_count"]),
            quotes: headings.find(&["public_metrics.quote_count"]),
            views: headings.find(&["public_metrics.impression_count"]),
            retrieved: headings.find(&["__twarc.retrieved_at"]),
            account: AccountFields::of(headings),
            rest: Vec::new(),
        };
        // How twarc asked, the same in every row.
        for name in ["__twarc.url", "__twarc.version"] {
            headings.find(&[name]);
        }
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn read(&self, row: &Row<'_>) -> Result<(Post, Option<Account>), Reject> {
        let missing = |field| row.cells.reject(Some(field), Reason::Missing);
        let post_id = row.id(Some(self.id))?.ok_or_else(|| missing(self.id))?;
        let posted_at = row
            .instant(Some(self.created))?
            .ok_or_else(|| missing(self.created))?;
        let said = row
            .text(Some(self.text))
            .ok_or_else(|| missing(self.text))?;
        let [reposted, reply_to, quoted] = self.references.map(|field| row.id(field));
        let (reposted, reply_to, quoted) = (reposted?, reply_to?, quoted?);
        let account = self.account.read(row, self.author)?;
        let post = Post {
            source: row.context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            post_id,
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at,
            text: Some(x::unescaped(&said)),
            kind: x::kind(reposted.is_some(), reply_to.is_some(), quoted.is_some()),
            reply_to,
            reposted: reposted.or(quoted),
            conversation_id: row.id(self.conversation)?,
            mentions: row.list(self.mentions, &["username"]),
            hashtags: row.list(self.hashtags, &["tag"]),
            urls: row.list(self.urls, &["unwound_url", "expanded_url", "url"]),
            likes: row.integer(self.likes)?,
            replies: row.integer(self.replies)?,
            reposts: row.integer(self.reposts)?,
            quotes: row.integer(self.quotes)?,
            views: row.integer(self.views)?,
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: row.cells.extra(&self.rest),
            ..Post::default()
        };
        Ok((post, account))
    }
}

impl AccountFields {
    fn of(headings: &mut Headings) -> Self {
        let mut fields = Self {
            id: headings.find(&["author.id"]),
            created: headings.find(&["author.created_at"]),
            handle: headings.find(&["author.username"]),
            name: headings.find(&["author.name"]),
            description: headings.find(&["author.description"]),
            urls: headings.find(&["author.entities.url.urls"]),
            url: headings.find(&["author.url"]),
            location: headings.find(&["author.location"]),
            followers: headings.find(&["author.public_metrics.followers_count"]),
            following: headings.find(&["author.public_metrics.following_count"]),
            posts: headings.find(&["author.public_metrics.tweet_count"]),
            is_verified: headings.find(&["author.verified"]),
            rest: Vec::new(),
        };
        fields.rest = headings
            .rest()
            .into_iter()
            .filter(|field| headings.name(*field).starts_with("author."))
            .collect();
        for field in &fields.rest {
            let name = headings.name(*field).to_owned();
            headings.find(&[&name]);
        }
        fields
    }

    /// Returns the author; `None` where the export has no id of theirs.
    fn read(&self, row: &Row<'_>, author: Option<Field>) -> Result<Option<Account>, Reject> {
        let Some(account_id) = row.id(self.id)?.or(row.id(author)?) else {
            return Ok(None);
        };
        let handle = row.text(self.handle);
        let plain = |field| row.text(field).map(|text| x::unescaped(&text));
        let url = row
            .list(self.urls, &["expanded_url"])
            .and_then(|urls| urls.into_iter().next());
        Ok(Some(Account {
            source: row.context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            is_official: x::is_official(row.context, &account_id, handle.as_deref()),
            account_id,
            handle,
            display_name: plain(self.name),
            bio: plain(self.description),
            url: url.or_else(|| row.text(self.url)),
            location: plain(self.location),
            followers: row.integer(self.followers)?,
            following: row.integer(self.following)?,
            posts: row.integer(self.posts)?,
            created_at: row.instant(self.created)?,
            is_verified: row.text(self.is_verified).and_then(|word| x::flag(&word)),
            extra: row.cells.extra(&self.rest),
            ..Account::default()
        }))
    }
}
