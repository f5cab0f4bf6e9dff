//! Plain logs of purchases: a customer, a day, an amount; each row one order, or one line of an order.
//!
//! Logs are long and their rows simple, so they are read by chunks: the lines of a chunk are read on all cores, and
//! what they say is put together in the order of the file, so that the rows do not depend on the number of cores.

mod blocks;
mod numbers;

use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;

use super::purchasers::{Purchaser, Purchasers};
use crate::error::{Error, Result};
use crate::hash::fast_hash;
use crate::import::chunks::{Chunk, Chunks, Place};
use crate::import::columns::TextValues;
use crate::import::context::Context;
use crate::import::cost::{self, CostFields};
use crate::import::records::RawRecord;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::dates::Clock;
use crate::import::values::money;
use numbers::Numbers;

/// Where a log keeps what.
pub(super) struct Log<'a> {
    /// Source of the rows.
    pub source: &'a str,
    /// Currency where no column names one.
    pub currency: &'a str,
    /// Order the row belongs to, where the log says; else every row is an order.
    pub order: Option<Field>,
    /// Who bought.
    pub customer: Field,
    /// When.
    pub date: Field,
    /// For how much, tax included.
    pub amount: Field,
    /// Pieces, where known.
    pub quantity: Option<Field>,
    /// What was bought, where known.
    pub product: Option<Field>,
    /// What kind of goods it was, where known.
    pub category: Option<Field>,
    /// What it cost the shop, where known.
    pub cost: CostFields,
    /// Where it was sold, e.g. web or store, where known.
    pub channel: Option<Field>,
    /// Store, where known.
    pub store: Option<Field>,
    /// Currency, where named.
    pub currency_field: Option<Field>,
    /// Columns to keep.
    pub rest: Vec<Field>,
}

impl Log<'_> {
    /// Reads every row of the table.
    ///
    /// - Where the log numbers its orders, rows that stand together under one number are the lines of one order and
    ///   their amounts are added; a number that comes back later is rejected.
    /// - Where it does not, an order's id is the hash of its row and of how many equal rows stand before it, so that a
    ///   log that has grown at its end, or was sorted anew, gives the same orders the same ids.
    /// - Rows without a customer are orders of nobody. Negative amounts are returns.
    pub(super) fn read(
        &self,
        table: &mut Table<'_>,
        context: &Context,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let (headings, records) = table.records();
        let mut chunks = Chunks::new(records, self.order);
        let mut numbers = Numbers::default();
        let mut purchasers = Purchasers::default();
        let at_once = rayon::current_num_threads().max(1);
        loop {
            let mut read = Vec::with_capacity(at_once);
            while read.len() < at_once {
                match chunks.next_chunk().map_err(failed)? {
                    Some(chunk) => read.push(chunk),
                    None => break,
                }
            }
            if read.is_empty() {
                break;
            }
            let read: Vec<(Chunk, Purchases)> = read
                .into_par_iter()
                .map(|chunk| {
                    let purchases = self.purchases(&chunk, headings, context);
                    (chunk, purchases)
                })
                .collect();
            for (chunk, mut purchases) in read {
                let ids = match self.order {
                    Some(field) => {
                        let hashes = std::mem::take(&mut purchases.hashes);
                        if let Some(back) = numbers.come_back(hashes, &purchases.ids) {
                            purchases.reject_orders(&back, &chunk, |record| {
                                Cells::new(headings, record, context)
                                    .reject(Some(field), Reason::OrderScattered)
                            });
                        }
                        std::mem::take(&mut purchases.ids)
                    }
                    None => numbers.ids(&purchases.hashes),
                };
                self.put(purchases, ids, &mut purchasers, sink)?;
            }
        }
        purchasers.put(self.source, context, sink)
    }

    /// Reads the rows of a chunk.
    fn purchases(&self, chunk: &Chunk, headings: &Headings, context: &Context) -> Purchases {
        let mut purchases = Purchases::default();
        let mut open = Open::default();
        let mut clock = Clock::new(&context.time_zone);
        chunk.each(Place::default(), |place, record| {
            if record.flaw.is_none() && record.is_blank() {
                return true;
            }
            purchases.read_count += 1;
            let cells = Cells::new(headings, record, context);
            let row = match headings.flaw(record) {
                Some(flaw) => Err(cells.reject(None, flaw)),
                None => self.row(&cells, &mut clock),
            };
            let number = self.order.and_then(|field| cells.text(Some(field)));
            let continues = number.is_some_and(|number| open.rows > 0 && open.number == number);
            if !continues {
                self.close(&mut open, &mut purchases, chunk, headings, context);
                open.begin(place, number, &purchases);
            }
            open.rows += 1;
            match row {
                Ok(_) if !open.faults.is_empty() => {}
                Ok(row) if continues => purchases.add_line(self, row, &mut open),
                Ok(row) => purchases.add(self, row),
                Err(fault) => open.faults.push(fault),
            }
            true
        });
        self.close(&mut open, &mut purchases, chunk, headings, context);
        purchases
    }

    /// Ends an order: when one of its rows is at fault, none of them is taken.
    fn close(
        &self,
        open: &mut Open,
        purchases: &mut Purchases,
        chunk: &Chunk,
        headings: &Headings,
        context: &Context,
    ) {
        if open.faults.is_empty() {
            return;
        }
        purchases.truncate(open.orders_before, open.lines_before);
        let mut faults = std::mem::take(&mut open.faults).into_iter().peekable();
        let mut left = open.rows;
        chunk.each(open.place, |_, record| {
            if record.flaw.is_none() && record.is_blank() {
                return true;
            }
            purchases
                .rejects
                .push(match faults.next_if(|fault| fault.line == record.line) {
                    Some(fault) => fault,
                    None => {
                        Cells::new(headings, record, context).reject(None, Reason::OrderRejected)
                    }
                });
            left -= 1;
            left > 0
        });
    }

    /// Returns whether rows say more of what was bought than an amount.
    fn has_lines(&self) -> bool {
        self.quantity.is_some()
            || self.product.is_some()
            || self.category.is_some()
            || self.cost.is_there()
    }

    fn row<'c>(&self, cells: &Cells<'c>, clock: &mut Clock<'_>) -> Result<Row<'c>, Reject> {
        let missing = |field| cells.reject(Some(field), Reason::Missing);
        let named = cells.text(self.currency_field).map(str::to_uppercase);
        let currency = named.as_deref().unwrap_or(self.currency);
        let amount = cells
            .money(Some(self.amount), currency)?
            .ok_or_else(|| missing(self.amount))?;
        let hash = match self.order {
            Some(field) => fast_hash([cells.id(Some(field))?.ok_or_else(|| missing(field))?]),
            None => cells.fast_hash(),
        };
        let customer = cells.id(Some(self.customer))?;
        let at = cells
            .read(Some(self.date), |text| clock.instant(text))?
            .ok_or_else(|| missing(self.date))?;
        let quantity = cells.integer(self.quantity)?;
        // Where nothing counts the pieces, a row is one.
        let pieces = match self.quantity {
            Some(_) => quantity,
            None => Some(1),
        };
        let cost = self.cost.read(cells, currency, pieces)?;
        Ok(Row {
            line: i64::try_from(cells.line()).unwrap_or(i64::MAX),
            number: cells.text(self.order),
            hash,
            customer,
            at: at.as_microsecond(),
            amount,
            quantity,
            product: cells.text(self.product),
            category: cells.text(self.category),
            cost: cost.map(|cost| cost::signed(cost, quantity, Some(amount))),
            channel: cells.text(self.channel),
            store: cells.text(self.store),
            currency: named,
            extra: cells.extra(&self.rest),
        })
    }
}

/// One row of a log.
struct Row<'c> {
    line: i64,
    number: Option<&'c str>,
    /// Hash of the order's number, else of the whole row.
    hash: u64,
    customer: Option<&'c str>,
    /// Microseconds since 1970-01-01.
    at: i64,
    amount: i64,
    quantity: Option<i64>,
    product: Option<&'c str>,
    category: Option<&'c str>,
    cost: Option<i64>,
    channel: Option<&'c str>,
    store: Option<&'c str>,
    currency: Option<String>,
    extra: Option<String>,
}

/// The order whose rows are being read.
#[derive(Default)]
struct Open {
    number: String,
    rows: usize,
    faults: Vec<Reject>,
    place: Place,
    orders_before: usize,
    lines_before: usize,
}

impl Open {
    fn begin(&mut self, place: Place, number: Option<&str>, purchases: &Purchases) {
        self.number.clear();
        self.number.push_str(number.unwrap_or_default());
        self.rows = 0;
        self.faults.clear();
        self.place = place;
        self.orders_before = purchases.lines.len();
        self.lines_before = purchases.parts.len();
    }
}

/// One line of an order.
struct Part {
    /// Place of its order among those of the chunk.
    order: usize,
    line: i64,
    number: i64,
    product: Option<String>,
    category: Option<String>,
    quantity: Option<i64>,
    amount: i64,
    cost: Option<i64>,
}

/// What the rows of a chunk say, by columns; an entry per order.
#[derive(Default)]
struct Purchases {
    read_count: u64,
    rejects: Vec<Reject>,
    lines: Vec<i64>,
    hashes: Vec<u64>,
    ids: TextValues,
    customers: TextValues,
    /// The customers by their hashes.
    who: Vec<Option<Purchaser>>,
    instants: Vec<i64>,
    amounts: Vec<i64>,
    channels: TextValues,
    stores: TextValues,
    currencies: TextValues,
    extras: TextValues,
    parts: Vec<Part>,
}

impl Purchases {
    /// Takes the first row of an order.
    fn add(&mut self, log: &Log<'_>, row: Row<'_>) {
        self.add_part(log, &row, self.lines.len(), 1);
        self.lines.push(row.line);
        self.hashes.push(row.hash);
        if log.order.is_some() {
            self.ids.push(row.number);
        }
        self.customers.push(row.customer);
        self.who.push(row.customer.map(Purchaser::of));
        self.instants.push(row.at);
        self.amounts.push(row.amount);
        if log.currency_field.is_some() {
            self.currencies
                .push(Some(row.currency.as_deref().unwrap_or(log.currency)));
        }
        if log.channel.is_some() {
            self.channels.push(row.channel);
        }
        if log.store.is_some() {
            self.stores.push(row.store);
        }
        if !log.rest.is_empty() {
            self.extras.push(row.extra.as_deref());
        }
    }

    /// Takes a further row of the last order.
    fn add_line(&mut self, log: &Log<'_>, row: Row<'_>, open: &mut Open) {
        let order = self.lines.len() - 1;
        let sum = self.amounts[order].checked_add(row.amount);
        match sum.and_then(money::bounded) {
            Some(sum) => self.amounts[order] = sum,
            None => open.faults.push(Reject {
                line: row.line.unsigned_abs(),
                column: String::new(),
                value: row.amount.to_string(),
                reason: Reason::Overflow,
                row: String::new(),
            }),
        }
        let number = open.rows as i64;
        self.add_part(log, &row, order, number);
    }

    fn add_part(&mut self, log: &Log<'_>, row: &Row<'_>, order: usize, number: i64) {
        if log.has_lines() {
            self.parts.push(Part {
                order,
                line: row.line,
                number,
                product: row.product.map(str::to_owned),
                category: row.category.map(str::to_owned),
                quantity: row.quantity,
                amount: row.amount,
                cost: row.cost,
            });
        }
    }

    fn truncate(&mut self, orders: usize, parts: usize) {
        self.lines.truncate(orders);
        self.hashes.truncate(orders);
        self.who.truncate(orders);
        self.instants.truncate(orders);
        self.amounts.truncate(orders);
        self.texts().for_each(|texts| texts.truncate(orders));
        self.parts.truncate(parts);
    }

    fn texts(&mut self) -> impl Iterator<Item = &mut TextValues> {
        let texts = [
            &mut self.ids,
            &mut self.customers,
            &mut self.channels,
            &mut self.stores,
            &mut self.currencies,
            &mut self.extras,
        ];
        texts.into_iter()
    }

    /// Takes orders out again and rejects all of their rows.
    fn reject_orders(
        &mut self,
        places: &HashSet<usize>,
        chunk: &Chunk,
        reject: impl Fn(&RawRecord<'_>) -> Reject,
    ) {
        let rejected: HashSet<u64> = self.rejects.iter().map(|reject| reject.line).collect();
        let mut orders = self.lines.iter().enumerate().peekable();
        let mut is_back = false;
        let mut found = Vec::new();
        chunk.each(Place::default(), |_, record| {
            if let Some((place, _)) = orders.next_if(|(_, line)| **line == record.line as i64) {
                is_back = places.contains(&place);
            }
            if is_back && !record.is_blank() && !rejected.contains(&record.line) {
                found.push(reject(record));
            }
            true
        });
        self.rejects.extend(found);
        let stays = |place: &usize| !places.contains(place);
        let kept: Vec<usize> = (0..self.lines.len()).filter(stays).collect();
        let picked = |values: &[i64]| kept.iter().map(|place| values[*place]).collect();
        (self.lines, self.instants, self.amounts) = (
            picked(&self.lines),
            picked(&self.instants),
            picked(&self.amounts),
        );
        self.who = kept.iter().map(|place| self.who[*place]).collect();
        self.texts()
            .for_each(|texts| *texts = texts.without(places));
        self.parts.retain(|part| !places.contains(&part.order));
        for part in &mut self.parts {
            part.order = kept.partition_point(|place| *place < part.order);
        }
    }
}
