//! Posts that say the same words as a post.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};
use crate::schema::{Column as Owned, posts};
use crate::store::{Rows, Store};

/// Shortest text, in letters, that can be a copy; shorter ones are said alike by chance.
const SHORTEST: usize = 15;
/// Posts told at most.
const MOST: usize = 20;

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostKey {
    /// When it was said, UTC.
    pub posted_at: String,
    /// Its source.
    pub source: String,
    /// Its id.
    pub post_id: String,
    /// Its author.
    pub account_id: String,
}

/// Returns how many other posts said before an instant have the letters of a text, links, names and reposts aside, and the
/// first of them.
pub(super) fn others(
    store: &Store,
    of: [&str; 2],
    text: &str,
    until: i64,
) -> Result<(u64, Vec<PostKey>)> {
    let said = letters(text);
    if said.chars().count() < SHORTEST {
        return Ok((0, Vec::new()));
    }
    let columns = [
        posts::SOURCE,
        posts::POST_ID,
        posts::ACCOUNT_ID,
        posts::KIND,
        posts::TEXT,
        posts::POSTED_AT,
    ];
    let mut found: Vec<(i64, PostKey)> = Vec::new();
    let mut count = 0;
    let read = Error::frame("read the posts");
    store.column_blocks(&posts::TABLE, &columns, Rows::Live, &mut |frame| {
        let text = |column: Owned| {
            let column = frame.column(column.name).and_then(|column| column.str());
            column.map_err(&read)
        };
        let (source, post_id) = (text(posts::SOURCE)?, text(posts::POST_ID)?);
        let (account, kind) = (text(posts::ACCOUNT_ID)?, text(posts::KIND)?);
        let body = text(posts::TEXT)?;
        let posted_at = frame
            .column(posts::POSTED_AT.name)
            .and_then(|column| column.datetime())
            .map_err(&read)?;
        for row in 0..frame.height() {
            let at = posted_at.phys.get(row).unwrap_or_default();
            let key = [source, post_id].map(|column| column.get(row).unwrap_or_default());
            let is_other = key != of && kind.get(row) != Some("repost") && at < until;
            if !is_other || letters(body.get(row).unwrap_or_default()) != said {
                continue;
            }
            count += 1;
            let instant = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
            found.push((
                at,
                PostKey {
                    posted_at: instant.to_string(),
                    source: key[0].to_owned(),
                    post_id: key[1].to_owned(),
                    account_id: account.get(row).unwrap_or_default().to_owned(),
                },
            ));
            if found.len() > 100 * MOST {
                keep_first(&mut found);
            }
        }
        Ok(())
    })?;
    keep_first(&mut found);
    Ok((count, found.into_iter().map(|(_, post)| post).collect()))
}

fn keep_first(found: &mut Vec<(i64, PostKey)>) {
    found.sort_by(|(left_at, left), (right_at, right)| {
        let earlier = left_at.cmp(right_at);
        earlier.then_with(|| (&left.source, &left.post_id).cmp(&(&right.source, &right.post_id)))
    });
    found.truncate(MOST);
}

/// Returns the letters and digits of a text, widths and case folded, without links and mentions.
fn letters(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.starts_with("http") && !word.starts_with('@'))
        .flat_map(|word| word.nfkc())
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
