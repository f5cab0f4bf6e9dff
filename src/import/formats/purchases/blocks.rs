//! What the rows of a log say, as columns of the tables.

use super::{Log, Part, Purchases};
use crate::error::Result;
use crate::import::columns::{TextValues, Whole};
use crate::import::formats::purchasers::Purchasers;
use crate::import::order::{PLACED, RETURNED};
use crate::import::sink::Sink;
use crate::schema::{Column, order_lines, orders};

impl Log<'_> {
    /// Hands the orders of a chunk on.
    pub(super) fn put(
        &self,
        mut purchases: Purchases,
        ids: TextValues,
        purchasers: &mut Purchasers,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        sink.read_rows(purchases.read_count);
        purchases.rejects.sort_by_key(|reject| reject.line);
        for reject in std::mem::take(&mut purchases.rejects) {
            sink.reject(reject)?;
        }
        purchasers.add(
            &purchases.who,
            &purchases.customers,
            &purchases.lines,
            &purchases.instants,
        );
        let statuses = statuses(&purchases.amounts);
        let parts = purchases.parts(self, &ids);
        let mut block = vec![
            (orders::SOURCE, Whole::Text(self.source.to_owned())),
            (orders::ORDER_ID, Whole::Texts(ids)),
            (orders::CUSTOMER_ID, Whole::Texts(purchases.customers)),
            (orders::ORDERED_AT, Whole::Instants(purchases.instants)),
            (orders::STATUS, statuses),
            (
                orders::GOODS_MINOR,
                Whole::Integers(purchases.amounts.clone()),
            ),
            (
                orders::TOTAL_MINOR,
                Whole::Integers(purchases.amounts.clone()),
            ),
            (orders::SPEND_MINOR, Whole::Integers(purchases.amounts)),
        ];
        block.push(match self.currency_field {
            Some(_) => (orders::CURRENCY, Whole::Texts(purchases.currencies)),
            None => (orders::CURRENCY, Whole::Text(self.currency.to_owned())),
        });
        if self.channel.is_some() {
            block.push((orders::CHANNEL, Whole::Texts(purchases.channels)));
        }
        if self.store.is_some() {
            block.push((orders::STORE, Whole::Texts(purchases.stores)));
        }
        if !self.rest.is_empty() {
            block.push((orders::EXTRA, Whole::Texts(purchases.extras)));
        }
        sink.block(&orders::TABLE, purchases.lines, block)?;
        let (lines, block) = parts;
        sink.block(&order_lines::TABLE, lines, block)
    }
}

impl Purchases {
    /// Returns the lines of the orders: where they stand and their columns.
    fn parts(&self, log: &Log<'_>, ids: &TextValues) -> (Vec<i64>, Vec<(Column, Whole)>) {
        let of_orders: Vec<Option<&str>> = match self.parts.is_empty() {
            true => Vec::new(),
            false => ids.iter().collect(),
        };
        let (mut numbers, mut products) = (TextValues::default(), TextValues::default());
        for part in &self.parts {
            numbers.push(of_orders[part.order]);
            products.push(part.product.as_deref());
        }
        let all = |value: fn(&Part) -> i64| self.parts.iter().map(value).collect::<Vec<i64>>();
        let quantities = self.parts.iter().map(|part| part.quantity).collect();
        let mut block = vec![
            (order_lines::SOURCE, Whole::Text(log.source.to_owned())),
            (order_lines::ORDER_ID, Whole::Texts(numbers)),
            (
                order_lines::LINE_NUMBER,
                Whole::Integers(all(|part| part.number)),
            ),
            (order_lines::PRODUCT_NAME, Whole::Texts(products)),
            (order_lines::QUANTITY, Whole::SomeIntegers(quantities)),
            (
                order_lines::AMOUNT_MINOR,
                Whole::Integers(all(|part| part.amount)),
            ),
        ];
        if log.category.is_some() {
            let mut categories = TextValues::default();
            for part in &self.parts {
                categories.push(part.category.as_deref());
            }
            block.push((order_lines::CATEGORY, Whole::Texts(categories)));
        }
        if log.cost.is_there() {
            let costs = self.parts.iter().map(|part| part.cost).collect();
            block.push((order_lines::COST_MINOR, Whole::SomeIntegers(costs)));
        }
        (all(|part| part.line), block)
    }
}

/// Returns the status of each order: money that goes back is a return.
fn statuses(amounts: &[i64]) -> Whole {
    if amounts.iter().all(|amount| *amount >= 0) {
        return Whole::Text(PLACED.to_owned());
    }
    let mut statuses = TextValues::default();
    for amount in amounts {
        statuses.push(Some(if *amount < 0 { RETURNED } else { PLACED }));
    }
    Whole::Texts(statuses)
}
