//! Which posts say what others said before.

use std::collections::HashMap;
use std::ops::Range;

use polars::prelude::*;

use super::copies::{Cluster, Copies, Post, Settings, Verdict};
use super::posts::Row;
use super::voices::{Voice, Voices};
use crate::hash::{Unhashed, fast_hash, mixed};
use crate::schema::{ColumnKind, copies};

/// Microseconds of a day.
const DAY: i64 = 24 * 3_600_000_000;
/// Bytes that texts may take while copies of them are looked for.
const BYTES: usize = 256 << 20;

/// What a post has in common with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Copy {
    /// Place of the first post of its cluster, where it is in one; its own when it is the first.
    pub cluster: Option<u32>,
    /// Whether another author said it first.
    pub is_copy: bool,
    /// Share of the letters in common with the first post; nothing for the first itself.
    pub similarity: Option<f64>,
}

/// Looks for copies among posts that come a block after the other, oldest first.
pub(super) struct Finder {
    copies: Copies,
    verdicts: Vec<Compact>,
}

/// What was said of a post, in eight bytes.
#[derive(Debug, Clone, Copy)]
struct Compact {
    first: u32,
    /// Similarity in millionths, [`Compact::NONE`] where there is none; the highest bit says whether it is a copy.
    rest: u32,
}

impl Compact {
    const IS_COPY: u32 = 1 << 31;
    const NONE: u32 = Self::IS_COPY - 1;

    fn of(verdict: &Verdict) -> Self {
        let is_like = verdict.is_copy || verdict.is_self_repeat;
        let similarity = match is_like {
            true => (verdict.similarity * 1e6).round() as u32,
            false => Self::NONE,
        };
        Self {
            first: place(verdict.first),
            rest: similarity | if verdict.is_copy { Self::IS_COPY } else { 0 },
        }
    }

    fn similarity(self) -> Option<f64> {
        let millionths = self.rest & !Self::IS_COPY;
        (millionths != Self::NONE).then(|| f64::from(millionths) / 1e6)
    }
}

impl Finder {
    /// Returns a finder that looks back so many days.
    pub(super) fn new(window_days: u32) -> Self {
        Self {
            copies: Copies::new(Settings {
                window: i64::from(window_days) * DAY,
                bytes: BYTES,
            }),
            verdicts: Vec::new(),
        }
    }

    /// Looks at the posts that come next.
    pub(super) fn extend(&mut self, rows: &[Row]) {
        let posts: Vec<Post<'_>> = rows
            .iter()
            .map(|row| Post {
                text: &row.text,
                author: fast_hash([&*row.platform, &*row.account_id]),
                posted_at: row.posted_at,
                is_repost: row.is_repost(),
            })
            .collect();
        let verdicts = self.copies.push_all(&posts);
        self.verdicts.extend(verdicts.iter().map(Compact::of));
    }

    /// Returns what was found.
    pub(super) fn finish(mut self) -> Copied {
        let mut clusters = self.copies.take_ended();
        clusters.extend(self.copies.clusters());
        clusters.sort_by_key(|cluster| cluster.first);
        // A cluster may have turned out to be part of another.
        let mut first_of: HashMap<u64, u32, Unhashed> = HashMap::default();
        for cluster in &clusters {
            let first = place(cluster.first);
            first_of.insert(mixed(0, cluster.first), first);
            let absorbed = cluster.absorbed.iter();
            first_of.extend(absorbed.map(|part| (mixed(0, *part), first)));
        }
        let counts = *self.copies.counts();
        Copied {
            verdicts: self.verdicts,
            first_of,
            clusters,
            left_out: vec![
                ("copy_text_cut", counts.cut),
                ("copy_text_forgotten", counts.crowded_out),
            ],
        }
    }
}

/// What is said again and again.
#[derive(Debug)]
pub(super) struct Copied {
    /// Of each post, oldest first.
    verdicts: Vec<Compact>,
    /// Place of the first post of a cluster, by the hash of the number under which it, or a part of it, began.
    first_of: HashMap<u64, u32, Unhashed>,
    /// By the place of their first posts.
    pub clusters: Vec<Cluster>,
    /// What limits left out, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

impl Copied {
    /// Returns what the posts at these places have in common with earlier ones.
    pub(super) fn of(&self, places: Range<usize>) -> Vec<Copy> {
        let found = self.verdicts.get(places).unwrap_or_default();
        found
            .iter()
            .map(|verdict| Copy {
                cluster: (self.first_of)
                    .get(&mixed(0, u64::from(verdict.first)))
                    .copied(),
                is_copy: verdict.rest & Compact::IS_COPY != 0,
                similarity: verdict.similarity(),
            })
            .collect()
    }
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
