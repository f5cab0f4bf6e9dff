//! Brandwatch (Consumer Research), mentions CSV: some rows of preamble, then one row per mention.
//!
//! - The headings are looked for below the preamble, whose length differs.
//! - The platform comes from `Page Type`, else `Domain` or the link.
//! - The fullest of `Full Text` and `Snippet` is the text; the title of an article, thread or video stands above it unless
//!   it is part of it. Entities of HTML are decoded, and `RT @name: ` before a repost is taken off.
//! - `Thread Entry Type` tells posts, replies, reposts and quotes apart; `Twitter Reply to` and `Twitter Retweet of` name the
//!   post of X.
//! - Sentiment, impact, categories and all else stay in `extra`.

use std::io::BufRead;
use std::path::Path;

use super::listening::{Place, author, hashed, repeated, x_post_id};
use crate::error::{Error, Result};
use crate::import::account::Accounts;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::entities::unescaped;

const SOURCE: &str = "brandwatch";
const TELLING: &[&str] = &["Query Id", "Query Name", "Date", "Url", "Page Type"];
const WEB: Place = Place {
    platform: "web",
    kind: "article",
};

/// Brandwatch's mentions.
pub(super) struct Brandwatch;

impl Layout for Brandwatch {
    fn name(&self) -> &'static str {
        "brandwatch"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Brandwatch 言及 CSV", "Brandwatch mentions CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.heading_row(TELLING).is_some()
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let sample = String::from_utf8_lossy(input.fill_buf().map_err(failed)?).into_owned();
        let preamble = Head::of(&sample).heading_row(TELLING).unwrap_or(0);
        let (mut table, _) = Table::open(input, preamble, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        table.each(context, sink, |cells, sink| {
            let post = fields.post(cells, &mut accounts, context)?;
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

struct Fields {
    date: Field,
    title: Option<Field>,
    texts: [Option<Field>; 2],
    url: Field,
    page_type: Option<Field>,
    domain: Option<Field>,
    entry: Option<Field>,
    thread: Option<Field>,
    resource: Option<Field>,
    handle: Option<Field>,
    name: Option<Field>,
    account_id: Option<Field>,
    followers: Option<Field>,
    following: Option<Field>,
    posts: Option<Field>,
    verified: Option<Field>,
    reply_to: Option<Field>,
    repost_of: Option<Field>,
    counts: [[Option<Field>; 3]; 3],
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            date: headings.need(&["Date"], context)?,
            title: headings.find(&["Title"]),
            texts: ["Full Text", "Snippet"].map(|name| headings.find(&[name])),
            url: headings.need(&["Url"], context)?,
            page_type: headings.find(&["Page Type"]),
            domain: headings.find(&["Domain"]),
            entry: headings.find(&["Thread Entry Type"]),
            thread: headings.find(&["Thread Id"]),
            resource: headings.find(&["Resource Id"]),
            handle: headings.find(&["Author"]),
            name: headings.find(&["Full Name"]),
            account_id: headings.find(&["Twitter Author ID", "X Author ID"]),
            followers: headings.find(&["Twitter Followers", "X Followers"]),
            following: headings.find(&["Twitter Following", "X Following"]),
            posts: headings.find(&["Twitter Tweets", "Twitter Post Count", "X Posts"]),
            verified: headings.find(&["Twitter Verified", "X Verified"]),
            reply_to: headings.find(&["Twitter Reply to", "X Reply to"]),
            repost_of: headings.find(&["Twitter Retweet of", "X Repost of"]),
            counts: [
                ["Twitter Likes", "Facebook Likes", "Instagram Likes"],
                [
                    "Twitter Reply Count",
                    "Facebook Comments",
                    "Instagram Comments",
                ],
                ["Twitter Retweets", "Facebook Shares", "X Reposts"],
            ]
            .map(|names| names.map(|name| headings.find(&[name]))),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        // Read besides: what leads back to the mention.
        fields.rest.push(fields.url);
        fields.rest.extend(fields.resource);
        fields.rest.sort_unstable();
        Ok(fields)
    }

    fn post(
        &self,
        cells: &Cells<'_>,
        accounts: &mut Accounts,
        context: &Context,
    ) -> Result<Post, Reject> {
        let posted_at = cells.needed_instant(self.date)?;
        let url = cells.text(Some(self.url));
        let words = [self.page_type, self.domain].map(|field| cells.text(field));
        let place = Place::of(&words, url, WEB);
        let is_x = place.platform == "x";
        let source = context.source_or(SOURCE);
        let is_handle = is_x || ["instagram", "tiktok", "threads"].contains(&place.platform);
        let (author_name, full_name) = (cells.text(self.handle), cells.text(self.name));
        let account = author(
            source,
            place.platform,
            cells.unquoted(self.account_id).filter(|_| is_x),
            author_name.filter(|_| is_handle),
            full_name.or(author_name),
            context,
        );
        let account_id = account.as_ref().map(|account| account.account_id.clone());
        let text = self.text(cells, place);
        let named = |field: Option<Field>| {
            cells.text(field).map(|url| {
                x_post_id(Some(url), Some(url)).unwrap_or_else(|| hashed(Some(url), &[]))
            })
        };
        let (reply_to, reposted) = (named(self.reply_to), named(self.repost_of));
        let kind = self.kind(
            cells,
            place,
            reply_to.is_some(),
            reposted.is_some(),
            text.as_deref(),
        );
        let own_id = is_x.then(|| x_post_id(None, url)).flatten();
        let mut counts = [None; 3];
        for (count, fields) in counts.iter_mut().zip(self.counts) {
            for field in fields {
                *count = count.or(cells.integer(field)?);
            }
        }
        let [likes, replies, reposts] = counts;
        let post = Post {
            source: source.to_owned(),
            platform: place.platform,
            post_id: own_id.unwrap_or_else(|| {
                let author = account_id.as_deref().unwrap_or_default();
                let text = text.as_deref().unwrap_or_default();
                hashed(url, &[author, &posted_at.to_string(), text])
            }),
            account_id,
            posted_at,
            kind,
            reply_to,
            reposted,
            conversation_id: cells.unquoted(self.thread).map(str::to_owned),
            likes,
            replies,
            reposts,
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: cells.extra(&self.rest),
            text: text.map(|text| match kind {
                "repost" => repeated(&text).to_owned(),
                _ => text,
            }),
            ..Post::default()
        };
        if let Some(mut account) = account {
            account.followers = cells.integer(self.followers)?;
            account.following = cells.integer(self.following)?;
            account.posts = cells.integer(self.posts)?;
            account.is_verified = match cells.text(self.verified) {
                Some("true" | "TRUE" | "True") => Some(true),
                Some("false" | "FALSE" | "False") => Some(false),
                _ => None,
            };
            accounts.add(account, posted_at, cells.line());
        }
        Ok(post)
    }

    fn kind(
        &self,
        cells: &Cells<'_>,
        place: Place,
        is_reply: bool,
        is_repost: bool,
        text: Option<&str>,
    ) -> &'static str {
        let entry = cells.text(self.entry).unwrap_or_default().to_lowercase();
        let begins = |mark: &str| text.is_some_and(|text| text.starts_with(mark));
        match entry.as_str() {
            "share" | "retweet" | "repost" => "repost",
            "quote" => "quote",
            "reply" => "reply",
            "comment" => "comment",
            _ if place.platform == "x" && (is_repost || begins("RT @")) => "repost",
            _ if place.platform == "x" && begins("QT @") => "quote",
            _ if is_reply => "reply",
            _ => place.kind,
        }
    }

    fn text(&self, cells: &Cells<'_>, place: Place) -> Option<String> {
        let [full, snippet] = self.texts.map(|field| cells.text(field).map(unescaped));
        let text = match (full, snippet) {
            (Some(full), Some(snippet)) if snippet.chars().count() > full.chars().count() => {
                Some(snippet)
            }
            (Some(full), _) => Some(full),
            (None, snippet) => snippet,
        };
        let title = cells.text(self.title).map(unescaped);
        match (title, text) {
            // A title that was cut ends in dots.
            (Some(title), Some(text))
                if place.has_titles()
                    && !text.contains(title.trim_end_matches(['.', '…', ' '])) =>
            {
                Some(format!("{title}\n{text}"))
            }
            (_, Some(text)) => Some(text.into_owned()),
            (title, None) => title.map(|title| title.into_owned()),
        }
    }
}
