//! The posts in the order of time, a block of them at a time.
//!
//! Settled posts are counted off into files of `post_scores`. Where one ends rests on the posts before its end alone, so that the
//! files of a run are those of the next, as long as the posts are the same.

use std::ops::Range;

use polars::prelude::*;

use super::posts::{self as read, COLUMNS, Row};
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, ColumnKind, posts};

/// Posts read at once, about. A block is read by the instants that it spans, which other files skip by their statistics;
/// where the rows of a file lie in no order of time, every block reads all of it, so that there should be few.
pub(super) const MOST: usize = 131_072;
/// Posts of a file at least. Those behind the last file are heard again in every update.
pub(super) const FILE: usize = 32_768;
/// A file holds at least one in so many of the posts before it: ten million posts lie in some hundred files.
const SHARE: usize = 32;

/// Posts that are analysed at once: what an analysis says of one takes some kilobytes.
const PART: usize = 8_192;
/// Of more posts than these, less is held at once: they are read and analysed in smaller pieces, a [`FINER`]th, and tables that do
/// not rest on each other are made one after the other.
pub(super) const MANY: usize = 2_000_000;
const FINER: usize = 4;

/// Microseconds before the latest post in which imports go on adding posts, as a rule: one source is some days behind another.
const UNSETTLED: i64 = 7 * 24 * 3_600_000_000;

/// How many posts there are to each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Posts read at once, or a little more or fewer, since the posts of one instant stay together.
    pub block: usize,
    /// Posts analysed at once, at most.
    pub part: usize,
    /// Settled posts whose rows lie in a file of their own, at least.
    pub file: usize,
}

impl Sizes {
    /// Returns the usual sizes for blocks of about so many posts.
    pub(super) fn of_blocks(block: usize) -> Self {
        let block = block.max(1);
        Self {
            block,
            part: PART.min(block),
            file: FILE.min(block),
        }
    }

    /// Returns the sizes for so many posts; files stay as they are.
    fn of_posts(self, count: usize) -> Self {
        if count <= MANY {
            return self;
        }
        Self {
            block: self.block.div_ceil(FINER),
            part: self.part.div_ceil(FINER),
            ..self
        }
    }
}

/// Instants by which posts are read.
pub(super) struct Blocks {
    posts: LazyFrame,
    pieces: Vec<Piece>,
    /// Pieces that are read at once.
    blocks: Vec<Range<usize>>,
    count: usize,
    later: usize,
    sizes: Sizes,
}

/// Posts that follow each other: a file of settled ones, a part of it that is read at once, or of those behind the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Instant of the first of them.
    start: i64,
    count: usize,
    /// Whether a file ends behind them.
    is_end: bool,
}

impl Blocks {
    /// Looks when the posts before an instant were said.
    ///
    /// # Errors
    /// Those of polars, when the posts cannot be read.
    pub(super) fn new(posts: &[LazyFrame], until: i64, sizes: Sizes) -> PolarsResult<Self> {
        let posts = match posts {
            [one] => one.clone(),
            several => concat(several, UnionArgs::default())?,
        };
        let mut instants = instants(&posts)?;
        let known = instants.partition_point(|at| *at < until);
        let later = instants.len() - known;
        instants.truncate(known);
        let sizes = sizes.of_posts(known);
        let pieces = pieces(&instants, sizes);
        Ok(Self {
            posts: posts.filter(posts::POSTED_AT.expr().lt(instant(until))),
            later,
            blocks: grouped(&pieces, 0, sizes.block),
            pieces,
            count: instants.len(),
            sizes,
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

    /// Returns how many posts stand in files: they are so old that the next import hardly puts another between them.
    pub(super) fn settled_count(&self) -> usize {
        self.ends().last().map_or(0, |(_, count)| count)
    }

    /// Whether a file ends behind so many posts.
    pub(super) fn has_end(&self, count: usize) -> bool {
        self.ends().any(|(_, found)| found == count)
    }

    /// Leaves out the first posts, behind which a file ends.
    pub(super) fn skip(&mut self, count: usize) {
        let end = self.ends().find(|(_, found)| *found == count);
        let first = end.map_or(0, |(place, _)| place + 1);
        self.blocks = grouped(&self.pieces, first, self.sizes.block);
    }

    /// Returns the places of the pieces behind which a file ends, and how many posts there are up to it.
    fn ends(&self) -> impl Iterator<Item = (usize, usize)> {
        let pieces = self.pieces.iter().enumerate();
        let counted = pieces.scan(0, |count, (place, piece)| {
            *count += piece.count;
            Some((place, *count, piece.is_end))
        });
        counted.filter_map(|(place, count, is_end)| is_end.then_some((place, count)))
    }

    /// Returns how many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Reads the posts of a block and hands them to `take` in their order, some thousands at a time, and whether a file ends
    /// behind them; the next are read meanwhile.
    ///
    /// # Errors
    /// [`Error::Frame`] when the posts cannot be read, and those of `take`.
    pub(super) fn each(
        &self,
        block: usize,
        take: &mut (dyn FnMut(Vec<Row>, bool) -> Result<()> + Send),
    ) -> Result<()> {
        let failed = Error::frame("read the posts");
        let frame = self.columns(block, &COLUMNS).map_err(&failed)?;
        let order = read::order(&frame).map_err(&failed)?;
        let mut parts = self.parts(block, &order).into_iter();
        let mut next = parts
            .next()
            .map(|(places, is_end)| (read::rows(&frame, places), is_end));
        while let Some((rows, is_end)) = next {
            let rows = rows.map_err(&failed)?;
            let taken;
            (taken, next) = rayon::join(
                || take(rows, is_end),
                || {
                    let part = parts.next();
                    part.map(|(places, is_end)| (read::rows(&frame, places), is_end))
                },
            );
            taken?;
        }
        Ok(())
    }

    /// Cuts the places of the posts of a block into parts, none of which lies in two pieces.
    fn parts<'o>(&self, block: usize, order: &'o [usize]) -> Vec<(&'o [usize], bool)> {
        let part = self.sizes.part;
        let mut rest = order;
        let mut parts = Vec::new();
        for piece in self.pieces_of(block) {
            let (places, behind) = rest.split_at(piece.count.min(rest.len()));
            rest = behind;
            parts.extend(places.chunks(part).map(|places| (places, false)));
            if let Some((_, is_end)) = parts.last_mut() {
                *is_end = piece.is_end;
            }
        }
        parts.extend(rest.chunks(part).map(|places| (places, false)));
        parts
    }

    fn pieces_of(&self, block: usize) -> &[Piece] {
        let range = self.blocks.get(block).cloned().unwrap_or_default();
        self.pieces.get(range).unwrap_or_default()
    }

    /// Returns columns of the posts of a block, in the order of the file.
    ///
    /// # Errors
    /// Those of polars, when the posts cannot be read.
    fn columns(&self, block: usize, columns: &[Owned]) -> PolarsResult<DataFrame> {
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
        let pieces = self.blocks.get(block).cloned().unwrap_or_default();
        let start = |place: usize| self.pieces.get(place).map(|piece| piece.start);
        let rows = match start(pieces.start) {
            Some(start) => rows.filter(at.expr().gt_eq(instant(start))),
            None => rows,
        };
        match start(pieces.end) {
            Some(end) => rows.filter(at.expr().lt(instant(end))),
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

/// Cuts posts, by their sorted instants, into the files of the settled ones and what is read at once.
fn pieces(instants: &[i64], sizes: Sizes) -> Vec<Piece> {
    let settled = settled(instants);
    let mut pieces = Vec::new();
    let mut first = 0;
    loop {
        let count = sizes.file.max(first / SHARE);
        // The posts of one instant stay together.
        let last = instants.get(first + count - 1);
        let end = last.map(|last| instants.partition_point(|at| at <= last));
        match end.filter(|end| *end <= settled) {
            Some(end) => {
                add_pieces(&instants[first..end], sizes.block, true, &mut pieces);
                first = end;
            }
            None => {
                add_pieces(&instants[first..], sizes.block, false, &mut pieces);
                return pieces;
            }
        }
    }
}

/// Adds posts in pieces of about so many.
fn add_pieces(instants: &[i64], most: usize, is_file: bool, pieces: &mut Vec<Piece>) {
    let places = starts(instants, most);
    for (number, first) in places.iter().enumerate() {
        let end = places.get(number + 1);
        pieces.push(Piece {
            start: instants[*first],
            count: end.copied().unwrap_or(instants.len()) - first,
            is_end: is_file && end.is_none(),
        });
    }
}

/// Returns the places of the first posts of pieces of about so many of the sorted instants.
fn starts(instants: &[i64], most: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut place = 0;
    while place < instants.len() {
        starts.push(place);
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

/// Puts pieces together, from one of them on, that hold no more posts than are read at once.
fn grouped(pieces: &[Piece], first: usize, most: usize) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut count = 0;
    for (place, piece) in pieces.iter().enumerate().skip(first) {
        count += piece.count;
        match blocks.last_mut() {
            Some(block) if count <= most => block.end = place + 1,
            _ => {
                count = piece.count;
                blocks.push(place..place + 1);
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 24 * 3_600_000_000;

    #[test]
    fn posts_of_one_instant_stay_together() {
        let instants = [1, 1, 2, 3, 3, 3, 3, 4, 5];
        assert_eq!(starts(&instants, 1), [0, 2, 3, 7, 8]);
        assert_eq!(starts(&instants, 3), [0, 3, 7]);
        assert_eq!(starts(&instants, 4), [0, 3, 7]);
        assert_eq!(starts(&instants, 9), [0]);
        assert!(starts(&[], 3).is_empty());
        assert_eq!(starts(&[7; 10], 3), [0]);
    }

    #[test]
    fn posts_are_settled_after_a_week() {
        assert_eq!(settled(&[0, 1, DAY, 7 * DAY, 8 * DAY]), 3);
        assert_eq!(settled(&[0, 6 * DAY]), 0);
        assert_eq!(settled(&[i64::MIN, i64::MIN]), 2);
        assert_eq!(settled(&[]), 0);
    }

    #[test]
    fn pieces_are_read_together_up_to_what_a_block_holds() {
        let piece = |count| Piece {
            start: 0,
            count,
            is_end: true,
        };
        let pieces = [3, 3, 3, 9, 1].map(piece);
        assert_eq!(grouped(&pieces, 0, 6), [0..2, 2..3, 3..4, 4..5]);
        assert_eq!(grouped(&pieces, 1, 6), [1..3, 3..4, 4..5]);
        assert!(grouped(&pieces, 5, 6).is_empty());
    }

    #[test]
    fn of_very_many_posts_fewer_are_held_at_once_in_the_same_files() {
        let usual = Sizes::of_blocks(MOST);
        let many = usual.of_posts(MANY + 1);
        assert_eq!(usual.of_posts(MANY).block, MOST);
        assert_eq!((many.block, many.part), (MOST / 4, PART / 4));
        assert_eq!(many.file, usual.file);
        let instants: Vec<i64> = (0..400).map(|place| place / 2 * DAY).collect();
        let small = Sizes {
            file: 40,
            ..Sizes::of_blocks(40)
        };
        let smaller = Sizes { block: 7, ..small };
        assert_eq!(
            ends(&pieces(&instants, small)),
            ends(&pieces(&instants, smaller))
        );
    }

    /// Returns how many posts there are up to each end of a file.
    fn ends(pieces: &[Piece]) -> Vec<usize> {
        let mut count = 0;
        let mut ends = Vec::new();
        for piece in pieces {
            count += piece.count;
            ends.extend(piece.is_end.then_some(count));
        }
        ends
    }

    #[test]
    fn files_grow_with_the_posts_before_them() {
        let mut instants: Vec<i64> = (0..4_000).collect();
        let sizes = Sizes {
            file: 40,
            ..Sizes::of_blocks(30)
        };
        assert!(
            ends(&pieces(&instants, sizes)).is_empty(),
            "nothing is settled"
        );
        instants.push(8 * DAY);
        let ends = ends(&pieces(&instants, sizes));
        let equal: Vec<usize> = (1..=33).map(|number| 40 * number).collect();
        assert_eq!(ends[..33], equal);
        assert_eq!(ends[33..35], [1_361, 1_403]);
        assert!(ends.len() < 75 && ends.last().is_some_and(|last| *last <= 4_000));
    }

    proptest! {
        #[test]
        fn files_of_a_run_are_those_of_the_next(
            mut days in prop::collection::vec(0_i64..40, 0..200),
            more in prop::collection::vec(0_i64..40, 0..100),
            (file, block) in (1_usize..30, 1_usize..50),
        ) {
            let sizes = Sizes {
                file,
                ..Sizes::of_blocks(block)
            };
            days.sort_unstable();
            let instants: Vec<i64> = days.iter().map(|day| day * DAY).collect();
            let before = pieces(&instants, sizes);
            let counts: Vec<usize> = before.iter().map(|piece| piece.count).collect();
            prop_assert_eq!(counts.iter().sum::<usize>(), days.len());
            prop_assert!(!counts.contains(&0));
            let last = days.last().copied().unwrap_or(0);
            let mut later: Vec<i64> = more.iter().map(|day| (last - 6 + day) * DAY).collect();
            later.extend(&instants);
            later.sort_unstable();
            let after = pieces(&later, sizes);
            let kept = before.iter().rposition(|piece| piece.is_end).map_or(0, |place| place + 1);
            prop_assert_eq!(&before[..kept], &after[..kept]);
            for place in (0..before.len()).filter(|place| before[*place].is_end) {
                let end: usize = counts[..=place].iter().sum();
                prop_assert!(instants[end - 1] <= (last - 7) * DAY);
            }
        }
    }
}
