//! The posts in the order of time, a block of them at a time.

use polars::prelude::*;

use super::posts::{self as read, COLUMNS, Row};
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, ColumnKind, posts};

/// Posts read at once, about. A block is read by the instants that it spans, which other files skip by their statistics;
/// where the rows of a file lie in no order of time, every block reads all of it, so that there should be few.
pub(super) const MOST: usize = 131_072;

/// Posts that are analysed at once: what an analysis says of one takes some kilobytes.
const PART: usize = 8_192;

/// Microseconds before the latest post in which imports go on adding posts, as a rule: one source is some days behind another.
const UNSETTLED: i64 = 7 * 24 * 3_600_000_000;

/// Instants by which posts are read.
pub(super) struct Blocks {
    posts: LazyFrame,
    /// First instant of each block.
    starts: Vec<i64>,
    count: usize,
    later: usize,
    settled: usize,
    part: usize,
}

impl Blocks {
    /// Looks when the posts before an instant were said; blocks hold `most` posts or a little more or fewer, since the posts
    /// of one instant stay together.
    ///
    /// # Errors
    /// Those of polars, when the posts cannot be read.
    pub(super) fn new(posts: LazyFrame, until: i64, most: usize) -> PolarsResult<Self> {
        let mut instants = instants(&posts)?;
        let known = instants.partition_point(|at| *at < until);
        let later = instants.len() - known;
        instants.truncate(known);
        Ok(Self {
            posts: posts.filter(posts::POSTED_AT.expr().lt(instant(until))),
            later,
            starts: starts(&instants, most.max(1)),
            count: instants.len(),
            settled: settled(&instants),
            part: PART.min(most.max(1)),
        })
    }

    /// Returns how many posts there are.
    pub(super) fn post_count(&self) -> usize {
        self.count
    }

    /// Returns how many posts were said at the instant or after it, which are left out.
    pub(super) fn later_count(&self) -> usize {
        self.later
    }

    /// Returns how many posts are so old that the next import hardly puts another between them.
    pub(super) fn settled_count(&self) -> usize {
        self.settled
    }

    /// Returns how many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Reads the posts of a block and hands them to `take` in their order, some thousands at a time; the next are read
    /// meanwhile.
    ///
    /// # Errors
    /// [`Error::Frame`] when the posts cannot be read, and those of `take`.
    pub(super) fn each(
        &self,
        block: usize,
        take: &mut (dyn FnMut(Vec<Row>) -> Result<()> + Send),
    ) -> Result<()> {
        let failed = Error::frame("read the posts");
        let frame = self.columns(block, &COLUMNS).map_err(&failed)?;
        let order = read::order(&frame).map_err(&failed)?;
        let mut parts = order.chunks(self.part);
        let mut next = parts.next().map(|places| read::rows(&frame, places));
        while let Some(rows) = next {
            let rows = rows.map_err(&failed)?;
            let taken;
            (taken, next) = rayon::join(
                || take(rows),
                || parts.next().map(|places| read::rows(&frame, places)),
            );
            taken?;
        }
        Ok(())
    }

    /// Returns columns of the posts of a block, in the order of the file.
    ///
    /// # Errors
    /// Those of polars, when the posts cannot be read.
    pub(super) fn columns(&self, block: usize, columns: &[Owned]) -> PolarsResult<DataFrame> {
        let columns: Vec<Expr> = columns.iter().map(Owned::expr).collect();
        let mut frame = self
            .within(block, self.posts.clone(), posts::POSTED_AT)
            .select(columns)
            .collect()?;
        frame.rechunk_mut();
        Ok(frame)
    }

    /// Returns those rows of a table that fall into a block by an instant of theirs.
    pub(super) fn within(&self, block: usize, rows: LazyFrame, at: Owned) -> LazyFrame {
        let rows = match self.starts.get(block) {
            Some(start) => rows.filter(at.expr().gt_eq(instant(*start))),
            None => rows,
        };
        match self.starts.get(block + 1) {
            Some(end) => rows.filter(at.expr().lt(instant(*end))),
            None => rows,
        }
    }
}

/// Returns an instant as a value of a query.
pub(super) fn instant(micros: i64) -> Expr {
    lit(micros).cast(ColumnKind::Instant.dtype())
}

/// Returns when the posts were said, in order.
fn instants(posts: &LazyFrame) -> PolarsResult<Vec<i64>> {
    let frame = posts.clone().select([posts::POSTED_AT.expr()]).collect()?;
    let column = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let mut instants = Vec::with_capacity(frame.height());
    instants.extend(column.phys.iter().flatten());
    drop(frame);
    instants.sort_unstable();
    Ok(instants)
}

/// Returns how many of the sorted instants are [`UNSETTLED`] before the last and older.
fn settled(instants: &[i64]) -> usize {
    let until = instants.last().map(|last| last.saturating_sub(UNSETTLED));
    until.map_or(0, |until| instants.partition_point(|at| *at <= until))
}

/// Returns the first instants of blocks of about so many of the sorted instants.
fn starts(instants: &[i64], most: usize) -> Vec<i64> {
    let mut starts = Vec::new();
    let mut place = 0;
    while let Some(start) = instants.get(place) {
        starts.push(*start);
        let Some(next) = instants.get(place + most) else {
            break;
        };
        let first = instants.partition_point(|at| at < next);
        place = match first > place {
            true => first,
            // More posts of one instant than a block holds.
            false => instants.partition_point(|at| at <= next),
        };
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_of_one_instant_stay_together() {
        let instants = [1, 1, 2, 3, 3, 3, 3, 4, 5];
        assert_eq!(starts(&instants, 1), [1, 2, 3, 4, 5]);
        assert_eq!(starts(&instants, 3), [1, 3, 4]);
        assert_eq!(starts(&instants, 4), [1, 3, 4]);
        assert_eq!(starts(&instants, 9), [1]);
        assert!(starts(&[], 3).is_empty());
        assert_eq!(starts(&[7; 10], 3), [7]);
    }

    #[test]
    fn posts_are_settled_after_a_week() {
        let days = |days: i64| days * 24 * 3_600_000_000;
        assert_eq!(settled(&[0, 1, days(1), days(7), days(8)]), 3);
        assert_eq!(settled(&[0, days(6)]), 0);
        assert_eq!(settled(&[i64::MIN, i64::MIN]), 2);
        assert_eq!(settled(&[]), 0);
    }
}
