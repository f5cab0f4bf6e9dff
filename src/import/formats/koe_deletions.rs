//! Notices of posts that their authors deleted, as `koe import --deleted` takes them.
//!
//! Any of: one id or address of a post a line; a CSV with `post_id` and where it is known `source`, `platform` and
//! `deleted_at`; the JSON lines of X's compliance jobs (`id`, `action`, `redacted_at`), of which the deletions count.
//! Without a source, given in the file or by the flag, a notice means every post of that id.

use std::io::BufRead;
use std::path::Path;

use super::plain::{Cell, Plain, Rule};
use super::x;
use crate::error::{Error, Result};
use crate::import::context::Context;
use crate::import::deletion::Deletion;
use crate::import::head::{Head, fold};
use crate::import::json::for_each_record;
use crate::import::layout::Layout;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::values::widths::cell;
use crate::schema::deletions::{self, DELETED_AT, PLATFORM, POST_ID, SOURCE, TABLE};

/// Notices of deleted posts.
pub(super) struct KoeDeletions;

static PLAIN: Plain = Plain {
    name: "koe_deletions",
    title: (
        "koe 削除された投稿の ID 一覧",
        "koe list of deleted posts' ids",
    ),
    table: &TABLE,
    telling: &["post_id"],
    cells: &[
        Cell::new(SOURCE, Rule::Source(deletions::ANY_SOURCE)),
        Cell::new(PLATFORM, Rule::Value),
        Cell::new(POST_ID, Rule::Needed),
        Cell::new(DELETED_AT, Rule::Value),
    ],
    one_of: &[],
};

impl Layout for KoeDeletions {
    fn name(&self) -> &'static str {
        PLAIN.name
    }

    fn title(&self) -> (&'static str, &'static str) {
        PLAIN.title
    }

    fn recognises(&self, head: &Head) -> bool {
        let is_own = |heading: &String| {
            let heading = fold(heading);
            heading.is_empty() || PLAIN.cells.iter().any(|cell| cell.heading == heading)
        };
        PLAIN.recognises(head) && head.headings(0).iter().all(is_own)
            || head.has_keys(&["id", "action", "redacted_at"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let sample = String::from_utf8_lossy(input.fill_buf().map_err(failed)?).into_owned();
        let head = Head::of(&sample);
        if head.has_headings(0, &[POST_ID.name]) {
            return PLAIN.read(input, context, sink);
        }
        if matches!(head, Head::Json { .. }) {
            return compliance(input, context, sink);
        }
        let mut line = 0;
        let mut text = String::new();
        loop {
            text.clear();
            if input.read_line(&mut text).map_err(failed)? == 0 {
                return Ok(());
            }
            line += 1;
            let Some(written) = cell(&text).filter(|text| !text.starts_with('#')) else {
                continue;
            };
            let is_heading = line == 1 && written.eq_ignore_ascii_case(POST_ID.name);
            if is_heading {
                continue;
            }
            sink.read_rows(1);
            match id_of(written) {
                Some(post_id) => notice(context, post_id.to_owned()).put(line, sink)?,
                None => sink.reject(Reject {
                    line,
                    column: POST_ID.name.to_owned(),
                    value: written.to_owned(),
                    reason: Reason::NoId,
                    row: text.trim_end_matches(['\r', '\n']).to_owned(),
                })?,
            }
        }
    }
}

fn notice(context: &Context, post_id: String) -> Deletion {
    Deletion {
        source: context.source_or(deletions::ANY_SOURCE).to_owned(),
        post_id,
        ..Deletion::default()
    }
}

/// Reads the results of a compliance job; records of other actions than deletions concern accounts.
fn compliance(input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
    for_each_record(input, context, sink, |line, record, sink| {
        let is_deletion = record.get("action").and_then(|action| action.as_str()) == Some("delete");
        if !is_deletion {
            return Ok(());
        }
        sink.read_rows(1);
        match x::deletion(line, &record, &["id"], "redacted_at", context) {
            Ok(deletion) => deletion.put(line, sink),
            Err(reject) => sink.reject(reject),
        }
    })
}

/// Returns the id in a line: the line itself, or what stands behind `/status/` in the address of a post.
fn id_of(text: &str) -> Option<&str> {
    let id = match text.split_once("/status/") {
        Some((_, rest)) => {
            let end = rest.find(|letter: char| !letter.is_ascii_digit());
            &rest[..end.unwrap_or(rest.len())]
        }
        None => text.trim_matches('"'),
    };
    let is_id = !id.is_empty() && !id.contains([',', ';', '\t', '/', ' ', '"', '{']);
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_alone_or_in_addresses() {
        assert_eq!(id_of("1790000000000000001"), Some("1790000000000000001"));
        assert_eq!(id_of("\"17\""), Some("17"));
        let address = "https://x.com/torinokoe/status/1790000000000000002?s=20";
        assert_eq!(id_of(address), Some("1790000000000000002"));
        assert_eq!(id_of("https://x.com/torinokoe"), None);
        assert_eq!(id_of("17,18"), None);
        assert_eq!(id_of("https://x.com/a/status/"), None);
    }
}
