//! Any table of posts, comments or reviews with words, a day and an author, an id or a link under usual names.
//!
//! Only for files no other layout recognises, and never for one that has amounts: that is a log of purchases or of
//! orders with remarks.
//!
//! - The id is the file's, else the link, else a hash of author, instant and words. Ids that a spreadsheet has rounded
//!   (`1.7E+18`) are no ids.
//! - Ratings and words under headings that say so make reviews, comments likewise. A rating outside one to five stars is
//!   kept in `extra`. Title and words are one text.
//! - The platform is the one a column names, else the one the link leads to, else `other`.

use std::io::BufRead;

use super::posts_headings::{
    ANSWERED, AUTHOR, AUTHOR_ID, CUSTOMER, DATE, ID, KIND, LIKES, MONEY, NOBODY, PLATFORM, RATING,
    REPLIES, REPOSTS, TEXT, TITLE, URL, VIEWS, known_platform, platform_of,
};
use super::transactions::Transactions;
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::guests::joined;
use crate::import::head::{Head, fold};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::keys::{Repeats, is_rounded, stable_hash};
use crate::import::values::{entities, numbers, widths};
use crate::schema::posts;

/// A plain table of posts.
pub(super) struct PostsTable;

impl Layout for PostsTable {
    fn name(&self) -> &'static str {
        "posts_table"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "投稿・口コミの表(本文・日付・投稿者)",
            "table of posts or reviews (text, date, author)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let has = |names: &[&str]| names.iter().any(|name| head.has_headings(0, &[name]));
        has(TEXT)
            && has(DATE)
            && [AUTHOR, AUTHOR_ID, ID, URL].iter().any(|names| has(names))
            && !has(MONEY)
            && !Transactions.recognises(head)
    }

    fn is_fallback(&self) -> bool {
        true
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        let mut repeats = Repeats::default();
        table.each(context, sink, |cells, sink| {
            let (post, account) = fields.post(cells, context, &mut repeats)?;
            if let Some(account) = account {
                accounts.add(account, post.posted_at, cells.line());
            }
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

struct Fields {
    text: Field,
    date: Field,
    author: Option<Field>,
    author_id: Option<Field>,
    id: Option<Field>,
    url: Option<Field>,
    title: Option<Field>,
    rating: Option<Field>,
    counts: [Option<Field>; 4],
    platform: Option<Field>,
    answered: Option<Field>,
    customer: Option<Field>,
    kind: Option<Field>,
    /// Kind of the rows that name none.
    usual_kind: &'static str,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            text: headings.need(TEXT, context)?,
            date: headings.need(DATE, context)?,
            author: headings.find(AUTHOR),
            author_id: headings.find(AUTHOR_ID),
            id: headings.find(ID),
            url: headings.find(URL),
            title: headings.find(TITLE),
            rating: headings.find(RATING),
            counts: [LIKES, REPLIES, REPOSTS, VIEWS].map(|names| headings.find(names)),
            platform: headings.find(PLATFORM),
            answered: headings.find(ANSWERED),
            customer: headings.find(CUSTOMER),
            kind: headings.find(KIND),
            usual_kind: "post",
            rest: Vec::new(),
        };
        let heading = fold(headings.name(fields.text));
        let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if fields.rating.is_some() || says(&["口コミ", "クチコミ", "レビュー", "review"])
        {
            fields.usual_kind = "review";
        } else if says(&["コメント", "comment"]) {
            fields.usual_kind = "comment";
        }
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn post(
        &self,
        cells: &Cells<'_>,
        context: &Context,
        repeats: &mut Repeats,
    ) -> Result<(Post, Option<Account>), Reject> {
        let posted_at = cells.needed_instant(self.date)?;
        let rating = cells.text(self.rating).and_then(stars);
        let said = joined(&[cells.text(self.title), cells.text(Some(self.text))], "\n");
        if said.is_none() && rating.is_none() {
            return Err(cells.reject(Some(self.text), Reason::Missing));
        }
        let url = cells.text(self.url);
        let named = cells.text(self.platform);
        let platform = match named {
            Some(name) => known_platform(name),
            None => url.and_then(platform_of),
        }
        .unwrap_or("other");
        let mut kept = self.rest.clone();
        for (field, is_read) in [
            (self.platform, platform != "other"),
            (self.rating, rating.is_some()),
            (self.kind, self.kind(cells).is_some()),
        ] {
            kept.extend(field.filter(|_| !is_read));
        }
        kept.sort_unstable();
        let account = self.account(cells, context, platform);
        let author = account.as_ref().map_or("", |account| &account.account_id);
        let id = cells.unquoted(self.id).filter(|id| !is_rounded(id));
        let post_id = match id.or(url) {
            Some(id) => id.to_owned(),
            None => repeats.id(stable_hash(&[
                author,
                &posted_at.to_string(),
                said.as_deref().unwrap_or_default(),
            ])),
        };
        let mut urls: Vec<String> = url.into_iter().map(str::to_owned).collect();
        for link in entities::urls(said.as_deref().unwrap_or_default()) {
            if !urls.contains(&link) {
                urls.push(link);
            }
        }
        let answered = cells.unquoted(self.answered).map(str::to_owned);
        let kind = self.kind(cells).unwrap_or(match self.usual_kind {
            "post" if answered.is_some() => "reply",
            usual => usual,
        });
        let [likes, replies, reposts, views] = self.counts;
        let post = Post {
            source: context.source_or("posts").to_owned(),
            platform,
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            customer_id: cells.unquoted(self.customer).map(str::to_owned),
            posted_at,
            text: said,
            kind,
            conversation_id: Some(answered.clone().unwrap_or_else(|| post_id.clone())),
            reply_to: answered,
            post_id,
            urls: Some(urls),
            likes: cells.integer(likes)?,
            replies: cells.integer(replies)?,
            reposts: cells.integer(reposts)?,
            views: cells.integer(views)?,
            rating,
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: cells.extra(&kept),
            ..Post::default()
        };
        Ok((post, account))
    }

    /// Returns the kind a row names, if it is one koe knows.
    fn kind(&self, cells: &Cells<'_>) -> Option<&'static str> {
        let named = cells.text(self.kind)?.to_lowercase();
        posts::KIND.unit.split(", ").find(|kind| *kind == named)
    }

    fn account(
        &self,
        cells: &Cells<'_>,
        context: &Context,
        platform: &'static str,
    ) -> Option<Account> {
        let id = cells.unquoted(self.author_id).filter(|id| !is_rounded(id));
        let name = cells
            .text(self.author)
            .filter(|name| !NOBODY.contains(name));
        let handle = name.and_then(|name| name.strip_prefix(['@', '＠']));
        let account_id = id.or(handle).or(name)?;
        let is_official = [id, name]
            .into_iter()
            .flatten()
            .any(|name| context.is_official(name));
        Some(Account {
            source: context.source_or("posts").to_owned(),
            platform,
            account_id: account_id.to_owned(),
            handle: handle.map(str::to_owned),
            display_name: name.map(str::to_owned),
            is_official,
            ..Account::default()
        })
    }
}

/// Reads stars: `4.5`, `★★★★☆`, `星4`, `4点`, `4/5`; `None` for anything but one to five.
fn stars(text: &str) -> Option<f64> {
    let text = widths::narrow(text).to_lowercase();
    let drawn = text.matches('★').count();
    if drawn > 0 {
        return Some(drawn as f64).filter(|stars| *stars <= 5.0);
    }
    let mut number = text.trim_start_matches('星');
    for end in ["/5.0", "/5", "out of 5", "stars", "star", "つ星", "点"] {
        number = number.strip_suffix(end).unwrap_or(number).trim();
    }
    let stars = numbers::float(number).ok().flatten()?;
    (1.0..=5.0).contains(&stars).then_some(stars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_read_as_people_write_them() {
        for (text, expected) in [
            ("4.5", Some(4.5)),
            ("★★★★☆", Some(4.0)),
            ("星３", Some(3.0)),
            ("5点", Some(5.0)),
            ("4/5", Some(4.0)),
            ("3.0 out of 5", Some(3.0)),
            ("5つ星", Some(5.0)),
            ("0", None),
            ("80", None),
            ("とても良い", None),
            ("★★★★★★", None),
        ] {
            assert_eq!(stars(text), expected, "{text}");
        }
    }
}
