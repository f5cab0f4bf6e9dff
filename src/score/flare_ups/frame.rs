//! The table `alerts`.

use polars::prelude::*;

use super::super::hours::Names;
use super::super::posts::list;
use super::Alert;
use crate::schema::{Column as Owned, ColumnKind, alerts};

/// Returns the table `alerts`.
///
/// # Errors
/// Those of polars.
pub fn frame(found: &[Alert], names: &Names<'_>) -> PolarsResult<DataFrame> {
    let text = |column: Owned, value: &dyn Fn(&Alert) -> String| {
        let values: Vec<String> = found.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let texts = |column: Owned, value: &dyn Fn(&Alert) -> Vec<String>| {
        list(column, found.iter().map(value))
    };
    let whole = |column: Owned, value: fn(&Alert) -> i64| {
        let values: Vec<i64> = found.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let decimal = |column: Owned, value: fn(&Alert) -> f64| {
        let values: Vec<f64> = found.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let causes: Vec<Option<&str>> = found
        .iter()
        .map(|alert| alert.cause.map(|cause| cause.name()))
        .collect();
    let flared: Vec<Option<i64>> = found.iter().map(|alert| alert.flared_at).collect();
    let instant = ColumnKind::Instant.dtype();
    DataFrame::new(
        found.len(),
        vec![
            text(alerts::ALERT_ID, &|alert| alert.id(names)),
            text(alerts::BRAND, &|alert| names.brand(alert.brand).to_owned()),
            text(alerts::KIND, &|alert| alert.kind().to_owned()),
            text(alerts::STATE, &|alert| alert.state.name().to_owned()),
            whole(alerts::STARTED_AT, |alert| alert.started_at).cast(&instant)?,
            whole(alerts::ENDED_AT, |alert| alert.ended_at).cast(&instant)?,
            whole(alerts::PEAK_AT, |alert| alert.peak_at).cast(&instant)?,
            whole(alerts::PEAK_COUNT, |alert| alert.peak_count),
            whole(alerts::POST_COUNT, |alert| alert.evidence.post_count),
            decimal(alerts::EXPECTED_COUNT, |alert| alert.expected),
            whole(alerts::NEGATIVE_COUNT, |alert| {
                alert.evidence.negative_count
            }),
            decimal(alerts::NEGATIVE_SHARE, |alert| {
                alert.evidence.negative_share()
            }),
            whole(alerts::AUTHOR_COUNT, |alert| alert.evidence.author_count),
            texts(alerts::WORDS, &|alert| {
                let word = |word: &u32| names.word(*word).to_owned();
                alert.words.iter().map(word).collect()
            }),
            whole(alerts::ALERTED_AT, |alert| alert.alerted_at).cast(&instant)?,
            Column::new(alerts::FLARED_AT.small_name(), flared).cast(&instant)?,
            Column::new(alerts::CAUSE.small_name(), causes),
            decimal(alerts::SCORE, |alert| alert.score),
            decimal(alerts::VOLUME_PART, |alert| alert.components.volume),
            decimal(alerts::NEGATIVE_PART, |alert| alert.components.negative),
            decimal(alerts::AUTHOR_PART, |alert| alert.components.authors),
            decimal(alerts::QUOTE_PART, |alert| alert.components.quotes),
            decimal(alerts::REACH_PART, |alert| alert.components.reach),
            decimal(alerts::ENTROPY_PART, |alert| alert.components.entropy),
            decimal(alerts::COPY_PART, |alert| alert.components.copies),
            decimal(alerts::QUOTE_RATIO, |alert| alert.evidence.quote_ratio()),
            whole(alerts::REACH, |alert| alert.evidence.reach),
            decimal(alerts::COPY_SHARE, |alert| alert.evidence.copy_share()),
            texts(alerts::FIRST_POSTS, &|alert| {
                let post = |place: &usize| (names.post)(*place);
                alert.first_posts.iter().map(post).collect()
            }),
            texts(alerts::SPREADERS, &|alert| {
                let name = |spreader: &super::Spreader| (names.author)(spreader.author);
                alert.spreaders.iter().map(name).collect()
            }),
        ],
    )
}
