//! What customers are worth now: the measures Japanese shops expect, of persons, products, campaigns and the whole shop.
//!
//! All of them count the same things. A *sale* is an order that was neither cancelled nor returned and whose total is not
//! negative; an order for nothing (a gift, a sample) is one. A *visit* is a local day with at least one sale of a person. A
//! return takes its money off on its own day and is no visit. `docs/methods/value.md` defines every figure.
//!
//! Orders, visits and lines are counted in plain passes by the numbers of persons and periods, and not by the group-bys that
//! DESIGN asks for: of a million orders, four kinds of periods and as many sums, sorting and hashing took most of the time.

mod abc;
mod campaign_costs;
mod cohorts;
mod columns;
mod cpm;
mod deciles;
mod facts;
mod favourites;
mod first_visits;
mod habits;
mod kpis;
mod lines;
mod migration;
mod names;
mod pairs;
mod periods;
#[cfg(test)]
mod tests;
mod visits;
mod waiting;

use polars::prelude::*;

use self::facts::Facts;
pub(super) use self::lines::Lines;
use super::{Input, Settings};
use crate::as_of::AsOf;
use crate::concurrent::side_by_side;
use crate::error::{Error, Result};
use crate::schema::purchases;

pub(super) use migration::YEAR_DAYS;

/// The tables of measures.
#[derive(Debug)]
pub struct Measures {
    /// `cohorts`
    pub cohorts: DataFrame,
    /// `person_habits`
    pub person_habits: DataFrame,
    /// `deciles`
    pub deciles: DataFrame,
    /// `abc_classes`
    pub abc_classes: DataFrame,
    /// `product_classes`
    pub product_classes: DataFrame,
    /// `cpm_groups`
    pub cpm_groups: DataFrame,
    /// `shop_kpis`
    pub shop_kpis: DataFrame,
    /// `campaign_costs`
    pub campaign_costs: DataFrame,
    /// `survival`
    pub survival: DataFrame,
    /// `migrations`
    pub migrations: DataFrame,
    /// `moved_persons`
    pub moved_persons: DataFrame,
}

/// What was bought, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Bought<'a> {
    /// `purchases`
    pub(super) purchases: &'a DataFrame,
    /// Number of the person of each of its rows; empty where nobody can be named.
    pub(super) persons: &'a UInt32Chunked,
    /// Ids of persons in the order of their numbers, which is that of the ids.
    pub(super) ids: &'a Column,
}

/// Orders, visits and lines counted, for which nobody's value need be known.
pub(super) struct Counted<'a> {
    facts: Facts<'a>,
    lines: Lines,
}

impl<'a> Counted<'a> {
    /// Numbers orders and persons, and sums up the lines, unless that was done before.
    ///
    /// # Errors
    /// [`Error::Frame`] when a table lacks its columns.
    pub(super) fn of(
        input: &Input,
        settings: Settings<'_>,
        bought: Bought<'a>,
        lines: Option<Lines>,
        as_of: &AsOf,
    ) -> Result<Self> {
        let facts = Facts::of(&bought, as_of).map_err(Error::frame("number orders and persons"))?;
        let lines = match lines {
            Some(lines) => lines,
            None => {
                lines::lines(input, &facts, settings).map_err(Error::frame("sum up order lines"))?
            }
        };
        Ok(Self { facts, lines })
    }

    /// Returns the lines alone.
    pub(super) fn into_lines(self) -> Lines {
        self.lines
    }
}

/// What else the measures rest on.
pub(super) struct Known<'a> {
    /// `person_values`
    pub(super) values: &'a DataFrame,
    /// Everybody with the columns of `person_values` and `segment`.
    pub(super) now: &'a DataFrame,
    /// The same, one period earlier.
    pub(super) period_earlier: &'a DataFrame,
    /// The same, [`YEAR_DAYS`] earlier; nothing where there were no purchases by then.
    pub(super) year_earlier: Option<&'a DataFrame>,
}

/// Computes all measures.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub(super) fn measures(
    input: &Input,
    settings: Settings<'_>,
    counted: Counted<'_>,
    known: &Known<'_>,
    as_of: &AsOf,
) -> Result<Measures> {
    // The groups of persons are compared beside what is made of the orders.
    let (of_orders, moved) = side_by_side(
        || of_orders(input, settings, &counted, known, as_of),
        || {
            let moments = migration::Moments {
                now: known.now,
                period: known.period_earlier,
                year: known.year_earlier,
            };
            migration::migration(&moments, &settings.segment.cpm)
                .map_err(Error::frame("compare the groups with those before"))
        },
    );
    let (measures, (migrations, moved_persons)) = (of_orders?, moved?);
    Ok(Measures {
        migrations,
        moved_persons,
        ..measures
    })
}

/// Computes the measures that are made of orders; those of moved persons are left empty.
fn of_orders(
    input: &Input,
    settings: Settings<'_>,
    Counted { facts, lines }: &Counted<'_>,
    known: &Known<'_>,
    as_of: &AsOf,
) -> Result<Measures> {
    let config = settings.segment;
    let abc = abc::abc(facts, &lines.products, &config.abc)
        .map_err(Error::frame("make the ABC classes"))?;
    let person_habits = habits::habits(facts, lines, known.values, &abc.persons, config)
        .map_err(Error::frame("compute the habits"))?;
    let deciles = deciles::deciles(known.values).map_err(Error::frame("sum up the deciles"))?;
    let cpm_groups =
        cpm::groups(known.values, &config.cpm).map_err(Error::frame("sum up the CPM groups"))?;
    let shop_kpis = kpis::kpis(facts, lines, &config.kpis)
        .map_err(Error::frame("compute the figures of the shop"))?;
    let campaign_costs = campaign_costs::campaign_costs(input, facts, &config.kpis, as_of)
        .map_err(Error::frame("attribute orders to campaigns"))?;
    let build = Error::frame("follow the cohorts");
    let first_visits = first_visits::first_visits(facts, &config.cohorts).map_err(&build)?;
    let cohorts = cohorts::cohorts(facts, &first_visits, &config.cohorts).map_err(&build)?;
    let survival = waiting::survival(&first_visits, facts.last_day).map_err(&build)?;
    Ok(Measures {
        cohorts,
        person_habits,
        deciles,
        abc_classes: abc.classes,
        product_classes: abc.products,
        cpm_groups,
        shop_kpis,
        campaign_costs,
        survival,
        migrations: DataFrame::empty(),
        moved_persons: DataFrame::empty(),
    })
}

/// Whether anything was bought by a day.
pub(super) fn is_any_by(purchases: &DataFrame, as_of: &AsOf) -> PolarsResult<bool> {
    let days = purchases
        .column(purchases::PURCHASED_ON.name)?
        .cast(&DataType::Int32)?;
    let first = days.i32()?.min();
    Ok(first.is_some_and(|first| first <= as_of.day_number()))
}
