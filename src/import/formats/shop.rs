//! What the order exports of shop systems have in common: one row per line of an order, a buyer on each of them.

use jiff::Timestamp;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::groups::{Group, for_each_order};
use crate::import::guests::{Guest, Guests, joined};
use crate::import::order::{Order, OrderLine};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::dates;
use crate::import::values::keys::{email_key, phone_key};

/// How one shop system writes its orders.
pub(super) trait Orders {
    /// Returns the column of the order's number.
    fn id(&self) -> Field;

    /// Returns the columns of the buyer.
    fn buyer(&self) -> &Buyer;

    /// Reads the rows of one order.
    fn order(&self, headings: &Headings, group: &Group, context: &Context) -> Result<Read, Reject>;
}

/// An order as it was read.
pub(super) struct Read {
    /// The order.
    pub order: Order,
    /// When all of it came back, if so.
    pub returned_at: Option<Timestamp>,
}

/// Reads every order of a table, and a customer record for every buyer: these systems name them nowhere else.
pub(super) fn read_orders(
    table: &mut Table<'_>,
    orders: &impl Orders,
    source: &str,
    context: &Context,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut guests = Guests::default();
    for_each_order(
        table,
        orders.id(),
        context,
        sink,
        |headings, group, sink| {
            let first = Cells::new(headings, &group.records[0], context);
            let read = match orders.order(headings, group, context) {
                Ok(read) => read,
                Err(reject) => return Ok(Some(reject)),
            };
            let order = &read.order;
            if let Err(reject) = order.check(&first) {
                return Ok(Some(reject));
            }
            if let Some(id) = &order.customer_id {
                guests.add(id, orders.buyer().guest(&first, order.ordered_at));
            }
            order.put(first.line(), sink)?;
            if let Some(returned_at) = read.returned_at {
                order.returned(returned_at).put(first.line(), sink)?;
            }
            Ok(None)
        },
    )?;
    guests.put(source, context, sink)
}

/// The columns of a buyer; values that stand in several columns are joined.
#[derive(Debug, Default)]
pub(super) struct Buyer {
    /// The system's own id.
    pub id: Option<Field>,
    /// Family name, given name.
    pub name: Vec<Field>,
    /// Their readings.
    pub kana: Vec<Field>,
    /// E-mail address.
    pub email: Option<Field>,
    /// Telephone number, in parts.
    pub phone: Vec<Field>,
    /// Another telephone number, where the first is empty.
    pub mobile: Option<Field>,
    /// Postal code, in parts.
    pub postal_code: Vec<Field>,
    /// Prefecture.
    pub prefecture: Option<Field>,
    /// Address without it, in parts.
    pub address: Vec<Field>,
}

impl Buyer {
    /// Returns the system's own id, else the normalised e-mail address, else the telephone number.
    pub(super) fn customer_id(&self, cells: &Cells<'_>) -> Option<String> {
        cells
            .unquoted(self.id)
            .map(str::to_owned)
            .or_else(|| cells.text(self.email).and_then(email_key))
            .or_else(|| self.phone(cells).as_deref().and_then(phone_key))
    }

    fn phone(&self, cells: &Cells<'_>) -> Option<String> {
        parts(cells, &self.phone, "-").or_else(|| cells.unquoted(self.mobile).map(str::to_owned))
    }

    /// Returns what an order says of its buyer.
    pub(super) fn guest(&self, cells: &Cells<'_>, ordered_at: Timestamp) -> Guest {
        Guest {
            line: cells.line(),
            ordered_at,
            name: parts(cells, &self.name, " "),
            name_kana: parts(cells, &self.kana, " "),
            email: cells.text(self.email).map(str::to_owned),
            phone: self.phone(cells),
            postal_code: parts(cells, &self.postal_code, "-"),
            prefecture: cells.text(self.prefecture).map(str::to_owned),
            address: parts(cells, &self.address, " "),
        }
    }
}

/// Returns the filled ones of several cells as one text.
pub(super) fn parts(cells: &Cells<'_>, fields: &[Field], between: &str) -> Option<String> {
    let parts: Vec<Option<&str>> = fields
        .iter()
        .map(|field| cells.unquoted(Some(*field)))
        .collect();
    joined(&parts, between)
}

/// Returns those of the headings that the file has, each once, in the order of `names`.
pub(super) fn found(headings: &mut Headings, names: &[&str]) -> Vec<Field> {
    names
        .iter()
        .filter_map(|name| headings.find(&[name]))
        .collect()
}

/// The columns of one line of an order.
#[derive(Debug, Default)]
pub(super) struct LineFields {
    /// The shop's code of the product, the first filled one.
    pub code: Vec<Field>,
    /// Name and variation.
    pub name: Vec<Field>,
    /// Price of one.
    pub price: Option<Field>,
    /// Pieces.
    pub quantity: Option<Field>,
    /// What kind of goods it is.
    pub category: Option<Field>,
    /// What it cost the shop.
    pub cost: CostFields,
}

impl LineFields {
    /// Reads a line; `None` when the row has no line, as in exports whose columns were chosen without them.
    pub(super) fn read(
        &self,
        cells: &Cells<'_>,
        currency: &str,
    ) -> Result<Option<OrderLine>, Reject> {
        let unit_price = cells.money(self.price, currency)?;
        let quantity = cells.integer(self.quantity)?;
        let amount = OrderLine::price_of_all(unit_price, quantity)
            .map_err(|reason| cells.reject(self.price, reason))?;
        let mut line = OrderLine {
            source_row: cells.line(),
            product_code: self
                .code
                .iter()
                .find_map(|field| cells.unquoted(Some(*field)))
                .map(str::to_owned),
            product_name: parts(cells, &self.name, " "),
            category: cells.text(self.category).map(str::to_owned),
            unit_price,
            quantity,
            amount,
            cost: self.cost.read(cells, currency, quantity)?,
        };
        line.sign_cost();
        let is_filled = line.product_code.is_some()
            || line.product_name.is_some()
            || unit_price.is_some()
            || quantity.is_some();
        Ok(is_filled.then_some(line))
    }

    /// Reads the lines of an order.
    pub(super) fn read_all(
        &self,
        headings: &Headings,
        group: &Group,
        context: &Context,
        currency: &str,
    ) -> Result<Vec<OrderLine>, Reject> {
        let lines = group
            .records
            .iter()
            .map(|record| self.read(&Cells::new(headings, record, context), currency));
        lines.filter_map(Result::transpose).collect()
    }
}

/// Returns what the lines cost together; `None` when there are none or the price of one is not known.
pub(super) fn sum_of(lines: &[OrderLine]) -> Option<i64> {
    if lines.is_empty() {
        return None;
    }
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.amount?))
}

/// Reads a day and a time that stand in two columns; `hhmmss` without marks is a time, too.
pub(super) fn instant_of(
    cells: &Cells<'_>,
    field: Field,
    day: &str,
    time: &str,
    context: &Context,
) -> Result<Timestamp, Reject> {
    let is_compact =
        (3..=6).contains(&time.len()) && time.bytes().all(|byte| byte.is_ascii_digit());
    let at = if is_compact {
        // Spreadsheets take leading zeros away.
        let time = format!("{time:0>6}");
        format!("{day} {}:{}:{}", &time[..2], &time[2..4], &time[4..])
    } else {
        format!("{day} {time}")
    };
    dates::instant(&at, &context.time_zone)
        .map_err(|error| cells.reject(Some(field), error.into()))?
        .ok_or_else(|| cells.reject(Some(field), Reason::Missing))
}
