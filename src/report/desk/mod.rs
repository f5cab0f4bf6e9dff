//! The desk: whom to contact and why, which complaints wait for whom, and what is said, by name. For the people who act; never
//! part of the report that is forwarded.

mod complaints;
mod page;
mod people;
#[cfg(test)]
mod tests;
mod voices;

use polars::prelude::*;

pub use page::{complaints_csv, csv, html};

use crate::as_of::AsOf;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::schema::{ColumnKind, account_scores, customers, persons};
use complaints::Complaint;
use people::DeskRow;
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
    /// `posts`
    pub posts: LazyFrame,
    /// `post_scores`
    pub post_scores: LazyFrame,
}

/// What the people who act need to see.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    brand: String,
    as_of: String,
    currency: String,
    /// Business minutes within which a first answer is due.
    target_minutes: u32,
    /// Persons to contact, the most pressing first.
    rows: Vec<DeskRow>,
    /// Complaints that wait, in the order of the queue.
    complaints: Vec<Complaint>,
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
/// [`Error::Frame`] when a table lacks its columns.
pub fn gather(input: &Input, config: &Config, as_of: &AsOf) -> Result<Desk> {
    let gathered = || -> PolarsResult<Desk> {
        Ok(Desk {
            brand: config.own_brand().name.clone(),
            as_of: as_of.last_day().to_string(),
            currency: config.money.currency.clone(),
            target_minutes: config.score.conversation.response_target_minutes,
            rows: people::rows(input, i64::from(config.segment.voice_window_days), as_of)?,
            complaints: complaints::complaints(input, config, as_of)?,
            voices: voices::voices(input, config, as_of)?,
        })
    };
    gathered().map_err(Error::frame("gather the desk list"))
}

/// Returns persons with the name on the record registered first, and that record's source and number.
fn names(input: &Input) -> LazyFrame {
    // Who does not want to be analysed is named nowhere.
    let is_analysed = persons::IS_ANALYSED.expr().fill_null(lit(true));
    input
        .persons
        .clone()
        .filter(is_analysed)
        .join(
            input.customers.clone().select([
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
        ])
}

/// Returns the handles of accounts by platform, provider and id.
fn handles(input: &Input) -> LazyFrame {
    input.account_scores.clone().select([
        account_scores::PLATFORM.expr(),
        account_scores::PROVIDER.expr().fill_null(lit("")),
        account_scores::ACCOUNT_ID.expr(),
        account_scores::HANDLE.expr().alias(HANDLE),
    ])
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
