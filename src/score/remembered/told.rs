//! Whether the posts are those that something was kept of: a hash of every column of them that score reads.

use polars::prelude::*;
use rayon::prelude::*;

use crate::hash::{fast_hash, mixed};
use crate::schema::{Column as Owned, posts};
use crate::score::posts::{COLUMNS, Lists, Row, has_course};

/// Rows read at once; no file of the store has longer groups.
const AT_ONCE: usize = 262_144;

/// What a post says of itself, and what tells its place among those of the same instant.
struct Told<'a> {
    /// Source, platform, provider, id, account, text and kind.
    texts: [&'a str; 7],
    /// The post answered, the one repeated, the conversation, and what no column stands for.
    others: [Option<&'a str>; 4],
    posted_at: i64,
    /// Hash of the names mentioned.
    mentions: u64,
    url_count: usize,
    repost_count: Option<i64>,
    rating: Option<f64>,
    is_outbound: bool,
}

impl Told<'_> {
    fn hash(&self) -> u64 {
        let mut hash = fast_hash(self.texts);
        for other in self.others {
            hash = match other {
                Some(other) => mixed(hash, fast_hash([other])),
                None => mixed(hash, 1),
            };
        }
        let numbers = [
            Some(self.posted_at.cast_unsigned()),
            Some(self.mentions),
            Some(self.url_count as u64),
            self.repost_count.map(i64::cast_unsigned),
            self.rating.map(f64::to_bits),
        ];
        for number in numbers {
            hash = mixed(hash, u64::from(number.is_some()));
            hash = mixed(hash, number.unwrap_or(0));
        }
        mixed(hash, u64::from(self.is_outbound))
    }
}

fn hash_of_names<'n>(names: impl Iterator<Item = &'n str>) -> u64 {
    names.fold(0, |hash, name| mixed(hash, fast_hash([name])))
}

/// Returns the sum of the hashes of posts, which come in any order.
pub(in crate::score) fn hash_of(rows: &[Row]) -> u64 {
    let hashes = rows.par_iter().map(|row| {
        let told = Told {
            texts: [
                &row.source,
                &row.platform,
                &row.provider,
                &row.post_id,
                &row.account_id,
                &row.text,
                &row.kind,
            ],
            others: [
                row.reply_to.as_deref(),
                row.reposted.as_deref(),
                row.conversation.as_deref(),
                row.extra.as_deref(),
            ],
            posted_at: row.posted_at,
            mentions: hash_of_names(row.mentions.iter().map(String::as_str)),
            url_count: row.url_count,
            repost_count: row.repost_count,
            rating: row.rating,
            is_outbound: row.is_outbound,
        };
        told.hash()
    });
    hashes.reduce(|| 0, u64::wrapping_add)
}

/// Whether any post of these files was said until an instant.
///
/// # Errors
/// Those of polars, when the posts cannot be read.
pub(super) fn is_any_until(files: &[LazyFrame], until: i64) -> PolarsResult<bool> {
    for file in files {
        let said = file.clone().select([posts::POSTED_AT.expr()]).collect()?;
        let said = said.column(posts::POSTED_AT.name)?.datetime()?;
        if said.phys.iter().flatten().any(|at| at <= until) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns how many posts were said until an instant, and the sum of their hashes.
///
/// # Errors
/// Those of polars, when the posts cannot be read.
pub(super) fn hashed(files: &[LazyFrame], until: i64) -> PolarsResult<(usize, u64)> {
    let columns: Vec<Expr> = COLUMNS.iter().map(Owned::expr).collect();
    let (mut count, mut hash) = (0, 0_u64);
    for file in files {
        let mut first = 0;
        loop {
            let rows = file.clone().slice(first, AT_ONCE as IdxSize);
            let mut frame = rows.select(columns.clone()).collect()?;
            frame.rechunk_mut();
            let (more, of_more) = hashed_rows(&frame, until)?;
            count += more;
            hash = hash.wrapping_add(of_more);
            if frame.height() < AT_ONCE {
                break;
            }
            first += AT_ONCE as i64;
        }
    }
    Ok((count, hash))
}

fn hashed_rows(frame: &DataFrame, until: i64) -> PolarsResult<(usize, u64)> {
    let text = |column: Owned| frame.column(column.name)?.str();
    let texts = [
        text(posts::SOURCE)?,
        text(posts::PLATFORM)?,
        text(posts::PROVIDER)?,
        text(posts::POST_ID)?,
        text(posts::ACCOUNT_ID)?,
        text(posts::TEXT)?,
        text(posts::KIND)?,
    ];
    let others = [
        text(posts::REPLY_TO_POST_ID)?,
        text(posts::REPOSTED_POST_ID)?,
        text(posts::CONVERSATION_ID)?,
    ];
    let extra = text(posts::EXTRA)?;
    let kind = text(posts::KIND)?;
    let posted_at = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let mentions = Lists::of(frame.column(posts::MENTIONS.name)?)?;
    let urls = Lists::of(frame.column(posts::URLS.name)?)?;
    let repost_count = frame.column(posts::REPOST_COUNT.name)?.i64()?;
    let rating = frame.column(posts::RATING.name)?.f64()?;
    let is_outbound = frame.column(posts::IS_OUTBOUND.name)?.bool()?;
    let rows = (0..frame.height()).into_par_iter().filter_map(|row| {
        let posted_at = posted_at.phys.get(row).filter(|at| *at <= until)?;
        let is_outbound = is_outbound.get(row).unwrap_or(false);
        let has_course = has_course(is_outbound, kind.get(row).unwrap_or_default());
        let [reply_to, reposted, conversation] = others.map(|column| column.get(row));
        let told = Told {
            texts: texts.map(|column| column.get(row).unwrap_or_default()),
            others: [
                reply_to,
                reposted,
                conversation,
                extra.get(row).filter(|_| has_course),
            ],
            posted_at,
            mentions: hash_of_names(mentions.get(row)),
            url_count: urls.len(row),
            repost_count: repost_count.get(row),
            rating: rating.get(row),
            is_outbound,
        };
        Some((1, told.hash()))
    });
    Ok(rows.reduce(
        || (0, 0),
        |left, right| (left.0 + right.0, left.1.wrapping_add(right.1)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::fixture::{Post, posted};
    use crate::score::posts;

    fn frame() -> DataFrame {
        let rows = [
            Post {
                post_id: "1",
                account_id: "a",
                text: "とりのこえ",
                reply_to: Some("0"),
                ..Post::EMPTY
            },
            Post {
                post_id: "2",
                account_id: "b",
                kind: "ticket",
                extra: Some("{}"),
                conversation: Some("1"),
                ..Post::EMPTY
            },
        ];
        posted(&rows)
    }

    fn hash(frame: &DataFrame) -> (usize, u64) {
        hashed(&[frame.clone().lazy()], i64::MAX).unwrap()
    }

    #[test]
    fn rows_and_frames_have_the_same_hash() {
        let frame = frame();
        let rows = posts::rows(&frame, &[1, 0]).unwrap();
        assert_eq!(hash(&frame), (2, hash_of(&rows)));
        let parts = [frame.slice(0, 1).lazy(), frame.slice(1, 1).lazy()];
        assert_eq!(hashed(&parts, i64::MAX).unwrap(), hash(&frame));
        assert_eq!(hashed(&parts, 0).unwrap(), (0, 0));
    }

    #[test]
    fn every_column_that_is_read_is_told_by_the_hash() {
        let before = hash(&frame());
        for column in COLUMNS {
            let mut changed = frame();
            let found = changed.column(column.name).unwrap();
            let name = column.small_name();
            let other = match found.dtype() {
                DataType::String => Column::new(name, ["y", "z"]),
                DataType::Boolean => Column::new(name, [true, false]),
                DataType::List(_) => {
                    posts::list(column, [["m".to_owned()], ["n".to_owned()]].iter())
                }
                kind => Column::new(name, [7_i64, 9]).cast(kind).unwrap(),
            };
            changed.with_column(other).unwrap();
            assert_ne!(hash(&changed), before, "{}", column.name);
        }
    }
}
