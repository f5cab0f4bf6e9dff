//! Posts that say what a post says, as score found them.

use polars::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::schema::{Column as Owned, ColumnKind, post_scores};
use crate::store::Store;

/// Posts told at most.
const MOST: u32 = 20;
const COUNT: &str = "__count";

/// A post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostKey {
    /// When it was said, UTC.
    pub posted_at: String,
    /// Its source.
    pub source: String,
    /// Its id.
    pub post_id: String,
    /// Its author.
    pub account_id: String,
    /// Share of its letters in common with the first of them, 0..1; none for the first itself.
    pub similarity: Option<f64>,
}

/// Returns how many other posts before an instant say the same, word for word or nearly, and the first of them.
///
/// `first` is the id of the first post that says it, as `post_scores.copy_of` has it for a post that is not that first one.
/// A copy names the first post by its id alone, so that where two sources have a post of that id, both are told.
pub(super) fn others(
    store: &Store,
    of: [&str; 2],
    first: Option<&str>,
    until: i64,
) -> Result<(u64, Vec<PostKey>)> {
    let [source, post_id] = of;
    let first = first.unwrap_or(post_id);
    let is = |column: Owned, value: &str| column.expr().eq(lit(value.to_owned()));
    let is_copy = is(post_scores::COPY_OF, first).fill_null(lit(false));
    let is_itself = is(post_scores::SOURCE, source).and(is(post_scores::POST_ID, post_id));
    let before = lit(until).cast(ColumnKind::Instant.dtype());
    let same = store
        .scan(&post_scores::TABLE)?
        .filter(is_copy.or(is(post_scores::POST_ID, first)))
        .filter(is_itself.not())
        .filter(post_scores::POSTED_AT.expr().lt(before))
        .select([
            post_scores::SOURCE.expr(),
            post_scores::POST_ID.expr(),
            post_scores::ACCOUNT_ID.expr(),
            post_scores::POSTED_AT.expr(),
            post_scores::COPY_SIMILARITY.expr(),
        ]);
    let sorted = same.clone().sort(
        [
            post_scores::POSTED_AT.name,
            post_scores::SOURCE.name,
            post_scores::POST_ID.name,
        ],
        SortMultipleOptions::default(),
    );
    let read = || -> PolarsResult<(u64, Vec<PostKey>)> {
        let count = len().cast(DataType::Int64).alias(COUNT);
        let counted = same.select([count]).collect()?;
        let count = counted.column(COUNT)?.i64()?.get(0).unwrap_or_default();
        Ok((count.unsigned_abs(), told(&sorted.limit(MOST).collect()?)?))
    };
    read().map_err(Error::frame("read the copies of a post"))
}

fn told(frame: &DataFrame) -> PolarsResult<Vec<PostKey>> {
    let text = |column: Owned| frame.column(column.name)?.str();
    let (source, post_id) = (text(post_scores::SOURCE)?, text(post_scores::POST_ID)?);
    let account = text(post_scores::ACCOUNT_ID)?;
    let posted_at = frame.column(post_scores::POSTED_AT.name)?.datetime()?;
    let similarity = frame.column(post_scores::COPY_SIMILARITY.name)?.f64()?;
    let word = |texts: &StringChunked, row: usize| texts.get(row).unwrap_or_default().to_owned();
    let post = |row: usize| {
        let at = posted_at.phys.get(row).unwrap_or_default();
        let instant = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
        PostKey {
            posted_at: instant.to_string(),
            source: word(source, row),
            post_id: word(post_id, row),
            account_id: word(account, row),
            similarity: similarity.get(row),
        }
    };
    Ok((0..frame.height()).map(post).collect())
}
