//! What each person is worth, will do and says.
//!
//! Orders become [`purchases`](crate::schema::purchases) of persons; from those come RFM scores ([`rfm`]), the measures of value
//! now such as ABC, CPM, cohorts and the figures of the shop ([`measures`]), the purchase model that forecasts best ([`choice`]),
//! the values to come with their intervals ([`lifetime`], [`forecast`]), whether voices foretell purchases ([`social_lift`])
//! and, joined with the opinions of linked persons ([`voice`]), the value x voice segments of the settings ([`rules`]).
//! Segments are computed as of now, as of one period earlier and as of a year earlier from the same raw tables, so that a
//! report can say who moved.

mod campaigns;
mod choice;
mod forecast;
mod lifetime;
mod measures;
mod purchases;
mod rfm;
mod rules;
mod social_lift;
mod tracking;
mod voice;

use polars::prelude::*;

use self::choice::Choice;
use crate::as_of::AsOf;
use crate::config::{MoneyConfig, SegmentConfig};
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{person_segments, person_values, person_voices, persons};

pub use measures::Measures;
pub use purchases::LeftOut;
use purchases::{Ledger, Purchases};
pub use rfm::{Finding as RfmFinding, RuleName as RfmRuleName, findings as rfm_findings};

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
    /// `model_choices`
    pub model_choices: DataFrame,
    /// `model_calibration`
    pub model_calibration: DataFrame,
    /// `tracking_weeks`
    pub tracking_weeks: DataFrame,
    /// `social_lift`
    pub social_lift: DataFrame,
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
    let Purchases {
        table: purchases,
        ledger,
        left_out,
    } = purchases::purchases(&input, settings.money, as_of)
        .map_err(Error::frame("turn orders into purchases"))?;
    let log = Bought {
        purchases: &purchases,
        ledger: &ledger,
    };
    let now = Snapshot::take(&input, log, settings, as_of, None)?;
    let earlier_as_of = as_of.days_before(settings.segment.period_days as i32)?;
    let earlier = Snapshot::take(&input, log, settings, &earlier_as_of, Some(&now.choice))?;
    let last_year_as_of = as_of.days_before(measures::YEAR_DAYS)?;
    let has_last_year = measures::is_any_by(&purchases, &last_year_as_of)
        .map_err(Error::frame("look for purchases of last year"))?;
    let last_year = match has_last_year {
        true => {
            let decided = Some(&now.choice);
            Some(Snapshot::take(&input, log, settings, &last_year_as_of, decided)?.segmented)
        }
        false => None,
    };
    drop(ledger);
    let known = measures::Known {
        purchases: &purchases,
        values: &now.values,
        now: &now.segmented,
        period_earlier: &earlier.segmented,
        year_earlier: last_year.as_ref(),
    };
    let measures = measures::measures(&input, settings, &known, as_of)?;
    drop(last_year);
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
    let totals = now.totals.as_ref();
    let segments = forecast::add_to_segments(segments, &person_segments, &now.values, totals)
        .map_err(&build)?;
    let campaign_results = campaigns::results(&input, &purchases, as_of)
        .map_err(Error::frame("measure the campaigns"))?;
    let tracking_weeks = tracking::weeks(&purchases, &now.choice, as_of)
        .map_err(Error::frame("track the purchase model"))?;
    let social_lift = social_lift::lift(&input, &purchases, settings.segment, as_of)?;
    Ok(Output {
        purchases,
        person_values: now.values,
        models: now.models,
        model_choices: now.choice.choices,
        model_calibration: now.choice.calibration,
        tracking_weeks,
        social_lift,
        person_voices: now.voices,
        person_segments,
        segments,
        measures,
        campaign_results,
        left_out,
    })
}

/// Computes the base features and RFM scores alone: the columns of [`person_values`] up to `decile`, a row per buyer.
///
/// Reads the columns it needs of `orders` and `persons` block by block; ten million orders fit into a gigabyte.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn base_features(input: &Input, settings: Settings<'_>, as_of: &AsOf) -> Result<DataFrame> {
    let ledger = purchases::ledger(input, settings.money, as_of)
        .map_err(Error::frame("turn orders into purchases"))?;
    scored(&ledger, settings, as_of)
}

fn scored(ledger: &Ledger, settings: Settings<'_>, as_of: &AsOf) -> Result<DataFrame> {
    let rfm = &settings.segment.rfm;
    rfm::values(ledger, rfm, settings.money, settings.lang, as_of)
        .map_err(Error::frame("compute the RFM scores"))
}

/// What was bought, as a table and as numbers; an earlier moment is the same without the days after it.
#[derive(Clone, Copy)]
struct Bought<'a> {
    /// The table `purchases`.
    purchases: &'a DataFrame,
    ledger: &'a Ledger,
}

/// Everything that can be known of persons at one instant.
struct Snapshot {
    values: DataFrame,
    models: DataFrame,
    choice: Choice,
    /// What sums of values need; `None` without a forecast.
    totals: Option<forecast::Totals>,
    voices: DataFrame,
    /// Person, groups and segment, with the columns rules may use.
    segmented: DataFrame,
}

impl Snapshot {
    /// Looks at what was known at an instant, of what was bought by then or later; forecasts by the kind of model that was
    /// decided on, else decides.
    fn take(
        input: &Input,
        log: Bought<'_>,
        settings: Settings<'_>,
        as_of: &AsOf,
        decided: Option<&Choice>,
    ) -> Result<Self> {
        let values = scored(log.ledger, settings, as_of)?;
        let choice = match decided {
            Some(decided) => decided.at_earlier(&values, log.purchases, as_of),
            None => Choice::make(&values, log.purchases, &settings.segment.models, as_of),
        };
        let choice = choice.map_err(Error::frame("choose the purchase model"))?;
        let (values, models, totals) = lifetime::add(values, &choice, settings.segment)
            .map_err(Error::frame("compute the values"))?;
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
            values,
            models,
            choice,
            totals,
            voices,
            segmented,
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
