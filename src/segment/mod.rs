//! What each person is worth, will do and says.
//!
//! Orders become [`purchases`](crate::schema::purchases) of persons; from those come RFM scores ([`rfm`]), the measures of
//! value now such as ABC, CPM, cohorts and the figures of the shop ([`measures`]), the purchase and spend models with their
//! 12-month value ([`lifetime`]) and, joined with the opinions of linked persons ([`voice`]), the value x voice segments of
//! the settings ([`rules`]). Segments are computed as of now, as of one period earlier and as of a year earlier from the same
//! raw tables, so that a report can say who moved.

mod campaigns;
mod lifetime;
mod measures;
mod purchases;
mod rfm;
mod rules;
mod tracking;
mod voice;

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::config::{MoneyConfig, SegmentConfig};
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{person_segments, person_values, person_voices, persons};

pub use measures::Measures;
pub use purchases::LeftOut;

/// The tables that segment reads.
#[derive(Clone)]
pub struct Input {
    /// `orders`
    pub orders: LazyFrame,
    /// `order_lines`
    pub order_lines: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `assignments`
    pub assignments: LazyFrame,
    /// `campaigns`
    pub campaigns: LazyFrame,
    /// `persons`
    pub persons: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `post_scores`
    pub post_scores: LazyFrame,
    /// `account_scores`
    pub account_scores: LazyFrame,
    /// Person and channels with consent in force: columns `person_id` and `reachable_by`.
    pub reachable: LazyFrame,
}

/// Settings of segment.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Periods, margin, rules.
    pub segment: &'a SegmentConfig,
    /// Currency.
    pub money: &'a MoneyConfig,
    /// Language of the names of segments.
    pub lang: Lang,
}

/// The tables that segment makes.
#[derive(Debug)]
pub struct Output {
    /// `purchases`
    pub purchases: DataFrame,
    /// `person_values`
    pub person_values: DataFrame,
    /// `models`
    pub models: DataFrame,
    /// `tracking_weeks`
    pub tracking_weeks: DataFrame,
    /// `person_voices`
    pub person_voices: DataFrame,
    /// `person_segments`
    pub person_segments: DataFrame,
    /// `segments`
    pub segments: DataFrame,
    /// `cohorts`, `person_habits` and the other tables of value now.
    pub measures: Measures,
    /// `campaign_results`
    pub campaign_results: DataFrame,
    /// Orders that count nowhere, and why.
    pub left_out: LeftOut,
}

/// Computes values, voices and segments as known at the as-of instant.
///
/// # Errors
/// [`Error::Rule`] when a segment's rule cannot be run, [`Error::Frame`] when a table lacks its columns.
pub fn segment(input: Input, settings: Settings<'_>, as_of: &AsOf) -> Result<Output> {
    let now = Snapshot::take(&input, settings, as_of)?;
    let earlier_as_of = as_of.days_before(settings.segment.period_days as i32)?;
    let earlier = Snapshot::take(&input, settings, &earlier_as_of)?;
    let last_year_as_of = as_of.days_before(measures::YEAR_DAYS)?;
    let has_last_year = measures::is_any_by(&now.purchases, &last_year_as_of)
        .map_err(Error::frame("look for purchases of last year"))?;
    let last_year = match has_last_year {
        true => Some(Snapshot::take(&input, settings, &last_year_as_of)?),
        false => None,
    };
    let known = measures::Known {
        purchases: &now.purchases,
        values: &now.values,
        now: &now.segmented,
        period_earlier: &earlier.segmented,
        year_earlier: last_year.as_ref().map(|snapshot| &snapshot.segmented),
    };
    let measures = measures::measures(&input, settings, &known, as_of)?;
    let previous = earlier.segmented.lazy().select([
        person_segments::PERSON_ID.expr(),
        person_segments::SEGMENT
            .expr()
            .alias(person_segments::PREVIOUS_SEGMENT.name),
    ]);
    let build = Error::frame("write down the segments");
    let person_segments = now
        .segmented
        .clone()
        .lazy()
        .left_join(
            previous,
            person_segments::PERSON_ID.expr(),
            person_segments::PERSON_ID.expr(),
        )
        .left_join(
            input.reachable.clone(),
            person_segments::PERSON_ID.expr(),
            person_segments::PERSON_ID.expr(),
        )
        .sort(
            [person_segments::PERSON_ID.name],
            SortMultipleOptions::default(),
        )
        .collect()
        .map_err(&build)?;
    let segments = rules::summary(&person_segments, settings).map_err(&build)?;
    let campaign_results = campaigns::results(&input, &now.purchases, as_of)
        .map_err(Error::frame("measure the campaigns"))?;
    let tracking_weeks =
        tracking::weeks(&now.purchases, as_of).map_err(Error::frame("track the purchase model"))?;
    Ok(Output {
        purchases: now.purchases,
        person_values: now.values,
        models: now.models,
        tracking_weeks,
        person_voices: now.voices,
        person_segments,
        segments,
        measures,
        campaign_results,
        left_out: now.left_out,
    })
}

/// Everything that can be known of persons at one instant.
struct Snapshot {
    purchases: DataFrame,
    values: DataFrame,
    models: DataFrame,
    voices: DataFrame,
    /// Person, groups and segment, with the columns rules may use.
    segmented: DataFrame,
    left_out: LeftOut,
}

impl Snapshot {
    fn take(input: &Input, settings: Settings<'_>, as_of: &AsOf) -> Result<Self> {
        let (purchases, left_out) = purchases::purchases(input, settings.money, as_of)
            .map_err(Error::frame("turn orders into purchases"))?;
        let values = rfm::values(purchases.clone().lazy(), as_of)
            .map_err(Error::frame("compute the RFM scores"))?;
        let (values, models) =
            lifetime::add(values, settings.segment).map_err(Error::frame("compute the values"))?;
        let voices = voice::voices(input, settings.segment, as_of)
            .map_err(Error::frame("compute the voices"))?;
        let people = input
            .persons
            .clone()
            .filter(persons::IS_ANALYSED.expr())
            .select([persons::PERSON_ID.expr()])
            .unique(None, UniqueKeepStrategy::Any)
            .left_join(
                values.clone().lazy(),
                persons::PERSON_ID.expr(),
                person_values::PERSON_ID.expr(),
            )
            .join(
                // Its `post_count` and the like have names of their own; only the key is shared.
                voices.clone().lazy(),
                [persons::PERSON_ID.expr()],
                [person_voices::PERSON_ID.expr()],
                JoinArgs::new(JoinType::Left),
            )
            .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
            .collect()
            .map_err(Error::frame("join values and voices"))?;
        let segmented = rules::apply(people, settings)?;
        Ok(Self {
            purchases,
            values,
            models,
            voices,
            segmented,
            left_out,
        })
    }
}

/// Returns the mean of a score as a sum of whole billionths, so that no order of summing changes a bit.
fn exact_mean(score: Expr) -> Expr {
    const PARTS: f64 = 1e9;
    let parts = (score.clone() * lit(PARTS))
        .round(0, RoundMode::HalfToEven)
        .cast(DataType::Int64);
    let count = score.count();
    when(count.clone().gt(lit(0u32)))
        .then(parts.sum().cast(DataType::Float64) / lit(PARTS) / count.cast(DataType::Float64))
        .otherwise(lit(NULL).cast(DataType::Float64))
}
