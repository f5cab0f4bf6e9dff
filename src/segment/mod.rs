//! What each person is worth, will do and says.
//!
//! Orders become [`purchases`](crate::schema::purchases) of persons; from those come RFM scores ([`rfm`]), the measures of value
//! now such as ABC, CPM, cohorts and the figures of the shop ([`measures`]), the purchase model that forecasts best ([`choice`]),
//! the values to come with their intervals ([`lifetime`], [`forecast`]), whether voices foretell purchases ([`social_lift`])
//! and, joined with the opinions of linked persons ([`voice`]), the value x voice segments of the settings ([`rules`],
//! [`summary`]) with what they say ([`said`]). Because they need persons, here too are the way by orders ([`journey`]),
//! customers and prospects among the accounts ([`srm`]), purchases of others after exposure ([`exposure`]), the queue of
//! complaints ([`complaints`]) and, on request, groups found by k-means ([`clusters`]).
//!
//! Segments are computed as of now, as of one period earlier and as of a year earlier from the same raw tables, so that a
//! report can say who moved. Persons are joined as today; an earlier moment knows those who were registered or had bought by
//! then, and the links that were declared. Followers and roles of accounts are those last observed at all moments: nobody moves
//! because an export came that tells of them for the first time.

mod campaigns;
mod choice;
mod clusters;
mod complaints;
mod exposure;
#[cfg(test)]
mod fixture;
mod forecast;
mod heard;
mod journey;
mod lifetime;
mod measures;
mod purchases;
mod rfm;
mod rules;
mod said;
mod social_lift;
mod srm;
mod stakes;
mod summary;
#[cfg(test)]
mod tests;
mod tracking;
mod voice;

use polars::prelude::*;

use self::choice::Choice;
use crate::as_of::AsOf;
use crate::config::{MoneyConfig, SegmentConfig};
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{customers, links, person_segments, person_values, person_voices, persons};

use self::summary::Moment;

pub(crate) use heard::SAID_TO_THE_SHOP;
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
    /// `customers`; their days of registration are read.
    pub customers: LazyFrame,
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
    let people = people(&input).map_err(Error::frame("find when persons registered"))?;
    let past = Past {
        purchases: &purchases,
        ledger: &ledger,
        people: &people,
    };
    let now = Snapshot::take(&input, past, settings, as_of, None)?;
    let earlier_as_of = as_of.days_before(settings.segment.period_days as i32)?;
    let earlier = Snapshot::take(&input, past, settings, &earlier_as_of, Some(&now.choice))?;
    let last_year = last_year(&input, past, settings, as_of, &now.choice)?;
    let campaign_results = campaigns::results(&input, &ledger, as_of)
        .map_err(Error::frame("measure the campaigns"))?;
    let tracking_weeks = tracking::weeks(&ledger, &now.choice, as_of)
        .map_err(Error::frame("track the purchase model"))?;
    let log_start = ledger.log_start();
    drop(ledger);
    drop(people);
    let known = measures::Known {
        purchases: &purchases,
        values: &now.values,
        now: &now.segmented,
        period_earlier: &earlier.segmented,
        year_earlier: last_year.as_ref(),
    };
    let measures = measures::measures(&input, settings, &known, as_of)?;
    drop(last_year);
    let build = Error::frame("write down the segments");
    let mut person_segments = persons_now(&now, &earlier, &input).map_err(&build)?;
    let clusters = clusters::find(&person_segments, settings)
        .map_err(Error::frame("find groups of persons"))?;
    person_segments
        .with_column(clusters.of_person)
        .map_err(&build)?;
    let segment_members = summary::members(&now.members, &earlier.members).map_err(&build)?;
    let segments =
        segments(&now, &earlier, &person_segments, &segment_members, settings).map_err(&build)?;
    let segment_voices = said::table(&input, &segment_members, settings, as_of)
        .map_err(Error::frame("find what the segments say"))?;
    let srm_roles = srm::table(&input, &person_segments)
        .map_err(Error::frame("tell customers and prospects"))?;
    let terms = exposure::Terms {
        days: settings.segment.exposure_days,
        min_group_size: settings.min_group_size,
    };
    let exposures = exposure::table(&input, &purchases, terms, as_of)
        .map_err(Error::frame("measure what follows exposure"))?;
    let complaint_priorities = complaints::table(&input, &person_segments, as_of)
        .map_err(Error::frame("rank the complaints"))?;
    let bought = social_lift::Bought {
        purchases: &purchases,
        log_start,
    };
    let social_lift = social_lift::lift(&input, bought, settings.segment, as_of)?;
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
        segment_members,
        segments,
        segment_voices,
        srm_roles,
        exposures,
        complaint_priorities,
        clusters: clusters.clusters,
        cluster_choices: clusters.choices,
        measures,
        campaign_results,
        left_out,
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

/// Returns the table `segments`.
fn segments(
    now: &Snapshot,
    earlier: &Snapshot,
    people: &DataFrame,
    members: &DataFrame,
    settings: Settings<'_>,
) -> PolarsResult<DataFrame> {
    let before = Moment {
        people: &earlier.segmented,
        members: &earlier.members,
    };
    let segments = summary::table(Moment { people, members }, before, settings)?;
    forecast::add_to_segments(segments, members, &now.values, now.totals.as_ref())
}

/// Returns the persons with their segments of the same week of last year; `None` where nothing was bought by then.
fn last_year(
    input: &Input,
    past: Past<'_>,
    settings: Settings<'_>,
    as_of: &AsOf,
    decided: &Choice,
) -> Result<Option<DataFrame>> {
    let as_of = as_of.days_before(measures::YEAR_DAYS)?;
    let is_any = measures::is_any_by(past.purchases, &as_of)
        .map_err(Error::frame("look for purchases of last year"))?;
    match is_any {
        true => Snapshot::take(input, past, settings, &as_of, Some(decided))
            .map(|snapshot| Some(snapshot.segmented)),
        false => Ok(None),
    }
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

/// Who came and what was bought; an earlier moment is the same without the days after it.
#[derive(Clone, Copy)]
struct Past<'a> {
    /// The table `purchases`.
    purchases: &'a DataFrame,
    ledger: &'a Ledger,
    /// Persons with the day of their first registration.
    people: &'a DataFrame,
}

/// Returns the persons who may be analysed, each with the day on which the first of the records registered; empty where none
/// tells.
fn people(input: &Input) -> PolarsResult<DataFrame> {
    let registered = input.customers.clone().select([
        customers::SOURCE.expr(),
        customers::CUSTOMER_ID.expr(),
        customers::REGISTERED_ON.expr(),
    ]);
    input
        .persons
        .clone()
        .filter(persons::IS_ANALYSED.expr())
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ])
        .join(
            registered,
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            [customers::SOURCE.expr(), customers::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .group_by([persons::PERSON_ID.expr()])
        .agg([customers::REGISTERED_ON.expr().min()])
        .collect()
}

/// Whether a person with their values was known to the shop at a moment: registered or a buyer by then. Who registered on an
/// unknown day always was.
fn was_known(as_of: &AsOf) -> Expr {
    customers::REGISTERED_ON
        .expr()
        .cast(DataType::Int32)
        .lt_eq(lit(as_of.day_number()))
        .fill_null(lit(true))
        .or(person_values::ORDER_COUNT.expr().is_not_null())
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
    /// Who is in which segment.
    members: DataFrame,
}

impl Snapshot {
    /// Looks at what was known at an instant, of what was bought by then or later; forecasts by the kind of model that was
    /// decided on, else decides.
    fn take(
        input: &Input,
        past: Past<'_>,
        settings: Settings<'_>,
        as_of: &AsOf,
        decided: Option<&Choice>,
    ) -> Result<Self> {
        let then = decided.map(|_| heard::known_before(input, as_of.instant().as_microsecond()));
        let input = then.as_ref().unwrap_or(input);
        let values = scored(past.ledger, settings, as_of)?;
        let choice = match decided {
            Some(decided) => decided.at_earlier(&values, past.purchases, as_of),
            None => Choice::make(&values, past.purchases, &settings.segment.models, as_of),
        };
        let choice = choice.map_err(Error::frame("choose the purchase model"))?;
        // Of earlier moments nobody asks for intervals.
        let depth = match decided {
            Some(_) => lifetime::Depth::Expected,
            None => lifetime::Depth::Law,
        };
        let how = lifetime::How {
            config: settings.segment,
            depth,
            kept_share: past.ledger.kept_share(as_of.day_number()),
        };
        let (values, models, totals) =
            lifetime::add(values, &choice, how).map_err(Error::frame("compute the values"))?;
        let voices = voice::voices(input, settings.segment, as_of)
            .map_err(Error::frame("compute the voices"))?;
        let people = past
            .people
            .clone()
            .lazy()
            .left_join(
                values.clone().lazy(),
                persons::PERSON_ID.expr(),
                person_values::PERSON_ID.expr(),
            )
            .filter(was_known(as_of))
            .drop(by_name([customers::REGISTERED_ON.name], true, false))
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
                stakes::value_at_stake(choice.weighs_with_alive_prob())
                    .alias(person_segments::VALUE_AT_STAKE_MINOR.name),
            ])
            .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
            .collect()
            .map_err(Error::frame("join values and voices"))?;
        let applied = rules::apply(people, settings)?;
        Ok(Self {
            values,
            models,
            choice,
            totals,
            voices,
            segmented: applied.people,
            members: applied.members,
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
