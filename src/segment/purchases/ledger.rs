//! Orders as numbers: person, day, spend.

use polars::prelude::*;
use rayon::prelude::*;

use super::LeftOut;
use super::begin::log_start;
use super::days::LocalDays;
use super::people::{NOBODY, People};
use crate::as_of::AsOf;
use crate::blocks::gathered;
use crate::config::MoneyConfig;
use crate::schema::{ColumnKind, orders, purchases};
use crate::segment::Input;

/// Days are stored from this many before 1970 on: far more than 64-bit microseconds reach.
const DAY_SHIFT: i64 = 1 << 30;

const COUNT: &str = "__count";
const MICROS: &str = "__micros";
const SPEND: &str = "__spend";
const IS_CANCELLED: &str = "__is_cancelled";
const IS_RETURN: &str = "__is_return";
/// Number of the person of a kept row; empty when nobody can be named.
pub(super) const PERSON: &str = "__person";

/// One order or return of a known person, in sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::segment) struct Entry {
    /// Person, day and whether it is a return, in this order of weight: entries sort by it.
    key: u64,
    /// Spend in minor units of the workspace's currency.
    spend: i64,
}

impl Entry {
    /// Returns the entry of an order on a day, in days since 1970-01-01.
    pub(in crate::segment) fn new(person: u32, day: i32, is_return: bool, spend: i64) -> Self {
        let day = (i64::from(day) + DAY_SHIFT) as u64;
        Self {
            key: (u64::from(person) << 32) | (day << 1) | u64::from(is_return),
            spend,
        }
    }

    /// Returns the number of the person.
    pub(in crate::segment) fn person(self) -> u32 {
        (self.key >> 32) as u32
    }

    /// Returns the day, in days since 1970-01-01.
    pub(in crate::segment) fn day(self) -> i32 {
        let shifted = (self.key >> 1) & u64::from(u32::MAX >> 1);
        (shifted as i64 - DAY_SHIFT) as i32
    }

    /// Returns whether goods came back.
    pub(in crate::segment) fn is_return(self) -> bool {
        self.key & 1 == 1
    }

    /// Returns the spend in minor units.
    pub(in crate::segment) fn spend(self) -> i64 {
        self.spend
    }
}

/// Every order and return of known persons, by person and day.
#[derive(Debug)]
pub(in crate::segment) struct Ledger {
    /// Ids of the persons, in the order of their numbers, which is that of the ids.
    pub(in crate::segment) ids: Column,
    /// Sorted by person, then day, then purchases before returns.
    pub(in crate::segment) entries: Vec<Entry>,
}

impl Ledger {
    /// Sorts entries.
    pub(in crate::segment) fn new(ids: Column, mut entries: Vec<Entry>) -> Self {
        entries.par_sort_unstable_by_key(|entry| entry.key);
        Self { ids, entries }
    }

    /// Hands over who bought by a day, person after person, with the days on which they did (in days since 1970-01-01, ascending,
    /// each once).
    pub(in crate::segment) fn each_buyer(&self, last_day: i64, mut take: impl FnMut(u32, &[i64])) {
        let mut days: Vec<i64> = Vec::new();
        let persons = self
            .entries
            .chunk_by(|one, next| one.person() == next.person());
        for entries in persons {
            let bought = entries.iter().filter(|entry| !entry.is_return());
            let until = bought.map(|entry| i64::from(entry.day()));
            days.clear();
            days.extend(until.take_while(|day| *day <= last_day));
            days.dedup();
            if let (Some(entry), false) = (entries.first(), days.is_empty()) {
                take(entry.person(), &days);
            }
        }
    }

    /// Returns the day of the first purchase of each person, `i32::MAX` for those without one.
    pub(in crate::segment) fn first_days(&self) -> Vec<i32> {
        let mut firsts = vec![i32::MAX; self.ids.len()];
        for entry in self.entries.iter().filter(|entry| !entry.is_return()) {
            let first = &mut firsts[entry.person() as usize];
            *first = entry.day().min(*first);
        }
        firsts
    }

    /// Returns the share of the sales up to a day that was not given back by then, 0..1; 1 where nothing was sold.
    ///
    /// What went back before the person's first purchase was not sold here.
    pub(in crate::segment) fn kept_share(&self, last_day: i32) -> f64 {
        let (mut sold, mut returned) = (0_i128, 0_i128);
        let persons = self
            .entries
            .chunk_by(|one, next| one.person() == next.person());
        for entries in persons {
            let known = &entries[..entries.partition_point(|entry| entry.day() <= last_day)];
            // On one day purchases stand before returns.
            for entry in known.iter().skip_while(|entry| entry.is_return()) {
                match entry.is_return() {
                    true => returned += i128::from(entry.spend()),
                    false => sold += i128::from(entry.spend()),
                }
            }
        }
        match sold > 0 {
            true => ((sold + returned) as f64 / sold as f64).clamp(0.0, 1.0),
            false => 1.0,
        }
    }

    /// Returns the day on which the log begins; `None` without a purchase.
    pub(in crate::segment) fn log_start(&self) -> Option<i32> {
        let mut firsts = self.first_days();
        firsts.retain(|day| *day < i32::MAX);
        log_start(&mut firsts)
    }
}

/// What reading the orders gives.
pub(super) struct Read {
    pub(super) ledger: Ledger,
    pub(super) people: People,
    /// Rows of the table `purchases` that lack their person's id and whether they are first, as they came.
    pub(super) rows: Vec<DataFrame>,
    pub(super) left_out: LeftOut,
}

/// Reads the orders known at the as-of instant, block by block, so that no text of theirs stays in memory but what
/// `keeps_rows` asks for.
pub(super) fn read(
    input: &Input,
    money: &MoneyConfig,
    as_of: &AsOf,
    keeps_rows: bool,
) -> PolarsResult<Read> {
    let people = People::read(&input.persons)?;
    let count = input
        .orders
        .clone()
        .select([len().alias(COUNT)])
        .collect()?;
    let count = count.column(COUNT)?.u32()?.get(0).unwrap_or_default();
    let collector = Collector {
        people,
        days: LocalDays::until(as_of.time_zone(), as_of.instant()),
        last_day: as_of.day_number(),
        keeps_rows,
        entries: Vec::with_capacity(count as usize),
        rows: Vec::new(),
        left_out: LeftOut::default(),
    };
    let known = orders_known(input, money, as_of, keeps_rows);
    let collector = gathered(known, collector, Collector::take)?;
    Ok(Read {
        ledger: Ledger::new(collector.people.ids().clone(), collector.entries),
        people: collector.people,
        rows: collector.rows,
        left_out: collector.left_out,
    })
}

fn orders_known(input: &Input, money: &MoneyConfig, as_of: &AsOf, keeps_rows: bool) -> LazyFrame {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let mut columns = vec![
        orders::SOURCE.expr(),
        orders::CUSTOMER_ID.expr(),
        orders::ORDERED_AT
            .expr()
            .cast(DataType::Int64)
            .alias(MICROS),
        super::spend(money).alias(SPEND),
        orders::STATUS
            .expr()
            .eq(lit("cancelled"))
            .alias(IS_CANCELLED),
        super::is_return(super::spend(money)).alias(IS_RETURN),
    ];
    if keeps_rows {
        columns.extend([
            orders::ORDER_ID.expr(),
            orders::CHANNEL.expr(),
            orders::STORE.expr(),
            orders::COUPON.expr(),
        ]);
    }
    input
        .orders
        .clone()
        .filter(orders::ORDERED_AT.expr().lt(instant))
        .select(columns)
}

struct Collector {
    people: People,
    days: LocalDays,
    last_day: i32,
    keeps_rows: bool,
    entries: Vec<Entry>,
    rows: Vec<DataFrame>,
    left_out: LeftOut,
}

impl Collector {
    fn take(&mut self, block: &DataFrame) -> PolarsResult<()> {
        let persons = self.people.of(
            block.column(orders::SOURCE.name)?.str()?,
            block.column(orders::CUSTOMER_ID.name)?.str()?,
        );
        let micros = block.column(MICROS)?.i64()?;
        let spends = block.column(SPEND)?.i64()?;
        let cancelled = block.column(IS_CANCELLED)?.bool()?;
        let returned = block.column(IS_RETURN)?.bool()?;
        let mut kept = Kept::default();
        let cells = micros.iter().zip(spends.iter());
        let flags = cancelled.iter().zip(returned.iter());
        for ((person, (micros, spend)), (is_cancelled, is_return)) in
            persons.into_iter().zip(cells).zip(flags)
        {
            let day = micros.map(|micros| self.days.day(micros));
            // Complete days only: a day that still goes on would count as a day without purchases for most.
            let row = match (day.filter(|day| *day <= self.last_day), is_cancelled) {
                (Some(_), Some(true)) => {
                    self.left_out.cancelled += 1;
                    None
                }
                (Some(day), Some(false)) => {
                    if spend.is_none() {
                        self.left_out.other_currency += 1;
                    }
                    spend.map(|spend| (day, spend))
                }
                _ => None,
            };
            let is_return = is_return.unwrap_or_default();
            if let Some((day, spend)) = row {
                match person {
                    NOBODY => self.left_out.without_person += 1,
                    person => self.entries.push(Entry::new(person, day, is_return, spend)),
                }
            }
            if self.keeps_rows {
                kept.push(row.map(|(day, _)| day), person);
            }
        }
        if self.keeps_rows {
            self.rows.push(kept.rows(block)?);
        }
        Ok(())
    }
}

/// Which rows of a block become purchases, and their days and persons.
#[derive(Default)]
struct Kept {
    is_kept: Vec<bool>,
    days: Vec<i32>,
    persons: Vec<Option<u32>>,
}

impl Kept {
    fn push(&mut self, day: Option<i32>, person: u32) {
        self.is_kept.push(day.is_some());
        if let Some(day) = day {
            self.days.push(day);
            self.persons.push((person != NOBODY).then_some(person));
        }
    }

    fn rows(self, block: &DataFrame) -> PolarsResult<DataFrame> {
        let mask: BooleanChunked = self.is_kept.into_iter().map(Some).collect();
        let kept = block.filter(&mask)?;
        let column = |name: &str| kept.column(name).cloned();
        let named = |name: &str, as_: crate::schema::Column| -> PolarsResult<Column> {
            Ok(column(name)?.with_name(as_.small_name()))
        };
        DataFrame::new(
            kept.height(),
            vec![
                column(orders::SOURCE.name)?,
                column(orders::ORDER_ID.name)?,
                Column::new(PlSmallStr::from_static(PERSON), self.persons),
                Column::new(purchases::PURCHASED_ON.small_name(), self.days)
                    .cast(&DataType::Date)?,
                named(SPEND, purchases::SPEND_MINOR)?,
                named(IS_RETURN, purchases::IS_RETURN)?,
                column(orders::CHANNEL.name)?,
                column(orders::STORE.name)?,
                column(orders::COUPON.name)?,
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_sales_less_returns() {
        let entries = vec![
            // Bought before the log begins.
            Entry::new(0, 1, true, -500),
            Entry::new(0, 5, false, 300),
            Entry::new(0, 5, true, -30),
            Entry::new(1, 6, false, 100),
            Entry::new(1, 9, true, -50),
            Entry::new(2, 3, true, -900),
        ];
        let ids = Column::new("id".into(), ["a", "b", "c"]);
        let ledger = Ledger::new(ids.clone(), entries);
        assert_eq!(ledger.kept_share(9), 0.8);
        assert_eq!(ledger.kept_share(8), 0.925);
        assert_eq!(ledger.kept_share(4), 1.0);
        let gone = vec![Entry::new(0, 1, false, 5), Entry::new(0, 2, true, -9)];
        assert_eq!(Ledger::new(ids, gone).kept_share(9), 0.0);
    }

    #[test]
    fn an_entry_keeps_what_it_was_made_of_and_sorts_by_it() {
        let days = [i32::MIN / 4, -106_751_992, -1, 0, 1, 20_454, 106_751_991];
        let mut before = None;
        for person in [0, 1, 2_000_000, u32::MAX - 1] {
            for day in days {
                for is_return in [false, true] {
                    let entry = Entry::new(person, day, is_return, -5);
                    assert_eq!(
                        (
                            entry.person(),
                            entry.day(),
                            entry.is_return(),
                            entry.spend()
                        ),
                        (person, day, is_return, -5)
                    );
                    assert!(before < Some(entry.key));
                    before = Some(entry.key);
                }
            }
        }
    }
}
