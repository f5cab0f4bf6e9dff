//! The archive a user of X downloads of their own account: what they deleted (`data/deleted-tweets.js`,
//! `data/deleted-tweet-headers.js`).
//!
//! Only the notices are taken, never the words: who deleted a post does not want it kept.

use std::io::BufRead;

use super::x;
use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::for_each_record;
use crate::import::layout::Layout;
use crate::import::sink::Sink;

/// Deleted posts of an X archive.
pub(super) struct XArchiveDeletions;

impl Layout for XArchiveDeletions {
    fn name(&self) -> &'static str {
        "x_archive_deletions"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "X アーカイブ 削除した投稿 (deleted-tweets.js)",
            "X archive, deleted posts (deleted-tweets.js)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        match head.assigned() {
            Some(kind) => {
                ["deleted_tweets", "deleted_tweet", "deleted_tweet_headers"].contains(&kind)
            }
            None => head.has_keys(&["tweet.tweet_id", "tweet.deleted_at"]),
        }
    }

    fn owner_file(&self) -> Option<&'static str> {
        Some("account.js")
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        for_each_record(input, context, sink, |line, record, sink| {
            sink.read_rows(1);
            let notice = record.get("tweet").unwrap_or(&record);
            let ids = ["id_str", "tweet_id", "id"];
            match x::deletion(line, notice, &ids, "deleted_at", context) {
                Ok(deletion) => deletion.put(line, sink),
                Err(reject) => sink.reject(reject),
            }
        })
    }
}
