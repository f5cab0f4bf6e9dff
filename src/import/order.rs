//! An order on its way into the tables.

use jiff::Timestamp;

use crate::error::Result;
use crate::schema::{order_lines, orders};

use super::cost;
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::table::Cells;
use super::values::money;

/// Status of an order that counts.
pub const PLACED: &str = "placed";
/// Status of an order that never counts.
pub const CANCELLED: &str = "cancelled";
/// Status of an order that takes goods back.
pub const RETURNED: &str = "returned";

/// One order; amounts in minor units of its currency.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Shop system.
    pub source: String,
    /// The system's own number.
    pub order_id: String,
    /// Customer, where somebody can be named.
    pub customer_id: Option<String>,
    /// When it was placed or returned.
    pub ordered_at: Timestamp,
    /// [`PLACED`], [`CANCELLED`] or [`RETURNED`].
    pub status: &'static str,
    /// Goods before discounts, tax included.
    pub goods: i64,
    /// Discounts on goods, positive; `None` when the export does not say.
    pub discount: Option<i64>,
    /// Shipping and handling.
    pub shipping: Option<i64>,
    /// Tax contained in the total.
    pub tax: Option<i64>,
    /// Paid with points.
    pub points_used: Option<i64>,
    /// The export's total.
    pub total: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// Where it was sold.
    pub channel: Option<String>,
    /// Store.
    pub store: Option<String>,
    /// Coupon code.
    pub coupon: Option<String>,
    /// What no column stands for, JSON.
    pub extra: Option<String>,
    /// The lines.
    pub lines: Vec<OrderLine>,
}

/// One line of an order.
#[derive(Debug, Clone, Default)]
pub struct OrderLine {
    /// Row it came from.
    pub source_row: u64,
    /// The shop's code of the product.
    pub product_code: Option<String>,
    /// Name as sold.
    pub product_name: Option<String>,
    /// What kind of goods it is, as the shop calls it.
    pub category: Option<String>,
    /// Price of one.
    pub unit_price: Option<i64>,
    /// Pieces.
    pub quantity: Option<i64>,
    /// Price of all pieces.
    pub amount: Option<i64>,
    /// What all pieces cost the shop; below zero where they come back.
    pub cost: Option<i64>,
}

impl OrderLine {
    /// Returns the price of all pieces; `None` where price or quantity is not known.
    ///
    /// # Errors
    /// [`Reason::Overflow`] beyond [`money::MOST_MINOR`].
    pub fn price_of_all(unit: Option<i64>, quantity: Option<i64>) -> Result<Option<i64>, Reason> {
        match (unit, quantity) {
            (Some(unit), Some(quantity)) => unit
                .checked_mul(quantity)
                .and_then(money::bounded)
                .map(Some)
                .ok_or(Reason::Overflow),
            _ => Ok(None),
        }
    }

    /// Gives the cost the sign of the pieces.
    pub fn sign_cost(&mut self) {
        self.cost = self
            .cost
            .map(|cost| cost::signed(cost, self.quantity, self.amount));
    }
}

impl Order {
    /// Returns goods less discounts.
    pub fn spend(&self) -> i64 {
        self.goods.saturating_sub(self.discount.unwrap_or(0))
    }

    /// Looks whether every amount, those that were multiplied and added up too, is one that may be summed with others.
    ///
    /// # Errors
    /// A reject of the order's first row, whose cells are given: [`Reason::Overflow`].
    pub fn check(&self, first: &Cells<'_>) -> Result<(), Reject> {
        let of_lines = self
            .lines
            .iter()
            .flat_map(|line| [line.unit_price, line.quantity, line.amount, line.cost]);
        let of_order = [
            Some(self.goods),
            self.discount,
            self.shipping,
            self.tax,
            self.points_used,
            self.total,
            Some(self.spend()),
        ];
        let mut amounts = of_order.into_iter().chain(of_lines).flatten();
        match amounts.all(|amount| money::bounded(amount).is_some()) {
            true => Ok(()),
            false => Err(first.reject(None, Reason::Overflow)),
        }
    }

    /// Returns the order that takes all of this one back at `at`.
    pub fn returned(&self, at: Timestamp) -> Self {
        let back = |amount: Option<i64>| amount.map(i64::saturating_neg);
        let lines = self.lines.iter().map(|line| OrderLine {
            quantity: back(line.quantity),
            amount: back(line.amount),
            cost: back(line.cost),
            ..line.clone()
        });
        Self {
            order_id: format!("{}/return", self.order_id),
            ordered_at: at,
            status: RETURNED,
            goods: self.goods.saturating_neg(),
            discount: back(self.discount),
            shipping: back(self.shipping),
            tax: back(self.tax),
            points_used: back(self.points_used),
            total: back(self.total),
            extra: None,
            lines: lines.collect(),
            ..self.clone()
        }
    }

    /// Puts the order and its lines into the sink; `line` is the first row of the order.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, line: u64, sink: &mut Sink<'_>) -> Result<()> {
        sink.row(&orders::TABLE, line)
            .text(orders::SOURCE, Some(&self.source))
            .text(orders::ORDER_ID, Some(&self.order_id))
            .text(orders::CUSTOMER_ID, self.customer_id.as_deref())
            .instant(orders::ORDERED_AT, Some(self.ordered_at))
            .text(orders::STATUS, Some(self.status))
            .integer(orders::GOODS_MINOR, Some(self.goods))
            .integer(orders::DISCOUNT_MINOR, self.discount)
            .integer(orders::SHIPPING_MINOR, self.shipping)
            .integer(orders::TAX_MINOR, self.tax)
            .integer(orders::POINTS_USED_MINOR, self.points_used)
            .integer(orders::TOTAL_MINOR, self.total)
            .integer(orders::SPEND_MINOR, Some(self.spend()))
            .text(orders::CURRENCY, Some(&self.currency))
            .text(orders::CHANNEL, self.channel.as_deref())
            .text(orders::STORE, self.store.as_deref())
            .text(orders::COUPON, self.coupon.as_deref())
            .text(orders::EXTRA, self.extra.as_deref())
            .finish()?;
        for (number, order_line) in (1..).zip(&self.lines) {
            sink.row(&order_lines::TABLE, order_line.source_row)
                .text(order_lines::SOURCE, Some(&self.source))
                .text(order_lines::ORDER_ID, Some(&self.order_id))
                .integer(order_lines::LINE_NUMBER, Some(number))
                .text(
                    order_lines::PRODUCT_CODE,
                    order_line.product_code.as_deref(),
                )
                .text(
                    order_lines::PRODUCT_NAME,
                    order_line.product_name.as_deref(),
                )
                .text(order_lines::CATEGORY, order_line.category.as_deref())
                .integer(order_lines::UNIT_PRICE_MINOR, order_line.unit_price)
                .integer(order_lines::QUANTITY, order_line.quantity)
                .integer(order_lines::AMOUNT_MINOR, order_line.amount)
                .integer(order_lines::COST_MINOR, order_line.cost)
                .finish()?;
        }
        Ok(())
    }
}
