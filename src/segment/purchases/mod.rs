//! Orders to purchases: who, on which local day, for how much.
//!
//! What counts, and how:
//!
//! - A cancelled order counts nowhere.
//! - A return is an order of its own with a negative spend on its own day. It lowers the spend and makes no purchase day. Before
//!   the day of the person's first purchase it opens no history and is in nobody's spend: what was bought is not in the log.
//! - An order with a negative total (a credit, a correction) is a return, whatever its status says: more was given back than
//!   was bought.
//! - An order for nothing (a sample, a gift for points) is a purchase like any other: it counts as an order and makes its day a
//!   purchase day.
//! - A gift is the buyer's, who pays and comes back; who unpacks it is not asked.
//! - Orders of one day are one purchase day, in the workspace's time zone, with the sum of their spends.
//! - An order in a currency without a rate counts nowhere; one that nobody can be named for, or of a person who denied
//!   `analyse`, counts in sales and for no person.

mod begin;
mod days;
mod ledger;
mod people;
#[cfg(test)]
pub(super) mod tests;

use polars::prelude::*;
use polars::series::IsSorted;
use rayon::prelude::*;

use super::Input;
use crate::as_of::AsOf;
use crate::config::MoneyConfig;
use crate::money;
use crate::schema::{orders, purchases};

pub(super) use begin::log_start;
pub(super) use ledger::{Entry, Ledger};
pub(super) use people::{NOBODY, People};

/// Orders that count nowhere or for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Cancelled orders.
    pub cancelled: u64,
    /// Orders in a currency without a rate.
    pub other_currency: u64,
    /// Orders nobody can be named for; they count in sales.
    pub without_person: u64,
}

/// What was bought as of an instant, as a table for others and as numbers for sums.
pub(super) struct Purchases {
    /// The table `purchases`.
    pub(super) table: DataFrame,
    /// Number of the person of each row of the table; empty where nobody can be named.
    pub(super) persons: UInt32Chunked,
    /// Its rows of known persons; an earlier moment is the same without the days after it.
    pub(super) ledger: Ledger,
    /// The persons, and which record is whose.
    pub(super) people: People,
    /// What is not in it.
    pub(super) left_out: LeftOut,
}

/// Returns the table `purchases` and its numbers.
pub(super) fn purchases(
    input: &Input,
    money: &MoneyConfig,
    as_of: &AsOf,
) -> PolarsResult<Purchases> {
    let read = ledger::read(input, money, as_of, true)?;
    let (table, persons) = table(read.rows, &read.ledger)?;
    Ok(Purchases {
        table,
        persons,
        ledger: read.ledger,
        people: read.people,
        left_out: read.left_out,
    })
}

/// Returns the numbers alone: a tenth of the memory of the table.
pub(super) fn ledger(input: &Input, money: &MoneyConfig, as_of: &AsOf) -> PolarsResult<Ledger> {
    Ok(ledger::read(input, money, as_of, false)?.ledger)
}

/// Returns the table `purchases`, by day, source and order, and the numbers of its persons.
fn table(blocks: Vec<DataFrame>, ledger: &Ledger) -> PolarsResult<(DataFrame, UInt32Chunked)> {
    let mut blocks = blocks.into_iter();
    let Some(mut rows) = blocks.next() else {
        let table = DataFrame::empty_with_schema(&purchases::TABLE.schema());
        return Ok((table, UInt32Chunked::default()));
    };
    for block in blocks {
        rows.vstack_mut(&block)?;
    }
    rows.rechunk_mut_par();
    let first_days = ledger.first_days();
    let persons = rows.column(ledger::PERSON)?.u32()?.clone();
    let days = rows.column(purchases::PURCHASED_ON.name)?;
    let days = days.cast(&DataType::Int32)?;
    let returned = rows.column(purchases::IS_RETURN.name)?.bool()?;
    let is_first: Vec<bool> = persons
        .iter()
        .zip(days.i32()?.iter())
        .zip(returned.iter())
        .map(|((person, day), is_return)| {
            let first_day = person.map(|person| first_days[person as usize]);
            is_return == Some(false) && first_day.is_some() && first_day == day
        })
        .collect();
    let name = purchases::PERSON_ID.small_name();
    let ids = match ledger.ids.is_empty() {
        true => Column::full_null(name, persons.len(), &DataType::String),
        false => ledger.ids.take(&persons)?.with_name(name),
    };
    rows.with_column(ids)?;
    rows.with_column(Column::new(purchases::IS_FIRST.small_name(), is_first))?;
    let columns = purchases::TABLE.columns.iter();
    let columns = columns.map(|column| column.name).chain([ledger::PERSON]);
    rows = rows.select(columns)?;
    let mut table = rows.take(&by_day(&rows)?)?;
    drop(rows);
    let mut days = table.column(purchases::PURCHASED_ON.name)?.clone();
    days.set_sorted_flag(IsSorted::Ascending);
    table.with_column(days)?;
    let persons = table.drop_in_place(ledger::PERSON)?;
    // An export of orders alone tells none of these: one empty cell stands for them all.
    for told in [purchases::CHANNEL, purchases::STORE, purchases::COUPON] {
        let count = table.height();
        let column = table.column(told.name)?;
        if count > 0 && column.null_count() == count {
            let nothing = Column::full_null(told.small_name(), count, column.dtype());
            table.with_column(nothing)?;
        }
    }
    Ok((table, persons.u32()?.clone()))
}

/// Returns the places of rows in one piece by day, source and order.
///
/// They mostly come by source and order, so that sorting them by day, as numbers, leaves few days to be sorted by the texts.
fn by_day(rows: &DataFrame) -> PolarsResult<IdxCa> {
    let days = rows.column(purchases::PURCHASED_ON.name)?;
    let days = days.cast(&DataType::Int32)?;
    let sources = rows.column(purchases::SOURCE.name)?.str()?;
    let orders = rows.column(purchases::ORDER_ID.name)?.str()?;
    let mut places: Vec<u64> = days
        .i32()?
        .iter()
        .zip(0_u64..)
        .map(|(day, row)| {
            // From the first day there is, so that those before 1970 are before the others.
            let day = day.map_or(0, |day| i64::from(day) - i64::from(i32::MIN));
            ((day as u64) << 32) | row
        })
        .collect();
    places.par_sort_unstable();
    let row = |place: u64| place as u32 as usize;
    let order = |place: &u64| (sources.get(row(*place)), orders.get(row(*place)));
    let of_days = places.par_chunk_by_mut(|one, next| one >> 32 == next >> 32);
    of_days.for_each(|of_day| {
        if !of_day.is_sorted_by_key(order) {
            of_day.sort_by_key(order);
        }
    });
    let rows = places.into_iter().map(|place| place as IdxSize).collect();
    Ok(IdxCa::from_vec(PlSmallStr::EMPTY, rows))
}

/// Returns the spend in the workspace's currency, null in a currency without a rate.
fn spend(money: &MoneyConfig) -> Expr {
    in_currency(orders::SPEND_MINOR.expr(), money)
}

/// Returns whether goods or money went back: a discount above the goods is none as long as the customer paid something, be it for
/// shipping. `spend` is in the workspace's currency; it decides where the export has no total.
fn is_return(spend: Expr) -> Expr {
    let total = coalesce(&[orders::TOTAL_MINOR.expr(), spend]);
    orders::STATUS
        .expr()
        .eq(lit("returned"))
        .or(total.lt(lit(0i64)))
}

/// Returns how many minor units of the workspace's currency one of another currency makes, of which one costs `rate`.
pub(super) fn factor(money: &MoneyConfig, currency: &str, rate: f64) -> f64 {
    rate * 10f64.powi(money::exponent(&money.currency) - money::exponent(currency))
}

/// Returns an amount of an order in the workspace's currency, null in a currency without a rate.
fn in_currency(amount: Expr, money: &MoneyConfig) -> Expr {
    let own = orders::CURRENCY.expr().eq(lit(money.currency.as_str()));
    let mut converted = when(own)
        .then(amount.clone())
        .otherwise(lit(NULL).cast(DataType::Int64));
    for (currency, rate) in &money.rates {
        let factor = lit(factor(money, currency, *rate));
        let exchanged = (amount.clone().cast(DataType::Float64) * factor)
            .round(0, RoundMode::HalfToEven)
            .cast(DataType::Int64);
        converted = when(orders::CURRENCY.expr().eq(lit(currency.as_str())))
            .then(exchanged)
            .otherwise(converted);
    }
    converted
}
