//! YouTube Data Tools (third party), comments of a video as CSV or tab-separated text.
//!
//! One row per comment, replies with the comment they answer in `isReplyTo`. The file does not name the video; the name
//! of the one answered stays in `extra`.

use std::io::BufRead;

use super::youtube_comments::author;
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};

/// YouTube Data Tools' comments.
pub(super) struct YoutubeDataTools;

impl Layout for YoutubeDataTools {
    fn name(&self) -> &'static str {
        "youtube_data_tools"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "YouTube Data Tools コメント CSV",
            "YouTube Data Tools comments CSV",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["id", "publishedAt", "authorName", "text", "isReplyTo"])
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
    id: Field,
    published: Field,
    name: Option<Field>,
    channel: Option<Field>,
    url: Option<Field>,
    said: Option<Field>,
    likes: Option<Field>,
    replies: Option<Field>,
    answered: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["id"], context)?,
            published: headings.need(&["publishedAt"], context)?,
            name: headings.find(&["authorName"]),
            channel: headings.find(&["authorChannelId"]),
            url: headings.find(&["authorChannelUrl"]),
            said: headings.find(&["text"]),
            likes: headings.find(&["likeCount"]),
            replies: headings.find(&["replyCount"]),
            answered: headings.find(&["isReplyTo"]),
            rest: Vec::new(),
        };
        headings.find(&["isReply"]);
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn post(
        &self,
        cells: &Cells<'_>,
        context: &Context,
    ) -> Result<(Post, Option<Account>), Reject> {
        let owned = |field| cells.text(field).map(str::to_owned);
        let id = cells.needed(self.id)?.to_owned();
        let account = author(
            context,
            owned(self.channel),
            owned(self.name),
            owned(self.url),
        );
        let answered = owned(self.answered);
        let post = Post {
            source: context.source_or("youtube").to_owned(),
            platform: "youtube",
            account_id: account.as_ref().map(|account| account.account_id.clone()),
            posted_at: cells.needed_instant(self.published)?,
            text: owned(self.said),
            kind: "comment",
            conversation_id: Some(answered.clone().unwrap_or_else(|| id.clone())),
            reply_to: answered,
            post_id: id,
            likes: cells.integer(self.likes)?,
            replies: cells.integer(self.replies)?,
            is_outbound: account.as_ref().is_some_and(|account| account.is_official),
            extra: cells.extra(&self.rest),
            ..Post::default()
        };
        Ok((post, account))
    }
}
