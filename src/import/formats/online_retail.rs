//! UCI Online Retail, the usual test data of segmentation (Chen et al. 2012): version I, `InvoiceNo, StockCode, Description,
//! Quantity, InvoiceDate, UnitPrice, CustomerID, Country`, and version II, `Invoice, …, Price, Customer ID, …`.
//!
//! Rows of an invoice are the lines of one order; pounds and pence.
//!
//! - Invoices that begin with `C` give goods back: their quantities are negative, and so are they. Which invoice they belong
//!   to is not known, so that they keep their own number.
//! - A quarter of the rows has no customer: orders of nobody. Those of them without any amount are corrections of stock, and
//!   invoices that begin with `A` are written-off debt: both are kept as cancelled, since nobody bought anything.
//! - A line is `Quantity` x `UnitPrice`, rounded to the penny: a few prices are finer than that. Postage and bank charges are
//!   lines like any other.
//! - Dates of version I are month first (`12/1/2010 8:26`), copies with points or hyphens day first (`01.12.2010 08:26`).
//! - Customer ids lose the `.0` spreadsheets gave them.

use std::io::BufRead;

use super::shop::{Buyer, Orders, Read, read_orders};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED, RETURNED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};
use crate::import::values::dates::{DateOrder, instant_in};
use crate::import::values::{ValueError, money};

const SOURCE: &str = "online_retail";
const CURRENCY: &str = "GBP";

const INVOICE: &[&str] = &["InvoiceNo", "Invoice"];
const PRICE: &[&str] = &["UnitPrice", "Price"];

/// The Online Retail data.
pub(super) struct OnlineRetail;

impl Layout for OnlineRetail {
    fn name(&self) -> &'static str {
        "online_retail"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("UCI Online Retail", "UCI Online Retail")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["StockCode", "Quantity", "InvoiceDate"])
            && [INVOICE, PRICE]
                .iter()
                .all(|names| names.iter().any(|name| head.has_headings(0, &[name])))
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        read_orders(
            &mut table,
            &fields,
            context.source_or(SOURCE),
            context,
            sink,
        )
    }
}

struct Fields {
    id: Field,
    ordered: Field,
    code: Option<Field>,
    name: Option<Field>,
    quantity: Field,
    price: Field,
    customer: Option<Field>,
    buyer: Buyer,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(INVOICE, context)?,
            ordered: headings.need(&["InvoiceDate"], context)?,
            code: headings.find(&["StockCode"]),
            name: headings.find(&["Description"]),
            quantity: headings.need(&["Quantity"], context)?,
            price: headings.need(PRICE, context)?,
            customer: headings.find(&["CustomerID", "Customer ID"]),
            buyer: Buyer::default(),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn line(&self, cells: &Cells<'_>) -> Result<OrderLine, Reject> {
        let quantity = cells
            .integer(Some(self.quantity))?
            .ok_or_else(|| cells.reject(Some(self.quantity), Reason::Missing))?;
        let price = cells.read(Some(self.price), Price::read)?;
        let price = price.ok_or_else(|| cells.reject(Some(self.price), Reason::Missing))?;
        let amount = price
            .times(quantity)
            .ok_or_else(|| cells.reject(Some(self.price), Reason::Overflow))?;
        Ok(OrderLine {
            source_row: cells.line(),
            product_code: cells.text(self.code).map(str::to_owned),
            product_name: cells.text(self.name).map(str::to_owned),
            unit_price: price.minor_units(),
            quantity: Some(quantity),
            amount: Some(amount),
            ..OrderLine::default()
        })
    }
}

impl Orders for Fields {
    fn id(&self) -> Field {
        self.id
    }

    fn buyer(&self) -> &Buyer {
        &self.buyer
    }

    fn order(&self, headings: &Headings, group: &Group, context: &Context) -> Result<Read, Reject> {
        let cells = Cells::new(headings, &group.records[0], context);
        let date = cells.needed(self.ordered)?;
        let ordered_at = instant_in(date, &context.time_zone, order_of(date))
            .map_err(|error| cells.reject(Some(self.ordered), error.into()))?
            .ok_or_else(|| cells.reject(Some(self.ordered), Reason::Missing))?;
        let mut goods = 0_i64;
        let mut lines = Vec::with_capacity(group.records.len());
        for record in &group.records {
            let cells = Cells::new(headings, record, context);
            let line = self.line(&cells)?;
            goods = line
                .amount
                .and_then(|amount| goods.checked_add(amount))
                .ok_or_else(|| cells.reject(Some(self.price), Reason::Overflow))?;
            lines.push(line);
        }
        let customer_id = cells
            .unquoted(self.customer)
            .map(|id| id.strip_suffix(".0").unwrap_or(id).to_owned());
        let is_correction =
            customer_id.is_none() && lines.iter().all(|line| line.amount == Some(0));
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id,
            ordered_at,
            status: if is_correction || group.id.starts_with(['A', 'a']) {
                CANCELLED
            } else if goods < 0 || group.id.starts_with(['C', 'c']) {
                RETURNED
            } else {
                PLACED
            },
            goods,
            total: Some(goods),
            currency: CURRENCY.to_owned(),
            channel: Some("web".to_owned()),
            extra: extra(headings, &self.rest, &group.records),
            lines,
            ..Order::default()
        };
        Ok(Read {
            order,
            returned_at: None,
        })
    }
}

/// Returns which order a date of the data has where its year stands last; what stands between tells the copies apart.
fn order_of(date: &str) -> DateOrder {
    if date.contains('/') {
        DateOrder::MonthFirst
    } else {
        DateOrder::DayFirst
    }
}

/// A price in thousandths of a penny.
#[derive(Debug, Clone, Copy)]
struct Price(i64);

/// Thousandths of a penny in a penny.
const FINE: i64 = 1000;

impl Price {
    /// Reads a price as money of three decimals more than pounds have.
    fn read(text: &str) -> Result<Option<Self>, ValueError> {
        Ok(money::units(text, CURRENCY, 5)?.map(Self))
    }

    /// Returns the price of so many pieces in pence, a half penny away from zero.
    fn times(self, quantity: i64) -> Option<i64> {
        let fine = self.0.checked_mul(quantity)?;
        let half = FINE / 2 * fine.signum();
        Some(fine.checked_add(half)? / FINE)
    }

    /// Returns the price in pence where it is a whole number of them.
    fn minor_units(self) -> Option<i64> {
        (self.0 % FINE == 0).then_some(self.0 / FINE)
    }
}
