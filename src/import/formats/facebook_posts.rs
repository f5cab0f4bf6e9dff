//! Facebook, "download your information" as JSON: `your_posts_1.json`, also
//! `your_posts__check_ins__photos_and_videos_1.json` and the posts in groups.
//!
//! All are the owner's own, and so outbound. Words stand in `data[].post`, else in the description of the first picture;
//! a post without words keeps its place. What Facebook says of it (`title`: "... shared a link") and the paths of files
//! go to `extra`. The id is a hash of instant, title and words.

use std::io::BufRead;

use serde_json::Value;

use super::meta_download::{Attached, Download, extra, needed_instant};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{text, texts};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::entities;

const PLATFORM: &str = "facebook";
const GROUPS: &str = "group_posts_v2";

/// The owner's posts on Facebook.
pub(super) struct FacebookPosts;

impl Layout for FacebookPosts {
    fn name(&self) -> &'static str {
        "facebook_posts"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Facebook ダウンロード 投稿 JSON",
            "Facebook download, posts JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        // The first post may have no words, no attachment, or neither.
        let is_known = |keys: &[&str]| keys.iter().any(|key| head.has_keys(&[key]));
        let is_bare = match head {
            Head::Json { inner, .. } => !inner.iter().any(|path| path.starts_with("data.")),
            _ => false,
        };
        let is_post = head.has_keys(&["timestamp", "data"])
            && (is_known(&[
                "data.post",
                "data.update_timestamp",
                "data.backdated_timestamp",
                "attachments.data",
            ]) || is_bare && is_known(&["title"]))
            && !is_known(&["data.comment", "data.reaction"]);
        is_post || head.has_keys(&[GROUPS, "group_posts_v2.timestamp"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        Download::new(PLATFORM, context).read(input, sink, |key| key == GROUPS, post)
    }
}

fn post(
    download: &mut Download<'_>,
    element: &Value,
    list: Option<&str>,
) -> Result<Post, (&'static str, Reason)> {
    let posted_at = needed_instant(element, &["timestamp"], download.context)?;
    let attached = Attached::of(element);
    let words = texts(element, "data", &["post"]).join("\n");
    let said = if words.is_empty() {
        attached.description
    } else {
        Some(words)
    };
    let title = text(element, "title").unwrap_or_default();
    let mut urls = entities::urls(said.as_deref().unwrap_or_default());
    for link in attached.links {
        if !urls.contains(&link) {
            urls.push(link);
        }
    }
    let parts = [title.as_str(), said.as_deref().unwrap_or_default()];
    let post = download.post("post", posted_at, &parts, None);
    let more = [
        ("uri", Value::from(attached.files)),
        ("list", Value::from(list.unwrap_or_default())),
    ];
    Ok(Post {
        text: said,
        urls: Some(urls),
        extra: extra(element, &["timestamp", "data", "attachments"], more),
        ..post
    })
}
