//! Instagram, "download your information" as JSON: `posts_1.json`, `reels.json`, `stories.json`, `archived_posts.json`.
//!
//! Posts are a plain list, the others stand in a list of their own (`ig_reels_media`, `ig_stories`, ...). All are the
//! owner's own, and so outbound. The words stand in the element's `title`, or in that of its first picture. A post
//! without words keeps its place. The id is a hash of the instant and the first file's name; paths to the files go to
//! `extra`, what cameras wrote into them does not.

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

const PLATFORM: &str = "instagram";
/// Lists of other things than posts.
const NO_POSTS: &[&str] = &["ig_profile_picture", "ig_recently_deleted_media"];

/// The owner's posts on Instagram.
pub(super) struct InstagramPosts;

impl Layout for InstagramPosts {
    fn name(&self) -> &'static str {
        "instagram_posts"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Instagram ダウンロード 投稿 JSON",
            "Instagram download, posts JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        if head.has_keys(&["media", "media.uri", "media.creation_timestamp"]) {
            return true;
        }
        let Head::Json { keys, .. } = head else {
            return false;
        };
        keys.iter().any(|key| {
            is_list(key)
                && (head.has_keys(&[&format!("{key}.media.uri")])
                    || head.has_keys(&[&format!("{key}.uri")]))
        })
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        Download::new(PLATFORM, context).read(input, sink, is_list, post)
    }
}

fn is_list(key: &str) -> bool {
    key.starts_with("ig_") && !NO_POSTS.contains(&key)
}

fn post(
    download: &mut Download<'_>,
    element: &Value,
    list: Option<&str>,
) -> Result<Post, (&'static str, Reason)> {
    let media = match element.get("media").and_then(Value::as_array) {
        Some(media) => media.as_slice(),
        None => std::slice::from_ref(element),
    };
    let first = media.first().unwrap_or(&Value::Null);
    let posted_at = needed_instant(element, &["creation_timestamp"], download.context)
        .or_else(|_| needed_instant(first, &["creation_timestamp"], download.context))?;
    let said = text(element, "title").or_else(|| media.iter().find_map(|file| text(file, "title")));
    let files: Vec<Value> = media
        .iter()
        .filter_map(|file| text(file, "uri").map(Value::from))
        .collect();
    // The folders of a download change their names over the years, the files do not.
    let path = text(first, "uri").unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let told_apart = if file.is_empty() {
        said.as_deref().unwrap_or_default()
    } else {
        file
    };
    let known = [
        "title",
        "creation_timestamp",
        "media",
        "uri",
        "media_metadata",
        "cross_post_source",
        "backup_uri",
    ];
    let more = [
        ("uri", Value::from(files)),
        ("list", Value::from(list.unwrap_or_default())),
    ];
    let post = download.post("post", posted_at, &[told_apart], None);
    Ok(Post {
        text: said,
        extra: extra(element, &known, more),
        ..post
    })
}
