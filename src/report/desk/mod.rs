//! The desk: whom to contact and why, which complaints wait for whom, and what is said, by name. For the people who act; never
//! part of the report that is forwarded.

mod complaints;
mod lists;
mod page;
mod people;
#[cfg(test)]
mod tests;
mod voices;
mod writer;

use polars::prelude::*;

pub use lists::{complaints_csv, csv};
pub use page::html;

use crate::as_of::AsOf;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::report::gather::missing_orders;
use crate::schema::{ColumnKind, account_scores, customers, persons};
use crate::store::UnreadFile;
use complaints::Complaint;
use people::{DeskRow, Pressing};
use voices::Voice;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Kinds of posts that nobody but the shop reads: who wrote them speaks with no public account.
const PRIVATE: [&str; 4] = ["chat", "call", "email", "ticket"];
/// Number of a person's first record, with its source.
const CUSTOMER: &str = "__customer";
/// Handle of a public account.
const HANDLE: &str = "__handle";

/// The tables that the desk comes from.
pub struct Input {
    /// `account_scores`
    pub account_scores: LazyFrame,
    /// `alerts`
    pub alerts: LazyFrame,
    /// `complaint_priorities`
    pub complaint_priorities: LazyFrame,
    /// `conversations`
    pub conversations: LazyFrame,
    /// `customers`
    pub customers: LazyFrame,
    /// `persons`
    pub persons: LazyFrame,
    /// `person_segments`
    pub person_segments: LazyFrame,
    /// `person_values`
    pub person_values: LazyFrame,
    /// `person_voices`
    pub person_voices: LazyFrame,
    /// `segments`
    pub segments: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `orders`
    pub orders: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `post_scores`
    pub post_scores: LazyFrame,
    /// Files that could not be imported.
    pub unread: Vec<UnreadFile>,
}

/// What the people who act need to see.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    brand: String,
    as_of: String,
    currency: String,
    /// Day of the newest order, where orders seem to be missing.
    orders_until: Option<String>,
    /// Files that could not be imported. Their names may be those of customers, as of LINE talks: the report only counts them.
    unread: Vec<UnreadFile>,
    /// Business minutes within which a first answer is due.
    target_minutes: u32,
    /// Persons to contact, the most pressing first; of very many the first.
    rows: Vec<DeskRow>,
    /// How many are to be contacted, those that are not listed included.
    pressing: Pressing,
    /// Complaints that wait, in the order of the queue; of a very long one the first.
    complaints: Vec<Complaint>,
    /// How many wait, those that are not listed included.
    waiting_count: usize,
    /// Opinions of the period that stand out.
    voices: Vec<Voice>,
}

/// Who said something, as far as it may be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Who {
    /// Name of a known customer, else the handle where the settings allow it; empty for nobody known.
    name: String,
    /// Source and number of a known customer.
    customer: String,
}

impl Who {
    /// `name` and `customer` are of a known person; handle, id and kind of post of the account that spoke. Ids of private kinds are
    /// addresses and telephone numbers, and told of nobody.
    fn of(name: &str, customer: &str, account: [&str; 3], show_handles: bool) -> Self {
        let [handle, account_id, kind] = account;
        let show_handles = show_handles && !PRIVATE.contains(&kind);
        let name = match (name, customer, handle) {
            ("", "", handle) if show_handles && !handle.is_empty() => format!("@{handle}"),
            ("", "", _) if show_handles => account_id.to_owned(),
            ("", "", _) => String::new(),
            ("", customer, _) => customer.to_owned(),
            (name, _, _) => name.to_owned(),
        };
        Self {
            name,
            customer: customer.to_owned(),
        }
    }
}

/// Collects what the desk shows.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns, [`Error::BadSetting`] when `report.compare` names no earlier period.
pub fn gather(input: &Input, config: &Config, as_of: &AsOf) -> Result<Desk> {
    let missing = missing_orders(&input.orders, config, as_of)?;
    let orders_until = missing.map(|gap| gap.newest);
    let gathered = || -> PolarsResult<Desk> {
        let (complaints, waiting_count) = complaints::complaints(input, config, as_of)?;
        let days = i64::from(config.segment.voice_window_days);
        let (rows, pressing) = people::rows(input, days, as_of)?;
        Ok(Desk {
            brand: config.own_brand().name.clone(),
            as_of: as_of.last_day().to_string(),
            currency: config.money.currency.clone(),
            orders_until,
            unread: input.unread.clone(),
            target_minutes: config.score.conversation.response_target_minutes,
            rows,
            pressing,
            complaints,
            waiting_count,
            voices: voices::voices(input, config, as_of)?,
        })
    };
    gathered().map_err(Error::frame("gather the desk list"))
}

/// Returns those rows of a table that have, in one column, a value that a frame has in another: files are read by them, so that
/// little else of a long table is held.
fn of_values(
    rows: &LazyFrame,
    column: crate::schema::Column,
    frame: &DataFrame,
    name: &str,
) -> PolarsResult<LazyFrame> {
    Ok(rows.clone().filter(is_of(column, frame, name)?))
}

/// Returns whether a row has, in one column, a value that a frame has in another.
fn is_of(column: crate::schema::Column, frame: &DataFrame, name: &str) -> PolarsResult<Expr> {
    let values = frame.column(name)?.as_materialized_series();
    Ok(column.is_among(values.drop_nulls().unique()?))
}

/// Returns whether an instant lies between two, given in microseconds since 1970-01-01 UTC, the later one not included.
fn lies_between(column: crate::schema::Column, from: i64, until: i64) -> Expr {
    let is_late = column.expr().gt_eq(instant(from));
    is_late.and(column.expr().lt(instant(until)))
}

/// Returns the persons whom a frame has in a column with the name on the record registered first, and that record's source and
/// number.
fn names(input: &Input, of: &DataFrame, person: &str) -> PolarsResult<LazyFrame> {
    // Who does not want to be analysed is named nowhere.
    let is_analysed = persons::IS_ANALYSED.expr().fill_null(lit(true));
    let records = of_values(&input.persons, persons::PERSON_ID, of, person)?
        .filter(is_analysed)
        .select([
            persons::PERSON_ID.expr(),
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
        ])
        .collect()?;
    let customers = of_values(
        &input.customers,
        customers::CUSTOMER_ID,
        &records,
        persons::CUSTOMER_ID.name,
    )?;
    let named = records
        .lazy()
        .join(
            customers.select([
                customers::SOURCE.expr(),
                customers::CUSTOMER_ID.expr(),
                customers::NAME.expr(),
                customers::REGISTERED_ON.expr(),
            ]),
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            [customers::SOURCE.expr(), customers::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .sort(
            [
                customers::REGISTERED_ON.name,
                persons::SOURCE.name,
                persons::CUSTOMER_ID.name,
            ],
            SortMultipleOptions::default().with_nulls_last(true),
        )
        .group_by_stable([persons::PERSON_ID.expr()])
        .agg([
            customers::NAME.expr().drop_nulls().first(),
            concat_str(
                [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
                ":",
                true,
            )
            .first()
            .alias(CUSTOMER),
        ]);
    Ok(named)
}

/// Returns the handles of the accounts whose ids a frame has in a column, by platform, provider and id.
fn handles(input: &Input, of: &DataFrame, account: &str) -> PolarsResult<LazyFrame> {
    let accounts = of_values(
        &input.account_scores,
        account_scores::ACCOUNT_ID,
        of,
        account,
    )?;
    Ok(accounts.select([
        account_scores::PLATFORM.expr(),
        account_scores::PROVIDER.expr().fill_null(lit("")),
        account_scores::ACCOUNT_ID.expr(),
        account_scores::HANDLE.expr().alias(HANDLE),
    ]))
}

/// Returns an instant in local time, `YYYY-MM-DD HH:MM`; empty for an unknown one.
fn local_minute(as_of: &AsOf, instant: Expr) -> Expr {
    instant
        .dt()
        .convert_time_zone(as_of.polars_zone())
        .dt()
        .to_string("%Y-%m-%d %H:%M")
}

/// Returns an instant, given in microseconds since 1970-01-01 UTC, as a value of a column.
fn instant(micros: i64) -> Expr {
    lit(micros).cast(ColumnKind::Instant.dtype())
}
