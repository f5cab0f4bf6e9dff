//! X API v1.1 as CSV: what Social Feed Manager exports and `json2csv` of twarc 1 writes (third
//! parties).
//!
//! One row per post with its author in `user_...`. A repost carries the whole text it repeats. `tweet_type` says what a
//! post is: `original`, `reply`, `retweet`, `quote`; without it the ids do. Accounts are one row each, as the newest
//! post shows them. Hashtags and links stand in one cell with blanks between; who is mentioned is found in the text.

use std::io::BufRead;

use super::x::{self, PLATFORM};
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};

/// Social Feed Manager.
pub(super) struct XLegacyCsv;

impl Layout for XLegacyCsv {
    fn name(&self) -> &'static str {
        "x_legacy_csv"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "X (Twitter) API v1.1 CSV (Social Feed Manager)",
            "X (Twitter) API v1.1 CSV (Social Feed Manager)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["id", "created_at", "user_screen_name", "text"])
            && ["tweet_type", "retweet_or_quote_id", "tweet_url"]
                .iter()
                .any(|heading| head.has_headings(0, &[heading]))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        table.each(context, sink, |cells, sink| {
            let (post, account) = fields.read(cells, context)?;
            if let Some(account) = account {
                accounts.add(account, post.posted_at, cells.line());
            }
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

struct Fields {
    id: Field,
    created: Field,
    handle: Field,
    text: Field,
    kind: Option<Field>,
    hashtags: Option<Field>,
    urls: Option<Field>,
    likes: Option<Field>,
    reposts: Option<Field>,
    reply_to: Option<Field>,
    reposted: Option<Field>,
    user: User,
    rest: Vec<Field>,
}

/// The columns of the author.
struct User {
    id: Option<Field>,
    created: Option<Field>,
    description: Option<Field>,
    followers: Option<Field>,
    following: Option<Field>,
    posts: Option<Field>,
    location: Option<Field>,
    name: Option<Field>,
    urls: Option<Field>,
    is_verified: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["id"], context)?,
            created: headings.need(&["created_at"], context)?,
            handle: headings.need(&["user_screen_name"], context)?,
            text: headings.need(&["text"], context)?,
            kind: headings.find(&["tweet_type"]),
            hashtags: headings.find(&["hashtags"]),
            urls: headings.find(&["urls"]),
            likes: headings.find(&["favorite_count"]),
            reposts: headings.find(&["retweet_count"]),
            reply_to: headings.find(&["in_reply_to_status_id"]),
            reposted: headings.find(&["retweet_or_quote_id"]),
            user: User::of(headings),
            rest: Vec::new(),
        };
        // The same instant in another notation.
        headings.find(&["parsed_created_at"]);
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn read(
        &self,
        cells: &Cells<'_>,
        context: &Context,
    ) -> Result<(Post, Option<Account>), Reject> {
        cells.needed(self.id)?;
        let account = self.user.account(self.handle, cells, context)?;
        let reply_to = x::id_cell(cells, self.reply_to)?;
        let reposted = x::id_cell(cells, self.reposted)?;
        let words = cells.needed(self.text)?;
        let kind = match cells.text(self.kind) {
            Some("original") => "post",
            Some("retweet") => "repost",
            Some("reply") => "reply",
            Some("quote") => "quote",
            // Nothing else tells a repost from a quote.
            _ => {
                let is_repost = reposted.is_some() && words.starts_with("RT @");
                x::kind(is_repost, reply_to.is_some(), reposted.is_some())
            }
        };
        let list = |field: Option<Field>| {
            field.map(|_| {
                let cell = cells.text(field).unwrap_or_default();
                cell.split_whitespace()
                    .map(|word| word.trim_start_matches(['#', '＃']).to_owned())
                    .collect::<Vec<_>>()
            })
        };
        let post = Post {
            source: context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            post_id: x::id_cell(cells, Some(self.id))?
                .unwrap_or_default()
                .to_owned(),
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at: cells.needed_instant(self.created)?,
            text: Some(x::unescaped(words)),
            kind,
            reply_to: reply_to.map(str::to_owned),
            reposted: reposted.map(str::to_owned),
            hashtags: list(self.hashtags),
            urls: list(self.urls),
            likes: cells.integer(self.likes)?,
            reposts: cells.integer(self.reposts)?,
            is_outbound: account.as_ref().map_or_else(
                || {
                    cells
                        .text(Some(self.handle))
                        .is_some_and(|handle| context.is_official(handle))
                },
                |account| account.is_official,
            ),
            extra: cells.extra(&self.rest),
            ..Post::default()
        };
        Ok((post, account))
    }
}

impl User {
    fn of(headings: &mut Headings) -> Self {
        let mut user = Self {
            id: headings.find(&["user_id"]),
            created: headings.find(&["user_created_at"]),
            description: headings.find(&["user_description"]),
            followers: headings.find(&["user_followers_count"]),
            following: headings.find(&["user_friends_count"]),
            posts: headings.find(&["user_statuses_count"]),
            location: headings.find(&["user_location"]),
            name: headings.find(&["user_name"]),
            urls: headings.find(&["user_urls"]),
            is_verified: headings.find(&["user_verified"]),
            rest: Vec::new(),
        };
        user.rest = [
            "user_default_profile_image",
            "user_favourites_count",
            "user_listed_count",
            "user_time_zone",
        ]
        .iter()
        .filter_map(|name| headings.find(&[name]))
        .collect();
        user
    }

    /// Returns the author; `None` where the export has no id of theirs.
    fn account(
        &self,
        handle: Field,
        cells: &Cells<'_>,
        context: &Context,
    ) -> Result<Option<Account>, Reject> {
        let Some(id) = x::id_cell(cells, self.id)? else {
            return Ok(None);
        };
        let handle = cells.text(Some(handle));
        let plain = |field| cells.text(field).map(x::unescaped);
        Ok(Some(Account {
            source: context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            account_id: id.to_owned(),
            handle: handle.map(str::to_owned),
            display_name: plain(self.name),
            bio: plain(self.description),
            url: cells
                .text(self.urls)
                .and_then(|urls| urls.split_whitespace().next())
                .map(str::to_owned),
            location: plain(self.location),
            followers: cells.integer(self.followers)?,
            following: cells.integer(self.following)?,
            posts: cells.integer(self.posts)?,
            created_at: cells.instant(self.created)?,
            is_verified: cells.text(self.is_verified).and_then(x::flag),
            is_official: x::is_official(context, id, handle),
            extra: cells.extra(&self.rest),
            ..Account::default()
        }))
    }
}
