//! What the exports of X (Twitter) have in common.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use serde_json::Value;

use crate::hash::{Unhashed, mixed_text};
use crate::import::context::Context;
use crate::import::deletion::Deletion;
use crate::import::json::{self, text, text_ref};
use crate::import::rejects::{Reason, Reject};
use crate::import::table::{Cells, Field};
use crate::import::values::{ValueError, dates, entities};

/// The platform, which is the source as well: ids are the same in every export.
pub(super) const PLATFORM: &str = "x";

/// Returns what sort of post it is; one that answers and quotes is an answer.
pub(super) fn kind(is_repost: bool, is_reply: bool, is_quote: bool) -> &'static str {
    match (is_repost, is_reply, is_quote) {
        (true, ..) => "repost",
        (_, true, _) => "reply",
        (_, _, true) => "quote",
        _ => "post",
    }
}

/// Returns a text as it was written; X escapes `&`, `<` and `>`.
pub(super) fn unescaped(text: &str) -> String {
    entities::unescaped(text).into_owned()
}

/// Returns whether an account is one of the shop's own.
pub(super) fn is_official(context: &Context, id: &str, handle: Option<&str>) -> bool {
    context.is_official(id) || handle.is_some_and(|handle| context.is_official(handle))
}

/// Returns whether a text is an id of X: digits alone. A spreadsheet makes `1.23E+18` of them.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the id under the first of `keys` that has one.
pub(super) fn id_of(record: &Value, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| text(record, key).filter(|id| is_id(id)))
}

/// Reads a cell that holds an id.
///
/// # Errors
/// A reject of the row.
pub(super) fn id_cell<'a>(
    cells: &Cells<'a>,
    field: Option<Field>,
) -> Result<Option<&'a str>, Reject> {
    match cells.unquoted(field) {
        Some(id) if !is_id(id) => Err(cells.reject(field, Reason::Value(ValueError::NotANumber))),
        id => Ok(id),
    }
}

/// Reads a flag as programs write it into a cell; anything else is none.
pub(super) fn flag(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Returns handle and id of the post a link leads to: `https://x.com/hanako/status/123`.
pub(super) fn permalink(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let host = host
        .trim_start_matches("www.")
        .trim_start_matches("mobile.");
    if !["twitter.com", "x.com"].contains(&host) {
        return None;
    }
    let (handle, path) = path.split_once('/')?;
    let path = path
        .strip_prefix("status/")
        .or_else(|| path.strip_prefix("statuses/"))?;
    let id = path.split(['?', '#', '/']).next()?;
    // A link on to a picture of the post is no link to the post.
    let is_post = is_id(id) && !path[id.len()..].starts_with('/');
    is_post.then_some((handle, id))
}

/// Returns when a post was written, by its id: since November 2010 ids begin with the milliseconds since then. To the
/// second, as every export gives it.
pub(super) fn instant_of(id: &str) -> Option<Timestamp> {
    const FIRST: i64 = 1_288_834_974_657;
    let id: i64 = id.parse().ok()?;
    // Earlier ids were counted, and are much smaller.
    (id > 1 << 40)
        .then(|| Timestamp::from_second(((id >> 22) + FIRST) / 1_000).ok())
        .flatten()
}

/// Makes a reject of a record for the sake of one of its fields, or of the record as a whole.
pub(super) fn rejected(line: u64, record: &Value, column: &str, reason: Reason) -> Reject {
    let value = json::at(record, column).map(|value| match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    });
    json::reject(
        line,
        column,
        &value.unwrap_or_default(),
        reason,
        &record.to_string(),
    )
}

/// Reads an instant that must be there.
///
/// # Errors
/// A reject of the record.
pub(super) fn needed_instant(
    line: u64,
    record: &Value,
    column: &str,
    context: &Context,
) -> Result<Timestamp, Reject> {
    let written = text_ref(record, column).unwrap_or_default();
    match dates::instant(&written, &context.time_zone) {
        Ok(Some(instant)) => Ok(instant),
        Ok(None) => Err(rejected(line, record, column, Reason::Missing)),
        Err(error) => Err(rejected(line, record, column, error.into())),
    }
}

/// Returns an instant where there is one that can be read.
pub(super) fn instant(record: &Value, column: &str, context: &Context) -> Option<Timestamp> {
    dates::instant(&text_ref(record, column)?, &context.time_zone)
        .ok()
        .flatten()
}

/// Reads the notice that a post was deleted.
///
/// # Errors
/// A reject of the record, when it does not name the post.
pub(super) fn deletion(
    line: u64,
    record: &Value,
    ids: &[&str],
    deleted_at: &str,
    context: &Context,
) -> Result<Deletion, Reject> {
    let first = ids.first().copied().unwrap_or_default();
    Ok(Deletion {
        source: context.source_or(PLATFORM).to_owned(),
        platform: PLATFORM,
        post_id: id_of(record, ids)
            .ok_or_else(|| rejected(line, record, first, Reason::Missing))?,
        deleted_at: instant(record, deleted_at, context),
    })
}

/// What was taken from a file already.
///
/// An id that came before with the same content is not taken again. Ids and contents are kept as hashes: a file may
/// hold millions. Two of each would have to be alike for a record to be missed.
#[derive(Default)]
pub(super) struct Seen {
    contents: HashMap<u64, u64, Unhashed>,
}

impl Seen {
    /// Returns whether a record is new, or is not as it was when it came before.
    pub(super) fn is_new(&mut self, id: &str, record: &Value) -> bool {
        self.is_other(id, content_of(record))
    }

    /// Returns whether a record is new, or its hash is not the one it had when it came before.
    pub(super) fn is_other(&mut self, id: &str, content: u64) -> bool {
        self.contents.insert(mixed_text(0, id), content) != Some(content)
    }
}

/// Hashes a record, keys in their order: one export writes them in one order, and sorting them takes longer than all
/// the rest.
fn content_of(record: &Value) -> u64 {
    fn feed(value: &Value, hasher: &mut DefaultHasher) {
        match value {
            Value::Object(fields) => {
                hasher.write_usize(fields.len());
                for (key, value) in fields {
                    key.hash(hasher);
                    feed(value, hasher);
                }
            }
            Value::Array(elements) => {
                hasher.write_usize(elements.len());
                elements.iter().for_each(|element| feed(element, hasher));
            }
            value => value.hash(hasher),
        }
    }
    let mut hasher = DefaultHasher::new();
    feed(record, &mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_posts() {
        assert_eq!(
            permalink("https://x.com/hanako/status/123?s=20"),
            Some(("hanako", "123"))
        );
        assert_eq!(
            permalink("http://mobile.twitter.com/i/status/9"),
            Some(("i", "9"))
        );
        for other in [
            "https://x.com/hanako",
            "https://x.com/hanako/status/123/photo/1",
            "https://example.com/a/status/1",
            "https://x.com/hanako/status/",
        ] {
            assert_eq!(permalink(other), None, "{other}");
        }
    }

    #[test]
    fn ids_tell_when_a_post_was_written() {
        // The post that X's own documentation shows.
        let instant = instant_of("1050118621198921728").map(|instant| instant.to_string());
        assert_eq!(instant.as_deref(), Some("2018-10-10T20:19:24Z"));
        assert_eq!(instant_of("20"), None);
    }

    #[test]
    fn a_record_is_new_when_it_changed() {
        let mut seen = Seen::default();
        let (first, second) = (serde_json::json!({"a": 1}), serde_json::json!({"a": 2}));
        let answers = [&first, &first, &second, &first].map(|record| seen.is_new("1", record));
        assert_eq!(answers, [true, false, true, true]);
        assert!(seen.is_new("2", &first));
    }
}
