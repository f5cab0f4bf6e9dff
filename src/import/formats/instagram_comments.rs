//! Instagram, "download your information" as JSON: `post_comments_1.json`, `reels_comments.json` and their like.
//!
//! What the owner wrote under posts: a plain list, or one named `comments_...`. The file tells whose post it was, but
//! not which. Its labels are in the language of the account; the time is told by its number. The id is a hash of instant,
//! owner of the post and words.

use std::io::BufRead;

use serde_json::Value;

use super::meta_download::{Download, extra, needed_instant};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::text;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::mojibake::repaired;

const PLATFORM: &str = "instagram";
const COMMENT: &[&str] = &["Comment", "コメント"];

/// The owner's comments on Instagram.
pub(super) struct InstagramComments;

impl Layout for InstagramComments {
    fn name(&self) -> &'static str {
        "instagram_comments"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Instagram ダウンロード コメント JSON",
            "Instagram download, comments JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let Head::Json { keys, inner, .. } = head else {
            return false;
        };
        inner.iter().any(|path| {
            let path = repaired(path);
            let Some((before, label)) = path.rsplit_once('.') else {
                return false;
            };
            let is_map = match before.split_once('.') {
                None => before == "string_map_data",
                Some((list, map)) => {
                    is_list(list) && keys.iter().any(|key| key == list) && map == "string_map_data"
                }
            };
            is_map && COMMENT.contains(&label)
        })
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        Download::new(PLATFORM, context).read(input, sink, is_list, comment)
    }
}

fn is_list(key: &str) -> bool {
    key.starts_with("comments_")
}

fn comment(
    download: &mut Download<'_>,
    element: &Value,
    list: Option<&str>,
) -> Result<Post, (&'static str, Reason)> {
    let labels = element.get("string_map_data").and_then(Value::as_object);
    let Some(labels) = labels else {
        return Err(("string_map_data", Reason::Missing));
    };
    let (mut said, mut owner, mut stamped) = (None, None, None);
    for (label, entry) in labels {
        if COMMENT.contains(&label.as_str()) {
            said = text(entry, "value");
        } else if entry.get("timestamp").is_some() {
            stamped = Some(entry);
        } else {
            owner = owner.or_else(|| text(entry, "value"));
        }
    }
    let missing = ("string_map_data", Reason::Missing);
    let posted_at = match stamped {
        Some(entry) => needed_instant(entry, &["timestamp"], download.context)
            .map_err(|(_, reason)| ("string_map_data", reason))?,
        None => return Err(missing),
    };
    let said = said.ok_or(missing)?;
    let owner = owner.unwrap_or_default();
    let post = download.post("comment", posted_at, &[&owner, &said], None);
    let more = [
        ("Media Owner", Value::from(owner)),
        ("list", Value::from(list.unwrap_or_default())),
    ];
    Ok(Post {
        text: Some(said),
        extra: extra(element, &["string_map_data", "media_list_data"], more),
        ..post
    })
}
