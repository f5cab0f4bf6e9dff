//! Which posts say what others said before.

use std::collections::HashMap;

use polars::prelude::*;

use super::copies::{Cluster, Copies, Post, Settings};
use super::posts::{Row, Scored};
use crate::hash::fast_hash;
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

/// What is said again and again.
#[derive(Debug)]
pub(super) struct Copied {
    /// Of each post, oldest first.
    pub posts: Vec<Copy>,
    /// By the place of their first posts.
    pub clusters: Vec<Cluster>,
    /// What limits left out, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

/// Looks for copies among posts, oldest first.
pub(super) fn find(rows: &[Row], window_days: u32) -> Copied {
    let posts: Vec<Post<'_>> = rows
        .iter()
        .map(|row| Post {
            text: &row.text,
            author: fast_hash([&*row.platform, &*row.account_id]),
            posted_at: row.posted_at,
            is_repost: row.is_repost(),
        })
        .collect();
    let mut finder = Copies::new(Settings {
        window: i64::from(window_days) * DAY,
        bytes: BYTES,
    });
    let verdicts = finder.push_all(&posts);
    let mut clusters = finder.take_ended();
    clusters.extend(finder.clusters());
    clusters.sort_by_key(|cluster| cluster.first);
    // A cluster may have turned out to be part of another.
    let mut first_of: HashMap<u64, u64> = HashMap::new();
    for cluster in &clusters {
        first_of.insert(cluster.first, cluster.first);
        first_of.extend(cluster.absorbed.iter().map(|part| (*part, cluster.first)));
    }
    let place = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let posts = verdicts
        .iter()
        .map(|verdict| Copy {
            cluster: first_of.get(&verdict.first).copied().map(place),
            is_copy: verdict.is_copy,
            similarity: (verdict.is_copy || verdict.is_self_repeat)
                .then(|| (verdict.similarity * 1e6).round() / 1e6),
        })
        .collect();
    Copied {
        posts,
        clusters,
        left_out: vec![
            ("copy_text_cut", finder.counts().cut),
            ("copy_text_forgotten", finder.counts().crowded_out),
        ],
    }
}

/// Returns the table `copies`: what was said more than once about a brand.
pub(super) fn frame(scored: &[Scored], clusters: &[Cluster]) -> PolarsResult<DataFrame> {
    let found: Vec<(&Scored, &Cluster)> = clusters
        .iter()
        .filter_map(|cluster| {
            let first = scored.get(usize::try_from(cluster.first).ok()?)?;
            first.is_about().then_some((first, cluster))
        })
        .collect();
    let text = |column: crate::schema::Column, value: fn(&Row) -> &str| {
        let values: StringChunked = found
            .iter()
            .map(|(first, _)| Some(value(&first.row)))
            .collect();
        values.with_name(column.small_name()).into_column()
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
            text(copies::SOURCE, |row| &row.source),
            text(copies::POST_ID, |row| &row.post_id),
            text(copies::ACCOUNT_ID, |row| &row.account_id),
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
