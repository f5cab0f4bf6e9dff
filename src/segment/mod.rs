//! What each person is worth, will do and says.
//!
//! Orders become [`purchases`](crate::schema::purchases) of persons; from those come RFM scores, deciles and cohorts ([`rfm`],
//! [`cohorts`]), the purchase and spend models with their 12-month value ([`lifetime`]) and, joined with the opinions of
//! linked persons ([`voice`]), the value x voice segments of the settings ([`rules`], [`summary`]) with what they say ([`said`]).
//! Segments are computed twice, as of now and as of one period earlier from the same raw tables, so that a report can say who
//! moved. Because they need persons, here too are the way by orders ([`journey`]), customers and prospects among the accounts
//! ([`srm`]), purchases of others after exposure ([`exposure`]), the queue of complaints ([`complaints`]) and, on request, groups
//! found by k-means ([`clusters`]).

mod campaigns;
mod clusters;
mod cohorts;
mod complaints;
mod exposure;
#[cfg(test)]
mod fixture;
mod heard;
mod journey;
mod lifetime;
mod purchases;
mod rfm;
mod rules;
mod said;
mod srm;
mod stakes;
mod summary;
#[cfg(test)]
mod tests;
mod tracking;
mod voice;

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::config::{MoneyConfig, SegmentConfig};
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{links, person_segments, person_values, person_voices, persons};

use self::summary::Moment;

pub use purchases::LeftOut;

/// The tables that segment reads.
#[derive(Clone)]
pub struct Input {
    /// `orders`
    pub orders: LazyFrame,
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
    /// `conversations`
    pub conversations: LazyFrame,
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
    /// Smallest group of persons whose words are told.
    pub min_group_size: u32,
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
    /// `segment_members`
    pub segment_members: DataFrame,
    /// `segments`
    pub segments: DataFrame,
    /// `segment_voices`
    pub segment_voices: DataFrame,
    /// `srm_roles`
    pub srm_roles: DataFrame,
    /// `exposures`
    pub exposures: DataFrame,
    /// `complaint_priorities`
    pub complaint_priorities: DataFrame,
    /// `clusters`
    pub clusters: DataFrame,
    /// `cluster_choices`
    pub cluster_choices: DataFrame,
    /// `cohorts`
    pub cohorts: DataFrame,
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
    let build = Error::frame("write down the segments");
    let mut person_segments = persons_now(&now, &earlier, &input).map_err(&build)?;
    let clusters = clusters::find(&person_segments, settings)
        .map_err(Error::frame("find groups of persons"))?;
    person_segments
        .with_column(clusters.of_person)
        .map_err(&build)?;
    let segment_members = summary::members(&now.members, &earlier.members).map_err(&build)?;
    let segments = summary::table(
        Moment {
            people: &person_segments,
            members: &segment_members,
        },
        Moment {
            people: &earlier.segmented,
            members: &earlier.members,
        },
        settings,
    )
    .map_err(&build)?;
    let segment_voices = said::table(&input, &segment_members, settings, as_of)
        .map_err(Error::frame("find what the segments say"))?;
    let srm_roles = srm::table(&input, &person_segments)
        .map_err(Error::frame("tell customers and prospects"))?;
    let terms = exposure::Terms {
        days: settings.segment.exposure_days,
        min_group_size: settings.min_group_size,
    };
    let exposures = exposure::table(&input, &now.purchases, terms, as_of)
        .map_err(Error::frame("measure what follows exposure"))?;
    let complaint_priorities = complaints::table(&input, &person_segments, as_of)
        .map_err(Error::frame("rank the complaints"))?;
    let cohorts = cohorts::cohorts(&now.purchases, as_of).map_err(&build)?;
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
        segment_members,
        segments,
        segment_voices,
        srm_roles,
        exposures,
        complaint_priorities,
        clusters: clusters.clusters,
        cluster_choices: clusters.choices,
        cohorts,
        campaign_results,
        left_out: now.left_out,
    })
}

/// Returns the persons of now with the segment and stage of one period earlier and their channels, by their ids.
fn persons_now(now: &Snapshot, earlier: &Snapshot, input: &Input) -> PolarsResult<DataFrame> {
    let person = || person_segments::PERSON_ID.expr();
    let previous = earlier.segmented.clone().lazy().select([
        person(),
        person_segments::SEGMENT
            .expr()
            .alias(person_segments::PREVIOUS_SEGMENT.name),
        person_segments::ORDER_STAGE
            .expr()
            .alias(person_segments::PREVIOUS_ORDER_STAGE.name),
    ]);
    now.segmented
        .clone()
        .lazy()
        .left_join(previous, person(), person())
        .left_join(input.reachable.clone(), person(), person())
        .sort(
            [person_segments::PERSON_ID.name],
            SortMultipleOptions::default(),
        )
        .collect()
}

/// Everything that can be known of persons at one instant.
struct Snapshot {
    purchases: DataFrame,
    values: DataFrame,
    models: DataFrame,
    voices: DataFrame,
    /// Person, groups and segment, with the columns rules may use.
    segmented: DataFrame,
    /// Who is in which segment.
    members: DataFrame,
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
            .left_join(
                srm::account_roles(input),
                persons::PERSON_ID.expr(),
                links::PERSON_ID.expr(),
            );
        let people = journey::add(people, &settings.segment.journey)
            .with_columns([
                srm::role().alias(person_segments::SRM_ROLE.name),
                stakes::value_at_stake().alias(person_segments::VALUE_AT_STAKE_MINOR.name),
            ])
            .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
            .collect()
            .map_err(Error::frame("join values and voices"))?;
        let applied = rules::apply(people, settings)?;
        Ok(Self {
            purchases,
            values,
            models,
            voices,
            segmented: applied.people,
            members: applied.members,
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
