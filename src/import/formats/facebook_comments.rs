//! Facebook, "download your information" as JSON: `comments.json` and the comments in groups.
//!
//! What the owner wrote under posts. The file tells in `title` whom they answered, but not what: that goes to `extra`.
//! The author is the owner by name, and the comment is outbound. One with a sticker only has no words. The id is a hash of
//! instant, title and words.

use std::io::BufRead;

use serde_json::Value;

use super::meta_download::{Attached, Download, extra, needed_instant};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::text;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;

const PLATFORM: &str = "facebook";
const LISTS: &[&str] = &["comments_v2", "group_comments_v2"];

/// The owner's comments on Facebook.
pub(super) struct FacebookComments;

impl Layout for FacebookComments {
    fn name(&self) -> &'static str {
        "facebook_comments"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Facebook ダウンロード コメント JSON",
            "Facebook download, comments JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        LISTS
            .iter()
            .any(|list| head.has_keys(&[list, &format!("{list}.timestamp")]))
            || head.has_keys(&["timestamp", "data.comment"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        Download::new(PLATFORM, context).read(input, sink, |key| LISTS.contains(&key), comment)
    }
}

fn comment(
    download: &mut Download<'_>,
    element: &Value,
    list: Option<&str>,
) -> Result<Post, (&'static str, Reason)> {
    let comment = element
        .get("data")
        .and_then(Value::as_array)
        .and_then(|data| data.iter().find_map(|part| part.get("comment")))
        .ok_or(("data", Reason::Missing))?;
    let posted_at = needed_instant(element, &["timestamp"], download.context)
        .or_else(|_| needed_instant(comment, &["timestamp"], download.context))?;
    let said = text(comment, "comment");
    let title = text(element, "title").unwrap_or_default();
    let attached = Attached::of(element);
    let parts = [title.as_str(), said.as_deref().unwrap_or_default()];
    let post = download.post("comment", posted_at, &parts, text(comment, "author"));
    let more = [
        (
            "group",
            Value::from(text(comment, "group").unwrap_or_default()),
        ),
        ("url", Value::from(attached.links)),
        ("uri", Value::from(attached.files)),
        ("list", Value::from(list.unwrap_or_default())),
    ];
    Ok(Post {
        text: said,
        extra: extra(element, &["timestamp", "data", "attachments"], more),
        ..post
    })
}
