//! The table `voice_shares`.

use polars::prelude::*;

use super::super::posts::list;
use super::Share;
use crate::schema::{Column as Owned, ColumnKind, voice_shares};

/// Returns the table, by brand, kind, name and period.
///
/// # Errors
/// Those of polars.
pub(super) fn frame(shares: &[Share<'_>]) -> PolarsResult<DataFrame> {
    let text = |column: Owned, value: &dyn Fn(&Share<'_>) -> String| {
        let values: Vec<String> = shares.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let day = |column: Owned, value: fn(&Share<'_>) -> i32| {
        let values: Vec<i32> = shares.iter().map(value).collect();
        Column::new(column.small_name(), values).cast(&ColumnKind::Date.dtype())
    };
    let whole = |column: Owned, value: fn(&Share<'_>) -> Option<i64>| {
        let values: Vec<Option<i64>> = shares.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let decimal = |column: Owned, value: fn(&Share<'_>) -> Option<f64>| {
        let values: Vec<Option<f64>> = shares.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let aspects = shares.iter().map(|share| &share.negative_aspects[..]);
    DataFrame::new(
        shares.len(),
        vec![
            text(voice_shares::BRAND, &|share| share.brand.to_owned()),
            text(voice_shares::KIND, &|share| share.kind.name().to_owned()),
            text(voice_shares::NAME, &|share| share.name.to_owned()),
            day(voice_shares::PERIOD_START, |share| share.period.first)?,
            day(voice_shares::PERIOD_END, |share| share.period.last)?,
            whole(voice_shares::POST_COUNT, |share| Some(share.post_count)),
            whole(voice_shares::AUTHOR_COUNT, |share| Some(share.author_count)),
            whole(voice_shares::POSITIVE_COUNT, |share| {
                Some(share.positive_count)
            }),
            whole(voice_shares::NEGATIVE_COUNT, |share| {
                Some(share.negative_count)
            }),
            decimal(voice_shares::SENTIMENT_MEAN, |share| share.sentiment_mean),
            decimal(voice_shares::SHARE, |share| share.share),
            list(voice_shares::NEGATIVE_ASPECTS, aspects),
            whole(voice_shares::SEARCH_COUNT, |share| {
                share.searched.impressions
            }),
            whole(voice_shares::SEARCH_CLICK_COUNT, |share| {
                share.searched.clicks
            }),
        ],
    )
}
