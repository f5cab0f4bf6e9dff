//! The days a report tells of and what they are compared with.

use serde::{Deserialize, Serialize};

/// What a report period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// So many days up to the last complete one.
    Days,
    /// One day.
    Day,
    /// Monday to Sunday, named by ISO 8601: `2026-W48`.
    Week,
    /// A month of the calendar.
    Month,
}

/// The days reported, both ends included, and the period they are compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Period {
    /// What it is.
    pub kind: PeriodKind,
    /// Its name: `2026-09-27`, `2026-W39`, `2026-09`; of days `2026-09-21/2026-09-27`.
    pub name: String,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// Name of the period it is compared with.
    pub previous_name: String,
    /// First day of the period it is compared with: the one before, or the one that was asked for.
    pub previous_from: String,
    /// Last day of the period it is compared with.
    pub previous_to: String,
    /// Whether the period it is compared with was asked for and is not the one before.
    pub is_compare_chosen: bool,
    /// Day whose end segments and 12-month values are compared with: as long before the last day of the report as the two
    /// periods lie apart.
    pub previous_as_of: String,
    /// Length in days.
    pub day_count: u32,
    /// Length of the period it is compared with, in days.
    pub previous_day_count: u32,
}

/// A fiscal year up to the end of the reported period, beside the same days of the year before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FiscalYear {
    /// Year of the calendar in which it begins: 2026 for April 2026 to March 2027.
    pub year: i16,
    /// Month it begins with, 1..12.
    pub start_month: u32,
    /// First day.
    pub from: String,
    /// Last day told: the end of the reported period.
    pub to: String,
    /// So far.
    pub current: YearToDate,
    /// First day of the fiscal year before.
    pub previous_from: String,
    /// The same day of the year before (28 February for 29 February).
    pub previous_to: String,
    /// The same days of the fiscal year before; absent when nothing was bought by then, or the orders do not go
    /// back to its beginning.
    pub previous: Option<YearToDate>,
}

/// Sales from the beginning of a fiscal year on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct YearToDate {
    /// Spend of all orders, returns taken off.
    pub sales_minor: i64,
    /// Orders; absent when those of fewer persons than may be shown.
    pub order_count: Option<u64>,
    /// Persons who bought; absent when they are fewer than may be shown.
    pub buyer_count: Option<u64>,
    /// Persons who bought for the first time; absent when they, or all others, are fewer than may be shown.
    pub new_buyer_count: Option<u64>,
}
