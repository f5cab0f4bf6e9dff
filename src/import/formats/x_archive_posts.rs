//! The archive a user of X downloads of their own account: posts (`data/tweets.js`, older `tweet.js`, in parts
//! `tweets-part1.js`; `community-tweet.js`).
//!
//! Settings > Your account > Download an archive of your data. The files are scripts:
//! `window.YTD.tweets.part0 = [{"tweet": {...}}]`, without the wrapper `tweet` until 2019.
//!
//! - No file but `account.js` says whose archive it is; whoever reads the whole archive takes the owner from there (the
//!   context's owner). Without it posts have no account, and are not known to be the shop's.
//! - The archive does not name the post that is repeated: what begins `RT @` is a repost of an unknown post, and its
//!   text is cut as X cut it.
//! - The post that is quoted is the one the last link leads to.
//! - Long posts are cut here; their whole text stands in `note-tweet.js`, which does not say whose text it is.

use std::io::BufRead;

use serde_json::Value;

use super::{x, x_status};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::for_each_record;
use crate::import::layout::Layout;
use crate::import::sink::Sink;

/// Posts of an X archive.
pub(super) struct XArchivePosts;

impl Layout for XArchivePosts {
    fn name(&self) -> &'static str {
        "x_archive_posts"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "X アーカイブ 投稿 (tweets.js)",
            "X archive, posts (tweets.js)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        match head.assigned() {
            Some(kind) => {
                ["tweets", "tweet", "community_tweet", "community_tweets"].contains(&kind)
            }
            None => head.has_keys(&["tweet.id_str", "tweet.full_text"]),
        }
    }

    fn owner_file(&self) -> Option<&'static str> {
        Some("account.js")
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let owner = context.owner.as_ref();
        let is_outbound = owner.is_some_and(|owner| {
            x::is_official(context, &owner.account_id, owner.handle.as_deref())
        });
        for_each_record(input, context, sink, |line, record, sink| {
            sink.read_rows(1);
            let status = record.get("tweet").unwrap_or(&record);
            let mut post = match x_status::post(line, status, context) {
                Ok(post) => post,
                Err(reject) => return sink.reject(reject),
            };
            post.account_id = owner.map(|owner| owner.account_id.clone());
            post.is_outbound = is_outbound;
            let is_repost = post
                .text
                .as_deref()
                .is_some_and(|text| text.starts_with("RT @"));
            let quoted = if is_repost { None } else { quoted(status) };
            post.kind = x::kind(is_repost, post.reply_to.is_some(), quoted.is_some());
            post.reposted = quoted;
            post.put(line, sink)
        })
    }
}

/// Returns the post that the last link of a post leads to, which X shows below it.
fn quoted(status: &Value) -> Option<String> {
    let urls = status.get("entities")?.get("urls")?.as_array()?;
    let url = urls.last()?.get("expanded_url")?.as_str()?;
    x::permalink(url).map(|(_, id)| id.to_owned())
}
