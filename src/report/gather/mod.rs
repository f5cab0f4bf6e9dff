//! The figures of a report, out of the tables.

mod accounts;
mod alerts;
mod answers;
mod authors;
mod calendar;
mod campaigns;
mod cohorts;
pub(crate) mod columns;
mod conversations;
mod fiscal;
mod heard;
mod influence;
mod journey;
mod kpis;
mod lifetime;
mod order_gap;
mod people;
mod privacy;
mod sales;
mod sayings;
#[cfg(test)]
mod tests;
mod together;
mod value;
mod voice;
mod ways;
mod weeks;
mod words;
mod worth;

use jiff::ToSpan;
use polars::prelude::*;

use super::figures::{
    ConversationFigures, Counted, DataFigures, FIGURES_VERSION, Figures, OrderGap, PeopleFigures,
    VoiceFigures,
};
use crate::as_of::AsOf;
use crate::concurrent::{MOST_CUSTOMERS_AT_ONCE, MOST_POSTS_AT_ONCE, side_by_side_if};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::money;
use crate::report::periods::Days;
use crate::schema::{ColumnKind, communities, posts};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

use calendar::Calendar;

/// The tables that the figures come from.
#[derive(Clone)]
pub struct Input {
    /// `purchases`
    pub purchases: LazyFrame,
    /// `person_values`
    pub person_values: LazyFrame,
    /// `person_segments`
    pub person_segments: LazyFrame,
    /// `segments`
    pub segments: LazyFrame,
    /// `cohorts`
    pub cohorts: LazyFrame,
    /// `models`
    pub models: LazyFrame,
    /// `tracking_weeks`
    pub tracking_weeks: LazyFrame,
    /// `campaign_results`
    pub campaign_results: LazyFrame,
    /// `post_scores`
    pub post_scores: LazyFrame,
    /// `hour_counts`
    pub hour_counts: LazyFrame,
    /// `alerts`
    pub alerts: LazyFrame,
    /// `abc_classes`
    pub abc_classes: LazyFrame,
    /// `account_scores`
    pub account_scores: LazyFrame,
    /// `campaign_costs`
    pub campaign_costs: LazyFrame,
    /// `communities`
    pub communities: LazyFrame,
    /// `complaint_priorities`
    pub complaint_priorities: LazyFrame,
    /// `conversations`
    pub conversations: LazyFrame,
    /// `cooccurrences`
    pub cooccurrences: LazyFrame,
    /// `cpm_groups`
    pub cpm_groups: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `migrations`
    pub migrations: LazyFrame,
    /// `model_calibration`
    pub model_calibration: LazyFrame,
    /// `model_choices`
    pub model_choices: LazyFrame,
    /// `orders`
    pub orders: LazyFrame,
    /// `post_topics`
    pub post_topics: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `shop_kpis`
    pub shop_kpis: LazyFrame,
    /// `social_lift`
    pub social_lift: LazyFrame,
    /// `topics`
    pub topics: LazyFrame,
    /// `voice_shares`
    pub voice_shares: LazyFrame,
}

/// The last `score.window_days`, over which words and accounts are related.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// First instant, in microseconds since 1970-01-01 UTC.
    start: i64,
    /// End, itself not in it.
    end: i64,
}

impl Window {
    fn new(as_of: &AsOf, days: u32) -> Self {
        let end = as_of.instant().as_microsecond();
        Self {
            start: end.saturating_sub(i64::from(days) * DAY),
            end,
        }
    }

    /// Cuts it into so many, the oldest first.
    pub(super) fn parts(&self, count: i64) -> impl Iterator<Item = Self> {
        let (start, length) = (self.start, self.end - self.start);
        let bound = move |part: i64| start + length / count * part + length % count * part / count;
        (0..count).map(move |part| Self {
            start: bound(part),
            end: bound(part + 1),
        })
    }

    /// Returns whether an instant lies in it.
    pub(super) fn holds(&self, instant: Expr) -> Expr {
        let bound = |micros: i64| lit(micros).cast(ColumnKind::Instant.dtype());
        let is_late = instant.clone().gt_eq(bound(self.start));
        is_late.and(instant.lt(bound(self.end)))
    }
}

/// Computes all figures.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns, [`Error::BadSetting`] when `report.compare` names no earlier period.
pub fn figures(input: &Input, config: &Config, as_of: &AsOf, data: DataFigures) -> Result<Figures> {
    let calendar = Calendar::new(as_of, config.periods(as_of)?);
    let window = Window::new(as_of, config.score.window_days);
    let scope = Scope {
        config,
        as_of,
        calendar: &calendar,
        window: &window,
    };
    // Hardly anything is read for both.
    let (figures, heard) = side_by_side_if(
        is_small(&data),
        || bought(input, &scope, data),
        || Heard::gather(input, &scope),
    );
    let gathered = figures.and_then(|figures| {
        let Heard {
            voice,
            people,
            conversations,
        } = heard?;
        Ok(Figures {
            voice,
            people,
            conversations,
            ..figures
        })
    });
    gathered.map_err(Error::frame("gather the figures of the report"))
}

/// What figures are gathered by.
#[derive(Clone, Copy)]
struct Scope<'a> {
    config: &'a Config,
    as_of: &'a AsOf,
    calendar: &'a Calendar,
    window: &'a Window,
}

/// Whether the tables are so small that two of them may be held at once.
fn is_small(data: &DataFigures) -> bool {
    let posts = data
        .tables
        .iter()
        .find(|found| found.table == posts::TABLE.name);
    let is_few = match posts.map(|found| found.row_count) {
        Some(Counted::Told(count)) => count <= MOST_POSTS_AT_ONCE,
        Some(Counted::Withheld) => false,
        Some(Counted::Few) | None => true,
    };
    data.customer_count <= MOST_CUSTOMERS_AT_ONCE && is_few
}

/// The figures of what is said, by whom and how it is answered.
struct Heard {
    voice: VoiceFigures,
    people: PeopleFigures,
    conversations: ConversationFigures,
}

impl Heard {
    fn gather(input: &Input, scope: &Scope<'_>) -> PolarsResult<Self> {
        let Scope {
            config,
            as_of,
            calendar,
            window,
        } = *scope;
        let smallest = config.privacy.min_group_size;
        let word_authors = community_authors(input, window)?;
        Ok(Self {
            voice: VoiceFigures {
                network: together::words(input, window, &config.own_brand().name, smallest)?,
                sayings: sayings::sayings(input, calendar, &config.brand_names(), smallest)?,
                ..voice::voice(input, calendar, window, smallest)?
            },
            people: PeopleFigures {
                network: influence::network(
                    input,
                    window,
                    &word_authors,
                    smallest,
                    config.privacy.show_handles,
                )?,
                ..people::people(input, &word_authors, smallest)?
            },
            conversations: conversations::conversations(
                input,
                calendar,
                as_of.instant(),
                smallest,
            )?,
        })
    }
}

/// Returns all figures but those that [`Heard`] has, which are left empty.
fn bought(input: &Input, scope: &Scope<'_>, data: DataFigures) -> PolarsResult<Figures> {
    let Scope {
        config,
        as_of,
        calendar,
        ..
    } = *scope;
    let smallest = config.privacy.min_group_size;
    let score_counts = config.segment.rfm.score_counts();
    let values = value::Values::read(input, smallest, score_counts)?;
    let sales_periods = sales::periods(input, calendar)?;
    let voice_periods = voice::periods(input, calendar)?;
    let beside = kpis::Beside::read(input, calendar, smallest)?;
    let exponent = money::exponent(&config.money.currency).unsigned_abs();
    let mut kpis = kpis::kpis(&sales_periods, &voice_periods, &values, beside, smallest);
    let order_gap = order_gap::find(&input.orders, calendar, as_of)?
        .map(|gap| order_gap::hide_day(gap, &input.purchases, smallest))
        .transpose()?;
    let missing = order_gap.as_ref().filter(|gap| gap.is_of_all());
    if let Some(gap) = missing {
        kpis::doubt(&mut kpis, gap);
    }
    let alerts = alerts::alerts(input, calendar, smallest)?;
    if alerts::is_in_period(input, calendar)? {
        kpis::heed_flare_up(&mut kpis);
    }
    kpis::aim(&mut kpis, &config.targets, 10f64.powi(exponent as i32));
    let (segments, small_segments) = value::segments(input, smallest)?;
    let model_choices = worth::model_choices(input, smallest)?;
    let (campaigns, small_campaigns) = campaigns::campaigns(input, smallest)?;
    let moved = sales::movement(input, calendar)?;
    let sales_change = sales_periods
        .pair()
        .filter(|_| missing.is_none())
        .and_then(|pair| sales::change(&pair, &moved, smallest));
    let merged: Vec<Days> = match sales_change.is_some() && moved.is_new_merged(smallest) {
        true => [0, calendar.compared_back()]
            .map(|back| calendar.periods.days(back))
            .to_vec(),
        false => Vec::new(),
    };
    let mut sales_weeks = weeks::weeks(input, calendar, smallest, &merged)?;
    let mut months = worth::months(input, smallest)?;
    let mut cohorts = cohorts::cohorts(input, smallest)?;
    let mut lifetime = values.lifetime(input)?;
    let mut fiscal_end = calendar.periods.days(0).to;
    if let Some(gap) = missing {
        order_gap::cut(gap, &mut sales_weeks, &mut months);
        let tracking = lifetime.as_mut().map(|lifetime| &mut lifetime.tracking);
        order_gap::cut_later(gap, &mut cohorts, tracking.unwrap_or(&mut Vec::new()));
        fiscal_end = order_gap::known_until(gap).map_or(fiscal_end, |day| day.min(fiscal_end));
    }
    let fiscal_year = fiscal::year(input, fiscal_end, config.report.fiscal_year_start, smallest)?;
    Ok(Figures {
        version: FIGURES_VERSION,
        koe_version: env!("CARGO_PKG_VERSION").to_owned(),
        brand: config.own_brand().name.clone(),
        as_of: as_of.last_day().to_string(),
        time_zone: calendar.time_zone.to_string(),
        currency: config.money.currency.clone(),
        currency_exponent: exponent,
        min_group_size: smallest,
        period: calendar.periods.figures(),
        kpis,
        order_gap,
        fiscal_year,
        sales_change,
        sales_weeks,
        rfm_cells: values.rfm_cells()?,
        segments,
        small_segments,
        deciles: values.deciles()?,
        spend_gini: values.gini()?,
        cohorts,
        lifetime,
        lifetime_absent: lifetime::absent_reason(input)?,
        abc: worth::abc(input, smallest)?,
        cpm: worth::cpm(input, smallest)?,
        order_stages: journey::bought(input, smallest)?,
        months,
        calibration: worth::calibration(input, &model_choices, smallest)?,
        model_choices,
        voice: VoiceFigures::default(),
        people: PeopleFigures::default(),
        conversations: ConversationFigures::default(),
        value_voice: value::matrix(input, smallest)?,
        moves: ways::moves(input, smallest)?,
        social_lift: ways::lift(input, smallest)?,
        alerts,
        campaigns,
        small_campaigns,
        campaign_costs: ways::costs(input, smallest)?,
        data,
    })
}

/// Returns up to when orders are known, where those of the reported period seem to be missing.
///
/// # Errors
/// [`Error::Frame`] when the table lacks its columns, [`Error::BadSetting`] when `report.compare` names no earlier period.
pub(super) fn missing_orders(
    orders: &LazyFrame,
    config: &Config,
    as_of: &AsOf,
) -> Result<Option<OrderGap>> {
    let calendar = Calendar::new(as_of, config.periods(as_of)?);
    let found = order_gap::find(orders, &calendar, as_of);
    let found = found.map_err(Error::frame("look for the newest order"))?;
    Ok(found.filter(OrderGap::is_of_all))
}

/// Returns how many authors of each community said its words.
fn community_authors(input: &Input, window: &Window) -> PolarsResult<authors::WordAuthors> {
    let frame = input
        .communities
        .clone()
        .select([communities::WORDS.expr()])
        .collect()?;
    let words = columns::lists(&frame, communities::WORDS.name)?;
    let wanted = words.iter().flatten().map(String::as_str).collect();
    authors::of_communities(input, window, &wanted)
}

/// Returns the figures of what the numbers rest on; see [`accounts`].
pub use accounts::{DataInput, data};

/// Returns the day of a number, `YYYY-MM-DD`.
pub(super) fn day_name(number: i32) -> String {
    jiff::civil::date(1970, 1, 1)
        .saturating_add(i64::from(number).days())
        .to_string()
}
