//! Orders and visits with persons as numbers, so that nothing below compares texts of persons.

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::schema::purchases;
use crate::segment::known::in_order;

/// Number of a person, the place of the id among all sorted ids; empty where nobody can be named, and for returns before the
/// day of the person's first purchase, which are in no history of theirs.
pub(super) const PERSON: &str = "__person";
/// Number of an order, its place in `purchases`.
pub(super) const ORDER: &str = "__order";
/// Days since 1970-01-01.
pub(super) const DAY: &str = "__day";
/// Day of the person's visit before.
pub(super) const PREVIOUS: &str = "__previous";
/// Day of the person's visit after.
pub(super) const NEXT: &str = "__next";
/// Whether it is the person's second visit.
pub(super) const IS_SECOND: &str = "__is_second";

/// Room for one person's days within a packed number.
const DAYS: i64 = 1 << 32;

/// What all measures are made of.
pub(super) struct Facts {
    /// `__person` and `person_id`, sorted.
    pub(super) persons: DataFrame,
    /// `purchases` with `__order`, `__person` and `__day`.
    pub(super) orders: DataFrame,
    /// A row per person and purchase day, sorted: `__person`, `__day`, `__previous`, `__next`, `__is_second`.
    pub(super) visits: DataFrame,
    /// The as-of day, in days since 1970-01-01.
    pub(super) last_day: i32,
}

impl Facts {
    pub(super) fn of(purchases: &DataFrame, as_of: &AsOf) -> PolarsResult<Self> {
        let person_id = || purchases::PERSON_ID.expr();
        let persons = purchases
            .clone()
            .lazy()
            .filter(person_id().is_not_null())
            .select([person_id()])
            .unique(None, UniqueKeepStrategy::Any)
            .sort([purchases::PERSON_ID.name], SortMultipleOptions::default())
            .with_row_index(PERSON, None)
            .collect()?;
        let numbered = purchases
            .clone()
            .lazy()
            .select([person_id()])
            .join(
                persons.clone().lazy(),
                [person_id()],
                [person_id()],
                in_order(),
            )
            .collect()?;
        // The texts of an order stay where they are; only the numbers are new.
        let mut orders = purchases.clone();
        orders.with_column(numbered.column(PERSON)?.clone())?;
        let mut orders = orders
            .lazy()
            .with_column(
                purchases::PURCHASED_ON
                    .expr()
                    .cast(DataType::Int32)
                    .alias(DAY),
            )
            .with_row_index(ORDER, None)
            .collect()?;
        let visits = visits(&orders)?;
        let owners = owners(&orders, &visits, persons.height())?;
        orders.with_column(owners)?;
        Ok(Self {
            persons,
            orders,
            visits,
            last_day: as_of.day_number(),
        })
    }
}

/// Returns the persons of orders; nobody where a return lies before the person's first visit.
fn owners(orders: &DataFrame, visits: &DataFrame, person_count: usize) -> PolarsResult<Column> {
    let mut firsts = vec![i32::MAX; person_count];
    let visitors = visits.column(PERSON)?.u32()?;
    let days = visits.column(DAY)?.i32()?;
    for (person, day) in visitors.iter().zip(days.iter()) {
        if let (Some(person), Some(day)) = (person, day) {
            let first = &mut firsts[person as usize];
            *first = day.min(*first);
        }
    }
    let persons = orders.column(PERSON)?.u32()?;
    let days = orders.column(DAY)?.i32()?;
    let owners: UInt32Chunked = persons
        .iter()
        .zip(days.iter())
        .map(|(person, day)| person.filter(|person| day >= Some(firsts[*person as usize])))
        .collect();
    Ok(owners
        .with_name(PlSmallStr::from_static(PERSON))
        .into_column())
}

/// Whether an order is a sale and no return.
pub(super) fn is_sale() -> Expr {
    purchases::IS_RETURN.expr().not()
}

fn visits(orders: &DataFrame) -> PolarsResult<DataFrame> {
    const PACKED: &str = "__packed";
    // One number sorts faster than two columns; a day lies within 32 bits, whatever the calendar.
    let packed = col(PERSON).cast(DataType::Int64) * lit(DAYS)
        + (col(DAY).cast(DataType::Int64) + lit(DAYS / 2));
    let person = || col(PERSON);
    let is_same = |places: i32| {
        person()
            .eq(person().shift(lit(places)))
            .fill_null(lit(false))
    };
    let nothing = || lit(NULL).cast(DataType::Int32);
    orders
        .clone()
        .lazy()
        .filter(is_sale().and(person().is_not_null()))
        .select([packed.alias(PACKED)])
        .unique(None, UniqueKeepStrategy::Any)
        .sort([PACKED], SortMultipleOptions::default())
        .select([
            col(PACKED)
                .floor_div(lit(DAYS))
                .cast(DataType::UInt32)
                .alias(PERSON),
            (col(PACKED) - col(PACKED).floor_div(lit(DAYS)) * lit(DAYS) - lit(DAYS / 2))
                .cast(DataType::Int32)
                .alias(DAY),
        ])
        .with_columns([
            when(is_same(1))
                .then(col(DAY).shift(lit(1)))
                .otherwise(nothing())
                .alias(PREVIOUS),
            when(is_same(-1))
                .then(col(DAY).shift(lit(-1)))
                .otherwise(nothing())
                .alias(NEXT),
            is_same(1).and(is_same(2).not()).alias(IS_SECOND),
        ])
        .collect()
}
