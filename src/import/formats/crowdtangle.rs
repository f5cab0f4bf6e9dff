//! CrowdTangle, posts as CSV, of Facebook or of Instagram; closed in 2024, its files live on (headings: third party).
//!
//! Facebook's id of a post is made of the page's and the number in its link, as the Graph API writes it, so that both give
//! the same post the same id; elsewhere the link stands for it. Times name American zones (`EST`). What reacts beyond
//! likes, video figures and scores stay in `extra`.

use std::io::BufRead;

use jiff::Timestamp;

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::entities;
use crate::import::values::keys::stable_hash;
use crate::import::values::{ValueError, dates, numbers};

/// CrowdTangle's posts.
pub(super) struct Crowdtangle;

impl Layout for Crowdtangle {
    fn name(&self) -> &'static str {
        "crowdtangle"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("CrowdTangle 投稿 CSV", "CrowdTangle posts CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        let facebook = ["Page Name", "User Name", "Post Created", "Message"];
        let instagram = ["Account", "User Name", "Post Created", "Description"];
        head.has_headings(0, &["URL", "Likes"])
            && (head.has_headings(0, &facebook) || head.has_headings(0, &instagram))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        table.each(context, sink, |cells, sink| {
            let (post, account) = fields.post(cells, context)?;
            if let Some(account) = account {
                accounts.add(account, post.posted_at, cells.line());
            }
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

struct Fields {
    platform: &'static str,
    name: Option<Field>,
    handle: Option<Field>,
    page_id: Option<Field>,
    about: Option<Field>,
    page_created: Option<Field>,
    followers: Option<Field>,
    created: Field,
    url: Option<Field>,
    said: Option<Field>,
    links: [Option<Field>; 2],
    likes: Option<Field>,
    comments: Option<Field>,
    shares: Option<Field>,
    views: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let name = headings.find(&["Page Name"]);
        let is_facebook = name.is_some();
        let mut fields = Self {
            platform: if is_facebook { "facebook" } else { "instagram" },
            name: name.or_else(|| headings.find(&["Account"])),
            handle: headings.find(&["User Name"]),
            page_id: headings.find(&["Facebook Id"]),
            about: headings.find(&["Page Description"]),
            page_created: headings.find(&["Page Created"]),
            followers: headings.find(&["Followers at Posting"]),
            created: headings.need(&["Post Created"], context)?,
            url: headings.find(&["URL"]),
            said: if is_facebook {
                headings.find(&["Message"])
            } else {
                headings.find(&["Description"])
            },
            links: ["Final Link", "Link"].map(|name| headings.find(&[name])),
            likes: headings.find(&["Likes"]),
            comments: headings.find(&["Comments"]),
            shares: headings.find(&["Shares"]),
            views: headings.find(&["Post Views", "Views"]),
            rest: Vec::new(),
        };
        // Said by the day and the time of the post already.
        headings.find(&["Post Created Date"]);
        headings.find(&["Post Created Time"]);
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn post(
        &self,
        cells: &Cells<'_>,
        context: &Context,
    ) -> Result<(Post, Option<Account>), Reject> {
        let instant = |field: Field| {
            cells.read(Some(field), |text| {
                dates::instant(&dates::with_offset(text), &context.time_zone)
            })
        };
        let posted_at = instant(self.created)?
            .ok_or_else(|| cells.reject(Some(self.created), Reason::Missing))?;
        let page_created = match self.page_created {
            Some(field) => instant(field)?,
            None => None,
        };
        let account = self.account(cells, context, page_created)?;
        let said = cells.text(self.said);
        let url = cells.text(self.url);
        let page_id = cells.text(self.page_id);
        let number = url.and_then(post_number);
        let post_id = match (page_id, number, url) {
            (Some(page), Some(number), _) => format!("{page}_{number}"),
            (_, _, Some(url)) => url.to_owned(),
            _ => stable_hash(&[
                account.as_ref().map_or("", |account| &account.account_id),
                &posted_at.to_string(),
                said.unwrap_or_default(),
            ]),
        };
        let mut urls = entities::urls(said.unwrap_or_default());
        let links = [url, self.links.iter().find_map(|field| cells.text(*field))];
        for link in links.into_iter().flatten() {
            if link.starts_with("http") && !urls.iter().any(|known| known == link) {
                urls.push(link.to_owned());
            }
        }
        let post = Post {
            source: context.source_or(self.platform).to_owned(),
            platform: self.platform,
            conversation_id: Some(post_id.clone()),
            post_id,
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at,
            text: said.map(str::to_owned),
            kind: "post",
            urls: Some(urls),
            likes: cells.read(self.likes, count)?,
            replies: cells.read(self.comments, count)?,
            reposts: cells.read(self.shares, count)?,
            views: cells.read(self.views, count)?,
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: cells.extra(&self.rest),
            ..Post::default()
        };
        Ok((post, account))
    }

    fn account(
        &self,
        cells: &Cells<'_>,
        context: &Context,
        created_at: Option<Timestamp>,
    ) -> Result<Option<Account>, Reject> {
        let [id, handle, name] =
            [self.page_id, self.handle, self.name].map(|field| cells.unquoted(field));
        let Some(account_id) = id.or(handle).or(name) else {
            return Ok(None);
        };
        let is_official = [id, handle, name]
            .into_iter()
            .flatten()
            .any(|name| context.is_official(name));
        Ok(Some(Account {
            source: context.source_or(self.platform).to_owned(),
            platform: self.platform,
            account_id: account_id.to_owned(),
            handle: handle.map(|handle| handle.trim_start_matches('@').to_owned()),
            display_name: name.map(str::to_owned),
            bio: cells.text(self.about).map(str::to_owned),
            followers: cells.read(self.followers, count)?,
            created_at,
            is_official,
            ..Account::default()
        }))
    }
}

/// Reads a figure; `N/A` is none.
fn count(text: &str) -> Result<Option<i64>, ValueError> {
    if text.eq_ignore_ascii_case("N/A") {
        return Ok(None);
    }
    numbers::integer(text)
}

/// Returns the number of a post in the link to it, as in `.../posts/123`.
fn post_number(url: &str) -> Option<&str> {
    let (_, behind) = url.split_once("/posts/")?;
    let digits = behind.split(['/', '?']).next()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}
