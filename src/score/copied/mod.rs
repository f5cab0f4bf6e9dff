//! Which posts say what others said before.
//!
//! What is said of a post never depends on later ones. So what one run found of the older posts is taken over by the next, as
//! long as they are the same posts, and only those behind them are compared.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::Path;

use polars::prelude::*;

use super::copies::{Cluster, Copies, Post, Settings, Verdict};
use super::packed::{Rows, pair, pair_of};
use super::posts::Row;
use super::voices::{Voice, Voices};
use super::written::{In, Out};
use crate::hash::{Unhashed, fast_hash, mixed};
use crate::schema::{ColumnKind, copies};

/// Microseconds of a day.
const DAY: i64 = 24 * 3_600_000_000;
/// Bytes that texts may take while copies of them are looked for.
const BYTES: usize = 256 << 20;

/// What a post has in common with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Copy {
    /// Place of the first post that says the same, as known when this one was said; nothing for the first itself.
    pub first: Option<u32>,
    /// Whether another author said it first.
    pub is_copy: bool,
    /// Share of the letters in common with the first post; nothing for the first itself.
    pub similarity: Option<f64>,
}

impl Copy {
    fn of(verdict: &Verdict) -> Self {
        let is_like = verdict.is_copy || verdict.is_self_repeat;
        Self {
            first: is_like.then(|| place(verdict.first)),
            is_copy: verdict.is_copy,
            similarity: is_like.then(|| (verdict.similarity * 1e6).round() / 1e6),
        }
    }
}

/// Looks for copies among posts that come a block after the other, oldest first.
#[derive(Debug)]
pub(super) struct Finder {
    copies: Copies,
    /// Posts looked at.
    count: usize,
    /// Places of the posts that repeat others, in order, and of the first post that each repeats; most repeat none.
    repeats: Rows<8>,
}

impl Finder {
    /// Returns a finder that looks back so many days.
    pub(super) fn new(window_days: u32) -> Self {
        Self {
            copies: Copies::new(settings(window_days)),
            count: 0,
            repeats: Rows::default(),
        }
    }

    /// Lets what is found of posts from now on lie in files in a folder; texts stay in memory.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.repeats.lie_in(folder);
        self.copies.lie_in(folder);
    }

    /// Looks at the posts that come next, and returns what each has in common with earlier ones.
    pub(super) fn extend(&mut self, rows: &[Row]) -> Vec<Copy> {
        let posts: Vec<Post<'_>> = rows
            .iter()
            .map(|row| Post {
                text: &row.text,
                author: author(row),
                posted_at: row.posted_at,
                is_repost: row.is_repost(),
            })
            .collect();
        let verdicts = self.copies.push_all(&posts);
        for verdict in &verdicts {
            let (own, first) = (place(self.count as u64), place(verdict.first));
            if first != own {
                self.repeats.push(&pair(own, first).to_le_bytes());
            }
            self.count += 1;
        }
        verdicts.iter().map(Copy::of).collect()
    }

    /// Writes down what was found so far: the letters of the posts of the window are in it.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.number(self.count as u64)?;
        self.repeats.write(out)?;
        self.copies.write(out)
    }

    /// Takes up what a finder that looks back as many days wrote down; `None` for anything else, after which it is of no use.
    pub(super) fn read(&mut self, input: &mut In<'_>) -> Option<()> {
        self.count = usize::try_from(input.count()?).ok()?;
        self.repeats.fill(input)?;
        self.copies.read(input)
    }

    /// Returns of how many posts it was found.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Returns what was found.
    pub(super) fn finish(self) -> Copied {
        let Self {
            mut copies,
            repeats,
            ..
        } = self;
        let counts = *copies.counts();
        let mut clusters = copies.take_ended();
        clusters.extend(copies.clusters());
        // The texts go before what rests on the clusters comes.
        drop(copies);
        clusters.sort_by_key(|cluster| cluster.first);
        // A cluster may have turned out to be part of another.
        let mut first_of: HashMap<u64, u32, Unhashed> = HashMap::default();
        let mut firsts: Vec<u32> = Vec::new();
        for cluster in &clusters {
            let first = place(cluster.first);
            for part in std::iter::once(&cluster.first).chain(&cluster.absorbed) {
                first_of.insert(mixed(0, *part), first);
                firsts.push(place(*part));
            }
        }
        let known = |first: u32| first_of.get(&mixed(0, u64::from(first))).copied();
        let mut gathered: Vec<(u32, u32)> = each(&repeats)
            .filter_map(|(own, first)| Some((own, known(first)?)))
            .collect();
        // The first posts repeated nothing when they were said.
        gathered.extend(
            firsts
                .into_iter()
                .filter_map(|own| Some((own, known(own)?))),
        );
        gathered.sort_unstable();
        gathered.dedup();
        Copied {
            gathered,
            clusters,
            left_out: vec![
                ("copy_text_cut", counts.cut),
                ("copy_text_forgotten", counts.crowded_out),
            ],
        }
    }
}

/// Returns the places of posts that repeat others, and of the first post that each repeats.
fn each(repeats: &Rows<8>) -> impl Iterator<Item = (u32, u32)> {
    let rows = (0..repeats.len()).filter_map(|place| repeats.get(place));
    rows.map(|row| pair_of(u64::from_le_bytes(row)))
}

/// What is said again and again.
#[derive(Debug, PartialEq)]
pub(super) struct Copied {
    /// Places of the posts in a cluster and of its first post, as known of all posts, oldest first.
    pub gathered: Vec<(u32, u32)>,
    /// By the place of their first posts.
    pub clusters: Vec<Cluster>,
    /// What limits left out, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

fn settings(window_days: u32) -> Settings {
    Settings {
        window: i64::from(window_days) * DAY,
        bytes: BYTES,
    }
}

fn author(row: &Row) -> u64 {
    fast_hash([&*row.platform, &*row.account_id])
}

fn place(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns the table `copies`: what was said more than once about a brand.
pub(super) fn frame(voices: &Voices, clusters: &[Cluster]) -> PolarsResult<DataFrame> {
    let found: Vec<(Voice<'_>, &Cluster)> = clusters
        .iter()
        .filter_map(|cluster| {
            let first = voices.get(usize::try_from(cluster.first).ok()?)?;
            first.is_about().then_some((first, cluster))
        })
        .collect();
    let text = |column: crate::schema::Column, value: fn(Voice<'_>) -> String| {
        let values: Vec<String> = found.iter().map(|(first, _)| value(*first)).collect();
        voices.release();
        Column::new(column.small_name(), values)
    };
    let whole = |column: crate::schema::Column, value: fn(&Cluster) -> i64| {
        let values: Vec<i64> = found.iter().map(|(_, cluster)| value(cluster)).collect();
        Column::new(column.small_name(), values)
    };
    let decimal = |column: crate::schema::Column, value: fn(&Cluster) -> Option<f64>| {
        let values: Vec<Option<f64>> = found.iter().map(|(_, cluster)| value(cluster)).collect();
        Column::new(column.small_name(), values)
    };
    let instant = ColumnKind::Instant.dtype();
    DataFrame::new(
        found.len(),
        vec![
            text(copies::SOURCE, |first| first.source().to_owned()),
            text(copies::POST_ID, |first| first.id().to_string()),
            text(copies::ACCOUNT_ID, |first| first.account_id().to_owned()),
            whole(copies::POST_COUNT, |cluster| cluster.posts.cast_signed()),
            whole(copies::AUTHOR_COUNT, |cluster| {
                cluster.authors.cast_signed()
            }),
            whole(copies::FIRST_AT, |cluster| cluster.first_at).cast(&instant)?,
            whole(copies::LAST_AT, |cluster| cluster.last_at).cast(&instant)?,
            decimal(copies::HALF_AFTER_HOURS, |cluster| {
                Some((cluster.half_after_hours * 1e3).round() / 1e3)
            }),
            decimal(copies::GROWTH, |cluster| {
                cluster.growth.map(|growth| (growth * 1e3).round() / 1e3)
            }),
        ],
    )
}
