//! Whether the posts are those that the last run found something of.

use polars::prelude::*;
use rayon::prelude::*;

use super::memory::Remembered;
use super::{author, settings};
use crate::hash::{fast_hash, mixed};
use crate::schema::{Column as Owned, posts};
use crate::score::Memory;
use crate::score::blocks::Blocks;
use crate::score::posts::{Row, is_repost};

/// Columns by which posts are compared and told apart.
const COLUMNS: [Owned; 7] = [
    posts::PLATFORM,
    posts::ACCOUNT_ID,
    posts::TEXT,
    posts::POSTED_AT,
    posts::KIND,
    posts::SOURCE,
    posts::POST_ID,
];

/// Returns what the last run found of the first posts, if they are the same still.
///
/// # Errors
/// Those of polars, when the posts cannot be read.
pub(in crate::score) fn recognised(
    blocks: &Blocks,
    window_days: u32,
    memory: &mut Memory<'_>,
) -> PolarsResult<Option<Remembered>> {
    let remembered = (memory.before.as_mut())
        .and_then(|before| Remembered::read(&mut **before, settings(window_days)))
        .filter(|remembered| (1..=blocks.post_count()).contains(&remembered.verdicts.len()));
    let Some(remembered) = remembered else {
        return Ok(None);
    };
    let (mut count, mut hash) = (0, 0_u64);
    for block in 0..blocks.len() {
        let frame = blocks.columns(block, &COLUMNS)?;
        let (more, of_more) = hashed(&frame, remembered.until)?;
        if more == 0 {
            break;
        }
        count += more;
        hash = hash.wrapping_add(of_more);
    }
    let is_same = count == remembered.verdicts.len() && hash == remembered.hash;
    Ok(is_same.then_some(remembered))
}

/// Returns how many rows of a frame were said until an instant, and their hash, which does not depend on their order.
fn hashed(frame: &DataFrame, until: i64) -> PolarsResult<(usize, u64)> {
    let text = |column: Owned| frame.column(column.name)?.str();
    let (platform, account_id, said) = (
        text(posts::PLATFORM)?,
        text(posts::ACCOUNT_ID)?,
        text(posts::TEXT)?,
    );
    let (kind, source, post_id) = (
        text(posts::KIND)?,
        text(posts::SOURCE)?,
        text(posts::POST_ID)?,
    );
    let posted_at = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let rows = (0..frame.height()).into_par_iter().filter_map(|row| {
        let at = posted_at.phys.get(row).unwrap_or_default();
        (at <= until).then(|| {
            hash(Compared {
                author: fast_hash([get(platform, row), get(account_id, row)]),
                text: get(said, row),
                posted_at: at,
                is_repost: is_repost(get(kind, row)),
                name: [get(source, row), get(post_id, row)],
            })
        })
    });
    Ok(rows.map(|hash| (1, hash)).reduce(
        || (0, 0),
        |left, right| (left.0 + right.0, left.1.wrapping_add(right.1)),
    ))
}

fn get(column: &StringChunked, row: usize) -> &str {
    column.get(row).unwrap_or_default()
}

/// All that a post is compared by, and what tells its place among those of the same instant.
struct Compared<'a> {
    author: u64,
    text: &'a str,
    posted_at: i64,
    is_repost: bool,
    name: [&'a str; 2],
}

fn hash(post: Compared<'_>) -> u64 {
    let said = mixed(post.author, fast_hash([post.text]));
    let said = mixed(said, post.posted_at.cast_unsigned());
    let said = mixed(said, u64::from(post.is_repost));
    mixed(said, fast_hash(post.name))
}

/// Returns the hash of a post; those of several are added, since they come in any order.
pub(super) fn compared(row: &Row) -> u64 {
    hash(Compared {
        author: author(row),
        text: &row.text,
        posted_at: row.posted_at,
        is_repost: row.is_repost(),
        name: [&*row.source, &*row.post_id],
    })
}
