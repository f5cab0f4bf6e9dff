//! Mapped files of orders, a row per order or per line.
//!
//! - A status of `returned` on an order with positive amounts keeps the order and takes it back at `returned_at`, else on
//!   the day of the order; with negative amounts the row is the return itself. Negative amounts are a return whatever the
//!   status says, unless it is cancelled.
//! - `refunded` is what was paid back: the whole order where it reaches the total, else goods first.
//! - An order of one row that has columns of a line but no price of its pieces is that line: its goods are the price.
//! - `cost` is what all pieces of the line cost, `unit_cost` what one did; without a quantity a row is one piece.
//! - What somebody refuses of contact in a column that nobody mapped (`メルマガ拒否`) is heard.
//! - Amounts of the whole order may stand on its first row only; where they stand on others too they must be the same.

use std::collections::HashMap;

use super::cells::{Binding, Row};
use super::targets::OF_LINE;
use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost;
use crate::import::groups::for_each_order;
use crate::import::guests::{Guest, Guests};
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED, RETURNED};
use crate::import::records::RawRecord;
use crate::import::refusals::{About, Refused, Whose, may_refuse_contact};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Headings, Table, extra};
use crate::import::values::keys::stable_hash;
use crate::schema::orders;

/// Cells that belong to the whole order.
const OF_ORDER: &[&str] = &[
    "customer_id",
    "goods",
    "discount",
    "shipping",
    "tax",
    "points_used",
    "total",
    "refunded",
    "currency",
    "status",
];

pub(super) fn read(
    binding: &Binding<'_>,
    source: &str,
    makes_customers: bool,
    table: &mut Table<'_>,
    context: &Context,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let reader = Reader {
        binding,
        source,
        context,
    };
    let mut guests = Guests::default();
    let refusals = binding.refusals(&table.headings, may_refuse_contact, sink);
    let mut take =
        |row: &Row<'_>, read: &Read, refused: &Refused<'_>, sink: &mut Sink<'_>| -> Result<()> {
            if let Some(id) = &read.order.customer_id
                && (makes_customers || row.id("customer_id").is_none())
            {
                guests.add(id, guest(row, &read.order));
            }
            let line = row.cells.line();
            if let Some(customer_id) = &read.order.customer_id {
                let whose = Whose {
                    source,
                    customer_id,
                    about: About::Customer,
                    line,
                };
                refused.put(whose, sink)?;
            }
            read.order.put(line, sink)?;
            read.back
                .as_ref()
                .map_or(Ok(()), |back| back.put(line, sink))
        };
    match binding.field("order_id") {
        Some(id) => for_each_order(table, id, context, sink, |headings, group, sink| {
            let id = group.id.trim_start_matches('\'');
            let cells = |record| Cells::new(headings, record, context);
            let read = reader.order(id, headings, &group.records);
            let read = read.and_then(|read| {
                let refused = refusals.of_rows(group.records.iter().map(cells))?;
                Ok((read, refused))
            });
            match read {
                Ok((read, refused)) => {
                    let row = binding.row(headings, &group.records[0], context);
                    take(&row, &read, &refused, sink).map(|()| None)
                }
                Err(reject) => Ok(Some(reject)),
            }
        })?,
        None => {
            let mut repeats: HashMap<String, u64> = HashMap::new();
            while let Some(line) = table.next_line(context)? {
                sink.read_rows(1);
                let row = binding.row(&table.headings, &line.record, context);
                let records = std::slice::from_ref(&line.record);
                let read = row
                    .sound(line.flaw.clone())
                    .and_then(|()| reader.order(&hash(&line.record), &table.headings, records))
                    .and_then(|read| Ok((read, refusals.of_row(&row.cells, false)?)));
                let (mut read, refused) = match read {
                    Ok(read) => read,
                    Err(reject) => {
                        sink.reject_cells(&row.cells, reject)?;
                        continue;
                    }
                };
                let repeat = repeats.entry(read.order.order_id.clone()).or_default();
                *repeat += 1;
                if *repeat > 1 {
                    read.rename(format!("{}-{repeat}", read.order.order_id));
                }
                take(&row, &read, &refused, sink)?;
            }
        }
    }
    guests.put(source, context, sink)
}

fn hash(record: &RawRecord<'_>) -> String {
    let parts: Vec<&str> = record.cells().map(|cell| cell.trim()).collect();
    stable_hash(&parts)
}

struct Reader<'r> {
    binding: &'r Binding<'r>,
    source: &'r str,
    context: &'r Context,
}

struct Read {
    order: Order,
    /// What takes it back, wholly or in part.
    back: Option<Order>,
}

impl Read {
    fn rename(&mut self, id: String) {
        if let Some(back) = &mut self.back {
            back.order_id = format!("{id}/return");
        }
        self.order.order_id = id;
    }
}

impl Reader<'_> {
    fn order(
        &self,
        id: &str,
        headings: &Headings,
        records: &[RawRecord<'_>],
    ) -> Result<Read, Reject> {
        let rows: Vec<Row<'_>> = records
            .iter()
            .map(|record| self.binding.row(headings, record, self.context))
            .collect();
        rows.iter().try_for_each(|row| row.sound(None))?;
        let whole = Whole { rows: &rows };
        for name in OF_ORDER {
            whole.agrees(name)?;
        }
        let first = rows[0];
        let currency = whole.row("currency").currency();
        let ordered_at = whole
            .row("ordered_at")
            .instant("ordered_at")?
            .ok_or_else(|| first.reject("ordered_at", Reason::Missing))?;
        let mut lines = Vec::new();
        let of_line = OF_LINE.iter().map(|column| bare(column.name));
        if of_line
            .chain(["unit_cost"])
            .any(|name| self.binding.has(name))
        {
            for row in &rows {
                lines.push(line(row, &currency)?);
            }
        }
        let amounts = whole.amounts(&lines, &currency, self.binding.mapping.tax_added)?;
        if let [line] = lines.as_mut_slice() {
            line.amount = line.amount.or(Some(amounts.goods));
        }
        lines.iter_mut().for_each(OrderLine::sign_cost);
        let word = whole.row("status").word("status", orders::STATUS.unit)?;
        let is_cancelled =
            word == Some(CANCELLED) || whole.row("cancelled_at").instant("cancelled_at")?.is_some();
        let is_negative = amounts.goods < 0 || amounts.total.is_some_and(|total| total < 0);
        let text = |name| whole.row(name).text(name).map(|text| text.into_owned());
        let order = Order {
            source: self.source.to_owned(),
            order_id: id.to_owned(),
            customer_id: rows.iter().find_map(Row::customer_id),
            ordered_at,
            status: match (is_cancelled, is_negative) {
                (true, _) => CANCELLED,
                (false, true) => RETURNED,
                (false, false) => PLACED,
            },
            goods: amounts.goods,
            discount: amounts.discount,
            shipping: amounts.shipping,
            tax: amounts.tax,
            points_used: amounts.points_used,
            total: amounts.total,
            currency,
            channel: text("channel"),
            store: text("store"),
            coupon: text("coupon"),
            extra: extra(headings, &self.binding.rest, records),
            lines,
        };
        order.check(&first.cells)?;
        let back = match order.status {
            PLACED => self.back(&order, &whole, word == Some(RETURNED))?,
            _ => None,
        };
        Ok(Read { order, back })
    }

    fn back(&self, order: &Order, whole: &Whole<'_>, all: bool) -> Result<Option<Order>, Reject> {
        let at = whole
            .row("returned_at")
            .instant("returned_at")?
            .unwrap_or(order.ordered_at);
        let refunded = whole
            .row("refunded")
            .money("refunded", &order.currency)?
            .unwrap_or(0)
            .saturating_abs();
        let reaches = |amount: i64| refunded >= amount;
        Ok(if refunded == 0 && !all {
            None
        } else if refunded == 0 || reaches(order.total.unwrap_or_else(|| order.spend())) {
            Some(order.returned(at))
        } else {
            let goods = refunded.min(order.spend().max(0));
            Some(Order {
                goods: -goods,
                discount: Some(0),
                shipping: Some(goods.saturating_sub(refunded)),
                tax: None,
                points_used: None,
                total: Some(refunded.saturating_neg()),
                lines: Vec::new(),
                ..order.returned(at)
            })
        })
    }
}

/// The amounts of one order.
struct Amounts {
    goods: i64,
    discount: Option<i64>,
    shipping: Option<i64>,
    tax: Option<i64>,
    points_used: Option<i64>,
    total: Option<i64>,
}

/// The rows of one order.
struct Whole<'r> {
    rows: &'r [Row<'r>],
}

impl<'r> Whole<'r> {
    /// Returns the row that speaks for the order: the first whose cell is filled.
    fn row(&self, name: &str) -> &'r Row<'r> {
        let filled = self.rows.iter().find(|row| row.is_filled(name));
        filled.unwrap_or(&self.rows[0])
    }

    /// Returns a reject where two rows differ in what belongs to the order.
    fn agrees(&self, name: &str) -> Result<(), Reject> {
        if self.rows.len() == 1 || !self.rows[0].binding.has(name) {
            return Ok(());
        }
        let first = self.row(name).text(name);
        let other = self
            .rows
            .iter()
            .find(|row| row.is_filled(name) && row.text(name) != first);
        other.map_or(Ok(()), |row| Err(row.reject(name, Reason::OrderDiffers)))
    }

    fn amounts(
        &self,
        lines: &[OrderLine],
        currency: &str,
        tax_added: bool,
    ) -> Result<Amounts, Reject> {
        let first = &self.rows[0];
        let money = |name: &str| self.row(name).money(name, currency);
        let overflow = |name: &str| first.reject(name, Reason::Overflow);
        let discount = money("discount")?.map(i64::saturating_abs);
        let (shipping, tax) = (money("shipping")?, money("tax")?);
        let (goods, total) = (money("goods")?, money("total")?);
        let sum = lines
            .iter()
            .filter_map(|line| line.amount)
            .try_fold(0_i64, |sum, amount| sum.checked_add(amount));
        let without_tax = match (goods, total) {
            (Some(goods), _) => Some(goods),
            (None, Some(total)) => {
                let goods = total
                    .checked_sub(shipping.unwrap_or(0))
                    .and_then(|goods| goods.checked_add(discount.unwrap_or(0)))
                    .ok_or_else(|| overflow("total"))?;
                // A total has its tax in it.
                return Ok(Amounts {
                    goods,
                    discount,
                    shipping,
                    tax,
                    points_used: money("points_used")?.map(i64::saturating_abs),
                    total: Some(total),
                });
            }
            (None, None) if lines.iter().any(|line| line.amount.is_some()) => {
                Some(sum.ok_or_else(|| overflow("amount"))?)
            }
            (None, None) => None,
        };
        let mapped = ["goods", "total", "amount", "unit_price"]
            .into_iter()
            .find(|name| first.binding.has(name))
            .unwrap_or("total");
        let goods = without_tax
            .ok_or_else(|| first.reject(mapped, Reason::Missing))?
            .checked_add(if tax_added { tax.unwrap_or(0) } else { 0 })
            .ok_or_else(|| overflow("tax"))?;
        Ok(Amounts {
            goods,
            discount,
            shipping,
            tax,
            points_used: money("points_used")?.map(i64::saturating_abs),
            total,
        })
    }
}

fn line(row: &Row<'_>, currency: &str) -> Result<OrderLine, Reject> {
    let unit_price = row.money("unit_price", currency)?;
    let quantity = row.integer("quantity")?;
    let amount = match (row.money("amount", currency)?, unit_price) {
        (Some(amount), _) => Some(amount),
        (None, Some(price)) if !row.binding.has("quantity") => Some(price),
        (None, price) => OrderLine::price_of_all(price, quantity)
            .map_err(|reason| row.reject("unit_price", reason))?,
    };
    Ok(OrderLine {
        source_row: row.cells.line(),
        product_code: row.id("product_code"),
        product_name: row.text("product_name").map(|text| text.into_owned()),
        category: row.text("category").map(|text| text.into_owned()),
        unit_price,
        quantity,
        amount,
        cost: cost_of(row, currency, quantity)?,
    })
}

/// Reads what the pieces of a line cost; `None` where the row does not tell.
fn cost_of(row: &Row<'_>, currency: &str, quantity: Option<i64>) -> Result<Option<i64>, Reject> {
    if let Some(cost) = row.sum("cost", |text| cost::of_line(text, currency))? {
        return Ok(Some(cost));
    }
    let pieces = if row.binding.has("quantity") {
        quantity
    } else {
        Some(1)
    };
    let one = row.sum("unit_cost", |text| cost::of_one(text, currency))?;
    let (Some(one), Some(pieces)) = (one, pieces) else {
        return Ok(None);
    };
    cost::times(one, pieces)
        .map(Some)
        .ok_or_else(|| row.reject("unit_cost", Reason::Overflow))
}

fn guest(row: &Row<'_>, order: &Order) -> Guest {
    let text = |name| row.text(name).map(|text| text.into_owned());
    Guest {
        line: row.cells.line(),
        ordered_at: order.ordered_at,
        name: text("name"),
        name_kana: text("name_kana"),
        email: text("email"),
        phone: row.id("phone"),
        postal_code: row.id("postal_code"),
        prefecture: text("prefecture"),
        address: text("address"),
    }
}

fn bare(name: &str) -> &str {
    name.strip_suffix("_minor").unwrap_or(name)
}
