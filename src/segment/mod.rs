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
mod known;
mod lifetime;
mod measures;
mod narrowed;
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
use crate::concurrent::{MOST_ORDERS_AT_ONCE, side_by_side, side_by_side_if};
use crate::config::{MoneyConfig, SegmentConfig};
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{person_segments, person_values};

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
    let bought = Bought::read(&input, settings, as_of)?;
    segment_of(input, bought, settings, as_of)
}

/// What was bought and who came, of which all else is made.
pub struct Bought {
    purchases: DataFrame,
    persons: UInt32Chunked,
    ledger: Ledger,
    /// Persons with the day of their first registration, by id.
    people: DataFrame,
    left_out: LeftOut,
    /// What else is known of the orders, where it was found ahead.
    ahead: Option<FoundAhead>,
}

/// What is found of orders while posts are still scored.
struct FoundAhead {
    /// What buyers are worth now.
    valued: Valued,
    /// What the lines of orders make.
    lines: measures::Lines,
}

impl Bought {
    /// Reads orders and customers; where persons may be written to need not be known for it.
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub fn read(input: &Input, settings: Settings<'_>, as_of: &AsOf) -> Result<Self> {
        let Purchases {
            table: purchases,
            persons,
            ledger,
            people,
            left_out,
        } = purchases::purchases(input, settings.money, as_of)
            .map_err(Error::frame("turn orders into purchases"))?;
        let people = known::registered(input, &people)
            .map_err(Error::frame("find when persons registered"))?;
        Ok(Self {
            purchases,
            persons,
            ledger,
            people,
            left_out,
            ahead: None,
        })
    }

    /// Finds out ahead what buyers are worth and what their order lines make; what is said need not be known for it. Input,
    /// settings and moment are those it was read by, and those of [`segment_of`].
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub(crate) fn looked_ahead(
        self,
        input: &Input,
        settings: Settings<'_>,
        as_of: &AsOf,
    ) -> Result<Self> {
        let past = Past {
            purchases: &self.purchases,
            ledger: &self.ledger,
            people: &self.people,
        };
        let bought = measures::Bought {
            purchases: &self.purchases,
            persons: &self.persons,
            ids: &self.ledger.ids,
        };
        let (valued, counted) = side_by_side(
            || Valued::at(past, settings, as_of, None),
            || measures::Counted::of(input, settings, bought, None, as_of),
        );
        let (valued, lines) = (valued?, counted?.into_lines());
        Ok(Self {
            ahead: Some(FoundAhead { valued, lines }),
            ..self
        })
    }
}

/// As [`segment`], of what was read before.
///
/// # Errors
/// As [`segment`].
pub fn segment_of(
    input: Input,
    bought: Bought,
    settings: Settings<'_>,
    as_of: &AsOf,
) -> Result<Output> {
    let Bought {
        purchases,
        persons,
        ledger,
        people,
        left_out,
        ahead,
    } = bought;
    let (valued, lines) = ahead
        .map(|FoundAhead { valued, lines }| (valued, lines))
        .unzip();
    let past = Past {
        purchases: &purchases,
        ledger: &ledger,
        people: &people,
    };
    let is_small =
        ledger.ids.len() <= SIDE_BY_SIDE && purchases.height() as u64 <= MOST_ORDERS_AT_ONCE;
    let ids = ledger.ids.clone();
    let bought = measures::Bought {
        purchases: &purchases,
        persons: &persons,
        ids: &ids,
    };
    let counted = |lines| measures::Counted::of(&input, settings, bought, lines, as_of);
    // What needs nobody's value is measured beside what people are worth.
    let (moments, (beside, early)) = side_by_side(
        || Moments::take(&input, past, valued, settings, as_of),
        || {
            let beside = Beside::measure(&input, past, settings, as_of);
            (beside, is_small.then(|| counted(lines)))
        },
    );
    let Moments {
        now,
        earlier,
        last_year,
        tracking_weeks,
    } = moments?;
    let Beside {
        campaign_results,
        exposures,
        social_lift,
    } = beside?;
    drop(ledger);
    drop(people);
    let counted = early.unwrap_or_else(|| counted(None))?;
    let known = measures::Known {
        values: &now.values,
        now: &now.segmented,
        period_earlier: &earlier.segmented,
        year_earlier: last_year.as_ref().map(|groups| &groups.segmented),
    };
    let (measures, told) = side_by_side_if(
        is_small,
        || measures::measures(&input, settings, counted, &known, as_of),
        || Told::of(&now, &earlier, &input, settings, as_of),
    );
    let (measures, told) = (measures?, told?);
    drop(last_year);
    drop(persons);
    Ok(Output {
        purchases,
        person_values: now.values,
        models: now.models,
        model_choices: now.choice.choices,
        model_calibration: now.choice.calibration,
        tracking_weeks,
        social_lift,
        person_voices: now.voices,
        person_segments: told.person_segments,
        segment_members: told.segment_members,
        segments: told.segments,
        segment_voices: told.segment_voices,
        srm_roles: told.srm_roles,
        exposures,
        complaint_priorities: told.complaint_priorities,
        clusters: told.clusters,
        cluster_choices: told.cluster_choices,
        measures,
        campaign_results,
        left_out,
    })
}

/// Persons up to which earlier moments are looked at side by side: what each holds meanwhile is held at once.
const SIDE_BY_SIDE: usize = 500_000;

/// What persons are worth at the moments that are compared.
struct Moments {
    now: Snapshot,
    /// One period earlier.
    earlier: Groups,
    /// In the same week of last year; `None` where nothing was bought by then.
    last_year: Option<Groups>,
    /// The table `tracking_weeks`.
    tracking_weeks: DataFrame,
}

impl Moments {
    fn take(
        input: &Input,
        past: Past<'_>,
        valued: Option<Valued>,
        settings: Settings<'_>,
        as_of: &AsOf,
    ) -> Result<Self> {
        let valued = match valued {
            Some(valued) => valued,
            None => Valued::at(past, settings, as_of, None)?,
        };
        let now = Snapshot::take(input, past, valued, settings, as_of)?;
        let one_period = || one_period_earlier(input, past, settings, as_of, &now.choice);
        let one_year = || one_year_earlier(input, past, settings, as_of, &now.choice);
        let (earlier, last_year) = match past.ledger.ids.len() <= SIDE_BY_SIDE {
            true => side_by_side(one_period, one_year),
            false => (one_period(), one_year()),
        };
        let (earlier, last_year) = (earlier?, last_year?);
        let tracking_weeks = tracking::weeks(past.ledger, &now.choice, as_of)
            .map_err(Error::frame("track the purchase model"))?;
        Ok(Self {
            now,
            earlier,
            last_year,
            tracking_weeks,
        })
    }
}

/// What is measured of orders and posts without the values of persons.
struct Beside {
    /// The table `campaign_results`.
    campaign_results: DataFrame,
    /// The table `exposures`.
    exposures: DataFrame,
    /// The table `social_lift`.
    social_lift: DataFrame,
}

impl Beside {
    fn measure(
        input: &Input,
        past: Past<'_>,
        settings: Settings<'_>,
        as_of: &AsOf,
    ) -> Result<Self> {
        // The longest first, which has few loops to share.
        let social_lift = social_lift::lift(input, past.ledger, settings.segment, as_of)?;
        let campaign_results = campaigns::results(input, past.ledger, as_of)
            .map_err(Error::frame("measure the campaigns"))?;
        let terms = exposure::Terms {
            days: settings.segment.exposure_days,
            min_group_size: settings.min_group_size,
        };
        let exposures = exposure::table(input, past.purchases, terms, as_of)
            .map_err(Error::frame("measure what follows exposure"))?;
        Ok(Self {
            campaign_results,
            exposures,
            social_lift,
        })
    }
}

/// What is told of persons and segments now.
struct Told {
    /// The table `person_segments`.
    person_segments: DataFrame,
    /// The table `segment_members`.
    segment_members: DataFrame,
    /// The table `segments`.
    segments: DataFrame,
    /// The table `segment_voices`.
    segment_voices: DataFrame,
    /// The table `srm_roles`.
    srm_roles: DataFrame,
    /// The table `complaint_priorities`.
    complaint_priorities: DataFrame,
    /// The table `clusters`.
    clusters: DataFrame,
    /// The table `cluster_choices`.
    cluster_choices: DataFrame,
}

impl Told {
    fn of(
        now: &Snapshot,
        earlier: &Groups,
        input: &Input,
        settings: Settings<'_>,
        as_of: &AsOf,
    ) -> Result<Self> {
        let build = Error::frame("write down the segments");
        let mut person_segments = persons_now(now, earlier, input).map_err(&build)?;
        let clusters = clusters::find(&person_segments, settings)
            .map_err(Error::frame("find groups of persons"))?;
        person_segments
            .with_column(clusters.of_person)
            .map_err(&build)?;
        let segment_members = summary::members(&now.members, &earlier.members).map_err(&build)?;
        let segments =
            segments(now, earlier, &person_segments, &segment_members, settings).map_err(&build)?;
        let segment_voices = said::table(input, &segment_members, settings, as_of)
            .map_err(Error::frame("find what the segments say"))?;
        let srm_roles = srm::table(input, &person_segments)
            .map_err(Error::frame("tell customers and prospects"))?;
        let complaint_priorities = complaints::table(input, &person_segments, as_of)
            .map_err(Error::frame("rank the complaints"))?;
        Ok(Self {
            person_segments,
            segment_members,
            segments,
            segment_voices,
            srm_roles,
            complaint_priorities,
            clusters: clusters.clusters,
            cluster_choices: clusters.choices,
        })
    }
}

/// Returns the persons of now with the segment and stage of one period earlier and their channels, by their ids.
fn persons_now(now: &Snapshot, earlier: &Groups, input: &Input) -> PolarsResult<DataFrame> {
    let previous = earlier.segmented.clone().lazy().select([
        person_segments::PERSON_ID.expr(),
        person_segments::SEGMENT
            .expr()
            .alias(person_segments::PREVIOUS_SEGMENT.name),
        person_segments::ORDER_STAGE
            .expr()
            .alias(person_segments::PREVIOUS_ORDER_STAGE.name),
    ]);
    let people = known::told(now.segmented.clone().lazy(), previous.collect()?);
    known::told(people, input.reachable.clone().collect()?).collect()
}

/// Returns the table `segments`.
fn segments(
    now: &Snapshot,
    earlier: &Groups,
    people: &DataFrame,
    members: &DataFrame,
    settings: Settings<'_>,
) -> PolarsResult<DataFrame> {
    let before = Moment {
        people: &earlier.segmented,
        members: &earlier.members,
    };
    let segments = summary::table(Moment { people, members }, before, settings)?;
    now.worths.add_to(segments)
}

/// Returns the groups one period earlier.
fn one_period_earlier(
    input: &Input,
    past: Past<'_>,
    settings: Settings<'_>,
    as_of: &AsOf,
    decided: &Choice,
) -> Result<Groups> {
    let as_of = as_of.days_before(settings.segment.period_days as i32)?;
    Groups::at(input, past, settings, &as_of, decided)
}

/// Returns the groups of persons in the same week of last year; `None` where nothing was bought by then.
fn one_year_earlier(
    input: &Input,
    past: Past<'_>,
    settings: Settings<'_>,
    as_of: &AsOf,
    decided: &Choice,
) -> Result<Option<Groups>> {
    let as_of = as_of.days_before(measures::YEAR_DAYS)?;
    let is_any = measures::is_any_by(past.purchases, &as_of)
        .map_err(Error::frame("look for purchases of last year"))?;
    match is_any {
        true => Groups::at(input, past, settings, &as_of, decided).map(Some),
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
    /// Persons with the day of their first registration, by id.
    people: &'a DataFrame,
}

/// What buyers are worth at one instant, whatever is said.
struct Valued {
    /// The table `person_values`.
    values: DataFrame,
    models: DataFrame,
    choice: Choice,
    /// What sums of persons need; of an earlier moment nothing.
    totals: Option<forecast::Totals>,
    is_earlier: bool,
}

impl Valued {
    /// Values what was bought by an instant or later; forecasts by the kind of model that was decided on, else decides.
    fn at(
        past: Past<'_>,
        settings: Settings<'_>,
        as_of: &AsOf,
        decided: Option<&Choice>,
    ) -> Result<Self> {
        let values = scored(past.ledger, settings, as_of)?;
        let choice = match decided {
            Some(decided) => decided.at_earlier(&values, past.ledger, as_of),
            None => Choice::make(&values, past.ledger, &settings.segment.models, as_of),
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
        Ok(Self {
            values,
            models,
            choice,
            totals,
            is_earlier: decided.is_some(),
        })
    }
}

/// Everything that can be known of persons at one instant.
struct Snapshot {
    /// The table `person_values`; of an earlier moment without rows.
    values: DataFrame,
    models: DataFrame,
    choice: Choice,
    /// What the segments are worth together; of an earlier moment nothing.
    worths: forecast::SegmentWorths,
    voices: DataFrame,
    /// Person, groups and segment, with the columns rules may use.
    segmented: DataFrame,
    /// Who is in which segment.
    members: DataFrame,
}

/// What is left of an earlier moment once it is over: what later ones are compared with.
struct Groups {
    /// Of [`Snapshot::segmented`] the segment, the stage and what other groups and sums are made of.
    segmented: DataFrame,
    /// As those of a [`Snapshot`].
    members: DataFrame,
}

impl Groups {
    /// Returns those of an earlier moment, by the kind of model that was decided on.
    fn at(
        input: &Input,
        past: Past<'_>,
        settings: Settings<'_>,
        as_of: &AsOf,
        decided: &Choice,
    ) -> Result<Self> {
        let valued = Valued::at(past, settings, as_of, Some(decided))?;
        let input = heard::known_before(input, as_of.instant().as_microsecond());
        let then = Snapshot::take(&input, past, valued, settings, as_of)?;
        then.groups()
            .map_err(Error::frame("keep the groups of before"))
    }
}

impl Snapshot {
    /// Lets go of all but the groups.
    fn groups(self) -> PolarsResult<Groups> {
        let kept = [
            person_segments::PERSON_ID,
            person_segments::SEGMENT,
            person_segments::ORDER_STAGE,
            person_values::RFM_SEGMENT,
            person_values::PURCHASE_DAY_COUNT,
            person_values::LAST_PURCHASE_AGE_DAYS,
            person_values::DAYS_SINCE_LAST_PURCHASE,
            person_values::SPEND_MINOR,
            person_values::LTV_MINOR,
        ];
        Ok(Groups {
            segmented: self.segmented.select(kept.map(|column| column.name))?,
            members: self.members,
        })
    }

    /// Looks at what was known at an instant, where buyers are worth so much.
    fn take(
        input: &Input,
        past: Past<'_>,
        valued: Valued,
        settings: Settings<'_>,
        as_of: &AsOf,
    ) -> Result<Self> {
        let Valued {
            values,
            models,
            choice,
            totals,
            is_earlier,
        } = valued;
        let voices = voice::voices(input, settings.segment, as_of)
            .map_err(Error::frame("compute the voices"))?;
        let join = Error::frame("join values and voices");
        let roles = srm::account_roles(input).collect().map_err(&join)?;
        let people = known::with_values(past.people, &values, as_of).map_err(&join)?;
        // Of earlier moments nobody asks for what follows, and it is large.
        let values = match is_earlier {
            true => values.clear(),
            false => values,
        };
        let people = known::told(people.lazy(), voices.clone());
        let people = journey::add(known::told(people, roles), &settings.segment.journey)
            .with_columns([
                srm::role().alias(person_segments::SRM_ROLE.name),
                stakes::value_at_stake(choice.weighs_with_alive_prob())
                    .alias(person_segments::VALUE_AT_STAKE_MINOR.name),
            ])
            .collect()
            .map_err(&join)?;
        let applied = rules::apply(people, settings)?;
        let worths = forecast::SegmentWorths::of(&applied.members, &values, totals.as_ref())
            .map_err(Error::frame("sum up the values of segments"))?;
        Ok(Self {
            values,
            models,
            choice,
            worths,
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
