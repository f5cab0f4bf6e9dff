//! Orders and visits with persons as numbers, so that nothing below compares texts of persons.

use std::sync::Arc;

use polars::prelude::*;

use super::Bought;
use super::visits::Visits;
use crate::as_of::AsOf;
use crate::schema::{Column as Owned, purchases};
use crate::segment::purchases::{Entry, NOBODY};

/// What all measures are made of.
pub(super) struct Facts<'a> {
    /// The table `purchases`.
    pub(super) purchases: &'a DataFrame,
    /// Ids of persons in the order of their numbers, which is that of the ids; not all of them need have bought.
    pub(super) ids: &'a Column,
    /// The rows of `purchases`, in their order, which is that of their days. Those of nobody who can be named have the number
    /// [`NOBODY`], and so have returns before the day of the person's first purchase, which are in no history of theirs.
    pub(super) orders: Arc<Vec<Entry>>,
    /// Every purchase day of every person.
    pub(super) visits: Visits,
    /// Day of the first purchase of each person, `i32::MAX` for who has none.
    first_days: Vec<i32>,
    /// The as-of day, in days since 1970-01-01.
    pub(super) last_day: i32,
}

impl<'a> Facts<'a> {
    pub(super) fn of(bought: &Bought<'a>, as_of: &AsOf) -> PolarsResult<Self> {
        let mut orders = numbered(bought.purchases, bought.persons)?;
        let first_days = first_days(&orders, bought.ids.len());
        for order in &mut orders {
            if owner(*order).is_some_and(|person| order.day() < first_days[person]) {
                *order = Entry::new(NOBODY, order.day(), order.is_return(), order.spend());
            }
        }
        Ok(Self {
            purchases: bought.purchases,
            ids: bought.ids,
            visits: Visits::of(&orders),
            orders: Arc::new(orders),
            first_days,
            last_day: as_of.day_number(),
        })
    }

    /// Returns how many persons have a number.
    pub(super) fn person_count(&self) -> usize {
        self.ids.len()
    }

    /// Returns the day of the first order or return of all; nothing where there is none.
    pub(super) fn first_day(&self) -> Option<i32> {
        self.orders.first().map(|order| order.day())
    }

    /// Returns whether an order is a sale on the day of its person's first.
    pub(super) fn is_first(&self, order: Entry) -> bool {
        let first = owner(order).map(|person| self.first_days[person]);
        !order.is_return() && first == Some(order.day())
    }

    /// Returns a column of texts of `purchases`; nothing where no row has one.
    pub(super) fn texts(&self, column: Owned) -> PolarsResult<Option<&'a StringChunked>> {
        let column = self.purchases.column(column.name)?;
        match column.null_count() == column.len() {
            true => Ok(None),
            false => column.str().map(Some),
        }
    }
}

/// Returns the number of the person an order is of; nothing where it is nobody's.
pub(super) fn owner(order: Entry) -> Option<usize> {
    (order.person() != NOBODY).then_some(order.person() as usize)
}

fn numbered(purchases: &DataFrame, persons: &UInt32Chunked) -> PolarsResult<Vec<Entry>> {
    let days = purchases
        .column(purchases::PURCHASED_ON.name)?
        .cast(&DataType::Int32)?;
    let spends = purchases.column(purchases::SPEND_MINOR.name)?.i64()?;
    let returned = purchases.column(purchases::IS_RETURN.name)?.bool()?;
    let orders = (persons.iter().zip(days.i32()?.iter()))
        .zip(spends.iter().zip(returned.iter()))
        .map(|((person, day), (spend, is_return))| {
            Entry::new(
                person.unwrap_or(NOBODY),
                day.unwrap_or_default(),
                is_return.unwrap_or_default(),
                spend.unwrap_or_default(),
            )
        });
    Ok(orders.collect())
}

fn first_days(orders: &[Entry], person_count: usize) -> Vec<i32> {
    let mut firsts = vec![i32::MAX; person_count];
    for order in orders.iter().filter(|order| !order.is_return()) {
        if let Some(person) = owner(*order) {
            firsts[person] = order.day().min(firsts[person]);
        }
    }
    firsts
}
