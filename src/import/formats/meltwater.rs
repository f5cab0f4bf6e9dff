//! Meltwater, mentions CSV: one row per mention, UTF-16 with tabs or UTF-8 with commas.
//!
//! - The platform comes from `Source` or the link; what is neither a network nor known is `news`.
//! - The fullest of `Full Text`, `Hit Sentence` and `Opening Text` is the text; the headline of an article or video stands
//!   above it unless it is part of it. Entities of HTML are decoded, and `RT @name: ` before a repost is taken off.
//! - On X a text that begins with `RT @` or `QT @` is a repost or quote; `Parent URL` names what it repeats or answers.
//! - `Date` is a local time of the export's account; where it cannot be read, `Alternate Date Format` and `Time` are.
//! - Sentiment, reach, keywords and all else stay in `extra`.

use std::io::BufRead;

use jiff::Timestamp;

use super::listening::{Place, author, hashed, repeated, x_post_id};
use crate::error::Result;
use crate::import::account::Accounts;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::dates;
use crate::import::values::entities::unescaped;

const SOURCE: &str = "meltwater";
const NEWS: Place = Place {
    platform: "news",
    kind: "article",
};

/// Meltwater's mentions.
pub(super) struct Meltwater;

impl Layout for Meltwater {
    fn name(&self) -> &'static str {
        "meltwater"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Meltwater 言及 CSV", "Meltwater mentions CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["Date", "URL", "Hit Sentence", "Source", "Influencer"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
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
    other_date: [Option<Field>; 2],
    headline: Option<Field>,
    texts: [Option<Field>; 3],
    url: Field,
    parent: Option<Field>,
    place: Option<Field>,
    influencer: Option<Field>,
    post_id: Option<Field>,
    account: [Option<Field>; 2],
    bio: Option<Field>,
    profile: Option<Field>,
    followers: Option<Field>,
    following: Option<Field>,
    counts: [[Option<Field>; 2]; 4],
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            date: headings.need(&["Date"], context)?,
            other_date: ["Alternate Date Format", "Time"].map(|name| headings.find(&[name])),
            headline: headings.find(&["Headline", "Title"]),
            texts: ["Full Text", "Hit Sentence", "Opening Text"].map(|name| headings.find(&[name])),
            url: headings.need(&["URL"], context)?,
            parent: headings.find(&["Parent URL"]),
            place: headings.find(&["Source"]),
            influencer: headings.find(&["Influencer"]),
            post_id: headings.find(&["Tweet Id", "X Post Id", "Post Id"]),
            account: [
                headings.find(&["Twitter Id", "X Id"]),
                headings.find(&["Twitter Screen Name", "X Screen Name", "Screen Name"]),
            ],
            bio: headings.find(&["Twitter Bio", "X Bio"]),
            profile: headings.find(&["User Profile Url"]),
            followers: headings.find(&["Twitter Followers", "X Followers"]),
            following: headings.find(&["Twitter Following", "X Following"]),
            counts: [
                ["Likes", "Reactions"],
                ["Replies", "Comments"],
                ["Retweets", "Shares"],
                ["Views", "Estimated Views"],
            ]
            .map(|names| names.map(|name| headings.find(&[name]))),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        // Read besides: the outlet of an article, and the link, since a hash does not lead anywhere.
        fields.rest.extend(fields.place);
        fields.rest.push(fields.url);
        fields.rest.sort_unstable();
        Ok(fields)
    }

    fn post(
        &self,
        cells: &Cells<'_>,
        accounts: &mut Accounts,
        context: &Context,
    ) -> Result<Post, Reject> {
        let posted_at = self.posted_at(cells, context)?;
        let url = cells.text(Some(self.url));
        let place = Place::of(&[cells.text(self.place)], url, NEWS);
        let text = self.text(cells, place);
        let source = context.source_or(SOURCE);
        let [id, handle] = self.account.map(|field| {
            let text = cells.unquoted(field)?.trim_matches('"');
            (!text.is_empty()).then_some(text)
        });
        let influencer = cells.text(self.influencer);
        // The influencer is the handle on X and the author elsewhere.
        let handle = handle.or(influencer.filter(|name| name.starts_with('@')));
        let name = influencer.filter(|name| !name.starts_with('@'));
        let account = author(
            source,
            place.platform,
            id.filter(|_| place.platform == "x"),
            handle,
            name,
            context,
        );
        let account_id = account.as_ref().map(|account| account.account_id.clone());
        let is_outbound = account.as_ref().is_some_and(|account| account.is_official);
        let mut counts = [None; 4];
        for (count, fields) in counts.iter_mut().zip(self.counts) {
            for field in fields {
                *count = count.or(cells.integer(field)?);
            }
        }
        let [likes, replies, reposts, views] = counts;
        let parent = cells
            .text(self.parent)
            .filter(|parent| Some(*parent) != url);
        let parent = parent.map(|parent| {
            x_post_id(None, Some(parent)).unwrap_or_else(|| hashed(Some(parent), &[]))
        });
        let begins = |mark: &str| text.as_deref().is_some_and(|text| text.starts_with(mark));
        let kind = match place.platform {
            "x" if begins("RT @") => "repost",
            "x" if begins("QT @") => "quote",
            _ if place.kind == "post" && parent.is_some() => "reply",
            _ => place.kind,
        };
        let (reposted, reply_to) = match kind {
            "repost" | "quote" => (parent, None),
            _ => (None, parent),
        };
        let own_id = (place.platform == "x")
            .then(|| x_post_id(cells.unquoted(self.post_id), url))
            .flatten();
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
            likes,
            replies,
            reposts,
            views,
            is_outbound,
            extra: cells.extra(&self.rest),
            text: text.map(|text| match kind {
                "repost" => repeated(&text).to_owned(),
                _ => text,
            }),
            ..Post::default()
        };
        if let Some(mut account) = account {
            account.bio = cells.text(self.bio).map(|bio| unescaped(bio).into_owned());
            account.url = cells.text(self.profile).map(str::to_owned);
            account.followers = cells.integer(self.followers)?;
            account.following = cells.integer(self.following)?;
            accounts.add(account, posted_at, cells.line());
        }
        Ok(post)
    }

    fn posted_at(&self, cells: &Cells<'_>, context: &Context) -> Result<Timestamp, Reject> {
        let date = cells.needed(self.date)?;
        let read = |text: &str| dates::instant(&spaced(text), &context.time_zone);
        let error = match read(date) {
            Ok(Some(instant)) => return Ok(instant),
            Ok(None) => return Err(cells.reject(Some(self.date), Reason::Missing)),
            Err(error) => error,
        };
        let [day, time] = self
            .other_date
            .map(|field| cells.text(field).unwrap_or_default());
        match read(&format!("{day} {time}")) {
            Ok(Some(instant)) => Ok(instant),
            _ => Err(cells.reject(Some(self.date), error.into())),
        }
    }

    fn text(&self, cells: &Cells<'_>, place: Place) -> Option<String> {
        let fullest = self
            .texts
            .iter()
            .filter_map(|field| cells.text(*field))
            .reduce(|best, next| {
                if next.chars().count() > best.chars().count() {
                    next
                } else {
                    best
                }
            })
            .map(unescaped);
        let headline = cells.text(self.headline).map(unescaped);
        match (headline, fullest) {
            (Some(headline), Some(text))
                if place.has_titles() && !text.contains(headline.as_ref()) =>
            {
                Some(format!("{headline}\n{text}"))
            }
            (_, Some(text)) => Some(text.into_owned()),
            (headline, None) => headline.map(|headline| headline.into_owned()),
        }
    }
}

/// Returns `08-Feb-2024 07:57AM` as `08 Feb 2024 07:57AM`.
fn spaced(text: &str) -> String {
    let parts: Vec<&str> = text.splitn(3, '-').collect();
    match parts.as_slice() {
        [day, month, rest]
            if day.len() <= 2
                && month.len() >= 3
                && month.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            format!("{day} {month} {rest}")
        }
        _ => text.to_owned(),
    }
}
