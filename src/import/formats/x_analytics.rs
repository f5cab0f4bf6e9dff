//! X Analytics: what became of one's own posts, CSV, one row per post.
//!
//! Two vintages under one name: until 2024 analytics.twitter.com > Tweets > Export data (`Tweet id, Tweet permalink,
//! Tweet text, time, impressions, ...`, or the same in Japanese); since then X Premium > Analytics > Content > Export
//! (`Post id, Date, Post text, Post Link, Impressions, ...`).
//!
//! - Every post is the shop's own: who exports is who posts. The account is not named but by the link, which stays in
//!   `extra`, and neither are the posts that are answered: a text that begins with `@` is an answer.
//! - The new vintage gives the day alone. Ids of X tell the instant, which is taken where it falls on about that day.
//! - Spreadsheets spoil long ids (`1.23E+18`); the id at the end of the link is the one that counts.
//! - Impressions are the views. Clicks, follows, bookmarks and the rest stay in `extra`.

use std::io::BufRead;

use jiff::{SignedDuration, Timestamp};

use super::x::{self, PLATFORM};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::dates::{self, Moment};

const ID: &[&str] = &["Post id", "Tweet id", "ツイートID"];
const LINK: &[&str] = &["Post Link", "Tweet permalink", "ツイートの固定リンク"];
const TEXT: &[&str] = &["Post text", "Tweet text", "ツイート本文"];
const TIME: &[&str] = &["Date", "time", "時間"];
const VIEWS: &[&str] = &["Impressions", "インプレッション"];

/// X Analytics.
pub(super) struct XAnalytics;

impl Layout for XAnalytics {
    fn name(&self) -> &'static str {
        "x_analytics"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("X アナリティクス 投稿 CSV", "X Analytics posts CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        let has = |names: &[&str]| names.iter().any(|name| head.has_headings(0, &[name]));
        [ID, TEXT, TIME, VIEWS].into_iter().all(has)
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        table.each(context, sink, |cells, sink| {
            let post = fields.post(cells, context)?;
            Ok(post.put(cells.line(), sink)?)
        })
    }
}

struct Fields {
    id: Field,
    link: Option<Field>,
    text: Field,
    time: Field,
    views: Option<Field>,
    likes: Option<Field>,
    replies: Option<Field>,
    reposts: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        // Looked up before it is asked for again below, so that it stays among the rest.
        let rest = headings.rest();
        let link = headings.find(LINK);
        let mut fields = Self {
            id: headings.need(ID, context)?,
            link,
            text: headings.need(TEXT, context)?,
            time: headings.need(TIME, context)?,
            views: headings.find(VIEWS),
            likes: headings.find(&["Likes", "いいね"]),
            replies: headings.find(&["Replies", "返信"]),
            reposts: headings.find(&["Reposts", "retweets", "リツイート"]),
            rest,
        };
        let left = headings.rest();
        fields
            .rest
            .retain(|field| left.contains(field) || Some(*field) == link);
        Ok(fields)
    }

    fn post(&self, cells: &Cells<'_>, context: &Context) -> Result<Post, Reject> {
        let post_id = match cells.text(self.link).and_then(x::permalink) {
            Some((_, id)) => id,
            None => {
                cells.needed(self.id)?;
                x::id_cell(cells, Some(self.id))?.unwrap_or_default()
            }
        };
        // A post may be a picture alone.
        let said = cells.text(Some(self.text)).map(x::unescaped);
        let begins = |with: &str| said.as_deref().is_some_and(|said| said.starts_with(with));
        Ok(Post {
            source: context.source_or(PLATFORM).to_owned(),
            platform: PLATFORM,
            post_id: post_id.to_owned(),
            posted_at: self.posted_at(post_id, cells)?,
            kind: x::kind(begins("RT @"), begins("@"), false),
            text: said,
            likes: cells.integer(self.likes)?,
            replies: cells.integer(self.replies)?,
            reposts: cells.integer(self.reposts)?,
            views: cells.integer(self.views)?,
            is_outbound: true,
            extra: cells.extra(&self.rest),
            ..Post::default()
        })
    }

    /// Returns the instant the row tells; of a row that tells the day alone, what the id tells of that day.
    fn posted_at(&self, post_id: &str, cells: &Cells<'_>) -> Result<Timestamp, Reject> {
        let told = cells.needed_instant(self.time)?;
        let is_day = cells
            .text(Some(self.time))
            .is_some_and(|text| matches!(dates::moment(text), Ok(Some(Moment::Day(_)))));
        // The day is that of another time zone, maybe.
        let is_near = |instant: &Timestamp| {
            let after = instant.duration_since(told);
            after > SignedDuration::from_hours(-24) && after < SignedDuration::from_hours(48)
        };
        let exact = x::instant_of(post_id).filter(|instant| is_day && is_near(instant));
        Ok(exact.unwrap_or(told))
    }
}
